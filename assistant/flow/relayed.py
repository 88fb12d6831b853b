"""A call whose talk runs over a socket: its sessions, how far the caller was told, and what was cut short.

Who has been told the position in words that were never heard has not been told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.model.contact import Announced, Contact, ContactId
from assistant.model.errors import Refused, no_such_contact
from assistant.model.events import EventType
from assistant.model.storage import Store, UnitOfWork

BEGINNINGS = frozenset({EventType.RELAY_BEGAN})
ENDS = frozenset({EventType.RELAY_ENDED})


@dataclass(frozen=True, slots=True)
class Told:
    """What the caller has been told of the place: how many are ahead, and the wait."""

    ahead: int | None
    wait: Announced | None

    @classmethod
    def of(cls, contact: Contact) -> Told:
        return cls(contact.told_ahead, contact.announced)


class RelayedCalls:
    """Sessions are numbered per contact; each number is good once."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def begin(self, contact_id: ContactId, call_sid: str, n: int) -> None:
        """A session of this contact's call begins.

        Raises `Refused`: `no_such_contact`, `not_this_call`, `used_before`.
        """

        def begin(work: UnitOfWork) -> None:
            contact = work.contacts.lock_only(contact_id)
            if contact is None:
                raise no_such_contact()
            leg = work.legs.by_ref(call_sid)
            if leg is None or leg.contact_id != contact_id:
                raise Refused("not_this_call", "This is not the contact's call.")
            if any(event.data["n"] >= n for event in work.trail.after(contact_id, 0, BEGINNINGS)):
                raise Refused("used_before", "This session, or a later one, has begun already.")
            work.trail.append(contact, EventType.RELAY_BEGAN, {"n": n})

        await self._store.transact(begin)

    async def end(self, contact_id: ContactId, n: int, told_seq: int) -> None:
        """The session is over; what was said up to `told_seq` need not be said again."""

        def end(work: UnitOfWork) -> None:
            contact = work.contacts.lock_only(contact_id)
            if contact is not None:
                work.trail.append(contact, EventType.RELAY_ENDED, {"n": n, "told_seq": told_seq})

        await self._store.transact(end)

    async def told_until(self, contact_id: ContactId, n: int) -> int | None:
        """How far the caller was told when this session ended; None where it has not, or nobody could say."""

        def look(work: UnitOfWork) -> int | None:
            ended = work.trail.after(contact_id, 0, ENDS)
            return next((int(event.data["told_seq"]) for event in reversed(ended) if event.data["n"] == n), None)

        return await self._store.read(look)

    async def has_begun(self, contact_id: ContactId, n: int) -> bool:
        """Whether the session was begun at all."""
        return await self._store.read(
            lambda work: any(one.data["n"] == n for one in work.trail.after(contact_id, 0, BEGINNINGS))
        )

    async def cut(self, contact_id: ContactId, seq: int, heard: int, *, told: Told, before: Told) -> None:
        """The caller cut in: of the message `seq` so many characters were heard, and nothing of what followed.

        `told` is what these messages told of the place, and `before` what the caller knew without them: unless
        something has been told since, that is what counts again.
        """

        def cut(work: UnitOfWork) -> None:
            contact = work.contacts.lock_only(contact_id)
            if contact is None or contact.state.is_over:
                return
            if Told.of(contact) == told:
                contact = replace(contact, told_ahead=before.ahead, announced=before.wait)
            work.trail.append(contact, EventType.SPEECH_CUT, {"cut_seq": seq, "heard": heard})

        await self._store.transact(cut)
