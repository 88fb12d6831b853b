"""The crowd without a service: virtual time, done in an instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from practice.crowd import Crowd
from practice.desk import Agent, Caller, Desk
from practice.tally import Tally


class Counting:
    """A watcher that keeps the tally."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def staffed(self, agents: Sequence[Agent], at: float) -> None: ...

    def entered(self, caller: Caller, line: Sequence[Caller], at: float, *, waits: bool) -> None:
        self._tally.queues[caller.queue].came += 1

    def left(self, caller: Caller, at: float) -> None:
        counts = self._tally.queues[caller.queue]
        if caller.has_settled:
            counts.contained += 1
        else:
            counts.abandoned += 1
        self.out_of_line(caller, at)

    def taken(self, caller: Caller, agent: Agent, at: float) -> None:
        self._tally.queues[caller.queue].was_served(at - caller.arrived_at)
        self.out_of_line(caller, at)

    def out_of_line(self, caller: Caller, at: float) -> None:
        counts = self._tally.queues[caller.queue]
        counts.callbacks += caller.keeps_place
        counts.dropped += caller.has_dropped
        counts.has_waited(at - caller.arrived_at)

    def freed(self, caller: Caller, agent: Agent, at: float) -> None: ...

    def due(self, caller: Caller, at: float) -> None: ...

    def looked(self, lines: Mapping[str, Sequence[Caller]], at: float) -> None: ...


def simulate(crowd: Crowd, seconds: float) -> Tally:
    """So many of the crowd's seconds, from an empty line. The same crowd gives the same tally."""
    tally = Tally.of(list(crowd.queues))
    watcher = Counting(tally)
    desk = Desk(crowd.staff(), crowd.streams(), watcher, crowd.name, crowd.shifts())
    desk.run_for(seconds)
    for queue, line in desk.lines.items():
        tally.queues[queue].waiting += len(line)
        for caller in line:
            watcher.out_of_line(caller, seconds)
    return tally
