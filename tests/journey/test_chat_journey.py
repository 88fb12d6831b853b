"""What a visitor in web chat can rely on, one promise at a time."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import aiohttp
import pytest
from journey.chat import ChatCaller, join
from journey.test_main_job import LOST
from journey.wire import WireRefused
from serving.demo import card_status
from serving.rasa import Rasa
from serving.service import Service

STOLEN = "my debit card was stolen yesterday"


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory, rasa: Rasa) -> Iterator[Service]:
    """One service for all tests here: nobody is at a console, so nothing ends by itself."""
    with Service(tmp_path_factory.mktemp("chat"), **rasa.settings) as service:
        service.wait_until_ready()
        yield service
    service.assert_quiet_log()


@pytest.fixture
async def caller(bank: Service, http: aiohttp.ClientSession) -> ChatCaller:
    return await (await ChatCaller.join(http, bank.url)).open()


async def test_no_to_anything_else_does_not_give_up_the_place(caller: ChatCaller) -> None:
    position = caller.position
    await caller.ask(LOST, "who you are")
    await caller.ask("leave it", "anything else")
    await caller.ask("no", "place stands")
    shown = await caller.show()
    assert (shown["state"], shown["place"]["position"]) == ("waiting", position)


async def test_only_a_yes_to_the_question_about_the_place_gives_it_up(caller: ChatCaller) -> None:
    await caller.ask("goodbye", "shall I give up your place")
    await caller.ask("no", "place stands")
    assert (await caller.show())["state"] == "waiting"
    await caller.ask("assistant", "back")
    await caller.ask("you can give up my place", "shall I give up your place")
    await caller.say("yes")
    closed = await caller.heard.wait_for_type("contact.closed")
    assert closed["data"]["outcome"] == "contained"
    assert (await caller.show())["place"]["position"] is None


async def test_asked_for_a_person_the_assistant_tells_the_truth_and_falls_silent(caller: ChatCaller) -> None:
    said = await caller.ask("I want to speak to a human please", "of course")
    assert "in line" in said
    assert "I'll be quiet" in said
    assert (await caller.show())["dialogue"] == "quiet"
    spoken = len(caller.transcript)
    await caller.say("my card is lost by the way")
    await caller.say("assistant")
    await caller.hears("I'm back")
    since = caller.transcript[spoken:]
    assert since[0] == ("caller", "my card is lost by the way")
    assert [author for author, _ in since[:2]] == ["caller", "caller"], "nothing was answered while it was quiet"
    assert (await caller.show())["dialogue"] == "speaking"


async def test_position_and_wait_are_told_when_asked(caller: ChatCaller) -> None:
    assert "in line" in await caller.ask("where am I in the queue?", "you're .* in line")
    assert "in line" in await caller.ask("how long will it take?", "you're .* in line")


async def test_five_wrong_pins_lock_the_customer_number_on_every_contact(
    caller: ChatCaller, bank: Service, http: aiohttp.ClientSession
) -> None:
    await caller.say(STOLEN)
    for attempt in range(1, 6):
        await caller.gives("customer_number", "10000002")
        await caller.gives("pin", f"000{attempt}")
        if attempt < 5:
            await caller.hears("try again")
            await caller.say("yes")
    await caller.hears("can't try again")
    shown = await caller.show()
    assert (shown["state"], shown["gathered"]["verified"]) == ("waiting", False)

    later = await (await ChatCaller.join(http, bank.url)).open()
    await later.say(STOLEN)
    await later.gives("customer_number", "10000002")
    await later.gives("pin", "7305")
    await later.hears("can't try again")
    assert (await later.show())["gathered"]["verified"] is False, "the right PIN comes too late"
    assert card_status(bank.data_dir, "card-1003") == "active"


async def test_a_repeated_join_finds_the_same_contact(bank: Service, http: aiohttp.ClientSession) -> None:
    body = {"channel": "chat", "queue": "accounts", "language": "en", "idempotency_key": uuid4().hex}
    first_status, first = await join(http, bank.url, body)
    again_status, again = await join(http, bank.url, body)
    assert (first_status, again_status) == (201, 200)
    for name in ("contact_id", "token", "greeting"):
        assert again[name] == first[name]
    assert again["place"] == first["place"]
    with pytest.raises(WireRefused) as refused:
        await join(http, bank.url, body | {"queue": "fraud"})
    assert refused.value.status == 409


async def test_an_idempotency_key_that_can_be_guessed_is_refused(bank: Service, http: aiohttp.ClientSession) -> None:
    with pytest.raises(WireRefused) as refused:
        await join(http, bank.url, {"channel": "chat", "queue": "cards", "idempotency_key": "short"})
    assert refused.value.status == 400
    assert "idempotency_key" in refused.value.message


async def test_a_client_id_said_before_is_not_repeated(caller: ChatCaller) -> None:
    await caller.say("hello there", client_id="one")
    await caller.hears(".")
    await caller.post("hello there", client_id="one")
    await caller.say("are you still there?", client_id="two")
    await caller.hears(".")
    said = [text for author, text in caller.transcript if author == "caller"]
    assert said == ["hello there", "are you still there?"]


async def test_leaving_closes_the_contact_and_lets_the_others_move_up(
    caller: ChatCaller, bank: Service, http: aiohttp.ClientSession
) -> None:
    behind = await (await ChatCaller.join(http, bank.url)).open()
    position = behind.position
    assert position is not None
    await caller.leave()
    closed = await caller.heard.wait_for_type("contact.closed")
    assert closed["data"]["outcome"] == "left"
    await behind.heard.wait_for(
        "the place before",
        lambda frame: frame["type"] == "place.updated" and frame["data"]["place"]["position"] == position - 1,
    )


async def test_a_dropped_line_keeps_the_place_and_the_whole_talk(caller: ChatCaller) -> None:
    await caller.say(LOST)
    await caller.hears("who you are")
    position, seen = caller.position, caller.seqs[-1]
    await caller.socket.drop()
    await caller.open(after=seen)
    assert caller.position == position
    assert all(seq > seen for seq in caller.seqs)
    again = caller.another_device()
    await again.open()
    await again.hears("who you are")
    assert ("caller", LOST) in again.transcript


async def test_what_was_noted_can_be_mended_and_withheld(caller: ChatCaller) -> None:
    await caller.say(LOST)
    await caller.hears("who you are")
    since = caller.heard.mark
    await caller.send("correct", id="card_kind", value="credit")
    mended = await caller.heard.wait_for_type("gathered.updated", since)
    facts = {fact["id"]: fact["value"] for fact in mended["data"]["facts"]}
    assert facts["card_kind"] == "credit"
