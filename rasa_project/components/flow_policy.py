"""Puts the conductor of `components/conversation` behind Rasa's policy interface."""

from __future__ import annotations

from itertools import takewhile
from typing import Any, Dict, List, Optional, Tuple

from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY

from components.conversation.conductor import Conductor
from components.conversation.state import Reading, Service, Topic, Turn

AGENDA = "agenda"
"""The key, in an action's metadata, of what is still to be said in its turn. Actions of the rules have none."""

_FORM = "_form"
_UTTER = "utter_"
_ORDER = "utter_order_"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class FlowPolicy(RulePolicy):
    """Rasa's rules, and before them what a turn says when that depends on where the conversation stands.

    On a new message the conductor answers with a turn; its slots travel as events of the first prediction, and the rest
    of what is to be said waits in the metadata of the action. When a topic's form has all its facts the conductor is
    asked again. A message that the conductor leaves alone is answered by a rule with one response; the open question,
    if any, is then asked again. It is one policy and not two because a rule policy's prediction replays the tracker,
    and most turns need no rule.

    Configuration, beside the rule policy's: `topics`, a mapping of the intents that have a form of their own to
    `spoken`, `service`, `then` and `urgent`; `to_a_person`, the intents that go straight to a person, to `spoken` and
    `urgent`; `facts`, how each fact is called aloud; `services`, what can be told or changed for a customer, as
    `Service` has it.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {**RulePolicy.get_default_config(), "topics": {}, "to_a_person": {}, "facts": {}, "services": {}}

    def __init__(self, config: Dict[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(config, *args, **kwargs)
        self._conductor: Optional[Conductor] = None

    def train(self, training_trackers: List[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Learns the rules; a topic without a form or without words is refused here rather than in a conversation."""
        needs = {name: (f"{name}{_FORM}", f"utter_about_{name}") for name in self.config["topics"]}
        needs.update({name: (f"{_UTTER}{name}",) for name in self.config["to_a_person"]})
        needs.update({service.name: _responses_of(service) for service in _services(self.config).values()})
        for name, needed in needs.items():
            for action in needed:
                if action not in domain.action_names_or_texts:
                    raise ValueError(f"'{name}' needs '{action}' in the domain.")
        return super().train(training_trackers, domain, **kwargs)

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: Optional[Dict[str, Any]] = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        conductor = self._conductor_for(domain)
        latest = tracker.latest_action_name or ACTION_LISTEN_NAME
        agenda = _agenda(tracker)
        turn: Optional[Turn]
        if latest == ACTION_LISTEN_NAME:
            turn = conductor.turn(_read(tracker, conductor, new_message=True))
        elif latest.endswith(_FORM) and tracker.active_loop_name is None:
            turn = conductor.facts_are_complete(_read(tracker, conductor), latest[: -len(_FORM)])
        elif agenda is not None:
            turn = Turn(tuple(agenda))
        elif _gives_order(latest, domain):
            turn = Turn()  # one order in a turn: asking again may be another one
        else:
            turn = conductor.ask_again(_read(tracker, conductor)) if latest.startswith(_UTTER) else None
        if turn is None:
            prediction = super().predict_action_probabilities(tracker, domain, rule_only_data, **kwargs)
            if tracker.get_slot("misses"):
                prediction.events.append(SlotSet("misses", 0))
            return prediction
        return self._follow(turn, tracker, domain)

    def _follow(self, turn: Turn, tracker: DialogueStateTracker, domain: Domain) -> PolicyPrediction:
        """Predicts the first thing to be said; the rest is the agenda."""
        note = dict(turn.note)
        if turn.closes_form or (turn.say and turn.say[0].endswith(_FORM)):
            # Without a requested slot a form asks again instead of rejecting words that were no answer.
            note[REQUESTED_SLOT] = None
        events: List[Event] = [SlotSet(name, value) for name, value in note.items() if tracker.get_slot(name) != value]
        if turn.closes_form and tracker.active_loop_name:
            events.append(ActiveLoop(None))
        probabilities = self._default_predictions(domain)
        probabilities[domain.index_for_action(turn.say[0] if turn.say else ACTION_LISTEN_NAME)] = 1.0
        return self._prediction(probabilities, optional_events=events, action_metadata={AGENDA: list(turn.say[1:])})

    def _conductor_for(self, domain: Domain) -> Conductor:
        if self._conductor is None:
            topics = {
                name: Topic(name=name, facts=tuple(domain.required_slots_for_form(f"{name}{_FORM}")), **about)
                for name, about in self.config["topics"].items()
            }
            for_a_person = {
                name: Topic(name=name, facts=(), **about) for name, about in self.config["to_a_person"].items()
            }
            self._conductor = Conductor(topics, self.config["facts"], for_a_person, _services(self.config))
        return self._conductor


def _services(config: Dict[str, Any]) -> Dict[str, Service]:
    def plain(value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    return {
        name: Service(name=name, **{key: plain(value) for key, value in about.items()})
        for name, about in config["services"].items()
    }


def _responses_of(service: Service) -> Tuple[str, ...]:
    """Whatever may be said of a service, so that none is found missing in a conversation."""
    if service.effect:
        names = ["none", "read_back", "order", *(["how_much"] if service.sums else [])]
        return tuple(f"{_UTTER}{name}_{service.name}" for name in names)
    told = [f"told_{service.name}", *(f"told_{service.name}_{status}" for status in service.varies)]
    names = [f"none_{service.name}", *told, *([f"told_{service.name}_one"] if service.lists else [])]
    return tuple(f"{_UTTER}{name}" for name in names)


def _agenda(tracker: DialogueStateTracker) -> Optional[List[str]]:
    last = next((event for event in reversed(tracker.events) if isinstance(event, ActionExecuted)), None)
    return last.metadata.get(AGENDA) if last else None


def _gives_order(action: str, domain: Domain) -> bool:
    return any((response.get("custom") or {}).get("order") for response in domain.responses.get(action, ()))


def _read(tracker: DialogueStateTracker, conductor: Conductor, new_message: bool = False) -> Reading:
    message = tracker.latest_message or UserUttered.empty()
    filled, corrected, last_said = _since(tracker, conductor) if new_message else ({}, set(), ())
    form = tracker.active_loop_name
    return Reading(
        intent=message.intent.get(INTENT_NAME_KEY) or "not_understood",
        slots=tracker.current_slot_values(),
        text=message.text or "",
        confidence=float(message.intent.get(PREDICTED_CONFIDENCE_KEY) or 0.0),
        data={entity["entity"]: entity.get("value") for entity in message.entities},
        filled=frozenset(filled),
        corrected=frozenset(corrected),
        form=form[: -len(_FORM)] if form else None,
        last_said=last_said,
        is_first=sum(isinstance(event, UserUttered) for event in tracker.events) <= 1,
    )


def _since(tracker: DialogueStateTracker, conductor: Conductor) -> Tuple[Dict[str, Any], set[str], Tuple[str, ...]]:
    """The facts that the latest message filled and changed, and what was said before it."""
    backwards = iter(reversed(tracker.events))
    newest = takewhile(lambda event: not isinstance(event, UserUttered), backwards)
    filled = {
        event.key: event.value
        for event in newest
        if isinstance(event, SlotSet) and event.key in conductor.facts and event.value is not None
    }
    asked: Optional[str] = None
    before: Dict[str, Any] = {}
    said: List[str] = []
    messages = 0
    for event in backwards:
        if isinstance(event, UserUttered):
            messages += 1
        elif isinstance(event, SlotSet):
            if event.key == REQUESTED_SLOT and asked is None:
                asked = str(event.value)
            before.setdefault(event.key, event.value)
        elif isinstance(event, ActionExecuted) and messages == 0:
            name = event.action_name or ""
            if name.endswith(_FORM) or (name.startswith(_UTTER) and not name.startswith(_ORDER)):
                said.append(name)
    corrected = {key for key, value in filled.items() if key != asked and before.get(key) not in (None, value)}
    return filled, corrected, tuple(reversed(said))
