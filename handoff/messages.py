"""Messages that were left, and callbacks that are due: what waits for somebody while nobody holds it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from assistant.edge.errors import json_response
from assistant.edge.requests import body
from assistant.flow.messages_left import MessagesLeft
from assistant.flow.spoken_messages import SpokenMessages
from assistant.model.agent import Agent
from assistant.model.contact import AgentId, Contact, ContactId, QueueId
from assistant.model.errors import Refused, no_such_contact
from assistant.model.overview import MessageLeft, Spoken
from assistant.model.place import rfc3339
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant
from handoff.sessions import Sessions

PATH = "/api/v1/agent/messages"
SHOWN = 200


class MarkBody(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    done: bool


class MessagesDoor:
    """For agents, of the queues that they serve; for supervisors, of all."""

    def __init__(self, store: Store, tenant: Tenant, sessions: Sessions, spoken: SpokenMessages) -> None:
        self._store = store
        self._tenant = tenant
        self._sessions = sessions
        self._spoken = spoken
        self._messages = MessagesLeft(store)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(PATH, self.show),
            web.post(PATH + "/{id}", self.mark),
            web.get(PATH + "/{id}/recording", self.play),
            web.get("/api/v1/agent/callbacks", self.show_callbacks),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """`{messages: [{contact_id, queue, language, left_at, text, reply_to, spoken, done}]}`; `?done=yes`: those."""
        agent = (await self._sessions.of_request(request)).agent
        done = request.query.get("done", "no")
        if done not in {"no", "yes"}:
            raise Refused("invalid_request", "done: yes or no.")
        found = await self._store.read(lambda work: self._read(work, agent, is_done=done == "yes"))
        return json_response({"messages": found})

    def _read(self, work: UnitOfWork, agent: Agent, *, is_done: bool) -> list[dict[str, Any]]:
        names = {known.id: known.name for known in work.agents.all()}
        left = work.overview.messages_left(self._queues(agent), is_done=is_done, limit=SHOWN)
        return [_message(message, names) for message in left]

    async def mark(self, request: web.Request) -> web.Response:
        """204; marking one that stands so already changes nothing. Raises `Refused` `no_such_contact`."""
        agent = (await self._sessions.of_request(request)).agent
        asked = await body(request, MarkBody)
        await self._messages.mark(ContactId(request.match_info["id"]), agent, is_done=asked.done)
        return web.Response(status=204)

    async def play(self, request: web.Request) -> web.Response:
        """What was spoken, as a WAV file that nobody else may keep.

        Raises `Refused` `no_such_contact`, also in a queue that is not the agent's, and `no_recording`; `Unavailable`
        where the telephone company can't be reached.
        """
        agent = (await self._sessions.of_request(request)).agent
        contact_id = ContactId(request.match_info["id"])
        contact = await self._store.read(lambda work: work.contacts.get(contact_id))
        if contact is None or not agent.sees(contact.queue):
            raise no_such_contact()
        sound = await self._spoken.sound_of(contact_id)
        if sound is None:
            raise Refused("no_recording", "There is no recording of this message any more.")
        return web.Response(body=sound, content_type="audio/wav", headers={"Cache-Control": "no-store"})

    async def show_callbacks(self, request: web.Request) -> web.Response:
        """`{callbacks: [{contact_id, queue, number, …}]}`, in the order in which they are served."""
        agent = (await self._sessions.of_request(request)).agent
        return json_response({"callbacks": await self._store.read(lambda work: self._callbacks(work, agent))})

    def _callbacks(self, work: UnitOfWork, agent: Agent) -> list[dict[str, Any]]:
        waiting = work.overview.callbacks(self._queues(agent), SHOWN)
        return [_callback(work, contact, self._tenant) for contact in waiting]

    def _queues(self, agent: Agent) -> list[QueueId]:
        return [queue for queue in self._tenant.queues if agent.sees(queue)]


def _message(message: MessageLeft, names: Mapping[AgentId, str]) -> dict[str, Any]:
    done = None
    if message.done_by is not None and message.done_at is not None:
        done = {"by": names.get(message.done_by), "at": rfc3339(message.done_at)}
    return {
        "contact_id": message.contact_id,
        "queue": message.queue,
        "language": message.language,
        "left_at": rfc3339(message.left_at),
        "text": message.text,
        "reply_to": message.reply_to,
        "spoken": _spoken(message.spoken) if message.spoken else None,
        "done": done,
    }


def _spoken(spoken: Spoken) -> dict[str, Any]:
    """`state`: `recorded` (being written down), `written`, or `unwritten` (nobody could)."""
    return {"state": spoken.state.value, "seconds": spoken.seconds, "recording": spoken.has_recording}


def _callback(work: UnitOfWork, contact: Contact, tenant: Tenant) -> dict[str, Any]:
    is_passed_on = contact.consent is not False
    return {
        "contact_id": contact.id,
        "queue": contact.queue,
        "language": contact.language,
        "number": contact.callback_number,
        "position": work.lines.position(contact),
        "state": contact.state.value,
        "entered_at": rfc3339(contact.entered_at),
        "callback_at": rfc3339(contact.callback_at) if contact.callback_at else None,
        "tries": contact.callback_tries,
        "topic_label": tenant.topic_label(contact.topic) if is_passed_on else None,
    }


def places(contacts: list[Contact], names: Mapping[AgentId, str], tenant: Tenant) -> list[dict[str, Any]]:
    """The board's `waiting`: each place with its rank in its queue; `contacts` are in order, from the first on."""
    ranks: Counter[QueueId] = Counter()
    told = []
    for contact in contacts:
        ranks[contact.queue] += 1
        told.append(
            {
                "contact_id": contact.id,
                "queue": contact.queue,
                "channel": contact.serving_channel.value,
                "state": contact.state.value,
                "reach": contact.reach.value,
                "position": ranks[contact.queue],
                "entered_at": rfc3339(contact.entered_at),
                "callback_at": rfc3339(contact.callback_at) if contact.callback_at else None,
                "verified": contact.verification.level >= 2,
                "topic_label": tenant.topic_label(contact.topic) if contact.consent is not False else None,
                "agent": names.get(contact.agent_id) if contact.agent_id else None,
            }
        )
    return told
