"""What an agent at the console can rely on, and what a caller can rely on when an agent does not come."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from journey.chat import ChatCaller
from journey.console import AgentConsole, CommandRefused
from journey.wire import Socket, WireRefused, read_json
from serving.demo import changed_tenant
from serving.patience import until
from serving.rasa import Rasa
from serving.service import Service


@pytest.fixture
def quick(tmp_path: Path, rasa: Rasa) -> Iterator[Service]:
    """A service whose agents have two seconds to answer, and may be asked again a second after they declined."""
    tenant = changed_tenant(tmp_path, offer_seconds=2, declined_seconds=1, console_grace_seconds=1)
    with Service(tmp_path, **rasa.settings, **tenant) as service:
        service.wait_until_ready()
        yield service
    service.assert_quiet_log()


async def test_a_declined_offer_returns_to_its_own_place_and_is_offered_again(
    quick: Service, http: aiohttp.ClientSession
) -> None:
    first = await (await ChatCaller.join(http, quick.url)).open()
    second = await (await ChatCaller.join(http, quick.url)).open()
    amira = await AgentConsole.sign_in(http, quick.url, "amira")
    await amira.command("ready")
    offer = await amira.is_offered(first.contact_id)
    since = amira.heard.mark
    await amira.command("decline", offer_id=offer["offer_id"], reason="busy")
    ended = await amira.heard.wait_for(
        "the declined offer's end",
        lambda frame: frame["type"] == "offer.ended" and frame["data"]["offer_id"] == offer["offer_id"],
        since,
    )
    assert ended["data"]["outcome"] == "declined"
    assert (await first.show())["place"]["position"] == 1
    assert (await second.show())["place"]["position"] == 2
    again = await amira.is_offered(first.contact_id, since)
    assert again["offer_id"] != offer["offer_id"]


async def test_an_offer_that_nobody_answers_returns_to_its_place_and_the_agent_gets_no_more(
    quick: Service, http: aiohttp.ClientSession
) -> None:
    caller = await (await ChatCaller.join(http, quick.url)).open()
    amira = await AgentConsole.sign_in(http, quick.url, "amira")
    await amira.command("ready")
    offer = await amira.is_offered(caller.contact_id)
    ended = await amira.heard.wait_for_type("offer.ended")
    assert ended["data"]["outcome"] == "not_answered"
    marked = await amira.heard.wait_for(
        "RONA", lambda frame: frame["type"] == "agent.updated" and frame["data"]["presence"] == "not_ready"
    )
    assert marked["data"]["reason"] == "rona"
    of_the_agents = {"wait": None, "staffed": None}
    assert (await caller.show())["place"] | of_the_agents == caller.joined["place"] | of_the_agents
    with pytest.raises(CommandRefused) as refused:
        await amira.command("accept", offer_id=offer["offer_id"])
    assert refused.value.code == "offer_ended"
    since = amira.heard.mark
    await amira.command("ready")
    assert (await amira.is_offered(caller.contact_id, since))["offer_id"] != offer["offer_id"]


async def test_whoever_comes_when_somebody_is_free_is_connected_without_a_menu(
    service: Service, http: aiohttp.ClientSession
) -> None:
    ben = await AgentConsole.sign_in(http, service.url, "ben")
    await ben.command("ready")
    caller = await (await ChatCaller.join(http, service.url, "accounts")).open()
    assert "Someone is free. Connecting you now." in caller.greeting
    offer = await ben.is_offered(caller.contact_id)
    await ben.command("accept", offer_id=offer["offer_id"])
    # no confirmation of the briefing: within about a second the caller is connected all the same
    connected = await caller.heard.wait_for_type("contact.connected", seconds=10)
    assert "Ben" in connected["data"]["agent_name"]


async def test_three_chats_fill_an_agent_and_the_fourth_waits_for_a_free_slot(
    service: Service, http: aiohttp.ClientSession
) -> None:
    callers = [await (await ChatCaller.join(http, service.url)).open() for _ in range(4)]
    amira = await AgentConsole.sign_in(http, service.url, "amira")
    await amira.command("ready")
    for caller in callers[:3]:
        await amira.accept(await amira.is_offered(caller.contact_id))
    assert [offer["data"]["contact_id"] for offer in amira.heard.of("offer.made")] == [
        caller.contact_id for caller in callers[:3]
    ], "in order, and no more than there are slots"
    await amira.about("contact.connected", callers[2].contact_id)
    assert (await callers[3].show())["place"]["position"] == 1
    await amira.command("end", contact_id=callers[0].contact_id)
    await amira.command("wrap_up", contact_id=callers[0].contact_id, disposition="resolved", notes="")
    await amira.is_offered(callers[3].contact_id)


async def test_an_agents_reload_shows_the_same_work(service: Service, http: aiohttp.ClientSession) -> None:
    caller = await (await ChatCaller.join(http, service.url)).open()
    amira = await AgentConsole.sign_in(http, service.url, "amira")
    await amira.command("ready")
    await amira.accept(await amira.is_offered(caller.contact_id))
    await caller.heard.wait_for_type("contact.connected")
    await caller.say("It was blue")
    await amira.reads(caller.contact_id, "It was blue")
    await amira.close()
    await amira.open()
    (work,) = amira.snapshot["contacts"]
    assert work["contact_id"] == caller.contact_id
    assert work["transcript"][-1]["text"] == "It was blue"
    assert work["last_seq"] >= work["transcript"][-1]["seq"]
    assert amira.snapshot["offers"] == []
    assert amira.snapshot["agent"]["presence"] == "ready"
    since = amira.heard.mark
    await caller.say("and rather new")
    news = await amira.about("message.added", caller.contact_id, since)
    assert news["data"]["text"] == "and rather new"
    assert news["seq"] > work["last_seq"]


async def test_a_lost_agent_gives_the_chat_back_to_its_place_with_the_reason(
    quick: Service, http: aiohttp.ClientSession
) -> None:
    caller = await (await ChatCaller.join(http, quick.url)).open()
    behind = await (await ChatCaller.join(http, quick.url)).open()
    carla = await AgentConsole.sign_in(http, quick.url, "carla")
    await carla.command("ready")
    await carla.accept(await carla.is_offered(caller.contact_id))
    await caller.heard.wait_for_type("contact.connected")
    await carla.close()
    returned = await caller.heard.wait_for_type("contact.returned")
    assert returned["data"]["reason"] == "agent_lost"
    assert "first in line" in await caller.hears("lost the connection to Carla")
    worse = await behind.heard.wait_for(
        "a worse position with its reason",
        lambda frame: frame["type"] == "place.updated" and "reason" in frame["data"],
    )
    assert (worse["data"]["reason"], worse["data"]["place"]["position"]) == ("returned", 2)


async def test_who_may_sign_in_and_from_where(service: Service, http: aiohttp.ClientSession) -> None:
    with pytest.raises(WireRefused) as wrong:
        await AgentConsole.sign_in(http, service.url, "amira", "holdfest")
    with pytest.raises(WireRefused) as unknown:
        await AgentConsole.sign_in(http, service.url, "nobody", "holdfast")
    assert wrong.value.status == unknown.value.status == 401
    assert wrong.value.message == unknown.value.message, "nobody learns which names exist"

    session = f"{service.url}/api/v1/agent/session"
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        async with browser.post(session, json={"username": "amira", "password": "holdfast"}) as answer:
            assert "token" not in await read_json(answer)
        address = f"{service.url}/api/v1/agent/socket"
        console = await Socket.open(browser, address, "holdfast.agent.v1", origin=service.url)
        await console.heard.wait_for_type("snapshot")
        with pytest.raises(aiohttp.WSServerHandshakeError) as foreign:
            await Socket.open(browser, address, "holdfast.agent.v1", origin="https://elsewhere.example")
        assert foreign.value.status == 403
        async with browser.delete(session) as answer:
            assert answer.status == 204
        await console.heard.wait_for_close()


async def test_an_agent_learns_nothing_of_a_contact_that_is_not_theirs(
    service: Service, http: aiohttp.ClientSession
) -> None:
    caller = await (await ChatCaller.join(http, service.url)).open()
    amira = await AgentConsole.sign_in(http, service.url, "amira")
    ben = await AgentConsole.sign_in(http, service.url, "ben")
    await amira.command("ready")
    offer = await amira.is_offered(caller.contact_id)
    with pytest.raises(CommandRefused) as refused:
        await ben.command("accept", offer_id=offer["offer_id"])
    assert refused.value.code == "no_such_offer"
    with pytest.raises(CommandRefused) as refused:
        await ben.command("say", contact_id=caller.contact_id, text="hello")
    assert refused.value.code == "no_such_contact"
    await amira.accept(offer)
    await caller.heard.wait_for_type("contact.connected")

    async def nobody_else_was_told() -> bool:
        return not [frame for frame in ben.heard.frames if caller.contact_id in str(frame)]

    await until("Ben is told nothing", nobody_else_was_told)
