"""What is known of each queue's pace: refreshed from the database once in a while, read from memory at each turn."""

from __future__ import annotations

from datetime import timedelta

from assistant.model.agent import Agent, Presence
from assistant.model.contact import Channel, QueueId
from assistant.model.ports import Clock, Store, UnitOfWork
from assistant.model.waiting import Observed, Pace, estimate
from assistant.settings.tenant import Tenant

LOOK_BACK = timedelta(hours=2)


class Waiting:
    """Paces by queue. Stale by a second at most while the service's sweep runs."""

    def __init__(self, store: Store, clock: Clock, tenant: Tenant) -> None:
        self._store = store
        self._clock = clock
        self._tenant = tenant
        self._observed: dict[QueueId, Observed] = {}
        self._agents: tuple[Agent, ...] = ()
        self._changed: set[QueueId] = set(tenant.queues)

    def line_changed(self, queue: QueueId) -> None:
        """The queue's sums are read anew at the next refresh."""
        self._changed.add(queue)

    async def refresh(self) -> bool:
        """Reads what has changed; True where agents have come or gone, so that every wait is another."""
        changed, self._changed = self._changed, set()
        since = self._clock.now() - LOOK_BACK

        def look(work: UnitOfWork) -> tuple[tuple[Agent, ...], dict[QueueId, Observed]]:
            return tuple(work.agents.all()), {queue: work.contacts.observed(queue, since) for queue in changed}

        before = self._agents
        self._agents, observed = await self._store.read(look)
        self._observed |= observed
        return _takers(before) != _takers(self._agents)

    def pace(self, queue: QueueId, channel: Channel) -> Pace | None:
        """None where nobody who serves the queue takes contacts: nothing honest can be said then."""
        per_agent = 1 if channel is Channel.VOICE else self._tenant.chat_slots
        slots = sum(
            per_agent / len(agent.queues) for agent in self._agents if queue in agent.queues and _takes_contacts(agent)
        )
        if slots == 0:
            return None
        observed = self._observed.get(queue, Observed(0, 0.0, 0, 0.0))
        return estimate(observed, self._tenant.queues[queue].expected_handle_seconds, slots)


def _takes_contacts(agent: Agent) -> bool:
    return agent.presence is Presence.READY and agent.is_reachable


def _takers(agents: tuple[Agent, ...]) -> set[str]:
    return {agent.id for agent in agents if _takes_contacts(agent)}
