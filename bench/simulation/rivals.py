"""What other systems tell their callers, from the same events.

QL: (n + 1) / (agents · mean rate of the last hundred services). LES: the wait of the last caller to enter service.
HOL: the elapsed wait of the head of the line. Asterisk (`app_queue`): an integer moving average over answered calls,
and for the remaining wait `labs(holdtime - waited)`, which grows again once the estimate has elapsed. Rocket.Chat:
`(n / 100 + 1) · mean duration`, for it divides by the number of chats it averages instead of the capacity.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from practice.desk import Agent, Caller

NAMES = ("QL", "LES", "HOL", "Asterisk", "Rocket.Chat")
AVERAGED = 100


class Rivals:
    """Of one queue."""

    def __init__(self, queue: str, expected_seconds: float) -> None:
        self._queue = queue
        self._durations = deque([expected_seconds], maxlen=AVERAGED)
        self._sum = expected_seconds
        self._slots = 0.0
        self._last_wait = 0.0
        self._holdtime = 0

    def staffed(self, agents: Sequence[Agent]) -> None:
        """An agent who serves k queues counts 1/k for each."""
        serving = [agent for agent in agents if agent.is_taking and self._queue in agent.queues]
        self._slots = sum(len(agent.speeds) / len(agent.queues) for agent in serving)

    def taken(self, caller: Caller, at: float) -> None:
        wait = at - caller.arrived_at
        self._last_wait = wait
        self._holdtime = ((self._holdtime << 2) - self._holdtime + int(wait)) >> 2

    def freed(self, caller: Caller, at: float) -> None:
        duration = at - caller.taken_at
        if len(self._durations) == AVERAGED:
            self._sum -= self._durations[0]
        self._durations.append(duration)
        self._sum += duration

    def predict(self, ahead: int, head_arrived_at: float | None, waited: float, at: float) -> tuple[float, ...]:
        """The remaining wait behind `ahead` places of a caller who has waited so long, by each of `NAMES`."""
        mean = self._sum / len(self._durations)
        head = self._last_wait if head_arrived_at is None else at - head_arrived_at
        return (
            (ahead + 1) * mean / max(self._slots, 0.5),
            max(self._last_wait - waited, 0.0),
            max(head - waited, 0.0),
            abs(self._holdtime - waited),
            (ahead / AVERAGED + 1) * mean,
        )
