"""The voice door on the real flow and a real store; the telephone company is the emulator, the engine a script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from arrivals import hired
from phone_client import PhoneClient, open_phone
from scripted import ScriptedEngine, SmallBank

from assistant.adapters.memory_bus import MemoryBus
from assistant.adapters.sql_store import open_store
from assistant.edge.errors import map_errors
from assistant.edge.limits import Limits
from assistant.edge.requests import MAX_BYTES
from assistant.flow.asked_verification import AskedVerification
from assistant.flow.bridges import Bridges
from assistant.flow.callbacks import Callbacks
from assistant.flow.calling_back import CallingBack
from assistant.flow.captions import Captions
from assistant.flow.claims import Claims
from assistant.flow.conversation import Conversation
from assistant.flow.dialogue import Dialogue
from assistant.flow.feedback import Feedback
from assistant.flow.holding import Holding
from assistant.flow.intake import Intake
from assistant.flow.legs import Legs
from assistant.flow.line import Lines
from assistant.flow.offers import Offers
from assistant.flow.one_time_codes import OneTimeCodes
from assistant.flow.orders import Orders
from assistant.flow.outgoing import UNLIMITED, OutgoingRate
from assistant.flow.preferring import Preferring
from assistant.flow.recording import Recording
from assistant.flow.relayed import RelayedCalls
from assistant.flow.spoken_messages import SpokenMessages
from assistant.flow.supervising import Supervising
from assistant.flow.texting import Texting
from assistant.flow.transcripts import Transcripts
from assistant.flow.turns import Turns
from assistant.flow.verification import VerificationDesk
from assistant.flow.waiting import Waiting
from assistant.model.agent import Agent
from assistant.model.contact import Contact, ContactId, QueueId
from assistant.model.events import Event
from assistant.model.offer import Choice
from assistant.model.storage import Store
from assistant.settings.tenant import Tenant
from telephony.addresses import MESSAGES_INCOMING, VOICE_FALLBACK, VOICE_INCOMING, VOICE_STATUS, Addresses
from telephony.call_control import TwilioCallControl
from telephony.call_recorder import TwilioCallRecorder
from telephony.conference_control import TwilioConferenceControl
from telephony.emulator import Emulator, EmulatorSettings, NumberHooks
from telephony.last_heard import LastHeard
from telephony.messages_door import MessagesDoor
from telephony.messaging import TwilioMessenger
from telephony.reconcile import Reconciler
from telephony.recordings import TwilioRecordings
from telephony.rest import Media, twilio_client
from telephony.signature import SignatureCheck
from telephony.supervisor_calls import TwilioSupervisorCalls
from telephony.transcribing import Transcribing
from telephony.voice_flow import VoiceFlow
from telephony.webhooks import VoiceDoor

ACCOUNT = "AC" + "2" * 32
TOKEN = "voice-token"
CALLER = "+442071838750"
SECRET = b"a key for tests"
SPEED = 60.0
PATIENT_SECONDS = 600.0  # how long an agent's telephone rings: ten real seconds, however the hurried time runs
STATIC = "/elsewhere/fallback.xml"


@dataclass
class VoiceHouse:
    """The service's part behind the telephone, the telephone company, and what a test moves them by."""

    store: Store
    bus: MemoryBus
    clock: Any
    tenant: Tenant
    engine: ScriptedEngine
    flow: VoiceFlow
    door: VoiceDoor
    call_control: TwilioCallControl
    conferences: TwilioConferenceControl
    addresses: Addresses
    emulator: Emulator
    url: str
    heard: LastHeard
    texts: MessagesDoor
    http: aiohttp.ClientSession
    phones: list[PhoneClient] = field(default_factory=list)

    async def contact_of(self, call_sid: str) -> Contact:
        """The contact behind a call: the one whose place this call secured."""
        key = f"{call_sid}"
        leg = await self.store.read(lambda work: work.legs.by_ref(key))
        assert leg is not None, "no leg of this call"
        return await self.contact(leg.contact_id)

    async def contact(self, contact_id: ContactId) -> Contact:
        contact = await self.store.read(lambda work: work.contacts.get(contact_id))
        assert contact is not None
        return contact

    async def events(self, contact_id: ContactId) -> list[Event]:
        return list(await self.store.read(lambda work: work.trail.after(contact_id, 0)))

    async def expects(self, contact_id: ContactId, **wanted: Any) -> Contact:
        """The contact once it has these values."""
        async with asyncio.timeout(10):
            while True:
                contact = await self.contact(contact_id)
                if all(getattr(contact, name) == value for name, value in wanted.items()):
                    return contact
                await asyncio.sleep(0.01)

    async def agent(self, username: str = "amira") -> Agent:
        return await hired(self.store, username)

    async def of_contact(self, contact: Contact) -> Agent:
        """The agent who is connected to this contact."""
        agent = await self.store.read(lambda work: work.agents.get(contact.agent_id) if contact.agent_id else None)
        assert agent is not None
        return agent

    async def offer(self, contact: Contact, agent: Agent) -> Any:
        """Offers the contact to the agent, who accepts at the console; the agent's telephone then rings."""

        def make(work: Any) -> Any:
            locked = work.contacts.lock(contact.id)
            return self.flow.offers.make(work, locked, agent.id, Choice.of(agent, [contact.channel], []))

        offer = await self.store.transact(make)
        assert offer is not None
        await self.flow.offers.accept(offer.id, agent.id)
        await self.flow.offers.briefing_shown(contact.id, agent.id)
        return offer

    async def phone(self, address: str = CALLER) -> PhoneClient:
        phone = await open_phone(self.http, f"{self.url}/emulator/phone", address)
        self.phones.append(phone)
        return phone

    @property
    def reconciler(self) -> Reconciler:
        return Reconciler(self.store, self.flow.legs, self.call_control, self.heard)

    @property
    def holding(self) -> Holding:
        return Holding(self.store, self.conferences, self.tenant.transcription, self.flow.recording)

    @property
    def complaints(self) -> list[str]:
        return [f"{note.code} {note.message}" for note in self.emulator.stage.notifications]


@asynccontextmanager
async def open_voice_house(
    sqlite_url: str,
    clock: Any,
    tenant: Tenant,
    speed: float = SPEED,
    static: str | None = None,
    rate: OutgoingRate = UNLIMITED,
    calls_per_second: float = 1.0,
    ring_seconds: float = PATIENT_SECONDS,
) -> AsyncIterator[VoiceHouse]:
    """Everything on one port, as the embedded run has it.

    `static`: a document that stands in for our own fallback; `rate`: how fast we call, `calls_per_second` how fast the
    telephone company begins what we ask for; `ring_seconds`: how long an agent's telephone rings, in the emulator's
    hurried seconds.
    """
    tenant = tenant.model_copy(update={"timing": tenant.timing.model_copy(update={"ring_seconds": ring_seconds})})
    async with AsyncExitStack() as stack:
        bus = MemoryBus()
        store = open_store(sqlite_url, clock, bus)
        stack.push_async_callback(store.close)
        await store.transact(lambda work: work.lines.ensure([QueueId(name) for name in tenant.queues]))
        port = unused_port()
        url = f"http://127.0.0.1:{port}"
        addresses = Addresses(url)
        client = await stack.enter_async_context(twilio_client(ACCOUNT, TOKEN, f"{url}/emulator"))
        call_control = TwilioCallControl(client, addresses, tenant)
        conferences = TwilioConferenceControl(client, addresses, Transcribing(tenant, addresses))
        heard = LastHeard(clock)
        engine = ScriptedEngine()
        recordings, recorder = TwilioRecordings(client, Media(client)), TwilioCallRecorder(client, addresses)
        flow = await _flow(store, bus, clock, tenant, engine, call_control, conferences, recordings, recorder, rate)
        door = VoiceDoor(flow, call_control, conferences, SignatureCheck([TOKEN], url), addresses, heard, SECRET)
        stack.push_async_callback(door.close)
        claims = Claims(store, tenant, flow.lines)
        texting = Texting(store, tenant, flow.intake, flow.dialogue, flow.conversation, claims, flow.callbacks)
        texts = MessagesDoor(store, texting, SignatureCheck([TOKEN], url), addresses, Limits(clock, is_on=False))
        stack.push_async_callback(texts.close)
        asked = (VOICE_INCOMING, VOICE_FALLBACK, VOICE_STATUS, MESSAGES_INCOMING, MESSAGES_INCOMING)
        hooks = NumberHooks(*(addresses.of(path) for path in asked))
        if static is not None:
            hooks = replace(hooks, voice_fallback_url=url + STATIC)
        numbers = {number: hooks for queue in tenant.queues.values() for number in queue.dnis}
        emulator = Emulator(EmulatorSettings(ACCOUNT, TOKEN, numbers, speed=speed, calls_per_second=calls_per_second))
        app = web.Application(middlewares=[map_errors], client_max_size=MAX_BYTES)
        app.add_routes([*door.routes(), *texts.routes()])
        if static is not None:
            app.router.add_post(STATIC, partial(_static, static))
        app.add_subapp("/emulator", emulator.app())
        await stack.enter_async_context(TestServer(app, port=port))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        yield VoiceHouse(
            store,
            bus,
            clock,
            tenant,
            engine,
            flow,
            door,
            call_control,
            conferences,
            addresses,
            emulator,
            url,
            heard,
            texts,
            http,
        )


async def _static(document: str, _: web.Request) -> web.Response:
    return web.Response(text=document, content_type="text/xml")


async def _flow(
    store: Store,
    bus: MemoryBus,
    clock: Any,
    tenant: Tenant,
    engine: ScriptedEngine,
    call_control: TwilioCallControl,
    conferences: TwilioConferenceControl,
    recordings: TwilioRecordings,
    recorder: TwilioCallRecorder,
    rate: OutgoingRate,
) -> VoiceFlow:
    waiting = Waiting(store, clock, tenant)
    lines = Lines(store, bus, waiting)
    await lines.follow(tenant.queues)
    offers = Offers(store, tenant, call_control, rate=rate)
    conversation = Conversation(store, tenant, call_control)
    bank = SmallBank()
    codes = OneTimeCodes(tenant, TwilioMessenger(call_control._client, tenant), b"a key for tests")
    desk = VerificationDesk(store, tenant, bank, codes, b"a key for tests")
    turns = Turns(store, tenant, lines, engine, Orders(store, tenant, bank, desk))
    legs = Legs(store, tenant, offers, conversation, "process-1")
    recording = Recording(store, tenant, recorder, recordings)
    return VoiceFlow(
        tenant=tenant,
        clock=clock,
        bus=bus,
        lines=lines,
        intake=Intake(store, tenant, lines, b"a key for tests", "process-1"),
        dialogue=Dialogue(store, lines, desk, turns),
        conversation=conversation,
        legs=legs,
        offers=offers,
        bridges=Bridges(store, tenant, call_control, conferences),
        supervising=Supervising(store, tenant, TwilioSupervisorCalls(call_control, conferences), rate),
        asked_verification=AskedVerification(store, tenant, desk, conferences, recording),
        transcripts=Transcripts(store, tenant, lines),
        callbacks=Callbacks(store, tenant, call_control),
        calling_back=CallingBack(store, tenant, offers, legs, call_control, rate),
        spoken=SpokenMessages(store, tenant, recordings),
        feedback=Feedback(store),
        preferring=Preferring(store, tenant),
        relayed=RelayedCalls(store),
        captions=Captions(store, bus, tenant),
        recording=recording,
    )
