"""The exchange: makes calls, rings phones, and moves each call through its life."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import Any

from telephony.emulator.call_recordings import CallRecordings
from telephony.emulator.calls import (
    INBOUND,
    OUTBOUND,
    Call,
    Phone,
    Pressed,
    Progress,
    Script,
    Spoken,
    new_sid,
)
from telephony.emulator.conferences import ENDED_BY_API, HUNG_UP, UPDATED, Conferences
from telephony.emulator.leg import Leg, Step, play_alone
from telephony.emulator.phones import Directory
from telephony.emulator.playback import Playback
from telephony.emulator.recordings import RecordingShelf
from telephony.emulator.settings import EmulatorSettings
from telephony.emulator.stage import Stage
from telephony.emulator.transcriptions import INBOUND as INBOUND_TRACK
from telephony.emulator.transcriptions import OUTBOUND as OUTBOUND_TRACK
from telephony.emulator.transcriptions import Transcriptions
from telephony.payloads import CallStatus

log = logging.getLogger(__name__)

KEPT_CALLS = 5000


class Exchange:
    """All calls of the account. Everything that happens to a call happens through here."""

    def __init__(self, settings: EmulatorSettings, stage: Stage, shelf: RecordingShelf) -> None:
        self.stage = stage
        self.directory = Directory()
        self.calls: dict[str, Call] = {}
        self._settings = settings
        self.shelf = shelf
        self._playback = Playback(stage)
        self.transcriptions = Transcriptions(stage)
        self.tapes = CallRecordings(stage, shelf)
        self.rooms = Conferences(stage, self._play_alone, self._hears)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._next_start = stage.pace.now()
        self._is_off = False

    # -- what telephones do ---------------------------------------------------------------------------------------

    def register(self, phone: Phone, address: str) -> None:
        """The phone has this address from now on; calls that ring there ring it too."""
        self.directory.register(address, phone)
        for call in self.calls.values():
            if call.direction == OUTBOUND and call.callee == address and call.status is CallStatus.RINGING:
                call.rung.add(phone)
                self._show(call)

    def lost(self, phone: Phone) -> None:
        """The phone is gone: its calls are hung up, and it rings no more."""
        self.directory.forget(phone)
        if self._is_off:
            return
        for call in list(self.calls.values()):
            call.rung.discard(phone)
            if call.phone is phone:
                self.hang_up(call)

    def dial(self, phone: Phone, number: str) -> Call | None:
        """Calls one of the account's numbers; None when it is none."""
        hooks = self._settings.numbers.get(number)
        if hooks is None:
            return None
        call = Call(
            sid=new_sid("CA"),
            direction=INBOUND,
            caller=phone.address,
            callee=number,
            script=Script(hooks.voice_url, fallback_url=hooks.voice_fallback_url),
            progress=Progress(hooks.status_callback_url),
            created_at=self.stage.pace.now(),
            status=CallStatus.RINGING,
            phone=phone,
        )
        self._keep(call)
        self._show(call)
        call.task = self._spawn(self._run(call, call.script))
        return call

    def answer(self, phone: Phone, call: Call) -> bool:
        """Whether this phone has the call now: it rings there, and nobody was first."""
        if phone not in call.rung or not call.move(CallStatus.IN_PROGRESS, self.stage.pace.now()):
            return False
        call.phone = phone
        for other in call.rung - {phone}:
            other.send(_status_frame(call, CallStatus.CANCELED))
        call.rung.clear()
        ringing, call.task = call.task, self._spawn(self._run(call, call.script))
        if ringing is not None:
            ringing.cancel()
        self._show(call)
        self._tell(call, "answered")
        return True

    def decline(self, phone: Phone, call: Call) -> None:
        """This phone won't take it; when it was the last one that rang, the line is busy."""
        call.rung.discard(phone)
        phone.send(_status_frame(call, CallStatus.BUSY))
        if not call.rung and call.status is CallStatus.RINGING:
            self._end(call, CallStatus.BUSY)

    def say(self, call: Call, text: str) -> bool:
        """Words into the phone. Whether anybody listened: a `<Gather>`, or the others in a conference."""
        self.transcriptions.heard(call, INBOUND_TRACK, text)
        self.tapes.heard(call, text)
        if call.participant is not None:
            self.rooms.say(call.participant, text)
            return True
        return call.ears.hear(Spoken(text))

    def press(self, call: Call, digits: str) -> bool:
        """Keys on the phone. Whether anybody listened."""
        self.tapes.heard(call, digits)
        return call.participant is not None or call.ears.hear(Pressed(digits))

    # -- what the account's owner asks for ------------------------------------------------------------------------

    def create(self, caller: str, callee: str, script: Script, progress: Progress, ring_seconds: float) -> Call:
        """A new outgoing call. It is queued until the account's rate lets it out."""
        call = Call(
            sid=new_sid("CA"),
            direction=OUTBOUND,
            caller=caller,
            callee=callee,
            script=script,
            progress=progress,
            created_at=self.stage.pace.now(),
            status=CallStatus.QUEUED,
            ring_seconds=ring_seconds,
        )
        self._keep(call)
        call.task = self._spawn(self._ring(call))
        return call

    def redirect(self, call: Call, script: Script) -> bool:
        """Takes a call to another document at once, whatever it is doing; False when it is not in progress."""
        if call.status is not CallStatus.IN_PROGRESS:
            return False
        if script.fallback_url is None:
            script = replace(script, fallback_url=call.script.fallback_url, fallback_method=call.script.fallback_method)
        call.script, call.leaving = script, UPDATED
        before = call.task
        if before is not None:
            before.cancel()
        call.task = self._spawn(self._run(call, script, after=before))
        return True

    def hang_up(self, call: Call, *, by_api: bool = False) -> bool:
        """Ends a call, whatever it is doing; False when it has ended already."""
        call.leaving = ENDED_BY_API if by_api else HUNG_UP
        in_progress = call.status is CallStatus.IN_PROGRESS
        return self._end(call, CallStatus.COMPLETED if in_progress else CallStatus.CANCELED)

    def switch_off(self) -> None:
        """From now on nothing is told any more: an exchange that goes away is nobody's hanging up."""
        self._is_off = True
        self.shelf.switch_off()

    async def close(self) -> None:
        """Ends everything without telling anybody."""
        self.switch_off()
        self.rooms.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.shelf.close()

    # -- a call's life --------------------------------------------------------------------------------------------

    async def _ring(self, call: Call) -> None:
        await self._wait_for_turn()
        if not call.move(CallStatus.RINGING, self.stage.pace.now()):
            return
        self._tell(call, "initiated", CallStatus="initiated")
        call.rung.update(self.directory.at(call.callee))
        self._show(call)
        self._tell(call, "ringing")
        await self.stage.pace.sleep(call.ring_seconds)
        self._end(call, CallStatus.NO_ANSWER)

    async def _wait_for_turn(self) -> None:
        now = self.stage.pace.now()
        start = max(now, self._next_start)
        self._next_start = start + timedelta(seconds=1 / self._settings.calls_per_second)
        if start > now:
            await self.stage.pace.sleep((start - now).total_seconds())

    async def _run(self, call: Call, script: Script, after: asyncio.Task[None] | None = None) -> None:
        if after is not None:
            await asyncio.wait({after})
            call.leaving = HUNG_UP
        leg = Leg(self.stage, self.rooms, self._playback, self.transcriptions, call, self._answered, self.shelf)
        ending = await leg.run(script)
        self._end(call, ending.status if call.status is CallStatus.RINGING else CallStatus.COMPLETED)

    def _answered(self, call: Call) -> None:
        if call.status is CallStatus.RINGING and call.move(CallStatus.IN_PROGRESS, self.stage.pace.now()):
            self._show(call)

    def _end(self, call: Call, status: CallStatus) -> bool:
        if status is CallStatus.COMPLETED and call.status is CallStatus.RINGING:
            status = CallStatus.NO_ANSWER
        was_queued = call.status is CallStatus.QUEUED
        if not call.move(status, self.stage.pace.now()):
            return False
        # The status is final before the task learns of it: what it reports on its way out says so.
        if call.task is not None and call.task is not asyncio.current_task():
            call.task.cancel()
        self._show(call)
        if not self._is_off:
            self.transcriptions.call_ended(call)
            self.tapes.call_ended(call)
        if not was_queued:
            self._tell(call, "completed", CallDuration=str(call.duration_seconds), Duration=_minutes(call))
        return True

    def _hears(self, call: Call, text: str) -> None:
        """What others in its conference say to a call."""
        self.transcriptions.heard(call, OUTBOUND_TRACK, text)
        self.tapes.heard(call, text)

    async def _play_alone(self, call: Call, url: str, method: str, params: dict[str, str]) -> None:
        await play_alone(self.stage, self._playback, call, Step(url, method, params))

    def _tell(self, call: Call, event: str, **more: str) -> None:
        progress = call.progress
        if self._is_off or progress.url is None or event not in progress.events:
            return
        params = self.stage.call_params(call, **more)
        params |= {
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(call.sequence),
            "Timestamp": self.stage.timestamp(),
        }
        call.sequence += 1
        self.stage.webhooks.notify(call.sid, progress.url, progress.method, params)

    def _show(self, call: Call) -> None:
        frame = _status_frame(call, call.status)
        for phone in call.rung | ({call.phone} if call.phone else set()):
            phone.send(frame)
        if call.status.is_over:
            call.rung.clear()

    def _keep(self, call: Call) -> None:
        self.calls[call.sid] = call
        if len(self.calls) > KEPT_CALLS:
            over = next((sid for sid, old in self.calls.items() if old.status.is_over), None)
            if over is not None:
                del self.calls[over]

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a call's task failed", exc_info=error)


def _status_frame(call: Call, status: CallStatus) -> dict[str, Any]:
    return {
        "type": "call",
        "call_sid": call.sid,
        "direction": "outgoing" if call.direction == INBOUND else "incoming",
        "from": call.caller,
        "to": call.callee,
        "status": str(status),
    }


def _minutes(call: Call) -> str:
    return str(-(-call.duration_seconds // 60))
