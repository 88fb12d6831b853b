"""Recordings and what is written down of them, as the account keeps them.

Audio is text here: a recording holds what was said, and its sound is one short tone for each word.
https://www.twilio.com/docs/voice/api/recording
"""

from __future__ import annotations

import asyncio
import io
import math
import wave
from array import array
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element

from telephony.emulator.calls import API_VERSION, Call, new_sid
from telephony.emulator.faults import SPEECH_FAULTS, Faults
from telephony.emulator.stage import Stage, rfc2822

READY_SECONDS = 1.0
WRITTEN_SECONDS = 3.0
SHORTEST_WRITTEN_SECONDS = 2
KEPT = 500
RATE = 8000
TONE_HZ, TONE_SECONDS, TONE_PEAK = 330.0, 0.15, 6000


@dataclass(slots=True)
class Transcription:
    recording: TakenDown
    created_at: datetime
    status: str = "in-progress"
    text: str | None = None
    sid: str = field(default_factory=lambda: new_sid("TR"))


@dataclass(slots=True)
class TakenDown:
    """One recording: what was said in it, and for how long. `terms` say who is told of it, as a document does."""

    call: Call
    said: str
    seconds: int
    began_at: datetime
    status: str = "processing"
    source: str = "RecordVerb"
    channels: int = 1
    track: str = "inbound"
    terms: Mapping[str, str] = field(default_factory=dict)
    transcription: Transcription | None = None
    sid: str = field(default_factory=lambda: new_sid("RE"))


class RecordingShelf:
    """The newest come first; only so many are kept. What is told of them comes after the call has gone on."""

    def __init__(self, stage: Stage, faults: Faults, api_url: str = "https://api.twilio.com") -> None:
        self._stage = stage
        self._faults = faults
        self._api_url = api_url
        self._kept: dict[str, TakenDown] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_off = False

    def all(self, call_sid: str | None = None) -> list[TakenDown]:
        return [one for one in reversed(self._kept.values()) if call_sid in (None, one.call.sid)]

    def find(self, sid: str) -> TakenDown | None:
        return self._kept.get(sid)

    def transcriptions(self, recording: TakenDown | None = None) -> list[Transcription]:
        of_all = (one.transcription for one in self.all() if recording in (None, one))
        return [one for one in of_all if one is not None]

    def forget(self, recording: TakenDown) -> None:
        self._kept.pop(recording.sid, None)

    def keep(self, call: Call, said: str, seconds: int, began_at: datetime, verb: Element) -> TakenDown:
        """A recording has ended; the file is ready, and is told of, a moment later."""
        taken = TakenDown(call, said, seconds, began_at, terms=verb.attrib)
        self.put(taken)
        self.finish(taken)
        return taken

    def put(self, taken: TakenDown) -> None:
        """Keeps it, whether or not it is over."""
        self._kept[taken.sid] = taken
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]

    def finish(self, taken: TakenDown) -> None:
        """It is over: the file is ready, and is told of, a moment later."""
        if not self._is_off:
            self._spawn(self._finish(taken))

    def absent(self, call: Call, began_at: datetime, verb: Element) -> None:
        """Nothing was said, so there is no recording; who wants to know is told."""
        self.tell(TakenDown(call, "", 0, began_at, status="absent", terms=verb.attrib))

    def action_params(self, taken: TakenDown, digits: str) -> dict[str, str]:
        return {
            "RecordingUrl": self._url(taken),
            "RecordingSid": taken.sid,
            "RecordingDuration": str(taken.seconds),
            **({"Digits": digits} if digits else {}),
        }

    def ask_in_vain(self, call: Call, url: str, method: str, params: dict[str, str]) -> None:
        """The action of a call that has ended: asked for, and nobody follows what is answered."""
        if url and not self._is_off:
            self._stage.webhooks.notify(call.sid, url, method, self._stage.call_params(call, **params))

    def switch_off(self) -> None:
        """From now on nothing is told any more."""
        self._is_off = True

    async def close(self) -> None:
        self.switch_off()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _finish(self, taken: TakenDown) -> None:
        await self._stage.pace.sleep(READY_SECONDS)
        taken.status = "completed"
        self.tell(taken)
        if taken.terms.get("transcribe") == "true" or taken.terms.get("transcribeCallback"):
            await self._write_down(taken, taken.terms.get("transcribeCallback"))

    def tell(self, taken: TakenDown) -> None:
        """Tells how it stands, where somebody asked for that."""
        terms = taken.terms
        url = terms.get("recordingStatusCallback")
        if url is None or taken.status not in terms.get("recordingStatusCallbackEvent", "completed").split():
            return
        params = {
            "AccountSid": self._stage.account_sid,
            "CallSid": taken.call.sid,
            "RecordingSid": taken.sid,
            "RecordingUrl": self._url(taken),
            "RecordingStatus": taken.status,
            "RecordingDuration": str(taken.seconds) if taken.status != "in-progress" else "-1",
            "RecordingChannels": str(taken.channels),
            "RecordingStartTime": rfc2822(taken.began_at),
            "RecordingSource": taken.source,
            "RecordingTrack": taken.track,
        }
        self._notify(taken, url, terms.get("recordingStatusCallbackMethod", "POST"), params)

    async def _write_down(self, taken: TakenDown, url: str | None) -> None:
        taken.transcription = text = Transcription(taken, self._stage.pace.now())
        await self._stage.pace.sleep(WRITTEN_SECONDS)
        fault = self._faults.hit(url or "", SPEECH_FAULTS)
        is_done = fault is None and taken.seconds >= SHORTEST_WRITTEN_SECONDS
        text.status, text.text = ("completed", taken.said) if is_done else ("failed", None)
        if url is None:
            return
        params = self._stage.call_params(
            taken.call,
            RecordingSid=taken.sid,
            RecordingUrl=self._url(taken),
            TranscriptionSid=text.sid,
            TranscriptionStatus=text.status,
            TranscriptionType="fast",
            TranscriptionUrl=self._url(taken).partition("/Recordings/")[0] + f"/Transcriptions/{text.sid}",
            **({"TranscriptionText": text.text} if text.text else {}),
        )
        self._notify(taken, url, "POST", params)

    def _notify(self, taken: TakenDown, url: str, method: str, params: Mapping[str, str]) -> None:
        if not self._is_off:
            # told by another part of Twilio than a call's progress, in no order with it
            self._stage.webhooks.notify(taken.sid, url, method, params)

    def _url(self, taken: TakenDown) -> str:
        return f"{self._api_url}/{API_VERSION}/Accounts/{self._stage.account_sid}/Recordings/{taken.sid}"

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def sound(taken: TakenDown) -> bytes:
    """A WAV file of the recording's length: a short tone for each word, at even distances."""
    samples = array("h", bytes(2 * RATE * max(1, taken.seconds)))
    words = len(taken.said.split())
    tone = [
        int(TONE_PEAK * math.sin(2 * math.pi * TONE_HZ * n / RATE) * math.sin(math.pi * n / (TONE_SECONDS * RATE)))
        for n in range(int(TONE_SECONDS * RATE))
    ]
    for word in range(words):
        first = len(samples) * word // words
        part = tone[: len(samples) - first]
        samples[first : first + len(part)] = array("h", part)
    wav = io.BytesIO()
    with wave.open(wav, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return wav.getvalue()


def recording_json(account_sid: str, taken: TakenDown) -> dict[str, Any]:
    uri = f"/{API_VERSION}/Accounts/{account_sid}/Recordings/{taken.sid}"
    return {
        "sid": taken.sid,
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "call_sid": taken.call.sid,
        "channels": taken.channels,
        "conference_sid": None,
        "date_created": rfc2822(taken.began_at),
        "date_updated": rfc2822(taken.began_at),
        "duration": str(taken.seconds) if taken.status == "completed" else "-1",
        "encryption_details": None,
        "error_code": None,
        "media_url": f"https://api.twilio.com{uri}",
        "price": None,
        "price_unit": "USD",
        "source": taken.source,
        "start_time": rfc2822(taken.began_at),
        "status": taken.status,
        "track": taken.track,
        "subresource_uris": {"transcriptions": f"{uri}/Transcriptions.json"},
        "uri": f"{uri}.json",
    }


def transcription_json(account_sid: str, text: Transcription) -> dict[str, Any]:
    return {
        "sid": text.sid,
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "date_created": rfc2822(text.created_at),
        "date_updated": rfc2822(text.created_at),
        "duration": str(text.recording.seconds),
        "price": None,
        "price_unit": "USD",
        "recording_sid": text.recording.sid,
        "status": text.status,
        "transcription_text": text.text,
        "type": "fast",
        "uri": f"/{API_VERSION}/Accounts/{account_sid}/Transcriptions/{text.sid}.json",
    }
