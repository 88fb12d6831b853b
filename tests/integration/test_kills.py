"""`kill -9` of everything, at any moment: what was acknowledged is there afterwards, in the same order.

A run prints its seed; `HOLDFAST_KILL_SEED=… pytest tests/integration/test_kills.py` rolls the same dice again.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from crowd import Crowd
from journey.chat import ChatCaller
from journey.console import AgentConsole, CommandRefused
from journey.telephone import Line, SignedCall
from serving.demo import card_status, changed_tenant
from serving.locking import locked
from serving.patience import until
from serving.rasa import Rasa
from serving.service import TWILIO_TOKEN, Service

KILLS = 20
SLOTS = 3
PATIENT = {"offer_seconds": 600.0, "grace_seconds": 120.0}


@pytest.fixture
def seed() -> int:
    chosen = int(os.environ.get("HOLDFAST_KILL_SEED") or random.SystemRandom().randrange(10**6))
    sys.stdout.write(f"HOLDFAST_KILL_SEED={chosen}\n")
    return chosen


@pytest.fixture
def patient(tmp_path: Path, rasa: Rasa) -> Iterator[Service]:
    """Offers stand long enough to outlive a kill: only the service's absence may end one."""
    with Service(tmp_path, **rasa.settings, **changed_tenant(tmp_path, **PATIENT)) as service:
        service.wait_until_ready()
        yield service
    service.assert_quiet_log()


@pytest.mark.timeout(600)
async def test_twenty_kills_lose_and_reorder_nothing(patient: Service, http: aiohttp.ClientSession, seed: int) -> None:
    chance = random.Random(seed)
    crowd = Crowd(http, patient.url, chance)
    await crowd.arrive_and_talk()
    amira = await AgentConsole.sign_in(http, patient.url, "amira")
    await amira.command("ready")
    for kill in range(1, KILLS + 1):
        offered = await _offers_to(amira, crowd)
        crowding = asyncio.create_task(crowd.arrive_and_talk())
        await asyncio.sleep(chance.uniform(0.02, 0.6))  # the random moment of the kill
        patient.kill()
        await crowding
        await amira.close()
        patient.start()
        sys.stdout.write(f"kill {kill}: {len(crowd.members)} places, {len(crowd.open_joins)} joins cut\n")
        await crowd.repeat_what_was_cut()
        await _everybody_stands_where_they_were_told(crowd)
        await amira.open()
        await _offers_are_made_anew(amira, crowd, offered)
    await crowd.assert_words_are_kept()
    await until("every question is answered in the end", crowd.has_been_answered, 60)
    await _the_first_is_served(amira, crowd)


async def _everybody_stands_where_they_were_told(crowd: Crowd) -> None:
    """Nobody leaves in this test, so a position told once is true for good."""
    told = await crowd.places()
    for member in crowd.members:
        shown = told[member.name]
        assert shown["state"] in {"waiting", "offered"}, shown
        assert shown["outcome"] is None
        first, now = member.caller.joined["place"], dict(shown["place"])
        assert (now["code"], now["entered_at"]) == (first["code"], first["entered_at"])
        assert now["position"] == first["position"], f"{member.name} was told {first}, and now {now}"
    positions = sorted(member.caller.position_at_joining for member in crowd.members)
    assert positions == list(range(1, len(positions) + 1))


def _first_in_line(crowd: Crowd) -> list[str]:
    members = sorted(crowd.members, key=lambda member: member.caller.position_at_joining)
    return [member.name for member in members[:SLOTS]]


async def _offers_to(amira: AgentConsole, crowd: Crowd) -> dict[str, str]:
    """The agent's pending offers, by contact: the first of the line, as many as there are slots."""
    offers = {offer["contact_id"]: offer["offer_id"] for offer in amira.snapshot["offers"]}
    for contact_id in _first_in_line(crowd):
        if contact_id not in offers:
            offers[contact_id] = (await amira.is_offered(contact_id))["offer_id"]
    assert sorted(offers) == sorted(_first_in_line(crowd))
    return offers


async def _offers_are_made_anew(amira: AgentConsole, crowd: Crowd, before: dict[str, str]) -> None:
    """To the same first in line, as other offers; the agent is not marked for not having answered."""
    assert (amira.snapshot["agent"]["presence"], amira.snapshot["agent"].get("reason")) == ("ready", None)
    now = await _offers_to(amira, crowd)
    assert not set(now.values()) & set(before.values())
    with pytest.raises(CommandRefused) as refused:
        await amira.command("accept", offer_id=before[_first_in_line(crowd)[0]])
    assert refused.value.code == "offer_ended"


async def _the_first_is_served(amira: AgentConsole, crowd: Crowd) -> None:
    first = _first_in_line(crowd)[0]
    offers = await _offers_to(amira, crowd)
    await amira.accept({"offer_id": offers[first], "contact_id": first})
    await amira.about("contact.connected", first)

    async def all_moved_up() -> bool:
        told = await crowd.places()
        places = {member.name: dict(told[member.name]["place"])["position"] for member in crowd.members}
        told_once = {member.name: member.caller.position_at_joining for member in crowd.members}
        return all(places[name] == (told_once[name] - 1 or None) for name in places)

    await until("everybody else moves up by one", all_moved_up)


async def test_time_away_counts_against_nobody(tmp_path: Path, rasa: Rasa, http: aiohttp.ClientSession) -> None:
    """Away for longer than the grace: everybody is there still, and has the whole grace from the return on."""
    grace = 4.0
    with Service(tmp_path, **rasa.settings, **changed_tenant(tmp_path, grace_seconds=grace)) as service:
        on_socket = await (await ChatCaller.join(http, service.url)).open()
        without = await ChatCaller.join(http, service.url)
        service.kill()
        await on_socket.close()
        await asyncio.sleep(grace + 1)  # the time away is what is tested
        service.start()
        returned_at = time.monotonic()
        again = await on_socket.another_device().open()
        assert again.position == 1
        assert (await again.show())["state"] == "waiting"

        behind = await (await ChatCaller.join(http, service.url)).open()
        assert behind.position == 3, "who did not come back yet keeps the place"
        await behind.heard.wait_for(
            "the one who never came back gives way",
            lambda frame: frame["type"] == "place.updated" and frame["data"]["place"]["position"] == 2,
        )
        assert time.monotonic() - returned_at >= grace / 2, "the grace after the return was cut short"
        shown = await without.show()
        assert (shown["state"], shown["outcome"]) == ("abandoned", "abandoned")
        assert (await again.show())["state"] == "waiting"
    service.assert_quiet_log()


async def test_a_conversation_and_an_open_question_survive_a_kill(
    patient: Service, http: aiohttp.ClientSession
) -> None:
    talking = await (await ChatCaller.join(http, patient.url)).open()
    proving = await (await ChatCaller.join(http, patient.url)).open()
    await proving.say("my debit card was stolen yesterday")
    await proving.gives("customer_number", "10000002")
    asked = await proving.heard.wait_for("the PIN", lambda frame: frame.get("data", {}).get("name") == "pin")
    amira = await AgentConsole.sign_in(http, patient.url, "amira")
    await amira.command("ready")
    await amira.accept(await amira.is_offered(talking.contact_id))
    await talking.heard.wait_for_type("contact.connected")
    await talking.say("It began on Monday")
    await amira.reads(talking.contact_id, "It began on Monday")
    patient.kill()
    for client in (talking, proving, amira):
        await client.close()
    patient.start()

    talking, proving = await talking.another_device().open(), await proving.another_device().open()
    await amira.open()
    (work,) = amira.snapshot["contacts"]
    assert (work["contact_id"], work["transcript"][-1]["text"]) == (talking.contact_id, "It began on Monday")
    await amira.command("say", contact_id=talking.contact_id, text="I am back too", client_id="back")
    await talking.hears("I am back too", author="agent")
    assert (await talking.show())["state"] == "connected"
    again = await proving.heard.wait_for_type("input.requested")
    assert again["data"] == asked["data"], "the same question, not another one"
    await proving.gives("pin", "7305")
    await proving.hears("that's you confirmed")


async def test_a_call_on_the_line_survives_a_kill(patient: Service, http: aiohttp.ClientSession) -> None:
    """The telephone company keeps the call, and asks on as soon as somebody answers again."""
    call = SignedCall(Line(http, patient.url, TWILIO_TOKEN))
    await call.dial()
    behind = await ChatCaller.join(http, patient.url)
    await call.say("my debit card was stolen yesterday")
    assert call.listens_for() == {"dtmf"}
    patient.kill()
    patient.start()
    assert "PIN" in await call.press("10000001")
    assert "debit card ending 4417" in await call.press("4821")
    again = SignedCall(call.line, call.caller, sid=call.sid)
    assert "Your place in the queue is secured: you're next" in await again.dial()
    assert (await behind.show())["place"]["position"] == 2, "the same call has one place"
    amira = await AgentConsole.sign_in(http, patient.url, "amira")
    await amira.command("ready")
    offer = await amira.is_offered()
    assert (offer["channel"], "Maya" in offer["headline"]) == ("voice", True)


async def test_a_yes_whose_order_was_cut_by_a_kill_is_carried_out_afterwards(
    patient: Service, http: aiohttp.ClientSession
) -> None:
    caller = await (await ChatCaller.join(http, patient.url)).open()
    await caller.say("my debit card was stolen yesterday")
    await caller.gives("customer_number", "10000001")
    await caller.gives("pin", "4821")
    await caller.hears("shall I freeze")
    with locked(patient.data_dir / "bank.db"):
        await caller.say("yes")
        patient.kill()
    await caller.close()
    patient.start()
    again = await caller.another_device().open()
    await again.hears("debit card ending 4417 is frozen")
    assert card_status(patient.data_dir, "card-1001") == "frozen"
