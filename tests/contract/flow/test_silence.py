"""Somebody falls silent in a chat: the agent is reminded, the visitor is asked and parked, and no place is lost."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from arrivals import CARDS
from closing_house import House
from doubles import MovedClock, ToldBus

from assistant.flow import due, moves
from assistant.flow.claims import Claim
from assistant.flow.transfers import Mode, Target
from assistant.model.agent import Agent, Presence, free_channels
from assistant.model.contact import Channel, ContactId, DialogueMode, Outcome, QueueId, Reach, State
from assistant.model.events import Event, EventType
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant

HOUR = 3600.0


@pytest.fixture
async def house(store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant) -> House:
    return await House.open(store, clock, bus, fernhill)


@pytest.fixture
async def amira(house: House) -> Agent:
    return await house.agent("amira", chats=1)


async def chatting(house: House, agent: Agent) -> ContactId:
    """A visitor whom the agent has greeted, a moment ago."""
    visitor = await house.visits()
    await house.meets(visitor, agent)
    await house.conversation.say(visitor, agent, "Good morning, how can I help?")
    return visitor


async def parked(house: House, agent: Agent) -> ContactId:
    visitor = await chatting(house, agent)
    await house.passes(house.tenant.timing.caller_idle_seconds)
    await house.passes(house.tenant.timing.caller_warned_seconds)
    assert (await house.contact(visitor)).reach is Reach.AWAY
    return visitor


async def silences(house: House, contact_id: ContactId) -> list[Event]:
    return await house.events(contact_id, EventType.AGENT_SILENT)


async def is_free(house: House, agent: Agent) -> bool:
    return Channel.CHAT in await house.store.read(lambda work: free_channels(work.agents.slots(agent.id)))


async def supervisors_see(house: House) -> frozenset[ContactId]:
    return await house.store.read(lambda work: work.contacts.with_silent_agent())


# the agent


async def test_an_agent_who_does_not_answer_is_reminded_and_then_the_supervisor_sees_it(
    house: House, amira: Agent
) -> None:
    visitor = await chatting(house, amira)
    await house.dialogue.hear(visitor, "my card is gone")
    await house.passes(59)
    assert await silences(house, visitor) == []
    await house.passes(1)
    assert [event.data for event in await silences(house, visitor)] == [
        {"agent_id": amira.id, "silent_seconds": 60, "told": "agent"}
    ]
    assert await supervisors_see(house) == frozenset()
    await house.passes(60)
    assert (await silences(house, visitor))[-1].data["told"] == "supervisor"
    assert await supervisors_see(house) == {visitor}
    await house.passes(HOUR)
    assert len(await silences(house, visitor)) == 2, "nobody is told for ever"


async def test_an_agent_who_says_nothing_from_the_beginning_is_reminded(house: House, amira: Agent) -> None:
    visitor = await house.visits()
    await house.meets(visitor, amira)
    await house.passes(60)
    assert (await silences(house, visitor))[0].data["silent_seconds"] == 60


async def test_an_answer_ends_it_for_agent_and_supervisor(house: House, amira: Agent) -> None:
    visitor = await chatting(house, amira)
    await house.dialogue.hear(visitor, "my card is gone")
    await house.passes(60)
    await house.passes(60)
    await house.conversation.say(visitor, amira, "I'm sorry, I was looking it up.")
    assert await supervisors_see(house) == frozenset()
    await house.passes(120)
    assert len(await silences(house, visitor)) == 2


async def test_more_words_do_not_put_the_reminder_off(house: House, amira: Agent) -> None:
    visitor = await chatting(house, amira)
    for n in range(4):
        await house.dialogue.hear(visitor, f"are you there? {n}")
        await house.passes(15)
    assert [event.data["silent_seconds"] for event in await silences(house, visitor)] == [60]


async def test_the_next_agent_is_not_blamed_for_the_last_one(house: House, amira: Agent) -> None:
    visitor = await chatting(house, amira)
    await house.dialogue.hear(visitor, "my card is gone")
    await house.passes(60)
    await house.passes(60)

    def gives_back(work: UnitOfWork) -> None:
        contact = work.contacts.lock(visitor)
        assert contact is not None
        moves.return_to_place(work, contact, "agent_lost")
        agent = work.agents.lock(amira.id)
        assert agent is not None
        work.agents.save(replace(agent, presence=Presence.NOT_READY, idle_since=None))

    await house.store.transact(gives_back)
    assert await house.due(due.AGENT_SILENT, visitor) is None
    ben = await house.agent("ben")
    await house.meets(visitor, ben)
    await house.passes(59)
    assert await supervisors_see(house) == frozenset()
    assert len(await silences(house, visitor)) == 2


async def test_a_colleague_who_takes_over_has_the_full_time(house: House, amira: Agent) -> None:
    visitor = await chatting(house, amira)
    await house.dialogue.hear(visitor, "my card is gone")
    await house.passes(50)
    ben = await house.agent("ben")
    await house.transfers.transfer(visitor, amira, Target(agent="ben"), Mode.WARM)
    (offer,) = await house.store.read(lambda work: work.offers.of_agent(ben.id))
    await house.offers.accept(offer.id, ben.id)
    assert (await house.contact(visitor)).agent_id == ben.id
    await house.passes(59)
    assert await silences(house, visitor) == []
    await house.passes(1)
    assert [event.data["agent_id"] for event in await silences(house, visitor)] == [ben.id]


async def test_after_the_end_nobody_is_waited_for(house: House, amira: Agent) -> None:
    visitor = await chatting(house, amira)
    await house.dialogue.hear(visitor, "thank you")
    await house.conversation.end(visitor, amira.id)
    await house.passes(HOUR)
    assert await silences(house, visitor) == []
    assert await house.due(due.CALLER_IDLE, visitor) is None


# the visitor


async def test_an_idle_visitor_is_asked_once_and_then_parked_in_the_own_place(house: House, amira: Agent) -> None:
    visitor, waiting = await house.visits(), await house.visits()
    await house.meets(visitor, amira)
    await house.conversation.say(visitor, amira, "Good morning, how can I help?")
    order_at = (await house.contact(visitor)).order_at
    await house.passes(299)
    assert "still there" not in (await house.told(visitor))[-1]
    await house.passes(1)
    assert (await house.told(visitor))[-1] == "Are you still there?"
    await house.passes(59)
    assert (await house.contact(visitor)).state is State.CONNECTED
    await house.passes(1)
    found = await house.contact(visitor)
    assert (found.state, found.reach, found.order_at) == (State.WAITING, Reach.AWAY, order_at)
    assert found.dialogue is DialogueMode.SPEAKING
    told = (await house.told(visitor))[-1]
    assert told == "I've put you back in your place: first in line. Write within ten minutes and it's still yours."
    returned = await house.events(visitor, EventType.CONTACT_RETURNED)
    assert returned[-1].data.items() >= {"reason": "idle", "from": "connected"}.items()
    assert (await house.contact(waiting)).state is State.OFFERED, "the slot serves the next"
    assert await house.line_of() == [visitor, waiting]


async def test_who_answers_in_time_is_not_parked(house: House, amira: Agent) -> None:
    visitor = await chatting(house, amira)
    await house.passes(300)
    await house.dialogue.hear(visitor, "yes, I'm looking for the letter")
    await house.passes(600)
    assert (await house.contact(visitor)).state is State.CONNECTED


async def test_each_word_of_the_agent_gives_the_visitor_the_time_anew(house: House, amira: Agent) -> None:
    visitor = await chatting(house, amira)
    await house.passes(300)
    await house.conversation.say(visitor, amira, "Take your time.")
    await house.passes(299)
    assert (await house.told(visitor)).count("Are you still there?") == 1
    await house.passes(1)
    assert (await house.told(visitor)).count("Are you still there?") == 2


async def test_a_visitor_who_waits_for_the_agent_is_never_idle(house: House, amira: Agent) -> None:
    """C12: who has spoken last is not the one who is silent."""
    visitor = await chatting(house, amira)
    await house.dialogue.hear(visitor, "my card is gone")
    await house.passes(HOUR)
    assert (await house.contact(visitor)).state is State.CONNECTED
    assert "Are you still there?" not in await house.told(visitor)


async def test_a_parked_visitor_who_writes_is_taken_up_by_the_same_agent(house: House, amira: Agent) -> None:
    visitor = await parked(house, amira)
    ben = await house.agent("ben", idle_since=house.clock.now() - timedelta(hours=1))
    await house.dialogue.hear(visitor, "sorry, the doorbell")
    found = await house.contact(visitor)
    assert (found.reach, found.direct_agent_id) == (Reach.PRESENT, amira.id)
    await house.works()
    offered = await house.contact(visitor)
    assert (offered.state, offered.agent_id) == (State.OFFERED, amira.id)
    await house.meets(visitor, amira)
    found = await house.contact(visitor)
    assert (found.state, found.direct_agent_id) == (State.CONNECTED, None)
    assert await house.due(due.DIRECT, visitor) is None
    assert await is_free(house, ben)


async def test_a_parked_visitor_who_connects_anew_is_present(house: House, amira: Agent) -> None:
    visitor = await parked(house, amira)
    await house.drops(visitor)
    await house.passes(300)
    assert (await house.contact(visitor)).state is State.WAITING, "parked places have their own time, not the grace"
    await house.reconnects(visitor)
    assert (await house.contact(visitor)).direct_agent_id == amira.id
    await house.works()
    assert (await house.contact(visitor)).agent_id == amira.id


async def test_a_parked_place_can_be_claimed_on_another_device(house: House, amira: Agent) -> None:
    visitor = await parked(house, amira)
    code = (await house.contact(visitor)).code
    await house.claims.claim(Claim(code, Channel.CHAT, token=house.intake.token_of(visitor)))
    found = await house.contact(visitor)
    assert (found.reach, found.direct_agent_id) == (Reach.PRESENT, amira.id)
    assert await house.due(due.CALLER_IDLE, visitor) is None


async def test_looking_is_not_coming_back(house: House, amira: Agent) -> None:
    visitor = await parked(house, amira)
    await house.drops(visitor)
    await house.legs.touched(visitor)
    assert (await house.contact(visitor)).reach is Reach.AWAY
    assert await house.due(due.GRACE, visitor) is None


async def test_if_the_same_agent_is_busy_anybody_takes_the_visitor_up_first(house: House, amira: Agent) -> None:
    visitor = await parked(house, amira)
    await house.visits()
    await house.works()
    assert not await is_free(house, amira)
    later = await house.visits()
    await house.dialogue.hear(visitor, "I'm back")
    assert (await house.contact(visitor)).direct_agent_id is None
    ben = await house.agent("ben", chats=1)
    await house.works()
    assert (await house.contact(visitor)).agent_id == ben.id
    assert (await house.contact(later)).state is State.WAITING


async def test_if_the_same_agent_does_not_take_it_up_anybody_may(house: House, amira: Agent) -> None:
    visitor = await parked(house, amira)
    await house.dialogue.hear(visitor, "I'm back")
    await house.works()
    ben = await house.agent("ben", chats=1)
    await house.passes(house.tenant.timing.offer_seconds)
    assert (await house.contact(visitor)).agent_id == ben.id, "amira did not answer"


async def test_a_parked_visitor_who_stays_away_was_handled_and_not_abandoned(house: House, amira: Agent) -> None:
    visitor = await parked(house, amira)
    await house.passes(house.tenant.timing.reclaim_seconds - 1)
    assert (await house.contact(visitor)).state is State.WAITING
    await house.passes(1)
    found = await house.contact(visitor)
    assert (found.state, found.outcome) == (State.CLOSED, Outcome.HANDLED)
    closed = await house.events(visitor, EventType.CONTACT_CLOSED)
    assert [event.data["outcome"] for event in closed] == ["handled"]
    assert await house.line_of() == []
    patience = house.lines._waiting._forecaster._queues[CARDS].patience
    assert patience._unread == 1, "one wait has ended: the one before the connection"


async def test_a_visitor_who_drops_while_connected_is_parked_after_the_grace(house: House, amira: Agent) -> None:
    visitor = await chatting(house, amira)
    order_at = (await house.contact(visitor)).order_at
    await house.drops(visitor)
    await house.passes(house.tenant.timing.grace_seconds)
    found = await house.contact(visitor)
    assert (found.state, found.reach, found.order_at) == (State.WAITING, Reach.AWAY, order_at)
    returned = await house.events(visitor, EventType.CONTACT_RETURNED)
    assert returned[-1].data["reason"] == "caller_away"
    assert await is_free(house, amira)
    await house.reconnects(visitor)
    await house.works()
    assert (await house.contact(visitor)).agent_id == amira.id


async def test_a_visitor_who_comes_back_within_the_grace_was_never_gone(house: House, amira: Agent) -> None:
    visitor = await chatting(house, amira)
    await house.drops(visitor)
    await house.passes(house.tenant.timing.grace_seconds - 1)
    await house.reconnects(visitor)
    await house.passes(60)
    found = await house.contact(visitor)
    assert (found.state, found.reach) == (State.CONNECTED, Reach.PRESENT)


async def test_an_agent_whose_visitor_was_parked_is_not_the_longest_idle(house: House, amira: Agent) -> None:
    """C16: whoever has just served somebody comes after whoever has waited for work."""
    ben = await house.agent("ben", presence=Presence.NOT_READY, idle_since=None)
    await parked(house, amira)

    def is_ready(work: UnitOfWork) -> None:
        agent = work.agents.lock(ben.id)
        assert agent is not None
        idle_since = work.now - timedelta(seconds=30)
        work.agents.save(replace(agent, presence=Presence.READY, idle_since=idle_since))

    await house.store.transact(is_ready)
    newcomer = await house.visits()
    await house.works()
    assert (await house.contact(newcomer)).agent_id == ben.id


async def test_a_word_at_the_last_moment_and_the_parking_do_not_both_happen(house: House, amira: Agent) -> None:
    visitor = await chatting(house, amira)
    await house.passes(300)
    house.clock.advance(60)
    (idle,) = [
        deadline
        for deadline in await house.store.read(lambda work: work.deadlines.due(work.now, 10))
        if deadline.kind == due.CALLER_IDLE
    ]
    words = house.dialogue.hear(visitor, "here I am")
    await asyncio.gather(words, *(house.silence.caller_idle(idle) for _ in range(4)))
    await house.works()
    found = await house.contact(visitor)
    assert found.reach is Reach.PRESENT
    assert found.agent_id == amira.id


# the clock


async def test_a_clock_that_jumps_forward_parks_nobody_and_ends_nothing(house: House, amira: Agent) -> None:
    idle = await parked_by(house, "ben")
    asked = await chatting(house, amira)
    await house.passes(300)
    await house.passes(HOUR)
    assert (await house.contact(asked)).state is State.CONNECTED
    found = await house.contact(idle)
    assert (found.state, found.reach) == (State.WAITING, Reach.AWAY)
    await house.dialogue.hear(asked, "I'm here")
    await house.dialogue.hear(idle, "so am I")
    assert (await house.contact(idle)).reach is Reach.PRESENT


async def parked_by(house: House, username: str) -> ContactId:
    other = QueueId("accounts")
    agent = await house.agent(username, chats=1, queues=(other,))
    visitor = await house.visits(queue=other)
    await house.meets(visitor, agent)
    await house.conversation.say(visitor, agent, "Good morning.")
    await house.passes(house.tenant.timing.caller_idle_seconds)
    await house.passes(house.tenant.timing.caller_warned_seconds)
    return visitor


async def test_a_clock_that_jumps_over_the_grace_of_a_connected_visitor_costs_no_place(
    house: House, amira: Agent
) -> None:
    visitor = await chatting(house, amira)
    order_at = (await house.contact(visitor)).order_at
    await house.drops(visitor)
    await house.passes(HOUR)
    await house.passes(-HOUR)
    found = await house.contact(visitor)
    assert (found.state, found.order_at) == (State.WAITING, order_at)
    await house.reconnects(visitor)
    await house.works()
    assert (await house.contact(visitor)).agent_id == amira.id


async def test_a_clock_that_jumps_back_leaves_no_place_to_one_agent_alone(house: House, amira: Agent) -> None:
    visitor = await parked(house, amira)
    await house.dialogue.hear(visitor, "I'm back")

    def goes_home(work: UnitOfWork) -> None:
        agent = work.agents.lock(amira.id)
        assert agent is not None
        work.agents.save(replace(agent, presence=Presence.SIGNED_OUT, idle_since=None))

    await house.store.transact(goes_home)
    ben = await house.agent("ben", chats=1)
    await house.passes(-HOUR)
    assert (await house.contact(visitor)).state is State.WAITING
    await house.passes(house.tenant.timing.direct_seconds)
    assert (await house.contact(visitor)).agent_id == ben.id


async def test_a_clock_that_jumps_back_reminds_the_agent_in_time(house: House, amira: Agent) -> None:
    visitor = await chatting(house, amira)
    await house.dialogue.hear(visitor, "my card is gone")
    await house.passes(-HOUR)
    await house.passes(60)
    assert len(await silences(house, visitor)) == 1
