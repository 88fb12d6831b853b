"""Real-time transcription: what is said on a call, told piece by piece to whoever asked for it.

The inbound track is the caller of that call, the outbound one whoever the caller hears in a conference; what is played
or spoken by a document is not transcribed here. https://www.twilio.com/docs/voice/twiml/transcription
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from telephony.emulator.calls import Call, new_sid
from telephony.emulator.stage import Stage

INBOUND, OUTBOUND = "inbound_track", "outbound_track"
NAME_IN_USE = 32651
CONFIDENCE = 0.94


@dataclass(slots=True)
class Transcription:
    """One that runs. `terms` are the attributes of the document, or the fields of the request."""

    sid: str
    call: Call
    terms: Mapping[str, str]
    status: str = "in-progress"
    sequence: dict[str, int] = field(default_factory=lambda: {"": 0, INBOUND: 0, OUTBOUND: 0})

    @property
    def name(self) -> str:
        return self.terms.get("name", self.sid)

    @property
    def tracks(self) -> frozenset[str]:
        track = self.terms.get("track", "both_tracks")
        return frozenset({INBOUND, OUTBOUND}) if track == "both_tracks" else frozenset({track})


class Transcriptions:
    """All of the account; a name is that of one at a time per call."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._all: list[Transcription] = []

    def start(self, call: Call, terms: Mapping[str, str]) -> Transcription | None:
        """Begins one; None, with a complaint, where one of this name runs."""
        name = terms.get("name")
        if name is not None and self.find(call, name) is not None:
            self._stage.complain(NAME_IN_USE, call.sid, "a transcription of this name runs already")
            return None
        begun = Transcription(new_sid("GT"), call, dict(terms))
        self._all.append(begun)
        call.show("transcription", on=True)
        self._tell(begun, "transcription-started", "")
        return begun

    def find(self, call: Call, name_or_sid: str) -> Transcription | None:
        """The one that runs on this call."""
        return next((one for one in self._all if one.call is call and name_or_sid in (one.name, one.sid)), None)

    def stop(self, running: Transcription) -> None:
        if running not in self._all:
            return
        self._all.remove(running)
        running.status = "stopped"
        running.call.show("transcription", on=False)
        self._tell(running, "transcription-stopped", "")

    def call_ended(self, call: Call) -> None:
        for running in [one for one in self._all if one.call is call]:
            self.stop(running)

    def heard(self, call: Call, track: str, words: str) -> None:
        """Somebody has said this: told as a guess at its beginning where those are wanted, then as a whole."""
        for running in self._all:
            if running.call is not call or track not in running.tracks:
                continue
            begun = words[: max(1, len(words) // 2)]
            if running.terms.get("partialResults", "false") == "true":
                self._content(running, track, begun, is_final=False)
            self._content(running, track, words, is_final=True)

    def _content(self, running: Transcription, track: str, words: str, *, is_final: bool) -> None:
        data: dict[str, object] = {"transcript": words}
        if is_final:
            data["confidence"] = CONFIDENCE
        more = {
            "Track": track,
            "LanguageCode": running.terms.get("languageCode", "en-US"),
            "TranscriptionData": json.dumps(data),
            "Final": "true" if is_final else "false",
        }
        self._tell(running, "transcription-content", track, **more, **({} if is_final else {"Stability": "0.8"}))

    def _tell(self, running: Transcription, event: str, track: str, **more: str) -> None:
        url = running.terms.get("statusCallbackUrl")
        if url is None:
            return
        running.sequence[track] += 1
        params = {
            "AccountSid": self._stage.account_sid,
            "CallSid": running.call.sid,
            "TranscriptionSid": running.sid,
            "TranscriptionEvent": event,
            "SequenceId": str(running.sequence[track]),
            "Timestamp": self._stage.pace.now().isoformat(),
            **more,
        }
        method = running.terms.get("statusCallbackMethod", "POST")
        self._stage.webhooks.notify(running.sid, url, method, params)
