"""Agents, their slots, sign-ins and consoles, as the store keeps them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from arrivals import CARDS, hired, placed
from doubles import MovedClock, ToldBus

from assistant.model.agent import Presence, Role, free_channels
from assistant.model.contact import AgentId, Channel, ContactId, QueueId, State
from assistant.model.storage import Store, UnitOfWork


async def test_an_agent_comes_back_as_stored(store: Store) -> None:
    agent = await hired(store, role=Role.SUPERVISOR, queues=(), languages=("en", "es"), phone=None, reason="lunch")
    assert await store.read(lambda work: work.agents.get(agent.id)) == agent
    assert await store.read(lambda work: work.agents.by_username("amira")) == (agent, "not a hash")
    assert await store.read(lambda work: work.agents.all()) == [agent]
    assert await store.read(lambda work: work.agents.by_username("nobody")) is None
    assert await store.read(lambda work: work.agents.get(AgentId("nobody"))) is None


async def test_a_change_of_an_agent_is_kept_and_wakes_console_and_routing(store: Store, bus: ToldBus) -> None:
    agent = await hired(store)
    away = replace(agent, presence=Presence.NOT_READY, reason="rona", idle_since=None)

    def change(work: UnitOfWork) -> None:
        locked = work.agents.lock(agent.id)
        assert locked == agent
        work.agents.save(away)

    bus.told.clear()
    await store.transact(change)
    assert await store.read(lambda work: work.agents.get(agent.id)) == away
    assert [topic for topic, _ in bus.told] == [f"agent.{agent.id}", "routing"]


async def test_takers_are_ready_reachable_and_have_a_free_slot_longest_idle_first(
    store: Store, clock: MovedClock
) -> None:
    now = clock.now()
    just_idle = await hired(store, "just", idle_since=now)
    long_idle = await hired(store, "long", idle_since=now - timedelta(minutes=5))
    await hired(store, "unreachable", is_reachable=False)
    await hired(store, "lunching", presence=Presence.NOT_READY)
    await hired(store, "gone", presence=Presence.SIGNED_OUT)
    busy = await hired(store, "busy", chats=0)
    call = await placed(store, channel=Channel.VOICE)
    await store.transact(lambda work: work.agents.take_slot(busy.id, Channel.VOICE, call.id))
    takers = await store.read(lambda work: work.agents.takers())
    assert [agent.id for agent in takers] == [long_idle.id, just_idle.id]


async def test_a_slot_is_taken_freed_and_taken_again(store: Store, bus: ToldBus) -> None:
    agent = await hired(store, chats=1)
    first, second = await placed(store), await placed(store)

    async def take(contact_id: ContactId) -> bool:
        return await store.transact(lambda work: work.agents.take_slot(agent.id, Channel.CHAT, contact_id))

    assert await take(first.id)
    assert not await take(second.id)
    bus.told.clear()
    assert await store.transact(lambda work: work.agents.free_slot(first.id)) == agent.id
    assert "routing" in [topic for topic, _ in bus.told]
    assert await take(second.id)
    assert await store.transact(lambda work: work.agents.free_slot(first.id)) is None


async def test_a_call_takes_all_capacity(store: Store) -> None:
    agent = await hired(store, chats=2)
    call = await placed(store, channel=Channel.VOICE)
    everything = await store.read(lambda work: work.agents.slots(agent.id))
    assert free_channels(everything) == {Channel.CHAT, Channel.VOICE}
    await store.transact(lambda work: work.agents.take_slot(agent.id, Channel.VOICE, call.id))
    assert free_channels(await store.read(lambda work: work.agents.slots(agent.id))) == set()


async def test_a_session_lasts_until_it_expires_or_is_ended(store: Store, clock: MovedClock) -> None:
    agent = await hired(store)
    soon = clock.now() + timedelta(minutes=1)
    await store.transact(lambda work: work.agents.add_session("hash", agent.id, soon))
    assert await store.read(lambda work: work.agents.session("hash")) == agent
    assert await store.read(lambda work: work.agents.session("another")) is None
    clock.advance(60)
    assert await store.read(lambda work: work.agents.session("hash")) is None
    later = clock.now() + timedelta(minutes=1)
    await store.transact(lambda work: work.agents.add_session("newer", agent.id, later))
    await store.transact(lambda work: work.agents.end_session("newer"))
    assert await store.read(lambda work: work.agents.session("newer")) is None


async def test_an_agent_is_there_while_one_console_is(store: Store) -> None:
    agent = await hired(store)

    def open_two(work: UnitOfWork) -> None:
        work.agents.add_console("one", agent.id, "process 1")
        work.agents.add_console("two", agent.id, "process 2")

    await store.transact(open_two)
    assert await store.transact(lambda work: work.agents.end_console("one")) == agent.id
    assert await store.read(lambda work: work.agents.has_console(agent.id))
    assert await store.transact(lambda work: work.agents.end_console("one")) is None
    assert await store.transact(lambda work: work.agents.end_console("two")) == agent.id
    assert not await store.read(lambda work: work.agents.has_console(agent.id))


async def test_contacts_with_an_agent_are_those_in_hand_oldest_first(store: Store) -> None:
    agent = await hired(store)
    mine = {"agent_id": agent.id}
    offered = await placed(store, state=State.OFFERED, order_at=1, **mine)
    wrapping = await placed(store, state=State.WRAPPING, order_at=2, **mine)
    connected = await placed(store, state=State.CONNECTED, order_at=3, **mine)
    await placed(store, state=State.CLOSED, **mine)
    await placed(store)
    found = await store.read(lambda work: work.contacts.with_agent(agent.id))
    assert [contact.id for contact in found] == [offered.id, wrapping.id, connected.id]


async def test_contacts_are_tallied_by_queue_agent_and_state(store: Store, clock: MovedClock) -> None:
    first_at = clock.now()
    agent = await hired(store)
    await placed(store)
    clock.advance(10)
    await placed(store)
    await placed(store, state=State.CONNECTED, agent_id=agent.id, queue=QueueId("fraud"))
    await placed(store, state=State.CLOSED)
    tallies = await store.read(lambda work: {(t.queue, t.agent_id, t.state): t for t in work.contacts.tally()})
    assert set(tallies) == {(CARDS, None, State.WAITING), (QueueId("fraud"), agent.id, State.CONNECTED)}
    waiting = tallies[CARDS, None, State.WAITING]
    assert (waiting.count, waiting.first_entered_at) == (2, first_at)
