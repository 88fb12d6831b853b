"""The simulated desk against exact theory, and the product's predictions against what other systems say in one run.

A small version of `python -m bench.waits`; the targets there are asserted here with a margin for the shorter run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import pytest

from bench.simulation.measured import Score, measure
from bench.simulation.scenarios import AHT, SCENARIOS, stream, team
from bench.simulation.theory import erlang_a, erlang_c, rase_of_ql
from practice.desk import Agent, Caller, Desk
from practice.draws import exponential

BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
ARRIVALS = 6_000


class Count:
    """Watches who waits and who leaves, and keeps what QL says with the true rates beside the true wait."""

    def __init__(self, agents: int) -> None:
        self.agents = agents
        self.came = self.delayed = self.gone = 0
        self.ahead: dict[Caller, int] = {}
        self.rows: list[tuple[float, float]] = []

    def staffed(self, agents: Sequence[Agent], at: float) -> None: ...

    def entered(self, caller: Caller, line: Sequence[Caller], at: float, *, waits: bool) -> None:
        self.came += 1
        if waits:
            self.delayed += 1
            self.ahead[caller] = len(line)

    def left(self, caller: Caller, at: float) -> None:
        self.gone += 1

    def taken(self, caller: Caller, agent: Agent, at: float) -> None: ...

    def freed(self, caller: Caller, agent: Agent, at: float) -> None: ...

    def due(self, caller: Caller, at: float) -> None:
        ahead = self.ahead.pop(caller, None)
        if ahead is not None:
            self.rows.append(((ahead + 1) * AHT / self.agents, at - caller.arrived_at))

    def looked(self, lines: Mapping[str, Sequence[Caller]], at: float) -> None: ...


@cache
def scores(name: str) -> tuple[Score, Score]:
    measured = measure(BY_NAME[name], ARRIVALS)
    return Score(measured.on_arrival), Score(measured.while_waiting)


def test_erlang_s_formulas_give_their_published_values() -> None:
    assert erlang_c(14, 10) == pytest.approx(0.174132, abs=1e-6)
    for load, agents, leaving, waiting, gone in (
        (140, 100, 1, 0.99984, 0.28572),
        (11, 10, 0.5, 0.75050, 0.14775),
        (24.5, 25, 0.5, 0.56083, 0.05760),
    ):
        assert erlang_a(load, agents, leaving) == (pytest.approx(waiting, abs=1e-5), pytest.approx(gone, abs=1e-5))


def test_the_simulated_line_without_abandonment_is_that_of_theory() -> None:
    """RASE(QL) = sqrt(1 - rho), and Erlang C for the probability to wait."""
    watcher = Count(5)
    Desk(team(5), {"q": stream(4)}, watcher, seed=1).run(60_000)
    said, true = np.array(watcher.rows).T
    assert watcher.delayed / watcher.came == pytest.approx(erlang_c(5, 4), abs=0.02)
    assert np.sqrt(((said - true) ** 2).mean()) / true.mean() == pytest.approx(rase_of_ql(4, 5), abs=0.015)


def test_the_simulated_line_with_abandonment_is_that_of_theory() -> None:
    watcher = Count(10)
    Desk(team(10), {"q": stream(11, exponential(2 * AHT))}, watcher, seed=2).run(60_000)
    waiting, gone = erlang_a(11, 10, 0.5)
    assert watcher.delayed / watcher.came == pytest.approx(waiting, abs=0.02)
    assert watcher.gone / watcher.came == pytest.approx(gone, abs=0.006)


def test_a_caller_who_gives_up_has_the_wait_that_staying_would_have_taken() -> None:
    """With nobody's patience lasting, potential waits are those of a line that nobody ever joins for good."""
    watcher = Count(1)
    Desk(team(1), {"q": stream(2, lambda draw: 1.0, lambda draw: 300.0)}, watcher, seed=3).run(2000)
    _, true = np.array(watcher.rows).T
    assert watcher.gone > 600
    assert true.max() <= 300.0
    assert true.mean() == pytest.approx(150, rel=0.1)


@pytest.mark.parametrize(
    ("name", "target", "of_asterisk"),
    [("B1", 0.175, 0.8), ("B2", 0.11, 0.8), ("C1", 0.47, 0.75), ("V3", 0.52, 0.75), ("V4", 0.38, 0.65)],
)
def test_predictions_on_arrival_beat_the_formulas_of_other_systems(
    name: str, target: float, of_asterisk: float
) -> None:
    on_arrival, remaining = scores(name)
    assert on_arrival.rase["product"] <= target
    assert abs(on_arrival.bias["product"]) <= 0.08
    for score in (on_arrival, remaining):
        assert score.rase["product"] <= of_asterisk * score.rase["Asterisk"]
        assert score.rase["product"] <= 0.5 * score.rase["Rocket.Chat"]
        assert score.rase["product"] <= 0.92 * min(score.rase[who] for who in ("QL", "LES", "HOL"))
        assert 0.74 <= score.coverage <= 0.88


@pytest.mark.parametrize("name", ["chats", "shared"])
def test_three_chats_per_agent_and_agents_of_two_queues_are_predicted_as_well_as_a_plain_desk(name: str) -> None:
    for score in scores(name):
        assert score.rase["product"] <= 0.75 * score.rase["Asterisk"]
        assert score.rase["product"] <= 0.92 * score.rase["QL"]
        assert abs(score.bias["product"]) <= 0.06
        assert 0.74 <= score.coverage <= 0.88
    assert scores(name)[0].rase["product"] <= 0.50


def test_callers_who_drop_and_settle_and_agents_with_breaks_are_predicted_better_than_by_any_other_formula() -> None:
    for score in scores("crowd"):
        assert score.rase["product"] <= 0.92 * min(score.rase[who] for who in ("QL", "LES", "HOL", "Asterisk"))
        assert abs(score.bias["product"]) <= 0.12
        assert 0.74 <= score.coverage <= 0.88
