"""From settings and a tenant to a service that answers."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
from collections.abc import AsyncIterator

from aiohttp import web
from prometheus_client import CollectorRegistry

from assistant.adapters.migrate import migrate
from assistant.adapters.sql_store import open_store
from assistant.adapters.system_clock import SystemClock
from assistant.bootstrap.flow import Flow, build_flow
from assistant.bootstrap.loops import at_work
from assistant.bootstrap.parts import database_url, open_back_office, open_bus, open_carriers, open_engine
from assistant.bootstrap.telephone import EMULATOR_PATH, Telephone, open_telephone
from assistant.edge.errors import map_errors
from assistant.edge.keys import kept_secret
from assistant.edge.requests import MAX_BYTES, security_headers
from assistant.flow.captions import Captions
from assistant.flow.couriers import Couriers
from assistant.flow.place_links import PlaceLinks
from assistant.flow.relayed import RelayedCalls
from assistant.model.deliveries import subscriptions
from assistant.model.errors import HoldfastError
from assistant.model.storage import Store
from assistant.model.texts import CARRIER
from assistant.settings.environment import ROOT, Settings
from assistant.settings.tenant import Tenant
from assistant.web.chat_api import ChatApi
from assistant.web.chat_sockets import ChatSockets
from assistant.web.delivery_metrics import DeliveryCollector
from assistant.web.health import ClockCollector, Health, LineCollector, Probe
from assistant.web.openapi import openapi_routes
from assistant.web.pages import page_routes
from assistant.web.survey_api import SurveyApi
from handoff.app import AgentsDoor
from handoff.described import settings_and_people
from telephony.messages_carrier import TextCarrier
from telephony.messages_door import MessagesDoor
from telephony.messaging import CarefulMessenger
from telephony.reconcile import Reconciler
from telephony.softphone import TwilioSoftphones
from telephony.voice_flow import VoiceFlow
from telephony.webhooks import VoiceDoor

CLOSE_SECONDS = 5.0
FOR_AGENTS, FOR_PULSE = 6, 2  # connections of their own

log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def open_service(
    settings: Settings, tenant: Tenant, *, for_trying_out: bool = True
) -> AsyncIterator[web.Application]:
    """The whole service, recovered and at work; ends in order: sockets first, the store last.

    `for_trying_out`: with the telephone emulator where no account is configured, and the demo's pages. `tenant` is as
    the file has it, and stays so: what is changed while the service runs is changed in a copy.
    """
    tenant = tenant.model_copy()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    url = database_url(settings)
    is_alone = url.startswith("sqlite")
    await migrate(url)
    async with contextlib.AsyncExitStack() as stack:
        secret = settings.secret_key.get_secret_value() if settings.secret_key else None
        secret_key = (secret or kept_secret(settings.data_dir, "secret_key")).encode()
        clock, bus = SystemClock(), open_bus(settings, secret_key, stack)
        told = subscriptions({part.name: part.events for part in tenant.webhooks})
        store = open_store(url, clock, bus, told)
        stack.push_async_callback(store.close)
        for_agents, for_pulse = store.apart(FOR_AGENTS), store.apart(FOR_PULSE)
        for part in (for_agents, for_pulse):
            stack.push_async_callback(part.close)
        await store.transact(lambda work: work.lines.ensure(list(tenant.queues)))
        if settings.is_embedded:
            await _add_demo_people(store, tenant)
        telephone = await open_telephone(stack, settings, tenant, clock, can_emulate=for_trying_out)
        flow = build_flow(
            settings,
            tenant,
            store=store,
            bus=bus,
            clock=clock,
            engine=await stack.enter_async_context(open_engine(settings, tenant, clock)),
            back_office=open_back_office(settings, tenant, clock, stack),
            call_control=telephone.call_control,
            conferences=telephone.conferences,
            supervisor_calls=telephone.supervisor_calls,
            messenger=CarefulMessenger(telephone.messenger, store),
            recordings=telephone.recordings,
            recorder=telephone.recorder,
            secret_key=secret_key,
            for_agents=for_agents,
            for_pulse=for_pulse,
        )
        await flow.changing.begin()
        away = await flow.recovery.begin(alone=is_alone)
        if away:
            log.info("took up where the last run ended", extra={"away_seconds": round(away, 1)})
        await flow.chat.lines.follow(tenant.queues)
        stack.push_async_callback(flow.recovery.end)
        carriers = open_carriers(tenant, store, clock, stack)
        carriers[CARRIER] = _text_carrier(settings, tenant, flow, telephone)
        couriers = Couriers(store, bus, clock, carriers)
        reconciler = Reconciler(store, flow.chat.legs, telephone.call_control, telephone.heard)
        await stack.enter_async_context(at_work(flow, reconciler, couriers))
        app = _application(settings, tenant, flow, telephone, couriers, secret_key)
        demo = ROOT / "demo" if for_trying_out else None
        has_calls = isinstance(telephone.softphones, TwilioSoftphones)
        app.add_routes(page_routes(ROOT / "web" / "dist", demo, has_calls=has_calls))
        yield app


def _application(
    settings: Settings, tenant: Tenant, flow: Flow, telephone: Telephone, couriers: Couriers, secret_key: bytes
) -> web.Application:
    app = web.Application(middlewares=[security_headers, map_errors], client_max_size=MAX_BYTES)
    registry = CollectorRegistry()
    registry.register(LineCollector(flow.chat.lines, tenant))
    registry.register(ClockCollector(flow.recovery))
    registry.register(DeliveryCollector(couriers, flow.chat.clock))
    sockets = ChatSockets(flow.chat)
    agents = AgentsDoor(
        store=flow.agents_store,
        bus=flow.chat.bus,
        tenant=tenant,
        offers=flow.offers,
        attention=flow.attention,
        conversation=flow.agents_conversation,
        transfers=flow.transfers,
        presence=flow.presence,
        holding=flow.holding,
        supervising=flow.supervising,
        lines=flow.chat.lines,
        asked_verification=flow.asked_verification,
        spoken=flow.spoken,
        recording=flow.recording,
        erasing=flow.erasing,
        changing=flow.changing,
        people=flow.people,
        recounting=flow.recounting,
        limits=flow.chat.limits,
        origins=settings.origins,
        has_secure_cookie=settings.origin.startswith("https://"),
        softphones=telephone.softphones,
    )
    voice = _voice_door(settings, tenant, flow, telephone, secret_key)
    texts = MessagesDoor(flow.chat.store, flow.texting, telephone.check, telephone.addresses, flow.chat.limits)
    app.add_routes(Health(_probes(flow), registry).routes())
    app.add_routes(ChatApi(flow.chat).routes())
    app.add_routes(SurveyApi(tenant, flow.surveys, flow.chat.feedback, flow.chat.limits).routes())
    app.add_routes(sockets.routes())
    app.add_routes(openapi_routes(settings_and_people()))
    app.add_routes(agents.routes())
    app.add_routes(voice.routes())
    app.add_routes(texts.routes())
    if telephone.emulator is not None:
        app.add_subapp(EMULATOR_PATH, telephone.emulator.app())

    async def close_sockets(_: web.Application) -> None:
        await asyncio.gather(sockets.stop(), agents.close(), voice.close(), texts.close())

    async def start_anew() -> None:
        await asyncio.gather(sockets.close(), agents.close())

    app.cleanup_ctx.append(sockets.sweeping)
    app.on_shutdown.append(close_sockets)
    flow.recovery.when_buried(start_anew)
    return app


def _text_carrier(settings: Settings, tenant: Tenant, flow: Flow, telephone: Telephone) -> TextCarrier:
    return TextCarrier(
        flow.chat.store,
        telephone.messenger,
        telephone.addresses,
        _chat_page(settings, tenant),
        flow.chat.intake.token_of,
        tenant.texts.whatsapp_template,
    )


def _chat_page(settings: Settings, tenant: Tenant) -> str | None:
    """Where a link in a text leads."""
    return tenant.texts.chat_url or (f"{settings.origin}/demo" if settings.is_embedded else None)


def _voice_door(settings: Settings, tenant: Tenant, flow: Flow, telephone: Telephone, secret_key: bytes) -> VoiceDoor:
    voice_flow = VoiceFlow(
        tenant=tenant,
        clock=flow.chat.clock,
        bus=flow.chat.bus,
        lines=flow.chat.lines,
        intake=flow.chat.intake,
        dialogue=flow.chat.dialogue,
        conversation=flow.chat.conversation,
        legs=flow.chat.legs,
        offers=flow.offers,
        bridges=flow.bridges,
        supervising=flow.supervising,
        asked_verification=flow.asked_verification,
        transcripts=flow.chat.transcripts,
        callbacks=flow.chat.callbacks,
        calling_back=flow.calling_back,
        spoken=flow.spoken,
        feedback=flow.chat.feedback,
        preferring=flow.chat.preferring,
        relayed=RelayedCalls(flow.chat.store),
        recording=flow.recording,
        captions=Captions(flow.agents_store, flow.chat.bus, tenant),
        links=PlaceLinks(
            flow.chat.store,
            tenant,
            CarefulMessenger(telephone.messenger, flow.chat.store),
            _chat_page(settings, tenant),
        ),
    )
    return VoiceDoor(
        voice_flow,
        telephone.call_control,
        telephone.conferences,
        telephone.check,
        telephone.addresses,
        telephone.heard,
        secret_key,
    )


def _probes(flow: Flow) -> dict[str, Probe]:
    async def database() -> str:
        try:
            await flow.chat.store.read(lambda work: work.lines.revisions())
        except HoldfastError:
            return "unavailable"
        return "ready"

    async def dialogue() -> str:
        return "ready" if await flow.engine.is_ready() else "starting"

    async def clock() -> str:
        return "skewed" if flow.recovery.is_skewed else "ready"

    async def bus() -> str:
        return "ready" if flow.chat.bus.is_connected else "polling"

    async def settings() -> str:
        return "conflict" if flow.changing.is_in_conflict else "ready"

    return {"database": database, "dialogue": dialogue, "clock": clock, "bus": bus, "settings": settings}


async def _add_demo_people(store: Store, tenant: Tenant) -> None:
    people = importlib.import_module("demo.people")
    await people.add_people(store, tenant)
