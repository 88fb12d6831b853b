"""Consent: asked once and in half a sentence, never in the way, and a no is a no."""

from __future__ import annotations

from typing import Any, Callable

import pytest
from caller import Caller

Call = Callable[..., Caller]

HALF_A_SENTENCE = "I'll note what you tell me for the agent; all right?"


def asked(call: Call, **about: Any) -> Caller:
    """A caller of a tenant that asks for consent."""
    circumstances = {"asks_consent": True, **about.pop("circumstances", {})}
    return call(circumstances=circumstances, **about)


def test_who_accepts_help_is_asked(call: Call) -> None:
    caller = asked(call)
    assert caller.say("yes please") == f"Gladly. {HALF_A_SENTENCE}"
    assert caller.consent == "asked"
    assert caller.say("yes") == "Thank you. What can I do for you?"
    assert caller.consent == "given"


def test_who_states_the_matter_is_asked_in_the_same_breath_and_answers_the_question(call: Call) -> None:
    caller = asked(call)
    said = caller.say("i lost my card")
    assert said == f"I'm sorry to hear that. Let's make it safe. {HALF_A_SENTENCE} Is it a debit card or a credit card?"
    assert caller.say("the debit one") == "When did you last have it?"
    assert caller.facts["card_kind"] == "debit"
    assert caller.consent == "given", "whoever was asked and goes on telling has agreed"


def test_a_yes_answers_the_half_sentence_and_the_question_stays(call: Call) -> None:
    caller = asked(call)
    caller.say("i lost my card")
    assert caller.say("yes") == "Thank you. Is it a debit card or a credit card?"
    assert caller.consent == "given"
    assert "card_kind" not in caller.facts


def test_it_is_asked_once(call: Call) -> None:
    caller = asked(call)
    heard = [caller.say(words) for words in ("i lost my card", "debit", "how long will it take", "what's my balance")]
    assert sum(said.count("all right?") for said in heard) == 1


def test_an_aside_does_not_make_a_no_a_refusal(call: Call) -> None:
    caller = asked(call)
    caller.say("what's my balance")
    caller.say("how long will it take")
    caller.say("savings")
    caller.say("no")
    assert caller.facts == {"account_kind": "savings", "reason": "no"}
    assert caller.consent == "given"


def test_a_no_puts_away_what_was_told_and_the_place_stands(call: Call) -> None:
    caller = asked(call)
    caller.say("i want to transfer fifty pounds to my sister")
    said = caller.say("no")
    assert said.startswith("All right, I'll note nothing and pass nothing on. Your place stands: you're <position>")
    assert (caller.topic, caller.facts, caller.also, caller.consent) == (None, {}, [], "refused")
    assert caller.order is None, "it can still be asked"
    assert caller.say("where am i in the queue") == "You're <position> in line; <ahead>."
    assert caller.say("how long will it take") == "You're <position> in line; <wait>."
    assert caller.say("what have you noted") == "Nothing, as you asked."


@pytest.mark.parametrize(
    "words", ["please don't note anything", "don't pass that on to the agent", "i'd rather you didn't write that down"]
)
def test_a_refusal_in_words_holds_at_any_time(call: Call, words: str) -> None:
    caller = asked(call)
    caller.say("i want to transfer fifty pounds")
    caller.say("to my sister")
    caller.say(words)
    assert (caller.consent, caller.facts, caller.topic) == ("refused", {}, None)


def test_after_a_refusal_nothing_is_gathered_and_no_sentence_claims_it(call: Call) -> None:
    caller = asked(call)
    caller.say("yes please")
    caller.say("no")
    said = caller.say("what's my balance, it's the savings account")
    assert said.startswith("I could only note that for the agent, so I'll leave it for you to tell.")
    assert (caller.topic, caller.facts) == (None, {})
    assert "noted it" not in caller.say("can you book me a table for two at a restaurant tonight")
    assert caller.facts == {}


def test_after_a_refusal_a_card_is_still_made_safe(call: Call) -> None:
    caller = asked(call)
    caller.say("yes")
    caller.say("please don't note anything")
    said = caller.say("i lost my debit card")
    assert "note nothing" in said
    assert said.endswith("Shall I freeze your debit card ending 4417 now?")
    assert caller.say("yes").startswith("That has been seen to.")
    assert caller.settled == [("freeze_card", "card-1")]
    assert caller.facts == {}
    assert not any("noted" in text and "noted nothing" not in text for text in caller.heard)


def test_a_refusal_while_a_card_is_made_safe_does_not_stop_that(call: Call) -> None:
    caller = asked(call, level=2)
    caller.say("i lost my debit card today")
    said = caller.say("don't write that down please")
    assert said == (
        "All right, I'll note nothing for the agent. I can still see to this with you. "
        "Shall I freeze your debit card ending 4417 now?"
    )
    assert (caller.consent, caller.facts) == ("refused", {})


def test_a_no_that_may_mean_the_other_question_is_asked_about(call: Call) -> None:
    caller = asked(call)
    caller.say("what's my savings balance")
    assert caller.say("no") == "Just to be sure: may I note what you tell me for the agent?"
    assert caller.say("no").startswith("All right, I'll note nothing")
    assert caller.consent == "refused"


def test_a_yes_to_that_goes_on(call: Call) -> None:
    caller = asked(call)
    caller.say("what's my savings balance")
    caller.say("no")
    assert caller.say("yes") == "Thank you. Is there a payment you'd like to be sure is covered?"
    assert (caller.consent, caller.facts) == ("given", {"account_kind": "savings"})


def test_a_yes_to_an_effect_is_none_to_the_notes_and_the_other_way_round(call: Call) -> None:
    caller = asked(call, level=2)
    said = caller.say("i lost my debit card today")
    assert said.endswith("Shall I freeze your debit card ending 4417 now?")
    caller.say("no")
    assert not caller.settled
    assert caller.consent == "asked", "it was not what the no was about"


def test_who_changes_their_mind_may(call: Call) -> None:
    caller = asked(call)
    caller.say("yes")
    caller.say("no")
    assert caller.say("actually you can pass it on after all").startswith("Thank you.")
    assert caller.consent == "given"


def test_decided_by_a_button_of_the_page_it_is_answered_in_words(call: Call) -> None:
    caller = asked(call)
    caller.say("i lost my card")
    caller.consent = "given"
    assert caller.tell("consent", given=True) == "Thank you. Is it a debit card or a credit card?"
    caller.consent = "refused"
    assert "note nothing" in caller.tell("consent", given=False)
    assert caller.facts == {}


def test_where_the_tenant_does_not_ask_nobody_is_asked(call: Call) -> None:
    caller = call()
    assert caller.say("yes please") == "What can I do for you?"
    assert "all right?" not in caller.say("i lost my card")


def test_straight_to_a_person_means_no_question_at_all(call: Call) -> None:
    caller = asked(call)
    assert "?" not in caller.say("my husband passed away last week")


def test_a_question_that_was_never_heard_is_asked_again(call: Call) -> None:
    caller = asked(call)
    caller.say("yes please")
    caller.consent = None  # the reply was thrown away: the service knows nothing of it
    assert HALF_A_SENTENCE in caller.say("i lost my card")


@pytest.mark.parametrize("words", ["why do you need to note things", "who sees what i tell you", "is this recorded"])
def test_a_question_about_the_notes_is_answered_and_is_no_consent(call: Call, words: str) -> None:
    caller = asked(call)
    caller.say("i lost my card")
    said = caller.say(words)
    assert said.startswith("So that you won't have to say it again")
    assert said.endswith("may I note what you tell me for the agent?")
    assert caller.consent == "asked"
    caller.say("no")
    assert caller.consent == "refused"


def test_after_a_refusal_a_fact_does_not_break_off_what_is_settled(call: Call) -> None:
    caller = asked(call, answers=False)
    caller.say("i want to report fraud on my debit card")
    caller.say("please don't note anything")
    said = caller.say("80 pounds")
    assert said.startswith("Thank you. Whenever you're ready")
    assert "noted" not in said
