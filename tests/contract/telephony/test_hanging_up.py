"""A caller who hangs up, wherever the call is: nothing is left over, and nobody waits for somebody who has gone.

With an agent on the way or on the line: `tests/journey/test_broken_calls_journey.py`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from call_scenes import CARDS, EVENING, as_it_is, asking, closed, settles
from conftest import assert_grammatical
from phone_client import PhoneClient
from test_lost_webhooks import nobody_is_left
from test_meeting_agents import met
from voice_house import VoiceHouse, open_voice_house

from assistant.settings.tenant import Tenant

type Station = Callable[[VoiceHouse, PhoneClient], Awaitable[PhoneClient]]


async def ringing(_: VoiceHouse, phone: PhoneClient) -> PhoneClient:
    await phone.call()
    return phone


async def greeted(house: VoiceHouse, phone: PhoneClient) -> PhoneClient:
    await ringing(house, phone)
    await phone.expects("spoken")
    return phone


async def listened_to(house: VoiceHouse, phone: PhoneClient) -> PhoneClient:
    await ringing(house, phone)
    await phone.expects("listening")
    return phone


async def thought_about(house: VoiceHouse, phone: PhoneClient) -> PhoneClient:
    """The assistant has not answered yet."""
    await listened_to(house, phone)
    house.engine.gate.clear()
    await phone.say("what do I do")
    for _ in range(500):
        if house.engine.turns:
            break
        await phone.send("ping")
        await phone.expects("pong")
    assert house.engine.turns
    return phone


async def asked_for_digits(house: VoiceHouse, phone: PhoneClient) -> PhoneClient:
    await listened_to(house, phone)
    await phone.say("I lost my card")
    await phone.expects("listening", num_digits=8)
    return phone


async def holding(house: VoiceHouse, phone: PhoneClient) -> PhoneClient:
    await listened_to(house, phone)
    await phone.press("0")
    await phone.expects("play")
    return phone


async def told_of_the_callback(house: VoiceHouse, phone: PhoneClient) -> PhoneClient:
    await listened_to(house, phone)
    await phone.press("9")
    await phone.expects("spoken")
    return phone


async def told_that_it_is_closed(house: VoiceHouse, phone: PhoneClient) -> PhoneClient:
    return await listened_to(house, phone)


async def leaving_a_message(house: VoiceHouse, phone: PhoneClient) -> PhoneClient:
    await listened_to(house, phone)
    await phone.press("2")
    await phone.expects("recording")
    await phone.say("Please call me back.")
    return phone


async def asked_how_it_was(house: VoiceHouse, phone: PhoneClient) -> PhoneClient:
    await phone.close()
    caller, desk, _ = await met(house)
    await desk.hang_up()
    await caller.expects("listening")
    return caller


STATIONS: dict[Station, Callable[[Tenant], Tenant]] = {
    ringing: as_it_is,
    greeted: as_it_is,
    listened_to: as_it_is,
    thought_about: as_it_is,
    asked_for_digits: as_it_is,
    holding: as_it_is,
    told_of_the_callback: as_it_is,
    told_that_it_is_closed: closed,
    leaving_a_message: closed,
    asked_how_it_was: asking,
}


@pytest.mark.parametrize("station", STATIONS)
async def test_hanging_up_leaves_nothing_behind(
    sqlite_url: str, clock: Any, fernhill: Tenant, station: Station
) -> None:
    if STATIONS[station] is closed:
        clock.at = EVENING
    async with open_voice_house(sqlite_url, clock, STATIONS[station](fernhill)) as house:
        phone = await station(house, await house.phone())
        await phone.hang_up()
        await phone.expects("call", status="canceled" if station is ringing else "completed")
        house.engine.gate.set()
        await nobody_is_left(house)
        stay = 1 if station is told_of_the_callback else 0

        async def is_as_it_should() -> bool:
            line = await house.store.read(lambda work: work.lines.snapshot(CARDS))
            return len(line.places) == stay

        await settles("the line holds those who are still there", is_as_it_should)
        await assert_grammatical(house)
