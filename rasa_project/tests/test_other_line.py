"""A matter that another line handles: asked before the place is moved, once, and a no is no loss."""

from __future__ import annotations

from typing import Callable

import pytest
from caller import Caller

Call = Callable[..., Caller]

FRAUD = {"report_fraud": {"queue": "fraud", "name": "fraud"}}
QUESTION = (
    "The fraud team handles this. Shall I move your place there? "
    "You keep your time of arrival; you'd be <position_in:fraud>."
)


def elsewhere(call: Call, **circumstances: object) -> Caller:
    return call(services={}, circumstances={"suits": FRAUD, **circumstances})


def test_it_is_asked_and_a_yes_moves(call: Call) -> None:
    caller = elsewhere(call)
    said = caller.say("there's a payment i don't recognise")
    assert said.endswith(QUESTION)
    assert said.count("?") == 1
    caller.say("yes please")
    assert caller.order == "move_queue"
    assert caller.orders[-1]["data"] == {"queue": "fraud"}
    caller.circumstances = {}
    assert caller.tell("moved", queue="fraud") == "How much was the payment?"


def test_a_no_stays_and_is_not_asked_again(call: Call) -> None:
    caller = elsewhere(call)
    caller.say("there's a payment i don't recognise")
    assert caller.say("no") == "All right, you stay in this line. How much was the payment?"
    assert caller.order is None
    caller.say("what's my credit score")
    assert QUESTION not in caller.say("there's a payment i don't recognise")


@pytest.mark.parametrize("words", ["how long will it take", "where am i"])
def test_an_aside_leaves_the_question_open(call: Call, words: str) -> None:
    caller = elsewhere(call)
    caller.say("there's a payment i don't recognise")
    assert caller.say(words).endswith(QUESTION)
    caller.say("yes")
    assert caller.order == "move_queue"


def test_facts_given_meanwhile_are_noted(call: Call) -> None:
    caller = elsewhere(call)
    caller.say("there's a payment i don't recognise")
    assert caller.say("it was 80 pounds").endswith(QUESTION)
    assert caller.facts == {"amount": "80 pounds"}


def test_consent_waits_until_this_is_answered(call: Call) -> None:
    caller = elsewhere(call, asks_consent=True)
    assert "all right?" not in caller.say("there's a payment i don't recognise")
    caller.say("yes")
    said = caller.tell("moved", queue="fraud")
    assert said == "I'll note what you tell me for the agent; all right? How much was the payment?"


def test_all_told_at_once_is_moved_and_then_settled(call: Call) -> None:
    caller = call(circumstances={"suits": FRAUD})
    caller.say("there's a charge of £79.99 from Amazon yesterday that i didn't make")
    caller.say("yes")
    assert [order["name"] for order in caller.orders] == ["move_queue"]
    caller.tell("moved", queue="fraud")
    assert [order["name"] for order in caller.orders][:2] == ["move_queue", "verify"]
