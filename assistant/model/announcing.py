"""What a wait is announced with: whether it is longer than the one announced before, and what is promised by it."""

from __future__ import annotations

from datetime import datetime, timedelta

from assistant.model.contact import Announced
from assistant.model.place import PlaceView
from assistant.model.waiting import Told, WaitRange, why_longer
from assistant.model.wording import wait_phrase

OTHER_LINE = "other_line"
OVERDUE = "overdue"
LONGER = "longer"


def why_longer_than_announced(before: Announced | None, place: PlaceView, at: datetime) -> str | None:
    """Why what is told now is longer than what was told, as a code for `wording.longer_sentence`.

    A `waiting.Longer`, `other_line`, or `longer` where nothing is known of the cause; `overdue` where the range is no
    longer one but the wait has outlasted what was promised. None where the caller hears nothing that is worse.
    """
    if before is None or place.told is None or not place.wait.is_known:
        return None
    was = Told(WaitRange(before.low_seconds, before.high_seconds), before.ahead, before.slots, before.capacity)
    is_higher = (place.wait.high_seconds or 0) > before.high_seconds
    if is_higher and wait_phrase(place.wait) != wait_phrase(was.wait):
        return OTHER_LINE if before.queue != place.queue else why_longer(was, place.told) or LONGER
    return OVERDUE if at > before.promised_at else None


def is_news(told_ahead: int | None, ahead: int) -> bool:
    """Whether the position has changed by so much since it was told that it is worth a word: by half, or to next."""
    if told_ahead is None or ahead == told_ahead:
        return False
    if ahead == 0:
        return True
    return abs(told_ahead - ahead) >= max(2, told_ahead / 2)


def is_much_longer(before: Announced | None, place: PlaceView, longer: str | None) -> bool:
    """Whether the wait has grown by so much that the caller is told without asking: by half, at least two minutes."""
    if before is None or longer is None or place.wait.high_seconds is None:
        return False
    return place.wait.high_seconds >= max(before.high_seconds * 1.5, before.high_seconds + 120)


def announced(before: Announced | None, place: PlaceView, at: datetime, longer: str | None) -> Announced | None:
    """What is remembered of an announcement; what was before where nothing was said of the wait."""
    told, low, high = place.told, place.wait.low_seconds, place.wait.high_seconds
    if told is None or low is None or high is None:
        return before
    promised_at = at + timedelta(seconds=high)
    if before is not None and longer is None:
        promised_at = min(promised_at, before.promised_at)  # a later end was not said to be one
    return Announced(low, high, told.ahead, told.slots, told.capacity, place.queue, place.revision, promised_at)
