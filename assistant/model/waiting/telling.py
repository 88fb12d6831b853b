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
    FEWER_AGENTS = "fewer_agents"
    LONGER_SERVICES = "longer_services"


@dataclass(frozen=True, slots=True)
class Told:
    """A range that was told, with the places ahead, the slots and the capacity that it stands on."""

    wait: WaitRange
    ahead: int
    slots: float
    capacity: float


def rises(before: WaitRange, now: WaitRange) -> bool:
    """Either end is later than before; False where nothing is known of one of them."""
    if not before.is_known or not now.is_known:
        return False
    return (now.low_seconds or 0) > (before.low_seconds or 0) or (now.high_seconds or 0) > (before.high_seconds or 0)


def why_longer(before: Told, now: Told) -> Longer | None:
    """What has made a range rise; None where it has not, or where nothing but the estimate has changed."""
    if not rises(before.wait, now.wait):
        return None
    if now.ahead > before.ahead:
        return Longer.MORE_AHEAD
    if now.capacity < SLOWER * before.capacity:
        return Longer.FEWER_AGENTS if now.slots < before.slots else Longer.LONGER_SERVICES
    return None


def told(before: Told | None, ahead: int, outlook: Outlook) -> Told:
    """What the caller is told now, after what was told `before`."""
    now = Told(outlook.wait, ahead, outlook.slots, outlook.capacity)
    if before is None or not rises(before.wait, now.wait) or why_longer(before, now) is not None:
        return now
    low, high = now.wait.low_seconds or 0, now.wait.high_seconds or 0
    was_low, was_high = before.wait.low_seconds or 0, before.wait.high_seconds or 0
    held = WaitRange(min(low, was_low), min(high, was_high))
    return Told(held, ahead, max(before.slots, now.slots), max(before.capacity, now.capacity))
