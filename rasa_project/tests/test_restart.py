"""Rasa was started anew, or forgot: what the service knows is enough to go on."""

from __future__ import annotations

from typing import Callable

from caller import Caller

Call = Callable[..., Caller]


def test_an_answer_finds_its_question_again(call: Call) -> None:
    caller = call(answers=False, topic="report_lost_card", facts={"card_kind": "debit", "lost_how": "lost"})
    caller.say("yesterday evening")
    assert caller.facts == {"card_kind": "debit", "lost_how": "lost", "date": "yesterday evening"}
    assert caller.order == "verify"


def test_what_was_told_is_not_asked_again(call: Call) -> None:
    caller = call(topic="transfer", facts={"amount": "fifty pounds"})
    assert caller.say("to my sister") == "And which account should it come from?"
    assert caller.facts == {"amount": "fifty pounds", "payee": "my sister"}


def test_a_yes_whose_question_is_lost_settles_nothing_until_it_is_asked_again(call: Call) -> None:
    facts = {"card_kind": "debit", "lost_how": "lost", "date": "today"}
    caller = call(level=2, topic="report_lost_card", facts=facts)
    assert caller.say("yes").endswith("Shall I freeze your debit card ending 4417 now?")
    assert not caller.settled
    caller.say("yes")
    assert caller.settled == [("freeze_card", "card-1")]


def test_a_level_that_was_proved_is_not_asked_for_again(call: Call) -> None:
    caller = call(level=2, topic="report_lost_card", facts={"card_kind": "debit", "lost_how": "lost"})
    caller.say("this morning")
    assert "verify" not in [order["name"] for order in caller.orders]


def test_a_fact_that_was_taken_back_is_asked_for(call: Call) -> None:
    caller = call()
    caller.say("i want to transfer fifty pounds")
    caller.facts = {"amount": None}
    said = caller.say("to my sister")
    assert said == "How much would you like to move?"


def test_a_reply_that_never_arrived_does_no_harm(call: Call) -> None:
    caller = call()
    caller.say("i want to transfer fifty pounds")
    topic, facts = caller.topic, dict(caller.facts)
    caller.say("to my sister")
    caller.topic, caller.facts = topic, facts
    caller.say("from savings")
    assert caller.facts == {"amount": "fifty pounds", "payee": "my sister", "account_kind": "savings"}


def test_called_back_after_a_restart(call: Call) -> None:
    caller = call(topic="report_lost_card", facts={"lost_how": "lost"})
    assert caller.tell("resume") == "I'm back. Is it a debit card or a credit card?"
