"""Consent, asked once and in half a sentence: may what the caller tells be noted for the agent?

The question may stand beside another one in the same breath ("…all right? Is it a debit card or a credit card?"), so
that nobody who comes with a matter has to wait for it. It is open for the next message only. Whoever was asked and goes
on telling has agreed. Refused, nothing is gathered any more; what can be settled here and now still is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Callable, Mapping, Optional

from components.conversation.state import Reading, Stage, Topic, Turn, say

ASKED, GIVEN, REFUSED = "asked", "given", "refused"

_ASKS = frozenset({"utter_ask_consent", "utter_ask_consent_in_passing", "utter_ask_consent_again"})
_A_FAINT_YES = 0.5
_SURELY_AGREED = 0.7
_MAY_BE_NO = frozenset({"reason", "goal"})
"""Facts that are asked for in such a way that "no" answers."""

_UNNOTED: Mapping[str, str] = {
    "utter_bereavement": "utter_bereavement_unnoted",
    "utter_scam_in_progress": "utter_scam_in_progress_unnoted",
    "utter_danger_to_life": "utter_danger_to_life_unnoted",
    "utter_left_for_agent": "utter_left_untold",
    "utter_none_freeze_card": "utter_left_untold",
    "utter_none_order_replacement_card": "utter_left_untold",
    "utter_none_pin_change": "utter_left_untold",
    "utter_none_redeem_rewards": "utter_left_untold",
    "utter_noted_so_far": "utter_nothing_noted_as_asked",
    "utter_noted_that": "utter_consent_given",
    "utter_nothing_noted": "utter_nothing_noted_as_asked",
    "utter_out_of_scope": "utter_out_of_scope_unnoted",
    "utter_settled_failed": "utter_left_untold",
    "utter_settled_refused": "utter_left_untold",
    "utter_unverified": "utter_left_untold",
    "utter_unverified_urgent": "utter_left_untold",
}
"""What is said instead where the usual sentence promises that something was noted."""


def state(reading: Reading) -> Optional[str]:
    value: Optional[str] = reading.slots.get("consent")
    return value


def is_refused(reading: Reading) -> bool:
    return state(reading) == REFUSED


def must_ask(reading: Reading) -> bool:
    return bool(reading.slots.get("asks_consent")) and state(reading) is None


def in_passing(reading: Reading) -> Turn:
    """The question beside whatever is said next; nothing where it was asked before or is not asked at all."""
    return say("utter_ask_consent_in_passing", consent=ASKED) if must_ask(reading) else Turn()


def is_open(reading: Reading) -> bool:
    """Whether the latest words of the assistant asked for it."""
    return state(reading) == ASKED and bool(_ASKS & set(reading.last_said))


def in_context(reading: Reading) -> Reading:
    """Where consent is no question, "that's no problem" is a yes like another, and none that an effect needs."""
    if reading.intent != "allow_notes" or state(reading) in (ASKED, REFUSED):
        return reading
    return replace(reading, intent="affirm", confidence=min(reading.confidence, _A_FAINT_YES))


def hear(
    reading: Reading,
    topics: Mapping[str, Topic],
    go_on: Callable[[Reading], Turn],
    refuse: Callable[[Reading], Turn],
) -> Optional[Turn]:
    """The turn, when the message gives or refuses consent; None when it is about something else.

    `go_on` asks what is open, or what it is about; `refuse` puts away what was gathered.
    """
    if reading.intent == "refuse_notes":
        return refuse(reading)
    if reading.intent == "allow_notes" and reading.confidence >= _SURELY_AGREED:
        return _given(reading, go_on)
    if reading.intent == "ask_about_notes":
        asked = say("utter_ask_consent_again") if state(reading) == ASKED else go_on(reading)
        return say("utter_about_notes").then(asked)
    if not is_open(reading):
        return None
    if reading.intent == "affirm":
        return _given(reading, go_on)
    if reading.intent == "deny" and not reading.filled:
        return say("utter_ask_consent_again") if _may_answer_the_other(reading, topics) else refuse(reading)
    return None


def told(reading: Reading, go_on: Callable[[Reading], Turn], refuse: Callable[[Reading], Turn]) -> Turn:
    """The caller decided beside the talk, by a button of the page."""
    return _given(reading, go_on) if reading.data.get("given") else refuse(reading)


def by_going_on(reading: Reading, turn: Turn, topics: Mapping[str, Topic]) -> Turn:
    """Whoever was asked and tells more agrees."""
    goes_on = bool(reading.filled) or reading.intent == "inform" or reading.intent in topics
    goes_on = goes_on or "utter_corrected" in turn.say
    if state(reading) != ASKED or not goes_on or "consent" in turn.note:
        return turn
    return Turn((), {"consent": GIVEN}).then(turn)


def truthful(reading: Reading, turn: Turn) -> Turn:
    """The same turn without a promise that something was noted, where nothing is."""
    if turn.note.get("consent", state(reading)) != REFUSED:
        return turn
    return Turn(tuple(_UNNOTED.get(name, name) for name in turn.say), turn.note, turn.closes_form)


def _given(reading: Reading, go_on: Callable[[Reading], Turn]) -> Turn:
    thanks = say("utter_consent_given", consent=GIVEN)
    return thanks.then(go_on(reading.after(thanks)))


def _may_answer_the_other(reading: Reading, topics: Mapping[str, Topic]) -> bool:
    """Whether a bare "no" could as well be meant for the question that stood beside; asked again, it cannot."""
    if set(reading.last_said) & {"utter_ask_consent_again", "utter_ask_consent"}:
        return False
    if reading.stage in (Stage.VERIFY, Stage.VERIFY_AGAIN):
        return True
    form = topics.get(reading.form or "")
    asked = next((fact for fact in form.facts if reading.slots.get(fact) is None), None) if form else None
    return asked in _MAY_BE_NO
