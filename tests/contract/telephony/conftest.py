"""An emulator, an application that it calls, and telephones: each real, over real HTTP and real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from phone_client import PATIENCE_SECONDS, PhoneClient, open_phone
from twilio.rest import Client
from voice_house import VoiceHouse, open_voice_house

from assistant.settings.calls import RecordingPart, RelayPart, TranscriptionPart
from telephony.emulator import Emulator, EmulatorSettings, NumberHooks
from telephony.hold_music import hold_music
from telephony.rest import twilio_client
from telephony.signature import SIGNATURE_HEADER, SignatureCheck

ACCOUNT = "AC" + "1" * 32
TOKEN = "emulated-token"
LINE = "+442079460000"
CALLER = "+442071838750"
NOTICE = "This conversation is written down."
TAPED = "This conversation is recorded."
SPEED = 40.0


@dataclass
class Asked:
    """One webhook as it arrived."""

    path: str
    query: dict[str, str]
    fields: dict[str, str]
    token: str
    genuine: bool


Script = Callable[[Asked], Any]


@dataclass
class FakeApplication:
    """What stands behind the numbers: answers by path, keeps all that it was asked, judges each signature."""

    url: str = ""
    scripts: dict[str, Script] = field(default_factory=dict)
    sockets: dict[str, Callable[[web.Request], Any]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def on(self, path: str, answer: str | web.Response | Script) -> None:
        self.scripts[path] = answer if callable(answer) else lambda _: answer

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/music.wav":
            return web.Response(body=hold_music(), content_type="audio/wav")
        if request.path in self.sockets:
            answer: web.StreamResponse = await self.sockets[request.path](request)
            return answer
        body = await request.read()
        check = SignatureCheck([TOKEN], self.url)
        asked = Asked(
            path=request.path,
            query=dict(request.query),
            fields={name: str(value) for name, value in (await request.post()).items()},
            token=request.headers.get("I-Twilio-Idempotency-Token", ""),
            genuine=check.is_genuine(
                request.raw_path,
                content_type=request.headers.get("Content-Type", ""),
                body=body,
                signatures=request.headers.getall(SIGNATURE_HEADER, []),
            ),
        )
        self.asked.append(asked)
        self._changed.set()
        script = self.scripts.get(request.path)
        if script is None:
            return web.Response(status=404)
        given = script(asked)
        if asyncio.iscoroutine(given):
            given = await given
        return given if isinstance(given, web.StreamResponse) else web.Response(text=given, content_type="text/xml")

    def to(self, path: str) -> list[Asked]:
        return [one for one in self.asked if one.path == path]

    async def expects(self, path: str, count: int = 1, **fields: str) -> Asked:
        """The `count`-th webhook to this path with these fields, awaited."""

        def found() -> list[Asked]:
            return [one for one in self.to(path) if fields.items() <= one.fields.items()]

        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(found()) < count:
                self._changed.clear()
                await self._changed.wait()
        return found()[count - 1]


@dataclass
class Exchange:
    """Everything together, as a test needs it."""

    application: FakeApplication
    emulator: Emulator
    api_url: str
    client: Client
    session: aiohttp.ClientSession
    phones: list[PhoneClient] = field(default_factory=list)

    async def phone(self, address: str = CALLER) -> PhoneClient:
        phone = await open_phone(self.session, f"{self.api_url}/phone", address)
        self.phones.append(phone)
        return phone

    def url(self, path: str) -> str:
        return self.application.url + path

    @property
    def complaints(self) -> list[int]:
        return [note.code for note in self.emulator.stage.notifications]


@pytest.fixture(scope="session", autouse=True)
def _music_is_made_before_anybody_waits_for_it() -> None:
    hold_music()


@pytest.fixture
async def exchange() -> AsyncIterator[Exchange]:
    application = FakeApplication()
    root = web.Application()
    root.router.add_route("*", "/{path:.*}", application.handle)
    served = TestServer(root)
    await served.start_server()
    application.url = str(served.make_url("")).rstrip("/")
    hooks = NumberHooks(*(application.url + path for path in ("/incoming", "/fallback", "/status", "/texts")))
    emulator = Emulator(EmulatorSettings(ACCOUNT, TOKEN, {LINE: hooks}, speed=SPEED, webhook_seconds=1.0))
    mounted = web.Application()
    mounted.add_subapp("/emulator", emulator.app())
    emulated = TestServer(mounted)
    await emulated.start_server()
    api_url = str(emulated.make_url("/emulator"))
    async with aiohttp.ClientSession() as session, twilio_client(ACCOUNT, TOKEN, api_url) as client:
        exchange = Exchange(application, emulator, api_url, client, session)
        try:
            yield exchange
        finally:
            for phone in exchange.phones:
                await phone.close()
            await emulated.close()
            await served.close()
    assert all(one.genuine for one in application.asked), "the emulator signs whatever it sends"


@pytest.fixture
async def house(sqlite_url: str, clock: Any, fernhill: Any) -> AsyncIterator[VoiceHouse]:
    """The voice door on the real flow, with the emulator around it. Every document it ever gave passed the grammar."""
    async with open_voice_house(sqlite_url, clock, fernhill) as house:
        yield house
        await assert_grammatical(house)


@pytest.fixture
async def hurried(sqlite_url: str, clock: Any, fernhill: Any) -> AsyncIterator[VoiceHouse]:
    """The same where an agent's telephone soon stops ringing."""
    async with open_voice_house(sqlite_url, clock, fernhill, ring_seconds=20) as house:
        yield house
        await assert_grammatical(house)


@pytest.fixture
async def relayed(sqlite_url: str, clock: Any, fernhill: Any) -> AsyncIterator[VoiceHouse]:
    """The same where calls are carried by sockets. Every message that was ever sent over one passed the grammar too."""
    tenant = fernhill.model_copy(update={"relay": RelayPart(silence_seconds=1.5)})
    async with open_voice_house(sqlite_url, clock, tenant) as house:
        yield house
        await assert_grammatical(house)


@pytest.fixture
async def slow(sqlite_url: str, clock: Any, fernhill: Any) -> AsyncIterator[VoiceHouse]:
    """As `relayed`, with a telephone company that speaks so slowly that a caller can cut in."""
    tenant = fernhill.model_copy(update={"relay": RelayPart(silence_seconds=1.5)})
    async with open_voice_house(sqlite_url, clock, tenant, speed=4) as house:
        yield house
        await assert_grammatical(house)


@pytest.fixture
def written_down(fernhill: Any) -> TranscriptionPart:
    """How the tenant of `transcribed` has conversations written down; a module may have it otherwise."""
    return TranscriptionPart(notice=NOTICE)


@pytest.fixture
async def transcribed(
    sqlite_url: str, clock: Any, fernhill: Any, written_down: TranscriptionPart
) -> AsyncIterator[VoiceHouse]:
    """The voice door where conversations are written down while they are held."""
    tenant = fernhill.model_copy(update={"transcription": written_down})
    async with open_voice_house(sqlite_url, clock, tenant) as house:
        yield house
        await assert_grammatical(house)


@pytest.fixture
def kept(fernhill: Any) -> RecordingPart:
    """How the tenant of `taped` has conversations recorded; a module may have it otherwise."""
    return RecordingPart(notice=TAPED)


@pytest.fixture
async def taped(sqlite_url: str, clock: Any, fernhill: Any, kept: RecordingPart) -> AsyncIterator[VoiceHouse]:
    """The voice door where conversations are recorded."""
    tenant = fernhill.model_copy(update={"recording": kept})
    async with open_voice_house(sqlite_url, clock, tenant) as house:
        yield house
        await assert_grammatical(house)


async def assert_grammatical(house: VoiceHouse) -> None:
    """Nothing that we answered, or said over a socket, had to be refused."""
    for phone in house.phones:
        await phone.close()
    documents = [complaint for complaint in house.complaints if complaint.startswith(("11", "12", "64107"))]
    # a fault that was armed, or a process that died over the request: no document of ours
    faults = [one for one in documents if "fault" in one or "ServerDisconnected" in one]
    assert documents == faults, "everything that we gave passed the grammar"
