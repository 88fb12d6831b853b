"""A matter that another line handles: the caller is asked before the place is moved there, and once.

The service says with every turn which topics another line suits better just now, and what that line is called.
"""

from __future__ import annotations

from typing import Any, Mapping, Optional

from components.conversation.state import Reading, Stage, Topic, Turn, say


def ask(reading: Reading, topic: Topic) -> Turn:
    """The question, where another line suits this topic and the caller was not asked about it before."""
    line = _line_for(reading, topic.name)
    asked = list(reading.slots.get("lines_asked") or [])
    if line is None or topic.name in asked:
        return Turn()
    return say(
        "utter_ask_move_queue",
        stage=Stage.MOVE_QUEUE.value,
        lines_asked=[*asked, topic.name],
        other_queue=line["queue"],
        other_queue_spoken=line["name"],
    )


def hear(reading: Reading, go_on: Turn) -> Optional[Turn]:
    """A yes moves, a no stays; `go_on` is what comes after a no. The service tells when the place has moved."""
    if reading.stage is not Stage.MOVE_QUEUE:
        return None
    if reading.intent == "affirm":
        return say("utter_order_move_queue", stage=None)
    if reading.intent in ("deny", "cancel"):
        return say("utter_stay_in_line", stage=None).then(go_on)
    return None


def _line_for(reading: Reading, topic: str) -> Optional[Mapping[str, Any]]:
    suits: Mapping[str, Mapping[str, Any]] = reading.slots.get("suits") or {}
    return suits.get(topic)
