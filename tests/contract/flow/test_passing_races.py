"""Races over a contact that is passed on: one winner each, never two agents, never a slot twice, nobody left alone."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from arrivals import CARDS
from passing_house import ACCOUNTS, FRAUD, House
from passing_house import house as house
from passing_house import tenant as tenant

from assistant.model.agent import Agent, Presence
from assistant.model.contact import Channel, Contact, State
from assistant.model.errors import Refused
from assistant.model.events import EventType
from assistant.model.offer import Offer

STEPS = 80


async def at_once(*works: Awaitable[Any]) -> list[Any]:
    """All of them together; a refusal is a normal answer, anything else is not."""
    results = await asyncio.gather(*works, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, Refused):
            raise result
    return results


async def handed(house: House, amira: Agent, ben: Agent) -> tuple[Contact, Offer]:
    contact = await house.talks(amira)
    return contact, await house.warm(contact, amira, ben)


async def test_of_two_accepts_at_once_of_one_hand_over_one_wins(house: House) -> None:
    amira, ben = await house.hires("amira"), await house.hires("ben")
    contact, offer = await handed(house, amira, ben)
    results = await at_once(*(house.offers.accept(offer.id, ben.id) for _ in range(10)))
    assert sum(not isinstance(result, Refused) for result in results) == 1
    assert len(await house.events(contact, EventType.CONTACT_CONNECTED)) == 2
    await house.keeps_its_promises()


async def test_call_answered_by_two_agents_asterisk_176_a_contact_is_with_one_of_them(house: House) -> None:
    amira, ben = await house.hires("amira"), await house.hires("ben")
    rivals: list[Callable[[Contact], Awaitable[Any]]] = [
        lambda contact: house.conversation.leave(contact.id),
        lambda contact: house.conversation.end(contact.id, amira.id),
        lambda contact: house.cold(contact, amira, ACCOUNTS),
        lambda contact: house.cold(contact, amira, ben),
        lambda contact: house.goes(ben),
    ]
    for rival in rivals:
        await house.goes(ben, Presence.READY)
        contact, offer = await handed(house, amira, ben)
        await at_once(house.offers.accept(offer.id, ben.id), rival(contact))
        await house.keeps_its_promises()
        after = await house.now(contact)
        holders = [slot for slots in (await house.slots()).values() for slot in slots if slot.contact_id == contact.id]
        assert len(holders) == (0 if after.state is State.WAITING else 1)
        await finish(house, contact, amira, ben)
    assert await house.slots() == {"amira": [], "ben": []}


async def finish(house: House, contact: Contact, *agents: Agent) -> None:
    await house.conversation.leave(contact.id)
    for agent in agents:
        await at_once(house.conversation.wrap_up(contact.id, agent, "resolved", ""))


async def test_an_agent_lost_in_mid_acceptance_leaves_the_caller_with_one_or_in_line(house: House) -> None:
    amira, ben = await house.hires("amira"), await house.hires("ben")
    for lost in (amira, ben):
        for agent in (amira, ben):
            await house.presence.console_opened(agent.id, f"{agent.username}, while {lost.username} is lost")
            await house.goes(agent, Presence.READY)
        contact, offer = await handed(house, amira, ben)
        await house.presence.console_closed(f"{lost.username}, while {lost.username} is lost")
        house.clock.advance(house.tenant.timing.console_grace_seconds + 0.1)
        await at_once(house.offers.accept(offer.id, ben.id), house.passes(0))
        await house.keeps_its_promises()
        after = await house.now(contact)
        assert after.state is State.WAITING or after.agent_id in {amira.id, ben.id}
        await finish(house, contact, amira, ben)


async def test_two_who_hand_over_to_each_other_at_once_do_not_block_each_other(house: House) -> None:
    amira, ben = await house.hires("amira", chats=2), await house.hires("ben", chats=2)
    for _ in range(5):
        first, to_ben = await handed(house, amira, ben)
        second, to_amira = await handed(house, ben, amira)
        results = await at_once(house.offers.accept(to_ben.id, ben.id), house.offers.accept(to_amira.id, amira.id))
        assert not any(isinstance(result, Refused) for result in results)
        assert (await house.now(first)).agent_id == ben.id
        assert (await house.now(second)).agent_id == amira.id
        await house.keeps_its_promises()
        await finish(house, first, ben)
        await finish(house, second, amira)


async def test_of_three_hand_overs_to_one_free_slot_one_succeeds(house: House) -> None:
    amira, ben = await house.hires("amira"), await house.hires("ben", chats=1)
    offers = [(await handed(house, amira, ben))[1] for _ in range(3)]
    results = await at_once(*(house.offers.accept(offer.id, ben.id) for offer in offers))
    refused = [result.code for result in results if isinstance(result, Refused)]
    assert refused == ["no_slot", "no_slot"]
    assert len((await house.slots())["ben"]) == 1
    await house.keeps_its_promises()


async def test_a_hand_over_and_an_offer_of_the_line_share_no_slot(house: House) -> None:
    amira, ben = await house.hires("amira"), await house.hires("ben", ACCOUNTS, chats=1)
    for _ in range(5):
        contact, offer = await handed(house, amira, ben)
        waiting = await house.arrives(ACCOUNTS)
        await at_once(house.offers.accept(offer.id, ben.id), house.offered())
        await house.keeps_its_promises()
        for each in (contact, waiting):
            await finish(house, each, amira, ben)


class Shift:
    """A shift in which anything happens in any order; what does not fit just then is refused."""

    def __init__(self, house: House, agents: list[Agent], seed: int) -> None:
        self.house = house
        self.agents = agents
        self.chance = random.Random(seed)
        self.contacts: list[Contact] = []
        self.calls = 0

    async def step(self) -> None:
        steps = [self.arrive, self.offer, self.answer, self.answer, self.pass_on, self.pass_on, self.leave, self.go]
        await self.chance.choice([*steps, self.wait, self.move])()

    async def arrive(self) -> None:
        channel = self.chance.choice([Channel.CHAT, Channel.CHAT, Channel.CHAT, Channel.VOICE])
        self.contacts.append(await self.house.arrives(self.chance.choice([CARDS, ACCOUNTS, FRAUD]), channel))

    async def offer(self) -> None:
        for agent in self.agents:
            if self.chance.random() < 0.7:
                await self.house.goes(agent, Presence.READY)
        while await self.house.offered() is not None:
            if self.chance.random() < 0.7:
                await self.answer()

    async def answer(self) -> None:
        for offer in await self.house.store.read(lambda work: work.offers.pending()):
            if self.chance.random() < 0.25:
                await at_once(self.house.offers.decline(offer.id, offer.agent_id, "busy"))
                continue
            await at_once(self.house.offers.accept(offer.id, offer.agent_id))
            await self.house.offers.join(offer.id)
            if self.chance.random() < 0.8:
                await self.house.offers.bridged(offer.id)

    async def pass_on(self) -> None:
        for contact in self.contacts:
            current = await self.house.now(contact)
            by = next((agent for agent in self.agents if agent.id == current.agent_id), None)
            if by is None or self.chance.random() < 0.5:
                continue
            to: Any = self.chance.choice([CARDS, ACCOUNTS, FRAUD, *self.agents])
            way = self.chance.choice([self.house.cold, self.house.warm])
            await at_once(way(contact, by, to, "a note"))

    async def leave(self) -> None:
        if self.contacts:
            contact = self.chance.choice(self.contacts)
            await at_once(self.house.conversation.leave(contact.id))
            for agent in self.agents:
                await at_once(self.house.conversation.wrap_up(contact.id, agent, "resolved", ""))

    async def go(self) -> None:
        agent = self.chance.choice(self.agents)
        await self.house.goes(agent, self.chance.choice([Presence.READY, Presence.READY, Presence.NOT_READY]))

    async def wait(self) -> None:
        await self.house.passes(self.chance.choice([1, 5, 25, 65]))

    async def move(self) -> None:
        if self.contacts:
            contact, queue = self.chance.choice(self.contacts), self.chance.choice([CARDS, ACCOUNTS, FRAUD])
            await at_once(self.house.transfers.move(contact.id, self.agents[0], queue, "fits better"))


@pytest.mark.parametrize("seed", [3, 17])
async def test_whatever_is_passed_on_in_whatever_order_nobody_is_lost_doubled_or_overtaken(
    house: House, seed: int
) -> None:
    queues = [(CARDS, ACCOUNTS), (ACCOUNTS, FRAUD), (FRAUD, CARDS)]
    agents = [await house.hires(name, *queues[n]) for n, name in enumerate(("amira", "ben", "carla"))]
    shift = Shift(house, agents, seed)
    for _ in range(STEPS):
        await shift.step()
        await house.keeps_its_promises()
    done = {event.type for contact in shift.contacts for event in await house.events(contact)}
    assert {EventType.TRANSFER_ASKED, EventType.TRANSFER_ENDED, EventType.QUEUE_CHANGED} <= done
