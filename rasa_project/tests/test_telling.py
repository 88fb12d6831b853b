"""Questions that are answered at once: just what was asked, once it is known who asks, and recorded as told."""

from __future__ import annotations

from typing import Callable

import pytest
from bank import ACCOUNTS, CARD_BILL, CARDS, DELIVERIES, ENERGY, ITEMS, REWARDS, day
from caller import OFFERED, PAGE, Caller
from components.conversation import wording

Call = Callable[..., Caller]
ELSE = " Is there anything else while you wait?"
PAGE_SAYS = f"{PAGE['says']} So says our page '{PAGE['page']}'."


def customer(call: Call, **about: object) -> Caller:
    known = {"services": dict(OFFERED), "items": dict(ITEMS), "level": 2, "name": "Maya"}
    return call(**{**known, **about})


@pytest.mark.parametrize(
    ("words", "service", "answer"),
    [
        ("how much is in my savings account", "balance", "There's £5,200 in your savings account."),
        (
            "what's my minimum payment",
            "min_payment",
            "The minimum on your credit card bill is £25; it was due yesterday.",
        ),
        ("when is my electricity bill due", "bill_due", "Your Northlight Energy bill is due tomorrow."),
        (
            "when is my credit card bill due",
            "bill_due",
            "Your credit card bill was due yesterday and hasn't been paid yet.",
        ),
        ("how much is my electric bill", "bill_balance", "Your Northlight Energy bill is £64.20."),
        (
            "when does my debit card expire",
            "expiration_date",
            "Your debit card ending 4417 expires at the end of March 2028.",
        ),
        (
            "how many points do i have",
            "rewards_balance",
            "You have 4,250 points on your credit card ending 0926, worth £21.25.",
        ),
        (
            "how long until my new card arrives",
            "replacement_card_duration",
            "Your new debit card was sent yesterday and should be with you tomorrow.",
        ),
        (
            "what's the status of my application",
            "application_status",
            "Your travel card application is being looked at, and you should hear from us tomorrow.",
        ),
    ],
)  # fmt: skip
def test_just_what_was_asked_is_told_and_recorded(call: Call, words: str, service: str, answer: str) -> None:
    caller = customer(call)
    assert caller.say(words) == answer + ELSE
    assert caller.told == [service]
    assert not caller.effects
    assert [order["name"] for order in caller.orders] == ["look_up", "told"]


def test_a_stranger_is_asked_who_it_is_and_then_told_what_was_wanted(call: Call) -> None:
    caller = call(services=dict(OFFERED), items=dict(ITEMS))
    said = caller.say("how much is in my current account")
    assert said.startswith("I can look that up once I know who you are.")
    assert said.endswith(f"There's £1,846.20 in your current account.{ELSE}")
    assert [order["name"] for order in caller.orders] == ["verify", "look_up", "told"]


def test_a_stranger_who_will_not_say_is_not_told_and_not_turned_away(call: Call) -> None:
    caller = call(services=dict(OFFERED), items=dict(ITEMS), answers=False)
    caller.say("how much is in my current account")
    said = caller.say("no leave it")
    assert "the agent will check who you are" in said
    assert caller.order == "cancel_verify"
    assert caller.topic == "balance"


def test_of_several_the_caller_is_asked_which_and_answers_by_number(call: Call) -> None:
    caller = customer(call)
    assert caller.say("what's my balance") == (
        "I can see your current account and your savings account. Which of the two is it?"
    )
    assert not caller.told
    assert caller.say("the second") == f"There's £5,200 in your savings account.{ELSE}"
    assert caller.told == ["balance"]


def test_cards_without_a_limit_are_no_choice(call: Call) -> None:
    caller = customer(call)
    said = caller.say("what's my credit limit")
    assert said == "I can see your credit card ending 0926 and your credit card ending 1182. Which of the two is it?"
    assert caller.say("the one ending 1182") == f"The limit on your credit card ending 1182 is £5,000.{ELSE}"


def test_the_rate_of_the_only_credit_card(call: Call) -> None:
    caller = customer(call, items={**ITEMS, "apr": CARDS[:2]})
    assert caller.say("what's the apr on my card") == (
        f"The rate on your credit card ending 0926 is 21.9 percent a year.{ELSE}"
    )


def test_a_choice_that_is_declined_is_left_to_the_agent(call: Call) -> None:
    caller = customer(call)
    caller.say("what's my balance")
    assert caller.say("no") == "I've noted it all for the agent, so you won't have to say it again." + ELSE
    assert not caller.told


def test_the_last_three_transactions_in_one_breath(call: Call) -> None:
    caller = customer(call)
    said = caller.say("show me my last transactions")
    assert said.startswith(
        "The last three on your current account: £10.99 to Netflix today, £2,150 from Hillside Studios yesterday and £9"
    )
    assert "savings" not in said
    assert "2150.00" not in said


def test_transactions_of_the_account_and_the_shop_that_were_named(call: Call) -> None:
    caller = customer(call)
    assert caller.say("show me the transactions on my savings account").startswith(
        "Just one on your savings account: £250 from your current account"
    )
    assert "The last two on your current account: £10.99 to Netflix" in customer(call).say(
        "did the Netflix payment go out"
    )


@pytest.mark.parametrize(
    ("words", "service", "answer"),
    [
        ("when is my bill due", "bill_due", "There's no bill waiting to be paid."),
        ("what's my minimum payment", "min_payment", "No card of yours has a payment due."),
        ("how many points do i have", "rewards_balance", "There are no rewards on your cards."),
        ("when will my new card come", "replacement_card_duration", "No new card is on its way to you at the moment."),
        ("what's the status of my application", "application_status", "I can't see an application in your name."),
    ],
)
def test_what_there_is_none_of_is_told_as_that(call: Call, words: str, service: str, answer: str) -> None:
    caller = customer(call, items={**ITEMS, service: []})
    assert caller.say(words) == answer + ELSE
    assert caller.told == [service]


def test_an_account_that_is_overdrawn_is_told_so(call: Call) -> None:
    overdrawn = {**ACCOUNTS[0], "balance": "-112.60", "status": "overdrawn"}
    caller = customer(call, items={**ITEMS, "balance": [overdrawn]})
    assert caller.say("what's my balance") == f"Your current account is £112.60 overdrawn.{ELSE}"


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        ("late", "should have been with you yesterday. The agent can send another."),
        ("ordered", "is being made and should be with you yesterday."),
    ],
)
def test_a_card_that_is_late_or_not_sent_yet(call: Call, status: str, answer: str) -> None:
    delivery = {**DELIVERIES[0], "status": status, "expected_on": day(-1)}
    caller = customer(call, items={**ITEMS, "replacement_card_duration": [delivery]})
    assert answer in caller.say("how long until my new card arrives")


def test_a_status_that_nobody_has_words_for_is_left_to_the_agent(call: Call) -> None:
    application = {**ITEMS["application_status"][0], "status": "on_hold"}
    caller = customer(call, items={**ITEMS, "application_status": [application]})
    assert "the agent can tell you how it stands" in caller.say("what's the status of my application")


def test_a_back_office_that_is_away_is_told_honestly_and_the_talk_goes_on(call: Call) -> None:
    caller = customer(call, answers=False)
    caller.say("what's my balance")
    text = "I'm sorry, I couldn't look that up just now. I've noted it for the agent, and your place stands."
    assert caller.tell("settled", service="balance", outcome="failed", text=text) == text + ELSE
    assert caller.say("no").startswith("All right. Your place stands")


def test_a_page_is_told_to_anybody_with_its_source(call: Call) -> None:
    caller = call(services=dict(OFFERED))
    assert caller.say("what are the fees for using my card abroad") == PAGE_SAYS + ELSE
    assert caller.topic == "international_fees"
    assert [order["name"] for order in caller.orders] == ["look_up"]


def test_a_page_in_the_middle_of_something_leaves_the_question_open(call: Call) -> None:
    caller = customer(call)
    caller.say("i want to transfer fifty pounds")
    assert caller.say("what are your opening hours") == f"{PAGE_SAYS} Where should it go?"
    assert caller.topic == "transfer"
    assert caller.say("to my sister") == "And which account should it come from?"


def test_a_page_in_the_middle_of_proving_who_it_is_leaves_that_open(call: Call) -> None:
    caller = call(services=dict(OFFERED), items=dict(ITEMS), answers=False)
    caller.say("what's my balance")
    caller.say("what's your sort code")
    assert caller.reply["order"] == {"name": "look_up", "data": {"service": "routing", "beside": True}}
    said = caller.tell("found", service="routing", items=[PAGE])
    assert said.startswith(PAGE_SAYS)
    assert "carry on with your customer number" in said
    assert caller.reply["step"] == "identity"


def test_opening_hours_are_no_matter_of_their_own(call: Call) -> None:
    caller = call(services=dict(OFFERED))
    assert caller.say("what time do you open on saturday") == PAGE_SAYS + ELSE
    assert caller.topic is None


def test_another_question_after_the_answer_is_answered_too(call: Call) -> None:
    caller = customer(call)
    caller.say("when is my electricity bill due")
    assert caller.say("how many points do i have").endswith(f"worth £21.25.{ELSE}")
    assert caller.told[-1] == "rewards_balance"


def test_the_same_question_again_is_looked_up_again(call: Call) -> None:
    caller = customer(call)
    caller.say("how much is in my savings account")
    caller.items["balance"] = [ACCOUNTS[0], {**ACCOUNTS[1], "balance": "5100.00"}]
    assert "£5,100" in caller.say("how much is in my savings account")
    assert caller.told == ["balance", "balance"]


def test_rasa_that_forgot_asks_which_one_again_and_takes_no_answer_for_a_fact(call: Call) -> None:
    caller = customer(call, topic="balance")
    said = caller.say("yes")
    assert said.endswith("I can see your current account and your savings account. Which of the two is it?")
    assert caller.facts == {}


def test_what_was_looked_up_is_not_carried_on_in_the_talk(call: Call) -> None:
    caller = customer(call, items={**ITEMS, "bill_due": [ENERGY, CARD_BILL], "rewards_balance": REWARDS})
    caller.say("when is my electricity bill due")
    said = caller.say("the second one")
    assert "credit card bill" not in said


@pytest.mark.parametrize(
    ("iso", "said"),
    [
        (day(0), "today"),
        (day(1), "tomorrow"),
        (day(-1), "yesterday"),
        ("2031-03", "at the end of March 2031"),
        ("in a while", "in a while"),
    ],
)
def test_days_are_said_as_people_say_them(iso: str, said: str) -> None:
    assert wording.spoken({"due_on": iso})["item_due_on"] == said


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [("64.20", "GBP", "£64.20"), ("1200.00", "USD", "$1,200"), ("-5.5", "GBP", "£5.50"), ("12", "SEK", "12 SEK")],
)
def test_sums_are_said_without_what_nobody_says(amount: str, currency: str, said: str) -> None:
    assert wording.money(amount, currency) == said
