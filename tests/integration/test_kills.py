"""`kill -9` of everything, at any moment: what was acknowledged is there afterwards, in the same order.

A run prints its seed; `HOLDFAST_KILL_SEED=… pytest tests/integration/test_kills.py` rolls the same dice again.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from crowd import Crowd
from journey.console import AgentConsole, CommandRefused
from serving.demo import changed_tenant
from serving.patience import until
from serving.rasa import Rasa
from serving.service import Service

KILLS = 20
KILLED_WHILE_STARTING = 0.2
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
        if chance.random() < KILLED_WHILE_STARTING:
            patient.launch()
            await asyncio.sleep(chance.uniform(0.5, 3))  # another random moment, in the middle of recovery
            patient.kill()
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
