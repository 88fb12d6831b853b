"""What is to be seen of the work that nobody holds: messages that were left, places that wait, callbacks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from assistant.model.contact import AgentId, Contact, ContactId, QueueId
from assistant.model.spoken import SpokenState


@dataclass(frozen=True, slots=True)
class Spoken:
    """How a message that was spoken stands; `seconds` None where nobody told. The recording is deleted in time."""

    state: SpokenState
    seconds: int | None
    has_recording: bool


@dataclass(frozen=True, slots=True)
class MessageLeft:
    """What somebody wrote, or said, who did not want to wait. `done_by` and `done_at` are set once it is dealt with.

    `text` is empty while what was spoken is not written down; `reply_to` where the caller withheld the number.
    """

    contact_id: ContactId
    queue: QueueId
    language: str
    left_at: datetime
    text: str
    reply_to: str
    done_by: AgentId | None = None
    done_at: datetime | None = None
    spoken: Spoken | None = None


class Overview(Protocol):
    """Lists to look at; what they name is not locked and may be another's a moment later."""

    def messages_left(self, queues: Collection[QueueId], *, is_done: bool, limit: int) -> Sequence[MessageLeft]:
        """Of these queues: those to be dealt with, oldest first, or those that were, newest first."""
        ...

    def in_line(self, limit: int) -> Sequence[Contact]:
        """The places that wait or are offered, in the order in which they are served."""
        ...

    def callbacks(self, queues: Collection[QueueId], limit: int) -> Sequence[Contact]:
        """The places in line whose holders are to be called back, in order."""
        ...
