"""A colleague comes into a call, talks with both, and takes over: three telephones, two consoles, a whole service."""

from __future__ import annotations

from pathlib import Path

import aiohttp
from journey.console import AgentConsole
from journey.emulated import EmulatedPhone
from journey.telephone import CARDS_LINE
from journey.wire import Frame
from serving.rasa import Rasa
from serving.service import Service

NOTE = "She asks about the fee for a new card."


async def test_a_colleague_joins_a_call_and_takes_over(tmp_path: Path, rasa: Rasa, http: aiohttp.ClientSession) -> None:
    with Service(tmp_path, **rasa.settings, HOLDFAST_EMULATOR_SPEED="10") as service:
        service.wait_until_ready()
        priya = await EmulatedPhone.register(http, service.url, "+442079460104")
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
        contact_id = offer["contact_id"]
        await amira.about("contact.connected", contact_id)

        ben = await AgentConsole.sign_in(http, service.url, "ben")
        await ben.command("ready")
        await amira.command("transfer", contact_id=contact_id, to={"agent": "ben"}, mode="join", note=NOTE)
        asked = await ben.is_offered(contact_id)
        assert (asked["kind"], asked["from"], asked["briefing"]["transfer_note"]) == ("join", "Amira Haddad", NOTE)
        await ben.accept(asked)
        await desks[1].is_rung()
        await desks[1].answer()
        assert (await desks[1].is_in_conference())["name"] == first_room
        await desks[1].speaks("Good morning, I am Ben.")
        for phone in (priya, desks[0]):
            await phone.hears_other("I am Ben")
        await priya.speaks("Good morning to you both.")
        for desk in desks:
            await desk.hears_other("to you both")

        heard = ben.heard.mark
        await amira.command("transfer", contact_id=contact_id, to={"agent": "ben"}, mode="warm")
        offered = await ben.heard.wait_for("the hand-over", lambda frame: frame["type"] == "offer.made", heard)
        await ben.command("accept", offer_id=offered["data"]["offer_id"])
        await ben.about("contact.connected", contact_id, heard)
        await desks[0].is_in("completed")
        for phone in (desks[1], priya):
            await _is_in_another_room(phone, first_room)
        await desks[1].speaks("It is the two of us now.")
        await priya.hears_other("the two of us")
        await priya.hang_up()
        await desks[1].is_in("completed")
        await ben.about("contact.closed", contact_id, heard)
    service.assert_quiet_log()


async def _is_in_another_room(phone: EmulatedPhone, first: str) -> None:
    def matches(frame: Frame) -> bool:
        return frame["type"] == "conference" and frame["joined"] and frame["name"] != first

    await phone.heard.wait_for("another room", matches)
