"""The desks at which predictions are measured; names and figures as in the published and rebuilt comparisons.

An average contact takes `AHT` seconds; rates are per contact time, so 11 means 11 arrivals in 300 s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from practice.arrivals import Stream
from practice.crowd import HOUR, WORK_SPREAD, Crowd
from practice.desk import Agent
from practice.draws import Draw, erlang, exponential, hyperexponential, lognormal
from practice.hands import CHATS, VOICE

AHT = 300.0


@dataclass(frozen=True)
class Scenario:
    """A desk. `on_arrival` and `while_waiting` are the RASE to reach, where one is set; `looks` per contact time."""

    name: str
    what: str
    streams: Mapping[str, Stream]
    staff: Callable[[], list[Agent]]
    on_arrival: float | None = None
    while_waiting: float | None = None
    shifts: Callable[[], Iterable[tuple[float, frozenset[str]]]] = tuple
    looks: float = 3.0
    seed: int = 20090


def team(size: int, queues: Sequence[str] = ("q",), speeds: Sequence[float] = VOICE, prefix: str = "a") -> list[Agent]:
    return [Agent(f"{prefix}{n}", queues, speeds) for n in range(size)]


def stream(
    load: float,
    patience: Draw | None = None,
    work: Draw | None = None,
    rate: Callable[[float], float] | None = None,
    burden: Callable[[float], float] | None = None,
) -> Stream:
    return Stream(load / AHT, work or exponential(AHT), patience, rate, burden)


def _twenty_and_twelve() -> Iterator[tuple[float, frozenset[str]]]:
    """Eight of twenty agents stop taking, and take again, every six contact times."""
    everyone = [f"a{n}" for n in range(20)]
    for n in count(1):
        yield n * 6 * AHT, frozenset(everyone[: 12 if n % 2 else 20])


def _bursts(at: float) -> float:
    """20 in 3 of every 15 contact times, else 8."""
    return (20 if (at / AHT) % 15 < 3 else 8) / AHT


def _bad_hours(at: float) -> float:
    """Everything takes half as long again for 60 of every 120 contact times (five hours)."""
    return 1.5 if (at / AHT) % 120 >= 60 else 1.0


PATIENT = exponential(2 * AHT)
CROWD = Crowd(
    {"q": 1},
    agents=tuple(f"a{n}" for n in range(7)),
    arrivals_per_hour=11.5 * HOUR / AHT,
    work=lognormal(AHT, WORK_SPREAD),
    patience=PATIENT,
)
SCENARIOS = (
    Scenario("A3", "10 agents, rho .95, nobody leaves", {"q": stream(9.5)}, lambda: team(10), looks=0.7),
    Scenario("B1", "100 agents, rho 1.4", {"q": stream(140, exponential(AHT))}, lambda: team(100), 0.165),
    Scenario("B2", "B1, patience Erlang-10", {"q": stream(140, erlang(10, AHT))}, lambda: team(100), 0.11, looks=1.0),
    Scenario("B3", "B1, patience H2", {"q": stream(140, hyperexponential(AHT, 4))}, lambda: team(100)),
    Scenario(
        "B4", "B1, service lognormal", {"q": stream(140, exponential(AHT), lognormal(AHT, 1.2))}, lambda: team(100)
    ),
    Scenario("C1", "10 agents, rho 1.1", {"q": stream(11, PATIENT)}, lambda: team(10), 0.46),
    Scenario("C2", "C1, service lognormal", {"q": stream(11, PATIENT, lognormal(AHT, 1.2))}, lambda: team(10), 0.45),
    Scenario(
        "V3", "20 and 12 agents in turn", {"q": stream(16, PATIENT)}, lambda: team(20), 0.50, 0.53, _twenty_and_twelve
    ),
    Scenario("V4", "10 agents, bursts 8 to 20", {"q": stream(20, PATIENT, rate=_bursts)}, lambda: team(10), 0.36, 0.41),
    Scenario("V5", "10 agents, hours of longer work", {"q": stream(9, PATIENT, burden=_bad_hours)}, lambda: team(10)),
    Scenario("chats", "6 agents, three chats each", {"q": stream(11.5, PATIENT)}, lambda: team(6, speeds=CHATS)),
    Scenario(
        "shared",
        "4 agents for a, 4 for b, 6 for both",
        {"a": stream(9, PATIENT), "b": stream(6, PATIENT)},
        lambda: team(4, "a", prefix="a") + team(4, "b", prefix="b") + team(6, "ab", prefix="c"),
    ),
    Scenario(
        "crowd",
        "practice's 7 agents with breaks, callers who drop and settle",
        CROWD.streams(),
        CROWD.staff,
        shifts=CROWD.shifts,
    ),
)
