"""The wait behind n places as a distribution: QL_m.

With places served at a rate of `capacity` a second and each waiting caller leaving at rate alpha, the wait behind n
places is a sum of independent exponentials with rates capacity + i·alpha, i = 0..n. So with a = capacity / alpha

    W = -ln(B) / alpha,   B ~ Beta(a, n + 1),   E[W] = (psi(a + n + 1) - psi(a)) / alpha,

and Gamma(n + 1, rate capacity) where nobody leaves (Ibrahim & Whitt 2009, "Real-Time Delay Estimation in Overloaded
Multiserver Queues with Abandonments", Management Science 55:10). Every function here costs the same for any n; n may
be a fraction, where the callers ahead in other lines count in part.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from scipy.special import betaincc, betaincinv, betaln, gammainc, gammaincinv, psi

LOW, HIGH = 0.10, 0.90
SMALLEST = 1e-300  # below it a share has no digits left: callers leave far sooner than they are served
NOBODY_LEAVES = 1e-6  # of the capacity: below it the closed form loses its digits, and the limit has none of them


@dataclass(frozen=True, slots=True)
class WaitRange:
    """The P10-P90 bracket of the remaining wait, in whole seconds; not `is_known` where nothing honest can be said."""

    low_seconds: int | None
    high_seconds: int | None

    @property
    def is_known(self) -> bool:
        return self.high_seconds is not None

    def as_data(self) -> dict[str, Any]:
        return {"low_seconds": self.low_seconds, "high_seconds": self.high_seconds, "known": self.is_known}


UNKNOWN = WaitRange(None, None)


@dataclass(frozen=True, slots=True)
class Pace:
    """How a line is served: slots that serve it, and services and leavings a second, per slot and per caller."""

    slots: float
    service_rate: float
    abandon_rate: float

    @property
    def capacity(self) -> float:
        """Places served a second while somebody waits."""
        return self.slots * self.service_rate


def mean(ahead: float, pace: Pace) -> float:
    """Expected seconds until a caller behind `ahead` places is served, if the caller stays."""
    capacity, alpha = pace.capacity, pace.abandon_rate
    if alpha < capacity * NOBODY_LEAVES:
        return (ahead + 1) / capacity
    a = capacity / alpha
    return float(psi(a + ahead + 1) - psi(a)) / alpha


def quantile(ahead: float, pace: Pace, p: float) -> float:
    """Seconds within which a caller behind `ahead` places is served with probability `p`, if the caller stays."""
    capacity, alpha = pace.capacity, pace.abandon_rate
    if alpha < capacity * NOBODY_LEAVES:
        return float(gammaincinv(ahead + 1, p)) / capacity
    share = float(betaincinv(capacity / alpha, ahead + 1, 1 - p))
    if share > SMALLEST:
        return -math.log(share) / alpha
    return -(math.log(1 - p) + _log_edge(ahead, capacity / alpha)) / capacity


def chance_within(ahead: float, pace: Pace, seconds: float) -> float:
    """The probability that a caller behind `ahead` places is served within these seconds, if the caller stays."""
    capacity, alpha = pace.capacity, pace.abandon_rate
    if alpha < capacity * NOBODY_LEAVES:
        return float(gammainc(ahead + 1, max(seconds, 0.0) * capacity))
    share = math.exp(-alpha * max(seconds, 0.0))
    if share > SMALLEST:
        return float(betaincc(capacity / alpha, ahead + 1, share))
    return -math.expm1(-capacity * seconds - _log_edge(ahead, capacity / alpha))


def _log_edge(ahead: float, a: float) -> float:
    """ln(a · Beta(a, n + 1)): near 0 the distribution of B is b^a over this, where b itself is too small a number."""
    return math.log(a) + float(betaln(a, ahead + 1))


def chance_served(ahead: float, pace: Pace) -> float:
    """The probability that a caller behind `ahead` places stays until served; when low, offer a callback."""
    return pace.capacity / (pace.capacity + (ahead + 1) * pace.abandon_rate)


def wait_range(ahead: float, pace: Pace | None, low: float = LOW, high: float = HIGH) -> WaitRange:
    """The bracket announced to a caller behind `ahead` places; unknown without a pace or without agents."""
    if pace is None or pace.capacity <= 0:
        return UNKNOWN
    return WaitRange(round(quantile(ahead, pace, low)), round(quantile(ahead, pace, high)))
