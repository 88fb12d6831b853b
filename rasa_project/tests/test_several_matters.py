"""Several matters in one conversation, each with its own facts."""

from __future__ import annotations

from typing import Any, Callable, Dict

import pytest
from caller import Caller

Call = Callable[..., Caller]


def also(caller: Caller) -> Dict[str, Dict[str, Any]]:
    return {matter["topic"]: matter["facts"] for matter in caller.reply["gathered"]["also"]}


@pytest.mark.parametrize(
    ("words", "first", "second"),
    [
        ("I lost my card, and also my bill is wrong", "report_lost_card", "bill_balance"),
        ("how do i redeem my points and also what's my savings balance", "redeem_rewards", "balance"),
        ("my card was declined and also when is my water bill due", "card_declined", "bill_due"),
    ],
)
def test_one_sentence_gives_both(call: Call, words: str, first: str, second: str) -> None:
    caller = call(services={})
    caller.say(words)
    assert caller.topic == first
    assert second in also(caller)


def test_each_has_the_facts_that_were_said_of_it(call: Call) -> None:
    caller = call(services={})
    caller.say("i lost my debit card yesterday and i want to pay my gas bill of 50 pounds tomorrow")
    assert caller.topic == "report_lost_card"
    assert caller.facts == {"card_kind": "debit", "date": "yesterday", "lost_how": "lost"}
    assert also(caller) == {"pay_bill": {"payee": "gas", "amount": "50 pounds", "date": "tomorrow"}}


def test_the_urgent_one_of_two_comes_first(call: Call) -> None:
    caller = call(services={})
    caller.say("i want to pay my gas bill of 50 pounds and i lost my debit card yesterday")
    assert caller.topic == "report_lost_card"
    assert caller.facts == {"card_kind": "debit", "date": "yesterday", "lost_how": "lost"}
    assert also(caller) == {"pay_bill": {"payee": "gas", "amount": "50 pounds"}}


def test_what_is_urgent_is_marked(call: Call) -> None:
    caller = call(services={})
    caller.say("i lost my debit card yesterday")
    caller.say("what's my savings balance")
    assert caller.topic == "balance"
    (lost,) = caller.reply["gathered"]["also"]
    assert (lost["topic"], lost["urgent"]) == ("report_lost_card", True)
    assert caller.reply["gathered"]["urgent"] is False


def test_a_second_matter_named_in_an_answer_is_kept(call: Call) -> None:
    caller = call(services={})
    caller.say("i lost my card")
    caller.say("i lost my debit card and also what's my savings balance")
    assert caller.topic == "report_lost_card"
    assert also(caller) == {"balance": {"account_kind": "savings"}}


def test_what_is_noted_is_told_of_all(call: Call) -> None:
    caller = call(services={})
    caller.say("i lost my debit card yesterday and i want to pay my gas bill of 50 pounds")
    said = caller.say("what have you noted")
    assert "it's about your lost card; card, debit; lost or stolen, lost; date, yesterday" in said
    assert "also your bill payment, for, gas, amount, 50 pounds" in said


def test_a_correction_reaches_the_matter_that_it_is_about(call: Call) -> None:
    caller = call(services={})
    caller.say("i want to transfer fifty pounds")
    caller.say("to my sister")
    caller.say("what's my credit score")
    said = caller.say("sorry i meant eighty pounds")
    assert said == "Thank you, I've changed that. Is it for something in particular, such as a loan?"
    assert caller.topic == "credit_score"
    assert caller.facts == {}
    assert also(caller) == {"transfer": {"amount": "eighty pounds", "payee": "my sister"}}


def test_what_was_mended_on_the_page_is_known_when_it_is_gone_back_to(call: Call) -> None:
    caller = call(services={})
    caller.say("i want to transfer fifty pounds")
    caller.say("to my sister")
    caller.say("what's my credit score")
    caller.also[0]["facts"] = {"amount": "70 pounds", "payee": None}
    caller.say("for a mortgage")
    caller.say("last year")
    assert caller.say("yes") == "Where should it go?"
    assert caller.facts == {"amount": "70 pounds"}


def test_after_a_restart_the_other_matters_are_known(call: Call) -> None:
    kept = [{"topic": "transfer", "facts": {"amount": "fifty pounds"}}]
    caller = call(services={}, topic="credit_score", facts={"reason": "a loan"}, also=kept)
    caller.say("last year")
    assert also(caller) == {"transfer": {"amount": "fifty pounds"}}


@pytest.mark.parametrize(
    ("words", "payee"),
    [
        ("sorry, it's not my sister it's my brother", "my brother"),
        ("not my sister but my aunt", "my aunt"),
        ("no i meant my brother not my sister", "my brother"),
    ],
)
def test_a_fact_is_mended_by_naming_what_it_is_not(call: Call, words: str, payee: str) -> None:
    caller = call(services={})
    caller.say("i want to transfer fifty pounds to my sister")
    assert caller.say(words).startswith("Thank you, I've changed that.")
    assert caller.facts == {"amount": "fifty pounds", "payee": payee}


def test_so_is_one_of_another_matter(call: Call) -> None:
    caller = call(services={})
    caller.say("i want to transfer fifty pounds to my sister")
    caller.say("what's my credit score")
    caller.say("it's not my sister it's my brother")
    assert also(caller) == {"transfer": {"amount": "fifty pounds", "payee": "my brother"}}
    assert caller.topic == "credit_score"


@pytest.mark.parametrize("words", ["actually 60", "no make it 60", "sorry 60"])
def test_a_bare_figure_mends_the_sum(call: Call, words: str) -> None:
    caller = call(services={})
    caller.say("i want to transfer fifty pounds to my sister")
    assert caller.say(words) == "Thank you, I've changed that. And which account should it come from?"
    assert caller.facts == {"amount": "60", "payee": "my sister"}


def test_a_bare_fact_out_of_turn_is_no_new_matter(call: Call) -> None:
    caller = call(services={})
    caller.say("i want to transfer fifty pounds to my sister")
    caller.say("current account")
    assert caller.say("from my savings") == "Thank you, I've noted that. Is there anything else while you wait?"
    assert caller.facts == {"amount": "fifty pounds", "payee": "my sister", "account_kind": "savings"}
