"""The agents' door over real sockets, on the real flow and a real store; only the telephone company is a double."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

import aiohttp
import pytest
from agents_console import SOON, Console
from aiohttp import web
from aiohttp.test_utils import TestServer
from argon2 import PasswordHasher
from arrivals import CARDS
from journey.wire import Socket

from assistant.edge.errors import map_errors
from assistant.edge.limits import Limits
from assistant.edge.requests import MAX_BYTES
from assistant.flow import due, moves
from assistant.flow.asked_verification import AskedVerification
from assistant.flow.changing import Changing
from assistant.flow.conversation import Conversation
from assistant.flow.deadlines import DeadlineRunner
from assistant.flow.erasing import Erasing
from assistant.flow.holding import Holding
from assistant.flow.intake import Intake, JoinRequest
from assistant.flow.legs import Legs
from assistant.flow.line import Lines
from assistant.flow.offers import Offers
from assistant.flow.one_time_codes import OneTimeCodes
from assistant.flow.people import People
from assistant.flow.presence import AgentPresence
from assistant.flow.recording import Recording
from assistant.flow.recounting import Recounting
from assistant.flow.routing import Router
from assistant.flow.silence import Silence, agent_is_awaited
from assistant.flow.spoken_messages import SpokenMessages
from assistant.flow.supervising import Supervising
from assistant.flow.transfers import Transfers
from assistant.flow.verification import VerificationDesk
from assistant.flow.waiting import Waiting
from assistant.model.agent import Agent, Presence, Role, Slot
from assistant.model.contact import AgentId, Channel, Contact, ContactId, OfferId, QueueId
from assistant.model.errors import Unavailable
from assistant.model.events import Author, Event, EventType
from assistant.model.ports import Bus
from assistant.model.storage import Store, UnitOfWork
from assistant.model.supervision import Beside
from assistant.settings.tenant import Tenant
from handoff.app import AgentsDoor
from handoff.console_socket import Patience
from telephony.softphone import EmulatedSoftphones

PROTOCOL = "holdfast.agent.v1"
PASSWORD = "correct horse"
ORIGIN = "https://bank.example"
PATIENT = Patience(hello=60, send=60, sweep=600, heartbeat=60)
"""A sweep so rare that only notices can bring the frames in time; a machine that stands still is nobody's silence."""
IMPATIENT = Patience(hello=0.3, send=0.5, sweep=600, heartbeat=60)
"""With the mark `impatient`: where somebody is not to be waited for."""


class MovedClock(Protocol):
    def now(self) -> datetime: ...
    def advance(self, seconds: float) -> None: ...


class Telephones:
    """Rings agents as told: keeps who was rung, and fails while the telephone company is away."""

    def __init__(self) -> None:
        self.rung: list[tuple[OfferId, ContactId]] = []
        self.released: list[ContactId] = []
        self.changed: list[tuple[str, bool]] = []
        self.beside: list[tuple[str, str | None]] = []
        self.announced: list[ContactId] = []
        self.sounds: dict[str, bytes] = {}
        self.is_away = False

    async def ring_agent(self, offer_id: OfferId, contact: Contact, agent: Agent) -> None:
        if self.is_away:
            raise Unavailable("telephone_unavailable", "No telephone.")
        self.rung.append((offer_id, contact.id))

    async def release(self, contact: Contact) -> None:
        self.released.append(contact.id)

    async def hold(self, contact: Contact, *, is_held: bool) -> None:
        self._change("hold", is_held)

    async def mute(self, contact: Contact, *, is_muted: bool) -> None:
        self._change("mute", is_muted)

    async def ring(self, contact: Contact, supervisor: Agent) -> None:
        if self.is_away:
            raise Unavailable("telephone_unavailable", "No telephone.")
        self.beside.append((supervisor.username, "rung"))

    async def change(self, contact: Contact, supervisor: Agent, beside: Beside) -> None:
        if self.is_away:
            raise Unavailable("telephone_unavailable", "No telephone.")
        self.beside.append((supervisor.username, beside))

    async def take_out(self, contact: Contact, supervisor: Agent) -> None:
        self.beside.append((supervisor.username, None))

    async def announce(self, contact: Contact) -> None:
        self.announced.append(contact.id)

    async def of_call(self, call_sid: str) -> tuple[()]:
        """None that nobody has told us of."""
        return ()

    async def delete(self, recording_sid: str) -> None:
        if self.is_away:
            raise Unavailable("telephone_unavailable", "No telephone.")
        self.sounds.pop(recording_sid, None)

    async def sound_of(self, recording_sid: str) -> bytes | None:
        if self.is_away:
            raise Unavailable("telephone_unavailable", "No telephone.")
        return self.sounds.get(recording_sid)

    def _change(self, what: str, is_so: bool) -> None:
        if self.is_away:
            raise Unavailable("telephone_unavailable", "No telephone.")
        self.changed.append((what, is_so))


@dataclass
class House:
    """The service's part behind the agents' door, and people who arrive at it."""

    store: Store
    bus: Bus
    clock: MovedClock
    tenant: Tenant
    lines: Lines
    intake: Intake
    offers: Offers
    conversation: Conversation
    transfers: Transfers
    legs: Legs
    presence: AgentPresence
    holding: Holding
    supervising: Supervising
    asked_verification: AskedVerification
    spoken: SpokenMessages
    recording: Recording
    erasing: Erasing
    changing: Changing
    people: People
    deadlines: DeadlineRunner
    telephones: Telephones
    http: aiohttp.ClientSession
    url: str = ""
    consoles: list[Console] = field(default_factory=list)

    async def employs(self, username: str, role: Role = Role.AGENT, queues: tuple[str, ...] = (CARDS,)) -> AgentId:
        agent = Agent(
            id=AgentId(f"id-of-{username}"),
            username=username,
            name=f"{username.title()} Haddad",
            role=role,
            presence=Presence.SIGNED_OUT,
            reason=None,
            queues=tuple(QueueId(queue) for queue in queues),
            languages=("en",),
            phone=f"client:{username}",
            idle_since=None,
            is_reachable=False,
            has_softphone=True,
        )
        slots = [Slot(agent.id, Channel.CHAT, n, None) for n in (1, 2, 3)] + [Slot(agent.id, Channel.VOICE, 1, None)]
        await self.store.transact(lambda work: work.agents.add(agent, STORED, slots))
        return agent.id

    async def arrives(self, queue: str = CARDS, channel: Channel = Channel.CHAT, **changes: Any) -> Contact:
        """A caller joins, after everybody before; `changes` are what has become of the contact since."""
        self.clock.advance(1)
        call_sid = f"CA{self.clock.now().timestamp()}" if channel is Channel.VOICE else None
        joined = await self.intake.join(JoinRequest(channel, QueueId(queue), call_sid=call_sid))
        if channel is Channel.CHAT:
            await self.legs.connected(joined.contact.id, f"socket of {joined.contact.id}")
        return await self.becomes(joined.contact.id, **changes) if changes else joined.contact

    async def becomes(self, contact_id: ContactId, **changes: Any) -> Contact:
        def change(work: UnitOfWork) -> Contact:
            contact = work.contacts.lock(contact_id)
            assert contact is not None
            return work.trail.append(replace(contact, **changes), EventType.GATHERED_UPDATED)

        return await self.store.transact(change)

    async def caller_says(self, contact_id: ContactId, text: str, author: Author = Author.CALLER) -> None:
        def say(work: UnitOfWork) -> None:
            contact = work.contacts.lock_only(contact_id)
            assert contact is not None
            contact = moves.say(work, contact, author, text)
            if author is Author.CALLER:
                agent_is_awaited(work, contact, self.tenant.timing)

        await self.store.transact(say)

    async def contact(self, contact_id: ContactId) -> Contact:
        contact = await self.store.read(lambda work: work.contacts.get(contact_id))
        assert contact is not None
        return contact

    async def agent(self, username: str) -> Agent:
        found = await self.store.read(lambda work: work.agents.by_username(username))
        assert found is not None
        return found[0]

    async def gets(self, path: str, token: str | None = None, **headers: str) -> tuple[int, Any]:
        """The status and the JSON of this address."""
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        async with self.http.get(self.url + path, headers=headers) as answer:
            return answer.status, await answer.json()

    async def posts(self, path: str, body: dict[str, Any], token: str) -> tuple[int, Any]:
        """The status and the JSON of the answer, None where there is none."""
        return await self.sends("POST", path, body, token)

    async def puts(self, path: str, body: dict[str, Any], token: str) -> tuple[int, Any]:
        """As `posts`."""
        return await self.sends("PUT", path, body, token)

    async def sends(self, method: str, path: str, body: dict[str, Any], token: str) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}"}
        async with self.http.request(method, self.url + path, json=body, headers=headers) as answer:
            return answer.status, await answer.json() if answer.content_length else None

    async def events(self, contact_id: ContactId) -> list[Event]:
        return list(await self.store.read(lambda work: work.trail.after(contact_id, 0)))

    async def passes(self, seconds: float) -> None:
        """Time goes by, and what has come due meanwhile happens."""
        self.clock.advance(seconds)
        await self.deadlines.fire_due()

    async def until(self, is_so: Callable[[UnitOfWork], bool]) -> None:
        """Returns once this is so in the store; looks again at every notice."""
        changed = asyncio.Event()
        topics = ["routing", *(f"agent.id-of-{name}" for name in ("amira", "ben", "sofia"))]
        ends = [self.bus.subscribe(topic, lambda _: changed.set()) for topic in topics]
        try:
            async with asyncio.timeout(SOON):
                while not await self.store.read(is_so):
                    await changed.wait()
                    changed.clear()
        finally:
            for end in ends:
                end()

    async def signs_in(self, username: str) -> str:
        """The token of a new session."""
        body = {"username": username, "password": PASSWORD, "want_token": True}
        async with self.http.post(f"{self.url}/api/v1/agent/session", json=body) as answer:
            assert answer.status == 200, await answer.text()
            token: str = (await answer.json())["token"]
        self.http.cookie_jar.clear()
        return token

    async def connects(self, **options: Any) -> Console:
        """A socket that has said nothing yet."""
        console = Console(await Socket.open(self.http, f"{self.url}/api/v1/agent/socket", PROTOCOL, **options))
        self.consoles.append(console)
        return console

    async def opens(self, token: str) -> Console:
        """A console with its snapshot."""
        console = await self.connects()
        await console.sends({"type": "hello", "token": token})
        await console.heard("snapshot")
        return console

    async def opens_console(self, username: str, *, ready: bool = True) -> Console:
        console = await self.opens(await self.signs_in(username))
        if ready:
            await console.does("ready")
        return console


STORED = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)


@contextmanager
def running(work: Callable[[], Any]) -> Iterator[None]:
    task = asyncio.create_task(work())
    yield
    task.cancel()


@pytest.fixture
async def house(
    request: pytest.FixtureRequest, store: Store, bus: Bus, clock: MovedClock, fernhill: Tenant
) -> AsyncIterator[House]:
    """The door with a router at work behind it, and the agents amira and ben and the supervisor sofia employed."""
    fernhill = fernhill.model_copy()  # what this house changes is its own
    telephones = Telephones()
    waiting = Waiting(store, clock, fernhill)
    lines = Lines(store, bus, waiting)
    await lines.follow(fernhill.queues)
    offers = Offers(store, fernhill, telephones)
    conversation = Conversation(store, fernhill, telephones)
    transfers = Transfers(store, fernhill, telephones)
    presence = AgentPresence(store, fernhill, offers, "process-1")
    silence = Silence(store, fernhill)
    recording = Recording(store, fernhill, telephones, telephones)  # type: ignore[arg-type]
    codes = OneTimeCodes(fernhill, telephones, b"a key for tests")
    desk = VerificationDesk(store, fernhill, telephones, codes, b"a key for tests")
    asked_verification = AskedVerification(store, fernhill, desk, telephones, recording)
    spoken = SpokenMessages(store, fernhill, telephones)
    erasing = Erasing(store, fernhill, recording, spoken)
    changing, people = Changing(store, bus, fernhill, lines), People(store, fernhill, presence)
    holding, supervising = Holding(store, telephones), Supervising(store, fernhill, telephones)
    handlers = {
        due.GRACE: conversation.grace_ended,
        due.OFFER: offers.expire,
        due.BRIEFING: offers.when_due,
        due.AFTER_STEP: offers.when_due,
        due.RING: offers.ring_expired,
        due.WRAP_UP: conversation.wrap_up_ended,
        due.CONSOLE: presence.console_grace_ended,
        due.DIRECT: transfers.direct_ended,
        due.AGENT_SILENT: silence.agent_silent,
        due.CALLER_IDLE: silence.caller_idle,
        due.RECLAIM: conversation.reclaim_ended,
        due.ERASE: erasing.asked_for,
    }
    door = AgentsDoor(
        store=store,
        bus=bus,
        tenant=fernhill,
        offers=offers,
        conversation=conversation,
        transfers=transfers,
        presence=presence,
        holding=holding,
        supervising=supervising,
        lines=lines,
        asked_verification=asked_verification,
        spoken=spoken,
        recording=recording,
        erasing=erasing,
        changing=changing,
        people=people,
        recounting=Recounting(store),
        limits=Limits(clock),
        origins={ORIGIN},
        has_secure_cookie=False,
        softphones=EmulatedSoftphones("/emulator/phone"),
        patience=IMPATIENT if request.node.get_closest_marker("impatient") else PATIENT,
    )
    app = web.Application(middlewares=[map_errors], client_max_size=MAX_BYTES)
    app.add_routes(door.routes())
    app.on_shutdown.append(lambda _: door.close())
    async with TestServer(app) as server, aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        found = House(
            store=store,
            bus=bus,
            clock=clock,
            tenant=fernhill,
            lines=lines,
            intake=Intake(store, fernhill, lines, b"a key for tests", "process-1"),
            offers=offers,
            conversation=conversation,
            transfers=transfers,
            legs=Legs(store, fernhill, offers, conversation, "process-1"),
            presence=presence,
            holding=holding,
            supervising=supervising,
            asked_verification=asked_verification,
            spoken=spoken,
            recording=recording,
            erasing=erasing,
            changing=changing,
            people=people,
            deadlines=DeadlineRunner(store, bus, clock, handlers),
            telephones=telephones,
            http=http,
            url=str(server.make_url("/")).rstrip("/"),
        )
        for username, role in (("amira", Role.AGENT), ("ben", Role.AGENT), ("sofia", Role.SUPERVISOR)):
            await found.employs(username, role)
        with running(Router(store, bus, fernhill, offers).run):
            yield found
        for console in found.consoles:
            await console.leaves()
