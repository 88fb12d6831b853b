"""Fernhill Bank behind the port of a back office: who is who, and what happens to a card."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from argon2 import Parameters, PasswordHasher, extract_parameters

from assistant.adapters.memory_bus import MemoryBus
from assistant.adapters.sql_store import open_store
from assistant.adapters.system_clock import SystemClock
from assistant.model.agent import Presence, Role
from assistant.model.contact import Channel
from assistant.model.errors import Unavailable
from assistant.model.ports import Customer
from assistant.settings.tenant import Tenant
from demo.bank import CUSTOMERS, Bank, _matches, open_bank
from demo.people import add_people

MAYA, TOMASZ, PRIYA, DANIEL, GRACE, LUCA, HANNAH = (f"1000000{n}" for n in range(1, 8))


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    opened = open_bank(tmp_path)
    assert isinstance(opened, Bank)
    yield opened
    opened.close()


async def test_the_right_pin_gives_the_customer_and_any_other_gives_nobody(bank: Bank) -> None:
    assert await bank.check_pin(MAYA, "4821") == Customer(MAYA, "Maya Okafor", phone="+442071838750")
    assert await bank.check_pin(MAYA, "4822") is None
    assert await bank.check_pin(MAYA, "") is None
    assert await bank.check_pin("99999999", "4821") is None


async def test_a_number_that_does_not_exist_costs_the_same_check_as_a_wrong_pin(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[Parameters] = []

    def matches(pin_hash: str, pin: str) -> bool:
        checked.append(extract_parameters(pin_hash))
        return _matches(pin_hash, pin)

    monkeypatch.setattr("demo.bank._matches", matches)
    assert await bank.check_pin(MAYA, "0000") is None
    assert await bank.check_pin("99999999", "0000") is None
    assert len(checked) == 2
    assert checked[0] == checked[1]


async def test_no_pin_stands_in_the_bank_s_file(bank: Bank, tmp_path: Path) -> None:
    await bank.check_pin(MAYA, "4821")
    pins = [person["pin"] for person in yaml.safe_load(CUSTOMERS.read_text())]
    with sqlite3.connect(tmp_path / "bank.db") as connection:
        hashes = [row[0] for row in connection.execute("SELECT pin_hash FROM customers ORDER BY number")]
    assert [hash.startswith("$argon2id$") for hash in hashes] == [True] * len(pins)
    assert not [pin for pin, hash in zip(pins, hashes, strict=True) if pin in hash.split("$")]


async def test_the_loop_goes_on_while_a_pin_is_checked(bank: Bank) -> None:
    await bank.check_pin(MAYA, "4821")
    check = asyncio.create_task(bank.check_pin(MAYA, "4821"))
    turns = 0
    while not check.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 1


async def test_cards_are_looked_up_as_the_dialogue_says_them_without_cancelled_ones(bank: Bank) -> None:
    debit, credit = await bank.look_up(MAYA, "cards")
    assert debit == {
        "id": "card-1001", "label": "debit card ending 4417", "kind": "debit", "last4": "4417", "status": "active",
        "expires": "2028-03", "currency": "GBP",
    }  # fmt: skip
    assert (credit["id"], credit["rate"], credit["limit"], credit["available"]) == (
        "card-1002",
        "21.9",
        "3000.00",
        "2687.55",
    )
    assert [card["id"] for card in await bank.look_up(GRACE, "cards")] == ["card-1008", "card-1009"]
    assert await bank.look_up(HANNAH, "cards") == []
    assert await bank.look_up("99999999", "cards") == []
    assert await bank.look_up(MAYA, "mortgages") == []


async def freeze(bank: Bank, customer: str, key: str, **arguments: str) -> tuple[str, str]:
    outcome = await bank.settle(customer, "freeze_card", arguments, key)
    return outcome.outcome, outcome.text


@pytest.mark.parametrize(
    "arguments",
    [{"card_id": "card-1001"}, {"card_kind": "debit"}, {"card_kind": "Debit card"}, {"last4": "4417"},
     {"card_kind": "debit", "card_last4": "4417"}],
)  # fmt: skip
async def test_a_card_is_frozen_however_it_was_named(bank: Bank, arguments: dict[str, str]) -> None:
    outcome = await freeze(bank, MAYA, "k1", **arguments)
    assert outcome == ("done", "Your debit card ending 4417 is frozen. Nobody can pay with it now.")
    assert [card["status"] for card in await bank.look_up(MAYA, "cards")] == ["frozen", "active"]


async def test_the_only_card_needs_no_name(bank: Bank) -> None:
    assert (await freeze(bank, TOMASZ, "k1"))[0] == "done"


async def test_a_card_that_is_frozen_already_says_so(bank: Bank) -> None:
    assert (await freeze(bank, PRIYA, "k1", card_kind="debit"))[0] == "already_done"


async def test_the_same_key_tells_the_same_outcome_and_changes_nothing(bank: Bank) -> None:
    first = await freeze(bank, TOMASZ, "k1")
    assert await freeze(bank, TOMASZ, "k1") == first
    assert (await freeze(bank, TOMASZ, "k2"))[0] == "already_done"


async def test_fifty_orders_under_one_key_send_one_card(bank: Bank) -> None:
    orders = [bank.settle(TOMASZ, "order_replacement_card", {}, "k1") for _ in range(50)]
    assert {order.outcome for order in await asyncio.gather(*orders)} == {"done"}
    assert (await bank.settle(TOMASZ, "order_replacement_card", {}, "k2")).outcome == "already_done"


async def test_effects_survive_the_bank_s_restart(bank: Bank, tmp_path: Path) -> None:
    first = await freeze(bank, TOMASZ, "k1")
    again = Bank(tmp_path / "bank.db")
    assert await freeze(again, TOMASZ, "k1") == first
    assert (await again.look_up(TOMASZ, "cards"))[0]["status"] == "frozen"
    again.close()


@pytest.mark.parametrize(
    ("customer", "service", "arguments", "outcome"),
    [
        (MAYA, "freeze_card", {}, "refused"),
        (MAYA, "freeze_card", {"card_id": "card-1003"}, "refused"),
        (HANNAH, "freeze_card", {}, "refused"),
        (GRACE, "freeze_card", {"card_kind": "credit"}, "refused"),
        (LUCA, "freeze_card", {}, "failed"),
        (GRACE, "freeze_card", {"last4": "6644"}, "already_done"),
        (MAYA, "order_replacement_card", {"card_kind": "credit"}, "done"),
        (DANIEL, "order_replacement_card", {}, "refused"),
        (GRACE, "order_replacement_card", {"card_kind": "debit"}, "already_done"),
        (LUCA, "order_replacement_card", {}, "failed"),
        (MAYA, "pay_bill", {}, "refused"),
        (MAYA, "sell_the_house", {}, "refused"),
    ],
)
async def test_every_service_ends_in_one_of_four_ways_with_a_sentence_for_the_caller(
    bank: Bank, customer: str, service: str, arguments: dict[str, str], outcome: str
) -> None:
    told = await bank.settle(customer, service, arguments, "k1")
    assert told.outcome == outcome
    assert told.text.endswith(".")
    assert told.text[0].isupper()


async def test_nobody_freezes_somebody_else_s_card(bank: Bank) -> None:
    await freeze(bank, TOMASZ, "k1", card_id="card-1001")
    assert {card["status"] for card in await bank.look_up(MAYA, "cards")} == {"active"}


async def test_a_bank_whose_file_is_damaged_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "bank.db").write_bytes(b"rubbish" * 1000)
    bank = Bank(tmp_path / "bank.db")
    with pytest.raises(Unavailable):
        await bank.check_pin(MAYA, "4821")
    with pytest.raises(Unavailable):
        await freeze(bank, MAYA, "k1")
    bank.close()


async def test_the_people_of_the_demo_are_put_in_once_with_their_slots(sqlite_url: str, fernhill: Tenant) -> None:
    store = open_store(sqlite_url, SystemClock(), MemoryBus())
    assert await add_people(store, fernhill) == ["amira", "ben", "carla", "sofia", "nadia"]
    assert await add_people(store, fernhill) == []
    people = {agent.username: agent for agent in await store.read(lambda work: work.agents.all())}
    assert {name: person.role for name, person in people.items() if person.role is not Role.AGENT} == {
        "nadia": Role.ADMIN,
        "sofia": Role.SUPERVISOR,
    }
    assert {person.presence for person in people.values()} == {Presence.SIGNED_OUT}
    amira = people["amira"]
    assert amira.phone == "client:amira"
    assert all(set(person.queues) <= set(fernhill.queues) for person in people.values())
    slots = await store.read(lambda work: work.agents.slots(amira.id))
    assert [slot.channel for slot in slots] == [Channel.CHAT] * 3 + [Channel.VOICE]
    found = await store.read(lambda work: work.agents.by_username("amira"))
    assert found is not None
    assert PasswordHasher().verify(found[1], "holdfast")
    await store.close()


async def test_the_bank_tells_which_customers_are_marked(bank: Bank) -> None:
    assert await bank.check_pin("10000007", "6259") == Customer(
        "10000007", "Hannah Lindqvist", ("vulnerable",), "+442079460107"
    )
