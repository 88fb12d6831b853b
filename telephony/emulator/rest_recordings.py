"""The REST door's recordings and transcriptions: begun, paused, stopped, listed, fetched, played and deleted.

https://www.twilio.com/docs/voice/api/recording
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from telephony.emulator import rest_forms
from telephony.emulator.call_recordings import CallRecordings
from telephony.emulator.calls import Call
from telephony.emulator.recordings import (
    RecordingShelf,
    TakenDown,
    Transcription,
    recording_json,
    sound,
    transcription_json,
)
from telephony.emulator.refusals import refuse
from telephony.emulator.resources import page_json
from telephony.payloads import CallStatus

type Answered = tuple[int, dict[str, Any] | bytes | None]
type Handler = Callable[[web.Request], Awaitable[Answered]]
type Guard = Callable[[Handler], Callable[[web.Request], Awaitable[web.StreamResponse]]]


class RecordingsDoor:
    """Answers for one account; who asks was let in by `guarded`."""

    def __init__(
        self, account_sid: str, shelf: RecordingShelf, tapes: CallRecordings, calls: Mapping[str, Call]
    ) -> None:
        self._account = account_sid
        self._shelf = shelf
        self._tapes = tapes
        self._calls = calls

    def routes(self, root: str, guarded: Guard) -> list[web.RouteDef]:
        recording, text = f"{root}/Recordings/{{recording}}", f"{root}/Transcriptions/{{text}}.json"
        return [
            web.get(f"{root}/Recordings.json", guarded(self._list)),
            web.get(f"{root}/Calls/{{call}}/Recordings.json", guarded(self._list)),
            web.post(f"{root}/Calls/{{call}}/Recordings.json", guarded(self._begin)),
            web.get(f"{root}/Calls/{{call}}/Recordings/{{recording}}.json", guarded(self._fetch)),
            web.post(f"{root}/Calls/{{call}}/Recordings/{{recording}}.json", guarded(self._change)),
            web.get(f"{recording}.json", guarded(self._fetch)),
            web.get(f"{recording}.wav", guarded(self._play)),
            web.delete(f"{recording}.json", guarded(self._delete)),
            web.get(f"{recording}/Transcriptions.json", guarded(self._texts)),
            web.get(text, guarded(self._text)),
            web.delete(text, guarded(self._delete_text)),
        ]

    async def _list(self, request: web.Request) -> Answered:
        call_sid = request.match_info.get("call") or request.query.get("CallSid")
        shown = [recording_json(self._account, one) for one in self._shelf.all(call_sid)]
        return 200, page_json(self._account, "recordings", shown)

    async def _begin(self, request: web.Request) -> Answered:
        call, terms = self._call(request), rest_forms.call_recording(await rest_forms.form_of(request))
        if call.status is not CallStatus.IN_PROGRESS:
            refuse(21220, "Requested resource is not eligible for recording")
        return 201, recording_json(self._account, self._tapes.start(call, terms))

    async def _change(self, request: web.Request) -> Answered:
        status, pause = rest_forms.recording_change(await rest_forms.form_of(request))
        sid = request.match_info["recording"]
        taken = self._tapes.find(self._call(request), sid) or refuse(20404, request.path)
        if not self._tapes.change(taken, status, pause):
            refuse(21220, "Requested resource is not eligible for recording")
        return 200, recording_json(self._account, taken)

    def _call(self, request: web.Request) -> Call:
        return self._calls.get(request.match_info["call"]) or refuse(20404, request.path)

    async def _fetch(self, request: web.Request) -> Answered:
        return 200, recording_json(self._account, self._found(request))

    async def _play(self, request: web.Request) -> Answered:
        taken = self._found(request)
        if taken.status != "completed":
            refuse(20404, request.path)
        return 200, sound(taken)

    async def _delete(self, request: web.Request) -> Answered:
        self._shelf.forget(self._found(request))
        return 204, None

    async def _texts(self, request: web.Request) -> Answered:
        texts = self._shelf.transcriptions(self._found(request))
        shown = [transcription_json(self._account, one) for one in texts]
        return 200, page_json(self._account, "transcriptions", shown)

    async def _text(self, request: web.Request) -> Answered:
        return 200, transcription_json(self._account, self._found_text(request))

    async def _delete_text(self, request: web.Request) -> Answered:
        self._found_text(request).recording.transcription = None
        return 204, None

    def _found(self, request: web.Request) -> TakenDown:
        return self._shelf.find(request.match_info["recording"]) or refuse(20404, request.path)

    def _found_text(self, request: web.Request) -> Transcription:
        wanted = request.match_info["text"]
        found = (text for text in self._shelf.transcriptions() if text.sid == wanted)
        return next(found, None) or refuse(20404, request.path)
