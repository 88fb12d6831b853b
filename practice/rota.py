"""Who takes contacts when: agents work and have breaks, each at times of their own."""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator, Sequence

MINUTE = 60.0
FIRST_STRETCH = (10 * MINUTE, 75 * MINUTE)  # everybody began their day at another time
STRETCH = (45 * MINUTE, 75 * MINUTE)
BREAK = (5 * MINUTE, 15 * MINUTE)


def shift(agent: str, seed: int | str) -> Iterator[tuple[float, bool]]:
    """When this agent stops taking contacts and takes them again, for ever; everybody takes them at first."""
    chance = random.Random(f"{seed}-{agent}-shift")
    at = chance.uniform(*FIRST_STRETCH)
    while True:
        yield at, False
        at += chance.uniform(*BREAK)
        yield at, True
        at += chance.uniform(*STRETCH)


def rota(agents: Sequence[str], seed: int | str) -> Iterator[tuple[float, frozenset[str]]]:
    """At each change who takes contacts from then on, for ever."""
    taking = set(agents)
    changes = heapq.merge(*(_of_agent(agent, seed) for agent in agents))
    for at, agent, is_taking in changes:
        if is_taking:
            taking.add(agent)
        else:
            taking.discard(agent)
        yield at, frozenset(taking)


def _of_agent(agent: str, seed: int | str) -> Iterator[tuple[float, str, bool]]:
    return ((at, agent, is_taking) for at, is_taking in shift(agent, seed))
