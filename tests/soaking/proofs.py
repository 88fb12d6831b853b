"""What the recorded events prove when all is over: the order of the offers, and the statistics."""

from __future__ import annotations

from datetime import timedelta

from serving.demo import TENANT

from assistant.adapters.memory_bus import MemoryBus
from assistant.adapters.sql_store import open_store
from assistant.adapters.system_clock import SystemClock
from assistant.flow.recounting import Recounting
from assistant.model.audit import TOLERANCE, Audit, Finding, Overtake
from assistant.model.contact import ContactId
from assistant.model.counting import measured
from assistant.model.facts import replayed
from assistant.model.measures import Asked, By
from assistant.model.storage import UnitOfWork
from assistant.settings.tenant import load_tenant

A_DAY = timedelta(days=1)
AROUND = timedelta(seconds=20)


async def proofs(database_url: str, contacts: list[str]) -> list[str]:
    """What cannot be proved, each in a sentence: as `holdfast audit` looks at it, and as the reports count."""
    store = open_store(database_url, SystemClock(), MemoryBus())
    try:
        await Recounting(store).catch_up()
        return [*await store.read(_order), *await store.read(lambda work: _statistics(work, contacts))]
    finally:
        await store.close()


def _order(work: UnitOfWork) -> list[str]:
    begin, end = work.now - A_DAY, work.now + A_DAY
    survey = work.history.survey(begin, end)
    audit, found = Audit(begin, end, TOLERANCE + survey.skew), list[Finding]()
    for at, event in work.history.moves(begin, end):
        found += audit.see(at, event)
    found += audit.finish()
    unproved = [finding for finding in found if getattr(finding, "cause", None) is None]
    wrong = [f"the order is not proved: {finding}{_story(work, finding)}" for finding in unproved]
    return wrong + [f"events of {contact_id} are missing" for contact_id in survey.gaps]


def _story(work: UnitOfWork, finding: Finding) -> str:
    """What is recorded of both contacts around that time, for whoever is to find out why."""
    concerned = [finding.contact_id, *([finding.passed_id] if isinstance(finding, Overtake) else [])]
    lines = [
        f"\n    {event.at:%H:%M:%S.%f} {contact_id} {event.seq} {event.type} {event.data}"
        for contact_id in concerned
        for event in work.trail.after(contact_id, 0)
        if abs(event.at - finding.at) < AROUND
    ]
    return "".join(lines)


def _statistics(work: UnitOfWork, contacts: list[str]) -> list[str]:
    tenant = load_tenant(TENANT)
    targets = {id: queue.target_seconds for id, queue in tenant.queues.items()}
    facts = [replayed(work.trail.after(ContactId(contact_id), 0)) for contact_id in contacts]
    different = []
    for by in By:
        asked = Asked(work.now - A_DAY, work.now + A_DAY, by, targets, tenant.timing.short_abandon_seconds)
        if work.reports.measures(asked) != measured(facts, asked):
            different.append(f"statistics by {by} are not what a replay of the events counts")
    return different
