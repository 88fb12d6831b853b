"""What caller and agent say to each other, recorded.

It begins when the two have met, and is on the caller's call until the agent's part is over. How it is to stand follows
from how the contact stands; `settle` makes it so wherever that may have changed. Nothing goes on by itself: who was
paused for a secret is recorded again only once back with the agent.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from uuid_utils import uuid7

from assistant.flow import due
from assistant.flow.tape_moves import LOOK_SECONDS, as_told, look_again, look_soon, may_become, postpone, wanted
from assistant.flow.warm import call_of
from assistant.model.agent import Agent
from assistant.model.call_recordings import CallRecorder, Tape, TapeNow, TapeState
from assistant.model.contact import Contact, ContactId
from assistant.model.errors import Refused, Unavailable
from assistant.model.events import EventType
from assistant.model.spoken import Recordings
from assistant.model.storage import Deadline, Store, UnitOfWork
from assistant.settings.tenant import Tenant

PATIENCE_SECONDS = 4.0

log = logging.getLogger(__name__)


class _Step(NamedTuple):
    tape: Tape
    to: TapeState


class Recording:
    def __init__(self, store: Store, tenant: Tenant, recorder: CallRecorder, recordings: Recordings) -> None:
        self._store = store
        self._tenant = tenant
        self._recorder = recorder
        self._recordings = recordings

    @property
    def is_on(self) -> bool:
        return self._tenant.recording is not None

    async def begin(self, contact_id: ContactId, attempt: int) -> None:
        """The two have met in this attempt: it is recorded from now on, where the tenant's rule allows it.

        Where it can't be, they talk unrecorded.
        """
        if not self.is_on:
            return
        await self.settle_quietly(contact_id)
        asked = await self._store.transact(lambda work: self._asked(work, contact_id, attempt))
        if asked is None:
            return
        contact, tape = asked
        now: TapeNow | None
        try:
            try:
                now = TapeNow(await self._recorder.begin(contact, tape.call_sid), TapeState.ON)
            except Unavailable:
                now = await self._unconfirmed(tape)
        except Refused as refused:
            code = refused.code
            log.warning("a call is not recorded", extra={"code": code, "contact_id": contact_id})
            await self._store.transact(lambda work: self._note(work, tape.id, TapeState.GONE, code=code))
            return
        except Unavailable as unavailable:
            log.warning("recording was not confirmed", extra={"code": unavailable.code, "contact_id": contact_id})
            return
        if now is not None:
            await self._confirmed(tape.id, now)

    def _asked(self, work: UnitOfWork, contact_id: ContactId, attempt: int) -> tuple[Contact, Tape] | None:
        contact, part = work.contacts.lock_only(contact_id), self._tenant.recording
        if contact is None or part is None or not part.allows(consent=contact.consent):
            return None
        call_sid = call_of(work, contact_id)
        if contact.attempt != attempt or call_sid is None or wanted(work, contact, attempt) is not TapeState.ON:
            return None
        if any(before.state.is_running for before in work.tapes.of_contact(contact_id)):
            return None  # what was said with the agent before is recorded still, and cannot be ended
        tape = Tape(str(uuid7()), contact_id, attempt, call_sid, TapeState.BEGUN, work.now)
        if not work.tapes.add(tape):
            return None
        work.deadlines.set(due.TAPE, tape.id, work.now + timedelta(seconds=LOOK_SECONDS))
        return contact, tape

    async def _confirmed(self, tape_id: str, now: TapeNow) -> None:
        contact_id = await self._store.transact(
            lambda work: self._note(work, tape_id, now.state, sid=now.sid, seconds=now.seconds)
        )
        if contact_id is not None:
            await self.settle_quietly(contact_id)  # what changed while it was being asked for

    async def settle(self, contact_id: ContactId, *, is_back: bool = False) -> None:
        """Recorded, paused or ended as this contact now demands. `is_back`: the caller is in the talk, and it goes on.

        Raises `Unavailable` where it may be recorded still though it must not be.
        """
        for tape, to in await self._store.read(lambda work: self._steps(work, contact_id, is_back=is_back)):
            known = TapeNow(tape.recording_sid, tape.state) if tape.recording_sid else None
            now = known or await self._unconfirmed(tape)
            if now is not None:
                await self._change(tape, now.sid, to)

    async def _change(self, tape: Tape, sid: str, to: TapeState) -> None:
        now = await self._recorder.change(tape.call_sid, sid, to)
        await self._store.transact(lambda work: self._note(work, tape.id, now.state, sid=sid, seconds=now.seconds))
        if now.state is TapeState.ON and to is not TapeState.ON:
            raise Unavailable("telephone_unavailable", "The recording goes on, though it must not.")

    async def _unconfirmed(self, tape: Tape) -> TapeNow | None:
        """What nobody confirmed may be so all the same."""
        of_call = await self._recorder.of_call(tape.call_sid)
        tapes = await self._store.read(lambda work: work.tapes.of_contact(tape.contact_id))
        others = {one.recording_sid for one in tapes if one.id != tape.id}
        return next((one for one in of_call if one.sid not in others), None)

    async def settle_quietly(self, contact_id: ContactId, *, is_back: bool = False) -> None:
        """The same for whoever can't wait for it: what could not be ended now is tried again soon."""
        if not self.is_on:
            return
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self.settle(contact_id, is_back=is_back)
        except (Unavailable, TimeoutError):
            log.warning("a recording is as it was", extra={"contact_id": contact_id})
            await self._store.transact(lambda work: look_soon(work, contact_id))

    def _steps(self, work: UnitOfWork, contact_id: ContactId, *, is_back: bool) -> list[_Step]:
        contact = work.contacts.get(contact_id)
        if contact is None:
            return []
        running = [tape for tape in work.tapes.of_contact(contact_id) if tape.state.is_running]
        steps = [_Step(tape, wanted(work, contact, tape.attempt)) for tape in running]
        return [step for step in steps if step.to is not step.tape.state and (is_back or step.to is not TapeState.ON)]

    async def told(self, contact_id: ContactId, attempt: int, now: TapeNow) -> None:
        """What is told of the recording of this attempt. Told again, or late, it changes nothing."""
        tapes = await self._store.read(lambda work: work.tapes.of_contact(contact_id))
        tape = next((one for one in tapes if one.attempt == attempt and one.recording_sid in {None, now.sid}), None)
        if tape is None:
            return
        if now.state is TapeState.ON:
            if tape.state is TapeState.BEGUN:
                await self._confirmed(tape.id, now)
            return
        await self._store.transact(lambda work: self._note(work, tape.id, now.state, sid=now.sid, seconds=now.seconds))

    def _note(
        self,
        work: UnitOfWork,
        tape_id: str,
        state: TapeState,
        *,
        sid: str | None = None,
        seconds: int | None = None,
        code: str | None = None,
    ) -> ContactId | None:
        """The recording stands so now, if that is news; gives whose it is."""
        seen = work.tapes.get(tape_id)
        contact = work.contacts.lock_only(seen.contact_id) if seen else None
        tape = work.tapes.lock(tape_id)
        if contact is None or tape is None or not may_become(tape.state, state):
            return None
        was = tape
        tape = replace(tape, state=state, recording_sid=tape.recording_sid or sid, seconds=seconds or tape.seconds)
        work.tapes.save(tape)
        if as_told(state) != as_told(was.state) or code is not None:
            data = {"attempt": tape.attempt, "state": as_told(state)} | ({"code": code} if code else {})
            work.trail.append(contact, EventType.RECORDING_CHANGED, data)
        part = self._tenant.recording
        if state is TapeState.KEPT:
            kept_until = work.now + timedelta(days=part.kept_days if part is not None else 0)
            work.deadlines.set(due.TAPE_KEPT, tape_id, kept_until)
        if state in {TapeState.KEPT, TapeState.GONE}:
            work.deadlines.clear(due.TAPE, tape_id)
        return contact.id

    async def overdue(self, deadline: Deadline) -> None:
        """A recording that is not known to be over: ended where it must be, and looked at once it is."""
        tape = await self._store.read(lambda work: work.tapes.get(deadline.subject))
        if tape is not None and tape.state not in {TapeState.KEPT, TapeState.GONE}:
            try:
                await self.settle(tape.contact_id)
                await self._look(tape)
            except Unavailable as unavailable:
                log.warning("a recording waits", extra={"code": unavailable.code, "contact_id": tape.contact_id})
        await self._store.transact(lambda work: look_again(work, deadline))

    async def _look(self, seen: Tape) -> None:
        tape = await self._store.read(lambda work: work.tapes.get(seen.id))
        if tape is None:
            return
        if tape.recording_sid is None:
            found = await self._unconfirmed(tape)
            if found is not None:
                await self._confirmed(tape.id, found)
            else:
                await self._store.transact(lambda work: self._note(work, tape.id, TapeState.GONE, code="not_begun"))
            return
        now = await self._recorder.look(tape.recording_sid)
        state, seconds = (now.state, now.seconds) if now is not None else (TapeState.GONE, None)
        if not state.is_running:
            await self._store.transact(lambda work: self._note(work, tape.id, state, seconds=seconds))

    async def kept_long_enough(self, deadline: Deadline) -> None:
        """The recording is deleted where it is."""
        tape = await self._store.read(lambda work: work.tapes.get(deadline.subject))
        try:
            if tape is not None and tape.recording_sid is not None:
                await self._recordings.delete(tape.recording_sid)
        except Unavailable as unavailable:
            log.warning("a recording waits", extra={"code": unavailable.code, "tape_id": deadline.subject})
            await self._store.transact(lambda work: postpone(work, deadline, LOOK_SECONDS))
            return
        await self._store.transact(lambda work: _gone(work, deadline.subject))

    async def erase(self, contact_id: ContactId) -> None:
        """Deletes all recordings of this contact, who is with no agent any more. Raises `Unavailable`."""
        await self.settle(contact_id)
        for tape in await self._store.read(lambda work: work.tapes.of_contact(contact_id)):
            if tape.state is TapeState.GONE:
                continue
            known = tape.recording_sid
            now = None if known else await self._unconfirmed(tape)
            sid = known or (now.sid if now is not None else None)
            if sid is not None:
                await self._recordings.delete(sid)
            await self._store.transact(partial(_gone, tape_id=tape.id))

    async def heard_by(self, contact_id: ContactId, attempt: int, agent: Agent) -> bytes | None:
        """The recording of this attempt as a WAV file, and that this person has asked for it stands in the trail.

        None where there is none (any more). Raises `Unavailable`.
        """
        tapes = await self._store.read(lambda work: work.tapes.of_contact(contact_id))
        kept = (one for one in tapes if one.attempt == attempt and one.state is TapeState.KEPT)
        tape = next(kept, None)
        if tape is None or tape.recording_sid is None:
            return None
        sound = await self._recordings.sound_of(tape.recording_sid)
        if sound is None:
            return None

        def note(work: UnitOfWork) -> None:
            contact = work.contacts.lock_only(contact_id)
            if contact is not None:
                work.trail.append(contact, EventType.RECORDING_HEARD, {"attempt": attempt, "by": agent.id})

        await self._store.transact(note)
        return sound


def _gone(work: UnitOfWork, tape_id: str) -> None:
    tape = work.tapes.lock(tape_id)
    if tape is not None:
        work.tapes.save(replace(tape, state=TapeState.GONE, recording_sid=None))
    for kind in (due.TAPE, due.TAPE_KEPT):
        work.deadlines.clear(kind, tape_id)
