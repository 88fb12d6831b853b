"""A whole line's ranges at one moment: worked out at few ranks and read off in between.

Ten thousand callers may ask in the same second. The range grows smoothly along the line, so that it is worked out
exactly for the first ranks, then at ranks a tenth apart, when first asked for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from assistant.model.waiting.queue import Forecast
from assistant.model.waiting.ranges import UNKNOWN, WaitRange

EXACT = 20
RATIO = 1.1
RANKS = list(range(EXACT))
while RANKS[-1] < 10**7:
    RANKS.append(int(RANKS[-1] * RATIO) + 1)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What can be told to a caller: the range, and the slots and the capacity (places a second) it was made with."""

    wait: WaitRange
    slots: float
    capacity: float


NOBODY_SERVES = Outlook(UNKNOWN, 0.0, 0.0)


class Curve:
    """`forecast` gives the prediction behind so many places, or None where nothing can be said at any rank."""

    def __init__(self, forecast: Callable[[int], Forecast | None]) -> None:
        self._forecast = forecast
        self._known: dict[int, Forecast | None] = {}

    def _at(self, rank: int) -> Forecast | None:
        if rank not in self._known:
            self._known[rank] = self._forecast(rank)
        return self._known[rank]

    def outlook(self, ahead: int) -> Outlook:
        """The range behind `ahead` places, in whole seconds."""
        index = bisect_right(RANKS, ahead) - 1
        below = self._at(RANKS[index])
        above = below if RANKS[index] == ahead else self._at(RANKS[index + 1])
        if below is None or above is None:
            return NOBODY_SERVES
        share = (ahead - RANKS[index]) / (RANKS[index + 1] - RANKS[index])
        low = below.low_seconds + share * (above.low_seconds - below.low_seconds)
        high = below.high_seconds + share * (above.high_seconds - below.high_seconds)
        return Outlook(WaitRange(round(low), round(high)), below.pace.slots, below.pace.capacity)
