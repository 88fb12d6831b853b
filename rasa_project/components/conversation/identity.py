"""Who is calling: asked only when a matter needs it, up to the level that it needs, and then the matter goes on."""

from __future__ import annotations

from typing import Optional

from components.conversation.state import ENOUGH_FOR_MOST, Matters, Reading, Stage, Turn, say

IDENTITY_STAGES = frozenset({Stage.VERIFY, Stage.VERIFY_AGAIN, Stage.VERIFY_LATER})

_NOT_VERIFIED = {
    "locked": "utter_verify_locked",
    "failed": "utter_verify_failed",
    "unavailable": "utter_verify_unavailable",
    "too_many_codes": "utter_verify_unavailable",
}


def is_proved(reading: Reading) -> bool:
    """Whether enough is known of who is calling for the service that is under way."""
    return reading.level >= reading.needs(reading.slots.get("service"))


def prove(reading: Reading, is_effect: bool) -> Turn:
    """Asks for number and PIN, or where those are proved and are not enough, for a code."""
    if _is_for_a_code(reading):
        return say("utter_order_code", stage=Stage.VERIFY.value)
    return say("utter_order_verify" if is_effect else "utter_order_verify_to_tell", stage=Stage.VERIFY.value)


def verified(reading: Reading) -> Turn:
    """Thanks, and the code where the service under way needs one besides."""
    level = reading.data.get("level", ENOUGH_FOR_MOST)
    name = reading.data.get("name") or reading.slots.get("customer_name")
    thanks = say("utter_verified_by_name" if name else "utter_verified", verified_level=level, customer_name=name)
    is_waited_for = reading.stage in (Stage.VERIFY, Stage.VERIFY_AGAIN) and reading.slots.get("service")
    if is_waited_for and not is_proved(reading.after(thanks)):
        return say("utter_order_code", stage=Stage.VERIFY.value, verified_level=level, customer_name=name)
    return thanks


def not_verified(reading: Reading, matters: Matters) -> tuple[str, ...]:
    """What is said where the attempt was the last one; nothing where another one is offered."""
    reason = reading.data.get("reason")
    if reason == "failed" and reading.data.get("tries_left"):
        return ()
    return (_NOT_VERIFIED.get(str(reason), "utter_verify_left"), unproved(reading, matters))


def go_on(reading: Reading) -> Turn:
    """The open question about identity once more."""
    if reading.stage is Stage.VERIFY_AGAIN:
        return say("utter_ask_verify_again")
    if reading.stage is Stage.VERIFY_LATER:
        return say("utter_ask_verify_later")
    return say("utter_go_on_with_code" if _is_for_a_code(reading) else "utter_go_on_verifying")


def once_more(reading: Reading) -> Turn:
    """A yes to another try, or to a first one that was put off."""
    which = "code" if _is_for_a_code(reading) else "verify"
    how = "again" if reading.stage is Stage.VERIFY_AGAIN else "now"
    return say(f"utter_order_{which}_{how}", stage=Stage.VERIFY.value)


def unproved(reading: Reading, matters: Matters) -> str:
    """Nobody who cannot be verified is turned away, and what was urgent stays urgent."""
    topic = matters.topics.get(reading.topic or "")
    return "utter_unverified_urgent" if topic and topic.urgent else "utter_unverified"


def given_up(reading: Reading) -> Optional[str]:
    """What ends the asking, where the caller will not or cannot be verified; None when that was not said."""
    if reading.intent not in ("deny", "cancel", "dont_know"):
        return None
    return "utter_order_cancel_verify" if reading.stage is Stage.VERIFY else "utter_verify_left"


def _is_for_a_code(reading: Reading) -> bool:
    return reading.level >= ENOUGH_FOR_MOST
