"""Sums that forget: the newest observation weighs most, and quiet hours cost nothing of what was learned."""

from __future__ import annotations

import math
from dataclasses import dataclass

TOO_HEAVY = 1e9


@dataclass(slots=True)
class Fading:
    """The weight of the next observation, in a memory of `seconds`, or of `count` where that many take longer.

    Instead of shrinking old sums at each observation, new ones weigh more; when the weight gets out of hand,
    `renewed` says by how much its owner divides the sums.
    """

    seconds: float
    count: float
    weight: float = 1.0
    _last: float | None = None

    def next(self, at: float) -> float:
        """The weight of an observation made at this instant."""
        if self._last is not None:
            self.weight *= math.exp(min(max(at - self._last, 0.0) / self.seconds, 1 / self.count))
        self._last = at if self._last is None else max(at, self._last)
        return self.weight

    def renewed(self) -> float:
        """What the owner's sums are divided by now; 1 nearly always."""
        if self.weight < TOO_HEAVY:
            return 1.0
        divisor, self.weight = self.weight, 1.0
        return divisor
