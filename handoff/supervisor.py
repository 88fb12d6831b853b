"""GET /api/v1/supervisor/board: how the lines and the agents stand now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from assistant.edge.errors import json_response
from assistant.flow.line import Lines
from assistant.model.agent import Agent, Presence
from assistant.model.contact import AgentId, Channel, Contact, QueueId, State
from assistant.model.place import rfc3339
from assistant.model.storage import Store, Tally, UnitOfWork
from assistant.model.supervision import Supervision
from assistant.settings.tenant import Tenant
from handoff.messages import places
from handoff.sessions import Sessions, check_supervisor

SHOWN = 200


class Board:
    def __init__(self, store: Store, tenant: Tenant, sessions: Sessions, lines: Lines) -> None:
        self._store = store
        self._tenant = tenant
        self._sessions = sessions
        self._lines = lines

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/api/v1/supervisor/board", self.show)]

    async def show(self, request: web.Request) -> web.Response:
        """Raises `Refused`: `unauthorized`, `forbidden` for an agent who is no supervisor."""
        check_supervisor((await self._sessions.of_request(request)).agent)
        return json_response(await self._store.read(self.read))

    def read(self, work: UnitOfWork) -> dict[str, Any]:
        """`{queues: [{id, name, waiting, …}], agents: [...], contacts: [...], waiting: [...]}`.

        A waiting or offered contact is still waited for; an agent's `connected` counts contacts. `contacts` are the
        connected ones; `silent` says that the agent has left the caller without an answer and was told so already.
        `waiting` are the first places of all lines. A queue's `wait` is what somebody who came now would be told.
        """
        tallies, agents = work.contacts.tally(), work.agents.all()
        names, silent = {agent.id: agent.username for agent in agents}, work.contacts.with_silent_agent()
        beside = work.supervisions.of_contacts()
        return {
            "queues": [self._queue(work, queue, tallies, agents) for queue in self._tenant.queues],
            "agents": [_agent(agent, tallies) for agent in agents if agent.has_access],
            "contacts": [
                _contact(contact, names, beside, self._tenant, is_silent=contact.id in silent)
                for contact in work.contacts.in_conversation()
            ],
            "alarms": self._tenant.alarms.model_dump(),
            "waiting": places(list(work.overview.in_line(SHOWN)), names, self._tenant),
        }

    def _queue(self, work: UnitOfWork, queue: QueueId, tallies: list[Tally], agents: Sequence[Agent]) -> dict[str, Any]:
        mine = [tally for tally in tallies if tally.queue == queue]
        first = min((tally.first_entered_at for tally in mine if tally.state.is_in_line), default=work.now)
        part = self._tenant.queues[queue]
        return {
            "id": queue,
            "name": part.name,
            "ready": sum(_is_ready(agent) and queue in agent.queues for agent in agents),
            "is_open": part.hours.is_open(work.now),
            "target_seconds": part.target_seconds,
            "wait": self._lines.wait(queue, Channel.CHAT, work.lines.length(queue)).as_data(),
            "waiting": _count(mine, State.WAITING),
            "longest_wait_seconds": int((work.now - first).total_seconds()),
            "offered": _count(mine, State.OFFERED),
            "connected": _count(mine, State.CONNECTED),
        }


def _is_ready(agent: Agent) -> bool:
    return agent.presence is Presence.READY and agent.is_reachable


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


def _contact(
    contact: Contact,
    names: Mapping[AgentId, str],
    beside: Sequence[Supervision],
    tenant: Tenant,
    *,
    is_silent: bool,
) -> dict[str, Any]:
    return {
        "contact_id": contact.id,
        "queue": contact.queue,
        "channel": contact.channel.value,
        "agent": names.get(contact.agent_id) if contact.agent_id else None,
        "connected_at": rfc3339(contact.connected_at) if contact.connected_at else None,
        "silent": is_silent,
        "supervisors": [
            {"username": names.get(one.agent_id), "mode": one.beside.value}
            for one in beside
            if one.contact_id == contact.id
        ],
        "topic_label": tenant.topic_label(contact.topic) if contact.consent is not False else None,
    }


def _count(tallies: list[Tally], state: State) -> int:
    return sum(tally.count for tally in tallies if tally.state is state)
