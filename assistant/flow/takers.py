"""Whether anybody may be free for a queue, remembered: while all are busy an arrival need not ask for agents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from assistant.model.agent import Agent
from assistant.model.contact import QueueId
from assistant.model.ports import Bus


class Takers:
    """The queues that somebody with a free slot serves, as the router saw it last.

    A notice of an agent forgets it until the next look; so does one that tells of a possible loss. Without a bus
    nothing is ever known, and everybody looks.
    """

    def __init__(self, bus: Bus | None = None) -> None:
        self._notices = 0
        self._looked_at: int | None = None
        self._queues: frozenset[QueueId] = frozenset()
        self._has_bus = bus is not None
        if bus is not None:
            bus.subscribe("routing", self._on_notice)

    def _on_notice(self, payload: dict[str, Any]) -> None:
        if not payload or "agent_id" in payload:
            self._notices += 1

    @property
    def notices(self) -> int:
        """How much was told so far: take it before a look, and give it back with what was seen."""
        return self._notices

    def seen(self, takers: Iterable[Agent], notices: int) -> None:
        """These agents have a free slot; what was told meanwhile is newer."""
        if self._has_bus:
            self._looked_at = notices
            self._queues = frozenset(queue for agent in takers for queue in agent.queues)

    def may_serve(self, queue: QueueId) -> bool:
        return self._looked_at != self._notices or queue in self._queues
