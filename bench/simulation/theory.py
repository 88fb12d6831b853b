"""Exact answers of queueing theory, by which the simulation itself is judged."""

from __future__ import annotations

from itertools import accumulate


def erlang_c(agents: int, load: float) -> float:
    """The probability of waiting in M/M/s; `load` in erlangs, below the number of agents."""
    blocked = 1.0
    for k in range(1, agents + 1):
        blocked = load * blocked / (k + load * blocked)
    return blocked / (1 - load / agents * (1 - blocked))


def erlang_a(load: float, agents: int, leaving: float, depth: int = 2000) -> tuple[float, float]:
    """`(probability of waiting, of leaving)` in M/M/s+M; rates per contact time, `leaving` of one waiting caller."""

    def rate(n: int) -> float:
        return min(n, agents) + leaving * max(n - agents, 0)

    weights = list(accumulate(range(1, depth), lambda weight, n: weight * load / rate(n), initial=1.0))
    total = sum(weights)
    waiting = sum(weights[agents:]) / total
    in_line = sum((n - agents) * weight for n, weight in enumerate(weights) if n > agents) / total
    return waiting, leaving * in_line / load


def rase_of_ql(load: float, agents: int) -> float:
    """Root of the mean squared error of (n + 1) / (s·mu) over the mean wait of those who wait, in M/M/s."""
    return float((1 - load / agents) ** 0.5)
