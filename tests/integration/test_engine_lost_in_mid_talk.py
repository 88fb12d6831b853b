"""Rasa killed, hung or answering rubbish in the middle of a talk: one honest sentence, and it resumes where it was."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from journey.chat import ChatCaller
from journey.telephone import Line, SignedCall
from serving.between import BetweenRasa, Mood, between
from serving.demo import card_status
from serving.patience import until
from serving.rasa import Rasa, shared_rasa
from serving.service import TWILIO_TOKEN, Service

SORRY = "your place in the queue is safe"
ILL = [Mood.GONE, Mood.HUNG, Mood.RUBBISH]
DEBIT_CARDS = {
    Mood.GONE: ("10000001", "4821", "card-1001", "4417"),
    Mood.HUNG: ("10000002", "7305", "card-1003", "5583"),
    Mood.RUBBISH: ("10000004", "5570", "card-1006", "2051"),
}
"""Somebody else for each: one who comes again has the place and the talk of before."""


@dataclass
class House:
    service: Service
    engine: BetweenRasa
    http: aiohttp.ClientSession

    async def joins(self) -> ChatCaller:
        return await (await ChatCaller.join(self.http, self.service.url)).open()

    async def is_answered_again(self) -> None:
        """Turns are let through: asked by somebody else, so that nobody's talk is touched."""
        other = await self.joins()

        async def answers() -> bool:
            await other.post("where am I in the queue?")
            return "in line" in (await other.events())[-1]["data"].get("text", "")

        await until("the engine is asked again", answers)
        await other.leave()
        await other.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, rasa: Rasa) -> Iterator[tuple[Service, BetweenRasa]]:
    folder = tmp_path_factory.mktemp("lost")
    with between(rasa) as engine, Service(folder, **engine.settings) as service:
        service.wait_until_ready()
        yield service, engine
    service.assert_quiet_log()


@pytest.fixture
async def house(running: tuple[Service, BetweenRasa], http: aiohttp.ClientSession) -> House:
    service, engine = running
    engine.mood = Mood.WELL
    house = House(service, engine, http)
    await house.is_answered_again()
    return house


def said(caller: ChatCaller, words: str) -> int:
    """How often the assistant has said this, and asked for it apart from the talk."""
    asked = [frame["data"]["prompt"] for frame in caller.heard.of("input.requested")]
    return sum(words in text for text in [text for _, text in caller.transcript] + asked)


async def stands(caller: ChatCaller) -> None:
    """Told once, and the place is what it was."""
    shown = await caller.show()
    assert (shown["state"], shown["place"]["code"]) == ("waiting", caller.joined["place"]["code"])
    assert said(caller, SORRY) == 1


@pytest.mark.parametrize("mood", ILL)
async def test_in_the_middle_of_the_questions(house: House, mood: Mood) -> None:
    caller = await house.joins()
    await caller.ask("I lost my debit card", "when did you last have it")
    house.engine.mood = mood
    await caller.ask("yesterday evening", SORRY)
    await caller.say("hello?")
    await caller.heard.wait_for("the words are kept", lambda frame: frame.get("data", {}).get("text") == "hello?")
    await stands(caller)  # and have gone unanswered: the engine is away still
    house.engine.mood = Mood.WELL
    await house.is_answered_again()
    await stands(caller)
    await caller.ask("it was yesterday evening", "who you are")
    assert said(caller, "debit card or a credit card") == 0
    assert said(caller, "When did you last have it") == 1
    await caller.leave()


@pytest.mark.parametrize("mood", ILL)
async def test_while_identity_is_checked(house: House, mood: Mood) -> None:
    """The PIN is right, and the engine cannot be told: nobody has to give it twice."""
    caller = await house.joins()
    await caller.ask("my debit card was stolen yesterday", "who you are")
    await caller.gives("customer_number", "10000001")
    await caller.heard.wait_for("the PIN", lambda frame: frame.get("data", {}).get("name") == "pin")
    house.engine.mood = mood
    await caller.gives("pin", "4821")
    await caller.hears(SORRY)
    house.engine.mood = Mood.WELL
    await house.is_answered_again()
    await stands(caller)
    assert (await caller.show())["gathered"]["verified"] is True
    await caller.ask("are you there?", "that's you confirmed")
    await caller.hears("shall I freeze your debit card ending 4417")
    assert said(caller, "customer number") == 1
    assert said(caller, "PIN") == 1
    await caller.leave()


@pytest.mark.parametrize("mood", ILL)
async def test_a_wrong_pin_is_told_when_the_engine_is_back(house: House, mood: Mood) -> None:
    caller = await house.joins()
    await caller.ask("my debit card was stolen yesterday", "who you are")
    await caller.gives("customer_number", "10000005")
    await caller.heard.wait_for("the PIN", lambda frame: frame.get("data", {}).get("name") == "pin")
    house.engine.mood = mood
    await caller.gives("pin", "0000")
    await caller.hears(SORRY)
    house.engine.mood = Mood.WELL
    await house.is_answered_again()
    await caller.ask("are you there?", "didn't match. Would you like to try again")
    assert said(caller, "didn't match") == 1
    await stands(caller)
    await caller.leave()


@pytest.mark.parametrize("mood", ILL)
async def test_at_the_read_back(house: House, mood: Mood) -> None:
    """A yes that was not heard does nothing; the next one does it, once."""
    number, pin, card, last4 = DEBIT_CARDS[mood]
    caller = await _reads_back(house, number, pin)
    house.engine.mood = mood
    await caller.ask("yes", SORRY)
    assert card_status(house.service.data_dir, card) == "active"
    house.engine.mood = Mood.WELL
    await house.is_answered_again()
    await stands(caller)
    await caller.ask("yes please", f"debit card ending {last4} is frozen")
    assert said(caller, "Shall I freeze") == 1
    assert [tried["label"] for tried in (await caller.show())["gathered"]["tried"]] == ["Freeze the card"]
    await caller.leave()


async def _reads_back(house: House, number: str, pin: str) -> ChatCaller:
    caller = await house.joins()
    await caller.ask("my debit card was stolen yesterday", "who you are")
    await caller.gives("customer_number", number)
    await caller.gives("pin", pin)
    await caller.hears("shall I freeze")
    return caller


@pytest.mark.parametrize("mood", ILL)
async def test_on_the_phone(house: House, mood: Mood) -> None:
    call = SignedCall(Line(house.http, house.service.url, TWILIO_TOKEN))
    await call.dial()
    assert "When did you last have it" in await call.say("I lost my debit card")
    house.engine.mood = mood
    assert SORRY in await call.say("yesterday evening")
    assert call.listens_for(), "the call goes on"
    house.engine.mood = Mood.WELL
    await house.is_answered_again()
    heard = await call.say("yesterday evening")
    assert "customer number" in heard
    assert "debit card or a credit card" not in heard
    await call.hang_up()


async def test_a_rasa_that_is_killed_and_started_anew_knows_where_everybody_was(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    """In the middle of questions, of an identity check, before a read-back's yes, and after an effect."""
    with shared_rasa(tmp_path / "first") as first, between(first) as engine:
        with Service(tmp_path, **engine.settings) as service:
            service.wait_until_ready()
            house = House(service, engine, http)
            asked, proving = await house.joins(), await house.joins()
            await asked.ask("I lost my debit card", "when did you last have it")
            await proving.ask("my debit card was stolen yesterday", "who you are")
            await proving.gives("customer_number", "10000001")
            await proving.heard.wait_for("the PIN", lambda frame: frame.get("data", {}).get("name") == "pin")
            confirming = await _reads_back(house, "10000002", "7305")
            settled = await _reads_back(house, "10000004", "5570")
            await settled.ask("yes", "shall I order a replacement")
            os.kill(first.pid, signal.SIGKILL)
            await asked.ask("yesterday evening", SORRY)
            await confirming.ask("yes", SORRY)
            await proving.gives("pin", "4821")
            await proving.hears(SORRY)
            with shared_rasa(tmp_path / "second") as second:
                engine.rasa = second
                await house.is_answered_again()
                await asked.ask("it was yesterday evening", "who you are")
                assert said(asked, "debit card or a credit card") == 0
                await proving.ask("hello?", "that's you confirmed")
                await proving.hears("shall I freeze your debit card ending 4417")
                assert said(proving, "customer number") == 1
                await confirming.ask("yes please", "shall I freeze your debit card ending 5583 now")
                assert card_status(service.data_dir, "card-1003") == "active", "a yes to a question that was lost"
                await confirming.ask("yes please", "debit card ending 5583 is frozen")
                await settled.ask("hello?", ".")
                assert said(settled, "Shall I freeze") == 1
                for caller in (asked, proving, confirming, settled):
                    assert (await caller.show())["state"] == "waiting"
                    assert said(caller, SORRY) <= 1
                for caller in (asked, proving, confirming, settled):
                    await caller.close()
        service.assert_quiet_log()
