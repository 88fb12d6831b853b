"""By text: a place, the talk while they wait, an agent, and the end; the emulator is the only stand-in."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import aiohttp
import pytest
from journey.chat import ChatCaller
from journey.console import AgentConsole
from journey.telephone import Line
from journey.texter import SignedTexts, Texter
from serving.demo import changed_tenant, shows
from serving.patience import until
from serving.rasa import Rasa
from serving.service import TWILIO_TOKEN, Service

STOLEN = "my debit card was stolen yesterday"
numbers = iter(range(7700900200, 7700900999))


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory, rasa: Rasa) -> Iterator[Service]:
    with Service(tmp_path_factory.mktemp("texts"), HOLDFAST_EMULATOR_SPEED="20", **rasa.settings) as service:
        service.wait_until_ready()
        yield service
    service.assert_quiet_log()


@pytest.fixture
async def texter(bank: Service, http: aiohttp.ClientSession) -> AsyncIterator[Texter]:
    async with a_texter(bank, http) as texter:
        yield texter


@asynccontextmanager
async def a_texter(bank: Service, http: aiohttp.ClientSession, **options: str) -> AsyncIterator[Texter]:
    """Leaves the line at the end, so that the next test has it to itself."""
    texter = await Texter.with_phone(http, bank.url, f"+44{next(numbers)}", **options)
    yield texter
    await texter.write("STOP")
    await texter.close()


def rows(folder: Path, query: str, *parameters: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{folder / 'holdfast.db'}?mode=ro", uri=True)) as database:
        return database.execute(query, parameters).fetchall()


def contacts_of(bank: Service, number: str) -> list[tuple[Any, ...]]:
    query = "SELECT id, channel, state, reach, outcome FROM contacts WHERE ani = ? ORDER BY entered_at"
    return rows(bank.data_dir, query, number)


async def test_from_a_place_by_text_to_an_agent_and_the_end(
    bank: Service, http: aiohttp.ClientSession, texter: Texter
) -> None:
    secured = await texter.asks("hello", "secured")
    assert "place in the queue is secured" in secured
    await texter.asks(STOLEN, "customer number")
    await texter.asks("where am I in the queue?", "in line")
    amira = await AgentConsole.sign_in(http, bank.url, "amira")
    await amira.command("ready")
    offer = await amira.is_offered()
    assert offer["channel"] == "sms"
    briefing = await amira.accept(offer)
    assert any(said["text"] == STOLEN for said in briefing["transcript"])
    await texter.reads("You're with Amira now", 0)
    await amira.command("say", contact_id=offer["contact_id"], text="Hello, this is Amira. Is it the blue card?")
    assert await texter.reads("blue card") == "Amira: Hello, this is Amira. Is it the blue card?"
    await texter.write("yes, the blue one")
    await amira.reads(offer["contact_id"], "yes, the blue one")
    await amira.command("end", contact_id=offer["contact_id"])
    await texter.reads("conversation is over")
    await amira.command("wrap_up", contact_id=offer["contact_id"], disposition="resolved", notes="")
    await texter.write("thanks!")
    await amira.command("not_ready", reason="break")

    async def is_known_to_have_arrived() -> Any:
        query = "SELECT type FROM contact_events WHERE contact_id = ? AND type = 'text.delivered'"
        return rows(bank.data_dir, query, offer["contact_id"])

    await until("the texts' arrival is recorded", is_known_to_have_arrived)
    assert [contact[2:] for contact in contacts_of(bank, texter.number)] == [("closed", "present", "handled")]
    await amira.close()


async def test_whoever_texts_when_an_agent_is_free_is_connected_without_a_question(
    bank: Service, http: aiohttp.ClientSession
) -> None:
    amira = await AgentConsole.sign_in(http, bank.url, "amira")
    await amira.command("ready")
    async with a_texter(bank, http, to="whatsapp:+442079460000") as texter:
        await texter.asks("is anybody there?", "Someone is free. Connecting you now")
        offer = await amira.is_offered()
        assert offer["channel"] == "whatsapp"
        await amira.accept(offer)
        await texter.reads("You're with Amira now")
        await amira.command("end", contact_id=offer["contact_id"])
        await amira.command("wrap_up", contact_id=offer["contact_id"], disposition="resolved", notes="")
    await amira.command("not_ready", reason="break")
    await amira.close()


async def test_stop_leaves_the_line_and_nothing_more_is_written_until_start(
    bank: Service, http: aiohttp.ClientSession, texter: Texter
) -> None:
    await texter.asks("hello", "secured")
    await texter.asks("Stop.", "won't get texts|unsubscribed")

    async def has_left() -> bool:
        return contacts_of(bank, texter.number)[-1][2] == "abandoned"

    await until("the place is given up", has_left)
    count = len(texter.read)
    await texter.write("are you still there")
    await texter.write("HELP")
    assert len(contacts_of(bank, texter.number)) == 1
    await texter.asks("START", "back|re-subscribed")
    others = ("re-subscribed", "Msg&Data Rates", "You're back")
    ours = [text for text in texter.read[count:] if not any(words in text for words in others)]
    assert len(ours) <= 1, "no more than the help that was asked for"
    await texter.asks("hello again", "secured")
    assert [contact[2] for contact in contacts_of(bank, texter.number)] == ["abandoned", "waiting"]


async def test_on_whatsapp_a_stop_is_answered_by_us_alone_and_holds_until_start(
    bank: Service, http: aiohttp.ClientSession
) -> None:
    async with a_texter(bank, http, to="whatsapp:+442079460000") as texter:
        await texter.asks("hello", "secured")
        await texter.asks("*stop*", "won't get texts from us")
        count = len(texter.read)
        await texter.write("HELP ME")
        await texter.asks("Start!", "You're back")
        assert len(texter.read) == count + 1, "nothing was written in between"
        assert "STOP" in await texter.asks("Help?", "place in the line")
        await texter.asks("hello again", "secured")
        assert [contact[2] for contact in contacts_of(bank, texter.number)] == ["abandoned", "waiting"]


async def test_help_is_answered_and_takes_no_place(bank: Service, texter: Texter) -> None:
    assert "STOP" in await texter.asks("help", "place in the line")
    assert contacts_of(bank, texter.number) == []


async def test_a_pin_by_text_is_kept_nowhere_and_a_page_is_offered_for_it(
    bank: Service, http: aiohttp.ClientSession, texter: Texter
) -> None:
    await texter.asks("hello", "secured")
    await texter.asks(STOLEN, "customer number")
    asked = await texter.asks("10000001", "PIN")
    assert re.search(r"http\S+/demo#holdfast=\d{8}:\S+", asked)
    await texter.asks("it's 4821", "thank|verified|Maya|card")
    (contact_id, *_) = contacts_of(bank, texter.number)[-1]
    (level,) = rows(bank.data_dir, "SELECT verified_level FROM contacts WHERE id = ?", contact_id)[0]
    assert level == 2
    files = [bank.data_dir / name for name in ("holdfast.db", "holdfast.db-wal")]
    everything = "\n".join(file.read_bytes().decode("latin-1") for file in files)
    told = rows(bank.data_dir, "SELECT text FROM messages WHERE contact_id = ?", contact_id)
    assert not shows("4821", told)
    assert not shows("4821", bank.log)
    assert "it's 4821" not in everything


async def test_the_page_that_a_text_leads_to_has_the_same_place(
    bank: Service, http: aiohttp.ClientSession, texter: Texter
) -> None:
    await texter.asks("hello", "secured")
    await texter.asks(STOLEN, "customer number")
    link = await texter.asks("10000001", "PIN")
    code, _, token = link.partition("#holdfast=")[2].split()[0].partition(":")
    claim = {"code": code, "proof": {"token": token}}
    async with http.post(f"{bank.url}/api/v1/places/claim", json=claim) as answer:
        assert answer.status == 200, await answer.text()
        joined = await answer.json()
    chat = await ChatCaller(http, bank.url, joined | {"greeting": {"text": ""}}).open()
    assert [contact[1:3] for contact in contacts_of(bank, texter.number)] == [("chat", "waiting")]
    async with http.post(f"{bank.url}/api/v1/places/claim", json=claim) as answer:
        assert answer.status == 404, "the link is good once"
    await chat.gives("pin", "4821")
    await chat.hears("Maya|freeze")
    await chat.close()
    await texter.asks("I'm back on my phone. Where am I in the queue?", "in line")
    assert [contact[1:3] for contact in contacts_of(bank, texter.number)] == [("sms", "waiting")]


async def test_a_picture_is_told_to_the_agent_and_not_pretended_to_be_seen(bank: Service, texter: Texter) -> None:
    await texter.asks("hello", "secured")
    await texter.write("", media=2)
    await texter.reads("can't see pictures")
    (contact_id, *_) = contacts_of(bank, texter.number)[-1]
    said = rows(bank.data_dir, "SELECT text FROM messages WHERE contact_id = ? AND author = 'caller'", contact_id)
    assert ("[a picture or file]",) in said


async def test_the_same_text_twice_and_two_at_once_are_one_place(bank: Service, http: aiohttp.ClientSession) -> None:
    texts = SignedTexts(Line(http, bank.url, TWILIO_TOKEN))
    number = f"+44{next(numbers)}"
    first, second = (texts.fields(words, number) for words in ("hello", "my card is gone"))
    answers = await asyncio.gather(*(texts.tell(fields) for fields in (first, second, first, second, first)))
    assert {status for status, _ in answers} == {200}
    ((contact_id, *_),) = contacts_of(bank, number)
    said = rows(bank.data_dir, "SELECT text FROM messages WHERE contact_id = ? AND author = 'caller'", contact_id)
    assert sorted(said) == [("hello",), ("my card is gone",)]
    for _, document in answers:
        assert ElementTree.fromstring(document).tag == "Response"
    await texts.tell(texts.fields("STOP", number))
    await texts.tell(first)
    assert len(contacts_of(bank, number)) == 1


async def test_forged_odd_and_enormous_texts_harm_nobody(bank: Service, http: aiohttp.ClientSession) -> None:
    texts = SignedTexts(Line(http, bank.url, TWILIO_TOKEN))
    number = f"+44{next(numbers)}"
    assert (await texts.tell(texts.fields("hello", number), token="another token"))[0] == 403
    async with http.post(texts.url, data=texts.fields("hello", number)) as answer:
        assert answer.status == 403
    for sender in ("anonymous", "AMAZON", "62226", "client:alice", "sip:a@b.c", "", "whatsapp:", "+266696687"):
        status, document = await texts.tell(texts.fields("hello", sender))
        assert (status, len(ElementTree.fromstring(document))) == (200, 0), sender
    assert (await texts.tell(texts.fields("hello", number, sid="XX1")))[0] == 400
    assert contacts_of(bank, number) == []
    status, document = await texts.tell(texts.fields("x" * 60_000, number))
    assert status == 200
    assert "shorter" in document
    async with http.post(texts.url, data="Body=" + "x" * 70_000) as answer:
        assert answer.status in {403, 413}
    status_url = f"{bank.url}/telephony/messages/status"
    for sid, told in (("SM" + "0" * 32, "delivered"), ("SM1", "odd")):
        answer = await texts.line.post(status_url, {"MessageSid": sid, "MessageStatus": told})
        assert answer.status == 204
    await texts.tell(texts.fields("STOP", number))


async def test_an_agents_text_that_is_lost_on_its_way_is_recorded_with_its_reason(
    bank: Service, http: aiohttp.ClientSession, texter: Texter
) -> None:
    await texter.asks("hello", "secured")
    fault = {"kind": "undelivered", "match": f"text:{texter.number}", "code": 30003}
    async with http.post(
        f"{bank.url}/emulator/faults", json=fault, headers={"Authorization": f"Bearer {TWILIO_TOKEN}"}
    ) as answer:
        assert answer.status == 204
    await texter.write("where am I in the queue?")
    (contact_id, *_) = contacts_of(bank, texter.number)[-1]

    async def is_lost() -> Any:
        query = "SELECT data FROM contact_events WHERE contact_id = ? AND type = 'text.lost'"
        return rows(bank.data_dir, query, contact_id)

    ((data,),) = await until("the loss is recorded", is_lost)
    assert '"30003"' in data


async def test_a_long_text_of_an_agent_arrives_whole_in_numbered_parts(
    bank: Service, http: aiohttp.ClientSession, texter: Texter
) -> None:
    await texter.asks("hello", "secured")
    amira = await AgentConsole.sign_in(http, bank.url, "amira")
    await amira.command("ready")
    offer = await amira.is_offered()
    await amira.accept(offer)
    await texter.reads("You're with Amira", 0)
    sentences = " ".join(f"This is sentence number {n} of a long answer." for n in range(40))
    await amira.command("say", contact_id=offer["contact_id"], text=sentences)
    await texter.reads(r"\(4/4\)$")
    parts = [text for text in texter.read if re.search(r"\(\d/4\)$", text)]
    in_order = sorted(parts, key=lambda part: part[-4])
    assert " ".join(re.sub(r" \(\d/4\)$", "", part) for part in in_order) == f"Amira: {sentences}"
    await amira.command("end", contact_id=offer["contact_id"])
    await amira.command("wrap_up", contact_id=offer["contact_id"], disposition="resolved", notes="")
    await amira.command("not_ready", reason="break")
    await amira.close()


async def test_who_is_not_there_is_asked_passed_over_and_asked_no_more_until_they_write(
    tmp_path: Path, rasa: Rasa, http: aiohttp.ClientSession
) -> None:
    """YES missed: the place is kept, the next one is served, and a later text brings the place back."""
    timing = {"text_present_seconds": 2, "text_answer_seconds": 2, "offer_seconds": 600}
    settings = rasa.settings | changed_tenant(tmp_path, **timing) | {"HOLDFAST_EMULATOR_SPEED": "20"}
    with Service(tmp_path, **settings) as bank:
        bank.wait_until_ready()
        amira = await AgentConsole.sign_in(http, bank.url, "amira")
        await amira.command("not_ready", reason="break")
        texter = await Texter.with_phone(http, bank.url, "+447700900111")
        await texter.asks("hello", "secured")

        async def reach() -> str:
            return str(contacts_of(bank, texter.number)[-1][3])

        async def is_away() -> bool:
            return await reach() == "away"

        await until("who has written nothing for a while is away", is_away)
        other = await (await ChatCaller.join(http, bank.url)).open()
        assert other.position == 2
        await amira.command("ready")
        await texter.reads("You're next. Reply YES within")
        await texter.reads("Your place is kept for an hour")
        assert (await amira.is_offered())["contact_id"] == other.contact_id
        assert len([text for text in texter.read if text.startswith("You're next")]) == 1
        assert contacts_of(bank, texter.number)[-1][2] == "waiting"
        await texter.asks("yes", "with a person shortly")
        mine = contacts_of(bank, texter.number)[-1][0]
        await amira.accept(await amira.is_offered(mine))
        await texter.reads("You're with Amira")
        await texter.close()
    bank.assert_quiet_log()
