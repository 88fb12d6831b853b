"""The only place that builds and wires: from settings and a tenant to a service that answers."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from prometheus_client import CollectorRegistry
from uuid_utils import uuid7

from assistant.adapters.memory_bus import MemoryBus
from assistant.adapters.migrate import migrate
from assistant.adapters.rasa_channel import RasaChannel
from assistant.adapters.rasa_process import RasaMissing, RasaProcess
from assistant.adapters.redis_bus import RedisBus
from assistant.adapters.sql_store import open_store
from assistant.adapters.system_clock import SystemClock
from assistant.edge.errors import map_errors
from assistant.edge.keys import kept_secret
from assistant.edge.limits import Limits
from assistant.edge.requests import MAX_BYTES, security_headers
from assistant.flow import moves
from assistant.flow.conversation import Conversation
from assistant.flow.corrections import Corrections
from assistant.flow.deadlines import DeadlineRunner
from assistant.flow.dialogue import Dialogue
from assistant.flow.intake import Intake
from assistant.flow.legs import Legs
from assistant.flow.line import Lines
from assistant.flow.offers import Offers
from assistant.flow.orders import Orders
from assistant.flow.presence import AgentPresence
from assistant.flow.recovery import Recovery
from assistant.flow.routing import Router
from assistant.flow.transcripts import Transcripts
from assistant.flow.turns import Turns
from assistant.flow.verification import VerificationDesk
from assistant.flow.waiting import Waiting
from assistant.model.agent import Agent
from assistant.model.contact import Contact, OfferId
from assistant.model.errors import HoldfastError, Unavailable
from assistant.model.ports import BackOffice, Bus, CallControl, Clock, Store
from assistant.settings.environment import ROOT, Settings, SettingsError
from assistant.settings.tenant import Tenant
from assistant.web.chat_api import ChatApi, ChatFlow
from assistant.web.chat_socket import ChatSockets
from assistant.web.health import Health, LineCollector, Probe
from assistant.web.pages import page_routes
from handoff.app import AgentsDoor

SWEEP_SECONDS = 1.0
CLOSE_SECONDS = 5.0

log = logging.getLogger(__name__)


class NoTelephone:
    async def ring_agent(self, offer_id: OfferId, contact: Contact, agent: Agent) -> None:
        raise Unavailable("telephone_unavailable", "No telephone.")

    async def release(self, contact: Contact) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Flow:
    """Everything that happens, wired; the doors are built on it."""

    chat: ChatFlow
    offers: Offers
    presence: AgentPresence
    recovery: Recovery
    router: Router
    deadlines: DeadlineRunner
    engine: RasaChannel


def build_flow(
    settings: Settings,
    tenant: Tenant,
    *,
    store: Store,
    bus: Bus,
    clock: Clock,
    engine: RasaChannel,
    back_office: BackOffice,
    call_control: CallControl,
    secret_key: bytes,
) -> Flow:
    process_id = str(uuid7())
    waiting = Waiting(store, clock, tenant)
    lines = Lines(store, bus, waiting)
    offers = Offers(store, tenant, call_control)
    conversation = Conversation(store, tenant, call_control)
    legs = Legs(store, tenant, offers, conversation, process_id)
    desk = VerificationDesk(store, tenant, back_office, secret_key)
    orders = Orders(store, tenant, back_office, desk)
    presence = AgentPresence(store, tenant, offers, process_id)
    chat = ChatFlow(
        store=store,
        bus=bus,
        clock=clock,
        tenant=tenant,
        limits=Limits(clock, is_on=settings.rate_limits == "on"),
        lines=lines,
        intake=Intake(store, clock, tenant, lines, secret_key, process_id),
        dialogue=Dialogue(store, lines, desk, Turns(store, tenant, lines, engine, orders)),
        conversation=conversation,
        corrections=Corrections(store),
        legs=legs,
        transcripts=Transcripts(store, tenant, lines),
        origin=settings.origin,
    )
    handlers = {
        moves.GRACE: conversation.grace_ended,
        moves.OFFER: offers.expire,
        moves.BRIEFING: offers.when_due,
        moves.AFTER_STEP: offers.when_due,
        moves.RING: offers.ring_expired,
        moves.WRAP_UP: conversation.wrap_up_ended,
        moves.RECLAIM: conversation.reclaim_ended,
        moves.CONSOLE: presence.console_grace_ended,
    }
    return Flow(
        chat=chat,
        offers=offers,
        presence=presence,
        recovery=Recovery(store, clock, legs, offers, presence, process_id),
        router=Router(store, bus, tenant, offers),
        deadlines=DeadlineRunner(store, bus, clock, handlers),
        engine=engine,
    )


def open_back_office(tenant: Tenant, data_dir: Path) -> BackOffice:
    """The tenant's connector, named in its file as `module:function`; it gets the data folder."""
    module_name, _, function = tenant.back_office.partition(":")
    try:
        factory: Callable[[Path], BackOffice] = getattr(importlib.import_module(module_name), function)
    except (ImportError, AttributeError) as error:
        raise SettingsError(f"HOLDFAST_TENANT: back_office: cannot load {tenant.back_office}: {error}") from None
    return factory(data_dir)


def database_url(settings: Settings) -> str:
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return f"sqlite:///{settings.data_dir / 'holdfast.db'}"


def _open_bus(settings: Settings, stack: contextlib.AsyncExitStack) -> Bus:
    if settings.redis_url is None:
        return MemoryBus()
    bus = RedisBus(settings.redis_url.get_secret_value())
    bus.start()
    stack.push_async_callback(bus.close)
    return bus


@contextlib.asynccontextmanager
async def open_engine(settings: Settings, tenant: Tenant, clock: Clock) -> AsyncIterator[RasaChannel]:
    """The dialogue engine: the one that is configured, else Rasa as a child of this process."""
    services = tuple(tenant.services)
    if settings.rasa_url is not None:
        token = settings.rasa_token.get_secret_value() if settings.rasa_token else ""
        engine = RasaChannel(settings.rasa_url, token, services, clock)
        try:
            yield engine
        finally:
            await engine.close()
        return
    token = kept_secret(settings.data_dir, "rasa_token")
    child = RasaProcess(ROOT / "rasa_project", token, settings.data_dir / "rasa.log")
    try:
        await child.start()
    except RasaMissing as missing:
        raise SettingsError(str(missing)) from None
    engine = RasaChannel(child.url, token, services, clock)
    try:
        yield engine
    finally:
        await engine.close()
        await child.stop()


@contextlib.asynccontextmanager
async def open_service(settings: Settings, tenant: Tenant) -> AsyncIterator[web.Application]:
    """The whole service, recovered and at work; ends in order: sockets first, the store last."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    url = database_url(settings)
    is_alone = url.startswith("sqlite")
    await migrate(url)
    async with contextlib.AsyncExitStack() as stack:
        clock, bus = SystemClock(), _open_bus(settings, stack)
        store = open_store(url, clock, bus)
        stack.push_async_callback(store.close)
        await store.transact(lambda work: work.lines.ensure(list(tenant.queues)))
        if settings.is_embedded:
            await _add_demo_people(store, tenant)
        secret = settings.secret_key.get_secret_value() if settings.secret_key else None
        secret_key = (secret or kept_secret(settings.data_dir, "secret_key")).encode()
        flow = build_flow(
            settings,
            tenant,
            store=store,
            bus=bus,
            clock=clock,
            engine=await stack.enter_async_context(open_engine(settings, tenant, clock)),
            back_office=open_back_office(tenant, settings.data_dir),
            call_control=NoTelephone(),
            secret_key=secret_key,
        )
        away = await flow.recovery.begin(alone=is_alone)
        if away:
            log.info("took up where the last run ended", extra={"away_seconds": round(away, 1)})
        await flow.chat.lines.follow(tenant.queues)
        stack.push_async_callback(flow.recovery.end)
        await stack.enter_async_context(_at_work(flow))
        yield _application(settings, tenant, flow)


@contextlib.asynccontextmanager
async def _at_work(flow: Flow) -> AsyncIterator[None]:
    """Runs what the service does by itself until the end."""

    async def sweep() -> None:
        while True:
            with contextlib.suppress(HoldfastError):
                await flow.chat.lines.sweep()
                await flow.chat.dialogue.answer_unanswered()
            await asyncio.sleep(SWEEP_SECONDS)

    works: list[Callable[[], Coroutine[Any, Any, None]]] = [
        flow.router.run,
        flow.deadlines.run,
        flow.recovery.run,
        sweep,
    ]
    tasks = [asyncio.create_task(_kept_alive(work), name=work.__qualname__) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _kept_alive(work: Callable[[], Awaitable[None]]) -> None:
    """A loop that the service stands on must not end by one surprise; the surprise is told."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("a loop failed and begins again")
            await asyncio.sleep(1)


def _application(settings: Settings, tenant: Tenant, flow: Flow) -> web.Application:
    app = web.Application(middlewares=[security_headers, map_errors], client_max_size=MAX_BYTES)
    registry = CollectorRegistry()
    registry.register(LineCollector(flow.chat.lines, tenant))
    sockets = ChatSockets(flow.chat)
    agents = AgentsDoor(
        store=flow.chat.store,
        bus=flow.chat.bus,
        tenant=tenant,
        offers=flow.offers,
        conversation=flow.chat.conversation,
        presence=flow.presence,
        limits=flow.chat.limits,
        origins=(settings.origin,),
        has_secure_cookie=settings.origin.startswith("https://"),
        softphone="emulator" if settings.has_emulator else None,
    )
    app.add_routes(Health(_probes(flow), registry).routes())
    app.add_routes(ChatApi(flow.chat).routes())
    app.add_routes(sockets.routes())
    app.add_routes(agents.routes())
    app.add_routes(page_routes(ROOT / "web" / "dist", ROOT / "demo"))

    async def close_sockets(_: web.Application) -> None:
        await asyncio.gather(sockets.close(), agents.close())

    app.on_shutdown.append(close_sockets)
    return app


def _probes(flow: Flow) -> dict[str, Probe]:
    async def database() -> str:
        try:
            await flow.chat.store.read(lambda work: work.lines.revisions())
        except HoldfastError:
            return "unavailable"
        return "ready"

    async def dialogue() -> str:
        return "ready" if await flow.engine.is_ready() else "starting"

    return {"database": database, "dialogue": dialogue}


async def _add_demo_people(store: Store, tenant: Tenant) -> None:
    people = importlib.import_module("demo.people")
    await people.add_people(store, tenant)
