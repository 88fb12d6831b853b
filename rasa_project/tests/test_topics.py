"""What the caller wants: every topic has its facts, and people change their minds."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Dict, List

import pytest
import ruamel.yaml
from caller import Caller
from conftest import PROJECT

Call = Callable[..., Caller]

OPENINGS: Dict[str, str] = {
    "account_blocked": "why is my account blocked",
    "application_status": "what's the status of my credit card application",
    "apr": "what's the apr on my card",
    "balance": "what's my balance",
    "bill_balance": "how much is my water bill",
    "bill_due": "when is my gas bill due",
    "card_declined": "my card was declined",
    "credit_limit": "what's my credit limit",
    "credit_limit_change": "can you raise my credit limit",
    "credit_score": "what's my credit score",
    "damaged_card": "my card is broken",
    "expiration_date": "when does my card expire",
    "freeze_account": "freeze my account",
    "improve_credit_score": "how can i improve my credit score",
    "interest_rate": "what's the interest rate on savings",
    "international_fees": "what are the fees for using my card abroad",
    "min_payment": "what's my minimum payment",
    "new_card": "i want to apply for a new credit card",
    "order_checks": "i need more checks",
    "pay_bill": "i want to pay a bill",
    "pin_change": "i want to change my pin",
    "redeem_rewards": "how do i redeem my points",
    "replacement_card_duration": "how long until my new card arrives",
    "report_fraud": "i want to report fraud",
    "report_lost_card": "i lost my card",
    "rewards_balance": "how many points do i have",
    "routing": "what's my routing number",
    "spending_history": "how much did i spend last month",
    "transactions": "show me my transactions",
    "transfer": "i want to transfer money",
}


def forms() -> Dict[str, List[str]]:
    domain = ruamel.yaml.YAML(typ="safe").load(Path(PROJECT / "domain" / "topics.yml"))
    return {name[: -len("_form")]: form["required_slots"] for name, form in domain["forms"].items()}


def test_there_are_thirty_topics_with_two_or_three_facts_each() -> None:
    assert forms().keys() == OPENINGS.keys()
    assert len(OPENINGS) == 30
    assert all(2 <= len(facts) <= 3 for facts in forms().values())


@pytest.mark.parametrize("topic", sorted(OPENINGS))
def test_every_topic_is_gathered_one_question_at_a_time(call: Call, topic: str) -> None:
    caller = call(services={})
    said = caller.say(OPENINGS[topic])
    assert caller.topic == topic
    for _ in range(3):
        if said.endswith("Is there anything else while you wait?"):
            break
        assert said.count("?") == 1
        said = caller.say("i don't know")
    assert said.endswith("Is there anything else while you wait?")
    assert set(caller.facts) == set(forms()[topic])


def test_another_topic_in_mid_form_comes_first_and_the_old_one_is_gone_back_to(call: Call) -> None:
    caller = call()
    caller.say("i want to transfer fifty pounds")
    caller.say("to my sister")
    said = caller.say("actually what's my credit score")
    assert caller.topic == "credit_score"
    assert caller.facts == {}
    assert caller.reply["gathered"]["also"] == [
        {"topic": "transfer", "facts": {"amount": "fifty pounds", "payee": "my sister"}, "urgent": False}
    ]
    assert "come back to" in said
    caller.say("for a mortgage")
    assert caller.say("last year").endswith("You also mentioned your transfer. Shall we go on with that?")
    assert caller.say("yes") == "And which account should it come from?"
    caller.say("savings")
    assert caller.facts == {"amount": "fifty pounds", "payee": "my sister", "account_kind": "savings"}


def test_two_things_at_once_are_taken_one_after_the_other(call: Call) -> None:
    caller = call()
    caller.say("i lost my debit card yesterday and i want to know my savings balance")
    assert caller.topic == "report_lost_card"
    caller.say("yes")
    assert caller.say("no").endswith("You also mentioned your balance. Shall we go on with that?")
    caller.say("yes")
    assert caller.topic == "balance"


@pytest.mark.parametrize("words", ["no wait eighty pounds", "sorry i meant eighty pounds", "actually eighty pounds"])
def test_a_correction_in_mid_form_is_taken_and_the_question_asked_again(call: Call, words: str) -> None:
    caller = call()
    caller.say("i need to pay my electric bill")
    caller.say("sixty pounds")
    said = caller.say(words)
    assert caller.facts["amount"] == "eighty pounds"
    assert said.endswith("And when should it be paid?")
    assert "date" not in caller.facts


def test_a_fact_mended_elsewhere_is_not_asked_for_again(call: Call) -> None:
    caller = call()
    caller.say("i need to pay my electric bill")
    caller.facts["amount"] = "90 pounds"
    said = caller.say("what's my position")
    assert said.endswith("And when should it be paid?")
    assert caller.facts["amount"] == "90 pounds"


def test_cancelling_drops_the_matter_and_not_the_place(call: Call) -> None:
    caller = call()
    caller.say("i want to transfer fifty pounds")
    said = caller.say("never mind forget it")
    assert "we'll leave that" in said
    assert caller.topic is None
    assert caller.facts == {}
    assert caller.order is None


@pytest.mark.parametrize(
    ("words", "facts"),
    [
        (
            "there's a charge of £79.99 from Amazon yesterday that i didn't make",
            {"amount": "£79.99", "merchant": "Amazon", "date": "yesterday"},
        ),
        (
            "send 50 pounds to my daughter from my savings",
            {"amount": "50 pounds", "payee": "my daughter", "account_kind": "savings"},
        ),
        ("what fees do i pay with my debit card in Spain", {"country": "Spain", "card_kind": "debit"}),
        ("when does my credit card ending in 0926 expire", {"card_kind": "credit", "card_last4": "0926"}),
    ],
)
def test_facts_said_in_passing_are_kept(call: Call, words: str, facts: Dict[str, str]) -> None:
    caller = call(answers=False)
    caller.say(words)
    assert {name: caller.facts.get(name) for name in facts} == facts


def test_a_faint_guess_is_asked_before_it_is_taken(call: Call) -> None:
    from components.conversation.conductor import Conductor
    from components.conversation.state import Reading, Topic

    conductor = Conductor({"balance": Topic("balance", ("account_kind",), "your balance")}, {})
    turn = conductor.turn(Reading(intent="balance", confidence=0.3, slots={}))
    assert turn is not None
    assert turn.say == ("utter_ask_guess",)
    assert (
        conductor.turn(Reading(intent="affirm", slots={"stage": "guess", "guess": "balance"})).say[-1] == "balance_form"
    )
