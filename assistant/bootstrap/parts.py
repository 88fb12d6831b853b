"""The parts behind the ports: database, bus, dialogue engine, back office; configured ones or the embedded ones."""

from __future__ import annotations

import contextlib
import hmac
import importlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from assistant.adapters.http_back_office import HttpBackOffice
from assistant.adapters.memory_bus import MemoryBus
from assistant.adapters.rasa_channel import RasaChannel
from assistant.adapters.rasa_process import RasaMissing, RasaProcess
from assistant.adapters.redis_bus import RedisBus
from assistant.adapters.redis_connection import RedisAddress
from assistant.adapters.webhook_sender import HttpWebhookSender
from assistant.edge.keys import kept_secret
from assistant.flow.couriers import WebhookCarrier
from assistant.flow.delivery_payloads import DeliveryPayloads
from assistant.model.deliveries import Carrier
from assistant.model.ports import BackOffice, Bus, Clock
from assistant.model.storage import Store
from assistant.settings.environment import ROOT, Settings, SettingsError
from assistant.settings.tenant import ConnectorPart, Tenant
from assistant.settings.webhooks import signing_keys


def database_url(settings: Settings) -> str:
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return f"sqlite:///{settings.data_dir / 'holdfast.db'}"


def open_bus(settings: Settings, secret_key: bytes, stack: contextlib.AsyncExitStack) -> Bus:
    """Processes of one secret key hear each other: a deployment may share its Redis with another one."""
    if settings.redis_url is None:
        return MemoryBus()
    try:
        address = RedisAddress(settings.redis_url.get_secret_value())
    except ValueError as error:
        raise SettingsError(f"HOLDFAST_REDIS_URL: {error}") from None
    bus = RedisBus(address, hmac.digest(secret_key, b"bus", "sha256").hex()[:16])
    bus.start()
    stack.push_async_callback(bus.close)
    return bus


def open_back_office(settings: Settings, tenant: Tenant, clock: Clock, stack: contextlib.AsyncExitStack) -> BackOffice:
    """The tenant's systems: behind HTTP, or a connector named as `module:function`, which gets the data folder."""
    if isinstance(tenant.back_office, ConnectorPart):
        if settings.back_office_secret is None:
            raise SettingsError("HOLDFAST_BACK_OFFICE_SECRET: needed where the tenant's back_office is a url")
        connector = HttpBackOffice(tenant.back_office, settings.back_office_secret.get_secret_value(), clock)
        stack.push_async_callback(connector.close)
        return connector
    module_name, _, function = tenant.back_office.partition(":")
    try:
        factory: Callable[[Path], BackOffice] = getattr(importlib.import_module(module_name), function)
    except (ImportError, AttributeError) as error:
        raise SettingsError(f"HOLDFAST_TENANT: back_office: cannot load {tenant.back_office}: {error}") from None
    return factory(settings.data_dir)


def open_carriers(tenant: Tenant, store: Store, clock: Clock, stack: contextlib.AsyncExitStack) -> dict[str, Carrier]:
    """How the tenant's own endpoints are reached. Raises `SettingsError` where a secret is missing."""
    sender = HttpWebhookSender(tenant.webhooks, signing_keys(tenant.webhooks), clock)
    stack.push_async_callback(sender.close)
    payloads = DeliveryPayloads(tenant, [part.name for part in tenant.webhooks if part.briefing])
    return {part.name: WebhookCarrier(part.name, store, payloads, sender) for part in tenant.webhooks}


@contextlib.asynccontextmanager
async def open_engine(settings: Settings, tenant: Tenant, clock: Clock) -> AsyncIterator[RasaChannel]:
    """The dialogue engine: the one that is configured, else Rasa as a child of this process."""
    services = {name: part.level for name, part in tenant.services.items()}
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
