"""How a caller stands with us at a moment, as the dialogue engine is told it with every turn."""

from __future__ import annotations

from datetime import timedelta

from assistant.flow.accepted_offers import waits_for_step
from assistant.flow.gathering import consent_of
from assistant.flow.line import Lines
from assistant.model.contact import Contact, State
from assistant.model.place import Staffing
from assistant.model.ports import Circumstances, EarlierContact, OtherLine
from assistant.model.storage import UnitOfWork
from assistant.model.wording import day_phrase, inner
from assistant.settings.tenant import Tenant

PROVED = 2
DONE = {"done", "already_done"}


def circumstances_of(work: UnitOfWork, contact: Contact, tenant: Tenant, lines: Lines) -> Circumstances:
    """What holds in this transaction. Whether the caller was here before is looked up while the matter is open."""
    is_new_talk = contact.topic is None and not contact.veiled_seq
    earlier = _earlier(work, contact, tenant) if is_new_talk else None
    return Circumstances(
        asks_consent=tenant.asks_consent,
        consent=consent_of(contact),
        agent_waits=waits_for_step(work, contact),
        suits=_suits(work, contact, tenant, lines),
        earlier=earlier,
        is_familiar=(earlier is not None or was_here(work, contact)) if is_new_talk else None,
    )


def _suits(work: UnitOfWork, contact: Contact, tenant: Tenant, lines: Lines) -> dict[str, OtherLine]:
    """The topics that another line handles, which is open, has room, and is not worse staffed than this one."""
    if contact.state is not State.WAITING or contact.direct_agent_id is not None:
        return {}
    suits = {}
    for topic, part in tenant.topics.items():
        queue = part.queue
        if queue is None or queue == contact.queue or not tenant.queues[queue].hours.is_open(work.now):
            continue
        is_staffed = lines.staffing(queue, contact.language) is Staffing.STAFFED
        if is_staffed or lines.staffing(contact.queue, contact.language) is not Staffing.STAFFED:
            suits[topic] = OtherLine(queue, inner(tenant.queues[queue].name))
    return suits


def _earlier(work: UnitOfWork, contact: Contact, tenant: Tenant) -> EarlierContact | None:
    """The last contact of a verified caller: what was settled and may be asked about, or else what it was about."""
    if contact.customer_number is None or contact.verification.level < PROVED:
        return None
    since = work.now - timedelta(days=tenant.remembered_days)
    past = next(iter(work.contacts.earlier_of_customer(contact.customer_number, contact.id, 1)), None)
    if past is None or past.consent is False or past.entered_at < since:
        return None
    day = day_phrase(past.entered_at, work.now, tenant.queues[contact.queue].hours.zone)
    for tried in reversed(work.trail.tried(past.id)):
        part = tenant.services.get(tried.service)
        if tried.outcome in DONE and part is not None and part.later is not None:
            later = part.later
            facts = {later.day_fact: day.removeprefix("on ")} if later.day_fact else {}
            return EarlierContact(later.topic, f"{later.spoken} {day}", facts)
    return EarlierContact(past.topic) if past.topic else None


def was_here(work: UnitOfWork, contact: Contact) -> bool:
    """By the customer who was verified, else by the number that the call comes from: a hint is enough for manners."""
    if contact.customer_number is not None and contact.verification.level >= PROVED:
        return bool(work.contacts.earlier_of_customer(contact.customer_number, contact.id, 1))
    return contact.ani is not None and work.contacts.has_called_before(contact.ani, contact.id)
