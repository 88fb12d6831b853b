"""How long things last: distributions of seconds, drawn from a seeded source of chance."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

type Draw = Callable[[random.Random], float]


def exponential(mean: float) -> Draw:
    return lambda draw: draw.expovariate(1 / mean)


def erlang(stages: int, mean: float) -> Draw:
    return lambda draw: draw.gammavariate(stages, mean / stages)


def hyperexponential(mean: float, c2: float) -> Draw:
    """Two phases with balanced means: many leave at once, some stay for ever."""
    p = (1 + math.sqrt((c2 - 1) / (c2 + 1))) / 2
    return lambda draw: draw.expovariate(2 * (p if draw.random() < p else 1 - p) / mean)


def lognormal(mean: float, cv: float) -> Draw:
    sigma = math.sqrt(math.log(1 + cv * cv))
    return lambda draw: draw.lognormvariate(math.log(mean) - sigma * sigma / 2, sigma)
