"""POST /api/v1/agent/softphone: what the agent's own console needs to be a telephone."""

from __future__ import annotations

from aiohttp import web

from assistant.edge.errors import json_response
from assistant.edge.limits import Limits
from assistant.model.errors import Refused
from assistant.model.ports import Softphones
from handoff.sessions import Sessions

PATH = "/api/v1/agent/softphone"
TRIES_PER_MINUTE = 30


class SoftphonesDoor:
    """`softphones` None: no telephone can be built into a console here."""

    def __init__(self, sessions: Sessions, softphones: Softphones | None, limits: Limits) -> None:
        self._sessions = sessions
        self._softphones = softphones
        self._limits = limits

    def routes(self) -> list[web.RouteDef]:
        return [web.post(PATH, self.give)]

    async def give(self, request: web.Request) -> web.Response:
        """`{kind, identity, …}`, for the agent who is signed in and nobody else.

        Raises `Refused`: `unauthorized`; `no_softphone` where this agent takes no calls in the console.
        """
        agent = (await self._sessions.of_request(request)).agent
        self._limits.check(f"softphone:{agent.id}", TRIES_PER_MINUTE, 60)
        if self._softphones is None or not agent.has_softphone:
            raise Refused("no_softphone", "You take no calls in the console.")
        given = {"kind": self._softphones.kind, **self._softphones.credentials(agent.identity)}
        response = json_response(given)
        response.headers["Cache-Control"] = "no-store"
        return response
