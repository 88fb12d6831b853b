"""The telephone in a console: who is given what is needed for it, and when calls ring there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from agents_house import House
from agents_house import house as house

from assistant.model.agent import RingsAt
from assistant.model.contact import Channel

PATH = "/api/v1/agent/softphone"


async def becomes(house: House, username: str, **changes: Any) -> None:
    """What is on file of somebody."""
    agent = await house.agent(username)
    await house.store.transact(lambda work: work.agents.save(replace(agent, **changes)))


async def test_a_signed_in_agent_is_given_what_their_own_telephone_needs(house: House) -> None:
    token = await house.signs_in("amira")
    identity = (await house.agent("amira")).identity
    status, given = await house.posts(PATH, {}, token)
    assert (status, given) == (
        200,
        {"kind": "emulator", "identity": identity, "address": f"client:{identity}", "socket": "/emulator/phone"},
    )
    assert (await house.posts(PATH, {}, "not a token"))[0] == 401
    await becomes(house, "amira", has_softphone=False)
    status, told = await house.posts(PATH, {}, token)
    assert (status, told["error"]["code"]) == (409, "no_softphone")


async def test_calls_ring_in_the_console_for_as_long_as_it_says_so(house: House) -> None:
    amira = await house.opens_console("amira")
    agent = amira.snapshot["agent"]
    assert (agent["softphone"], agent["ring_choice"], agent["rings_at"]) == ("emulator", "softphone", "phone")
    await amira.does("softphone", ready=True)
    await amira.heard("agent.updated", rings_at="softphone")
    await amira.does("softphone", ready=True)  # told twice
    since = len(amira.frames)
    await amira.does("softphone", ready=False)
    await amira.heard("agent.updated", rings_at="phone", since=since)
    await amira.does("softphone", ready=True)
    assert (await house.agent("amira")).rings_at is RingsAt.SOFTPHONE
    await amira.leaves()
    again = await house.opens_console("amira")
    assert again.snapshot["agent"]["rings_at"] == "phone", "a telephone in a console is gone with it"


async def test_one_of_several_consoles_is_enough(house: House) -> None:
    first, second = await house.opens_console("amira"), await house.opens_console("amira")
    await first.does("softphone", ready=True)
    await second.heard("agent.updated", rings_at="softphone")
    since = len(second.frames)
    await first.leaves()
    await second.heard("agent.updated", rings_at="phone", since=since)
    assert (await house.agent("amira")).rings_at is RingsAt.PHONE


async def test_the_agent_chooses_where_calls_ring(house: House) -> None:
    amira = await house.opens_console("amira")
    await amira.does("softphone", ready=True)
    await amira.does("ring", at="phone")
    await amira.heard("agent.updated", ring_choice="phone", rings_at="phone")
    await amira.does("ring", at="softphone")
    assert (await house.agent("amira")).rings_at is RingsAt.SOFTPHONE
    assert await amira.is_refused("ring", at="elsewhere") == "malformed_frame"
    await becomes(house, "amira", phone=None)
    assert await amira.is_refused("ring", at="phone") == "no_telephone"


async def test_without_any_telephone_that_can_be_rung_nobody_is_offered_a_call(house: House) -> None:
    await becomes(house, "amira", phone=None)
    amira = await house.opens_console("amira")
    caller = await house.arrives(channel=Channel.VOICE)
    visitor = await house.arrives()
    offer = await amira.heard("offer.made", contact_id=visitor.id)
    await amira.does("decline", offer_id=offer["data"]["offer_id"])
    await amira.does("softphone", ready=True)
    offer = await amira.heard("offer.made", contact_id=caller.id)
    assert offer["data"]["channel"] == "voice"


@pytest.mark.parametrize("ready", [None, "yes", 1])
async def test_what_is_no_readiness_is_refused(house: House, ready: Any) -> None:
    amira = await house.opens_console("amira", ready=False)
    assert await amira.is_refused("softphone", ready=ready) == "malformed_frame"
