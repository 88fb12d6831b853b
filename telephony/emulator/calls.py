"""A call as the emulator keeps it, and the statuses that it may pass through."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from telephony.payloads import CallStatus

if TYPE_CHECKING:
    from telephony.emulator.participants import Participant

API_VERSION = "2010-04-01"
INBOUND = "inbound"
OUTBOUND = "outbound-api"

MOVES: dict[CallStatus, frozenset[CallStatus]] = {
    CallStatus.QUEUED: frozenset({CallStatus.RINGING, CallStatus.FAILED, CallStatus.CANCELED}),
    CallStatus.RINGING: frozenset(
        {CallStatus.IN_PROGRESS, CallStatus.BUSY, CallStatus.NO_ANSWER, CallStatus.FAILED, CallStatus.CANCELED}
    ),
    CallStatus.IN_PROGRESS: frozenset({CallStatus.COMPLETED, CallStatus.FAILED}),
}


def new_sid(prefix: str) -> str:
    """An id as Twilio makes them: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


class Phone(Protocol):
    """A telephone: somebody who can be rung, and to whom is shown and played what happens in a call."""

    @property
    def address(self) -> str: ...

    def send(self, frame: dict[str, Any]) -> None: ...


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words said into the phone."""

    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """Keys pressed on it."""

    digits: str


class Ears:
    """What a call hears of its caller: nothing, unless a `<Gather>` listens for that kind of input."""

    def __init__(self) -> None:
        self._heard: asyncio.Queue[Spoken | Pressed] | None = None
        self._kinds: frozenset[str] = frozenset()

    @contextmanager
    def listening(self, kinds: frozenset[str]) -> Iterator[asyncio.Queue[Spoken | Pressed]]:
        """Listens for `dtmf`, `speech` or both for as long as the block runs."""
        self._heard, self._kinds = asyncio.Queue(), kinds
        try:
            yield self._heard
        finally:
            self._heard, self._kinds = None, frozenset()

    def hear(self, heard: Spoken | Pressed) -> bool:
        """Whether somebody listened; what is said to nobody is lost, as on a real line."""
        kind = "speech" if isinstance(heard, Spoken) else "dtmf"
        if self._heard is None or kind not in self._kinds:
            return False
        self._heard.put_nowait(heard)
        return True


@dataclass(frozen=True, slots=True)
class Script:
    """Where a call gets its TwiML: an address, or (`twiml`) the document itself."""

    url: str = ""
    method: str = "POST"
    fallback_url: str | None = None
    fallback_method: str = "POST"
    twiml: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Who is told of a call's progress, and of which steps."""

    url: str | None = None
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


@dataclass(slots=True)
class Call:
    """One leg. `phone` is the telephone at our side of it, once it has answered or dialled."""

    sid: str
    direction: str
    caller: str
    callee: str
    script: Script
    progress: Progress
    created_at: datetime
    status: CallStatus
    ring_seconds: float = 60.0
    sequence: int = 0
    updated_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    phone: Phone | None = None
    rung: set[Phone] = field(default_factory=set)
    ears: Ears = field(default_factory=Ears)
    participant: Participant | None = None
    task: asyncio.Task[None] | None = None
    leaving: str = "participant_hung_up"

    def move(self, to: CallStatus, at: datetime) -> bool:
        """Moves to a status; False when no move leads there, which leaves the call as it is."""
        if to not in MOVES.get(self.status, frozenset()):
            return False
        self.status, self.updated_at = to, at
        if to is CallStatus.IN_PROGRESS:
            self.answered_at = at
        elif to.is_over:
            self.ended_at = at
        return True

    @property
    def duration_seconds(self) -> int:
        """Whole seconds from the answer to the end; 0 for a call that nobody took."""
        if self.answered_at is None or self.ended_at is None:
            return 0
        return max(0, round((self.ended_at - self.answered_at).total_seconds()))

    def show(self, frame_type: str, **content: Any) -> None:
        """Shows something on the phone at this leg."""
        if self.phone is not None:
            self.phone.send({"type": frame_type, "call_sid": self.sid, **content})
