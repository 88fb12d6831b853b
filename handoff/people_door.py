"""/api/v1/people: who works here. Supervisors see everybody and change what they serve; the rest is an admin's."""

from __future__ import annotations

from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from assistant.edge.errors import json_response
from assistant.edge.requests import body
from assistant.flow.change_log import who
from assistant.flow.people import People, section_of_person
from assistant.flow.person import Person
from assistant.model.agent import Agent, Role
from assistant.model.changes import Change
from assistant.model.place import rfc3339
from assistant.model.storage import Store, UnitOfWork
from handoff.passwords import MIN_PASSWORD, PasswordMaker
from handoff.sessions import Sessions, check_admin, check_supervisor

PATH = "/api/v1/people"
HIGHEST = 2**31 - 1

type Names = Annotated[list[Annotated[str, Field(max_length=80)]], Field(max_length=200)]
type Password = Annotated[SecretStr, Field(min_length=MIN_PASSWORD, max_length=1000)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    comment: str | None = None


class PersonBody(_Body):
    """What somebody is to be. `proficiency`, by queue: from 1 to 5, 3 where nothing is said. `has_softphone` left out:
    as it was.
    """

    name: str = Field(max_length=1000)
    role: Role
    queues: Names
    languages: Names
    phone: str | None = Field(default=None, max_length=1000)
    proficiency: dict[str, int] = {}
    has_access: bool = True
    has_softphone: bool | None = None

    def person(self) -> Person:
        return Person(
            name=self.name,
            role=self.role,
            queues=self.queues,
            languages=self.languages,
            phone=self.phone or None,
            proficiency=self.proficiency,
            has_access=self.has_access,
            has_softphone=self.has_softphone,
        )


class NewPersonBody(PersonBody):
    username: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$")
    password: Password


class ChangedPersonBody(PersonBody):
    """`version`: that of the person when they were read; 0 where nothing was ever changed."""

    version: int = Field(ge=0, le=HIGHEST)


class PasswordBody(_Body):
    password: Password


class PeopleDoor:
    def __init__(self, store: Store, sessions: Sessions, people: People) -> None:
        self._store = store
        self._sessions = sessions
        self._people = people
        self._passwords = PasswordMaker()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(PATH, self.show),
            web.post(PATH, self.add),
            web.put(f"{PATH}/{{username}}", self.change),
            web.put(f"{PATH}/{{username}}/password", self.set_password),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """`{people, me}`. Raises `Refused`: `unauthorized`, `forbidden`."""
        agent = await self._supervisor(request)

        def read(work: UnitOfWork) -> dict[str, Any]:
            latest = {change.section: change for change in work.changes.current()}
            everybody = [_told(work, one, latest.get(section_of_person(one.username))) for one in work.agents.all()]
            return {"people": everybody, "me": agent.username}

        return json_response(await self._store.read(read))

    async def add(self, request: web.Request) -> web.Response:
        """Raises `Refused` as `People.add` does."""
        agent = await self._supervisor(request)
        check_admin(agent)  # before a password is worked on: that costs a core
        asked = await body(request, NewPersonBody)
        stored = await self._passwords.hash(asked.password.get_secret_value())
        added = await self._people.add(agent, asked.username, asked.person(), stored, asked.comment)
        return json_response({"username": added.username}, 201)

    async def change(self, request: web.Request) -> web.Response:
        """Raises `Refused` as `People.change` does."""
        agent = await self._supervisor(request)
        asked = await body(request, ChangedPersonBody)
        username = request.match_info["username"]
        change = await self._people.change(agent, username, asked.person(), asked.version, asked.comment)
        return json_response({"username": username, "version": change.version})

    async def set_password(self, request: web.Request) -> web.Response:
        """Raises `Refused` as `People.set_password` does."""
        agent = await self._supervisor(request)
        check_admin(agent)  # before a password is worked on: that costs a core
        asked = await body(request, PasswordBody)
        stored = await self._passwords.hash(asked.password.get_secret_value())
        await self._people.set_password(agent, request.match_info["username"], stored, asked.comment)
        return web.Response(status=204)

    async def _supervisor(self, request: web.Request) -> Agent:
        agent = (await self._sessions.of_request(request)).agent
        check_supervisor(agent)
        return agent


def _told(work: UnitOfWork, agent: Agent, change: Change | None) -> dict[str, Any]:
    return {
        "username": agent.username,
        **Person.of(agent).as_data(),
        "presence": agent.presence.value,
        "version": change.version if change else 0,
        "at": rfc3339(change.at) if change else None,
        "by": who(work, change.by) if change else None,
    }
