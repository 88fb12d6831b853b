"""Recordings of what caller and agent say to each other: one for each attempt that brought the two together.

The row stands before the recording is asked for. What is told of it comes late, twice, in any order or not at all; what
nobody told is looked up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from assistant.model.contact import Contact, ContactId


class TapeState(StrEnum):
    """`begun` → `on` ⇄ `paused` → `ended` → `kept` → `gone`, and from each of them to any later one.

    `begun`: asked for, and not confirmed; `ended`: over, and not yet there to be heard; `gone`: there never was one, or
    it was deleted.
    """

    BEGUN = "begun"
    ON = "on"
    PAUSED = "paused"
    ENDED = "ended"
    KEPT = "kept"
    GONE = "gone"

    @property
    def is_running(self) -> bool:
        return self in {TapeState.BEGUN, TapeState.ON, TapeState.PAUSED}


@dataclass(frozen=True, slots=True)
class Tape:
    """One recording. `recording_sid` is None until it is confirmed, and once it was deleted."""

    id: str
    contact_id: ContactId
    attempt: int
    call_sid: str
    state: TapeState
    began_at: datetime
    recording_sid: str | None = None
    seconds: int | None = None


class Tapes(Protocol):
    """Where they are kept."""

    def get(self, id: str) -> Tape | None: ...
    def lock(self, id: str) -> Tape | None:
        """Locked to the commit. Lock order: after its contact."""
        ...

    def of_contact(self, contact_id: ContactId) -> Sequence[Tape]:
        """In the order of the attempts."""
        ...

    def add(self, tape: Tape) -> bool:
        """Keeps it; False where this attempt has one already."""
        ...

    def save(self, tape: Tape) -> None: ...


@dataclass(frozen=True, slots=True)
class TapeNow:
    """How a recording stands where it is made."""

    sid: str
    state: TapeState
    seconds: int | None = None


class CallRecorder(Protocol):
    """Who records calls. All raise `Unavailable` where nobody can be reached: it is then not known what is so."""

    async def begin(self, contact: Contact, call_sid: str) -> str:
        """Both sides of the caller's call are recorded from now on; gives the recording's id.

        Raises `Refused` `recording_refused`: nothing is recorded.
        """
        ...

    async def change(self, call_sid: str, recording_sid: str, to: TapeState) -> TapeNow:
        """Goes on, pauses or ends it; gives how it stands then, which is another way where it was over already."""
        ...

    async def of_call(self, call_sid: str) -> Sequence[TapeNow]:
        """Those of this call that were begun here, the newest first."""
        ...

    async def look(self, recording_sid: str) -> TapeNow | None:
        """How it stands; None where there is none (any more)."""
        ...
