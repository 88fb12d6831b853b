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


FAILED = {"reason": "failed", "tries_left": 3}
TOLD = {"card_kind": "debit", "lost_how": "lost", "date": "today"}


def verifying(call: Call, **about: object) -> Caller:
    """A caller who is being asked who they are, of whom Rasa knows nothing any more."""
    caller = call(answers=False, **about)
    caller.say("i lost my debit card today")
    assert caller.order == "verify"
    caller.rasa_is_started_anew()
    return caller


def test_an_identity_that_is_proved_meanwhile_goes_on_to_the_read_back(call: Call) -> None:
    caller = verifying(call)
    caller.answers, caller.level = True, 2
    assert caller.tell("verified", level=2, name="Maya").endswith("Shall I freeze your debit card ending 4417 now?")
    assert [order["name"] for order in caller.orders] == ["verify", "look_up"]
    caller.say("yes")
    assert caller.settled == [("freeze_card", "card-1")]


def test_a_pin_that_was_wrong_meanwhile_is_told_and_tried_again(call: Call) -> None:
    caller = verifying(call)
    assert caller.tell("not_verified", **FAILED).endswith("Would you like to try again?")
    caller.say("yes")
    assert caller.order == "verify"


def test_a_lock_meanwhile_is_told_and_the_matter_stays_urgent(call: Call) -> None:
    caller = verifying(call)
    said = caller.tell("not_verified", reason="locked", tries_left=0)
    assert "can't try again for now" in said
    assert "urgent" in said


def test_words_while_identity_is_checked_ask_for_what_is_open_still(call: Call) -> None:
    caller = verifying(call)
    assert "check who you are" in caller.say("hello")
    assert caller.order == "verify"


def test_a_question_while_identity_is_checked_is_answered_and_the_check_goes_on(call: Call) -> None:
    caller = verifying(call)
    said = caller.say("what's my position")
    assert "<position>" in said
    assert "check who you are" in said


def test_cards_that_come_meanwhile_are_read_back(call: Call) -> None:
    caller = call(answers=False, level=2, name="Maya")
    caller.say("i lost my debit card today")
    assert caller.order == "look_up"
    caller.rasa_is_started_anew()
    said = caller.tell("found", service="freeze_card", items=caller.cards)
    assert said.endswith("Shall I freeze your debit card ending 4417 now?")


def test_an_effect_that_is_done_meanwhile_is_told_and_not_offered_again(call: Call) -> None:
    caller = call(answers=False, level=2, topic="report_lost_card", facts=TOLD)
    said = caller.tell("settled", service="freeze_card", outcome="done", text="Your card is frozen.")
    assert said.startswith("Your card is frozen.")
    assert "Shall I freeze" not in said
    assert "Shall I freeze" not in caller.say("hello")


def test_what_was_done_before_is_not_offered_again(call: Call) -> None:
    caller = call(level=2, topic="report_lost_card", facts=TOLD, done=["freeze_card", "order_replacement_card"])
    for words in ("hello", "what's my position", "yes", "no"):
        assert "Shall I freeze" not in caller.say(words)
        caller.rasa_is_started_anew()
    assert not caller.orders or caller.order == "hold_quietly"


def test_in_the_middle_of_a_read_back_the_card_is_read_back_again_and_nothing_else(call: Call) -> None:
    caller = call()
    caller.say("i lost my debit card today")
    for words in ("hello", "yes", "what's my position"):
        caller.rasa_is_started_anew()
        assert caller.say(words).endswith("Shall I freeze your debit card ending 4417 now?"), words
        assert not caller.settled
    assert [order["name"] for order in caller.orders].count("verify") == 1
    caller.say("yes")
    assert caller.settled == [("freeze_card", "card-1")]
