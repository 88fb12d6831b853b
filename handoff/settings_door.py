"""/api/v1/settings: what can be changed while the service runs, the changes, a preview, and the way back.

Supervisors and admins read everything; who may change what stands with each section (`assistant.settings.sections`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from assistant.edge.errors import json_response
from assistant.edge.requests import body
from assistant.flow.change_log import who
from assistant.flow.changing import Changing, check_may, may_change
from assistant.flow.line import Lines
from assistant.flow.people import People, may_undo
from assistant.flow.previews import previews
from assistant.model.agent import Agent
from assistant.model.changes import Change, is_of_people
from assistant.model.errors import Refused
from assistant.model.place import rfc3339
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.folding import document_of
from assistant.settings.queues import QueuePart
from assistant.settings.sections import AT_THE_START, KINDS, Document, Section, section_of, sections_of
from handoff.sessions import Sessions, check_supervisor

PATH = "/api/v1/settings"
SHOWN = 50
HIGHEST = 2**31 - 1
SECTION = re.compile(r"[a-z_]{1,40}(\.[\w.@+-]{1,80})?")

type Latest = Mapping[str, Change]


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class ChangeBody(_Body):
    """What a section is to be. `version`: that of the section when it was read; 0 where it had never been changed."""

    value: Any
    version: int = Field(ge=0, le=HIGHEST)
    comment: str | None = None


class PreviewBody(_Body):
    value: Any


class UndoBody(_Body):
    comment: str | None = None


class SettingsDoor:
    def __init__(self, store: Store, sessions: Sessions, changing: Changing, people: People, lines: Lines) -> None:
        self._store = store
        self._sessions = sessions
        self._changing = changing
        self._people = people
        self._lines = lines

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(PATH, self.show),
            web.get(f"{PATH}/versions", self.versions),
            web.post(f"{PATH}/versions/{{version}}/undo", self.undo),
            web.put(f"{PATH}/{{section}}", self.change),
            web.post(f"{PATH}/{{section}}/preview", self.preview),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """Every section with its value and its version. Raises `Refused`: `unauthorized`, `forbidden`."""
        agent = await self._supervisor(request)
        return json_response(await self._store.read(lambda work: self._state(work, agent)))

    async def change(self, request: web.Request) -> web.Response:
        """Raises `Refused` as `Changing.change` does, and `needs_restart` for what only the tenant file can say."""
        agent = await self._supervisor(request)
        section, asked = section_of(request.match_info["section"]), await body(request, ChangeBody)
        change = await self._changing.change(agent, section, asked.value, asked.version, asked.comment)
        return json_response({"version": change.version, "section": change.section})

    async def preview(self, request: web.Request) -> web.Response:
        """`{previews}`: what whoever came now would be told. Raises `Refused` as the change itself would."""
        agent = await self._supervisor(request)
        section, asked = section_of(request.match_info["section"]), await body(request, PreviewBody)
        check_may(agent, section)

        def look(work: UnitOfWork) -> list[dict[str, Any]]:
            tenant, _ = self._changing.held(work)
            return [each.as_data() for each in previews(work, tenant, self._lines, section, asked.value)]

        return json_response({"previews": await self._store.read(look)})

    async def versions(self, request: web.Request) -> web.Response:
        """`{versions, next}`, the newest first; `next` is for `before`. With `section`, of that one alone."""
        agent = await self._supervisor(request)
        before, section = request.query.get("before"), request.query.get("section")
        earlier = None if before is None else _version(before)
        if section is not None and not SECTION.fullmatch(section):
            raise Refused("no_such_section", "There is no section of this name.")

        def read(work: UnitOfWork) -> dict[str, Any]:
            found = work.changes.listed(SHOWN, earlier, section)
            _, latest = self._changing.held(work)
            file = document_of(self._changing.file)
            return {
                "versions": [self._told(work, agent, each, latest, file) for each in found],
                "next": found[-1].version if len(found) == SHOWN else None,
            }

        return json_response(await self._store.read(read))

    async def undo(self, request: web.Request) -> web.Response:
        """Raises `Refused`: `no_such_version`; as `Changing.undo` and `People.undo` do."""
        agent = await self._supervisor(request)
        version = _version(request.match_info["version"])
        asked = await body(request, UndoBody) if request.can_read_body else UndoBody()
        undone = await self._store.read(lambda work: work.changes.get(version))
        if undone is None:
            raise Refused("no_such_version", f"There is no change {version}.")
        if is_of_people(undone.section):
            change = await self._people.undo(agent, version, asked.comment)
        else:
            change = await self._changing.undo(agent, version, asked.comment)
        return json_response({"version": change.version, "section": change.section})

    async def _supervisor(self, request: web.Request) -> Agent:
        agent = (await self._sessions.of_request(request)).agent
        check_supervisor(agent)
        return agent

    def _state(self, work: UnitOfWork, agent: Agent) -> dict[str, Any]:
        tenant, latest = self._changing.held(work)
        document = document_of(tenant)
        return {
            "version": work.changes.latest(),
            "now": rfc3339(work.now),
            "may": [kind.name for kind in KINDS.values() if may_change(agent.role, kind.least)],
            "sections": [_section(work, section, document, latest) for section in sections_of(document)],
            "queues": [_queue(id, part, work.now) for id, part in tenant.queues.items()],
            "topics": _labels(tenant.topics),
            "services": _labels({id: part for id, part in tenant.services.items() if part.page}),
            "languages": list(tenant.languages),
            "at_the_start": [{"name": name, "why": why} for name, why in AT_THE_START.items()],
        }

    def _told(self, work: UnitOfWork, agent: Agent, change: Change, latest: Latest, file: Document) -> dict[str, Any]:
        is_latest = change.version == latest[change.section].version
        after = change.after
        if after is None and not is_of_people(change.section):
            after = section_of(change.section).read(file)
        return {
            "version": change.version,
            "at": rfc3339(change.at),
            "by": who(work, change.by),
            "section": change.section,
            "before": change.before,
            "after": after,
            "is_as_in_file": change.after is None,
            "comment": change.comment,
            "undoes": change.undoes,
            "can_undo": is_latest and self._may_undo(work, agent, change, file),
        }

    def _may_undo(self, work: UnitOfWork, agent: Agent, change: Change, file: Document) -> bool:
        if is_of_people(change.section):
            return may_undo(agent, change)
        section = section_of(change.section)
        makes_it = change.before is None and section.read(file) is None
        return may_change(agent.role, section.kind.least) and not makes_it


def _section(work: UnitOfWork, section: Section, document: Document, latest: Latest) -> dict[str, Any]:
    change = latest.get(str(section))
    return {
        "section": str(section),
        "kind": section.kind.name,
        "name": section.name,
        "value": section.read(document),
        "version": change.version if change else 0,
        "at": rfc3339(change.at) if change else None,
        "by": who(work, change.by) if change else None,
    }


def _queue(id: str, part: QueuePart, now: datetime) -> dict[str, Any]:
    opens_at, closes_at = None if part.hours.is_open(now) else part.hours.next_opening(now), part.hours.closes_at(now)
    return {
        "id": id,
        "name": part.name,
        "is_open": part.hours.is_open(now),
        "opens_at": rfc3339(opens_at) if opens_at else None,
        "closes_at": rfc3339(closes_at) if closes_at else None,
    }


def _labels(parts: Mapping[str, Any]) -> Sequence[dict[str, str]]:
    return [{"id": id, "label": part.label} for id, part in parts.items()]


def _version(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:12]) <= HIGHEST):
        raise Refused("no_such_version", "There is no such version.")
    return int(text[:12])
