"""A life of a desk beside its reference model: both do the same, and after each step both must stand alike."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import NAMESPACE_DNS, uuid5

from arrivals import ready_agent
from desk_under_test import DeskUnderTest, open_desk
from doubles import QUEUES, MovedClock, ToldBus
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from reference_place import OVER, Person
from reference_transfers import Reference

from assistant.adapters.sql_store import open_store
from assistant.model.agent import Presence
from assistant.model.audit import TOLERANCE, Audit, Finding
from assistant.model.contact import AgentId, Contact, ContactId, OfferId, QueueId
from assistant.model.errors import Refused
from assistant.model.events import TELLS_STANDING
from assistant.model.standing import Standing
from assistant.model.storage import UnitOfWork
from assistant.settings.tenant import Tenant

SLOTS = 2
PEOPLE = {"amira": ("cards", "accounts"), "ben": ("cards",)}
A_QUEUE = some.sampled_from(["cards", "accounts"])
A_PICK = some.integers(0, 30)
ANYBODY = some.sampled_from(sorted(PEOPLE))
A_WHILE = some.sampled_from([0.517, 1.531, 1.531, 10.273, 10.273, 25.419, 65.337, 130.211, 200.143, 650.179])


class Machine(RuleBasedStateMachine):
    """`fresh` gives an empty database for each life."""

    fresh: Callable[[Any], Coroutine[Any, Any, str]]
    tenant: Tenant

    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.clock, self.bus = MovedClock(), ToldBus()
        self.began_at = self.clock.now()
        self.do(self._open())

    async def _open(self) -> None:
        self.store = open_store(await self.fresh(), self.clock, self.bus)
        await self.store.transact(lambda work: work.lines.ensure(QUEUES))
        self.desk: DeskUnderTest = await open_desk(self.store, self.bus, self.clock, self.tenant)
        await self.desk.recovery.begin(alone=True)
        self.tokens: dict[str, tuple[str, str]] = {}
        self.legs: dict[str, str] = {}
        self.consoles: dict[str, str] = {}
        self.ids = {}
        for name, queues in PEOPLE.items():

            def hire(work: UnitOfWork, name: str = name, queues: tuple[str, ...] = queues) -> AgentId:
                those = tuple(QueueId(queue) for queue in queues)
                presence = Presence.NOT_READY
                same_in_every_life = AgentId(str(uuid5(NAMESPACE_DNS, name)))  # who is next may depend on it
                hired = ready_agent(
                    work,
                    name,
                    chats=SLOTS,
                    id=same_in_every_life,
                    queues=those,
                    presence=presence,
                    idle_since=None,
                    is_reachable=False,
                )
                return hired.id

            self.ids[name] = await self.store.transact(hire)
        self.told: dict[str, int] = {}
        self.model = Reference([Person(self.ids[name], queues, SLOTS) for name, queues in PEOPLE.items()])

    def those(self, *states: str) -> list[str]:
        return sorted(place.id for place in self.model.places.values() if place.state in states)

    def one(self, pick: int, *states: str) -> str:
        those = self.those(*states)
        return those[pick % len(those)]

    def do[T](self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def refused(self, work: Coroutine[Any, Any, Any]) -> bool:
        try:
            self.do(work)
        except Refused:
            return True
        return False

    def contact(self, id: str) -> Contact:
        contact = self.do(self.store.read(lambda work: work.contacts.get(ContactId(id))))
        assert contact is not None
        return contact

    def offer_of(self, id: str) -> OfferId:
        offer_id = self.contact(id).offer_id
        assert offer_id is not None
        return offer_id

    # ---- time

    @rule(seconds=A_WHILE, is_outage=some.sampled_from([False] * 5 + [True]))
    def wait(self, seconds: float, is_outage: bool) -> None:
        if is_outage:
            self.outage(seconds)
        else:
            self.pass_time(seconds)

    def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.do(self.store.transact(lambda work: work.processes.pulse(self.desk.recovery._process_id, work.now)))
        while self.do(self.desk.deadlines.fire_due()):
            pass
        self.model.pass_time(seconds)

    def outage(self, seconds: float) -> None:
        """Everything was killed, and starts again after a while."""

        async def end_and_begin() -> None:
            self.clock.advance(seconds)
            ended = self.desk.recovery._process_id
            ago = timedelta(seconds=seconds)  # in the database's own time, which no test moves
            await self.store.transact(lambda work: work.processes.pulse(ended, work.processes.now() - ago))
            self.desk = await open_desk(self.store, self.bus, self.clock, self.tenant)
            await self.desk.recovery.begin(alone=True)

        self.do(end_and_begin())
        self.legs.clear()
        self.consoles.clear()
        self.model.outage(seconds)

    # ---- what must hold after each step

    @invariant()
    def is_where_the_model_is(self) -> None:
        if not hasattr(self, "model"):
            return

        def look(work: UnitOfWork) -> tuple[dict[str, Contact], dict[str, list[str]], dict[str, Any], dict[str, Any]]:
            contacts = {id: cast(Contact, work.contacts.get(ContactId(id))) for id in self.model.places}
            for contact in contacts.values():
                self._trail_tells_how_it_stands(work, contact)
            lines = {queue: [str(id) for _, id in work.lines.snapshot(queue).places] for queue in QUEUES}
            agents = {agent.id: agent for agent in work.agents.all()}
            beside = {one.ring_id: one.contact_id for one in work.supervisions.of_contacts()}
            slots = {
                id: [beside.get(slot.contact_id, slot.contact_id) for slot in work.agents.slots(id) if slot.contact_id]
                for id in agents
            }
            return contacts, lines, agents, slots

        contacts, lines, agents, slots = self.do(self.store.read(look))
        for id in self.model.places:
            self._stands_alike(contacts[id])
        for queue, line in lines.items():
            assert line == self.model.line(queue)
            assert [self.desk.lines.line(QueueId(queue)).position(ContactId(id)) for id in line] == [
                n + 1 for n in range(len(line))
            ]
        for id, person in self.model.people.items():
            assert sorted(slots[id]) == sorted(self.model.held(person))
            assert (agents[id].presence == "ready", agents[id].is_reachable) == (person.is_ready, person.is_reachable)
        self._no_position_is_worse_without_a_reason(lines)

    def _stands_alike(self, contact: Contact) -> None:
        place = self.model.places[contact.id]
        stands = [contact.state, contact.queue, contact.order_at, contact.channel]
        should = [place.state, place.queue, place.order_at, place.channel]
        if place.state not in OVER:
            stands += [contact.reach, contact.agent_id, contact.direct_agent_id]
            should += [place.reach, place.agent, place.kept_for]
        if place.reach == "callback":
            assert contact.callback_at is not None
            stands += [contact.callback_number, contact.callback_tries]
            should += [place.number, place.tries]
            stands += [round((contact.callback_at - self.began_at).total_seconds(), 3)]
            should += [round(place.call_at, 3)]
        assert stands == should, f"{contact.id} stands {stands}, and should {should}"

    def _trail_tells_how_it_stands(self, work: UnitOfWork, contact: Contact) -> None:
        """The audit knows nothing but the trail: no place moves past it."""
        last = work.trail.after(contact.id, 0, TELLS_STANDING)[-1]
        assert Standing.of_data(last.data["place"]) == Standing.of(contact), f"after {last.type}"

    def _no_position_is_worse_without_a_reason(self, lines: dict[str, list[str]]) -> None:
        now = {id: n + 1 for line in lines.values() for n, id in enumerate(line)}
        for id, position in now.items():
            if position > self.told.get(id, position):
                line = self.desk.lines.line(QueueId(self.model.places[id].queue))
                assert line.why_worse(ContactId(id), 0), f"from {self.told[id]} to {position} without a reason"
        self.told = now

    def teardown(self) -> None:
        if hasattr(self, "store"):
            try:
                self._order_is_proved(self.began_at, self.clock.now() + timedelta(seconds=1))
            finally:
                self.do(self.store.close())
                self.loop.close()

    def _order_is_proved(self, begin: datetime, end: datetime) -> None:
        """As `holdfast audit` proves it, from the whole life's events."""

        def replay(work: UnitOfWork) -> tuple[bool, list[Finding]]:
            audit, found = Audit(begin, end, TOLERANCE), list[Finding]()
            for at, event in work.history.moves(begin, end):
                found += audit.see(at, event)
            return audit.is_proved, found + audit.finish()

        is_proved, found = self.do(self.store.read(replay))
        assert is_proved, found
