"""The telephone's door: Twilio's webhooks, each proven genuine, and answered in time with TwiML in every case.

https://www.twilio.com/docs/voice/twiml
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from aiohttp import web

from assistant.model.contact import AgentId, OfferId
from assistant.model.errors import Refused, Unavailable
from telephony import addresses as paths
from telephony import twiml
from telephony.addresses import Addresses
from telephony.agent_phone import AgentPhone
from telephony.call_control import TwilioCallControl
from telephony.call_recorder import RecordingDoor
from telephony.callback_calls import CallbackCalls
from telephony.conference_control import TwilioConferenceControl
from telephony.genuine import Asked, genuine, route_of
from telephony.hold_music import hold_music
from telephony.last_heard import LastHeard
from telephony.notices import Notices
from telephony.patience import Patience
from telephony.payloads import MalformedWebhook
from telephony.relay.desk import RelayDesk
from telephony.relay.document import RelayDocuments, Tickets
from telephony.relay.door import RelayDoor
from telephony.relay.ending import RelayEnding
from telephony.signature import SignatureCheck
from telephony.supervisor_phone import SupervisorPhone
from telephony.transcribing import Transcribing, TranscriptionDoor
from telephony.voice_aside import AsideCalls
from telephony.voice_calls import VoiceCalls
from telephony.voice_flow import VoiceFlow
from telephony.voice_message import VoiceMessages
from telephony.voice_steps import VoiceSteps
from telephony.voice_turns import VoiceTurns
from telephony.voice_wording import speaker_for

log = logging.getLogger(__name__)

DAY_SECONDS = 86_400


class VoiceDoor:
    """All routes under `/telephony`, on the flow."""

    def __init__(
        self,
        flow: VoiceFlow,
        call_control: TwilioCallControl,
        conferences: TwilioConferenceControl,
        check: SignatureCheck,
        addresses: Addresses,
        heard: LastHeard,
        secret_key: bytes,
    ) -> None:
        self._check = check
        self._heard = heard
        self._addresses = addresses
        self._patience = Patience()
        tickets, part = Tickets(secret_key), flow.tenant.relay
        documents = RelayDocuments(flow.tenant, part, addresses, tickets) if part is not None else None
        turns = VoiceTurns(flow, addresses, Transcribing(flow.tenant, addresses), documents)
        self._transcribing = TranscriptionDoor(flow.captions)
        self._taped = RecordingDoor(flow.recording)
        self._calls = VoiceCalls(flow, addresses, turns, self._patience)
        self._agents = AgentPhone(flow, addresses, turns, call_control)
        self._supervisors = SupervisorPhone(flow, addresses, turns, call_control, conferences)
        self._notice = twiml.announcement(
            [flow.tenant.supervision.notice], speaker=speaker_for(flow.tenant.languages[0])
        )
        self._aside = AsideCalls(flow, addresses, turns, self._calls, flow.asked_verification, self._patience)
        self._messages = VoiceMessages(flow, addresses, turns)
        self._relayed = RelayEnding(flow, addresses, turns, self._patience)
        self._relay = None
        if part is not None:
            music = addresses.of(paths.HOLD_MUSIC)
            desk = RelayDesk(flow, turns, VoiceSteps(flow), part, heard, music)
            self._relay = RelayDoor(desk, check, tickets)
        self._customers = CallbackCalls(flow, addresses, turns, call_control)
        self._notices = Notices()

    def routes(self) -> list[web.RouteDef]:
        calls, agents = self._calls, self._agents

        async def fallback(asked: Asked) -> str:
            return calls.fallback(asked.fields)

        async def wait(asked: Asked) -> str:
            with suppress(Refused, Unavailable):
                await agents.alone(asked.fields)
            music = self._addresses.of(paths.HOLD_MUSIC)
            return twiml.music(music, again_url=self._addresses.of(paths.CONFERENCE_WAIT))

        async def hold(_: Asked) -> str:
            return twiml.music(
                self._addresses.of(paths.HOLD_MUSIC), again_url=self._addresses.of(paths.CONFERENCE_HOLD)
            )

        return [
            web.post(paths.VOICE_INCOMING, self._spoken(lambda asked: calls.incoming(asked.query, asked.fields))),
            web.post(paths.VOICE_TURN, self._spoken(lambda asked: calls.turn(asked.query, asked.fields))),
            web.post(paths.VOICE_CLOSED, self._spoken(lambda asked: calls.closed(asked.query, asked.fields))),
            web.post(paths.VOICE_BRIDGE, self._spoken(lambda asked: calls.bridge(asked.query, asked.fields))),
            web.post(paths.VOICE_AFTER, self._spoken(lambda asked: calls.after(asked.query, asked.fields))),
            web.post(paths.VOICE_SURVEY, self._spoken(lambda asked: calls.survey(asked.query, asked.fields))),
            web.post(paths.VOICE_PREFERENCE, self._spoken(lambda asked: calls.preference(asked.query, asked.fields))),
            web.post(paths.VOICE_ASIDE, self._spoken(lambda asked: self._aside.begin(asked.query))),
            web.post(paths.VOICE_ASIDE_KEYS, self._spoken(lambda asked: self._aside.keys(asked.query, asked.fields))),
            web.post(paths.VOICE_RELAYED, self._spoken(lambda asked: self._relayed.after(asked.query, asked.fields))),
            web.post(paths.VOICE_FALLBACK, self._spoken(fallback)),
            web.post(
                paths.VOICE_TRANSCRIPT, self._noted(lambda asked: self._transcribing.note(asked.query, asked.fields))
            ),
            web.post(paths.VOICE_TAPED, self._noted(lambda asked: self._taped.note(asked.query, asked.fields))),
            web.post(paths.VOICE_STATUS, self._noted(lambda asked: calls.status(asked.fields))),
            *self._messages_routes(),
            *(self._relay.routes() if self._relay is not None else ()),
            *self._agents_routes(),
            *self._supervisors_routes(),
            web.post(paths.CONFERENCE_STATUS, self._noted(lambda asked: agents.conference(asked.fields))),
            web.post(paths.CONFERENCE_WAIT, self._spoken(wait)),
            web.post(paths.CONFERENCE_HOLD, self._spoken(hold)),
            web.get(paths.HOLD_MUSIC, _music),
        ]

    def _messages_routes(self) -> list[web.RouteDef]:
        messages = self._messages
        return [
            web.post(paths.VOICE_MESSAGE, self._spoken(lambda asked: messages.begin(asked.query, asked.fields))),
            web.post(paths.VOICE_MESSAGE_DONE, self._spoken(lambda asked: messages.done(asked.query, asked.fields))),
            web.post(paths.VOICE_MESSAGE_RECORDED, self._noted(lambda asked: messages.recorded(asked.fields))),
            web.post(paths.VOICE_MESSAGE_WRITTEN, self._noted(lambda asked: messages.written(asked.fields))),
        ]

    def _agents_routes(self) -> list[web.RouteDef]:
        agents, customers = self._agents, self._customers
        return [
            web.post(
                paths.AGENT_ANSWER,
                self._spoken(lambda asked: agents.answer(_offer(asked), asked.query, asked.fields)),
            ),
            web.post(
                paths.AGENT_KEY,
                self._spoken(lambda asked: agents.key(_offer(asked), asked.query, asked.fields)),
            ),
            web.post(paths.AGENT_ENDED, self._spoken(lambda asked: agents.ended(_offer(asked), asked.query))),
            web.post(
                paths.AGENT_STATUS,
                self._noted(lambda asked: agents.status(_offer(asked), asked.query, asked.fields)),
            ),
            web.post(
                paths.CUSTOMER_ANSWER,
                self._spoken(lambda asked: customers.answer(_offer(asked), asked.query)),
            ),
            web.post(
                paths.CUSTOMER_KEY,
                self._spoken(lambda asked: customers.key(_offer(asked), asked.query, asked.fields)),
            ),
            web.post(
                paths.CUSTOMER_STATUS,
                self._noted(lambda asked: customers.status(_offer(asked), asked.query, asked.fields)),
            ),
        ]

    def _supervisors_routes(self) -> list[web.RouteDef]:
        phones = self._supervisors

        async def ended(_: Asked) -> str:
            return phones.ended()

        async def notice(_: Asked) -> str:
            return self._notice

        return [
            web.post(
                paths.SUPERVISOR_ANSWER,
                self._spoken(lambda asked: phones.answer(_supervisor(asked), asked.query, asked.fields)),
            ),
            web.post(
                paths.SUPERVISOR_KEY,
                self._spoken(lambda asked: phones.key(_supervisor(asked), asked.query, asked.fields)),
            ),
            web.post(paths.SUPERVISOR_ENDED, self._spoken(ended)),
            web.post(
                paths.SUPERVISOR_STATUS,
                self._noted(lambda asked: phones.status(_supervisor(asked), asked.query, asked.fields)),
            ),
            web.post(paths.CONFERENCE_NOTICE, self._spoken(notice)),
        ]

    async def close(self) -> None:
        """Gives up what is under way; Twilio asks again, or finds the fallback."""
        if self._relay is not None:
            await self._relay.close()
        await self._notices.close()
        await self._patience.close()

    def _spoken(self, answer: Callable[[Asked], Awaitable[str]]) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            asked = await genuine(request, self._check, self._addresses)
            self._heard.note(asked.fields.get("CallSid", ""))
            try:
                document = await answer(asked)
            except MalformedWebhook as malformed:
                raise Refused("invalid_request", str(malformed)) from None
            except Unavailable as unavailable:
                log.warning("a webhook failed", extra={"code": unavailable.code, "route": route_of(request)})
                document = self._calls.fallback({"ErrorUrl": asked.url})
            except Exception:
                log.exception("a webhook failed", extra={"route": route_of(request)})
                document = self._calls.fallback({"ErrorUrl": asked.url})
            return web.Response(text=document, content_type="text/xml")

        return handle

    def _noted(self, note: Callable[[Asked], Awaitable[None]]) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            asked = await genuine(request, self._check, self._addresses)
            try:
                await self._notices.take(partial(note, asked), route_of(request))
            except MalformedWebhook as malformed:
                raise Refused("invalid_request", str(malformed)) from None
            return web.Response(status=204)

        return handle


def _offer(asked: Asked) -> OfferId:
    return OfferId(asked.parts["offer_id"])


def _supervisor(asked: Asked) -> AgentId:
    return AgentId(asked.parts["agent_id"])


async def _music(_request: web.Request) -> web.Response:
    piece = await asyncio.to_thread(hold_music)
    headers = {"Cache-Control": f"public, max-age={DAY_SECONDS}"}
    return web.Response(body=piece, content_type="audio/wav", headers=headers)
