"""A busy day at a desk, drawn from a seed: everything that can happen to a place, through the flow and a real store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from arrivals import ready_agent
from doubles import QUEUES, MovedClock, ToldBus
from sqlalchemy import Connection, insert, select

from assistant.adapters.sql_postgres import postgres_engine
from assistant.adapters.sql_schema import metadata
from assistant.adapters.sql_store import open_store, sqlite_engine, sqlite_path
from assistant.bootstrap.flow import deadline_handlers
from assistant.flow import callback_moves, head_starts, moves
from assistant.flow.announcements import announce
from assistant.flow.bridges import Bridges
from assistant.flow.calling_back import CallingBack
from assistant.flow.claims import Claim, Claims
from assistant.flow.closing import Closing
from assistant.flow.conversation import Conversation
from assistant.flow.deadlines import DeadlineRunner
from assistant.flow.feedback import Feedback
from assistant.flow.first_silence import FirstSilence
from assistant.flow.intake import Intake, Joined, JoinRequest
from assistant.flow.legs import Legs
from assistant.flow.line import Lines
from assistant.flow.merging import merge_places
from assistant.flow.offers import Offers
from assistant.flow.overflow import Overflow
from assistant.flow.presence import AgentPresence
from assistant.flow.returning import take_back
from assistant.flow.routing import Router
from assistant.flow.silence import Silence
from assistant.flow.transfers import Transfers
from assistant.flow.waiting import Waiting
from assistant.model.agent import Agent, Presence
from assistant.model.contact import (
    AgentId,
    Channel,
    Contact,
    ContactId,
    DialogueMode,
    OfferId,
    QueueId,
    Reach,
    State,
    Verification,
)
from assistant.model.errors import Refused
from assistant.model.events import Author, EventType
from assistant.model.place import EntryCause
from assistant.model.standing import Standing
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import HeadStartsPart, Tenant

STEPS = 260
CUSTOMERS = [f"1000000{n}" for n in range(4)]


class Telephones:
    """Agents are rung; whether they answer is drawn by the day."""

    def __init__(self) -> None:
        self.rung: list[tuple[OfferId, ContactId]] = []
        self.called: list[tuple[OfferId, ContactId]] = []

    async def ring_agent(self, offer_id: OfferId, contact: Contact, agent: Agent) -> None:
        self.rung.append((offer_id, contact.id))

    async def call_customer(self, offer_id: OfferId, contact: Contact) -> None:
        self.called.append((offer_id, contact.id))

    async def release(self, contact: Contact) -> None: ...

    async def transcribe(self, contact: Contact, call_sid: str, *, is_on: bool) -> None: ...

    async def has_agent(self, contact: Contact) -> bool:
        return False


def of_two_languages(tenant: Tenant) -> Tenant:
    rules = HeadStartsPart(cap_seconds=600, topics={}, customers={"vulnerable": 400})
    called_twice = tenant.callbacks.model_copy(update={"tries": 2, "snooze_seconds": 60})
    return tenant.model_copy(
        update={"languages": ["en", "es"], "head_starts": rules, "callbacks": called_twice}
    )  # fmt: skip


class BusyDay:
    def __init__(self, store: Store, bus: ToldBus, clock: MovedClock, tenant: Tenant, seed: int) -> None:
        self._random = Random(seed)
        self.store, self.clock, self.tenant = store, clock, tenant
        self.began_at = clock.now()
        self.telephones = Telephones()
        self.lines = Lines(store, bus, Waiting(store, clock, tenant))
        self.intake = Intake(store, tenant, self.lines, b"a key", "a process")
        self.offers = Offers(store, tenant, self.telephones)
        self.conversation = Conversation(store, tenant, self.telephones)
        self.legs = Legs(store, tenant, self.offers, self.conversation, "a process")
        self.presence = AgentPresence(store, tenant, self.offers, "a process")
        self.claims = Claims(store, tenant, self.lines)
        self.feedback = Feedback(store)
        self.router = Router(store, bus, tenant, self.offers)
        self.calling_back = CallingBack(store, tenant, self.offers, self.legs, self.telephones)
        transfers, overflow = Transfers(store, tenant, self.telephones), Overflow(store, tenant)
        closing, silence = Closing(store, tenant), Silence(store, tenant)
        handlers = deadline_handlers(
            self.conversation,
            self.offers,
            Bridges(store, tenant, self.telephones, self.telephones),
            self.calling_back,
            self.presence,
            transfers,
            overflow,
            closing,
            silence,
            FirstSilence(store, tenant, self.lines),
        )
        self.deadlines = DeadlineRunner(store, bus, clock, handlers)
        self.agents: list[AgentId] = []
        self.joined: dict[ContactId, Joined] = {}
        self._contained = 0
        self._bus, self._heard = bus, 0
        self._standings: dict[ContactId, Standing] = {}

    async def live(self, steps: int = STEPS) -> None:
        """Opens the desk, and lets so many things happen; the offers that are possible are made after each."""
        await self.lines.follow(self.tenant.queues)
        await self._employ()
        deeds = self._deeds()
        names, weights = list(deeds), [weight for weight, _ in deeds.values()]
        for step in range(steps):
            self.clock.advance(self._random.expovariate(1 / 15) + 0.01)
            name = self._random.choices(names, weights)[0]
            with suppress(Refused):
                await deeds[name][1]()
            await self.deadlines.fire_due()
            if step % 5 == 0:
                await self.lines.sweep()
            while await self.router.assign() is not None:
                pass
            await self._agents_work()
        self.clock.advance(60)

    async def _employ(self) -> None:
        skills: list[dict[str, Any]] = [
            {"queues": QUEUES, "languages": ("en", "es")},
            {"queues": QUEUES[:2]},
            {"queues": QUEUES[1:], "chats": 1},
            {"queues": QUEUES[:1], "chats": 1},
        ]
        for name, skill in zip(("amira", "ben", "carla", "dev"), skills, strict=True):
            skill |= {"id": AgentId(name)}
            agent = await self.store.transact(lambda work, n=name, s=skill: ready_agent(work, n, **s))
            await self.presence.console_opened(agent.id, f"of {agent.id}")
            self.agents.append(agent.id)

    def _deeds(self) -> dict[str, tuple[float, Callable[[], Awaitable[None]]]]:
        """What can happen, by how often."""
        return {
            "arrives": (30, self._arrives),
            "is in the wrong place": (1.5, self._hangs_up_at_once),
            "asks how long": (8, self._asks_how_long),
            "drops": (8, self._drops),
            "is back": (8, self._is_back),
            "leaves": (4, self._leaves),
            "talks": (6, self._talks),
            "sends the assistant away": (3, self._sends_away),
            "is contained": (3, self._is_contained),
            "reclaims": (5, self._reclaims),
            "asks for a callback": (5, self._asks_for_callback),
            "gets a head start": (2, self._gets_head_start),
            "proves who it is": (4, self._proves),
            "moves": (2, self._moves),
            "ends": (14, self._ends),
            "transfers": (5, self._transfers),
            "wraps up": (12, self._wraps_up),
            "loses the console": (1.5, self._loses_console),
            "says how it was": (6, self._says_how_it_was),
        }

    async def _any(self, *states: State, **wanted: Any) -> Contact | None:
        """Somebody who stands so, by what was told after each commit."""
        for topic, payload in self._bus.told[self._heard :]:
            event = payload.get("event") if topic.startswith("contact.") else None
            if event is not None and "place" in event.data:
                self._standings[event.contact_id] = Standing.of_data(event.data["place"])
        self._heard = len(self._bus.told)
        found = [
            contact_id
            for contact_id in self.joined
            if (standing := self._standings[contact_id]).state in states
            and all(getattr(standing, name) == value for name, value in wanted.items())
        ]
        if not found:
            return None
        contact_id = self._random.choice(found)
        return await self.store.read(lambda work: work.contacts.get(contact_id))

    async def _change[T](self, contact: Contact, change: Callable[[UnitOfWork, Contact], T], *queues: QueueId) -> T:
        def within(work: UnitOfWork) -> T:
            locked = moves.lock_for(work, contact.id, *queues)
            assert locked is not None
            return change(work, locked)

        return await self.store.transact(within)

    async def _arrives(self) -> None:
        draw = self._random
        channel = draw.choice([Channel.CHAT, Channel.CHAT, Channel.VOICE])
        call = f"CA{len(self.joined)}" if channel is Channel.VOICE else None
        language = draw.choice(["en", "en", "en", "es"])
        joined = await self.intake.join(JoinRequest(channel, draw.choice(QUEUES), language, call_sid=call))
        self.joined[joined.contact.id] = joined
        if channel is Channel.CHAT:
            await self.legs.connected(joined.contact.id, f"socket 0 of {joined.contact.id}")

    async def _hangs_up_at_once(self) -> None:
        await self._arrives()
        contact_id = list(self.joined)[-1]
        self.clock.advance(2)
        await self.conversation.leave(contact_id)

    async def _asks_how_long(self) -> None:
        contact = await self._any(State.WAITING, State.OFFERED)
        if contact is None:
            return
        place = self.lines.view(contact)
        longer = self.lines.why_longer(contact, place)
        await self._change(contact, lambda work, locked: announce(work, locked, place, longer))

    async def _legs(self, contact: Contact) -> list[str]:
        return [leg.ref for leg in await self.store.read(lambda work: work.legs.of_contact(contact.id))]

    async def _drops(self) -> None:
        contact = await self._any(State.WAITING, State.OFFERED, State.CONNECTED, channel=Channel.CHAT)
        refs = await self._legs(contact) if contact else []
        for ref in refs:
            await self.legs.lost(ref)

    async def _is_back(self) -> None:
        contact = await self._any(State.WAITING, State.OFFERED, State.CONNECTED, reach=Reach.AWAY)
        if contact is not None:
            await self.legs.connected(contact.id, f"socket {contact.seq} of {contact.id}")

    async def _leaves(self) -> None:
        contact = await self._any(State.WAITING, State.OFFERED)
        if contact is not None:
            await self.conversation.leave(contact.id)

    async def _talks(self) -> None:
        """Says what it is about, and proves who it is now and then."""
        contact = await self._any(State.WAITING)
        if contact is None:
            return
        about = self._random.choice(["lost_card", "bill_due"])
        passed = {"method": "pin", "outcome": "passed", "level": 2}
        proves = self._random.random() < 0.5
        await self._change(contact, lambda work, locked: moves.say(work, locked, Author.CALLER, "It is about that."))
        self.clock.advance(self._random.choice([3, 8]))

        def note(work: UnitOfWork, locked: Contact) -> None:
            if proves:
                locked = work.trail.append(locked, EventType.VERIFICATION_ATTEMPTED, passed)
            work.trail.append(replace(locked, topic=about), EventType.GATHERED_UPDATED)

        await self._change(contact, note)

    async def _sends_away(self) -> None:
        contact = await self._any(State.WAITING)
        if contact is not None:
            await self._change(contact, lambda work, locked: moves.set_dialogue(work, locked, DialogueMode.QUIET))

    async def _is_contained(self) -> None:
        """Of a customer who was verified and told what was asked; every other one comes back on it."""
        contact = await self._any(State.WAITING, State.OFFERED)
        if contact is None:
            return
        known = Verification(2, "pin", self.clock.now())
        number = contact.customer_number or f"2000000{len(self.joined)}"

        def settle(work: UnitOfWork, locked: Contact) -> None:
            settled = replace(locked, customer_number=number, verification=known, topic="balance")
            work.trail.append(settled, EventType.GATHERED_UPDATED)

        await self._change(contact, settle)
        await self.conversation.give_up_place(contact.id)
        self._contained += 1
        if self._contained % 2:
            await self._arrives()
            back = list(self.joined)[-1]
            await self._change(self.joined[back].contact, settle)
            known_again = replace(self.joined[back].contact, customer_number=number)
            await self.store.transact(lambda work: take_back(work, known_again, "balance"))

    async def _reclaims(self) -> None:
        contact = await self._any(State.ABANDONED, State.CONTAINED)
        if contact is None:
            return
        joined = self.joined[contact.id]
        claimed = await self.claims.claim(Claim(contact.code, Channel.CHAT, token=joined.token))
        self.joined[contact.id] = replace(joined, token=claimed.token)

    async def _asks_for_callback(self) -> None:
        contact = await self._any(State.WAITING, reach=Reach.PRESENT)
        if contact is None:
            return

        def keep(work: UnitOfWork, locked: Contact) -> None:
            later = work.now + timedelta(seconds=self._random.choice([0, 120]))
            callback_moves.call_back(work, locked, f"+44207183{len(self._bus.told) % 10_000:04d}", later)

        await self._change(contact, keep)

    async def _gets_head_start(self) -> None:
        contact = await self._any(State.WAITING)
        if contact is None:
            return
        rules = self.tenant.head_starts
        await self._change(
            contact, lambda work, locked: head_starts.grant(work, locked, rules, 60, "customer", "customer:vulnerable")
        )

    async def _proves(self) -> None:
        contact = await self._any(State.WAITING)
        if contact is None or contact.customer_number is not None:
            return
        number = self._random.choice(CUSTOMERS)
        await self._change(
            contact,
            lambda work, locked: merge_places(work, replace(locked, customer_number=number), self.tenant.timing),
        )

    async def _moves(self) -> None:
        contact = await self._any(State.WAITING)
        target = self._random.choice(QUEUES)
        if contact is None or contact.queue == target:
            return
        cause = self._random.choice([EntryCause.OVERFLOWED_IN, EntryCause.SUPERVISOR])
        await self._change(
            contact, lambda work, locked: moves.change_queue(work, locked, target, cause), target
        )  # fmt: skip

    async def _agents_work(self) -> None:
        """Offers are accepted, declined or left alone; telephones ring; who was made not ready comes back."""
        draw = self._random
        pending = await self.store.read(lambda work: list(work.offers.pending()))
        for offer in sorted(pending, key=lambda offer: list(self.joined).index(offer.contact_id)):
            answer = draw.choices(["accepts", "declines", "overhears"], (50, 10, 40))[0]
            if answer == "accepts":
                await self.offers.accept(offer.id, offer.agent_id)
                self.clock.advance(0.3)
                await self.offers.briefing_shown(offer.contact_id, offer.agent_id)
            elif answer == "declines":
                await self.offers.decline(offer.id, offer.agent_id, "busy")
        while self.telephones.rung and draw.random() < 0.8:
            offer_id, contact_id = self.telephones.rung.pop()
            if draw.random() < 0.1:
                await self.offers.bridge_failed(offer_id, "phone_unavailable")
            elif await self.calling_back.agent_answered(offer_id, contact_id) is None:
                await self.offers.bridged(offer_id)
        while self.telephones.called:
            offer_id, contact_id = self.telephones.called.pop()
            if draw.random() < 0.6:
                await self.calling_back.ended(offer_id, contact_id, "no_answer")
            else:
                await self.calling_back.taken(offer_id, contact_id, f"CA callback {self._heard}")
        agents = await self.store.read(lambda work: [work.agents.get(agent_id) for agent_id in self.agents])
        for agent in agents:
            if agent is None or agent.presence is Presence.READY or draw.random() < 0.8:
                continue
            if not agent.is_reachable:
                await self.presence.console_opened(agent.id, f"of {agent.id}")
            await self.presence.set(agent.id, Presence.READY)

    async def _ends(self) -> None:
        contact = await self._any(State.CONNECTED)
        if contact is not None and contact.agent_id is not None:
            asked = {"by": contact.agent_id, "queue": contact.queue, "method": "pin"}
            asked |= {"again": contact.seq % 2 == 0}
            await self._change(
                contact, lambda work, locked: work.trail.append(locked, EventType.VERIFICATION_ASKED, asked)
            )
            await self.conversation.end(contact.id, contact.agent_id)

    async def _transfers(self) -> None:
        """Cold, to another queue, or to one agent alone."""
        contact = await self._any(State.CONNECTED)
        if contact is None:
            return
        target, agent = self._random.choice(QUEUES), self._random.choice([None, *self.agents])

        def pass_on(work: UnitOfWork, locked: Contact) -> None:
            passed = replace(locked, queue=target, direct_agent_id=agent)
            moves.return_to_place(work, passed, "transferred", EntryCause.TRANSFERRED_IN)

        await self._change(contact, pass_on, target)

    async def _wraps_up(self) -> None:
        contact = await self._any(State.WRAPPING)
        agent = await self.store.read(lambda work: work.agents.get(contact.agent_id)) if contact else None
        if contact is not None and agent is not None:
            await self.conversation.wrap_up(contact.id, agent, "resolved", "")

    async def _loses_console(self) -> None:
        await self.presence.console_closed(f"of {self._random.choice(self.agents)}")

    async def _says_how_it_was(self) -> None:
        contact = await self._any(State.CLOSED, State.WRAPPING, State.CONTAINED, State.ABANDONED)
        if contact is None:
            return
        draw = self._random
        scores = {"csat": draw.randint(1, 5), "nps": draw.choice([2, 6, 8, 9, 10, 10]), "ces": draw.randint(1, 7)}
        given = {name: scores[name] for name in draw.sample(list(scores), 2)} | {"resolved": draw.random() < 0.7}
        await self.feedback.give(contact.id, given, None)


@dataclass(frozen=True)
class Lived:
    """A busy day that is over: a store with everything that it left."""

    url: str
    store: Store
    tenant: Tenant
    began_at: datetime
    ended_at: datetime
    contacts: Sequence[ContactId]


_LIVED: dict[str, tuple[Lived, dict[str, list[Any]]]] = {}


async def within[T](url: str, work: Callable[[Connection], T]) -> T:
    """For a test that reads or changes the tables behind the store's back."""
    if url.startswith("sqlite"):
        engine = sqlite_engine(sqlite_path(url), begin="BEGIN IMMEDIATE")
        try:
            with engine.begin() as connection:
                return work(connection)
        finally:
            engine.dispose()
    asynchronous = postgres_engine(url)
    try:
        async with asynchronous.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await asynchronous.dispose()


def _all_rows(connection: Connection) -> dict[str, list[Any]]:
    return {
        table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
        for table in metadata.sorted_tables
    }


def _put_rows(connection: Connection, rows: dict[str, list[Any]]) -> None:
    for table in metadata.sorted_tables:
        if rows[table.name]:
            connection.execute(insert(table), rows[table.name])


@pytest.fixture
async def lived(database_url: str, bus: ToldBus, clock: MovedClock, fernhill: Tenant) -> AsyncIterator[Lived]:
    """The same busy day for every test, lived once on each database and put back for the others."""
    kind, tenant = database_url.partition(":")[0], of_two_languages(fernhill)
    if kind in _LIVED:
        day, rows = _LIVED[kind]
        await within(database_url, lambda connection: _put_rows(connection, rows))
        clock.at = day.ended_at
        store = open_store(database_url, clock, bus)
        yield replace(day, url=database_url, store=store)
    else:
        store = open_store(database_url, clock, bus)
        await store.transact(lambda work: work.lines.ensure(QUEUES))
        busy = BusyDay(store, bus, clock, tenant, seed=7)
        await busy.live()
        day = Lived(database_url, store, tenant, busy.began_at, clock.now(), list(busy.joined))
        _LIVED[kind] = day, await within(database_url, _all_rows)
        yield day
    await store.close()
