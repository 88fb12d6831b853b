"""Callers and agents do anything in any order: after each step the flow is where the reference model is.

`HOLDFAST_MODEL_RUNS` and `HOLDFAST_MODEL_STEPS` say how many lives are tried and how long each is;
`HOLDFAST_MODEL_SHRINK=1` finds the shortest life that fails, which takes minutes.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from arrivals import ready_agent
from desk_under_test import DeskUnderTest, open_desk
from doubles import QUEUES, MovedClock, ToldBus
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from reference_line import GRACE, IN_LINE, OVER, Person, Reference

from assistant.adapters.sql_ledger import SqlProcesses
from assistant.adapters.sql_schema import metadata
from assistant.adapters.sql_store import open_store
from assistant.flow.claims import Claim
from assistant.flow.intake import JoinRequest
from assistant.model.agent import Presence
from assistant.model.contact import AgentId, Channel, ContactId, OfferId, QueueId
from assistant.model.errors import Refused
from assistant.model.storage import UnitOfWork
from assistant.settings.tenant import Tenant

RUNS = int(os.environ.get("HOLDFAST_MODEL_RUNS", "12"))
STEPS = int(os.environ.get("HOLDFAST_MODEL_STEPS", "40"))
SLOTS = 2
PEOPLE = {"amira": ("cards", "accounts"), "ben": ("cards",)}
A_QUEUE = some.sampled_from(["cards", "accounts"])
A_PICK = some.integers(0, 30)
ANYBODY = some.sampled_from(sorted(PEOPLE))
A_WHILE = some.sampled_from([0.517, 1.531, 1.531, 10.273, 10.273, 25.419, 65.337, 130.211, 200.143, 650.179])


class Desk(RuleBasedStateMachine):
    """`fresh` gives an empty database for each life."""

    fresh: Callable[[Any], Coroutine[Any, Any, str]]
    tenant: Tenant

    @initialize()
    def open(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.clock, self.bus = MovedClock(), ToldBus()
        self.do(self._open())
        for name in PEOPLE:  # a day begins
            self.pass_time(1.531)
            self._open_console(name)
            self._ready(name)
        for queue in ("cards", "accounts", "cards", "cards"):
            self.enter(queue)

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
                hired = ready_agent(
                    work, name, chats=SLOTS, queues=those, presence=presence, idle_since=None, is_reachable=False
                )
                return hired.id

            self.ids[name] = await self.store.transact(hire)
        self.told: dict[str, int] = {}
        people = [Person(self.ids[name], queues, SLOTS) for name, queues in PEOPLE.items()]
        self.model = Reference(people)

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

    def offer_of(self, id: str) -> OfferId:
        contact = self.do(self.store.read(lambda work: work.contacts.get(ContactId(id))))
        assert contact is not None
        assert contact.offer_id is not None
        return contact.offer_id

    # ---- callers

    @rule(queue=A_QUEUE)
    def enter(self, queue: str) -> None:
        joined = self.do(self.desk.intake.join(JoinRequest(Channel.CHAT, QueueId(queue))))
        self.tokens[joined.contact.id] = joined.contact.code, joined.token
        self.model.enter(joined.contact.id, queue, joined.contact.order_at)
        assert joined.place.position == len(self.model.line(queue)), "the announced place is the last one"

    @precondition(lambda self: self.those("waiting", "offered", "connected", "wrapping"))
    @rule(pick=A_PICK)
    def come(self, pick: int) -> None:
        self.come_to(self.one(pick, "waiting", "offered", "connected", "wrapping"))

    def come_to(self, id: str) -> None:
        self.legs[id] = self.legs.get(id) or str(uuid4())
        self.do(self.desk.legs.connected(ContactId(id), self.legs[id]))
        self.model.come(id)

    @precondition(lambda self: self.those("waiting", "offered", "connected", "wrapping"))
    @rule(pick=A_PICK)
    def drop(self, pick: int) -> None:
        self.drop_from(self.one(pick, "waiting", "offered", "connected", "wrapping"))

    def drop_from(self, id: str) -> None:
        leg = self.legs.pop(id, None)
        if leg is not None:
            self.do(self.desk.legs.lost(leg))
            self.model.drop(id)

    @precondition(lambda self: self.those("waiting", "offered", "connected", "closed"))
    @rule(pick=A_PICK)
    def leave(self, pick: int) -> None:
        id = self.one(pick, "waiting", "offered", "connected", "closed")
        self.do(self.desk.conversation.leave(ContactId(id)))
        self.model.leave(id)

    @precondition(lambda self: self.those("waiting", "offered", "connected"))
    @rule(pick=A_PICK)
    def give_up(self, pick: int) -> None:
        id = self.one(pick, "waiting", "offered", "connected")
        was_in_line = self.model.places[id].state in IN_LINE
        assert self.refused(self.desk.conversation.give_up_place(ContactId(id))) is not was_in_line
        if was_in_line:
            self.model.leave(id, "contained")

    @precondition(lambda self: self.those("waiting", "offered", "connected", "abandoned", "contained"))
    @rule(pick=A_PICK)
    def claim(self, pick: int) -> None:
        """By the token, which is another one afterwards; also how a place is reclaimed."""
        id = self.one(pick, "waiting", "offered", "connected", "abandoned", "contained")
        code, token = self.tokens[id]
        try:
            claimed = self.do(self.desk.claims.claim(Claim(code, Channel.CHAT, token=token)))
        except Refused:
            assert not self.model.claim(id)
            return
        assert self.model.claim(id)
        self.tokens[id] = code, claimed.token
        self.legs.pop(id, None)
        assert claimed.place.position == self.model.line(self.model.places[id].queue).index(id) + 1

    # ---- agents

    @rule(name=ANYBODY, what=some.sampled_from(["ready", "not_ready", "open_console", "lose_console"]))
    def turn_to_work(self, name: str, what: str) -> None:
        getattr(self, f"_{what}")(name)

    def _ready(self, name: str) -> None:
        self.do(self.desk.presence.set(self.ids[name], Presence.READY))
        self.model.ready(self.ids[name])

    def _not_ready(self, name: str) -> None:
        self.do(self.desk.presence.set(self.ids[name], Presence.NOT_READY, "break"))
        self.model.not_ready(self.ids[name])

    def _open_console(self, name: str) -> None:
        if name not in self.consoles:
            self.consoles[name] = str(uuid4())
            self.do(self.desk.presence.console_opened(self.ids[name], self.consoles[name]))
            self.model.open_console(self.ids[name])

    def _lose_console(self, name: str) -> None:
        console = self.consoles.pop(name, None)
        if console is not None:
            self.do(self.desk.presence.console_closed(console))
            self.model.lose_console(self.ids[name])

    # ---- offers and conversations

    @precondition(lambda self: self.those("waiting"))
    @rule(times=some.integers(1, 3))
    def offer(self, times: int) -> None:
        for _ in range(times):
            self._offer_one()

    def _offer_one(self) -> None:
        expected = self.model.next_offer()
        made = self.do(self.desk.router.assign())
        assert (None if made is None else (made.contact_id, made.agent_id)) == expected
        if expected is not None:
            self.model.offer(*expected)

    @precondition(lambda self: self.those("offered"))
    @rule(pick=A_PICK)
    def accept(self, pick: int) -> None:
        id = self.one(pick, "offered")
        place = self.model.places[id]
        if place.state == "offered" and place.agent is not None:
            was_accepted = place.is_accepted
            accepting = self.desk.offers.accept(self.offer_of(id), AgentId(place.agent))
            assert self.refused(accepting) is was_accepted, "an offer is accepted once"
            if not was_accepted:
                self.model.accept(id)

    @precondition(lambda self: self.those("offered"))
    @rule(pick=A_PICK)
    def decline(self, pick: int) -> None:
        id = self.one(pick, "offered")
        place = self.model.places[id]
        if place.state == "offered" and place.agent is not None and not place.is_accepted:
            self.do(self.desk.offers.decline(self.offer_of(id), AgentId(place.agent), "busy"))
            self.model.decline(id)

    @precondition(lambda self: self.those("offered", "connected"))
    @rule(pick=A_PICK)
    def show_briefing(self, pick: int) -> None:
        id = self.one(pick, "offered", "connected")
        place = self.model.places[id]
        if place.agent is not None:
            self.do(self.desk.offers.briefing_shown(ContactId(id), AgentId(place.agent)))
            if place.state == "offered" and place.is_accepted:
                self.model.connect(id)

    @precondition(lambda self: self.those("connected"))
    @rule(pick=A_PICK)
    def end(self, pick: int) -> None:
        id = self.one(pick, "connected")
        place = self.model.places[id]
        if place.state == "connected" and place.agent is not None:
            self.do(self.desk.conversation.end(ContactId(id), AgentId(place.agent)))
            self.model.end(id)

    @precondition(lambda self: self.those("wrapping"))
    @rule(pick=A_PICK)
    def wrap_up(self, pick: int) -> None:
        id = self.one(pick, "wrapping")
        place = self.model.places[id]
        if place.state == "wrapping" and place.agent is not None:
            agent = self.do(self.store.read(lambda work: work.agents.get(AgentId(place.agent or ""))))
            assert agent is not None
            self.do(self.desk.conversation.wrap_up(ContactId(id), agent, "resolved", ""))
            self.model.wrap_up(id)

    @rule(comes_back=some.booleans(), again=some.sampled_from([1.5, 65.0, 610.0, 650.0]))
    def be_lost_while_connected(self, comes_back: bool, again: float) -> None:
        """Seldom by chance: who is next is connected, drops for longer than the grace, and is parked."""
        expected = self.model.next_offer()
        if expected is None:
            return
        id, person = expected
        self._offer_one()
        self.do(self.desk.offers.accept(self.offer_of(id), AgentId(person)))
        self.model.accept(id)
        self.do(self.desk.offers.briefing_shown(ContactId(id), AgentId(person)))
        self.model.connect(id)
        self.come_to(id)
        self.drop_from(id)
        self.pass_time(GRACE)
        assert self.model.places[id].reach == "away"
        self.pass_time(again)
        if comes_back and self.model.places[id].state not in OVER:
            self.come_to(id)

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

        def look(work: UnitOfWork) -> tuple[dict[str, Any], dict[str, list[str]], dict[str, Any], dict[str, Any]]:
            contacts = {id: work.contacts.get(ContactId(id)) for id in self.model.places}
            lines = {queue: [id for _, id in work.lines.snapshot(queue).places] for queue in QUEUES}
            agents = {agent.id: agent for agent in work.agents.all()}
            slots = {id: [slot.contact_id for slot in work.agents.slots(id) if slot.contact_id] for id in agents}
            return contacts, lines, agents, slots

        contacts, lines, agents, slots = self.do(self.store.read(look))
        for id, place in self.model.places.items():
            assert (contacts[id].state, contacts[id].order_at) == (place.state, place.order_at)
            assert place.state in OVER or contacts[id].reach == place.reach
        for queue, line in lines.items():
            assert line == self.model.line(queue)
            assert [self.desk.lines.line(QueueId(queue)).position(ContactId(id)) for id in line] == [
                n + 1 for n in range(len(line))
            ]
        for id, person in self.model.people.items():
            assert sorted(slots[id]) == sorted(self.model.held(person))
            assert (agents[id].presence == "ready", agents[id].is_reachable) == (person.is_ready, person.is_reachable)
        self._no_position_is_worse_without_a_reason(lines)

    def _no_position_is_worse_without_a_reason(self, lines: dict[str, list[str]]) -> None:
        now = {id: n + 1 for line in lines.values() for n, id in enumerate(line)}
        for id, position in now.items():
            if position > self.told.get(id, position):
                line = self.desk.lines.line(QueueId(self.model.places[id].queue))
                assert line.why_worse(ContactId(id), 0), f"from {self.told[id]} to {position} without a reason"
        self.told = now

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.do(self.store.close())
            self.loop.close()


async def emptied(url: str) -> str:
    """The same PostgreSQL database with nothing in it."""
    connection = await asyncpg.connect(url)
    try:
        for table in reversed(metadata.sorted_tables):
            await connection.execute(f"DELETE FROM {table.name}")
    finally:
        await connection.close()
    return url


async def copied(empty: Path, to: Path) -> str:
    shutil.copy(empty, to)
    return f"sqlite:///{to}"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_whatever_happens_the_flow_is_where_the_reference_model_is(
    kind: str,
    request: pytest.FixtureRequest,
    fernhill: Tenant,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # the database's own clock is the moved one, as everybody's here
    monkeypatch.setattr(SqlProcesses, "now", lambda self: self._work.now)
    if kind == "postgres":
        url: str = request.getfixturevalue("postgres_url")
        Desk.fresh = lambda _: emptied(url)
    else:
        empty: Path = request.getfixturevalue("empty_sqlite")
        Desk.fresh = lambda _: copied(empty, tmp_path / f"{uuid4()}.db")
    Desk.tenant = fernhill
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    lives = settings(
        max_examples=RUNS,
        stateful_step_count=STEPS,
        phases=(Phase.generate, Phase.shrink) if "HOLDFAST_MODEL_SHRINK" in os.environ else (Phase.generate,),
        deadline=None,
        suppress_health_check=slow,
        database=None,
    )
    run_state_machine_as_test(Desk, settings=lives)
