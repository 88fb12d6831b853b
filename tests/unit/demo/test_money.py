"""Fernhill Bank's money: what is looked up, a bill that is paid once and never too much, points turned into money."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from assistant.settings.tenant import Tenant
from demo.bank import Bank
from demo.look_ups import LOOK_UPS

MAYA, TOMASZ, PRIYA, DANIEL, GRACE, LUCA, HANNAH = (f"1000000{n}" for n in range(1, 8))
TODAY = date(2026, 11, 27)
PAY = {"bill_id": "bill-3001"}


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    opened = Bank(tmp_path / "bank.db", today=lambda: TODAY)
    yield opened
    opened.close()


async def balance(bank: Bank, customer: str) -> str:
    return (await bank.look_up(customer, "accounts"))[0]["balance"]


async def test_every_look_up_of_the_tenant_is_one_that_the_bank_knows(bank: Bank, fernhill: Tenant) -> None:
    assert {part.looks_up for part in fernhill.services.values() if part.looks_up} == set(LOOK_UPS)
    for what in LOOK_UPS:
        for customer in (MAYA, HANNAH, "99999999"):
            found = await bank.look_up(customer, what)
            assert all(item["id"] and item["label"] for item in found)
            assert all(isinstance(value, str) for item in found for value in item.values())


async def test_the_customers_are_in_different_situations(bank: Bank) -> None:
    assert len(await bank.look_up(MAYA, "bills")) == 2
    assert [bill["status"] for bill in await bank.look_up(TOMASZ, "bills")] == ["overdue"]
    assert await bank.look_up(PRIYA, "bills") == []
    assert [one["status"] for one in await bank.look_up(PRIYA, "applications")] == ["in_review"]
    assert (await bank.look_up(DANIEL, "accounts"))[0]["status"] == "overdrawn"
    assert [card["status"] for card in await bank.look_up(GRACE, "deliveries")] == ["sent"]
    assert [bill["last4"] for bill in await bank.look_up(GRACE, "bills")] == ["8175", "1182"]
    assert [one["status"] for one in await bank.look_up(HANNAH, "applications")] == ["needs_documents"]


async def test_days_are_counted_from_the_day_on_which_the_bank_was_filled(bank: Bank) -> None:
    bills = await bank.look_up(MAYA, "bills")
    assert [bill["due_on"] for bill in bills] == ["2026-12-02", "2026-12-06"]
    newest = (await bank.look_up(MAYA, "transactions"))[0]
    assert (newest["payee"], newest["on"], newest["kind"]) == ("Brightwater Pharmacy", "2026-11-26", "to")


async def test_a_bill_is_paid_from_its_account_and_is_owed_no_longer(bank: Bank) -> None:
    outcome = await bank.settle(MAYA, "pay_bill", PAY | {"amount": "64.20"}, "k1")
    assert (outcome.outcome, outcome.text) == ("done", "I've paid £64.20 to Northlight Energy.")
    assert await balance(bank, MAYA) == "1782.00"
    assert [bill["id"] for bill in await bank.look_up(MAYA, "bills")] == ["bill-3002"]
    newest = (await bank.look_up(MAYA, "transactions"))[0]
    assert (newest["payee"], newest["amount"], newest["on"]) == ("Northlight Energy", "64.20", "2026-11-27")


async def test_a_part_of_a_bill_leaves_the_rest(bank: Bank) -> None:
    outcome = await bank.settle(MAYA, "pay_bill", {"bill_id": "bill-3002", "amount": "25.00"}, "k1")
    assert outcome.text.endswith("£287.45 is still to pay.")
    assert (await bank.look_up(MAYA, "bills"))[1]["amount"] == "287.45"


async def test_fifty_orders_under_one_key_pay_once(bank: Bank) -> None:
    orders = [bank.settle(MAYA, "pay_bill", {"bill_id": "bill-3002", "amount": "10"}, "k1") for _ in range(50)]
    assert {order.outcome for order in await asyncio.gather(*orders)} == {"done"}
    assert await balance(bank, MAYA) == "1836.20"


async def test_fifty_orders_under_fifty_keys_never_pay_more_than_is_owed(bank: Bank) -> None:
    orders = [bank.settle(MAYA, "pay_bill", PAY, f"k{n}") for n in range(50)]
    outcomes = [order.outcome for order in await asyncio.gather(*orders)]
    assert sorted(set(outcomes)) == ["already_done", "done"]
    assert outcomes.count("done") == 1
    assert await balance(bank, MAYA) == "1782.00"


@pytest.mark.parametrize(
    ("customer", "bill", "amount", "outcome", "words"),
    [
        (TOMASZ, "bill-3003", "41.30", "refused", "There's £18.75 in your current account, which isn't enough"),
        (MAYA, "bill-3001", "70", "refused", "Only £64.20 is owed"),
        (MAYA, "bill-3003", "10", "refused", "can't find that bill"),
        (MAYA, "bill-3001", "-5", "refused", "can't tell how much"),
        (MAYA, "bill-3001", "NaN", "refused", "can't tell how much"),
        (MAYA, "bill-3001", "a lot", "refused", "can't tell how much"),
        (MAYA, "bill-3001", "0.001", "refused", "can't tell how much"),
        (LUCA, "bill-3007", "8", "failed", "couldn't pay"),
    ],
)
async def test_what_cannot_be_paid_is_refused_with_the_reason_and_nothing_moves(
    bank: Bank, customer: str, bill: str, amount: str, outcome: str, words: str
) -> None:
    before = await balance(bank, customer)
    told = await bank.settle(customer, "pay_bill", {"bill_id": bill, "amount": amount}, "k1")
    assert (told.outcome, words in told.text) == (outcome, True), told.text
    assert await balance(bank, customer) == before


async def test_points_become_money_once(bank: Bank) -> None:
    some = await bank.settle(MAYA, "redeem_rewards", {"card_id": "card-1002", "points": "1000"}, "k1")
    assert (some.outcome, some.text) == ("done", "Done: 1,000 points are £5 on your credit card ending 0926 now.")
    assert (await bank.look_up(MAYA, "rewards"))[0]["points"] == "3250"
    assert (await bank.look_up(MAYA, "bills"))[1]["amount"] == "307.45"
    assert (await bank.settle(MAYA, "redeem_rewards", {"card_id": "card-1002"}, "k2")).outcome == "done"
    assert (await bank.settle(MAYA, "redeem_rewards", {"card_id": "card-1002"}, "k3")).outcome == "already_done"
    assert await bank.look_up(MAYA, "rewards") == []


@pytest.mark.parametrize(
    "arguments",
    [
        {"card_id": "card-1002", "points": "9999"},
        {"card_id": "card-1002", "points": "x"},
        {"card_id": "card-1008"},
        {},
    ],
)
async def test_points_that_are_not_there_are_refused(bank: Bank, arguments: dict[str, str]) -> None:
    assert (await bank.settle(MAYA, "redeem_rewards", arguments, "k1")).outcome == "refused"


async def test_a_link_for_a_pin_goes_to_the_phone_on_file_and_is_kept_nowhere(bank: Bank, tmp_path: Path) -> None:
    told = await bank.settle(MAYA, "pin_change", {"card_id": "card-1001"}, "k1")
    assert told.outcome == "done"
    assert "your phone ending 50" in told.text
    with sqlite3.connect(tmp_path / "bank.db") as connection:
        ((card_id, phone, token_hash),) = connection.execute("SELECT card_id, phone, token_hash FROM pin_links")
    assert (card_id, phone, len(token_hash)) == ("card-1001", "+442071838750", 64)
    assert (await bank.settle(LUCA, "pin_change", {}, "k2")).outcome == "failed"
    assert (await bank.settle(GRACE, "pin_change", {"last4": "6644"}, "k3")).outcome == "refused"


async def test_a_replacement_that_is_ordered_is_on_its_way(bank: Bank) -> None:
    await bank.settle(TOMASZ, "order_replacement_card", {}, "k1")
    (delivery,) = await bank.look_up(TOMASZ, "deliveries")
    assert (delivery["status"], delivery["expected_on"]) == ("ordered", "2026-12-06")


async def test_a_card_that_should_have_come_is_late(tmp_path: Path) -> None:
    day = [TODAY]
    bank = Bank(tmp_path / "bank.db", today=lambda: day[0])
    await bank.look_up(GRACE, "deliveries")
    day[0] += timedelta(days=3)
    assert (await bank.look_up(GRACE, "deliveries"))[0]["status"] == "late"
    bank.close()


async def test_a_bank_of_an_older_version_begins_anew(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "bank.db") as connection:
        connection.execute("CREATE TABLE customers (number TEXT PRIMARY KEY, name TEXT)")
        connection.execute("INSERT INTO customers VALUES ('1', 'Nobody')")
    bank = Bank(tmp_path / "bank.db")
    assert (await bank.find(MAYA)) is not None
    assert await bank.find("1") is None
    bank.close()
