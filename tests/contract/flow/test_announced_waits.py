"""Every wait that is told is kept, explained where it is longer than the one before, and held against what came."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from arrivals import CARDS, hired, place
from doubles import MovedClock
from small_bank import Telephones
from sqlalchemy import event

from assistant.flow import moves
from assistant.flow.dialogue import Dialogue
from assistant.flow.intake import Intake, JoinRequest
from assistant.flow.line import Lines
from assistant.flow.one_time_codes import OneTimeCodes
from assistant.flow.orders import Orders
from assistant.flow.recounting import Recounting
from assistant.flow.turns import Turns
from assistant.flow.verification import VerificationDesk
from assistant.flow.waiting import Waiting
from assistant.model.agent import Agent
from assistant.model.contact import Channel, Contact, ContactId, Reach
from assistant.model.events import Author, Event, EventType
from assistant.model.measures import Asked, By, Group
from assistant.model.place import EntryCause
from assistant.model.ports import Bus, Customer, Reply, Saying, ServiceOutcome, Turn
from assistant.model.storage import Store, UnitOfWork
from assistant.model.waiting import WaitRange
from assistant.settings.tenant import Tenant


class Engine:
    """Tells the wait when asked how long, and nothing otherwise."""

    async def is_ready(self) -> bool:
        return True

    async def turn(self, turn: Turn) -> Reply:
        text = "You're <position> in line; <wait>." if turn.words == "how long?" else "I see."
        return Reply((Saying(text),), None, turn.topic, turn.facts, None)


class NoBank:
    async def check_pin(self, customer_number: str, pin: str) -> Customer | None: ...

    async def look_up(self, customer_number: str, what: str) -> list[dict[str, str]]: ...

    async def settle(
        self, customer_number: str, service: str, arguments: dict[str, Any], key: str
    ) -> ServiceOutcome: ...


@dataclass
class Desk:
    """A desk with one agent, and callers in front of the one whom the test follows."""

    store: Store
    lines: Lines
    dialogue: Dialogue
    intake: Intake
    agents: list[Agent]
    mine: ContactId

    async def contact(self) -> Contact:
        found = await self.store.read(lambda work: work.contacts.get(self.mine))
        assert found is not None
        return found

    async def told(self) -> list[Event]:
        types = frozenset({EventType.CONTACT_PLACED, EventType.WAIT_ANNOUNCED})
        return list(await self.store.read(lambda work: work.trail.after(self.mine, 0, types)))

    async def said(self) -> str:
        said = await self.store.read(lambda work: work.trail.after(self.mine, 0, frozenset({EventType.MESSAGE_ADDED})))
        words = [event.words.text for event in said if event.words and event.words.author is Author.ASSISTANT]
        return words[-1]

    async def loses_agents(self, count: int) -> None:
        for agent in self.agents[:count]:
            away = replace(agent, is_reachable=False)
            await self.store.transact(lambda work, a=away: work.agents.save(a))
        await self.lines.sweep()


async def desk_of(store: Store, bus: Bus, clock: MovedClock, tenant: Tenant, mine: ContactId | None = None) -> Desk:
    """The flow of one process, over whatever the store has; with a new caller behind five unless there is one."""
    lines = Lines(store, bus, Waiting(store, clock, tenant))
    await lines.follow(tenant.queues)
    intake = Intake(store, tenant, lines, b"a key", "a process")
    agents = list(await store.read(lambda work: work.agents.all()))
    if mine is None:
        agents = [await hired(store, f"agent{n}", chats=1) for n in range(10)]
        await store.transact(lambda work: [place(work) for _ in range(30)])
        await lines.sweep()
        mine = (await intake.join(JoinRequest(Channel.CHAT, CARDS))).contact.id
    await lines.sweep()
    codes = OneTimeCodes(tenant, Telephones(), b"a key")
    verification = VerificationDesk(store, tenant, NoBank(), codes, b"a key")
    turns = Turns(store, tenant, lines, Engine(), Orders(store, tenant, NoBank(), verification))
    return Desk(store, lines, Dialogue(store, lines, verification, turns), intake, agents, mine)


@pytest.fixture
async def desk(store: Store, bus: Bus, clock: MovedClock, fernhill: Tenant) -> Desk:
    return await desk_of(store, bus, clock, fernhill)


async def test_the_wait_told_on_arrival_is_kept_with_what_it_promised(
    desk: Desk, clock: MovedClock, fernhill: Tenant
) -> None:
    (placed,) = await desk.told()
    announced = (await desk.contact()).announced
    assert announced is not None
    assert placed.data["wait"] == WaitRange(announced.low_seconds, announced.high_seconds).as_data()
    assert (announced.ahead, announced.slots) == (30, len(desk.agents) * fernhill.chat_slots)
    assert announced.promised_at == clock.now() + timedelta(seconds=announced.high_seconds)


async def test_a_wait_told_in_a_reply_is_kept_like_one_that_is_announced(desk: Desk) -> None:
    await desk.dialogue.hear(desk.mine, "good morning")
    assert len(await desk.told()) == 1
    await desk.dialogue.hear(desk.mine, "how long?")
    await desk.dialogue.announce(desk.mine)
    _, in_reply, announced = await desk.told()
    assert in_reply.data == announced.data
    assert in_reply.data["longer"] is None
    assert in_reply.data["position"] == 31


async def test_to_keep_the_wait_that_a_reply_tells_costs_no_statement_more(desk: Desk) -> None:
    """It rides in the insert that keeps the reply: the talk's own path stays as short as it was."""
    statements: list[str] = []
    await desk.dialogue.hear(desk.mine, "hello")
    store: Any = desk.store
    engine = getattr(store._engine, "sync_engine", store._engine)

    @event.listens_for(engine, "before_cursor_execute")
    def _count(_: Any, __: Any, statement: str, *___: Any) -> None:
        statements.append(statement)

    await desk.dialogue.hear(desk.mine, "good morning")
    without = len(statements)
    await desk.dialogue.hear(desk.mine, "how long?")
    assert len(statements) == 2 * without
    assert len(await desk.told()) == 2


@pytest.mark.parametrize("asks", [True, False], ids=["in a reply", "announced"])
async def test_fewer_agents_make_a_longer_wait_that_is_said_and_explained(desk: Desk, asks: bool) -> None:
    await desk.loses_agents(6)
    await (desk.dialogue.hear(desk.mine, "how long?") if asks else desk.dialogue.announce(desk.mine))
    assert (await desk.said()).endswith("I'm sorry, that's longer than I told you: there are fewer agents than before.")
    assert (await desk.told())[-1].data["longer"] == "fewer_agents"
    await desk.dialogue.announce(desk.mine)
    assert "sorry" not in await desk.said(), "once told it is no longer than was told"


async def test_who_came_in_ahead_is_the_reason_that_is_said(desk: Desk, clock: MovedClock) -> None:
    def come_in(work: UnitOfWork) -> None:
        for _ in range(20):
            ahead = place(work, order_at=1 + work.lines.order_for_arrival(CARDS) - 3_600_000_000)
            work.lines.leave(ahead, "connected")
            work.lines.enter(ahead, EntryCause.RETURNED)

    await desk.store.transact(come_in)
    await desk.lines.sweep()
    await desk.dialogue.announce(desk.mine)
    assert "somebody who stood before you has come back to their place" in await desk.said()


async def test_another_process_knows_what_was_told_by_the_first(
    desk: Desk, store: Store, bus: Bus, clock: MovedClock, fernhill: Tenant
) -> None:
    """A call's turns are answered by any process, and a process may have been started anew."""
    await desk.loses_agents(6)
    other = await desk_of(store, bus, clock, fernhill, desk.mine)
    await other.dialogue.announce(desk.mine)
    assert "there are fewer agents than before" in await other.said()


async def test_what_is_announced_is_scored_when_the_contact_is_served(
    desk: Desk, clock: MovedClock, fernhill: Tenant
) -> None:
    announced = (await desk.contact()).announced
    assert announced is not None
    began = clock.now()
    clock.advance(announced.high_seconds - 60)
    await desk.dialogue.announce(desk.mine)  # the same range again: this one will be too long by far
    clock.advance(30)

    def connect(work: UnitOfWork) -> None:
        contact = work.contacts.lock(desk.mine)
        assert contact is not None
        offered = contact.moved(moves.State.OFFERED, agent_id=desk.agents[0].id)
        made = {"offer_id": "one", "agent_id": desk.agents[0].id, "queue": CARDS}
        moves.connect(work, work.trail.append(offered, EventType.OFFER_MADE, made))

    await desk.store.transact(connect)
    targets = {id: part.target_seconds for id, part in fernhill.queues.items()}
    asked = Asked(began - timedelta(seconds=1), clock.now(), By.QUEUE, targets, 5)
    await Recounting(desk.store).catch_up()
    measures = (await desk.store.read(lambda work: work.reports.measures(asked)))[Group(0, CARDS)]
    assert (measures.scored, measures.in_range, measures.longer) == (2, 1, 0)
    assert measures.coverage == 0.5
    middle = (announced.low_seconds + announced.high_seconds) / 2
    assert measures.mean_error_seconds == pytest.approx((announced.high_seconds - 30 + 30) / 2 - middle)


async def test_who_was_away_in_between_is_not_scored(desk: Desk, clock: MovedClock, fernhill: Tenant) -> None:
    def drop_and_come_back(work: UnitOfWork) -> None:
        contact = work.contacts.lock(desk.mine)
        assert contact is not None
        contact = moves.set_reach(work, moves.set_reach(work, contact, Reach.AWAY), Reach.PRESENT)
        offered = contact.moved(moves.State.OFFERED, agent_id=desk.agents[0].id)
        made = {"offer_id": "one", "agent_id": desk.agents[0].id, "queue": CARDS}
        moves.connect(work, work.trail.append(offered, EventType.OFFER_MADE, made))

    began = clock.now() - timedelta(seconds=1)
    clock.advance(60)
    await desk.store.transact(drop_and_come_back)
    asked = Asked(began, clock.now(), By.NOTHING, {}, 5)
    await Recounting(desk.store).catch_up()
    (measures,) = (await desk.store.read(lambda work: work.reports.measures(asked))).values()
    assert (measures.scored, measures.coverage) == (0, None)
