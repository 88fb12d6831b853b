"""The manners of waiting over the real wire: consent, several matters, another line, finish first, the last time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import aiohttp
import jwt
import pytest
from journey.chat import ChatCaller
from journey.console import AgentConsole
from journey.wire import Frame
from serving.demo import changed_tenant
from serving.rasa import Rasa
from serving.service import Service

KEY = "a shared secret that only the bank's own site has"
RULES = {"algorithm": "HS256", "issuer": "https://bank.example", "audience": "holdfast"}
HALF_A_SENTENCE = "I'll note what you tell me for the agent; all right\\?"


@pytest.fixture
def bank(tmp_path_factory: pytest.TempPathFactory, rasa: Rasa) -> Iterator[Service]:
    """Fernhill Bank, whose site signs its customers in, and which does not wait long to say what there is to choose."""
    folder = tmp_path_factory.mktemp("manners")
    parts: dict[str, Any] = {"verification": {"identity": RULES}, "timing": {"first_silence_seconds": 2}}
    settings = {"HOLDFAST_IDENTITY_KEY": KEY, **rasa.settings}
    with Service(folder, **settings, **changed_tenant(folder, parts=parts)) as service:
        service.wait_until_ready()
        yield service
    service.assert_quiet_log()


def signed_in(number: str = "10000001") -> str:
    claims = {"iss": RULES["issuer"], "aud": RULES["audience"], "exp": time.time() + 60, "sub": number}
    return jwt.encode(claims | {"name": "Maya Okafor"}, KEY, algorithm="HS256")


async def arrives(http: aiohttp.ClientSession, bank: Service, queue: str = "cards", **body: Any) -> ChatCaller:
    return await (await ChatCaller.join(http, bank.url, queue, **body)).open()


async def gathered(caller: ChatCaller) -> dict[str, Any]:
    shown: dict[str, Any] = (await caller.show())["gathered"]
    return shown


async def briefed(
    http: aiohttp.ClientSession, bank: Service, caller: ChatCaller, *, is_ended: bool = False
) -> tuple[dict[str, Any], Any]:
    """Amira gets ready and takes this caller, and sees it to its end: the offer, and the briefing."""
    console = await AgentConsole.sign_in(http, bank.url, "amira")
    await console.command("ready")
    offer = await console.is_offered(caller.contact_id)
    briefing = await console.accept(offer)
    await console.command("not_ready", reason="break")
    if is_ended:
        await console.command("end", contact_id=caller.contact_id)
        await console.command("wrap_up", contact_id=caller.contact_id, disposition="resolved", notes="")
    return offer, briefing


async def test_consent_refused_in_words_passes_nothing_on(bank: Service, http: aiohttp.ClientSession) -> None:
    caller = await arrives(http, bank)
    await caller.ask("i want to transfer fifty pounds to my sister", HALF_A_SENTENCE)
    await caller.hears("which account should it come from")
    assert [fact["value"] for fact in (await gathered(caller))["facts"]] == ["fifty pounds", "my sister"]
    said = await caller.ask("please don't note anything", "note nothing and pass nothing on")
    assert "first in line" in said
    assert "first in line" in await caller.ask("where am i in the queue", "first in line")
    assert "second" not in await caller.ask("how long will it take", "in line")
    shown = await gathered(caller)
    assert (shown["consent"], shown["topic"], shown["facts"], shown["also"]) == (False, None, [], [])
    offer, briefing = await briefed(http, bank, caller)
    assert offer["headline"] == "Caller not verified: asked that nothing be passed on"
    assert briefing["consent"] is False
    assert (briefing["topic"], briefing["facts"], briefing["also"], briefing["transcript"]) == (None, [], [], [])
    assert "sister" not in str(briefing)


async def test_consent_by_frame_is_answered_and_holds(bank: Service, http: aiohttp.ClientSession) -> None:
    willing, unwilling = await arrives(http, bank), await arrives(http, bank)
    await willing.ask("yes please", f"gladly. {HALF_A_SENTENCE}")
    since = willing.heard.mark
    await willing.send("consent", given=True)
    await willing.heard.wait_for("an answer to it", said("What is it about?"), since)
    assert (await gathered(willing))["consent"] is True

    await unwilling.ask("i want to transfer fifty pounds to my sister", HALF_A_SENTENCE)
    since = unwilling.heard.mark
    await unwilling.send("consent", given=False)
    await unwilling.heard.wait_for("an answer to it", said("note nothing and pass nothing on"), since)
    shown = await gathered(unwilling)
    assert (shown["consent"], shown["facts"]) == (False, [])
    assert unwilling.position == 2, "the place stands"


async def test_who_goes_on_telling_has_agreed_and_was_asked_once(bank: Service, http: aiohttp.ClientSession) -> None:
    caller = await arrives(http, bank)
    await caller.ask("i lost my card", "debit card or a credit card")
    await caller.ask("the debit one", "when did you last have it")
    assert (await gathered(caller))["consent"] is True
    asked = [text for author, text in caller.transcript if author == "assistant" and "all right?" in text]
    assert len(asked) == 1
    _, briefing = await briefed(http, bank, caller)
    assert briefing["consent"] is True
    assert {fact["id"]: fact["value"] for fact in briefing["facts"]}["card_kind"] == "debit"


async def test_two_matters_are_kept_apart_and_the_urgent_one_is_the_headline(
    bank: Service, http: aiohttp.ClientSession
) -> None:
    caller = await arrives(http, bank)
    await caller.ask("I lost my debit card yesterday, and also I want to transfer 50 pounds to my sister", "all right")
    await caller.heard.wait_for_type("input.requested")
    await caller.ask("leave it", "you also mentioned your transfer")
    await caller.ask("yes", "which account should it come from")
    told = await caller.ask("what have you noted", "this is what the agent will see")
    assert "also your lost card, card, debit" in told
    shown = await gathered(caller)
    assert (shown["topic"], shown["urgent"]) == ("report_lost_card", True)
    (transfer,) = shown["also"]
    assert (transfer["topic"], transfer["topic_label"], transfer["urgent"]) == ("transfer", "Transfer of money", False)
    assert [(fact["id"], fact["value"]) for fact in transfer["facts"]] == [
        ("amount", "50 pounds"),
        ("payee", "my sister"),
    ]

    lost = {fact["value"]: fact["id"] for fact in shown["facts"]}
    await caller.send("correct", id=lost["debit"], value="credit")
    await caller.ask("from savings", "anything else")
    shown = await gathered(caller)
    assert "credit" in [fact["value"] for fact in shown["facts"]]
    assert "debit" not in [fact["value"] for fact in shown["facts"]]
    offer, briefing = await briefed(http, bank, caller)
    assert offer["headline"] == "Caller not verified: Lost or stolen card; also Transfer of money"
    assert [matter["topic"] for matter in briefing["also"]] == ["transfer"]


async def test_what_was_taken_back_does_not_come_again(bank: Service, http: aiohttp.ClientSession) -> None:
    caller = await arrives(http, bank)
    await caller.ask("i want to transfer fifty pounds to my sister", "which account")
    await caller.send("correct", id="payee", value="")
    await caller.ask("from savings", "where should it go")
    assert {fact["id"] for fact in (await gathered(caller))["facts"]} == {"amount", "account_kind"}


async def test_a_fraud_is_moved_to_its_own_line_after_a_yes(bank: Service, http: aiohttp.ClientSession) -> None:
    there, caller, later = await arrives(http, bank, "fraud"), await arrives(http, bank), await arrives(http, bank)
    asked = await caller.ask("there's a payment on my statement i don't recognise", "shall I move your place there")
    assert "The fraud team handles this." in asked
    assert "you'd be second." in asked
    assert caller.place["queue"] == "cards", "nobody is moved who was not asked"
    await caller.ask("yes please", "moved you to Fraud.*one person is ahead of you")
    await caller.hears("how much was the payment")
    await caller.heard.wait_for(
        "the place in the other line",
        lambda frame: frame["type"] == "place.updated" and frame["data"]["place"]["queue"] == "fraud",
    )
    assert (caller.position, there.position) == (2, 1)
    await later.heard.wait_for(
        "moved up", lambda frame: frame["type"] == "place.updated" and frame["data"]["place"]["position"] == 1
    )
    await later.ask("someone has used my card without asking me", "shall I move your place there")
    await later.ask("no", "you stay in this line")
    assert later.place["queue"] == "cards"


async def test_finish_this_or_talk_now(bank: Service, http: aiohttp.ClientSession) -> None:
    finishing, talking = await arrives(http, bank), await arrives(http, bank)
    for caller, number, pin in ((finishing, "10000001", "4821"), (talking, "10000002", "7305")):
        await caller.say("I lost my debit card this morning")
        await caller.gives("customer_number", number)
        await caller.gives("pin", pin)
        await caller.hears("shall I freeze your debit card ending")
    console = await AgentConsole.sign_in(http, bank.url, "amira")
    await console.command("ready")
    for caller in (finishing, talking):
        offer = await console.is_offered(caller.contact_id)
        assert offer["in_step"]["step"] == "confirm"
        since = caller.heard.mark
        await console.command("accept", offer_id=offer["offer_id"], when="after_step")
        await caller.heard.wait_for("is asked", said("Amira is free for you. Shall we finish this first"), since)

    await finishing.ask("yes", "finish this first.*")
    await finishing.hears("shall I freeze")
    await finishing.ask("yes", "card ending 4417 is frozen")
    await console.about("contact.connected", finishing.contact_id)
    await finishing.heard.wait_for_type("contact.connected")
    assert finishing.transcript[-1][1].startswith("Your debit card ending 4417 is frozen"), "after that not a word"

    await talking.say("talk now")
    await talking.heard.wait_for_type("contact.connected")
    assert talking.transcript[-1] == ("caller", "talk now")
    assert (await gathered(talking))["tried"] == []


async def test_the_last_time_informs_the_talk(bank: Service, http: aiohttp.ClientSession) -> None:
    first = await arrives(http, bank, identity_token=signed_in())
    await first.ask("yes please", HALF_A_SENTENCE)
    assert "say 'agent' at any time" in await first.ask("yes", "what is it about")
    await first.ask("i lost my debit card today", "freeze your debit card")
    await first.ask("yes", "shall I order a replacement")
    await first.ask("yes", "anything else")
    await briefed(http, bank, first, is_ended=True)

    again = await arrives(http, bank, identity_token=signed_in())
    await again.ask("yes please", HALF_A_SENTENCE)
    await again.ask("yes", "is it about the replacement card ordered today")
    await again.ask("yes", "anything else")
    shown = await gathered(again)
    assert shown["topic"] == "replacement_card_duration"
    assert ("date", "today") in [(fact["id"], fact["value"]) for fact in shown["facts"]]
    assert [tried["service"] for tried in shown["tried"]] == ["replacement_card_duration"]


async def test_after_the_first_silence_there_is_something_to_choose_from_once(
    bank: Service, http: aiohttp.ClientSession
) -> None:
    caller = await arrives(http, bank)
    choices = await caller.hears("have me call you back when it's your turn")
    assert "your place stands: you're next" in choices
    frame = next(frame for frame in caller.heard.frames if frame.get("data", {}).get("text") == choices)
    assert [button["title"] for button in frame["data"]["buttons"]] == ["Just hold", "Call me back"]
    await caller.ask("what can i do?", "just hold, and I'll be quiet")
    await caller.ask(frame["data"]["buttons"][0]["say"], "I'll be quiet")
    assert (await caller.show())["dialogue"] == "quiet"
    assert sum("I'm still here" in text for _, text in caller.transcript) == 1


def said(text: str) -> Any:
    def matches(frame: Frame) -> bool:
        return frame["type"] == "message.added" and text in frame["data"]["text"]

    return matches
