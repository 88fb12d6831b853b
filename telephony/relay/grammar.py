"""What may be said to ConversationRelay, as one table: types, fields, and which of them are needed.

Twilio answers anything else with an `error` (64107), and hangs up the socket after ten in a row.
https://www.twilio.com/docs/voice/conversationrelay/websocket-messages
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from telephony.twiml_values import WEB, heard_language, spoken_language, tones

type Check = Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1000


def _is_interruptible(value: Any) -> bool:
    return _is_flag(value) or value in ("none", "dtmf", "speech", "any")


def _judged_by(judge: Callable[[str], str | None]) -> Check:
    return lambda value: isinstance(value, str) and judge(value) is None


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of message: its fields, those it can't be without, and whether at least one is needed."""

    fields: dict[str, Check]
    required: frozenset[str] = frozenset()
    needs_one: bool = False


KINDS: dict[str, Kind] = {
    "text": Kind(
        {
            "token": _is_text,
            "last": _is_flag,
            "lang": _judged_by(spoken_language),
            "interruptible": _is_interruptible,
            "preemptible": _is_flag,
        },
        frozenset({"token"}),
    ),
    "play": Kind(
        {
            "source": _judged_by(WEB),
            "loop": _is_count,
            "preemptible": _is_flag,
            "interruptible": _is_interruptible,
        },
        frozenset({"source"}),
    ),
    "sendDigits": Kind({"digits": _judged_by(tones)}, frozenset({"digits"})),
    "language": Kind(
        {"ttsLanguage": _judged_by(spoken_language), "transcriptionLanguage": _judged_by(heard_language)},
        needs_one=True,
    ),
    "end": Kind({"handoffData": _is_text}),
}


def problem_of(frame: Any) -> str | None:
    """What is wrong with a message to Twilio; None when nothing is."""
    kind = KINDS.get(frame["type"]) if isinstance(frame, dict) and isinstance(frame.get("type"), str) else None
    if kind is None:
        return "is no message that ConversationRelay knows"
    given = frame.keys() - {"type"}
    for name in sorted(given):
        check = kind.fields.get(name)
        if check is None:
            return f"{frame['type']} has no field {name}"
        if not check(frame[name]):
            return f"{name} can't be {frame[name]!r:.80}"
    missing = sorted(kind.required - given)
    if missing:
        return f"{frame['type']} needs {', '.join(missing)}"
    return f"{frame['type']} says nothing" if kind.needs_one and not given else None
