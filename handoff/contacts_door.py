"""GET /api/v1/supervisor/contacts: the contacts behind a figure of a report, and one contact's whole story."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from assistant.edge.errors import json_response
from assistant.flow.erasing import Erasing
from assistant.model.agent import Agent
from assistant.model.contact import AgentId, Contact, ContactId
from assistant.model.erasure import WhyErased
from assistant.model.errors import Refused, no_such_contact
from assistant.model.figures import FIGURES, Behind, Cursor
from assistant.model.measures import SECOND
from assistant.model.place import from_micros, micros, rfc3339
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant
from handoff.asked import asked_over, told_apart
from handoff.briefing import Briefings
from handoff.sessions import Sessions, check_admin, check_supervisor
from handoff.story import story_of

PATH = "/api/v1/supervisor/contacts"
SHOWN = 50
MOST_SHOWN = 500


class ContactsDoor:
    def __init__(self, store: Store, tenant: Tenant, sessions: Sessions, erasing: Erasing) -> None:
        self._store = store
        self._tenant = tenant
        self._sessions = sessions
        self._erasing = erasing
        self._briefings = Briefings(tenant)

    def routes(self) -> list[web.RouteDef]:
        one = f"{PATH}/{{id}}"
        return [web.get(PATH, self.list), web.get(one, self.show), web.post(f"{one}/erase", self.erase)]

    async def list(self, request: web.Request) -> web.Response:
        """`{figure, only, contacts: […], next}`, those that entered last first; `next` is for `before`.

        Raises `Refused`: `unauthorized`, `forbidden` for an agent who is no supervisor, `invalid_request`.
        """
        check_supervisor((await self._sessions.of_request(request)).agent)
        return json_response(await self._store.read(lambda work: self._listed(work, request.query)))

    async def show(self, request: web.Request) -> web.Response:
        """`{contact, story}`: the briefing as an agent would have it, and what happened. Raises `no_such_contact`."""
        check_supervisor((await self._sessions.of_request(request)).agent)
        contact_id = ContactId(request.match_info["id"])
        return json_response(await self._store.read(lambda work: self._told(work, contact_id)))

    async def erase(self, request: web.Request) -> web.Response:
        """`{erased_at}`: nothing tells any more what was said and who it was.

        Raises `Refused`: `unauthorized`, `forbidden` for who is no admin, `no_such_contact`, `not_over`; and
        `Unavailable` where a recording can't be deleted just now, when nothing was erased.
        """
        admin = (await self._sessions.of_request(request)).agent
        check_admin(admin)
        contact_id = ContactId(request.match_info["id"])
        return json_response({"erased_at": rfc3339(await self._erasing.erase(contact_id, WhyErased.ASKED, admin))})

    def _listed(self, work: UnitOfWork, query: Mapping[str, str]) -> dict[str, Any]:
        name = query.get("figure", "entered")
        if name not in FIGURES:
            raise Refused("invalid_request", f"figure: one of {', '.join(FIGURES)}.")
        limit = query.get("limit", str(SHOWN))
        if not (limit.isascii() and limit.isdigit() and 1 <= int(limit) <= MOST_SHOWN):
            raise Refused("invalid_request", f"limit: a number from 1 to {MOST_SHOWN}.")
        asked = asked_over(work, self._tenant, query)
        found = work.behind_figures.contacts(asked, FIGURES[name], _cursor(query), int(limit))
        agents = {agent.id: agent for agent in work.agents.all()}
        return {
            "figure": name,
            "from": rfc3339(asked.begin),
            "to": rfc3339(asked.end),
            "only": told_apart(asked, self._tenant, agents),
            "contacts": [self._row(name, each, agents) for each in found],
            "next": _after(found[-1]) if len(found) == int(limit) else None,
        }

    def _row(self, figure: str, behind: Behind, agents: Mapping[AgentId, Agent]) -> dict[str, Any]:
        contact, served_by = behind.contact, agents.get(behind.last_agent_id) if behind.last_agent_id else None
        is_time = FIGURES[figure].part[0].endswith("_micros")
        waited = behind.waited_micros
        return {
            "contact_id": contact.id,
            "entered_at": rfc3339(contact.entered_at),
            "queue": contact.queue,
            "channel": contact.channel.value,
            "topic": contact.told_topic,
            "topic_label": self._tenant.topic_label(contact.told_topic),
            "waited_seconds": None if waited is None else round(waited / SECOND, 1),
            "state": contact.state.value,
            "outcome": contact.outcome.value if contact.outcome else None,
            "disposition": contact.disposition,
            "agent": {"username": served_by.username, "name": served_by.name} if served_by else None,
            "part": round(behind.part / SECOND, 1) if is_time else behind.part,
            "times": behind.times,
        }

    def _told(self, work: UnitOfWork, contact_id: ContactId) -> dict[str, Any]:
        contact = work.contacts.get(contact_id)
        if contact is None:
            raise no_such_contact()
        events = work.trail.after(contact_id, 0)
        agents = {agent.id: agent for agent in work.agents.all()}
        return {
            "contact": self._briefings.full(work, contact, events) | _afterwards(contact),
            "story": story_of(events, agents, self._tenant, tells_topic=contact.consent is not False),
        }


def _afterwards(contact: Contact) -> dict[str, Any]:
    erased_at = rfc3339(contact.erased_at) if contact.erased_at is not None else None
    return {"disposition": contact.disposition, "erased_at": erased_at}


def _cursor(query: Mapping[str, str]) -> Cursor | None:
    """Where the page before it ended: microseconds of the entry, and the contact."""
    if "before" not in query:
        return None
    at, _, contact_id = query["before"].partition("_")
    if not (at.isascii() and at.isdigit() and len(at) <= 16 and contact_id):
        raise Refused("invalid_request", "before: what an earlier page gave as next.")
    return Cursor(from_micros(int(at)), ContactId(contact_id))


def _after(behind: Behind) -> str:
    return f"{micros(behind.contact.entered_at)}_{behind.contact.id}"
