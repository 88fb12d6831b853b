"""An agent has accepted in mid-step: "finish this first, or talk now?" was asked, and a yes is no yes to the step."""

from __future__ import annotations

from typing import Callable

import pytest
from caller import Caller

Call = Callable[..., Caller]


def about_to_freeze(call: Call) -> Caller:
    caller = call(level=2)
    assert caller.say("i lost my debit card today").endswith("Shall I freeze your debit card ending 4417 now?")
    caller.circumstances = {"agent_waits": True}
    return caller


@pytest.mark.parametrize("words", ["talk now", "now please", "agent", "put me through", "i'd rather talk now"])
def test_who_wants_to_talk_is_not_talked_to(call: Call, words: str) -> None:
    caller = about_to_freeze(call)
    assert caller.say(words) == ""
    assert caller.order == "talk_now"
    assert not caller.settled


@pytest.mark.parametrize("words", ["finish this first", "let's finish", "yes", "carry on"])
def test_who_wants_to_finish_is_asked_the_steps_question_once_more(call: Call, words: str) -> None:
    caller = about_to_freeze(call)
    said = caller.say(words)
    assert said == "All right, we'll finish this first. Shall I freeze your debit card ending 4417 now?"
    assert not caller.settled, "a yes to that is none to the effect"
    caller.say("yes")
    assert caller.settled == [("freeze_card", "card-1")]


def test_the_step_may_be_answered_at_once(call: Call) -> None:
    caller = about_to_freeze(call)
    said = caller.say("no the credit card")
    assert said.endswith("Shall I freeze your credit card ending 0926 now?")


def test_it_can_be_given_up_in_the_middle(call: Call) -> None:
    caller = about_to_freeze(call)
    caller.say("finish this first")
    caller.say("no let me talk to them")
    assert caller.order == "talk_now"


def test_while_the_identity_is_proved(call: Call) -> None:
    caller = call(answers=False)
    caller.say("i lost my debit card today")
    caller.circumstances = {"agent_waits": True}
    assert caller.say("finish this first").startswith("All right, we'll finish this first. Whenever you're ready")
    caller.say("talk now")
    assert caller.order == "talk_now"
