"""The caller mends what will be passed on, and says whether it may be."""

from __future__ import annotations

from dataclasses import replace

from assistant.model.briefing import Fact
from assistant.model.contact import Contact, ContactId
from assistant.model.errors import Refused, contact_closed, no_such_contact
from assistant.model.events import EventType
from assistant.model.redaction import redacted
from assistant.model.storage import Store, UnitOfWork

NO_FACT = Fact("", "", "")


class Corrections:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def correct(self, contact_id: ContactId, fact_id: str, value: str) -> None:
        """Replaces one fact's value; an empty one takes it back. Raises `Refused` `no_such_fact`.

        What was taken back stays as an empty value, which is shown to nobody, until the dialogue has taken notice.
        """

        def correct(work: UnitOfWork) -> None:
            contact = _open(work, contact_id)
            known = {fact.id: fact for fact in work.trail.facts(contact_id)}
            if not known.get(fact_id, NO_FACT).value:
                raise Refused("no_such_fact", "id: nothing of that name was noted.")
            work.trail.put_fact(contact_id, Fact(fact_id, known[fact_id].label, redacted(value.strip())))
            work.trail.append(contact, EventType.GATHERED_UPDATED, {"corrected": fact_id})

        await self._store.transact(correct)

    async def consent(self, contact_id: ContactId, *, given: bool) -> None:
        """Whether what was noted may be passed to the agent.

        Refused, the place stands, what was gathered is erased and nothing is passed on.
        """

        def decide(work: UnitOfWork) -> None:
            contact = replace(_open(work, contact_id), consent=given, consent_asked=True)
            if not given:
                work.trail.drop_facts(contact_id, [fact.id for fact in work.trail.facts(contact_id)])
                contact = replace(contact, also=())
            work.trail.append(contact, EventType.GATHERED_UPDATED, {"consent": given})

        await self._store.transact(decide)


def _open(work: UnitOfWork, contact_id: ContactId) -> Contact:
    contact = work.contacts.lock_only(contact_id)
    if contact is None:
        raise no_such_contact()
    if contact.state.is_over:
        raise contact_closed()
    return contact
