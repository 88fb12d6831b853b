"""The place: the right to be served in order, and what its holder is told about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from assistant.model.contact import ContactId, QueueId, Reach, State
from assistant.model.waiting import Told, WaitRange

INSTANTS_KEPT = 16_384


class EntryCause(StrEnum):
    """Why a place stands where it stands in the line; the closed list of reasons for a position that got worse."""

    JOINED = "joined"
    HEAD_START = "head_start"
    RETURNED = "returned"
    RECONNECTED = "reconnected"
    RECLAIMED = "reclaimed"
    TRANSFERRED_IN = "transferred_in"
    OVERFLOWED_IN = "overflowed_in"
    SUPERVISOR = "supervisor"


class WhyPassed(StrEnum):
    """Why an older place was passed over when a younger one was offered; the closed list."""

    AWAY = "away"
    NO_SLOT = "no_slot"
    LANGUAGE = "language"
    DECLINED_RECENTLY = "declined_recently"
    DIRECT_TRANSFER = "direct_transfer"


class Staffing(StrEnum):
    """Whether somebody on duty serves a queue in a language."""

    STAFFED = "staffed"
    OTHER_LANGUAGES = "other_languages"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A place that was passed over; `why` is None where nothing stands against offering it."""

    contact_id: ContactId
    why: WhyPassed | None


@dataclass(frozen=True, slots=True, order=True)
class Head:
    """The place that comes first for somebody."""

    order_at: int
    contact_id: ContactId
    queue: QueueId


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A place as its holder sees it. `position` is 1-based and exact at `revision`; None once out of the line.

    `staffed`: somebody on duty serves its queue in the holder's language. `told` says what the wait stands on.
    """

    code: str
    queue: QueueId
    state: State
    position: int | None
    entered_at: datetime
    wait: WaitRange
    revision: int = 0
    staffed: bool = True
    told: Told | None = None
    reach: Reach = Reach.PRESENT
    callback_at: datetime | None = None

    @property
    def is_consistent(self) -> bool:
        """False where the line has moved since the contact was looked at: in line, and without a position."""
        return not self.state.is_in_line or self.position is not None

    def as_data(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "queue": self.queue,
            "state": self.state,
            "position": self.position,
            "ahead": None if self.position is None else self.position - 1,
            "entered_at": rfc3339(self.entered_at),
            "wait": self.wait.as_data(),
            "staffed": self.staffed,
            "reach": self.reach.value,
            "callback_at": rfc3339(self.callback_at) if self.callback_at else None,
        }


@lru_cache(INSTANTS_KEPT)
def rfc3339(at: datetime) -> str:
    """RFC 3339 in UTC with microseconds, as every instant on the wire. Whoever waits is told the same ones again."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Whole microseconds since the epoch: the unit of `order_at`. Exact, so never by way of a float."""
    return (at - EPOCH) // MICROSECOND


def from_micros(value: int) -> datetime:
    """The instant that `micros` gave this value for."""
    return EPOCH + value * MICROSECOND


def next_order_at(now: datetime, last_order_at: int) -> int:
    """The order of an entry made now: `max(now, last + 1)`. Commit order is line order even when a clock goes back."""
    return max(micros(now), last_order_at + 1)
