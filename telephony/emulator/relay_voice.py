"""What a relayed caller hears: tokens spoken as they come, media in between, and cutting in.

One thing after another. A word is heard when it has been spoken to its end; cutting in throws away whatever was to be
said after it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from telephony.emulator.calls import Call
from telephony.emulator.pacing import Pace, spoken_seconds
from telephony.emulator.playback import ENDLESS, Playback

INTERRUPTIBLE_BY: dict[str, frozenset[str]] = {
    "any": frozenset({"dtmf", "speech"}),
    "true": frozenset({"dtmf", "speech"}),
    "dtmf": frozenset({"dtmf"}),
    "speech": frozenset({"speech"}),
    "none": frozenset(),
    "false": frozenset(),
}

type Tell = Callable[[Mapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Item:
    """Something to be heard: a text, media, or tones; and by what it may be cut short."""

    kind: str
    content: str
    language: str = ""
    loop: int = 1
    interruptible_by: frozenset[str] = frozenset()
    is_preemptible: bool = False


class CallerVoice:
    """Speaks and plays in the account's time. `tell` sends a message to the application."""

    def __init__(self, pace: Pace, playback: Playback, call: Call, element: Element, tell: Tell) -> None:
        self._pace = pace
        self._playback = playback
        self._call = call
        self._tell = tell
        language = element.get("language", "en-US")
        self._language = element.get("ttsLanguage", language)
        self.heard_language = element.get("transcriptionLanguage", language)
        self._interruptible = element.get("interruptible", "any")
        self._is_preemptible = element.get("preemptible", "false") == "true"
        events = element.get("events", "").split()
        self._tells_speakers = "speaker-events" in events
        self._tells_tokens = "tokens-played" in events
        self._items: list[Item] = []
        self._tokens: list[str] = []
        self._said: list[str] = []
        self._began_at = pace.now()
        self._now: Item | None = None
        self._speaking: asyncio.Task[None] | None = None
        self._more = asyncio.Event()
        if greeting := element.get("welcomeGreeting"):
            by = element.get("welcomeGreetingInterruptible", "any")
            self._add(Item("text", greeting, self._language, interruptible_by=INTERRUPTIBLE_BY[by]))

    def take(self, frame: Mapping[str, Any]) -> None:
        """Does what the application says."""
        match frame["type"]:
            case "text":
                self._tokens.append(frame["token"])
                if frame.get("last", False):
                    text, self._tokens = "".join(self._tokens), []
                    self._add(self._item("text", text, frame, str(frame.get("lang", self._language))))
            case "play":
                self._add(self._item("play", frame["source"], frame, "", int(frame.get("loop", 1)) or ENDLESS))
            case "sendDigits":
                self._add(Item("tones", frame["digits"]))
            case "language":
                self._language = frame.get("ttsLanguage", self._language)
                self.heard_language = frame.get("transcriptionLanguage", self.heard_language)

    async def run(self) -> None:
        """One item after another, for as long as the session lasts."""
        while True:
            if not self._items:
                self._call.show("listening", input=["dtmf", "speech"], num_digits=None, timeout_seconds=None)
            while not self._items:
                self._more.clear()
                await self._more.wait()
            self._now = self._items.pop(0)
            self._began_at = self._pace.now()
            self._speaking = asyncio.ensure_future(self._perform(self._now))
            await asyncio.wait({self._speaking})
            is_whole = not self._speaking.cancelled()
            item, self._now, self._speaking = self._now, None, None
            if item is not None and item.kind == "text" and is_whole:
                await self._spoken(item)

    def stop(self) -> None:
        """Silence, at once."""
        if self._speaking is not None:
            self._speaking.cancel()

    async def cut_in_by(self, kind: str, reported: frozenset[str]) -> bool:
        """The caller speaks or presses a key. Whether the application is told what: while the voice speaks only if it
        has asked for that."""
        item = self._now
        if item is None:
            self._said.clear()
            return True
        if kind in item.interruptible_by:
            heard = " ".join([*self._said, self._spoken_of(item)]).strip()
            milliseconds = round((self._pace.now() - self._began_at).total_seconds() * 1000)
            self._items.clear()
            self._said.clear()
            self.stop()
            if item.kind == "text":
                told = {"utteranceUntilInterrupt": heard, "durationUntilInterruptMs": milliseconds}
                await self._tell({"type": "interrupt", **told})
        return kind in reported

    def _item(self, kind: str, content: str, frame: Mapping[str, Any], language: str, loop: int = 1) -> Item:
        by = frame.get("interruptible", self._interruptible)
        by = str(by).lower() if isinstance(by, bool) else by
        is_preemptible = bool(frame.get("preemptible", self._is_preemptible))
        return Item(kind, content, language, loop, INTERRUPTIBLE_BY[by], is_preemptible)

    def _add(self, item: Item) -> None:
        if self._now is not None and self._now.is_preemptible and item.kind != "tones":
            self.stop()
        self._items = [one for one in self._items if not one.is_preemptible]
        self._items.append(item)
        self._more.set()

    async def _perform(self, item: Item) -> None:
        try:
            if item.kind == "text":
                await self._speaks(True)
                seconds = spoken_seconds(item.content)
                text = " ".join(item.content.split())
                self._call.show("spoken", text=text, language=item.language, seconds=round(seconds, 2))
                await self._pace.sleep(seconds)
            elif item.kind == "play":
                await self._playback.play_media(self._call, item.content, item.loop)
            else:
                await self._playback.tones(item.content)
        except asyncio.CancelledError:
            self._call.show("stop")
            raise

    async def _spoken(self, item: Item) -> None:
        self._said.append(" ".join(item.content.split()))
        if self._tells_tokens:
            await self._tell({"type": "info", "name": "tokensPlayed", "value": item.content})
        if not self._items:
            self._said.clear()
            await self._speaks(False)

    async def _speaks(self, is_on: bool) -> None:
        if self._tells_speakers:
            await self._tell({"type": "info", "name": "agentSpeaking", "value": "on" if is_on else "off"})

    def _spoken_of(self, item: Item) -> str:
        """The words that have been spoken to their end by now."""
        if item.kind != "text":
            return ""
        share = (self._pace.now() - self._began_at).total_seconds() / max(spoken_seconds(item.content), 0.01)
        words = item.content.split()
        return " ".join(words[: int(len(words) * min(share, 1.0))])
