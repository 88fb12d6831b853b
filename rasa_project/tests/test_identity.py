"""Who is calling: the service collects and checks, the talk goes on with whatever comes of it."""

from __future__ import annotations

from typing import Callable

from caller import Caller

Call = Callable[..., Caller]
FAILED = {"reason": "failed", "tries_left": 3}
LOCKED = {"reason": "locked", "tries_left": 0}
CANCELLED = {"reason": "cancelled", "tries_left": 3}


def test_who_is_verified_already_is_not_asked_again(call: Call) -> None:
    caller = call(level=2, name="Maya")
    said = caller.say("i lost my debit card today")
    assert "check who you are" not in said
    assert [order["name"] for order in caller.orders] == ["look_up"]


def test_a_failure_offers_another_try(call: Call) -> None:
    caller = call(verifications=[FAILED, None])
    assert caller.say("i lost my debit card today").endswith("Would you like to try again?")
    assert caller.reply["step"] == "identity"
    assert "Shall I freeze" in caller.say("yes")


def test_who_gives_up_verifying_keeps_place_and_urgency(call: Call) -> None:
    caller = call(verifications=[FAILED])
    caller.say("i lost my debit card today")
    said = caller.say("no")
    assert "Your place stands" in said
    assert "urgent" in said
    assert not caller.settled
    assert caller.topic == "report_lost_card"
    assert caller.reply["gathered"]["urgent"] is True


def test_a_lock_is_told_without_saying_what_was_wrong(call: Call) -> None:
    caller = call(verifications=[LOCKED])
    said = caller.say("i lost my debit card today")
    assert "can't try again for now" in said
    assert "Your place stands" in said
    assert "number" not in said
    assert "PIN" not in said


def test_a_check_that_could_not_be_made_is_told_as_that(call: Call) -> None:
    caller = call(verifications=[{"reason": "unavailable", "tries_left": 0}])
    said = caller.say("i lost my debit card today")
    assert "can't check that just now" in said
    assert "Your place stands" in said


def test_who_will_not_be_verified_is_never_refused(call: Call) -> None:
    for words in ("no", "leave it", "i don't know my number"):
        caller = call(answers=False)
        caller.say("i lost my debit card today")
        said = caller.say(words)
        assert caller.order == "cancel_verify", words
        assert "urgent" in said
        assert "Your place stands" in said


def test_a_cancelled_input_is_not_asked_again(call: Call) -> None:
    caller = call(verifications=[CANCELLED])
    said = caller.say("my card is broken it's the credit card and the chip fell out")
    while not caller.orders:
        said = caller.say("the chip fell out")
    assert "leave that" in said
    assert said.endswith("Is there anything else while you wait?")


def test_the_position_is_told_in_the_middle_of_it(call: Call) -> None:
    caller = call(answers=False)
    caller.say("i lost my debit card today")
    said = caller.say("where am i in the queue")
    assert "<position>" in said
    assert "carry on" in said
    assert caller.reply["step"] == "identity"


def test_quiet_in_the_middle_of_it_and_back_again(call: Call) -> None:
    caller = call(answers=False)
    caller.say("i lost my debit card today")
    caller.say("just get me an agent")
    assert caller.order == "hold_quietly"
    assert caller.reply["step"] is None
    assert "check who you are" in caller.tell("resume")
    caller.say("yes")
    assert caller.order == "verify"


def test_an_outcome_that_nobody_waits_for_changes_nothing(call: Call) -> None:
    caller = call()
    caller.say("what's my balance")
    assert caller.tell("not_verified", reason="cancelled", tries_left=4) == ""
    assert caller.tell("found", service="freeze_card", items=[]) == ""
    assert "savings" in caller.say("savings") or caller.facts["account_kind"] == "savings"


def test_a_session_that_lost_its_level_is_left_to_the_agent(call: Call) -> None:
    caller = call(level=2, answers=False)
    caller.say("i lost my debit card today")
    assert caller.order == "look_up"
    said = caller.tell("not_verified", reason="cancelled", tries_left=0)
    assert "agent" in said


def test_a_callback_asked_for_in_the_middle_of_it_is_one_order(call: Call) -> None:
    caller = call(answers=False)
    caller.say("i lost my debit card today")
    caller.say("can you call me back")
    assert caller.order == "call_back"
