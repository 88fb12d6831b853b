"""POST, GET and DELETE /api/v1/agent/session: agents sign in and out."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from assistant.edge.errors import json_response
from assistant.edge.keys import token_hash
from assistant.edge.limits import Limits
from assistant.edge.requests import body
from assistant.flow.presence import AgentPresence
from assistant.model.agent import Agent, Presence
from assistant.model.contact import AgentId
from assistant.model.errors import Refused
from assistant.model.storage import Store, UnitOfWork
from handoff.console_view import ConsoleView
from handoff.passwords import PasswordCheck
from handoff.sessions import COOKIE, Sessions

PATH = "/api/v1/agent/session"
VALID = timedelta(hours=12)
TRIES_PER_MINUTE = 5


class SignInBody(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    username: str = Field(min_length=1, max_length=80)
    password: str = Field(min_length=1, max_length=1000, repr=False)
    want_token: bool = False


class SignIn:
    def __init__(
        self,
        store: Store,
        sessions: Sessions,
        view: ConsoleView,
        presence: AgentPresence,
        limits: Limits,
        *,
        is_secure: bool,
    ) -> None:
        self._store = store
        self._sessions = sessions
        self._view = view
        self._presence = presence
        self._limits = limits
        self._passwords = PasswordCheck()
        self._is_secure = is_secure

    def routes(self) -> list[web.RouteDef]:
        return [web.post(PATH, self.begin), web.get(PATH, self.show), web.delete(PATH, self.end)]

    async def begin(self, request: web.Request) -> web.Response:
        """Raises `Refused`: `wrong_credentials`, whether the name or the password was wrong; `too_many_tries`."""
        self._sessions.check_origin(request)
        asked = await body(request, SignInBody)
        self._limits.check(f"sign_in:{asked.username.casefold()}:{request.remote}", TRIES_PER_MINUTE, 60)
        agent_id = await self._check(asked)
        secret = secrets.token_urlsafe(32)

        def begin(work: UnitOfWork) -> dict[str, Any]:
            work.agents.add_session(token_hash(secret), agent_id, work.now + VALID)
            return self._view.agent(work, agent_id)

        data: dict[str, Any] = {"agent": await self._store.transact(begin)}
        response = json_response(data | ({"token": secret} if asked.want_token else {}))
        seconds = int(VALID.total_seconds())
        response.set_cookie(
            COOKIE, secret, max_age=seconds, path="/", httponly=True, samesite="Strict", secure=self._is_secure
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    async def _check(self, asked: SignInBody) -> AgentId:
        def look(work: UnitOfWork) -> tuple[Agent | None, str | None]:
            return work.agents.by_username(asked.username) or (None, work.agents.any_password_hash())

        agent, stored = await self._store.read(look)
        # an unknown name is checked against somebody's password: time tells nothing
        is_right = await self._passwords.is_right(stored or "", asked.password)
        if agent is None or not is_right or not agent.has_access:
            raise Refused("wrong_credentials", "Username or password is wrong.")
        return agent.id

    async def show(self, request: web.Request) -> web.Response:
        """Who is signed in; a page asks this before it opens its socket."""
        agent_id = (await self._sessions.of_request(request)).agent.id
        return json_response({"agent": await self._store.read(lambda work: self._view.agent(work, agent_id))})

    async def end(self, request: web.Request) -> web.Response:
        """Signs out: this session's consoles close, and an agent without another console is `signed_out`."""
        signed_in = await self._sessions.of_request(request)
        agent_id = signed_in.agent.id

        def end(work: UnitOfWork) -> bool:
            work.agents.end_session(signed_in.session)
            work.tell(f"agent.{agent_id}", session_ended=True)
            return work.agents.has_console(agent_id, but_of=signed_in.session)

        if not await self._store.transact(end):
            await self._presence.set(agent_id, Presence.SIGNED_OUT)
        response = web.Response(status=204)
        response.del_cookie(COOKIE, path="/", httponly=True, samesite="Strict", secure=self._is_secure)
        return response
