"""Who speaks next and what about: the turn for every message that is more than a plain question with a plain answer."""

from __future__ import annotations

from typing import Mapping, Optional

from components.contradictions import same
from components.conversation import (
    agent_waits,
    callback,
    closing,
    consent,
    known_caller,
    leading_on,
    manners,
    other_line,
    plain_yes,
    secrets_told,
    settling,
    telling,
    to_a_person,
)
from components.conversation.keeping_apart import KeepingApart, kept_apart
from components.conversation.state import Matters, Reading, Service, Stage, Topic, Turn, say

_SURE_ENOUGH_TO_BEGIN = 0.4
_SURELY_ANOTHER = 0.93
_FEW_WORDS = 4
_WEAK = frozenset({"inform", "greet", "out_of_scope", "not_understood", "correct", "dont_know"})
"""What a bare fact, said out of turn, may be taken for."""

_STAGES_OF_OUTCOMES: Mapping[str, Stage] = {
    "verified": Stage.VERIFY,
    "not_verified": Stage.VERIFY,
    "found": Stage.LOOK_UP,
    "settled": Stage.SETTLING,
}
"""The messages that tell what came of an order, and where the conversation stands that has given it."""

_WANT_A_YES = frozenset({Stage.READ_BACK, Stage.GIVE_UP, Stage.MOVE_QUEUE})
"""The questions whose yes cannot be taken back."""

_ASKS: Mapping[Stage, str] = {
    Stage.ANYTHING_ELSE: "utter_ask_anything_else",
    Stage.GO_BACK: "utter_ask_go_back",
    Stage.DID_THAT_SETTLE: "utter_ask_did_that_settle",
    Stage.GIVE_UP: "utter_ask_give_up_place",
    Stage.GUESS: "utter_ask_guess",
    Stage.MOVE_QUEUE: "utter_ask_move_queue",
    Stage.EARLIER: "utter_ask_earlier",
    Stage.CALLBACK_NUMBER: "utter_which_number",
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
        self._for_a_person = for_a_person or {}
        self._keeping = KeepingApart(self._matters, fact_names, self._for_a_person)

    @property
    def facts(self) -> frozenset[str]:
        return self._keeping.facts

    def turn(self, reading: Reading) -> Optional[Turn]:
        """The answer to a message that has just come in."""
        reading = leading_on.in_context(consent.in_context(reading), self._topics)
        reading = plain_yes.in_context(reading, self._matters)
        turn = (
            agent_waits.hear(reading, self.ask_again)
            or self._structured(reading)
            or callback.told(reading, self.ask_again)
            or secrets_told.hear(reading, self._hear, self.ask_again)
            or self._hear(reading)
        )
        if turn is None:
            return None
        if reading.intent != "not_understood" and reading.slots.get("misses"):
            turn = Turn((), {"misses": 0}).then(turn)
        return consent.truthful(reading, consent.by_going_on(reading, turn, self._topics))

    def _hear(self, reading: Reading) -> Optional[Turn]:
        if reading.slots.get("spoke_before") and reading.intent == "affirm" and reading.stage in _WANT_A_YES:
            return self.ask_again(reading)  # a yes to something else: this question came after it
        contradicted = self._keeping.contradicted(reading)
        return (
            (contradicted.then(self.ask_again(reading)) if contradicted else None)
            or to_a_person.hear(reading, self._topics, self._for_a_person)
            or consent.hear(reading, self._topics, self._what_is_open, self._refuse_notes)
            or self._open_question(reading)
            or callback.hear(reading, self.ask_again)
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
        """Whatever question is open, once more; nothing when none is.

        Who has said something else than yes or no to silence was understood: the offer is withdrawn, not repeated.
        """
        if reading.stage is Stage.OFFER_QUIET:
            withdrawn = Turn((), {"stage": None})
            return withdrawn.then(self.ask_again(reading.after(withdrawn)))
        open_question = settling.ask_again(reading)
        if open_question or reading.stage:
            return open_question or say(_ASKS[reading.stage])
        topic = self._topics.get(reading.topic or "")
        if topic is None or consent.is_refused(reading) or (reading.offers(topic.name) and not reading.form):
            return Turn()
        if reading.form or any(reading.slots.get(fact) is None for fact in topic.facts):
            return say(topic.form)
        if reading.is_first and self._unsettled(reading):
            return self.facts_are_complete(reading, topic.name)
        return Turn()

    def _what_is_open(self, reading: Reading) -> Turn:
        """The open question once more; what it is about where none is open."""
        again = self.ask_again(reading)
        return again if again.say or reading.topic else known_caller.what_about(reading, self._topics)

    def _structured(self, reading: Reading) -> Optional[Turn]:
        """Messages from the service, not from the caller."""
        if reading.intent in _STAGES_OF_OUTCOMES:
            lost = self._lost(reading)
            return lost.then(self._outcome(reading.after(lost)))
        if reading.intent == "consent":
            return consent.told(reading, self._what_is_open, self._refuse_notes)
        if reading.intent == "moved":
            return self._go_on_with_matter(reading)
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
            again = self.ask_again(reading)
            again = again if again.say else known_caller.asks_about_earlier(reading, self._topics)
            return settling.verified(reading, again)
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
        return (
            other_line.hear(reading, self._go_on_with_matter(reading))
            or known_caller.hear(reading, lambda told, topic: self._begin(told, self._topics[topic]))
            or settling.hear(reading, self._matters)
            or closing.hear(reading)
        )

    def _matter(self, reading: Reading) -> Optional[Turn]:
        """A topic is raised, its facts are given, or one of them is mended."""
        topic = self._topics.get(reading.intent)
        if topic and reading.form == topic.name:
            return self._keeping.mentioned(reading).then(say(topic.form))
        is_settling = reading.stage in telling.SETTLING_STAGES and plain_yes.means_it(
            reading, self._matters, reading.intent
        )
        if topic and (is_settling or (reading.topic == topic.name and reading.stage is Stage.MOVE_QUEUE)):
            return self._keeping.mentioned(reading).then(self.ask_again(reading))
        if topic and self._is_fact_of_current(reading):
            return say("utter_noted_that").then(self.ask_again(reading))
        if topic and reading.confidence < _SURE_ENOUGH_TO_BEGIN and not reading.form:
            return say("utter_ask_guess", stage=Stage.GUESS.value, guess=topic.name, guess_spoken=topic.spoken)
        if topic:
            return self._unnoted(reading, topic) if consent.is_refused(reading) else self._keeping.raised(reading)
        if reading.form and reading.corrected:
            return say("utter_corrected", self._topics[reading.form].form)
        elsewhere = self._keeping.mended_elsewhere(reading) if reading.intent in _WEAK else None
        if elsewhere is not None:
            return elsewhere.then(self.ask_again(reading))
        if reading.form and (reading.intent == "inform" or reading.filled):
            return self._keeping.mentioned(reading).then(say(self._topics[reading.form].form))
        current = self._topics.get(reading.topic or "")
        if reading.stage and current and reading.filled & set(current.facts) and reading.intent in _WEAK:
            return say("utter_noted_that").then(self.ask_again(reading))
        service = reading.settles(current)
        unsettled = service and service not in reading.done
        if reading.is_first and current and unsettled and reading.intent in ("affirm", "deny", "inform", "dont_know"):
            # Rasa came back with an empty tracker: the question that this answers is lost, so it is asked again.
            return say("utter_pick_up_again").then(self.facts_are_complete(reading, current.name))
        return None

    def _is_fact_of_current(self, reading: Reading) -> bool:
        """ "It was 80 pounds", said out of turn, is a fact of what is talked about rather than another matter."""
        current = self._topics.get(reading.topic or "")
        if current is None or reading.stage is None or not reading.filled & set(current.facts):
            return False
        if any(same(reading.slots[fact], reading.text.strip(" .!").lower()) for fact in reading.filled):
            return True
        is_bare = reading.stage is Stage.MOVE_QUEUE or len(reading.text.split()) <= _FEW_WORDS
        if reading.intent == current.name:
            is_settled = reading.settles(current) in reading.done
            return is_bare and reading.stage not in telling.SETTLING_STAGES and not is_settled
        return is_bare and reading.confidence < _SURELY_ANOTHER

    def _manner(self, reading: Reading) -> Optional[Turn]:
        if reading.intent == "cancel" and (reading.form or reading.stage):
            return self._keeping.drop(reading)
        if reading.intent == "what_noted":
            summary = self._keeping.summary(reading)
            told = say("utter_noted_so_far" if summary else "utter_nothing_noted", noted_summary=summary)
            return told.then(self.ask_again(reading))
        return manners.hear(reading, self.ask_again, self._topics)

    def _begin(self, reading: Reading, topic: Topic) -> Turn:
        return self._unnoted(reading, topic) if consent.is_refused(reading) else self._keeping.begin(reading, topic)

    def _go_on_with_matter(self, reading: Reading) -> Turn:
        """Back to the questions of the matter that is talked about, after the one about the other line."""
        topic = self._topics.get(reading.topic or "")
        if topic is None:
            return Turn()
        if consent.is_refused(reading):
            return self._unnoted(reading, topic)
        return consent.in_passing(reading).then(say(topic.form, stage=None))

    def _unnoted(self, reading: Reading, topic: Topic) -> Turn:
        """A matter of a caller who wants nothing noted: it is settled here and now, or left to be told to the agent."""
        away = self._keeping.nothing()
        service = reading.settles(topic)
        if service is None or service in reading.done:
            return away.then(say("utter_wont_note"))
        kept = {fact: reading.slots.get(fact) for fact in topic.facts}
        begun = away.then(say("utter_help_unnoted", topic=topic.name, urgent=topic.urgent, **kept))
        return begun.then(settling.begin(reading.after(begun), self._matters, service))

    def _refuse_notes(self, reading: Reading) -> Turn:
        """Puts away what was gathered, at once. What is being settled goes on."""
        topic = self._topics.get(reading.topic or "")
        service = reading.settles(topic)
        apart = {"consent": consent.REFUSED, "unfinished": None, "other_request": None, **kept_apart({}, {})}
        if reading.stage in telling.SETTLING_STAGES:
            refused = say("utter_refused_going_on", **apart)
            return refused.then(self.ask_again(reading.after(refused)))
        if service is not None and service not in reading.done:
            refused = Turn(("utter_refused_going_on",), apart, closes_form=True)
            return refused.then(settling.begin(reading.after(refused), self._matters, service))
        return say("utter_refused", **apart).then(self._keeping.nothing())
