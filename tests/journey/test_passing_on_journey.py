"""Passed on to a colleague, to another queue, by overflow: the caller keeps the place and repeats nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp
from journey.chat import ChatCaller
from journey.console import AgentConsole
from journey.emulated import EmulatedPhone
from journey.telephone import CARDS_LINE
from journey.wire import Frame
from serving.demo import changed_tenant, shows
from serving.rasa import Rasa
from serving.service import Service

LOST = "I think I've lost my debit card, it must have fallen out of my pocket on the bus this morning"
NOTE = "Card is frozen. She also asks about a fee on her savings account."


async def test_a_verified_chat_is_passed_on_with_a_note_and_the_caller_repeats_nothing(
    service: Service, http: aiohttp.ClientSession
) -> None:
    maya = await (await ChatCaller.join(http, service.url)).open()
    await _is_verified(maya)
    amira = await AgentConsole.sign_in(http, service.url, "amira")
    await amira.command("ready")
    await amira.accept(await amira.is_offered(maya.contact_id))
    await maya.heard.wait_for_type("contact.connected")
    await maya.say("There is a strange fee on my savings account, too")
    await amira.reads(maya.contact_id, "There is a strange fee on my savings account, too")

    since, told = maya.heard.mark, amira.heard.mark
    await amira.command("transfer", contact_id=maya.contact_id, to={"queue": "accounts"}, mode="cold", note=NOTE)
    await maya.hears("Amira is passing you on to Accounts and payments. You keep the place you had: you're next")
    place = (await maya.heard.wait_for("the place in the other line", _is_in("accounts"), since))["data"]["place"]
    assert (place["position"], place["state"], place["code"]) == (1, "waiting", maya.joined["place"]["code"])
    assert place["entered_at"] == maya.joined["place"]["entered_at"]
    gone = await amira.about("contact.returned", maya.contact_id, told)
    assert gone["data"]["reason"] == "transferred"

    ben = await AgentConsole.sign_in(http, service.url, "ben")
    await ben.command("ready")
    briefing = await ben.accept(await ben.is_offered(maya.contact_id))
    _has_everything(briefing)
    connected = await maya.heard.wait_for_type("contact.connected", since)
    assert "Ben" in connected["data"]["agent_name"]
    await ben.command("say", contact_id=maya.contact_id, text="Hello Maya, about that fee on your savings account.")
    await maya.hears("about that fee", author="agent")
    assert not [frame for frame in maya.heard.frames[since:] if frame["type"] == "input.requested"]
    assert [text for author, text in maya.transcript if author == "caller"][-1] == (
        "There is a strange fee on my savings account, too"
    ), "nothing had to be said again"
    assert NOTE not in str(maya.heard.frames), "what agents write to each other is theirs"
    assert not [made for made in amira.heard.of("offer.made", told) if made["data"]["contact_id"] == maya.contact_id]
    for client in (maya, amira, ben):
        await client.close()


async def _is_verified(maya: ChatCaller) -> None:
    """By number and PIN, in the assistant's own talk, with the card frozen."""
    await maya.say(LOST)
    await maya.gives("customer_number", "10000001")
    await maya.gives("pin", "4821")
    await maya.hears("freeze your debit card ending 4417.*\\?")
    await maya.ask("yes", "debit card ending 4417 is frozen")


def _has_everything(briefing: dict[str, Any]) -> None:
    assert briefing["transfer_note"] == NOTE
    assert "Maya Okafor" in str(briefing["customer"])
    assert (briefing["verification"]["level"], briefing["verification"]["method"]) == (2, "pin")
    assert briefing["topic"] == "report_lost_card"
    assert {fact["id"]: fact["value"] for fact in briefing["facts"]}["card_kind"] == "debit"
    assert [tried["outcome"] for tried in briefing["tried"]] == ["done"]
    words = [(message["author"], message["text"]) for message in briefing["transcript"]]
    assert ("caller", LOST) in words
    assert ("caller", "There is a strange fee on my savings account, too") in words
    assert not shows("4821", briefing)


def _is_in(queue: str, **wanted: Any) -> Any:
    def matches(frame: Frame) -> bool:
        if frame["type"] != "place.updated" or frame["data"]["place"]["queue"] != queue:
            return False
        return all(frame["data"]["place"][name] == value for name, value in wanted.items())

    return matches


async def test_a_chat_is_handed_over_warm_when_the_colleague_says_yes(
    service: Service, http: aiohttp.ClientSession
) -> None:
    caller = await (await ChatCaller.join(http, service.url)).open()
    amira = await AgentConsole.sign_in(http, service.url, "amira")
    ben = await AgentConsole.sign_in(http, service.url, "ben")
    await amira.command("ready")
    await amira.accept(await amira.is_offered(caller.contact_id))
    await caller.heard.wait_for_type("contact.connected")
    await ben.command("ready")
    since, told = caller.heard.mark, amira.heard.mark
    await amira.command("transfer", contact_id=caller.contact_id, to={"agent": "ben"}, mode="warm", note=NOTE)
    offer = await ben.is_offered(caller.contact_id)
    assert (offer["kind"], offer["from"]) == ("warm", "Amira Haddad")
    assert offer["briefing"]["transfer_note"] == NOTE
    await amira.command("say", contact_id=caller.contact_id, text="Ben is just coming.")
    await caller.hears("Ben is just coming", author="agent")
    await ben.accept(offer)
    connected = await caller.heard.wait_for_type("contact.connected", since)
    assert "Ben" in connected["data"]["agent_name"]
    await caller.hears("Ben is taking over from Amira now")
    over = await amira.heard.wait_for(
        "the first agent's end",
        lambda frame: frame["type"] == "contact.updated" and frame["data"].get("state") == "closed",
        told,
    )
    assert over["data"]["disposition"] == "transferred"
    await ben.command("end", contact_id=caller.contact_id)
    assert (await caller.heard.wait_for_type("contact.closed"))["data"]["outcome"] == "handled"
    for client in (caller, amira, ben):
        await client.close()


async def test_a_supervisors_move_keeps_the_order_and_tells_everybody_concerned(
    service: Service, http: aiohttp.ClientSession
) -> None:
    first = await (await ChatCaller.join(http, service.url, "fraud")).open()
    moved = await (await ChatCaller.join(http, service.url, "cards")).open()
    last = await (await ChatCaller.join(http, service.url, "fraud")).open()
    sofia = await AgentConsole.sign_in(http, service.url, "sofia")
    reason = "sounds like fraud, she says"
    await sofia.command("move_contact", contact_id=moved.contact_id, queue="fraud", reason=reason)
    mine = await moved.heard.wait_for("the place in the other line", _is_in("fraud", position=2))
    worse = await last.heard.wait_for("a worse position", _is_in("fraud", position=3))
    assert mine["data"]["reason"] == worse["data"]["reason"] == "supervisor"
    await moved.hears("You've been moved to Fraud. You keep the place you had: one person is ahead of you")
    assert reason not in str(moved.heard.frames)
    await first.leave()
    await moved.heard.wait_for("the line that it is in now moves", _is_in("fraud", position=1))
    for client in (first, moved, last, sofia):
        await client.close()


async def test_who_has_waited_so_long_is_moved_to_the_other_queue_and_told_so(
    tmp_path: Path, rasa: Rasa, http: aiohttp.ClientSession
) -> None:
    overflowing = changed_tenant(tmp_path, {"cards": {"overflow": {"to": "fraud", "after_seconds": 2}}})
    with Service(tmp_path, **rasa.settings, **overflowing) as service:
        service.wait_until_ready()
        before = await (await ChatCaller.join(http, service.url, "fraud")).open()
        carla = await AgentConsole.sign_in(http, service.url, "carla")
        await carla.command("ready")
        await carla.is_offered(before.contact_id)
        waiting = [await (await ChatCaller.join(http, service.url, "fraud")).open() for _ in range(3)]
        caller = await (await ChatCaller.join(http, service.url, "cards")).open()
        told = await caller.hears("To get you to somebody sooner I've moved you to Fraud; you're .* in line there")
        place = (await caller.heard.wait_for("the other line", _is_in("fraud")))["data"]["place"]
        assert place["position"] == len([before, *waiting]) + 1
        assert "fifth" in told
        assert place["code"] == caller.joined["place"]["code"]
    service.assert_quiet_log()


async def test_a_call_is_passed_on_cold_and_taken_up_by_the_colleague_who_was_meant(
    tmp_path: Path, rasa: Rasa, http: aiohttp.ClientSession
) -> None:
    with Service(tmp_path, **rasa.settings, HOLDFAST_EMULATOR_SPEED="10") as service:
        service.wait_until_ready()
        priya = await EmulatedPhone.register(http, service.url, "+442079460103")
        await priya.dial(CARDS_LINE)
        await priya.hears("is secured", since=0)
        desks = [await EmulatedPhone.register(http, service.url, f"client:{name}") for name in ("amira", "ben")]
        amira = await AgentConsole.sign_in(http, service.url, "amira")
        await amira.command("ready")
        offer = await amira.is_offered()
        await amira.accept(offer)
        await desks[0].is_rung()
        await desks[0].take()
        first_room = (await priya.is_in_conference())["name"]
        ben = await AgentConsole.sign_in(http, service.url, "ben")
        await ben.command("ready")
        contact_id = offer["contact_id"]
        await amira.about("contact.connected", contact_id)
        await amira.command("transfer", contact_id=contact_id, to={"agent": "ben"}, mode="cold", note=NOTE)
        await priya.hears("Amira is passing you on to Ben. You keep the place you had")
        await desks[0].is_in("completed")
        briefing = await ben.accept(await ben.is_offered(contact_id))
        assert briefing["transfer_note"] == NOTE
        await desks[1].is_rung()
        await desks[1].take()
        second_room = (await desks[1].is_in_conference())["name"]
        assert second_room != first_room
        await ben.about("contact.connected", contact_id)
        await priya.hang_up()
        await desks[1].is_in("completed")
        await ben.about("contact.closed", contact_id)
    service.assert_quiet_log()
