"""The manners of waiting: agree at once when a human is wanted, admit a misunderstanding, never stand in the way."""

from __future__ import annotations

from typing import Callable, Mapping, Optional

from components.conversation import closing, known_caller
from components.conversation.state import Reading, Stage, Topic, Turn, say

MISSES_ENOUGH = 2
_QUIETENING: Mapping[str, str] = {
    "ask_agent": "utter_agent",
    "angry": "utter_angry",
    "be_quiet": "utter_quiet",
}
"""What is answered with one sentence and then silence. The open question stays open for when the caller comes back."""


def hear(reading: Reading, ask_again: Callable[[Reading], Turn], topics: Mapping[str, Topic]) -> Optional[Turn]:
    intent = reading.intent
    if intent in _QUIETENING:
        if reading.stage in (Stage.VERIFY, Stage.VERIFY_AGAIN):
            return say(_QUIETENING[intent], stage=Stage.VERIFY_LATER.value)
        return say(_QUIETENING[intent])
    if intent == "greet":
        again = ask_again(reading)
        again = again if again.say else known_caller.asks_about_earlier(reading, topics)
        return say("utter_hello").then(again) if again.say else None
    if intent == "goodbye":
        return closing.ask_give_up("utter_goodbye_give_up")
    if intent == "give_up_place":
        return closing.ask_give_up()
    if intent == "repeat":
        return say(*reading.last_said) if reading.last_said else say("utter_nothing_to_repeat")
    if intent == "not_understood":
        return _missed(reading, ask_again)
    if intent == "out_of_scope":
        noted = "; ".join(filter(None, [reading.slots.get("other_request"), reading.text]))
        return say("utter_out_of_scope", other_request=noted[-500:]).then(ask_again(reading))
    return _nothing_open(reading, ask_again, topics)


def _nothing_open(
    reading: Reading, ask_again: Callable[[Reading], Turn], topics: Mapping[str, Topic]
) -> Optional[Turn]:
    intent = reading.intent
    if intent == "correct":
        return say("utter_ask_what_to_change")
    if intent not in ("affirm", "deny", "dont_know", "inform", "cancel"):
        return None
    if reading.stage or reading.form:
        return _missed(reading, ask_again)
    if intent in ("deny", "cancel"):
        return closing.be_quiet("utter_place_stands")
    return known_caller.accept_help(reading, topics) if intent == "affirm" else say("utter_help")


def _missed(reading: Reading, ask_again: Callable[[Reading], Turn]) -> Turn:
    """The second time in a row the assistant says so and offers to be quiet instead of trying a third time."""
    misses = int(reading.slots.get("misses") or 0) + 1
    if misses >= MISSES_ENOUGH:
        return Turn(("utter_ask_offer_quiet",), {"misses": 0, "stage": Stage.OFFER_QUIET.value}, closes_form=True)
    again = ask_again(reading)
    return say("utter_not_understood" if again.say else "utter_not_understood_at_all", misses=misses).then(again)
