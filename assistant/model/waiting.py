"""How long a caller will still wait: QL_m, as a range.

With `s` agents' free slots that serve the queue, service rate mu each and abandonment rate alpha, the wait behind
n places is a sum of independent exponentials with rates s·mu + i·alpha, i = 0..n. Its exact quantile is

    q_p = -ln(BetaInv(1 - p; s·mu / alpha, n + 1)) / alpha,

and Gamma(n + 1, rate s·mu) where nobody abandons (Ibrahim & Whitt 2009, "Real-Time Delay Estimation in Overloaded
Multiserver Queues with Abandonments", Management Science 55:10).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from scipy.special import betaincinv, gammaincinv

LOW, HIGH = 0.10, 0.90


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
    """What is known of how a queue is served: slots that serve it, services and abandonments per second."""

    slots: float
    service_rate: float
    abandon_rate: float


def quantile(ahead: int, pace: Pace, p: float) -> float:
    """Seconds within which a caller behind `ahead` places is served with probability `p`, if the caller stays."""
    busy_rate = pace.slots * pace.service_rate
    if pace.abandon_rate < busy_rate * 1e-6:
        return float(gammaincinv(ahead + 1, p)) / busy_rate
    share = float(betaincinv(busy_rate / pace.abandon_rate, ahead + 1, 1 - p))
    return -math.log(max(share, 1e-300)) / pace.abandon_rate


def wait_range(ahead: int, pace: Pace | None) -> WaitRange:
    """The bracket announced to a caller behind `ahead` places; unknown without a pace or without agents."""
    if pace is None or pace.slots <= 0 or pace.service_rate <= 0:
        return UNKNOWN
    return WaitRange(round(quantile(ahead, pace, LOW)), round(quantile(ahead, pace, HIGH)))


@dataclass(frozen=True, slots=True)
class Observed:
    """Sums over the recent past of one queue, from which its rates are estimated.

    Abandonments are censored observations of patience, so their rate is abandonments over the total time waited.
    """

    served: int
    service_seconds: float
    abandoned: int
    waited_seconds: float


def estimate(observed: Observed, prior_service_seconds: float, slots: float, prior_weight: int = 10) -> Pace:
    """Rates from what was observed, drawn to the tenant's expectation with the weight of `prior_weight` services."""
    services = observed.served + prior_weight
    seconds = observed.service_seconds + prior_weight * prior_service_seconds
    abandon_rate = observed.abandoned / observed.waited_seconds if observed.waited_seconds > 0 else 0.0
    return Pace(slots=slots, service_rate=services / seconds, abandon_rate=abandon_rate)
