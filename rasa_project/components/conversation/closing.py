"""The end of a matter: anything else, did that settle it, and the place, which only a plain yes gives up."""

from __future__ import annotations

import re
from typing import Mapping, Optional

from components.conversation.state import Reading, Stage, Topic, Turn, say

SURE_ENOUGH_TO_GIVE_UP = 0.6
_NOTHING_MORE = re.compile(r"\b(?:that'?s|that is|that will be) (?:all|it|everything)\b|\bnothing\b", re.IGNORECASE)


def anything_else(reading: Reading, topics: Mapping[str, Topic]) -> Turn:
    """Asks whether there is more; a matter that was left half-way comes first."""
    unfinished = topics.get(reading.slots.get("unfinished") or "")
    if unfinished and unfinished.name != reading.topic:
        return say("utter_ask_go_back", stage=Stage.GO_BACK.value, unfinished_spoken=unfinished.spoken)
    return say("utter_ask_anything_else", stage=Stage.ANYTHING_ELSE.value, unfinished=None)


def be_quiet(name: str = "utter_quiet") -> Turn:
    return say(name, stage=None, misses=0)


def ask_give_up(name: str = "utter_ask_give_up_place") -> Turn:
    return Turn((name,), {"stage": Stage.GIVE_UP.value}, closes_form=True)


def hear(reading: Reading) -> Optional[Turn]:
    """A yes or a no at the end of a matter; None when the message is something else."""
    yes, no = reading.intent == "affirm", reading.intent in ("deny", "cancel")
    stage = reading.stage
    if stage is Stage.ANYTHING_ELSE:
        if yes:
            return say("utter_go_ahead", stage=None)
        if no:
            return (
                say("utter_ask_did_that_settle", stage=Stage.DID_THAT_SETTLE.value)
                if reading.done
                else be_quiet("utter_place_stands")
            )
    if stage is Stage.DID_THAT_SETTLE:
        if yes:
            return ask_give_up()
        if no:
            return be_quiet("utter_agent_takes_over")
    if stage is Stage.GIVE_UP:
        return _hear_give_up(reading, yes, no)
    if stage is Stage.OFFER_QUIET:
        if yes:
            return be_quiet()
        if no and _NOTHING_MORE.search(reading.text):
            return be_quiet("utter_place_stands")
        if no:
            return say("utter_go_ahead", stage=None)
    return None


def _hear_give_up(reading: Reading, yes: bool, no: bool) -> Optional[Turn]:
    if (yes and reading.confidence >= SURE_ENOUGH_TO_GIVE_UP) or reading.intent == "give_up_place":
        return say("utter_order_give_up_place", stage=None)
    if yes:
        return ask_give_up()
    return be_quiet("utter_place_stands") if no else None
