"""What one caller is told over time: a range that never rises without a reason.

A caller who was told four to seven minutes must not hear eight because an estimate has wandered, nor because the
estimate has elapsed. The range rises only when more places are ahead than were, or when the line is really served
slower than when it was told; then it says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assistant.model.waiting.curve import Outlook
from assistant.model.waiting.ranges import WaitRange

SLOWER = 0.9  # of the capacity at the last telling: what is less is no wandering of an estimate


class Longer(StrEnum):
    """Why a wait that was told has become longer."""

    MORE_AHEAD = "more_ahead"
    SERVED_SLOWER = "served_slower"


@dataclass(frozen=True, slots=True)
class Told:
    """The range told last, with the places ahead and the capacity that it stands on; `longer` explains a rise."""

    wait: WaitRange
    ahead: int
    capacity: float
    longer: Longer | None = None


def told(before: Told | None, ahead: int, outlook: Outlook) -> Told:
    """What the caller is told now, after what was told `before`."""
    wait = outlook.wait
    now = Told(wait, ahead, outlook.capacity)
    if before is None or not before.wait.is_known or not wait.is_known:
        return now
    low, high = wait.low_seconds or 0, wait.high_seconds or 0
    was_low, was_high = before.wait.low_seconds or 0, before.wait.high_seconds or 0
    if low <= was_low and high <= was_high:
        return now
    if ahead > before.ahead:
        return Told(wait, ahead, outlook.capacity, Longer.MORE_AHEAD)
    if outlook.capacity < SLOWER * before.capacity:
        return Told(wait, ahead, outlook.capacity, Longer.SERVED_SLOWER)
    return Told(WaitRange(min(low, was_low), min(high, was_high)), ahead, max(before.capacity, outlook.capacity))
