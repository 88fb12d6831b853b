"""What is gathered of the caller's matters: kept as the engine's replies tell it, and shown as it will be passed on.

Facts of the matter that is talked about have plain ids; those of the others have their topic before a dot.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.model.briefing import Fact, Gathered, Told, fact_id
from assistant.model.contact import Contact, Matter
from assistant.model.events import EventType
from assistant.model.ports import OtherMatter, Reply
from assistant.model.redaction import redacted
from assistant.model.storage import UnitOfWork
from assistant.settings.tenant import Tenant

NOTHING = Gathered(topic=None, topic_label=None, verified=False, facts=(), tried=())
ASKED, GIVEN, REFUSED = "asked", "given", "refused"


def consent_of(contact: Contact) -> str | None:
    """How far consent has come, in the engine's words."""
    if contact.consent is None:
        return ASKED if contact.consent_asked else None
    return GIVEN if contact.consent else REFUSED


def known_facts(work: UnitOfWork, contact: Contact) -> dict[str, str]:
    """All facts by id; one that the caller has taken back is empty. None where the old talk is hidden."""
    return {} if contact.veiled_seq else {fact.id: fact.value for fact in work.trail.facts(contact.id)}


def of_topic(facts: dict[str, str], also: tuple[Matter, ...]) -> tuple[dict[str, str | None], tuple[OtherMatter, ...]]:
    """The facts of what is talked about, and the other matters with theirs."""
    plain = {id: value or None for id, value in facts.items() if "." not in id}
    return plain, tuple(OtherMatter(each.topic, _facts_of(each.topic, facts), each.is_urgent) for each in also)


def _facts_of(topic: str, facts: dict[str, str]) -> dict[str, str | None]:
    prefix = fact_id(topic, "")
    return {id.removeprefix(prefix): value or None for id, value in facts.items() if id.startswith(prefix)}


def told_facts(reply: Reply) -> dict[str, str]:
    """All facts of a reply by id."""
    others = {fact_id(each.topic, id): value for each in reply.also for id, value in each.facts.items() if value}
    return reply.facts | others


def keep(work: UnitOfWork, contact: Contact, reply: Reply, tenant: Tenant) -> Contact:
    """What the reply tells is what is known from now on; an event where that changes anything."""
    told = told_facts(reply)
    known = {fact.id: fact.value for fact in work.trail.facts(contact.id)}
    if contact.veiled_seq:
        known = {id: value for id, value in known.items() if id in told}
    changed = {id: value for id, value in told.items() if value and known.get(id) != value}
    gone = [id for id in known if id not in told]
    now = _now(contact, reply)
    if not changed and not gone and now == contact:
        return contact
    for id, value in changed.items():
        topic, _, fact = id.rpartition(".")
        label = tenant.fact_label(topic or reply.topic, fact)
        work.trail.put_fact(contact.id, Fact(id, label, redacted(value)))
    work.trail.drop_facts(contact.id, gone)
    told_consent = {"consent": now.consent} if now.consent != contact.consent else {}
    return work.trail.append(now, EventType.GATHERED_UPDATED, told_consent)


def is_news(contact: Contact, facts: dict[str, str], reply: Reply) -> bool:
    """Whether the reply tells more than was known when it was asked for."""
    return told_facts(reply) != facts or _now(contact, reply) != contact


def _now(contact: Contact, reply: Reply) -> Contact:
    also = tuple(Matter(each.topic, each.is_urgent) for each in reply.also)
    contact = replace(contact, topic=reply.topic, is_urgent=reply.is_urgent, also=also)
    if reply.consent is None:
        return contact
    consent = contact.consent if reply.consent == ASKED else reply.consent == GIVEN
    return replace(contact, consent_asked=True, consent=consent)


def gathered_of(work: UnitOfWork, contact: Contact, tenant: Tenant) -> Gathered:
    """As it would be passed on now. The main matter is an urgent one, or else the one that is talked about."""
    facts = tuple(fact for fact in work.trail.facts(contact.id) if fact.value)
    plain = tuple(fact for fact in facts if "." not in fact.id)
    others = [
        Told(each.topic, tenant.topic_label(each.topic), each.is_urgent, _of(each.topic, facts))
        for each in contact.also
        if each.topic != contact.topic
    ]
    current = Told(contact.topic, tenant.topic_label(contact.topic), contact.is_urgent, plain)
    is_about = contact.topic is not None or bool(plain)
    main, *rest = sorted([current, *others] if is_about or not others else others, key=lambda told: not told.is_urgent)
    return Gathered(
        topic=main.topic,
        topic_label=main.topic_label,
        verified=contact.verification.level >= 2,
        facts=main.facts,
        tried=work.trail.tried(contact.id),
        also=tuple(rest),
        is_urgent=main.is_urgent,
        consent=contact.consent,
    )


def _of(topic: str, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts if fact.id.startswith(fact_id(topic, "")))
