"""Reads a sentence as the answer to the question that was just asked, when that is what it is.

"Yesterday, at the gym" means nothing to a classifier of topics, and "a payment to British Gas" looks like another
topic; after "Who was it paid to?" both are answers. Rasa hands the tracker to this component, so it knows the question.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.contradictions import contradiction, same
from components.figures import last_four

ANSWER = "inform"
NOT_KNOWN = "not known"
NONE = "no"

_SPOKEN_FREELY = frozenset({"reason", "goal", "lost_how", "quantity"})
_YES_OR_NO = frozenset({"reason", "goal"})
_MANNERS = frozenset(
    {
        "ask_agent", "ask_position", "ask_wait", "angry", "be_quiet", "call_me_back", "cancel", "give_up_place",
        "goodbye", "greet", "help", "other_language", "repeat", "thank", "wake", "what_noted", "who_are_you", "correct",
        "complaint", "bereavement", "hardship", "scam_in_progress", "danger_to_life", "refuse_notes", "allow_notes",
        "ask_about_notes",
    }
)  # fmt: skip
_FIGURES = frozenset({"amount", "quantity", "card_last4", "date"})
_BARE_SUM = re.compile(
    r"(?:no|sorry|wait|actually|i mean|i meant|make (?:it|that))[\s,]+(?:make (?:it|that) )?(\d[\d.,]*)\.?$",
    re.IGNORECASE,
)
_LITTLE_WORDS = re.compile(
    r"\W+|\b(?:no|sorry|wait|actually|i|mean|meant|said|its|it|was|is|s|make|that|from|on|at|for|in|to|of|the|my|an?)\b",
    re.IGNORECASE,
)
_FAINT = frozenset({"greet", "thank", "goodbye", "repeat", "help", "correct"})
"""What "this morning" or "sorry, Tuesday" looks like: an answer, where the fact that was asked for is mentioned."""
_TURNS_AWAY = re.compile(
    r"^(?:actually|also|oh|by the way|wait|hang on|sorry|instead|and|but|can|could|would|"
    r"how|what|whats|when|where|why|who|is|are|do|does|did|will|"
    r"i want|i need|i would|id like|i'd like|please|tell|show|give|pay|move|transfer|freeze|order|my card|let'?s)\b",
    re.IGNORECASE,
)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class AnswerReader(GraphComponent):
    """Turns an answer into the intent `inform` with an entity named after the fact that was asked for.

    "I don't know" fills the fact with `not known`, "no" with `no`, so that a question is asked once. A sentence that
    plainly turns to something else keeps its own intent: a matter of manners from `manners`, another topic from
    `topics`, and something out of scope from `outside` upwards in confidence.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {"manners": 0.45, "topics": 0.6, "surely": 0.93, "outside": 0.75}

    def __init__(self, config: Dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> AnswerReader:
        return cls(config)

    def process(self, messages: List[Message], tracker: Optional[DialogueStateTracker] = None) -> List[Message]:
        asked = tracker.get_slot(REQUESTED_SLOT) if tracker and tracker.active_loop_name else None
        for message in messages:
            if asked and tracker:
                self._read_after(message, str(asked), tracker)
            self._drop_strangers(message)
        return messages

    def _read_after(self, message: Message, asked: str, tracker: DialogueStateTracker) -> None:
        if asked not in _FIGURES and tracker.get_slot("amount"):
            _mend_sum(message)
        if _contradicts(tracker, message.get(TEXT) or ""):
            return  # the flow mends what is named, whichever matter has it
        if not (_asks_consent(tracker) and self._is_bare(message, asked)):
            self._read(message, asked, str(tracker.get_slot("topic")))

    @staticmethod
    def _drop_strangers(message: Message) -> None:
        """What is mentioned beside something out of scope is no fact: "the weather in Paris today".

        Where nothing is beside it, it is one: "sorry, I meant eighty pounds" is about no topic and still tells a sum.
        """
        text = message.get(TEXT) or ""
        if (message.get(INTENT) or {}).get("name") == "out_of_scope" and len(text.split()) > 3:
            if _is_nothing_but_facts(text, message.get(ENTITIES) or []):
                message.set(INTENT, {"name": ANSWER, "confidence": 1.0}, add_to_output=True)
            else:
                message.set(ENTITIES, [], add_to_output=True)

    @staticmethod
    def _is_bare(message: Message, asked: str) -> bool:
        """A yes or a no with nothing else in it: where consent was asked in the same breath, it is for the flow."""
        name, entities = (message.get(INTENT) or {}).get("name"), message.get(ENTITIES) or []
        return name in ("affirm", "deny") and not any(entity["entity"] == asked for entity in entities)

    def _read(self, message: Message, asked: str, topic: str) -> None:
        text = (message.get(TEXT) or "").strip()
        intent = message.get(INTENT) or {}
        entities: List[Dict[str, Any]] = list(message.get(ENTITIES) or [])
        mentions_asked = any(entity["entity"] == asked for entity in entities)
        name = intent.get("name")
        if name == "affirm" and asked not in _YES_OR_NO and not mentions_asked:
            return
        if name == "dont_know" and not mentions_asked:
            self._answer(message, entities, asked, NOT_KNOWN)
        elif name == "deny" and not entities and len(text.split()) <= 4:
            self._answer(message, entities, asked, NONE if asked in _YES_OR_NO else NOT_KNOWN)
        elif mentions_asked and (name in _FAINT or not self._turns_away(name, intent, text, topic, surely=1.0)):
            self._answer(message, entities, asked, text if asked in _SPOKEN_FREELY else None)
        elif asked == "card_last4" and last_four(text):
            self._answer(message, entities, asked, last_four(text))
        elif name == "not_understood" or self._turns_away(name, intent, text, topic):
            return
        elif self._corrects(entities, asked, text):
            self._answer(message, entities, asked, None)
        else:
            self._answer(message, entities, asked, text)

    def _turns_away(
        self, name: Optional[str], intent: Dict[str, Any], text: str, topic: str, surely: Optional[float] = None
    ) -> bool:
        confidence = float(intent.get("confidence") or 0.0)
        surely = self._config["surely"] if surely is None else surely
        if name in (None, ANSWER, "affirm", "deny", "dont_know", "not_understood", topic):
            return False
        if name in _MANNERS:
            return confidence >= self._config["manners"]
        if name == "out_of_scope":
            return confidence >= self._config["outside"] and bool(_TURNS_AWAY.match(text)) and len(text.split()) > 3
        return confidence >= surely or (confidence >= self._config["topics"] and bool(_TURNS_AWAY.match(text)))

    @staticmethod
    def _corrects(entities: List[Dict[str, Any]], asked: str, text: str) -> bool:
        """A short "no, the credit card" while something else is asked mends an earlier fact."""
        return bool(entities) and bool(re.match(r"(?:no|sorry|wait|actually|i mean|i said|not)\b", text, re.IGNORECASE))

    @staticmethod
    def _answer(message: Message, entities: List[Dict[str, Any]], asked: str, value: Optional[str]) -> None:
        if value is not None:
            entities = [entity for entity in entities if entity["entity"] != asked]
            text = message.get(TEXT) or ""
            entities.append(
                {"entity": asked, "value": value, "start": 0, "end": len(text), "extractor": "AnswerReader"}
            )
        message.set(ENTITIES, entities, add_to_output=True)
        message.set(INTENT, {"name": ANSWER, "confidence": 1.0}, add_to_output=True)

    def process_training_data(self, training_data: Any) -> Any:
        return training_data


def _contradicts(tracker: DialogueStateTracker, text: str) -> bool:
    """Whether the text takes back a value that is known, of what is talked about or of another matter."""
    named = contradiction(text)
    if named is None:
        return False
    apart = tracker.get_slot("set_aside") or {}
    known = [*tracker.current_slot_values().values(), *(value for kept in apart.values() for value in kept.values())]
    return any(isinstance(value, str) and same(value, named[0]) for value in known)


def _is_nothing_but_facts(text: str, entities: List[Dict[str, Any]]) -> bool:
    """Whether only little words stand round the facts that were spotted."""
    kept = list(text)
    for entity in entities:
        kept[entity["start"] : entity["end"]] = " " * (entity["end"] - entity["start"])
    return bool(entities) and not _LITTLE_WORDS.sub("", "".join(kept))


def _mend_sum(message: Message) -> None:
    """ "Actually 60", while something else is asked, mends a sum that was told."""
    named = _BARE_SUM.match((message.get(TEXT) or "").strip())
    if named is not None and not message.get(ENTITIES):
        entity = {"entity": "amount", "value": named.group(1), "start": named.start(1), "end": named.end(1)}
        message.set(ENTITIES, [{**entity, "extractor": "AnswerReader"}], add_to_output=True)


def _asks_consent(tracker: DialogueStateTracker) -> bool:
    """Whether the assistant's latest words asked for consent."""
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            return False
        if isinstance(event, ActionExecuted) and (event.action_name or "").startswith("utter_ask_consent"):
            return True
    return False
