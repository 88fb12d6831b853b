"""The matters of a conversation, each with facts of its own: begun, left for now, gone back to, mended, told, dropped.

The one that is talked about has its facts in the slots; `set_aside` holds the others, by topic.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Optional, Tuple

from components.contradictions import contradiction, same
from components.conversation import closing, consent, other_line, settling, telling
from components.conversation.state import Matters, Reading, Stage, Topic, Turn, say

_CARD_FACTS = frozenset({"card_kind", "card_last4"})
_WHICH_ONE = _CARD_FACTS | {"account_kind", "payee"}
_POINTS_BACK = re.compile(r"\b(?:it|its|that one|this one|the same|them|they)\b", re.IGNORECASE)
"""As in "and when is it due": the next matter is about what the last one was about."""
_UNKNOWN = (None, "not known")
Facts = Mapping[str, Any]


class KeepingApart:
    def __init__(self, matters: Matters, fact_names: Mapping[str, str], for_a_person: Mapping[str, Topic]) -> None:
        self._matters = matters
        self._topics = topics = matters.topics
        self._fact_names = fact_names
        self._for_a_person = for_a_person
        self.facts = frozenset(fact for topic in topics.values() for fact in topic.facts)

    def raised(self, reading: Reading) -> Turn:
        """Begins what the message is about; another matter that it names is kept apart with its own facts."""
        second = self.second(reading)
        beside = dict(reading.data.get("second_facts") or {})
        return self.begin(reading, self._topics[reading.intent], (second, beside) if second else None)

    def begin(self, reading: Reading, topic: Topic, beside: Optional[Tuple[Topic, Facts]] = None) -> Turn:
        """Starts a topic, or returns to one.

        `beside` is another matter that the message names, with its facts. What was said about another one is kept apart
        for when the caller comes back to it.
        """
        is_at_once = reading.offers(topic.name)
        # what is settled at once gives an order of its own in this turn, which says what becomes of the question
        is_dropped = reading.stage is Stage.VERIFY and not is_at_once
        opening: Tuple[str, ...] = ("utter_order_drop_verify",) if is_dropped else ()
        leaving = self._topics.get(reading.topic or "")
        half_done = leaving and leaving is not topic and (reading.form or reading.stage in telling.SETTLING_STAGES)
        if half_done:
            opening += ("utter_leave_for_now",)
        note = self._kept_apart(reading, topic, leaving, beside)
        note.update(topic=topic.name, urgent=topic.urgent, stage=None, service=None, items=None, item_id=None)
        waiting = leaving.name if leaving and half_done else beside[0].name if beside else None
        note["unfinished"] = self._next(reading, topic, waiting)
        note["done"] = [] if leaving is topic else list(reading.done)
        if is_at_once:
            begun = Turn(opening, note, closes_form=True)
            if not telling.is_page(reading, topic.name):
                begun = begun.then(consent.in_passing(reading))
            return begun.then(settling.begin(reading.after(begun), self._matters, topic.name))
        if topic.name not in (reading.slots.get("set_aside") or {}):
            opening += (f"utter_about_{topic.name}",)
        begun = Turn(opening, note, closes_form=True)
        move = other_line.ask(reading, topic)
        return begun.then(move if move.say else consent.in_passing(reading).then(say(topic.form)))

    def second(self, reading: Reading) -> Optional[Topic]:
        """Another topic that the message names besides its first one."""
        named = self._topics.get(reading.data.get("second_matter") or "")
        return named if named and named.name != reading.intent else None

    def mentioned(self, reading: Reading) -> Turn:
        """Notes what the message names besides the matter that is talked about."""
        second = self.second(reading)
        if second is None or second.name == reading.topic:
            return Turn()
        apart = dict(reading.slots.get("set_aside") or {})
        apart[second.name] = _of(second, {**apart.get(second.name, {}), **(reading.data.get("second_facts") or {})})
        unfinished = reading.slots.get("unfinished") or second.name
        return Turn((), {**kept_apart(apart, self._topics), "unfinished": unfinished})

    def mended_elsewhere(self, reading: Reading) -> Optional[Turn]:
        """Notes a fact that the message gives of one matter kept apart, and not of the one that is talked about."""
        current = self._topics.get(reading.topic or "")
        strange = [fact for fact in sorted(reading.filled) if current is None or fact not in current.facts]
        apart: Dict[str, Dict[str, Any]] = dict(reading.slots.get("set_aside") or {})
        mended = False
        for fact in strange:
            owners = [name for name, kept in apart.items() if kept.get(fact) not in (None, reading.slots[fact])]
            if len(owners) == 1:
                apart[owners[0]] = {**apart[owners[0]], fact: reading.slots[fact]}
                mended = True
        return say("utter_corrected", **kept_apart(apart, self._topics)) if mended else None

    def contradicted(self, reading: Reading) -> Optional[Turn]:
        """Mends the fact that "it's not my sister, it's my brother" names by its old value, whichever matter has it."""
        named = contradiction(reading.text)
        if named is None:
            return None
        old, new = named
        current = self._topics.get(reading.topic or "")
        for fact in current.facts if current else ():
            if same(reading.slots.get(fact), old):
                return say("utter_corrected", **{fact: new})
        apart: Dict[str, Dict[str, Any]] = dict(reading.slots.get("set_aside") or {})
        for name, kept in apart.items():
            for fact, value in kept.items():
                if same(value, old):
                    mended = {**apart, name: {**kept, fact: new}}
                    return say("utter_corrected", **kept_apart(mended, self._topics))
        return None

    def drop(self, reading: Reading) -> Turn:
        dropped = say("utter_dropped").then(self.nothing())
        return dropped.then(closing.anything_else(reading.after(dropped), self._topics))

    def nothing(self) -> Turn:
        """The matter that is talked about is none any more."""
        note: Dict[str, Any] = dict.fromkeys(self.facts)
        note.update(topic=None, urgent=None, stage=None, service=None, items=None, unfinished=None)
        return Turn((), note, closes_form=True)

    def summary(self, reading: Reading) -> str:
        """All that is noted, as it is read out."""
        topic = self._topics.get(reading.topic or "")
        named = topic or self._for_a_person.get(reading.topic or "")
        told = [f"it's about {named.spoken}"] if named else []
        told += self._listed({fact: reading.slots.get(fact) for fact in (topic.facts if topic else ())})
        for name, kept in (reading.slots.get("set_aside") or {}).items():
            if name in self._topics:
                told.append(", ".join([f"also {self._topics[name].spoken}", *self._listed(kept)]))
        if reading.slots.get("other_request"):
            told.append("you also asked for something I couldn't help with")
        return "; ".join(told)

    def _listed(self, facts: Facts) -> List[str]:
        known = [(fact, value) for fact, value in facts.items() if value not in _UNKNOWN]
        return [f"{self._fact_names.get(fact, fact)}, {value}" for fact, value in known]

    def _next(self, reading: Reading, topic: Topic, waiting: Optional[str]) -> Optional[str]:
        """What is to be gone back to afterwards: what was left half-way, or named in the same breath."""
        waiting = waiting or reading.slots.get("unfinished")
        return None if waiting == topic.name else waiting

    def _kept_apart(
        self,
        reading: Reading,
        topic: Topic,
        leaving: Optional[Topic],
        beside: Optional[Tuple[Topic, Facts]],
    ) -> Dict[str, Any]:
        apart: Dict[str, Dict[str, Any]] = dict(reading.slots.get("set_aside") or {})
        if leaving and leaving is not topic:
            apart[leaving.name] = {
                fact: reading.slots.get(fact) for fact in leaving.facts if fact not in reading.filled
            }
        before = apart.pop(topic.name, {}) if leaving is not topic else {}
        if beside is not None:
            apart[beside[0].name] = _of(beside[0], {**apart.get(beside[0].name, {}), **beside[1]})
        kept = _WHICH_ONE if _POINTS_BACK.search(reading.text) else _CARD_FACTS
        kept = kept if leaving and leaving is not topic else frozenset()
        facts = {
            fact: reading.slots.get(fact)
            if fact in reading.filled or (fact in kept and fact in topic.facts)
            else before.get(fact)
            for fact in self.facts
        }
        return {**facts, **kept_apart(apart, self._topics)}


def kept_apart(apart: Mapping[str, Facts], topics: Mapping[str, Topic]) -> Dict[str, Any]:
    """What is noted of the matters beside the one that is talked about."""
    urgent = [name for name in apart if name in topics and topics[name].urgent]
    return {"set_aside": apart, "urgent_apart": urgent}


def _of(topic: Topic, facts: Facts) -> Dict[str, Any]:
    """Those facts that the topic asks for."""
    return {fact: value for fact, value in facts.items() if fact in topic.facts}
