"""Who speaks next and what about: the turn for every message that is more than a plain question with a plain answer."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

from components.conversation import closing, manners, secrets_told, settling, telling, to_a_person
from components.conversation.state import Matters, Reading, Service, Stage, Topic, Turn, say

_CARD_FACTS = frozenset({"card_kind", "card_last4"})
_SURE_ENOUGH_TO_BEGIN = 0.4
_WEAK = frozenset({"inform", "greet", "out_of_scope", "not_understood", "correct", "dont_know"})
"""What a bare fact, said out of turn, may be taken for."""

_STAGES_OF_OUTCOMES: Mapping[str, Stage] = {
    "verified": Stage.VERIFY,
    "not_verified": Stage.VERIFY,
    "found": Stage.LOOK_UP,
    "settled": Stage.SETTLING,
}
"""The messages that tell what came of an order, and where the conversation stands that has given it."""

_ASKS: Mapping[Stage, str] = {
    Stage.ANYTHING_ELSE: "utter_ask_anything_else",
    Stage.GO_BACK: "utter_ask_go_back",
    Stage.DID_THAT_SETTLE: "utter_ask_did_that_settle",
    Stage.GIVE_UP: "utter_ask_give_up_place",
    Stage.OFFER_QUIET: "utter_ask_offer_quiet",
    Stage.GUESS: "utter_ask_guess",
}


class Conductor:
    """Decides turns. It keeps nothing between two calls: the state is what the slots say.

    Messages that it leaves alone (it answers None) belong to the rules in `data/rules`.
    """

    def __init__(
        self,
        topics: Mapping[str, Topic],
        fact_names: Mapping[str, str],
        for_a_person: Optional[Mapping[str, Topic]] = None,
        services: Optional[Mapping[str, Service]] = None,
    ) -> None:
        self._topics = topics
        self._matters = Matters(topics, services or {})
        self._fact_names = fact_names
        self._for_a_person = for_a_person or {}
        self._facts = frozenset(fact for topic in topics.values() for fact in topic.facts)

    @property
    def facts(self) -> frozenset[str]:
        return self._facts

    def turn(self, reading: Reading) -> Optional[Turn]:
        """The answer to a message that has just come in."""
        turn = (
            self._structured(reading) or secrets_told.hear(reading, self._hear, self.ask_again) or self._hear(reading)
        )
        if turn is not None and reading.intent != "not_understood" and reading.slots.get("misses"):
            turn = Turn((), {"misses": 0}).then(turn)
        return turn

    def _hear(self, reading: Reading) -> Optional[Turn]:
        return (
            to_a_person.hear(reading, self._topics, self._for_a_person)
            or self._open_question(reading)
            or telling.beside(reading, self._matters)
            or self._matter(reading)
            or self._manner(reading)
        )

    def facts_are_complete(self, reading: Reading, topic_name: str) -> Turn:
        """The form has what it asked for: settle the matter, or note it for the agent."""
        topic = self._topics[topic_name]
        service = reading.settles(topic)
        if service and service not in reading.done:
            return settling.begin(reading, self._matters, service)
        noted = say("utter_noted_urgent" if topic.urgent else "utter_noted", urgent=topic.urgent)
        return noted.then(closing.anything_else(reading, self._topics))

    def ask_again(self, reading: Reading) -> Turn:
        """Whatever question is open, once more; nothing when none is."""
        open_question = settling.ask_again(reading)
        if open_question or reading.stage:
            return open_question or say(_ASKS[reading.stage])
        topic = self._topics.get(reading.topic or "")
        if topic is None or (reading.offers(topic.name) and not reading.form):
            return Turn()
        if reading.form or any(reading.slots.get(fact) is None for fact in topic.facts):
            return say(topic.form)
        if reading.is_first and self._unsettled(reading):
            return self.facts_are_complete(reading, topic.name)
        return Turn()

    def _structured(self, reading: Reading) -> Optional[Turn]:
        """Messages from the service, not from the caller."""
        if reading.intent in _STAGES_OF_OUTCOMES:
            lost = self._lost(reading)
            return lost.then(self._outcome(reading.after(lost)))
        if reading.intent in ("resume", "wake"):
            again = self.ask_again(reading)
            if not again.say and reading.slots.get("unfinished") in self._topics:
                again = closing.anything_else(reading, self._topics)
            return say("utter_back_to_it").then(again) if again.say else say("utter_back")
        if reading.intent == "agent_unavailable":
            return say("utter_agent_unavailable").then(self.ask_again(reading))
        return None

    def _outcome(self, reading: Reading) -> Turn:
        if reading.intent == "verified":
            return settling.verified(reading, self.ask_again(reading))
        if reading.intent == "not_verified":
            return settling.not_verified(reading, self._matters)
        if reading.intent == "found":
            return settling.found(reading, self._matters, self.ask_again(reading))
        return settling.settled(reading, self._matters)

    def _lost(self, reading: Reading) -> Turn:
        """Where an outcome was waited for, when Rasa has come back with an empty tracker: the outcome itself tells."""
        service = self._unsettled(reading) if reading.is_first and not reading.stage else None
        if service is None:
            return Turn()
        service = reading.data.get("service") or service
        return Turn((), {"stage": _STAGES_OF_OUTCOMES[reading.intent].value, "service": service})

    def _unsettled(self, reading: Reading) -> Optional[str]:
        """The service that settles the matter here and now, has all it needs to be told, and was not carried out."""
        topic = self._topics.get(reading.topic or "")
        service = reading.settles(topic)
        if topic is None or service is None or service in reading.done:
            return None
        is_told = service == topic.name or all(reading.slots.get(fact) is not None for fact in topic.facts)
        return service if is_told else None

    def _open_question(self, reading: Reading) -> Optional[Turn]:
        if reading.stage is None:
            return None
        if reading.stage is Stage.GO_BACK and reading.intent in ("affirm", "deny", "cancel"):
            if reading.intent == "affirm":
                return self._begin(reading, self._topics[reading.slots["unfinished"]])
            dropped = Turn((), {"unfinished": None, "stage": None})
            return dropped.then(closing.anything_else(reading.after(dropped), self._topics))
        if reading.stage is Stage.GUESS and reading.intent in ("affirm", "deny"):
            if reading.intent == "affirm":
                return self._begin(reading, self._topics[reading.slots["guess"]])
            return say("utter_not_understood_at_all", stage=None)
        return settling.hear(reading, self._matters) or closing.hear(reading)

    def _matter(self, reading: Reading) -> Optional[Turn]:
        """A topic is raised, its facts are given, or one of them is mended."""
        topic = self._topics.get(reading.intent)
        if topic and reading.form == topic.name:
            return say(topic.form)
        if topic and reading.topic == topic.name and reading.stage in telling.SETTLING_STAGES:
            return self.ask_again(reading)
        if topic and reading.confidence < _SURE_ENOUGH_TO_BEGIN and not reading.form:
            return say("utter_ask_guess", stage=Stage.GUESS.value, guess=topic.name, guess_spoken=topic.spoken)
        if topic:
            return self._begin(reading, topic)
        if reading.form and reading.corrected:
            return say("utter_corrected", self._topics[reading.form].form)
        if reading.form and (reading.intent == "inform" or reading.filled):
            return say(self._topics[reading.form].form)
        current = self._topics.get(reading.topic or "")
        if reading.stage and current and reading.filled & set(current.facts) and reading.intent in _WEAK:
            return say("utter_noted_that").then(self.ask_again(reading))
        service = reading.settles(current)
        unsettled = service and service not in reading.done
        if reading.is_first and current and unsettled and reading.intent in ("affirm", "deny", "inform", "dont_know"):
            # Rasa came back with an empty tracker: the question that this answers is lost, so it is asked again.
            return say("utter_pick_up_again").then(self.facts_are_complete(reading, current.name))
        return None

    def _manner(self, reading: Reading) -> Optional[Turn]:
        if reading.intent == "cancel" and (reading.form or reading.stage):
            return self._drop(reading)
        if reading.intent == "what_noted":
            summary = self._summary(reading)
            told = say("utter_noted_so_far" if summary else "utter_nothing_noted", noted_summary=summary)
            return told.then(self.ask_again(reading))
        return manners.hear(reading, self.ask_again)

    def _begin(self, reading: Reading, topic: Topic) -> Turn:
        """Starts a topic, or returns to one.

        What was said about another is kept apart for when the caller comes back to it.
        """
        is_at_once = reading.offers(topic.name)
        # what is settled at once gives an order of its own in this turn, which says what becomes of the question
        is_dropped = reading.stage is Stage.VERIFY and not is_at_once
        opening: tuple[str, ...] = ("utter_order_drop_verify",) if is_dropped else ()
        leaving = self._topics.get(reading.topic or "")
        half_done = leaving and leaving is not topic and (reading.form or reading.stage in telling.SETTLING_STAGES)
        if half_done:
            opening += ("utter_leave_for_now",)
        note = self._kept_apart(reading, topic, leaving)
        note.update(topic=topic.name, urgent=topic.urgent, stage=None, service=None, items=None, item_id=None)
        note["unfinished"] = self._next_matter(reading, topic, leaving.name if leaving and half_done else None)
        note["done"] = [] if leaving is topic else list(reading.done)
        if is_at_once:
            begun = Turn(opening, note, closes_form=True)
            return begun.then(settling.begin(reading.after(begun), self._matters, topic.name))
        if topic.name not in (reading.slots.get("set_aside") or {}):
            opening += (f"utter_about_{topic.name}",)
        return Turn((*opening, topic.form), note, closes_form=True)

    def _next_matter(self, reading: Reading, topic: Topic, half_done: Optional[str]) -> Optional[str]:
        """What is to be gone back to afterwards.

        The matter left half-way, or the second one named in the same breath.
        """
        second = reading.data.get("second_matter")
        waiting = half_done or (second if second in self._topics else None) or reading.slots.get("unfinished")
        return None if waiting == topic.name else waiting

    def _kept_apart(self, reading: Reading, topic: Topic, leaving: Optional[Topic]) -> Dict[str, Any]:
        apart: Dict[str, Dict[str, Any]] = dict(reading.slots.get("set_aside") or {})
        if leaving and leaving is not topic:
            apart[leaving.name] = {
                fact: reading.slots.get(fact) for fact in leaving.facts if fact not in reading.filled
            }
        before = apart.pop(topic.name, {}) if leaving is not topic else {}
        kept = _CARD_FACTS if leaving and leaving is not topic else frozenset()
        facts = {
            fact: reading.slots.get(fact)
            if fact in reading.filled or (fact in kept and fact in topic.facts)
            else before.get(fact)
            for fact in self._facts
        }
        return {**facts, "set_aside": apart}

    def _drop(self, reading: Reading) -> Turn:
        note: Dict[str, Any] = dict.fromkeys(self._facts)
        note.update(topic=None, urgent=None, stage=None, service=None, unfinished=None)
        dropped = Turn(("utter_dropped",), note, closes_form=True)
        return dropped.then(closing.anything_else(reading.after(dropped), self._topics))

    def _summary(self, reading: Reading) -> str:
        topic = self._topics.get(reading.topic or "")
        named = topic or self._for_a_person.get(reading.topic or "")
        told = [f"it's about {named.spoken}"] if named else []
        facts = topic.facts if topic else ()
        told += [
            f"{self._fact_names.get(fact, fact)}, {reading.slots[fact]}"
            for fact in facts
            if reading.slots.get(fact) not in (None, "not known")
        ]
        if reading.slots.get("other_request"):
            told.append("you also asked for something I couldn't help with")
        return "; ".join(told)
