"""One queue as the predictor sees it: who waits since when, and what the waits that ended have taught."""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from dataclasses import dataclass, field

from assistant.model.contact import ContactId
from assistant.model.waiting.calibration import Calibration
from assistant.model.waiting.patience import Patience
from assistant.model.waiting.ranges import Pace, chance_within, mean

PATH = (0.1, 0.3, 0.5, 0.7, 0.9)  # moments of a wait at which the patience of those ahead is looked up


@dataclass(frozen=True, slots=True)
class Forecast:
    """The remaining wait of a caller behind `ahead` places: its mean and the bracket that is announced.

    `ahead` counts the callers of other queues who will take agents first; so it may be a fraction. `is_first` tells
    a forecast made on arrival from one for a caller who waits already.
    """

    ahead: float
    pace: Pace
    is_first: bool
    mean_seconds: float
    low_seconds: float
    high_seconds: float


@dataclass(slots=True)
class QueueWaits:
    """Entries and departures in; ranks, ages, patience and calibration out. Each costs O(log n) and a short move."""

    expected_seconds: float
    patience: Patience = field(default_factory=Patience)
    on_arrival: Calibration = field(default_factory=Calibration)
    while_waiting: Calibration = field(default_factory=Calibration)
    _line: list[tuple[float, ContactId]] = field(default_factory=list)
    _places: dict[ContactId, tuple[float, float]] = field(default_factory=dict)
    _foretold: dict[ContactId, list[tuple[float, Forecast]]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._line)

    def __contains__(self, contact: ContactId) -> bool:
        return contact in self._places

    def add(self, contact: ContactId, place_at: float, at: float) -> None:
        """Begins to wait at this instant, at the place of somebody who came at `place_at`."""
        if contact not in self._places:
            self._places[contact] = place_at, at
            insort(self._line, (place_at, contact))

    def remember(self, contact: ContactId, forecast: Forecast, at: float) -> None:
        """What was predicted now for this contact is scored when it is served."""
        self._foretold.setdefault(contact, []).append((at, forecast))

    def remove(self, contact: ContactId, at: float, *, was_served: bool) -> None:
        """The contact stopped waiting: its wait is learned from. Nothing for one that was not in line."""
        place = self._places.pop(contact, None)
        foretold = self._foretold.pop(contact, ())
        if place is None:
            return
        place_at, entered = place
        del self._line[bisect_left(self._line, (place_at, contact))]
        self.patience.ended(at - entered, at, was_served=was_served)
        if not was_served:
            return
        for told_at, forecast in foretold:
            waited = max(at - told_at, 0.0)
            staying = self.patience.cumulative(at - entered) - self.patience.cumulative(told_at - entered)
            self.calibration(forecast.is_first).ended(
                waited=waited,
                predicted=mean(forecast.ahead, forecast.pace),
                place=chance_within(forecast.ahead, forecast.pace, waited),
                share_staying=math.exp(-staying),
                was_kept=forecast.low_seconds <= waited <= forecast.high_seconds,
                at=at,
            )

    def forget(self, contact: ContactId) -> None:
        """The contact waits here no more, and neither was served nor gave up."""
        place = self._places.pop(contact, None)
        self._foretold.pop(contact, None)
        if place is not None:
            del self._line[bisect_left(self._line, (place[0], contact))]

    def calibration(self, is_first: bool) -> Calibration:
        return self.on_arrival if is_first else self.while_waiting

    def contact(self, ahead: int) -> ContactId:
        """Who stands behind so many places."""
        return self._line[ahead][1]

    def place_at(self, ahead: int, now: float) -> float:
        """Since when the place behind so many stands: just now where the line is not so long."""
        return self._line[ahead][0] if ahead < len(self._line) else now

    def before(self, at: float) -> int:
        """How many of those who wait have an older place."""
        return bisect_left(self._line, (at,))

    def leaving(self, ahead: int, effective: float, capacity: float, now: float) -> float:
        """The mean hazard, over the wait to come, of those ahead: they grow older while their number falls.

        That is QL_a's sum as an integral: at each moment the callers ahead have waits spread from the caller's own to
        the oldest one's. The oldest is extrapolated from the older half, because a callback may stand first for hours.
        """
        patience = self.patience
        if ahead < 1:
            return patience.rate
        own = now - self.place_at(ahead, now)
        middle = now - self.place_at(ahead // 2, now)
        oldest = max(own + 2 * (middle - own), own + 1.0)
        alpha = patience.rate
        for _ in range(2):
            wait = mean(effective, Pace(1, capacity, alpha))
            alpha = 0.0
            for share in PATH:
                alpha += (1 - share) * patience.between(own + wait * share, oldest + (own + wait - oldest) * share)
            alpha /= sum(1 - share for share in PATH)
        return alpha
