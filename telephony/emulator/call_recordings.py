"""Recordings of whole calls: begun, paused, resumed and stopped by request while the call goes on.

Both sides of the call are in it: what its own telephone says, what it hears of others in a conference, and the keys
that are pressed there, as their tones are. What documents speak or play is not.
https://www.twilio.com/docs/voice/api/recording#start-a-recording-on-a-call
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from telephony.emulator.calls import Call
from telephony.emulator.recordings import RecordingShelf, TakenDown
from telephony.emulator.stage import Stage

CURRENT = "Twilio.CURRENT"
IN_PROGRESS, PAUSED, STOPPED = "in-progress", "paused", "stopped"
SKIP, SILENCE = "skip", "silence"
SOURCE = "StartCallRecordingAPI"


@dataclass(slots=True)
class _Running:
    """One that is being made; `counts_since` is None while nothing of the call comes into it, not even its length."""

    taken: TakenDown
    counts_since: datetime | None
    seconds: float = 0.0
    said: list[str] = field(default_factory=list)

    def count(self, now: datetime) -> None:
        if self.counts_since is not None:
            self.seconds += (now - self.counts_since).total_seconds()
            self.counts_since = now


class CallRecordings:
    """Those that run; the shelf has them from the first moment, and alone once they are over."""

    def __init__(self, stage: Stage, shelf: RecordingShelf) -> None:
        self._stage = stage
        self._shelf = shelf
        self._running: dict[str, _Running] = {}

    def start(self, call: Call, terms: Mapping[str, str]) -> TakenDown:
        """`terms` are the fields of the request, as attributes: `recordingChannels`, `recordingStatusCallback`, …"""
        now = self._stage.pace.now()
        channels = 2 if terms.get("recordingChannels") == "dual" else 1
        track = terms.get("recordingTrack", "both")
        taken = TakenDown(
            call, "", 0, now, status=IN_PROGRESS, source=SOURCE, channels=channels, track=track, terms=dict(terms)
        )
        self._shelf.put(taken)
        self._running[taken.sid] = _Running(taken, now)
        self._shelf.tell(taken)
        call.show("taped", status=IN_PROGRESS)
        return taken

    def find(self, call: Call, sid: str) -> TakenDown | None:
        """One of this call's, running or over; `Twilio.CURRENT` is the newest that runs."""
        if sid == CURRENT:
            mine = [one.taken for one in self._running.values() if one.taken.call is call]
            return mine[-1] if mine else None
        taken = self._shelf.find(sid)
        return taken if taken is not None and taken.call is call else None

    def change(self, taken: TakenDown, status: str, pause: str = SILENCE) -> bool:
        """False where it is over already."""
        running = self._running.get(taken.sid)
        if running is None:
            return False
        running.count(self._stage.pace.now())
        if status == STOPPED:
            self._end(running)
            return True
        if status == IN_PROGRESS or pause == SILENCE:
            running.counts_since = self._stage.pace.now()
        else:
            running.counts_since = None
        taken.status = status
        taken.call.show("taped", status=status)
        return True

    def heard(self, call: Call, text: str) -> None:
        """Words or tones on this call."""
        for running in self._running.values():
            if running.taken.call is call and running.taken.status == IN_PROGRESS:
                running.said.append(text)

    def call_ended(self, call: Call) -> None:
        for running in [one for one in self._running.values() if one.taken.call is call]:
            running.count(self._stage.pace.now())
            self._end(running)

    def _end(self, running: _Running) -> None:
        del self._running[running.taken.sid]
        taken = running.taken
        taken.said, taken.seconds = " ".join(running.said), max(1, round(running.seconds))
        taken.status = "processing"
        taken.call.show("taped", status=STOPPED)
        self._shelf.finish(taken)
