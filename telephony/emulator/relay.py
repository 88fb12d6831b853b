"""`<Connect><ConversationRelay>`: opens the application's socket as Twilio would, speaks what it is told, and tells it
what the caller says and presses.

https://www.twilio.com/docs/voice/conversationrelay/websocket-messages
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

import aiohttp

from telephony.emulator.calls import Call, Pressed, Spoken, new_sid
from telephony.emulator.pacing import within
from telephony.emulator.playback import Playback
from telephony.emulator.relay_voice import CallerVoice
from telephony.emulator.stage import Stage
from telephony.relay.grammar import problem_of

INVALID_MESSAGE = 64107
SOCKET_ENDED = 64105
NO_SOCKET = 64102
MALFORMED_LIMIT = 10
END_OF_SPEECH_SECONDS = 0.8
ANY_INPUT = frozenset({"dtmf", "speech"})


@dataclass(frozen=True, slots=True)
class SessionEnd:
    """How a session ended, as the action is told; `handoff` is None where the application said nothing."""

    session_id: str
    status: str
    seconds: int
    handoff: str | None = None
    error: tuple[int, str] | None = None

    def fields(self) -> dict[str, str]:
        told = {"SessionId": self.session_id, "SessionStatus": self.status, "SessionDuration": str(self.seconds)}
        if self.handoff is not None:
            told["HandoffData"] = self.handoff
        if self.error is not None:
            told |= {"ErrorCode": str(self.error[0]), "ErrorMessage": self.error[1]}
        return told


class Relay:
    """One session of one call."""

    def __init__(self, stage: Stage, playback: Playback, call: Call, element: Element) -> None:
        self._stage = stage
        self._call = call
        self._element = element
        self.session_id = new_sid("VX")
        self._began_at = stage.pace.now()
        self._voice = CallerVoice(stage.pace, playback, call, element, self._tell)
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._has_dtmf = element.get("dtmfDetection", "false") == "true"
        reported = element.get("reportInputDuringAgentSpeech", "none")
        self._reported = ANY_INPUT if reported == "any" else frozenset({reported})
        flux = element.get("speechModel") == "flux"
        self._has_partials = flux and element.get("partialPrompts", "false") == "true"

    async def run(self) -> SessionEnd:
        """Until the application ends it, or its socket does."""
        url = self._element.get("url", "")
        try:
            self._socket = await self._stage.webhooks.connect(url)
        except (aiohttp.ClientError, TimeoutError) as error:
            return self._failed(NO_SOCKET, type(error).__name__)
        works: list[asyncio.Task[None]] = []
        try:
            await self._tell(self._setup())
            works = [asyncio.ensure_future(work) for work in (self._voice.run(), self._listen())]
            handoff = await self._follow(self._socket)
        finally:
            for work in works:
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)
            self._voice.stop()
            with contextlib.suppress(Exception):
                await self._socket.close()
        if handoff is None:
            return self._failed(SOCKET_ENDED, "the socket was closed by the application")
        return SessionEnd(self.session_id, "ended", self._seconds(), handoff or None)

    def cut_short(self) -> SessionEnd:
        """The caller has hung up, or the call was taken elsewhere."""
        return SessionEnd(self.session_id, "completed", self._seconds())

    async def _follow(self, socket: aiohttp.ClientWebSocketResponse) -> str | None:
        """Does what it is told; gives what `end` hands over (nothing: ""), or None where the socket is over."""
        malformed = 0
        async for message in socket:
            frame = _read(message)
            problem = problem_of(frame)
            if problem is not None:
                malformed += 1
                self._stage.complain(INVALID_MESSAGE, self._call.sid, problem)
                await self._tell({"type": "error", "description": f"Invalid message received: {problem}"})
                if malformed >= MALFORMED_LIMIT:
                    await socket.close(code=1007)
                    return None
                continue
            malformed = 0
            if frame["type"] == "end":
                return str(frame.get("handoffData", ""))
            self._voice.take(frame)
        return None

    async def _listen(self) -> None:
        with self._call.ears.listening(ANY_INPUT) as heard:
            while True:
                said = await heard.get()
                pressed = await self._said(said.text, heard) if isinstance(said, Spoken) else said
                if pressed is not None:
                    await self._pressed(pressed.digits)

    async def _said(self, words: str, heard: asyncio.Queue[Spoken | Pressed]) -> Pressed | None:
        """Words until nothing more is said for a moment; keys that were pressed meanwhile come after them."""
        is_reported = await self._voice.cut_in_by("speech", self._reported)
        pressed: Pressed | None = None
        while pressed is None:
            if self._has_partials and is_reported:
                await self._prompt(words, is_last=False)
            more = await within(self._stage.pace, END_OF_SPEECH_SECONDS, heard.get())
            if more is None:
                break
            if isinstance(more, Pressed):
                pressed = more
            else:
                words = f"{words} {more.text}"
        self._call.show("heard", text=words)
        if is_reported:
            await self._prompt(words, is_last=True)
        return pressed

    async def _prompt(self, words: str, *, is_last: bool) -> None:
        await self._tell({"type": "prompt", "voicePrompt": words, "lang": self._voice.heard_language, "last": is_last})

    async def _pressed(self, digits: str) -> None:
        is_reported = await self._voice.cut_in_by("dtmf", self._reported)
        self._call.show("heard", digits=digits)
        for digit in digits if self._has_dtmf and is_reported else "":
            await self._tell({"type": "dtmf", "digit": digit})

    async def _tell(self, frame: Mapping[str, Any]) -> None:
        if self._socket is not None and not self._socket.closed:
            with contextlib.suppress(ConnectionError):
                await self._socket.send_str(json.dumps(frame))

    def _setup(self) -> dict[str, Any]:
        parameters = {one.get("name", ""): one.get("value", "") for one in self._element.findall("Parameter")}
        return {
            "type": "setup",
            "sessionId": self.session_id,
            "accountSid": self._stage.account_sid,
            "parentCallSid": "",
            "callSid": self._call.sid,
            "from": self._call.caller,
            "to": self._call.callee,
            "forwardedFrom": "",
            "callType": "PSTN",
            "callerName": "",
            "direction": self._call.direction,
            "callStatus": self._call.status.upper(),
            "customParameters": parameters,
        }

    def _failed(self, code: int, reason: str) -> SessionEnd:
        self._stage.complain(code, self._call.sid, reason)
        return SessionEnd(self.session_id, "failed", self._seconds(), error=(code, reason))

    def _seconds(self) -> int:
        return round((self._stage.pace.now() - self._began_at).total_seconds())


def _read(message: aiohttp.WSMessage) -> Any:
    if message.type is not aiohttp.WSMsgType.TEXT:
        return None
    try:
        return json.loads(message.data)
    except ValueError:
        return None
