"""Messages that callers speak: from the tone to the text that an agent reads.

The row stands before the tone. What the telephone company tells of it comes late, twice, in any order, or not at all,
so each step may be told first and again, and what nobody told is looked up when it is overdue. Without a place in line
the message opens a contact, as one that is written in chat does; a caller with a place gives it up by leaving one.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from uuid_utils import uuid7

from assistant.flow import admission, due, moves
from assistant.model.briefing import Fact
from assistant.model.contact import Channel, Contact, ContactId, Outcome, QueueId, Reach, State
from assistant.model.errors import Unavailable
from assistant.model.events import Author, EventType
from assistant.model.place import micros
from assistant.model.redaction import redacted, sayable
from assistant.model.spoken import Recordings, SpokenMessage, SpokenState
from assistant.model.storage import Deadline, Store, UnitOfWork
from assistant.model.wording import MESSAGE_KEPT
from assistant.settings.tenant import Tenant

SHORTEST_SECONDS = 2
"""What is shorter is a breath or a click; nor does the telephone company write it down."""
TELLING_SECONDS = 45.0  # from the last moment of a recording until it must have been told of
WRITING_SECONDS = 600.0
AGAIN_SECONDS = 60.0
ENGLISH = "en"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Speaking:
    """A call that is about to record a message. `contact_id`: whose place in line it has meanwhile."""

    call_sid: str
    queue: QueueId
    language: str
    ani: str | None
    dnis: str | None
    contact_id: ContactId | None = None


class SpokenMessages:
    def __init__(self, store: Store, tenant: Tenant, recordings: Recordings) -> None:
        self._store = store
        self._tenant = tenant
        self._recordings = recordings

    def is_written_down(self, language: str) -> bool:
        """Whether somebody is asked to write down what is said in this language."""
        return self._tenant.spoken_messages.is_written_down and language.partition("-")[0] == ENGLISH

    async def begin(self, speaking: Speaking) -> None:
        """The tone comes next. After an empty recording it begins anew."""

        def begin(work: UnitOfWork) -> None:
            begun = SpokenMessage(
                id=str(uuid7()),
                call_sid=speaking.call_sid,
                queue=speaking.queue,
                language=speaking.language,
                ani=speaking.ani,
                dnis=speaking.dnis,
                state=SpokenState.BEGUN,
                begun_at=work.now,
                contact_id=speaking.contact_id,
            )
            message = work.spoken.add(begun)
            if message.state.is_kept:
                return
            if message.state is SpokenState.EMPTY:
                work.spoken.save(replace(message, state=SpokenState.BEGUN, begun_at=work.now, recording_sid=None))
            overdue = timedelta(seconds=self._tenant.spoken_messages.longest_seconds + TELLING_SECONDS)
            work.deadlines.set(due.SPOKEN, message.id, work.now + overdue)

        await self._store.transact(begin)

    async def state_of(self, call_sid: str) -> SpokenState | None:
        """What is known of this call's message; None where it has none."""
        message = await self._store.read(lambda work: work.spoken.of_call(call_sid))
        return message.state if message else None

    async def recorded(self, call_sid: str, recording_sid: str | None, seconds: int | None) -> SpokenState | None:
        """A recording has ended; without a `recording_sid` or with hardly a second in it nothing was said.

        Told again it changes nothing. None: this call was not asked for a message.
        """
        return await self._store.transact(lambda work: self._recorded(work, call_sid, recording_sid, seconds))

    def _recorded(
        self, work: UnitOfWork, call_sid: str, recording_sid: str | None, seconds: int | None
    ) -> SpokenState | None:
        message, contact = _locked(work, call_sid)
        if message is None or message.state is not SpokenState.BEGUN:
            return message.state if message else None
        if recording_sid is None or (seconds is not None and seconds < SHORTEST_SECONDS):
            return self._nothing_said(work, message, recording_sid)
        message, _ = self._keep(work, message, contact, recording_sid, seconds)
        return message.state

    def _keep(
        self, work: UnitOfWork, message: SpokenMessage, contact: Contact | None, recording_sid: str, seconds: int | None
    ) -> tuple[SpokenMessage, Contact]:
        contact = self._of_a_place(work, contact) if contact else self._of_its_own(work, message)
        contact = work.trail.append(contact, EventType.MESSAGE_SPOKEN, {"seconds": seconds})
        is_awaited = self.is_written_down(message.language)
        state = SpokenState.RECORDED if is_awaited else SpokenState.UNWRITTEN
        message = replace(message, state=state, contact_id=contact.id, recording_sid=recording_sid, seconds=seconds)
        work.spoken.save(message)
        work.deadlines.clear(due.SPOKEN, message.id)
        if is_awaited:
            work.deadlines.set(due.SPOKEN, message.id, work.now + timedelta(seconds=WRITING_SECONDS))
        kept_until = work.now + timedelta(days=self._tenant.spoken_messages.kept_days)
        work.deadlines.set(due.RECORDING_KEPT, message.id, kept_until)
        return message, contact

    def _nothing_said(self, work: UnitOfWork, message: SpokenMessage, recording_sid: str | None) -> SpokenState:
        work.spoken.save(replace(message, state=SpokenState.EMPTY, recording_sid=recording_sid))
        work.deadlines.clear(due.SPOKEN, message.id)
        if recording_sid is not None:
            work.deadlines.set(due.RECORDING_KEPT, message.id, work.now)
        return SpokenState.EMPTY

    def _of_its_own(self, work: UnitOfWork, message: SpokenMessage) -> Contact:
        """A contact that is over as it begins and was in no line."""
        over = {"state": State.CLOSED, "outcome": Outcome.MESSAGE_LEFT, "ended_at": work.now}
        told = {"order_at": micros(work.now), "ani": message.ani, "dnis": message.dnis}
        contact = admission.new_contact(
            work, self._tenant, Channel.VOICE, message.queue, message.language, **over | told
        )
        work.contacts.add(contact, secrets.token_hex(32), None, None)  # nobody holds a token that opens it
        if message.ani is not None:
            work.trail.put_fact(contact.id, Fact(admission.REPLY_TO, "Reply to", message.ani))
        contact = work.trail.append(contact, EventType.GATHERED_UPDATED)
        contact = moves.say(work, contact, Author.ASSISTANT, MESSAGE_KEPT)
        return work.trail.append(contact, EventType.CONTACT_CLOSED, {"outcome": contact.outcome})

    def _of_a_place(self, work: UnitOfWork, contact: Contact) -> Contact:
        """Who waits has given up the place by it; whom an agent takes, or who is to be called back, has not."""
        if contact.ani is not None:
            work.trail.put_fact(contact.id, Fact(admission.REPLY_TO, "Reply to", contact.ani))
            contact = work.trail.append(contact, EventType.GATHERED_UPDATED)
        if contact.state is State.WAITING and contact.reach is not Reach.CALLBACK:
            contact = moves.say(work, contact, Author.ASSISTANT, MESSAGE_KEPT)
            return moves.leave_line(work, contact, State.CLOSED, Outcome.MESSAGE_LEFT, self._tenant.timing)
        has_hung_up = contact.state is State.ABANDONED
        return moves.close_abandoned(work, contact, Outcome.MESSAGE_LEFT) if has_hung_up else contact

    async def written(self, call_sid: str, recording_sid: str, text: str | None) -> None:
        """What was said, as it was written down; None where that failed. The first text stands.

        Where it holds what must not be kept, as the number of a card, the recording that says it is deleted too.
        """
        await self._store.transact(lambda work: self._written(work, call_sid, recording_sid, text))

    def _written(self, work: UnitOfWork, call_sid: str, recording_sid: str, text: str | None) -> None:
        text = sayable(text or "")
        message, contact = _locked(work, call_sid)
        if message is not None and message.state is SpokenState.BEGUN and text:
            message, contact = self._keep(work, message, contact, recording_sid, None)  # told before its recording
        if message is None or contact is None or message.recording_sid not in {recording_sid, None}:
            return
        if not message.state.is_kept or message.state is SpokenState.WRITTEN:
            return
        work.deadlines.clear(due.SPOKEN, message.id)
        if not text:
            work.spoken.save(replace(message, state=SpokenState.UNWRITTEN))
            return
        kept = redacted(text)
        contact = moves.say(work, contact, Author.CALLER, kept, told={"spoken": True})
        work.spoken.save(replace(message, state=SpokenState.WRITTEN, words_seq=contact.seq))
        if kept != text and message.recording_sid is not None:
            work.deadlines.set(due.RECORDING_KEPT, message.id, work.now)

    async def overdue(self, deadline: Deadline) -> None:
        """Nobody told what became of a recording, or of its text: it is looked up where they are."""
        message = await self._store.read(lambda work: work.spoken.get(deadline.subject))
        try:
            if message is not None and message.state is SpokenState.BEGUN:
                found = await self._recordings.of_call(message.call_sid)
                told = (found.sid, found.seconds) if found else (None, None)
                await self._take(deadline, lambda work: self._recorded(work, message.call_sid, *told))
            elif message is not None and message.recording_sid is not None:
                sid = message.recording_sid
                text = await self._recordings.text_of(sid)
                await self._take(deadline, lambda work: self._written(work, message.call_sid, sid, text))
            else:
                await self._take(deadline, lambda _: None)
        except Unavailable as unavailable:
            await self._postpone(deadline, unavailable)

    async def kept_long_enough(self, deadline: Deadline) -> None:
        """The recording is deleted where it is; what was written down stays."""
        message = await self._store.read(lambda work: work.spoken.get(deadline.subject))
        try:
            if message is not None and message.recording_sid is not None:
                await self._recordings.delete(message.recording_sid)
            await self._take(deadline, lambda work: _without_recording(work, deadline.subject))
        except Unavailable as unavailable:
            await self._postpone(deadline, unavailable)

    async def _take(self, deadline: Deadline, then: Callable[[UnitOfWork], object]) -> None:
        def take(work: UnitOfWork) -> None:
            message = work.spoken.get(deadline.subject)
            if message is not None:
                _locked(work, message.call_sid)  # lock order: deadlines last
            if work.deadlines.take(deadline):
                then(work)

        await self._store.transact(take)

    async def _postpone(self, deadline: Deadline, unavailable: Unavailable) -> None:
        log.warning("a recording waits", extra={"code": unavailable.code, "message_id": deadline.subject})

        def postpone(work: UnitOfWork) -> None:
            if work.deadlines.when(deadline.kind, deadline.subject) is not None:
                work.deadlines.set(deadline.kind, deadline.subject, work.now + timedelta(seconds=AGAIN_SECONDS))

        await self._store.transact(postpone)

    async def erase_recording(self, contact_id: ContactId) -> None:
        """Deletes what this contact's caller has spoken. Raises `Unavailable`."""
        message = await self._store.read(lambda work: work.spoken.of_contact(contact_id))
        if message is None or message.recording_sid is None:
            return
        await self._recordings.delete(message.recording_sid)

        def deleted(work: UnitOfWork) -> None:
            _locked(work, message.call_sid)  # lock order: deadlines last
            _without_recording(work, message.id)
            for kind in (due.SPOKEN, due.RECORDING_KEPT):
                work.deadlines.clear(kind, message.id)

        await self._store.transact(deleted)

    async def sound_of(self, contact_id: ContactId) -> bytes | None:
        """What this contact's caller said, as a WAV file; None where there is no recording (any more)."""
        message = await self._store.read(lambda work: work.spoken.of_contact(contact_id))
        if message is None or message.recording_sid is None or not message.state.is_kept:
            return None
        return await self._recordings.sound_of(message.recording_sid)


def _locked(work: UnitOfWork, call_sid: str) -> tuple[SpokenMessage | None, Contact | None]:
    """The message of this call and its contact, both locked, the contact first."""
    seen = work.spoken.of_call(call_sid)
    if seen is None:
        return None, None
    contact = work.contacts.lock(seen.contact_id) if seen.contact_id else None
    message = work.spoken.lock(seen.id)
    if message is not None and message.contact_id != seen.contact_id and message.contact_id is not None:
        contact = work.contacts.lock(message.contact_id)  # opened by a twin while its row was waited for
    return message, contact


def _without_recording(work: UnitOfWork, id: str) -> None:
    message = work.spoken.lock(id)
    if message is not None:
        work.spoken.save(replace(message, recording_sid=None))
