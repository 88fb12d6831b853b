"""The main job, end to end: the place is secured, the assistant helps meanwhile, the agent takes over with everything.

Two chats and one signed call on one queue, the real service process and the real Rasa, clients from the contract.
"""

from __future__ import annotations

from pathlib import Path

import aiohttp
from journey.chat import ChatCaller
from journey.console import AgentConsole
from journey.emulated import EmulatedPhone
from journey.telephone import CARDS_LINE, Line, SignedCall
from journey.wire import Frame
from serving.demo import card_status, shows
from serving.rasa import Rasa
from serving.service import TWILIO_TOKEN, Service

LOST = "I think I've lost my debit card, it must have fallen out of my pocket on the bus this morning"


async def test_a_place_is_secured_help_is_given_and_the_agent_has_everything_in_hand(
    service: Service, http: aiohttp.ClientSession
) -> None:
    maya, other, call = await _three_arrive(service, http)
    before = card_status(service.data_dir, "card-1001") if (service.data_dir / "bank.db").exists() else "active"
    assert before == "active"
    await _card_is_frozen(maya)
    assert card_status(service.data_dir, "card-1001") == "frozen"

    amira = await AgentConsole.sign_in(http, service.url, "amira")
    since = amira.heard.mark
    await amira.command("ready")
    offer = await amira.is_offered(since=since)
    assert offer["contact_id"] == maya.contact_id, "the smallest (order_at, id) is the first who came"
    assert (offer["channel"], offer["queue"]) == ("chat", "cards")
    assert "Maya" in offer["headline"]
    await _takes_over(amira, maya, offer)
    await _positions_move_up(other, call)
    await _ends(amira, maya)
    for client in (maya, other, amira):
        await client.close()


async def _three_arrive(service: Service, http: aiohttp.ClientSession) -> tuple[ChatCaller, ChatCaller, SignedCall]:
    """Positions one, two, three; nobody is ready yet."""
    maya = await ChatCaller.join(http, service.url)
    assert (maya.position_at_joining, maya.joined["place"]["ahead"]) == (1, 0)
    assert "you're next" in maya.greeting
    assert "Your place in the queue is secured" in maya.greeting
    other = await ChatCaller.join(http, service.url)
    assert (other.position_at_joining, other.joined["place"]["ahead"]) == (2, 1)
    assert "one person is ahead of you" in other.greeting
    call = SignedCall(Line(http, service.url, TWILIO_TOKEN))
    heard = await call.dial()
    assert "Your place in the queue is secured" in heard
    assert "two people are ahead of you" in heard
    assert "third" in await call.say("where am I in the queue?")
    await maya.open()
    await other.open()
    assert (maya.position, other.position) == (1, 2)
    return maya, other, call


async def _card_is_frozen(maya: ChatCaller) -> None:
    """A lost card in the caller's own words; identity; read-back; a yes; and the place stands."""
    await maya.say(LOST)
    number = await maya.gives("customer_number", "10000001")
    assert (number["kind"], number["digits"]) == ("text", 8)
    pin = await maya.gives("pin", "4821")
    assert (pin["kind"], pin["digits"]) == ("secret", 4)
    await maya.hears("freeze your debit card ending 4417.*\\?")
    await maya.ask("yes", "debit card ending 4417 is frozen")
    await maya.hears("replacement")
    await maya.ask("no thanks", "anything else")
    assert (await maya.show())["gathered"]["verified"] is True
    assert not shows("4821", await maya.events()), "a PIN is never kept"
    assert maya.position == 1


async def _takes_over(amira: AgentConsole, maya: ChatCaller, offer: dict[str, str]) -> None:
    """The briefing comes before the connection and leaves nothing to ask again; then both talk."""
    briefing = await amira.accept(offer)
    contact_id = maya.contact_id
    await amira.about("contact.connected", contact_id)
    assert amira.index("contact.briefing", contact_id) < amira.index("contact.connected", contact_id)
    assert "Maya Okafor" in str(briefing["customer"])
    assert (briefing["verification"]["level"], briefing["verification"]["method"]) == (2, "pin")
    assert briefing["verification"]["at"]
    assert briefing["topic"] == "report_lost_card"
    facts = {fact["id"]: fact["value"] for fact in briefing["facts"]}
    assert facts["card_kind"] == "debit"
    assert "this morning" in facts["date"]
    assert [tried["outcome"] for tried in briefing["tried"]] == ["done"]
    words = [(message["author"], message["text"]) for message in briefing["transcript"]]
    assert ("caller", LOST) in words
    assert words == maya.transcript[: len(words)]
    assert not shows("4821", briefing)
    assert briefing["waited_seconds"] >= 0

    connected = await maya.heard.wait_for_type("contact.connected")
    assert "Amira" in connected["data"]["agent_name"]
    await amira.command("say", contact_id=contact_id, text="Hello Maya, I see the card is frozen.", client_id="a1")
    await maya.hears("I see the card is frozen", author="agent")
    await maya.say("Thank you, that was quick")
    await amira.reads(contact_id, "Thank you, that was quick")
    assert maya.transcript[-1] == ("caller", "Thank you, that was quick"), "the assistant leaves the two alone"
    await _reload_shows_the_same(maya)


async def _reload_shows_the_same(maya: ChatCaller) -> None:
    """A second connection: all of it from the beginning, and only what is new after a `seq`."""
    numbered = [frame for frame in maya.heard.frames if "seq" in frame]
    halfway = numbered[len(numbered) // 2]["seq"]
    again, later = maya.another_device(), maya.another_device()
    await again.open()
    await later.open(after=halfway)
    await again.hears("Thank you, that was quick", author="caller")
    await later.hears("Thank you, that was quick", author="caller")
    assert again.transcript == [("assistant", maya.greeting), *maya.transcript[1:]]
    assert [frame["seq"] for frame in later.numbered] == [seq for seq in again.seqs if seq > halfway]
    assert again.place["code"] == maya.place["code"]
    await again.close()
    await later.close()


async def _positions_move_up(other: ChatCaller, call: SignedCall) -> None:
    """Whoever waits behind hears of it: without asking on the socket, at the next word on the phone."""
    await other.heard.wait_for(
        "the first place",
        lambda frame: frame["type"] == "place.updated" and frame["data"]["place"]["position"] == 1,
    )
    assert "second" in await call.say("what is my position now?")


async def _ends(amira: AgentConsole, maya: ChatCaller) -> None:
    await amira.command("end", contact_id=maya.contact_id)
    closed = await maya.heard.wait_for_type("contact.closed")
    assert closed["data"]["outcome"] == "handled"
    await amira.command("wrap_up", contact_id=maya.contact_id, disposition="resolved", notes="Card frozen, all well.")
    shown = await maya.show()
    assert (shown["state"], shown["place"]["position"]) == ("closed", None)


async def test_the_call_behind_two_chats_is_taken_by_telephone_when_the_chats_are_done(
    tmp_path: Path, rasa: Rasa, http: aiohttp.ClientSession
) -> None:
    with Service(tmp_path, **rasa.settings, HOLDFAST_EMULATOR_SPEED="10") as service:
        service.wait_until_ready()
        chats = [await (await ChatCaller.join(http, service.url)).open() for _ in range(2)]
        priya = await EmulatedPhone.register(http, service.url, "+442079460103")
        await priya.dial(CARDS_LINE)
        assert "two people are ahead of you" in await priya.hears("is secured", since=0)
        desk = await EmulatedPhone.register(http, service.url, "client:amira")
        amira = await AgentConsole.sign_in(http, service.url, "amira")
        await amira.command("ready")
        for chat in chats:
            await amira.accept(await amira.is_offered(chat.contact_id))
            await amira.about("contact.connected", chat.contact_id)
        for chat in chats:
            assert not [made for made in amira.heard.of("offer.made") if made["data"]["channel"] == "voice"]
            await amira.command("end", contact_id=chat.contact_id)
            await amira.command("wrap_up", contact_id=chat.contact_id, disposition="resolved", notes="")
        offer = (await amira.heard.wait_for("the call", _offers_voice))["data"]
        await amira.accept(offer)
        await desk.is_rung()
        await desk.take()
        assert (await priya.is_in_conference())["name"] == (await desk.is_in_conference())["name"]
        await priya.hang_up()
        await desk.is_in("completed")
        closed = await amira.about("contact.closed", offer["contact_id"])
        assert closed["data"]["outcome"] == "handled"
    service.assert_quiet_log()


def _offers_voice(frame: Frame) -> bool:
    return frame["type"] == "offer.made" and frame["data"]["channel"] == "voice"
