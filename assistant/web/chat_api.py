"""The chat door over plain HTTP: joining, and everything that works without a socket."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aiohttp import web

from assistant.edge.errors import json_response
from assistant.edge.identity import IdentityTokens
from assistant.edge.keys import same, token_hash
from assistant.edge.limits import Limits
from assistant.edge.requests import bearer_token, body
from assistant.flow.admission import LeftMessage
from assistant.flow.callbacks import Callbacks
from assistant.flow.claims import Claim, Claims
from assistant.flow.conversation import Conversation
from assistant.flow.corrections import Corrections
from assistant.flow.dialogue import Dialogue
from assistant.flow.feedback import Feedback
from assistant.flow.intake import Intake, Joined, JoinRequest
from assistant.flow.legs import Legs
from assistant.flow.line import Lines
from assistant.flow.preferring import Preferring
from assistant.flow.transcripts import ContactView, Transcripts
from assistant.flow.verification import VerificationDesk
from assistant.model.contact import Channel, ContactId, QueueId
from assistant.model.errors import Refused, Unavailable, no_such_contact
from assistant.model.place import rfc3339
from assistant.model.ports import Bus, Clock
from assistant.model.storage import Store
from assistant.settings.tenant import Tenant
from assistant.web.chat_protocol import CallbackBody, ClaimBody, FeedbackBody, JoinBody, MessageBody, PreferenceBody

log = logging.getLogger(__name__)

JOINS_PER_MINUTE = 30
CLAIMS, CLAIM_SECONDS = 5, 600
CALLBACKS, CALLBACK_SECONDS = 10, 600


@dataclass(frozen=True, slots=True)
class ChatFlow:
    """What the chat door stands on."""

    store: Store
    bus: Bus
    clock: Clock
    tenant: Tenant
    limits: Limits
    lines: Lines
    intake: Intake
    dialogue: Dialogue
    conversation: Conversation
    corrections: Corrections
    claims: Claims
    callbacks: Callbacks
    feedback: Feedback
    preferring: Preferring
    legs: Legs
    transcripts: Transcripts
    desk: VerificationDesk
    identity: IdentityTokens
    origin: str

    async def authorise(self, contact_id: str, token: str) -> ContactId:
        """The contact that this token opens.

        Raises `Refused`: `no_such_contact` for another contact's token, which says nothing about the contact asked
        for, and `unauthorized` for one that is none.
        """
        if token.partition(".")[0] != contact_id and "." in token:
            raise no_such_contact()
        stored = await self.store.read(lambda work: work.contacts.token_hash(ContactId(contact_id)))
        if stored is None or not same(stored, token_hash(token)):
            raise Refused("unauthorized", "This token opens no contact.")
        return ContactId(contact_id)


class ChatApi:
    def __init__(self, flow: ChatFlow) -> None:
        self._flow = flow
        self._turns: set[asyncio.Task[None]] = set()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/api/v1/contacts", self.join),
            web.post("/api/v1/places/claim", self.claim),
            web.get("/api/v1/contacts/{id}", self.show),
            web.delete("/api/v1/contacts/{id}", self.leave),
            web.get("/api/v1/contacts/{id}/events", self.events),
            web.post("/api/v1/contacts/{id}/messages", self.say),
            web.post("/api/v1/contacts/{id}/callback", self.ask_for_callback),
            web.delete("/api/v1/contacts/{id}/callback", self.take_callback_back),
            web.post("/api/v1/contacts/{id}/feedback", self.give_feedback),
            web.post("/api/v1/contacts/{id}/preferences", self.prefer),
            web.delete("/api/v1/contacts/{id}/preferences", self.prefer_nothing),
        ]

    async def join(self, request: web.Request) -> web.Response:
        self._flow.limits.check(f"join:{request.remote}", JOINS_PER_MINUTE, 60)
        asked = await body(request, JoinBody)
        joined = await self._flow.intake.join(
            JoinRequest(
                channel=Channel.CHAT,
                queue=QueueId(asked.queue) if asked.queue else None,
                language=asked.language,
                idempotency_key=asked.idempotency_key,
                callback=asked.callback.number if asked.callback else None,
                message=LeftMessage(asked.message.text, asked.message.reply_to) if asked.message else None,
            )
        )
        if asked.identity_token:
            joined = await self._recognised(joined, asked.identity_token)
        answer = {
            "contact_id": joined.contact.id,
            "token": joined.token,
            "place": joined.place.as_data(),
            "greeting": {"text": joined.greeting},
            "language": joined.contact.language,
            "verified": joined.contact.verification.level >= 2,
        }
        return json_response(answer, 201 if joined.is_new else 200)

    async def _recognised(self, joined: Joined, token: str) -> Joined:
        """Who is signed in on the host page need not prove it again. Nobody is refused the line for a bad token."""
        try:
            contact = await self._flow.desk.recognise(joined.contact.id, self._flow.identity.read(token))
        except Refused as refused:
            log.warning("an identity token was not accepted", extra={"code": refused.code})
            return joined
        if contact is None or not contact.state.is_in_line:
            return joined
        revision = await self._flow.store.read(lambda work: work.lines.revision(contact.queue))
        await self._flow.lines.at_least(contact.queue, revision)
        return replace(joined, contact=contact, place=self._flow.lines.view(contact))

    async def claim(self, request: web.Request) -> web.Response:
        """The same place on this device, for who knows its code and proves it."""
        self._flow.limits.check(f"claim:{request.remote}", CLAIMS, CLAIM_SECONDS)
        asked = await body(request, ClaimBody)
        self._flow.limits.check(f"claim-code:{asked.code}", CLAIMS, CLAIM_SECONDS)
        proof = asked.proof
        customer = self._flow.identity.read(proof.identity_token) if proof.identity_token else None
        claim = Claim(asked.code, Channel.CHAT, proof.token, proof.number, customer.number if customer else None)
        claimed = await self._flow.claims.claim(claim)
        place = claimed.place.as_data()
        answer = {"contact_id": claimed.contact.id, "token": claimed.token, "place": place}
        return json_response(answer | {"language": claimed.contact.language})

    async def show(self, request: web.Request) -> web.Response:
        return json_response(contact_data(await self._view(request), self._flow.clock.now()))

    async def events(self, request: web.Request) -> web.Response:
        view = await self._view(request, after=after_parameter(request))
        return json_response({"events": view.frames()})

    async def say(self, request: web.Request) -> web.Response:
        """Answers once the words are kept; the assistant's reply follows as an event."""
        contact_id = await self._authorised(request)
        said = await body(request, MessageBody)
        await self._flow.legs.touched(contact_id)
        answer = await self._flow.dialogue.keep(contact_id, said.text, client_id=said.client_id)
        if answer is not None:
            turn = asyncio.create_task(answer)
            self._turns.add(turn)
            turn.add_done_callback(self._ended)
        return json_response({"accepted": True}, 202)

    def _ended(self, turn: asyncio.Task[None]) -> None:
        """The words are kept whatever became of their answer; a lease that runs out has them answered again."""
        self._turns.discard(turn)
        error = None if turn.cancelled() else turn.exception()
        if isinstance(error, Refused | Unavailable):
            log.warning("words were not answered", extra={"code": error.code})
        elif error is not None:
            log.error("words were not answered", exc_info=error)

    async def ask_for_callback(self, request: web.Request) -> web.Response:
        """The place is kept, and its holder called when it is served. Asked again, number and time are changed."""
        contact_id = await self._authorised(request)
        self._flow.limits.check(f"callback:{request.remote}", CALLBACKS, CALLBACK_SECONDS)
        asked = await body(request, CallbackBody)
        await self._flow.callbacks.request(contact_id, asked.number, asked.not_before)
        return json_response(contact_data(await self._flow.transcripts.view(contact_id), self._flow.clock.now()))

    async def take_callback_back(self, request: web.Request) -> web.Response:
        """The caller waits here again; who asks is here."""
        contact_id = await self._authorised(request)
        await self._flow.callbacks.cancel(contact_id)
        await self._flow.legs.touched(contact_id)
        return web.Response(status=204)

    async def give_feedback(self, request: web.Request) -> web.Response:
        contact_id = await self._authorised(request)
        given = await body(request, FeedbackBody)
        await self._flow.feedback.give(contact_id, given.scores(), given.comment)
        return web.Response(status=204)

    async def prefer(self, request: web.Request) -> web.Response:
        """How the customer would rather be reached, with their yes; 204. Also after the end of the contact."""
        contact_id = await self._authorised(request)
        asked = await body(request, PreferenceBody)
        await self._flow.preferring.decide(
            contact_id, remember=asked.remember, channel=asked.channel, language=asked.language
        )
        return web.Response(status=204)

    async def prefer_nothing(self, request: web.Request) -> web.Response:
        """Forgets it; 204, also where nothing was remembered."""
        await self._flow.preferring.decide(await self._authorised(request), remember=False)
        return web.Response(status=204)

    async def leave(self, request: web.Request) -> web.Response:
        await self._flow.conversation.leave(await self._authorised(request))
        return web.Response(status=204)

    async def _authorised(self, request: web.Request) -> ContactId:
        return await self._flow.authorise(request.match_info["id"], bearer_token(request))

    async def _view(self, request: web.Request, after: int = 0) -> ContactView:
        contact_id = await self._authorised(request)
        await self._flow.legs.touched(contact_id)
        return await self._flow.transcripts.view(contact_id, after)


def after_parameter(request: web.Request) -> int:
    raw = request.query.get("after", "0")
    if not raw.isdecimal() or len(raw) > 12:
        raise Refused("invalid_request", "after: a whole number is needed.")
    return int(raw)


def contact_data(view: ContactView, now: datetime) -> dict[str, Any]:
    """`now` is the service's clock, for a device whose own is wrong."""
    contact = view.contact
    return {
        "contact_id": contact.id,
        "state": contact.state.value,
        "dialogue": contact.dialogue.value,
        "reach": contact.reach.value,
        "callback_at": rfc3339(contact.callback_at) if contact.callback_at else None,
        "place": view.place.as_data(),
        "agent": {"name": view.agent.name.partition(" ")[0]} if view.agent else None,
        "gathered": view.gathered.as_data(),
        "outcome": contact.outcome.value if contact.outcome else None,
        "seq": contact.seq,
        "language": contact.language,
        "now": rfc3339(now),
    }
