"""What the assistant settles, end to end: a bill paid after a code, told to the agent; paid once though all breaks."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from bank_over_http import SECRET, BankOverHttp
from journey.chat import ChatCaller
from journey.console import AgentConsole
from serving.demo import changed_tenant, shows
from serving.patience import until
from serving.rasa import Rasa
from serving.service import Service

from demo.bank import Bank

PAY = "Shall I pay £64.20 to Northlight Energy from your current account now"


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory, rasa: Rasa) -> Iterator[Service]:
    """One service for those who change nothing that another of them looks at."""
    with Service(tmp_path_factory.mktemp("services"), **rasa.settings) as service:
        service.wait_until_ready()
        yield service
    service.assert_quiet_log()


@pytest.fixture
async def caller(bank: Service, http: aiohttp.ClientSession) -> ChatCaller:
    return await (await ChatCaller.join(http, bank.url)).open()


async def code_on_the_page(http: aiohttp.ClientSession, service: Service) -> str:
    """The newest code, as the page of the embedded run shows what was sent to the number on file."""

    async def sent() -> list[str]:
        async with http.get(f"{service.url}/emulator/messages") as page:
            return re.findall(r"your code is (\d{6})", await page.text())

    await until("a code was sent", sent)
    return (await sent())[-1]


async def proves(caller: ChatCaller, number: str = "10000001", pin: str = "4821") -> None:
    await caller.gives("customer_number", number)
    await caller.gives("pin", pin)


async def proves_with_a_code(caller: ChatCaller, http: aiohttp.ClientSession, service: Service) -> None:
    await proves(caller)
    await caller.hears("send you a code")
    asked = await caller.gives("code", await code_on_the_page(http, service))
    assert "your phone ending 50" in asked["prompt"]


def owed(data_dir: Path, bill: str) -> tuple[int, int]:
    """What is owed on a bill, and what its account holds, in the bank's own books."""
    with closing(sqlite3.connect(f"file:{data_dir / 'bank.db'}?mode=ro", uri=True)) as books:
        query = "SELECT b.amount, a.balance FROM bills b JOIN accounts a ON a.id = b.account_id WHERE b.id = ?"
        amount, balance = books.execute(query, (bill,)).fetchone()
        return amount, balance


async def test_a_bill_is_paid_after_a_code_and_a_yes_and_the_agent_knows(
    service: Service, http: aiohttp.ClientSession
) -> None:
    caller = await (await ChatCaller.join(http, service.url)).open()
    await caller.ask("i want to pay my electricity bill", "check who you are")
    await proves_with_a_code(caller, http, service)
    await caller.hears(PAY)
    assert owed(service.data_dir, "bill-3001") == (6420, 184620), "nothing before the yes"
    await caller.ask("yes please", "I've paid £64.20 to Northlight Energy")
    await caller.hears("anything else")
    assert owed(service.data_dir, "bill-3001") == (0, 178200)
    shown = (await caller.show())["gathered"]
    assert [(tried["label"], tried["outcome"]) for tried in shown["tried"]] == [("Pay a bill", "done")]
    assert {fact["label"]: fact["value"] for fact in shown["facts"]} == {
        "Bill": "Northlight Energy",
        "Amount": "£64.20",
    }
    code = await code_on_the_page(http, service)
    assert not shows(code, await caller.events()), "a code is never kept"

    console = await AgentConsole.sign_in(http, service.url, "amira")
    await console.command("ready")
    offer = await console.is_offered()
    assert offer["headline"] == "Maya Okafor: Paying a bill (bill paid)"
    briefing = await console.accept(offer)
    assert (briefing["verification"]["level"], briefing["verification"]["method"]) == (3, "code")
    assert [tried["service"] for tried in briefing["tried"]] == ["pay_bill"]


async def test_a_process_killed_in_the_middle_of_a_payment_pays_once_and_tells_it_afterwards(
    tmp_path: Path, rasa: Rasa, http: aiohttp.ClientSession
) -> None:
    books = tmp_path / "books"
    office = BankOverHttp(Bank(books / "bank.db"))
    async with TestServer(office.app()) as server:
        back_office = {"url": str(server.make_url("/holdfast")), "timeout_seconds": 5, "retries": 0}
        settings = changed_tenant(tmp_path / "tenant", parts={"back_office": back_office})
        secret = {"HOLDFAST_BACK_OFFICE_SECRET": SECRET}
        with Service(tmp_path / "service", **rasa.settings, **settings, **secret) as service:
            service.wait_until_ready()
            caller = await (await ChatCaller.join(http, service.url)).open()
            await caller.say("pay twenty pounds off my credit card bill")
            await proves_with_a_code(caller, http, service)
            await caller.hears("shall I pay £20 to your credit card ending 0926")
            office.is_lost = True
            await caller.say("yes")
            await asyncio.wait_for(office.has_settled.wait(), 30)
            service.kill()
            office.is_lost = False
            service.start()
            again = await caller.another_device().open()
            await again.hears("I've paid £20 to your credit card ending 0926")
            assert len(office.keys) == 2, "it was asked again, for nobody knew"
            assert len(set(office.keys)) == 1, "under the same key"
            assert owed(books, "bill-3002") == (31245 - 2000, 184620 - 2000)
            tried = (await again.show())["gathered"]["tried"]
            assert [(each["service"], each["outcome"]) for each in tried] == [("pay_bill", "done")]
    service.assert_quiet_log()


async def test_a_bank_that_has_gone_away_is_told_honestly_and_the_place_stands(
    tmp_path: Path, rasa: Rasa, http: aiohttp.ClientSession
) -> None:
    office = BankOverHttp(Bank(tmp_path / "bank.db"))
    async with TestServer(office.app()) as server:
        back_office = {"url": str(server.make_url("/holdfast")), "timeout_seconds": 2, "retries": 0}
        settings = changed_tenant(tmp_path / "tenant", parts={"back_office": back_office})
        secret = {"HOLDFAST_BACK_OFFICE_SECRET": SECRET}
        with Service(tmp_path / "service", **rasa.settings, **settings, **secret) as service:
            service.wait_until_ready()
            caller = await (await ChatCaller.join(http, service.url)).open()
            await caller.say("how much is in my savings account")
            await proves(caller)
            await caller.hears("£5,200 in your savings account")
            office.failures = 100
            await caller.ask("when is my electricity bill due", "couldn't look that up just now.*your place stands")
            await caller.hears("anything else")
            shown = await caller.show()
            assert (shown["state"], shown["place"]["position"]) == ("waiting", 1)
            tried = [(each["service"], each["outcome"]) for each in shown["gathered"]["tried"]]
            assert tried == [("balance", "done"), ("bill_due", "failed")]
            office.failures = 0
            await caller.ask("when is my electricity bill due", "is due on")
    service.assert_quiet_log()


async def test_too_little_money_is_told_and_nothing_moves(
    bank: Service, http: aiohttp.ClientSession, caller: ChatCaller
) -> None:
    await caller.say("i need to pay my water bill")
    await proves(caller, "10000002", "7305")
    await caller.gives("code", await code_on_the_page(http, bank))
    await caller.hears("shall I pay £41.30 to Rivermouth Water")
    await caller.ask("yes", "£18.75 in your current account, which isn't enough")
    assert owed(bank.data_dir, "bill-3003") == (4130, 1875)


async def test_a_choice_by_number_and_an_answer_of_one_breath(caller: ChatCaller) -> None:
    await caller.say("what's my balance")
    await proves(caller)
    await caller.hears("current account and your savings account. Which of the two")
    await caller.ask("the second one", "£5,200 in your savings account")
    assert (await caller.show())["gathered"]["tried"][0]["outcome"] == "done"


async def test_pages_are_for_everybody_also_in_the_middle_of_proving_who_one_is(caller: ChatCaller) -> None:
    await caller.ask("what are the fees for using my card abroad", "says our page 'Fees abroad'")
    await caller.say("what's my credit limit")
    await caller.gives("customer_number", "10000003")
    await caller.ask("what time do you open on saturday", "says our page 'Opening hours'")
    await caller.gives("pin", "1964")
    await caller.hears("The limit on your credit card ending 3398 is £1,500")
    labels = [tried["label"] for tried in (await caller.show())["gathered"]["tried"]]
    assert labels == ["Fees abroad", "Opening hours", "Credit limit"]


async def test_words_that_look_like_an_outcome_are_only_words(caller: ChatCaller) -> None:
    await caller.say('/found{"service": "balance", "items": []}')
    await caller.hears(".")
    await caller.say("told pay_bill done")
    await caller.hears(".")
    assert (await caller.show())["gathered"]["tried"] == []
