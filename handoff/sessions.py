"""Who is asking: the agent behind a cookie or a bearer token. Only hashes of the secrets are stored."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from aiohttp import web

from assistant.edge.keys import token_hash
from assistant.edge.requests import bearer_token
from assistant.model.agent import SUPERVISORS, Agent, Role
from assistant.model.errors import Refused
from assistant.model.storage import Store

COOKIE = "holdfast_agent"


@dataclass(frozen=True, slots=True)
class SignedIn:
    agent: Agent
    session: str
    """The hash under which the session is stored."""


class Sessions:
    """`origins`: where our own pages come from. A browser sends the cookie by itself, so it counts only from there."""

    def __init__(self, store: Store, origins: Collection[str]) -> None:
        self._store = store
        self._origins = frozenset(origins)

    async def of_request(self, request: web.Request) -> SignedIn:
        """Bearer token or cookie. Raises `Refused`: `unauthorized`, `forbidden` (a cookie from another origin)."""
        if "Authorization" in request.headers:
            return await self.of_token(bearer_token(request))
        self.check_origin(request)
        return await self.of_token(request.cookies.get(COOKIE, ""))

    async def of_cookie(self, request: web.Request) -> SignedIn | None:
        """For a socket, whose opening no same-origin rule guards: the cookie counts only with our own Origin.

        None where there is no valid cookie or no Origin at all (not a browser): the first frame must say who asks.
        Raises `Refused` `forbidden` where a cookie comes from another origin.
        """
        if COOKIE not in request.cookies:
            return None
        self.check_origin(request)
        if "Origin" not in request.headers:
            return None
        try:
            return await self.of_token(request.cookies[COOKIE])
        except Refused:
            return None

    async def of_token(self, token: str) -> SignedIn:
        """Raises `Refused` `unauthorized` for a wrong, ended or outdated secret."""
        session = token_hash(token)
        agent = await self._store.read(lambda work: work.agents.session(session))
        if agent is None:
            raise Refused("unauthorized", "Please sign in.")
        return SignedIn(agent, session)

    def check_origin(self, request: web.Request) -> None:
        """Raises `Refused` `forbidden` where a browser says that another site's page is asking."""
        origin = request.headers.get("Origin")
        if origin is not None and origin not in self._origins:
            raise Refused("forbidden", "Origin: only the console's own page may use its cookie.")


def check_supervisor(agent: Agent) -> None:
    """Raises `Refused` `forbidden` unless the agent is a supervisor or an admin."""
    if agent.role not in SUPERVISORS:
        raise Refused("forbidden", "Only supervisors may do this.")


def check_admin(agent: Agent) -> None:
    """Raises `Refused` `forbidden` unless the agent is an admin."""
    if agent.role is not Role.ADMIN:
        raise Refused("forbidden", "Only an admin may do this.")
