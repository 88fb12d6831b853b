"""Our side of a relayed call's voice: what is sent to be spoken or played, and until when that takes."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from telephony.relay import frames
from telephony.relay.speech import Cut, Saying, Speech
from telephony.twiml import speakable


class RelayVoice:
    """What a caller hears. `ends_at` is when the voice falls silent, in the loop's time, as far as can be told."""

    def __init__(self, socket: web.WebSocketResponse, music_url: str) -> None:
        self._socket = socket
        self._music_url = music_url
        self._speech = Speech()
        self._tells_played = False
        self.ends_at = _now()

    @property
    def first_unheard(self) -> int | None:
        """The first message of the trail that is still being said."""
        return self._speech.first_seq

    @property
    def is_silent(self) -> bool:
        """Everything that was said has been heard, or must have been by now."""
        if not self._tells_played and _now() >= self.ends_at:
            self._speech.all_heard()
        return self._speech.is_over

    def is_being_said(self, sayings: Iterable[Saying]) -> None:
        """The greeting, which the telephone company speaks from the document."""
        for saying in sayings:
            self._speech.say(saying)
        self._reckon()

    async def say(self, sayings: Iterable[Saying]) -> None:
        """Adds to what is spoken; what is spoken now is spoken to its end first."""
        for saying in sayings:
            text = speakable(saying.text)
            self._speech.say(Saying(text, saying.seq))
            if text:
                await self._send(frames.say(text + " "))
        self._reckon()

    async def play_music(self) -> None:
        """After what is being said, until something is said again."""
        await self._send(frames.music(self._music_url))

    async def change_language(self, language: str) -> None:
        await self._send(frames.change_language(language))

    async def end(self, told_seq: int, *, leaves_message: bool = False) -> None:
        """Gives the call back to its documents, which begin after `told_seq`, or with the taking of a message."""
        await self._send(frames.end(told_seq, leaves_message=leaves_message))

    def played(self, words: str) -> None:
        self._tells_played = True
        self._speech.played(words)
        self._reckon()

    def fell_silent(self) -> None:
        """The voice has ended for now; what is still to be said is reckoned anew."""
        if not self._tells_played:
            self._speech.all_heard()
        self._reckon()

    def cut_in(self, heard: str) -> Cut | None:
        """The caller has cut in, and everything that was to be said is thrown away; None: nothing that matters."""
        cut = self._speech.interrupted(heard)
        self.ends_at = _now()
        return cut

    def was_listened_to(self) -> None:
        """The caller has answered without cutting in."""
        if not self._tells_played:
            self._speech.all_heard()

    def _reckon(self) -> None:
        self.ends_at = _now() + self._speech.seconds_left

    async def _send(self, frame: dict[str, Any]) -> None:
        if not self._socket.closed:
            with contextlib.suppress(ConnectionError, RuntimeError):
                await self._socket.send_str(json.dumps(frame))


def _now() -> float:
    return asyncio.get_running_loop().time()
