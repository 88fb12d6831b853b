"""What a caller hears: `<Say>`, `<Play>` and `<Pause>`, each for as long as it would take."""

from __future__ import annotations

import io
import re
import wave
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from telephony.emulator.calls import Call
from telephony.emulator.pacing import spoken_seconds
from telephony.emulator.stage import Stage
from telephony.emulator.webhooks import WebhookFailed

TONE_SECONDS = 0.25
TONE_PAUSE_SECONDS = 0.5
UNKNOWN_MEDIA_SECONDS = 20.0
ENDLESS = 1000
MEDIA_FAILED = 12300
PLAYABLE = frozenset({"Say", "Play", "Pause"})


class Playback:
    """Plays to phones. Media is fetched once per address, to know that it is there and how long it lasts."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._lengths: dict[str, float] = {}

    async def play(self, call: Call, verbs: Iterable[Element]) -> None:
        """Plays the verbs one after another. When cancelled, the phone is told to fall silent."""
        try:
            for verb in verbs:
                await self._play_one(call, verb)
        except BaseException:
            call.show("stop")
            raise

    async def _play_one(self, call: Call, verb: Element) -> None:
        if verb.tag == "Pause":
            await self._stage.pace.sleep(int(verb.get("length", "1")))
        elif verb.tag == "Say":
            await self._say(call, verb)
        elif verb.get("digits"):
            await self.tones(verb.get("digits", ""))
        else:
            await self.play_media(call, (verb.text or "").strip(), _times(verb))

    async def _say(self, call: Call, verb: Element) -> None:
        text = " ".join("".join(verb.itertext()).split())
        seconds = spoken_seconds(text)
        for _ in range(_times(verb)):
            call.show("spoken", text=text, language=verb.get("language", "en-US"), seconds=round(seconds, 2))
            await self._stage.pace.sleep(seconds)

    async def tones(self, digits: str) -> None:
        """Keys that are pressed for the caller."""
        for tone in digits:
            await self._stage.pace.sleep(TONE_PAUSE_SECONDS if tone in "wW" else TONE_SECONDS)

    async def play_media(self, call: Call, url: str, times: int) -> None:
        """A file, so many times; one that can't be had is silence, and a complaint."""
        seconds = await self._length(call, url)
        if seconds is None:
            return
        call.show("play", url=url, loop=0 if times == ENDLESS else times)
        await self._stage.pace.sleep(seconds * times)

    async def _length(self, call: Call, url: str) -> float | None:
        if url in self._lengths:
            return self._lengths[url]
        try:
            media = await self._stage.webhooks.get(url)
        except WebhookFailed as failed:
            self._stage.complain(failed.code, call.sid, f"media could not be fetched: {failed}")
            return None
        if not re.match(r"audio/|application/octet-stream", media.content_type):
            self._stage.complain(MEDIA_FAILED, call.sid, f"media is {media.content_type}, not audio")
            return None
        self._lengths[url] = _wav_seconds(media.body)
        return self._lengths[url]


def _times(verb: Element) -> int:
    return int(verb.get("loop", "1")) or ENDLESS


def _wav_seconds(body: bytes) -> float:
    try:
        with wave.open(io.BytesIO(body)) as file:
            return float(file.getnframes() / file.getframerate())
    except (wave.Error, EOFError):
        return UNKNOWN_MEDIA_SECONDS
