"""The flow's `CallRecorder`, carried out by Twilio's recordings of calls.

It is the caller's call that is recorded, and not the conference. A conference is recorded from its document on, which
comes before the two have met, and there is a new one for each agent; the call can be begun at any moment, and stays one
and the same on hold, aside, and from one agent to the next. So it must be stopped by request when an agent's part is
over; what a supervisor whispers to the agent is never in it, because the caller doesn't hear it.

https://www.twilio.com/docs/voice/api/recording#start-a-recording-on-a-call
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from assistant.flow.recording import Recording
from assistant.model.call_recordings import TapeNow, TapeState
from assistant.model.contact import Contact, ContactId
from assistant.model.errors import Refused, Unavailable
from telephony import payloads
from telephony.addresses import VOICE_TAPED, Addresses
from telephony.payloads import MalformedWebhook
from telephony.rest import NOT_FOUND, OVER, is_unanswered, patiently, refusal_code

log = logging.getLogger(__name__)

LOOKED_AT = 20
SOURCE = "StartCallRecordingAPI"
ASKED: Mapping[TapeState, Mapping[str, str]] = {
    TapeState.ON: {"status": "in-progress"},
    TapeState.PAUSED: {"status": "paused", "pause_behavior": "skip"},
    TapeState.ENDED: {"status": "stopped"},
}
STATES: Mapping[str, TapeState] = {
    "in-progress": TapeState.ON,
    "paused": TapeState.PAUSED,
    "stopped": TapeState.ENDED,
    "processing": TapeState.ENDED,
    "completed": TapeState.KEPT,
    "absent": TapeState.GONE,
    "failed": TapeState.GONE,
    "deleted": TapeState.GONE,
}
EVENTS = ["in-progress", "completed", "absent"]

type Fields = Mapping[str, str]


class TwilioCallRecorder:
    def __init__(self, client: Client, addresses: Addresses) -> None:
        self._client = client
        self._addresses = addresses

    async def begin(self, contact: Contact, call_sid: str) -> str:
        told = self._addresses.of(VOICE_TAPED, contact=contact.id, attempt=contact.attempt)
        recordings = self._client.calls(call_sid).recordings
        try:
            begun = await patiently(
                lambda: recordings.create_async(
                    recording_channels="dual",
                    recording_status_callback=told,
                    recording_status_callback_event=EVENTS,
                    recording_status_callback_method="POST",
                )
            )
        except TwilioException as refused:
            log.warning("a recording was refused", extra={"code": refusal_code(refused), "contact_id": contact.id})
            raise Refused("recording_refused", "The telephone company does not record this call.") from None
        except Exception as error:
            if not is_unanswered(error):
                raise
            raise _unreachable() from None
        return str(begun.sid)

    async def change(self, call_sid: str, recording_sid: str, to: TapeState) -> TapeNow:
        """An update says what is to be, so it is safe to send twice."""
        recording = self._client.calls(call_sid).recordings(recording_sid)
        asked = ASKED[to]
        try:
            for is_last in (False, True):
                try:
                    await patiently(lambda: recording.update_async(**asked))
                except Exception as error:
                    if is_last or not is_unanswered(error):
                        raise
                else:
                    return TapeNow(recording_sid, to)
        except Exception as error:
            if refusal_code(error) not in OVER:
                raise _as_unavailable(error) from None
        return await self.look(recording_sid) or TapeNow(recording_sid, TapeState.GONE)

    async def of_call(self, call_sid: str) -> Sequence[TapeNow]:
        found = await self._asked(lambda: self._client.calls(call_sid).recordings.list_async(limit=LOOKED_AT))
        return [_now(one) for one in found or [] if one.source == SOURCE]

    async def look(self, recording_sid: str) -> TapeNow | None:
        found = await self._asked(lambda: self._client.recordings(recording_sid).fetch_async())
        return _now(found) if found is not None else None

    async def _asked(self, request: Callable[[], Awaitable[Any]]) -> Any:
        try:
            return await patiently(request)
        except Exception as error:
            if refusal_code(error) == NOT_FOUND:
                return None
            raise _as_unavailable(error) from None


class RecordingDoor:
    """Takes what is told of the recording of a conversation. Raises `MalformedWebhook` and what the flow raises."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    async def note(self, query: Fields, fields: Fields) -> None:
        contact_id, attempt = ContactId(query.get("contact", "")), payloads.count(query.get("attempt", "")) or 0
        sid, state = payloads.recording_sid(fields), STATES.get(fields.get("RecordingStatus", ""))
        if state is None:
            raise MalformedWebhook("RecordingStatus is missing or is none")
        await self._recording.told(contact_id, attempt, TapeNow(sid, state, _seconds(fields.get("RecordingDuration"))))


def _now(recording: Any) -> TapeNow:
    # what it may be that is not known here is over, and looked at again
    return TapeNow(recording.sid, STATES.get(str(recording.status), TapeState.ENDED), _seconds(recording.duration))


def _seconds(text: object) -> int | None:
    return payloads.count(str(text or "")) or None


def _as_unavailable(error: Exception) -> Exception:
    is_told = isinstance(error, TwilioException) or is_unanswered(error)
    return _unreachable() if is_told else error


def _unreachable() -> Unavailable:
    return Unavailable("telephone_unavailable", "The telephone company can't be reached.")
