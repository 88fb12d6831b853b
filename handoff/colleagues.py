"""GET /api/v1/agent/colleagues: whom a contact can be passed on to, and who is free."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from assistant.edge.errors import json_response
from assistant.model.agent import Agent, Presence, Slot, open_channels
from assistant.model.contact import Channel, QueueId
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant
from handoff.sessions import Sessions


class Colleagues:
    def __init__(self, store: Store, tenant: Tenant, sessions: Sessions) -> None:
        self._store = store
        self._tenant = tenant
        self._sessions = sessions

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/api/v1/agent/colleagues", self.show)]

    async def show(self, request: web.Request) -> web.Response:
        """For whoever is signed in; oneself is not among them."""
        agent = (await self._sessions.of_request(request)).agent
        return json_response(await self._store.read(lambda work: self.read(work, agent)))

    def read(self, work: UnitOfWork, me: Agent) -> dict[str, Any]:
        """`{agents: [{username, name, presence, reason, queues, languages, free}], queues: [{id, name, …}]}`.

        `free` is how many contacts of a channel more an agent could be offered now; 0 for who takes none. A queue has
        how many wait, whether it is open, and how many agents who serve it have room.
        """
        agents = [agent for agent in work.agents.all() if agent.queues and agent.has_access]
        slots = work.agents.slots_of_all([agent.id for agent in agents])
        free = {agent.id: _free(agent, slots.get(agent.id, [])) for agent in agents}
        others = [agent for agent in agents if agent.id != me.id]
        return {
            "agents": [_agent(agent, free[agent.id]) for agent in others],
            "queues": [
                {
                    "id": id,
                    "name": part.name,
                    "is_open": part.hours.is_open(work.now),
                    "waiting": work.lines.length(id),
                    "free": sum(id in agent.queues and any(free[agent.id].values()) for agent in others),
                }
                for id, part in self._tenant.queues.items()
            ],
        }


def _agent(agent: Agent, free: dict[str, int]) -> dict[str, Any]:
    return {
        "username": agent.username,
        "name": agent.name,
        "presence": agent.presence.value,
        "reason": agent.reason,
        "queues": [QueueId(queue) for queue in agent.queues],
        "languages": list(agent.languages),
        "free": free,
    }


def _free(agent: Agent, slots: Sequence[Slot]) -> dict[str, int]:
    takes = agent.presence is Presence.READY and agent.is_reachable
    fitting = open_channels(agent, slots) if takes else frozenset[Channel]()
    channels = {slot.channel for slot in slots}
    return {
        channel.value: sum(slot.channel is channel and slot.contact_id is None for slot in slots)
        if channel in fitting
        else 0
        for channel in sorted(channels)
    }
