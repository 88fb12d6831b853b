"""Messages that callers speak instead of waiting: recorded by the telephone company, and written down by it afterwards.

What is told of a recording comes late, twice, in any order or not at all. So each call that is about to record has a
row from before the tone, and what nobody told is looked up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from assistant.model.contact import ContactId, QueueId


class SpokenState(StrEnum):
    """`begun` → `recorded` → `written` or `unwritten`; `empty` where nothing was said, which may begin anew.

    `unwritten`: nobody could write it down, be it that it failed, was never told, or that nobody knows the language. A
    text that comes after all is taken.
    """

    BEGUN = "begun"
    RECORDED = "recorded"
    WRITTEN = "written"
    UNWRITTEN = "unwritten"
    EMPTY = "empty"

    @property
    def is_kept(self) -> bool:
        """There is a message, and a contact that it opens."""
        return self in {SpokenState.RECORDED, SpokenState.WRITTEN, SpokenState.UNWRITTEN}


@dataclass(frozen=True, slots=True)
class SpokenMessage:
    """One call's message. `contact_id` is the contact that it opened, or whose place the caller has in line meanwhile.

    `recording_sid` is None before there is a recording, and once it was deleted. `words_seq` is the event of the
    contact that holds the text.
    """

    id: str
    call_sid: str
    queue: QueueId
    language: str
    ani: str | None
    dnis: str | None
    state: SpokenState
    begun_at: datetime
    contact_id: ContactId | None = None
    recording_sid: str | None = None
    seconds: int | None = None
    words_seq: int | None = None


class SpokenMessages(Protocol):
    """Where they are kept."""

    def of_call(self, call_sid: str) -> SpokenMessage | None: ...
    def get(self, id: str) -> SpokenMessage | None: ...
    def lock(self, id: str) -> SpokenMessage | None:
        """Locked to the commit. Lock order: after its contact."""
        ...

    def of_contact(self, contact_id: ContactId) -> SpokenMessage | None: ...
    def add(self, message: SpokenMessage) -> SpokenMessage:
        """Keeps it, unless this call has one already, which is given then."""
        ...

    def save(self, message: SpokenMessage) -> None: ...


@dataclass(frozen=True, slots=True)
class Recording:
    """What the telephone company has recorded of a call."""

    sid: str
    seconds: int


class Recordings(Protocol):
    """The recordings, where they are. All raise `Unavailable`."""

    async def of_call(self, call_sid: str) -> Recording | None:
        """The longest one of this call; None where there is none (yet)."""
        ...

    async def text_of(self, recording_sid: str) -> str | None:
        """What was written down of it; None where that failed, or was not done (yet)."""
        ...

    async def sound_of(self, recording_sid: str) -> bytes | None:
        """The recording as a WAV file; None where there is none any more."""
        ...

    async def delete(self, recording_sid: str) -> None:
        """Deletes it and what was written down of it; that it is gone already is as good."""
        ...
