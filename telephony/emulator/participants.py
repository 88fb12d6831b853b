"""A conference and who takes part in it, as the exchange keeps them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from telephony.emulator.calls import Call


@dataclass(slots=True, eq=False)
class Participant:
    """One call in a conference. `left` is resolved with the reason when it is put out."""

    call: Call
    conference: Conference
    label: str | None
    joined_at: datetime
    left: asyncio.Future[str]
    start_on_enter: bool = True
    end_on_exit: bool = False
    muted: bool = False
    hold: bool = False
    coach: str | None = None
    wait_url: str | None = None
    wait_method: str = "POST"
    media: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        return self.label or self.call.sid

    def silence(self) -> None:
        """Stops what is played to this participant alone."""
        if self.media is not None:
            self.media.cancel()
            self.media = None


@dataclass(slots=True, eq=False)
class Conference:
    """One room. Its callbacks are those of whoever came first."""

    sid: str
    name: str
    created_at: datetime
    status_url: str | None
    status_method: str
    events: frozenset[str]
    status: str = "init"
    sequence: int = 0
    reason_ended: str | None = None
    ended_by: str | None = None
    updated_at: datetime | None = None
    participants: list[Participant] = field(default_factory=list)

    def find(self, name: str) -> Participant | None:
        """The participant with this CallSid or label."""
        return next((one for one in self.participants if name in (one.call.sid, one.label)), None)


def show_part(participant: Participant) -> None:
    """What the telephone shows of it; a real one would only sound like it."""
    call = participant.call
    call.show("part", muted=participant.muted, hold=participant.hold, coaching=participant.coach is not None)


def is_open(room: Conference) -> bool:
    return room.status != "completed"


def about(participant: Participant) -> dict[str, str]:
    about = {
        "CallSid": participant.call.sid,
        "Muted": _flag(participant.muted),
        "Hold": _flag(participant.hold),
        "Coaching": _flag(participant.coach is not None),
        "EndConferenceOnExit": _flag(participant.end_on_exit),
        "StartConferenceOnEnter": _flag(participant.start_on_enter),
    }
    return about | ({"ParticipantLabel": participant.label} if participant.label else {})


def _flag(value: bool) -> str:
    return "true" if value else "false"
