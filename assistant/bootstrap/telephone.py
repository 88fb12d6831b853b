"""The telephone: Twilio; where no account is configured the built-in emulator, or none."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aiohttp import web
from twilio.rest import Client  # type: ignore[import-untyped]

from assistant.edge.keys import kept_secret
from assistant.model.ports import Clock, Softphones
from assistant.settings.environment import DEFAULT_TWILIO_API_URL, Settings
from assistant.settings.tenant import Tenant
from telephony import addresses as paths
from telephony.addresses import Addresses
from telephony.call_control import TwilioCallControl
from telephony.call_recorder import TwilioCallRecorder
from telephony.conference_control import TwilioConferenceControl
from telephony.emulator import Emulator, EmulatorSettings, NumberHooks
from telephony.last_heard import LastHeard
from telephony.messaging import TwilioMessenger
from telephony.recordings import TwilioRecordings
from telephony.rest import Media, twilio_client
from telephony.signature import SignatureCheck
from telephony.softphone import EmulatedSoftphones, TwilioSoftphones
from telephony.supervisor_calls import TwilioSupervisorCalls
from telephony.transcribing import Transcribing

EMULATED_ACCOUNT = "AC" + "0" * 32
EMULATOR_PATH = "/emulator"
NOBODY = "http://127.0.0.1:0"  # calls that go there fail at once

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Telephone:
    """How calls are made and webhooks believed; `emulator` is set where one stands in for the telephone company."""

    call_control: TwilioCallControl
    conferences: TwilioConferenceControl
    supervisor_calls: TwilioSupervisorCalls
    heard: LastHeard
    messenger: TwilioMessenger
    recordings: TwilioRecordings
    recorder: TwilioCallRecorder
    check: SignatureCheck
    addresses: Addresses
    softphones: Softphones | None
    emulator: Emulator | None


async def open_telephone(
    stack: contextlib.AsyncExitStack, settings: Settings, tenant: Tenant, clock: Clock, *, can_emulate: bool = True
) -> Telephone:
    """With neither an account nor the emulator no webhook is believed and no call can be made."""
    addresses = Addresses(settings.origin)
    tokens = settings.auth_tokens
    emulator = None
    if settings.twilio_account_sid:
        account = settings.twilio_account_sid
        api_url = settings.twilio_api_url or DEFAULT_TWILIO_API_URL
    elif not can_emulate:
        log.warning("no telephone: HOLDFAST_TWILIO_ACCOUNT_SID is not set")
        account, tokens, api_url = EMULATED_ACCOUNT, (secrets.token_urlsafe(32),), NOBODY
    else:
        tokens = tokens or (kept_secret(settings.data_dir, "twilio_token"),)
        account = EMULATED_ACCOUNT
        emulator = Emulator(_emulated(settings, tenant, addresses, tokens[0]))
        api_url = settings.twilio_api_url or settings.origin + EMULATOR_PATH
    client: Client = await stack.enter_async_context(twilio_client(account, tokens[0], api_url))
    call_control = TwilioCallControl(client, addresses, tenant)
    conferences = TwilioConferenceControl(client, addresses, Transcribing(tenant, addresses))
    return Telephone(
        call_control=call_control,
        conferences=conferences,
        heard=LastHeard(clock),
        supervisor_calls=TwilioSupervisorCalls(call_control, conferences),
        messenger=TwilioMessenger(client, tenant),
        recordings=TwilioRecordings(client, Media(client)),
        recorder=TwilioCallRecorder(client, addresses),
        check=SignatureCheck(tokens, settings.origin),
        addresses=addresses,
        softphones=_softphones(settings, account, has_emulator=emulator is not None),
        emulator=emulator,
    )


def _softphones(settings: Settings, account_sid: str, *, has_emulator: bool) -> Softphones | None:
    """With an account only where an API key was made for it: tokens are not made of the auth token."""
    if has_emulator:
        return EmulatedSoftphones(f"{EMULATOR_PATH}/phone")
    if settings.twilio_account_sid and settings.twilio_api_key and settings.twilio_api_key_secret:
        return TwilioSoftphones(account_sid, settings.twilio_api_key, settings.twilio_api_key_secret.get_secret_value())
    return None


def _emulated(settings: Settings, tenant: Tenant, addresses: Addresses, token: str) -> EmulatorSettings:
    """Every queue's numbers lead to this service, as Twilio's console would say it."""
    hooks = NumberHooks(
        voice_url=addresses.of(paths.VOICE_INCOMING),
        voice_fallback_url=addresses.of(paths.VOICE_FALLBACK),
        status_callback_url=addresses.of(paths.VOICE_STATUS),
        sms_url=addresses.of(paths.MESSAGES_INCOMING),
        sms_fallback_url=addresses.of(paths.MESSAGES_INCOMING),  # a text is heard once, however often it comes
    )
    return EmulatorSettings(
        account_sid=EMULATED_ACCOUNT,
        auth_token=token,
        numbers=_Numbers(tenant, hooks),
        speed=settings.emulator_speed,
        allowed_origins=settings.origins,
    )


class _Numbers(Mapping[str, NumberHooks]):
    """Every number of the tenant's as it is now, each with the same hooks."""

    def __init__(self, tenant: Tenant, hooks: NumberHooks) -> None:
        self._tenant = tenant
        self._hooks = hooks

    def __getitem__(self, number: str) -> NumberHooks:
        if number not in self._tenant.numbers:
            raise KeyError(number)
        return self._hooks

    def __iter__(self) -> Iterator[str]:
        return iter(self._tenant.numbers)

    def __len__(self) -> int:
        return len(self._tenant.numbers)


async def serve_emulator(settings: Settings, tenant: Tenant) -> None:
    """The emulator by itself until it is interrupted; its account and token are those of the settings."""
    tokens = settings.auth_tokens or (kept_secret(settings.data_dir, "twilio_token"),)
    emulator = Emulator(_emulated(settings, tenant, Addresses(settings.origin), tokens[0]))
    runner = web.AppRunner(emulator.app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, settings.host, settings.port).start()
    try:
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
