"""Whom we know already: what their last contact was about is asked first, and they need less guidance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Dict, Mapping, Optional

from components.conversation import consent
from components.conversation.state import Reading, Stage, Topic, Turn, say


def accept_help(reading: Reading, topics: Mapping[str, Topic]) -> Turn:
    """The caller said yes to help, and nothing of the matter yet."""
    if consent.must_ask(reading):
        return say("utter_ask_consent", consent=consent.ASKED)
    return what_about(reading, topics)


def what_about(reading: Reading, topics: Mapping[str, Topic]) -> Turn:
    """Asks what it is about: the matter of an earlier contact first; a new caller gets one sentence more."""
    earlier = _earlier(reading, topics)
    if earlier is not None:
        spoken = earlier.get("spoken") or f"{topics[earlier['topic']].spoken} again"
        return say("utter_ask_earlier", stage=Stage.EARLIER.value, earlier_spoken=spoken, earlier_asked=True)
    is_new = reading.slots.get("is_familiar") is False
    return say("utter_go_ahead_guided" if is_new else "utter_go_ahead", stage=None)


def asks_about_earlier(reading: Reading, topics: Mapping[str, Topic]) -> Turn:
    """The question about the earlier contact, where there is one, nothing else is open and it was not asked before."""
    if _earlier(reading, topics) is None or reading.topic or reading.stage or reading.form:
        return Turn()
    return what_about(reading, topics)


def hear(reading: Reading, begin: Callable[[Reading, str], Turn]) -> Optional[Turn]:
    """A yes begins that topic with what is known of it; a no asks what it is then."""
    if reading.stage is not Stage.EARLIER:
        return None
    if reading.intent == "affirm":
        earlier: Dict[str, Any] = dict(reading.slots.get("earlier") or {})
        known: Dict[str, Any] = dict(earlier.get("facts") or {})
        told = replace(reading, slots={**reading.slots, **known}, filled=frozenset(known))
        return begin(told, str(earlier["topic"]))
    if reading.intent in ("deny", "cancel"):
        return say("utter_what_then", stage=None)
    return None


def _earlier(reading: Reading, topics: Mapping[str, Topic]) -> Optional[Mapping[str, Any]]:
    earlier: Optional[Mapping[str, Any]] = reading.slots.get("earlier")
    if not earlier or earlier.get("topic") not in topics or reading.slots.get("earlier_asked"):
        return None
    return None if consent.is_refused(reading) else earlier
