"""What goes straight to a person: one sentence of kindness, no form, no question, and then silence.

A death, hardship, a complaint, a scam under way, danger to life. The topic is set, so that the queue's head start and
the agent's headline know it; a matter that was under way is kept, and offered when the caller calls the assistant back.
"""

from __future__ import annotations

from typing import Mapping, Optional

from components.conversation.keeping_apart import kept_apart
from components.conversation.state import Reading, Topic, Turn

SECOND_MATTER = "second_matter"


def hear(reading: Reading, topics: Mapping[str, Topic], for_a_person: Mapping[str, Topic]) -> Optional[Turn]:
    """The turn, when this is what the message is about, or one of two things that it is about; else None."""
    second = reading.data.get(SECOND_MATTER)
    named = reading.intent if reading.intent in for_a_person else second if second in for_a_person else None
    if named is None:
        return None
    beside = next((name for name in (reading.intent, second) if name in topics), None)
    leaving = topics.get(reading.topic or "")
    is_under_way = leaving is not None and (reading.form or reading.stage)
    apart = dict(reading.slots.get("set_aside") or {})
    if leaving is not None:
        apart[leaving.name] = {fact: reading.slots.get(fact) for fact in leaving.facts if fact not in reading.filled}
    waiting = beside or (leaving.name if leaving and is_under_way else reading.slots.get("unfinished"))
    urgent = for_a_person[named].urgent or bool(reading.slots.get("urgent"))
    if beside is not None and beside not in apart:
        apart[beside] = {}
    note = {"topic": named, "urgent": urgent, "unfinished": waiting, "misses": 0, **kept_apart(apart, topics)}
    note.update(stage=None, service=None, items=None, item_id=None)
    return Turn((f"utter_{named}",), note, closes_form=True)
