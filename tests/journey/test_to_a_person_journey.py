"""What goes straight to a person: nothing is asked, the place moves up where the bank says so, and the agent knows."""

from __future__ import annotations

from collections.abc import Iterator

import aiohttp
import pytest
from journey.chat import ChatCaller
from journey.console import AgentConsole
from serving.rasa import Rasa
from serving.service import Service

SCAM = "a man on my mobile says he's from your fraud team and i must move my money to a safe account right now"


@pytest.fixture
def bank(tmp_path_factory: pytest.TempPathFactory, rasa: Rasa) -> Iterator[Service]:
    with Service(tmp_path_factory.mktemp("person"), **rasa.settings) as service:
        service.wait_until_ready()
        yield service
    service.assert_quiet_log()


async def test_a_scam_under_way_begins_further_ahead_and_its_headline_says_so(
    bank: Service, http: aiohttp.ClientSession
) -> None:
    first = await (await ChatCaller.join(http, bank.url)).open()
    pressed = await (await ChatCaller.join(http, bank.url)).open()
    assert pressed.position == 2
    said = await pressed.ask(SCAM, "don't pay or share")
    assert "?" not in said
    await first.heard.wait_for(
        "the reason why the place got worse",
        lambda frame: frame["type"] == "place.updated" and frame["data"].get("reason") == "head_start",
    )
    shown = await pressed.show()
    assert shown["dialogue"] == "quiet"
    assert shown["gathered"]["topic"] == "scam_in_progress"
    assert shown["place"]["position"] == 1
    console = await AgentConsole.sign_in(http, bank.url, "amira")
    await console.command("ready")
    offer = await console.is_offered()
    assert offer["contact_id"] == pressed.contact_id
    assert "Scam happening now" in offer["headline"]
    briefing = await console.accept(offer)
    assert briefing["topic"] == "scam_in_progress"


async def test_who_is_in_danger_is_told_whom_to_ring_and_where_they_stand(
    bank: Service, http: aiohttp.ClientSession
) -> None:
    caller = await (await ChatCaller.join(http, bank.url)).open()
    said = await caller.ask("i don't want to live any more", "ring 999 now")
    assert "you're first in line" in said
    assert "?" not in said
    await caller.say("assistant")
    assert await caller.hears("I'm back")
    assert (await caller.show())["gathered"]["topic"] == "danger_to_life"


async def test_a_death_is_answered_with_one_sentence_in_the_middle_of_a_form(
    bank: Service, http: aiohttp.ClientSession
) -> None:
    caller = await (await ChatCaller.join(http, bank.url)).open()
    await caller.ask("i want to transfer fifty pounds", "where should it go")
    said = await caller.ask("sorry it's for my dad's funeral he died on sunday", "so sorry")
    assert "won't ask you anything" in said
    await caller.say("assistant")
    assert await caller.hears("You also mentioned your transfer")
