"""What goes straight to a person: one kind sentence, nothing asked, the topic set, and then silence."""

from __future__ import annotations

from typing import Callable

import pytest
from caller import Caller
from components.conversation.conductor import Conductor
from components.conversation.state import Reading, Topic, Turn

Call = Callable[..., Caller]

SAID = [
    ("complaint", "i want to put in a formal complaint about the way i was spoken to"),
    ("complaint", "who handles complaints please"),
    ("complaint", "im taking this to the ombudsman"),
    ("bereavement", "my mum passed away on thursday and i dont know what to do about her account"),
    ("bereavement", "hi im calling about my late husbands account"),
    ("bereavement", "there's been a death in our family"),
    ("hardship", "ive been laid off and i cant keep up with my credit card payments"),
    ("hardship", "we're struggling to make ends meet and can't pay you"),
    ("hardship", "i need help with my debts"),
    (
        "scam_in_progress",
        "theres a man on the other phone who says hes from your fraud team and i have to move my money",
    ),
    ("scam_in_progress", "someone's got control of my computer and wants me to log into my bank"),
    ("scam_in_progress", "they're telling me to buy gift cards or i'll be arrested"),
    ("danger_to_life", "i cant go on i want to end my life"),
    ("danger_to_life", "somebody is breaking into my house"),
    ("danger_to_life", "my wife has stopped breathing"),
]


@pytest.mark.parametrize(("topic", "words"), SAID)
def test_it_is_recognised_and_nothing_is_asked(call: Call, topic: str, words: str) -> None:
    caller = call()
    said = caller.say(words)
    assert caller.topic == topic
    assert caller.order == "hold_quietly"
    assert "?" not in said
    assert "<position>" in said
    assert len(caller.reply["messages"]) == 1


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("my husband has lost his card", "report_lost_card"),
        ("someone mugged me last night and took my cards", "report_lost_card"),
        ("there's a payment on my account that i didn't make", "report_fraud"),
        ("my card has died the chip won't read", "damaged_card"),
        ("what's the minimum payment on my card", "min_payment"),
    ],
)
def test_its_neighbours_are_helped_as_ever(call: Call, words: str, topic: str) -> None:
    caller = call()
    caller.say(words)
    assert caller.topic == topic
    assert caller.order != "hold_quietly"


@pytest.mark.parametrize("words", ["this wait is killing me", "you people should be fired"])
def test_a_figure_of_speech_is_no_danger(call: Call, words: str) -> None:
    caller = call()
    caller.say(words)
    assert caller.topic is None


def test_danger_to_life_is_told_whom_to_ring(call: Call) -> None:
    assert "<emergency>" in call().say("i want to kill myself")


def test_in_the_middle_of_a_form_it_breaks_off_and_keeps_what_was_told(call: Call) -> None:
    caller = call()
    caller.say("i lost my debit card ending 4417")
    said = caller.say("a man keeps phoning me saying i must move my money to a safe account")
    assert caller.topic == "scam_in_progress"
    assert "?" not in said
    assert caller.facts["card_last4"] == "4417"
    assert caller.reply["gathered"]["urgent"]
    (lost,) = caller.reply["gathered"]["also"]
    assert (lost["topic"], lost["urgent"]) == ("report_lost_card", True)


def test_called_back_it_offers_the_matter_that_was_left_and_asks_nothing_about_the_other(call: Call) -> None:
    caller = call()
    caller.say("i want to transfer fifty pounds to my sister")
    caller.say("my father died this morning")
    assert caller.topic == "bereavement"
    said = caller.tell("resume")
    assert said == "I'm back. You also mentioned your transfer. Shall we go on with that?"
    caller.say("yes")
    assert caller.topic == "transfer"
    assert caller.facts["amount"] == "fifty pounds"


def test_called_back_with_nothing_else_open_it_just_asks(call: Call) -> None:
    caller = call()
    caller.say("i need to make a complaint")
    assert caller.tell("resume") == "I'm back. What can I do?"


def test_it_goes_first_when_two_things_are_said_at_once(call: Call) -> None:
    caller = call()
    caller.say("my mother died last week and i need to freeze her debit card")
    assert caller.topic == "bereavement"
    assert caller.order == "hold_quietly"


def test_it_is_told_in_what_was_noted(call: Call) -> None:
    caller = call()
    caller.say("i'm in serious debt and can't pay")
    caller.tell("resume")
    assert "money being short" in caller.say("what have you noted")


def test_in_the_middle_of_proving_identity_it_breaks_off_too(call: Call) -> None:
    caller = call(answers=False)
    caller.say("i lost my debit card today")
    assert caller.order == "verify"
    caller.say("i think i'm having a heart attack")
    assert caller.topic == "danger_to_life"
    assert caller.order == "hold_quietly"


def test_rasa_started_anew_keeps_the_topic(call: Call) -> None:
    caller = call()
    caller.say("i want to complain about your staff")
    again = call()
    again.topic, again.facts = caller.topic, caller.facts
    again.say("where am i in the queue")
    assert again.topic == "complaint"


def conductor() -> Conductor:
    topics = {"transfer": Topic("transfer", ("amount", "payee"), "your transfer")}
    straight = {
        "bereavement": Topic("bereavement", (), "your bereavement"),
        "scam": Topic("scam", (), "it", urgent=True),
    }
    return Conductor(topics, {}, straight)


def turn(intent: str, **about: object) -> Turn:
    given = conductor().turn(Reading(intent=intent, **about))  # type: ignore[arg-type]
    assert given is not None
    return given


def test_whatever_is_open_is_closed() -> None:
    slots = {"topic": "transfer", "stage": "give_up", "amount": "fifty", "service": "x"}
    said = turn("bereavement", slots=slots)
    assert said.say == ("utter_bereavement",)
    assert said.closes_form
    assert said.note["stage"] is None
    assert said.note["unfinished"] == "transfer"
    assert said.note["set_aside"] == {"transfer": {"amount": "fifty", "payee": None}}


def test_only_what_presses_becomes_urgent_and_what_was_urgent_stays_so() -> None:
    assert turn("scam", slots={}).note["urgent"] is True
    assert turn("bereavement", slots={}).note["urgent"] is False
    assert turn("bereavement", slots={"urgent": True}).note["urgent"] is True


def test_the_second_matter_of_a_sentence_goes_first_and_the_first_waits() -> None:
    said = turn("transfer", slots={}, data={"second_matter": "bereavement"})
    assert said.say == ("utter_bereavement",)
    assert said.note["unfinished"] == "transfer"
