"""A card is lost: facts, identity, the card read back, a yes, the effect, and the same again for the new card."""

from __future__ import annotations

from typing import Callable

import pytest
from caller import Caller

Call = Callable[..., Caller]


def lost_card(call: Call, **about: object) -> Caller:
    caller = call(**about)
    caller.say("hi um i lost my card")
    caller.say("debit")
    caller.say("yesterday afternoon i think")
    return caller


def test_the_whole_way(call: Call) -> None:
    caller = call()
    assert "debit card or a credit card" in caller.say("hi um i lost my card")
    assert "When did you last have it" in caller.say("debit")
    said = caller.say("yesterday afternoon")
    assert "check who you are" in said
    assert said.endswith("Shall I freeze your debit card ending 4417 now?")
    assert caller.reply["step"] == "confirm"
    assert [order["name"] for order in caller.orders] == ["verify", "look_up"]
    said = caller.say("yes")
    assert "replacement for your debit card ending 4417" in said
    assert "address on file" in said
    assert caller.settled == [("freeze_card", "card-1")]
    said = caller.say("yes please")
    assert said.endswith("Is there anything else while you wait?")
    assert caller.settled == [("freeze_card", "card-1"), ("order_replacement_card", "card-1")]
    assert caller.facts == {"card_kind": "debit", "lost_how": "lost", "date": "yesterday afternoon"}
    assert caller.reply["step"] is None


def test_what_was_said_at_once_is_not_asked_again(call: Call) -> None:
    caller = call(answers=False)
    said = caller.say("my credit card was stolen on the train this morning")
    assert caller.order == "verify"
    assert "debit card or a credit card" not in said
    assert caller.facts["card_kind"] == "credit"
    assert caller.facts["lost_how"] == "stolen"
    assert caller.reply["step"] == "identity"


def test_slang_is_noted_in_plain_words(call: Call) -> None:
    caller = call(answers=False)
    caller.say("somebody nicked my purse with my credit card in it")
    assert caller.facts["lost_how"] == "stolen"


def test_nothing_is_asked_twice_of_one_who_does_not_know(call: Call) -> None:
    caller = call()
    caller.say("my card was stolen")
    caller.say("i don't know")
    said = caller.say("not sure")
    assert "I can see your debit card ending 4417 and your credit card ending 0926" in said
    assert caller.facts["card_kind"] == "not known"
    assert "credit card ending 0926" in caller.say("the second one")


def test_no_effect_without_a_yes(call: Call) -> None:
    caller = lost_card(call)
    said = caller.say("no")
    assert "haven't done anything" in said
    assert not caller.settled
    assert "noted it all for the agent" in caller.say("no leave it")
    assert not caller.settled


@pytest.mark.parametrize("words", ["hm", "what's my position", "i lost it on the bus", "repeat that please"])
def test_what_is_no_yes_settles_nothing(call: Call, words: str) -> None:
    caller = lost_card(call)
    said = caller.say(words)
    assert not caller.settled
    assert "Shall I freeze your debit card ending 4417 now?" in said


@pytest.mark.parametrize(
    "words",
    ["yes a new card would be good", "yes, a new card please", "yeah I need a new card", "ok order me a new one"],
)
def test_a_yes_may_say_once_more_what_it_is_a_yes_to(call: Call, words: str) -> None:
    caller = lost_card(call)
    caller.say("yes freeze the card")
    assert caller.settled == [("freeze_card", "card-1")]
    assert caller.say(words).endswith("Is there anything else while you wait?")
    assert caller.settled[1:] == [("order_replacement_card", "card-1")]


@pytest.mark.parametrize(
    "words",
    [
        "a new card would be good",
        "yes but when would it come",
        "yes if a new card is free",
        "how long does a new card take",
    ],
)
def test_a_yes_with_a_condition_is_none(call: Call, words: str) -> None:
    caller = lost_card(call)
    caller.say("yes")
    said = caller.say(words)
    assert caller.settled == [("freeze_card", "card-1")]
    assert "application" not in said


def test_another_card_at_the_read_back_is_read_back_anew(call: Call) -> None:
    caller = lost_card(call)
    assert caller.say("no the credit card").endswith("Shall I freeze your credit card ending 0926 now?")
    caller.say("yes")
    assert caller.settled == [("freeze_card", "card-2")]


def test_a_card_may_be_named_by_its_last_digits(call: Call) -> None:
    caller = call()
    caller.say("i lost my card today")
    caller.say("dunno")
    assert "credit card ending 0926" in caller.say("the one ending 0926")


def test_the_only_card_is_taken_for_the_one_that_is_meant(call: Call) -> None:
    caller = call(cards=[{"id": "card-3", "label": "debit card ending 5583"}])
    caller.say("i lost my card today")
    said = caller.say("not sure")
    assert "your debit card ending 5583" in said
    caller.say("yes")
    caller.say("yes")
    assert caller.settled[0] == ("freeze_card", "card-3")


def test_who_has_no_card_is_passed_on(call: Call) -> None:
    caller = call(cards=[])
    said = caller.say("i lost my debit card today")
    assert "can't find a card" in said
    assert "noted" in said


def test_no_new_card_is_no_reason_to_lose_the_place(call: Call) -> None:
    caller = lost_card(call)
    caller.say("yes")
    said = caller.say("no thank you")
    assert "won't order one" in said
    assert caller.settled == [("freeze_card", "card-1")]
    assert caller.order is None


def test_an_effect_that_failed_is_told_and_left_to_the_agent(call: Call) -> None:
    caller = call(outcomes=[("failed", "I'm sorry, I couldn't freeze your debit card just now.")])
    caller.say("i lost my debit card today")
    said = caller.say("yes")
    assert "couldn't freeze your debit card" in said
    assert "replacement" not in said
    assert caller.settled == [("freeze_card", "card-1")]


def test_what_was_done_before_is_told_as_that(call: Call) -> None:
    caller = call(outcomes=[("already_done", "Your debit card ending 4417 is frozen already.")])
    caller.say("i lost my debit card today")
    said = caller.say("yes")
    assert "frozen already" in said
    assert "Shall I order a replacement" in said


def test_a_service_that_is_not_on_offer_is_not_promised(call: Call) -> None:
    caller = call(services={})
    said = caller.say("i lost my debit card today")
    assert "noted that for the agent as urgent" in said
    assert not caller.orders


def test_a_broken_card_is_replaced(call: Call) -> None:
    caller = call()
    caller.say("my debit card snapped in two")
    said = caller.say("it just broke in my wallet")
    assert "Shall I order a replacement for your debit card ending 4417?" in said
    assert caller.say("yes").endswith("Is there anything else while you wait?")
    assert caller.settled == [("order_replacement_card", "card-1")]


def test_freezing_on_request(call: Call) -> None:
    caller = call()
    caller.say("freeze my credit card please")
    assert "credit card ending 0926" in caller.say("i think someone saw the number")
    assert caller.say("yes").endswith("Is there anything else while you wait?")
    assert caller.settled == [("freeze_card", "card-2")]


def test_fraud_asks_what_an_agent_would_and_offers_the_freeze(call: Call) -> None:
    caller = call()
    assert "How much" in caller.say("there's a payment on my card that i didn't make")
    assert "Who" in caller.say("eighty five pounds")
    assert "when" in caller.say("some website called shopfast").lower()
    said = caller.say("last tuesday")
    assert said.endswith("Which of the two is it?")
    assert caller.facts["amount"] == "eighty five pounds"
