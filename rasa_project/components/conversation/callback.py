"""Being called back: which number, and what has come of it. The service keeps the number and judges it."""

from __future__ import annotations

import re
from typing import Callable, Mapping, Optional

from components.conversation.state import Reading, Stage, Turn, say

_TOLD: Mapping[str, str] = {
    "will_call": "utter_will_call",
    "called_already": "utter_called_already",
    "which_number": "utter_which_number",
    "another_number": "utter_another_number",
}
_ASKING = frozenset({"which_number", "another_number"})
_BARE_NUMBER = re.compile(r"^[\d\s()+./-]*\d[\d\s()+./-]*$")


def told(reading: Reading, ask_again: Callable[[Reading], Turn]) -> Optional[Turn]:
    """What the service says of a callback; what was open before is taken up again once that is settled."""
    if reading.intent not in _TOLD:
        return None
    if reading.intent not in _ASKING:
        return say(_TOLD[reading.intent]).then(ask_again(reading))
    if reading.stage is Stage.CALLBACK_NUMBER:
        return say(_TOLD[reading.intent])
    note = {"stage": Stage.CALLBACK_NUMBER.value, "stage_before": reading.slots.get("stage")}
    return Turn((_TOLD[reading.intent],), note, closes_form=True)


def hear(reading: Reading, ask_again: Callable[[Reading], Turn]) -> Optional[Turn]:
    """A number where one was asked for, a wish to be called back, or a number that nobody has asked for yet."""
    if reading.stage is Stage.CALLBACK_NUMBER:
        back = Turn((), {"stage": reading.slots.get("stage_before"), "stage_before": None})
        if re.search(r"\d", reading.text) or reading.intent == "call_me_back":
            return say("utter_call_back").then(back)
        if reading.intent in ("deny", "cancel"):
            return say("utter_no_callback").then(back).then(ask_again(reading.after(back)))
        return None
    if reading.intent != "call_me_back":
        return None
    if _BARE_NUMBER.match(reading.text):
        return say("utter_number_later").then(ask_again(reading))
    return say("utter_call_back")
