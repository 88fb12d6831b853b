"""Paying a bill, a new PIN, points: found, chosen, read back, mended, and done only after a yes."""

from __future__ import annotations

from typing import Callable, Dict, List, Tuple

import pytest
from bank import ENERGY, ITEMS
from caller import OFFERED, Caller

Call = Callable[..., Caller]
PAY = "Shall I pay £64.20 to Northlight Energy from your current account now?"


def customer(call: Call, **about: object) -> Caller:
    known = {"services": dict(OFFERED), "items": dict(ITEMS), "level": 3, "name": "Maya"}
    return call(**{**known, **about})


def ordered(caller: Caller) -> List[Tuple[str, Dict[str, str]]]:
    return [(effect["service"], effect["arguments"]) for effect in caller.effects]


def test_a_bill_is_paid_after_a_code_a_read_back_and_a_yes(call: Call) -> None:
    caller = customer(call, level=0, name=None)
    said = caller.say("i want to pay my electricity bill")
    assert said.startswith("Before I change anything, I need to check who you are.")
    assert said.endswith(PAY)
    assert [order["data"] for order in caller.orders[:2]] == [{"level": 2}, {"level": 3}]
    assert caller.reply["step"] == "confirm"
    assert not caller.effects
    assert caller.say("yes please").endswith("Is there anything else while you wait?")
    assert ordered(caller) == [("pay_bill", {"bill_id": "bill-1", "amount": "64.20"})]
    assert caller.facts == {"payee": "Northlight Energy", "amount": "£64.20"}


def test_one_who_has_proved_enough_is_asked_for_nothing(call: Call) -> None:
    caller = customer(call)
    assert caller.say("pay my electricity bill") == PAY
    assert [order["name"] for order in caller.orders] == ["look_up"]


def test_number_and_pin_are_not_asked_for_again_where_only_the_code_is_missing(call: Call) -> None:
    caller = customer(call, level=2, answers=False)
    said = caller.say("pay my electricity bill")
    assert "code" in said
    assert "who you are" not in said
    assert caller.reply["order"] == {"name": "verify", "data": {"level": 3}}
    assert "code that I've sent you" in caller.say("where am i in the queue")


def test_a_wrong_code_offers_another_and_not_the_pin_again(call: Call) -> None:
    caller = customer(call, level=2, verifications=[{"reason": "failed", "tries_left": 3}])
    assert caller.say("pay my electricity bill").endswith("Would you like to try again?")
    assert caller.say("yes").endswith(PAY)
    assert caller.orders[1]["data"] == {"level": 3}


@pytest.mark.parametrize("reason", ["too_many_codes", "unavailable"])
def test_a_code_that_cannot_be_sent_is_told_as_that_and_nothing_is_paid(call: Call, reason: str) -> None:
    caller = customer(call, level=2, verifications=[{"reason": reason, "tries_left": 0}])
    said = caller.say("pay my electricity bill")
    assert "can't check that just now" in said
    assert "the agent will check who you are" in said
    assert not caller.effects


@pytest.mark.parametrize(
    "words", ["number two", "the second one", "the credit card one", "2", "two", "it's the last one"]
)
def test_of_two_bills_one_is_chosen_by_number_or_by_name(call: Call, words: str) -> None:
    caller = customer(call)
    said = caller.say("i want to pay a bill")
    assert said == "I can see your Northlight Energy bill and your credit card bill. Which of the two is it?"
    said = caller.say(words)
    assert said == "Shall I pay £312.45 to your credit card ending 0926 from your current account now?"


def test_the_only_bill_needs_no_choice(call: Call) -> None:
    caller = customer(call, items={**ITEMS, "pay_bill": [ENERGY]})
    assert caller.say("i want to pay a bill") == PAY


def test_a_bill_that_is_not_there_is_not_taken_for_another(call: Call) -> None:
    caller = customer(call, items={**ITEMS, "pay_bill": [ENERGY]})
    said = caller.say("pay my water bill")
    assert said == "I can see your Northlight Energy bill. Is that the one?"
    assert caller.say("no").startswith("I've noted it all for the agent")
    assert not caller.effects


def test_with_no_bill_to_pay_that_is_said(call: Call) -> None:
    caller = customer(call, items={**ITEMS, "pay_bill": []})
    assert "no bill that's due" in caller.say("i want to pay a bill")
    assert not caller.effects


def test_a_sum_that_was_named_is_the_one_that_is_read_back(call: Call) -> None:
    caller = customer(call)
    said = caller.say("pay twenty pounds off my credit card bill")
    assert said == "Shall I pay £20 to your credit card ending 0926 from your current account now?"
    caller.say("yes")
    assert caller.effects[0]["arguments"] == {"bill_id": "bill-2", "amount": "20.00"}


@pytest.mark.parametrize(
    ("words", "read", "amount"),
    [
        ("no make it fifty pounds", "£50", "50.00"),
        ("no just forty", "£40", "40.00"),
        ("sorry i meant thirty two pounds fifty", "£32.50", "32.50"),
        ("only the minimum please", "£25", "25.00"),
        ("£100", "£100", "100.00"),
    ],
)
def test_another_sum_at_the_read_back_is_read_back_anew(call: Call, words: str, read: str, amount: str) -> None:
    caller = customer(call)
    caller.say("pay my credit card bill")
    said = caller.say(words)
    assert said == f"Shall I pay {read} to your credit card ending 0926 from your current account now?"
    assert not caller.effects
    caller.say("yes")
    assert caller.effects[0]["arguments"]["amount"] == amount


def test_the_whole_sum_after_a_part_of_it(call: Call) -> None:
    caller = customer(call)
    caller.say("pay twenty pounds off my credit card bill")
    assert "£312.45" in caller.say("no pay all of it")
    assert len(caller.effects) == 0


def test_a_yes_that_repeats_the_sum_is_a_yes(call: Call) -> None:
    caller = customer(call)
    caller.say("pay my electricity bill")
    caller.say("yes £64.20")
    assert [effect["arguments"]["amount"] for effect in caller.effects] == ["64.20"]


def test_a_sum_mended_on_the_screen_is_read_back_before_it_is_paid(call: Call) -> None:
    caller = customer(call)
    caller.say("pay twenty pounds off my credit card bill")
    caller.facts["amount"] = "£30"
    assert "Shall I pay £30" in caller.say("yes")
    assert not caller.effects
    caller.say("yes")
    assert caller.effects[0]["arguments"]["amount"] == "30.00"


def test_a_sum_that_is_none_is_asked_for(call: Call) -> None:
    caller = customer(call)
    said = caller.say("pay a few hundred pounds off my credit card bill")
    assert said == "The bill is £312.45. How much shall I pay?"
    assert "£200" in caller.say("two hundred")


def test_another_bill_at_the_read_back_is_read_back_with_its_own_sum(call: Call) -> None:
    caller = customer(call)
    caller.say("pay my electricity bill")
    assert "£312.45 to your credit card" in caller.say("no the credit card one")
    caller.say("yes")
    assert caller.effects[0]["arguments"] == {"bill_id": "bill-2", "amount": "312.45"}


def test_a_changed_mind_pays_nothing(call: Call) -> None:
    caller = customer(call)
    caller.say("pay my electricity bill")
    assert "haven't done anything" in caller.say("no")
    assert "noted it all for the agent" in caller.say("no leave it")
    assert not caller.effects
    assert caller.topic == "pay_bill"


@pytest.mark.parametrize("words", ["hm", "what's my position", "is that safe", "repeat that please"])
def test_what_is_no_yes_pays_nothing(call: Call, words: str) -> None:
    caller = customer(call)
    caller.say("pay my electricity bill")
    caller.say(words)
    assert not caller.effects


def test_a_later_day_is_not_promised(call: Call) -> None:
    caller = customer(call)
    said = caller.say("pay my electricity bill next friday")
    assert said == f"I can only pay today; for another day, the agent can set it up. {PAY}"


def test_too_little_money_is_told_and_left_to_the_agent(call: Call) -> None:
    text = "There's £18.75 in your current account, which isn't enough for that, so I haven't paid anything."
    caller = customer(call, outcomes=[("refused", text)])
    caller.say("pay my electricity bill")
    assert caller.say("yes") == f"{text} Is there anything else while you wait?"
    assert caller.say("pay ten pounds of it then").startswith("I can see") or caller.topic == "pay_bill"


def test_a_back_office_that_did_not_answer_is_told_and_nothing_is_tried_by_itself(call: Call) -> None:
    text = "I'm sorry, our systems didn't answer, so I can't say whether that went through."
    caller = customer(call, outcomes=[("unsure", text)])
    caller.say("pay my electricity bill")
    assert caller.say("yes").startswith(text)
    assert len(caller.effects) == 1


def test_words_before_the_outcome_order_the_same_attempt_and_another_yes_another_one(call: Call) -> None:
    caller = customer(call)
    caller.say("pay my electricity bill")
    caller.answers = False
    caller.say("yes")
    caller.say("hello?")
    first, again = caller.effects
    assert first == again
    caller.answers = True
    caller.tell("settled", service="pay_bill", outcome="done", text="Paid.")
    caller.say("pay my credit card bill")
    caller.say("yes")
    assert caller.effects[-1]["attempt"] != first["attempt"]


def test_the_place_is_given_up_only_at_the_end_of_three_questions(call: Call) -> None:
    caller = customer(call)
    caller.say("pay my electricity bill")
    caller.say("yes")
    assert caller.say("no").endswith("Did that settle everything you called about?")
    assert caller.say("yes") == "Shall I give up your place in the queue?"
    caller.say("yes")
    assert caller.order == "give_up_place"


def test_a_link_for_a_new_pin_is_sent_for_the_card_that_is_meant(call: Call) -> None:
    caller = customer(call, level=2)
    said = caller.say("i want to change my pin")
    assert said.endswith("Which of the three is it?")
    assert "PIN for your debit card ending 4417?" in caller.say("the debit card")
    caller.say("yes")
    assert ordered(caller) == [("pin_change", {"card_id": "card-1"})]


def test_points_are_turned_into_money_all_or_some(call: Call) -> None:
    caller = customer(call, level=2)
    assert caller.say("i want to redeem my points") == (
        "Shall I turn 4,250 points into £21.25 on your credit card ending 0926?"
    )
    assert "Shall I turn 1,000 points into £5 on" in caller.say("no just a thousand")
    caller.say("yes")
    assert ordered(caller) == [("redeem_rewards", {"card_id": "card-2", "points": "1000"})]


def test_a_service_that_is_not_on_offer_is_gathered_for_the_agent(call: Call) -> None:
    caller = call(services={})
    assert caller.say("i want to pay my electricity bill").endswith("How much would you like to pay?")
    assert not caller.orders


def test_another_matter_in_the_middle_comes_first_and_the_bill_is_gone_back_to(call: Call) -> None:
    caller = customer(call)
    caller.say("pay my electricity bill")
    said = caller.say("actually how much is in my savings account")
    assert "£5,200" in said
    assert said.endswith("You also mentioned your bill payment. Shall we go on with that?")
    assert "Shall I pay" in caller.say("yes")
    assert not caller.effects
