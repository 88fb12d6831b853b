"""GET /api/v1/supervisor/board: how the lines and the agents stand now."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from assistant.edge.errors import json_response
from assistant.model.agent import Agent
from assistant.model.contact import QueueId, State
from assistant.model.storage import Store, Tally, UnitOfWork
from assistant.settings.tenant import Tenant
from handoff.sessions import Sessions, check_supervisor


class Board:
    def __init__(self, store: Store, tenant: Tenant, sessions: Sessions) -> None:
        self._store = store
        self._tenant = tenant
        self._sessions = sessions

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/api/v1/supervisor/board", self.show)]

    async def show(self, request: web.Request) -> web.Response:
        """Raises `Refused`: `unauthorized`, `forbidden` for an agent who is no supervisor."""
        check_supervisor((await self._sessions.of_request(request)).agent)
        return json_response(await self._store.read(self.read))

    def read(self, work: UnitOfWork) -> dict[str, Any]:
        """`{queues: [{id, name, waiting, longest_wait_seconds, offered, connected}], agents: [...]}`.

        A waiting or offered contact is still waited for; an agent's `connected` counts contacts.
        """
        tallies = work.contacts.tally()
        return {
            "queues": [self._queue(work, queue, tallies) for queue in self._tenant.queues],
            "agents": [_agent(agent, tallies) for agent in work.agents.all()],
        }

    def _queue(self, work: UnitOfWork, queue: QueueId, tallies: list[Tally]) -> dict[str, Any]:
        mine = [tally for tally in tallies if tally.queue == queue]
        first = min((tally.first_entered_at for tally in mine if tally.state.is_in_line), default=work.now)
        return {
            "id": queue,
            "name": self._tenant.queues[queue].name,
            "waiting": _count(mine, State.WAITING),
            "longest_wait_seconds": int((work.now - first).total_seconds()),
            "offered": _count(mine, State.OFFERED),
            "connected": _count(mine, State.CONNECTED),
        }


def _agent(agent: Agent, tallies: list[Tally]) -> dict[str, Any]:
    mine = [tally for tally in tallies if tally.agent_id == agent.id]
    return {
        "username": agent.username,
        "name": agent.name,
        "role": agent.role.value,
        "presence": agent.presence.value,
        "reason": agent.reason,
        "is_reachable": agent.is_reachable,
        "connected": _count(mine, State.CONNECTED),
    }


def _count(tallies: list[Tally], state: State) -> int:
    return sum(tally.count for tally in tallies if tally.state is state)
