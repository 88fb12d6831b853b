"""The trail alone proves that offers followed the order of the line; whoever tampers with it is seen."""

from __future__ import annotations

from busy_day import Lived
from busy_day import lived as lived

from assistant.model.audit import Audit, Fault, Finding
from assistant.model.contact import ContactId
from assistant.model.events import TELLS_STANDING
from assistant.model.line_steps import cause_of, steps_between
from assistant.model.place import WhyPassed
from assistant.model.standing import Standing
from assistant.model.storage import LineChange, UnitOfWork


async def audited(day: Lived) -> tuple[Audit, list[Finding]]:
    def replay(work: UnitOfWork) -> tuple[Audit, list[Finding]]:
        audit = Audit(day.began_at, day.ended_at)
        moves = work.history.moves(day.began_at, day.ended_at)
        found = [finding for at, event in moves for finding in audit.see(at, event)]
        return audit, [*found, *audit.finish()]

    return await day.store.read(replay)


async def test_a_busy_day_is_proved_and_every_overtake_has_its_cause(lived: Lived) -> None:
    audit, found = await audited(lived)
    assert [finding for finding in found if isinstance(finding, Fault) or finding.cause is None] == []
    assert audit.is_proved
    assert audit.first_offers > 20
    assert audit.offers > audit.first_offers
    assert set(WhyPassed) <= audit.overtakes.keys(), "the day must have had all of it"


async def test_the_last_standing_in_the_trail_is_how_the_contact_stands_in_its_table(lived: Lived) -> None:
    def look(work: UnitOfWork) -> tuple[dict[ContactId, Standing], dict[ContactId, Standing]]:
        told = {
            event.contact_id: Standing.of_data(event.data["place"])
            for _, event in work.history.moves(lived.began_at, lived.ended_at)
        }
        stored = {contact_id: work.contacts.get(contact_id) for contact_id in lived.contacts}
        return told, {id: Standing.of(contact) for id, contact in stored.items() if contact}

    told, stored = await lived.store.read(look)
    assert told == stored


type Steps = dict[tuple[ContactId, str], list[tuple[str, int, str]]]


async def test_every_step_of_a_line_is_explained_by_an_event_with_its_reason(lived: Lived) -> None:
    """D2: every move of a place is an event with its reason from the closed list."""

    def look(work: UnitOfWork) -> tuple[list[LineChange], Steps]:
        changes = [change for queue in lived.tenant.queues for change in work.lines.changes_after(queue, 0, 10_000)]
        told: Steps = {}
        for contact_id in lived.contacts:
            before: Standing | None = None
            for event in work.trail.after(contact_id, 0, TELLS_STANDING):
                now = Standing.of_data(event.data["place"])
                steps, cause = steps_between(before, now), cause_of(event) or "nothing"
                for step in steps:
                    is_moved = step.op == "leave" and len(steps) == 2
                    told.setdefault((contact_id, step.queue), []).append(
                        (step.op, step.order_at, "moved" if is_moved else cause)
                    )
                before = now
        return changes, told

    changes, told = await lived.store.read(look)
    stored: Steps = {}
    for change in changes:
        stored.setdefault((change.contact_id, change.queue), []).append((change.op, change.order_at, change.cause))
    assert told == stored
