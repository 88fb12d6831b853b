"""Feeds the product's forecaster and its rivals with one simulation, and keeps what was predicted beside the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from assistant.model.contact import AgentId, ContactId, QueueId
from assistant.model.waiting import Forecast, Forecaster, Taker
from bench.simulation.rivals import NAMES, Rivals
from bench.simulation.scenarios import AHT, Scenario
from practice.desk import Agent, Caller, Desk

FIRST_GUESS = 1.4 * AHT  # what the tenant wrongly expects before anything is seen
WARM_UP = 0.1


class Measured:
    """A watcher. Rows of `on_arrival` and `while_waiting`: truth, product, its low and high, then each rival."""

    def __init__(self, queues: Sequence[str], skip: int, product: Forecaster | None = None) -> None:
        self.product = product or Forecaster({QueueId(queue): FIRST_GUESS for queue in queues})
        self.rivals = {queue: Rivals(queue, FIRST_GUESS) for queue in queues}
        self.on_arrival: list[tuple[float, ...]] = []
        self.while_waiting: list[tuple[float, ...]] = []
        self.came = self.delayed = self.gone = 0
        self._skip = skip
        self._open: dict[Caller, list[tuple[float, tuple[float, ...]]]] = {}

    def staffed(self, agents: Sequence[Agent], at: float) -> None:
        self.product.staffed(
            [
                Taker(AgentId(a.name), frozenset(QueueId(q) for q in a.queues), len(a.speeds), a.is_taking)
                for a in agents
            ],
            at,
        )
        for rivals in self.rivals.values():
            rivals.staffed(agents)

    def entered(self, caller: Caller, line: Sequence[Caller], at: float, *, waits: bool) -> None:
        self.came += 1
        self.delayed += waits
        forecast = self.product.entered(QueueId(caller.queue), ContactId(caller.id), at)
        if waits and self.came > self._skip:
            self._open[caller] = [(at, self._row(caller, forecast, len(line), line, at))]

    def _row(
        self, caller: Caller, forecast: Forecast | None, ahead: int, line: Sequence[Caller], at: float
    ) -> tuple[float, ...]:
        head = line[0].arrived_at if line else None
        rivals = self.rivals[caller.queue].predict(ahead, head, at - caller.arrived_at, at)
        if forecast is None:
            return (np.nan, np.nan, np.nan, *rivals)
        return (forecast.mean_seconds, forecast.low_seconds, forecast.high_seconds, *rivals)

    def left(self, caller: Caller, at: float) -> None:
        self.gone += 1
        self.product.left(QueueId(caller.queue), ContactId(caller.id), at, was_served=False)

    def taken(self, caller: Caller, agent: Agent, at: float) -> None:
        self.product.left(QueueId(caller.queue), ContactId(caller.id), at, was_served=True)
        self.product.taken(AgentId(agent.name), ContactId(caller.id), at)
        self.rivals[caller.queue].taken(caller, at)

    def freed(self, caller: Caller, agent: Agent, at: float) -> None:
        self.product.freed(ContactId(caller.id), at)
        self.rivals[caller.queue].freed(caller, at)

    def due(self, caller: Caller, at: float) -> None:
        told = self._open.pop(caller, None)
        if told:
            (arrived_at, row), *later = told
            self.on_arrival.append((at - arrived_at, *row))
            self.while_waiting.extend((at - looked_at, *row) for looked_at, row in later)

    def looked(self, lines: Mapping[str, Sequence[Caller]], at: float) -> None:
        for queue, line in lines.items():
            for ahead, caller in enumerate(line):
                told = self._open.get(caller)
                if told is not None:
                    forecast = self.product.forecast(QueueId(queue), ahead, at)
                    told.append((at, self._row(caller, forecast, ahead, line, at)))


def measure(scenario: Scenario, arrivals: int, product: Forecaster | None = None) -> Measured:
    """One run of so many arrivals, of which the first tenth only warms up."""
    watcher = Measured(list(scenario.streams), int(arrivals * WARM_UP), product)
    Desk(scenario.staff(), scenario.streams, watcher, scenario.seed, scenario.shifts(), scenario.looks / AHT).run(
        arrivals
    )
    return watcher


class Score:
    """How good predictions were: all in one pass over the rows of a run."""

    def __init__(self, rows: Sequence[tuple[float, ...]]) -> None:
        table = np.array(rows)
        table = table[~np.isnan(table[:, 1])]
        truth = table[:, 0]
        self.count = len(truth)
        self.mean_wait = float(truth.mean())
        self.rase, self.bias, self.within = {}, {}, {}
        for column, name in zip((1, *range(4, 4 + len(NAMES))), ("product", *NAMES), strict=True):
            error = table[:, column] - truth
            self.rase[name] = float(np.sqrt((error**2).mean()) / truth.mean())
            self.bias[name] = float(error.mean() / truth.mean())
            self.within[name] = float((np.abs(error) <= 0.25 * truth).mean())
        self.below = float((truth < table[:, 2]).mean())
        self.above = float((truth > table[:, 3]).mean())
        self.coverage = 1 - self.below - self.above
