"""Whom we know already is asked about the last time; who is new hears one sentence more."""

from __future__ import annotations

from typing import Callable

from caller import Caller

Call = Callable[..., Caller]

REPLACEMENT = {
    "topic": "replacement_card_duration",
    "spoken": "the replacement card ordered on Tuesday",
    "facts": {"date": "Tuesday"},
}


def test_the_last_contact_is_asked_about(call: Call) -> None:
    caller = call(services={}, circumstances={"earlier": REPLACEMENT, "is_familiar": True})
    assert caller.say("yes please") == "Is it about the replacement card ordered on Tuesday?"
    said = caller.say("yes")
    assert said.endswith("Is it a debit card or a credit card?")
    assert caller.topic == "replacement_card_duration"
    assert caller.facts == {"date": "Tuesday"}


def test_a_no_asks_what_it_is_then(call: Call) -> None:
    caller = call(circumstances={"earlier": REPLACEMENT, "is_familiar": True})
    caller.say("yes")
    assert caller.say("no") == "What is it about, then?"
    assert "replacement card ordered" not in caller.say("yes")


def test_another_matter_instead_is_begun(call: Call) -> None:
    caller = call(services={}, circumstances={"earlier": REPLACEMENT, "is_familiar": True})
    caller.say("hello")
    caller.say("i want to transfer fifty pounds")
    assert (caller.topic, caller.facts) == ("transfer", {"amount": "fifty pounds"})


def test_without_a_service_it_is_called_by_its_topic(call: Call) -> None:
    caller = call(circumstances={"earlier": {"topic": "card_declined"}, "is_familiar": True})
    assert caller.say("hello") == "Hello. Is it about your declined card again?"


def test_consent_comes_first(call: Call) -> None:
    caller = call(circumstances={"earlier": REPLACEMENT, "is_familiar": True, "asks_consent": True})
    assert caller.say("yes") == "Gladly. I'll note what you tell me for the agent; all right?"
    assert caller.say("yes") == "Thank you. Is it about the replacement card ordered on Tuesday?"


def test_after_a_refusal_the_last_contact_is_not_brought_up(call: Call) -> None:
    caller = call(circumstances={"earlier": REPLACEMENT, "is_familiar": True, "asks_consent": True})
    caller.say("yes")
    caller.say("no")
    assert "replacement" not in caller.say("hello")


def test_proved_with_nothing_open_the_last_contact_is_asked_about(call: Call) -> None:
    caller = call(circumstances={"earlier": REPLACEMENT, "is_familiar": True})
    said = caller.tell("verified", level=2, name="Maya")
    assert said == "Thank you, <name>. That's you confirmed. Is it about the replacement card ordered on Tuesday?"


def test_a_new_caller_is_guided_with_one_sentence_more(call: Call) -> None:
    new, known = call(circumstances={"is_familiar": False}), call(circumstances={"is_familiar": True})
    assert "say 'agent' at any time" in new.say("yes please")
    assert known.say("yes please") == "What can I do for you?"
