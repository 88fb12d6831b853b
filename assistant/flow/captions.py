"""What caller and agent say to each other, written down while they talk.

The telephone company tells of it in pieces that come late, twice and out of order. A piece that is final is a message
of the transcript, kept once; what may still change is shown to whoever looks at it now, and kept nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistant.flow.hearing import as_kept
from assistant.flow.holding import call_state
from assistant.flow.moves import say
from assistant.model.contact import Channel, Contact, ContactId, State
from assistant.model.events import Author, EventType
from assistant.model.place import rfc3339
from assistant.model.ports import Bus
from assistant.model.redaction import sayable
from assistant.model.redaction.pieces import without_rest_of_card
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant

CHANGES = frozenset({EventType.TRANSCRIPTION_CHANGED})
TALKING = frozenset({State.CONNECTED, State.WRAPPING})
MAX_TEXT = 4000
SAID = frozenset({EventType.MESSAGE_ADDED})
RECENT = 16
NODDING_WORDS = 3
"""So few words of the other side (`yes, go on`) don't end what somebody reads out piece by piece."""


@dataclass(frozen=True, slots=True)
class Caption:
    """One piece: `sequence` orders those of one author in one session."""

    session: str
    author: Author
    sequence: int
    words: str
    said_at: datetime | None

    @property
    def client_id(self) -> str:
        return f"caption:{self.session}:{self.author}:{self.sequence}"

    def as_data(self) -> dict[str, Any]:
        said_at = rfc3339(self.said_at) if self.said_at is not None else None
        return {"session": self.session, "sequence": self.sequence, "said_at": said_at}


def is_written_down(work: UnitOfWork, contact: Contact) -> bool:
    """Whether what is said in this connection is being written down. A session that has stopped does not begin again,
    whichever notice comes first."""
    told = [event.data for event in work.trail.after(contact.id, 0, CHANGES)]
    mine = [data for data in told if data["attempt"] == contact.attempt]
    begun, over = ({data["session"] for data in mine if data["is_on"] is is_on} for is_on in (True, False))
    return contact.state is State.CONNECTED and bool(begun - over)


class Captions:
    def __init__(self, store: Store, bus: Bus, tenant: Tenant) -> None:
        self._store = store
        self._bus = bus
        self._part = tenant.transcription

    async def final(self, contact_id: ContactId, attempt: int, caption: Caption) -> None:
        """Keeps it in the transcript, unless it is there; what may not be written down is dropped."""

        def keep(work: UnitOfWork) -> None:
            contact = work.contacts.lock_only(contact_id)
            words = sayable(caption.words)[:MAX_TEXT]
            if contact is None or not words or not self._is_taken(work, contact, attempt):
                return
            if work.trail.has_client_id(contact_id, caption.client_id):
                return
            named = {}
            if caption.author is Author.AGENT and contact.agent_id and attempt == contact.attempt:
                agent = work.agents.get(contact.agent_id)
                named = {"agent_name": agent.first_name} if agent else {}
            text = _as_kept(work, contact, caption.author, words)
            told = {"caption": caption.as_data()}
            say(work, contact, caption.author, text, told, client_id=caption.client_id, **named)

        await self._store.transact(keep)

    async def partial(self, contact_id: ContactId, attempt: int, caption: Caption) -> None:
        """Shows it to whoever looks at the contact now."""

        def look(work: UnitOfWork) -> str | None:
            contact = work.contacts.get(contact_id)
            words = sayable(caption.words)[:MAX_TEXT]
            if contact is None or contact.state is not State.CONNECTED or attempt != contact.attempt or not words:
                return None
            if not self._is_taken(work, contact, attempt):
                return None
            return _as_kept(work, contact, caption.author, words)

        text = await self._store.read(look)
        if text is not None:
            told = {"contact_id": contact_id, "author": caption.author.value, "text": text}
            self._bus.publish(f"captions.{contact_id}", told | caption.as_data())

    async def changed(
        self, contact_id: ContactId, attempt: int, session: str, *, is_on: bool, code: str | None = None
    ) -> None:
        """A session has begun, or is over; `code` says why it failed. Told twice, it is noted once."""

        def note(work: UnitOfWork) -> None:
            contact = work.contacts.lock_only(contact_id)
            if contact is None:
                return
            known = [event.data for event in work.trail.after(contact_id, 0, CHANGES)]
            if any(data["session"] == session and data["is_on"] is is_on for data in known):
                return
            data = {"attempt": attempt, "session": session, "is_on": is_on}
            work.trail.append(contact, EventType.TRANSCRIPTION_CHANGED, data | ({"code": code} if code else {}))

        await self._store.transact(note)

    def _is_taken(self, work: UnitOfWork, contact: Contact, attempt: int) -> bool:
        """Nothing that was said beside a secret, or to nobody; and nothing of another time."""
        if contact.channel is not Channel.VOICE or contact.state not in TALKING or attempt > contact.attempt:
            return False
        part, state = self._part, call_state(work, contact)
        if part is None or not part.allows(consent=contact.consent) or contact.pending_input is not None:
            return False
        return not (part.pauses_on_hold and state is not None and state.on_hold)


def _as_kept(work: UnitOfWork, contact: Contact, author: Author, words: str) -> str:
    """The words as they may be kept and shown: a card's number comes in as many pieces as there are pauses in it."""
    return without_rest_of_card(_before(work, contact, author), as_kept(work, contact, words))


def _before(work: UnitOfWork, contact: Contact, author: Author) -> list[str]:
    """What this side has said since the other last said more than a nod, as it is kept."""
    pieces: list[str] = []
    for event in reversed(work.trail.after(contact.id, contact.seq - RECENT, SAID)):
        if event.words is not None and event.words.author is author:
            pieces.insert(0, event.words.text)
        elif event.words is not None and ("?" in event.words.text or len(event.words.text.split()) > NODDING_WORDS):
            break
    return pieces
