"""How long callers of one queue stay: the hazard of leaving, by the time already waited.

Waits are censored: who is served had more patience than was seen. So the hazard in a span of waiting is the leavings
in it over all the time that callers spent in it, those who were served included (occurrence over exposure). Spans of
which little is known are drawn to the hazard over all waits, so that exponential patience costs nothing.
"""

from __future__ import annotations

import math
from bisect import bisect_right

from assistant.model.waiting.fading import Fading

FIRST_SECONDS, RATIO, SPANS = 15.0, 1.2, 36  # 15 s, then each a fifth longer: to two hours and three quarters
EDGES = [0.0, *(FIRST_SECONDS * RATIO**k for k in range(SPANS - 1))]
PRIOR_SECONDS = 1800.0  # before anything is seen callers are taken for patient: it errs to the longer wait
PRIOR_LEAVINGS = 2.0
SPAN_LEAVINGS = 8.0  # how many leavings a span must have seen to count as much as all waits together
REBUILT_AFTER = 8


class Patience:
    """The fitted hazard of one queue. Feed it every wait that ended; O(1) each."""

    def __init__(self) -> None:
        self._fading = Fading(seconds=4 * 3600.0, count=1000)
        self._left = [0.0] * SPANS
        self._ended = [0.0] * SPANS
        self._within = [0.0] * SPANS
        self._prior = 1.0
        self._unread = 0
        self.rate = 1 / PRIOR_SECONDS
        self._hazard = [self.rate] * SPANS
        self._cumulative = [edge * self.rate for edge in EDGES]

    def ended(self, waited_seconds: float, at: float, *, was_served: bool) -> None:
        """A caller stopped waiting after so long: served, or gone."""
        weight = self._fading.next(at)
        waited = max(waited_seconds, 0.0)
        span = bisect_right(EDGES, waited) - 1
        self._ended[span] += weight
        self._within[span] += weight * (waited - EDGES[span])
        if not was_served:
            self._left[span] += weight
        self._unread += 1
        if self._unread >= REBUILT_AFTER:
            self._rebuild()

    def _rebuild(self) -> None:
        self._unread = 0
        divisor = self._fading.renewed()
        if divisor > 1:
            self._prior /= divisor
            for sums in (self._left, self._ended, self._within):
                sums[:] = [value / divisor for value in sums]
        exposed, beyond = [0.0] * SPANS, 0.0
        for span in reversed(range(SPANS)):
            width = EDGES[span + 1] - EDGES[span] if span + 1 < SPANS else 0.0
            exposed[span] = self._within[span] + beyond * width
            beyond += self._ended[span]
        prior = PRIOR_LEAVINGS * self._prior
        self.rate = (sum(self._left) + prior) / (sum(exposed) + prior * PRIOR_SECONDS)
        drawn = SPAN_LEAVINGS * self._fading.weight
        self._hazard = [(a + drawn) / (e + drawn / self.rate) for a, e in zip(self._left, exposed, strict=True)]
        total = 0.0
        for span in range(SPANS):
            self._cumulative[span] = total
            if span + 1 < SPANS:
                total += self._hazard[span] * (EDGES[span + 1] - EDGES[span])

    def cumulative(self, waited_seconds: float) -> float:
        """The integral of the hazard up to this wait: -ln of the share of callers who stay so long."""
        span = bisect_right(EDGES, waited_seconds) - 1
        return self._cumulative[span] + self._hazard[span] * (waited_seconds - EDGES[span])

    def stays(self, waited_seconds: float) -> float:
        """The share of callers whose patience lasts this long."""
        return math.exp(-self.cumulative(waited_seconds))

    def between(self, youngest: float, oldest: float) -> float:
        """The mean hazard of callers whose waits lie evenly between these two."""
        if oldest - youngest < 1.0:
            oldest = youngest + 1.0
        return (self.cumulative(oldest) - self.cumulative(youngest)) / (oldest - youngest)
