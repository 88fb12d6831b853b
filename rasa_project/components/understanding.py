"""What a sentence is about.

A judge of its words, and where that one is unsure a judge of its meaning; calibrated confidence, and a decision what is
out of scope.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import Any, Dict, Iterator, List, Optional, Tuple

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components import fitting
from components.encoder import Encoder
from components.judges import Linear, Nearness
from components.ngrams import CUTS, PieceWeights, words_of

OUT_OF_SCOPE = "out_of_scope"
NOT_UNDERSTOOD = "not_understood"
FOREIGN = "other_language"
SECOND_MATTER = "second_matter"
_RANKED = 5
_SHORTEST_PART = 3
_MASHED = re.compile(r"[bcdfghjklmnpqrstvwxz]{3,}|([^\W\d_])\1{2,}")
"""No word of any language that is written so: keys that were leant on."""
_JOINTS = re.compile(r"\b(?:and also|and then|and|also|plus|as well as|then)\b|[,.;?!]", re.IGNORECASE)


def _parts(text: str) -> Iterator[Tuple[int, int, str]]:
    """The parts between joints, as `(start, end, part)`."""
    start = 0
    for joint in _JOINTS.finditer(text):
        yield start, joint.start(), text[start : joint.start()]
        start = joint.end()
    yield start, len(text), text[start:]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SentenceClassifier(GraphComponent):
    """Names the intent of a sentence.

    The confidence is a probability: the judges' margins pass through a softmax whose temperature is fitted on
    sentences held out of training. The judge of meaning is asked where that of words stays under `sure`. A sentence
    whose best probability stays under `threshold` is `out_of_scope`; one of which hardly a word is known is
    `not_understood`. The threshold is chosen on held-out sentences, so that at most `false_refusals` of those within
    scope are refused. `urgent` are intents that come first of two in one breath.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {
            "penalty": 2.5,
            "stiffness": 0.2,
            "folds": 3,
            "sure": 0.9,
            "false_refusals": 0.015,
            "known_words": 0.34,
            "foreign": 0.75,
            "second_matter": 0.8,
            "always": {},
            "urgent": [],
        }

    def __init__(
        self,
        config: Dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        model: Optional[fitting.Model] = None,
        encoder: Optional[Encoder] = None,
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._model = model
        self._encoder = encoder

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceClassifier:
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from every example with an intent, and keeps the model in Rasa's storage as plain numbers."""
        examples = [(example.get(TEXT) or "", example.get(INTENT)) for example in training_data.intent_examples]
        self._encoder = Encoder.made()
        self._model = fitting.fit(examples, self._config, self._encoder)
        self._keep(self._model, self._encoder)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            ranking = self.rank(message.get(TEXT) or "")
            message.set(INTENT, ranking[0], add_to_output=True)
            self._note_second_matter(message, ranking[0]["name"])
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def rank(self, text: str, by_words_alone: bool = False) -> List[Dict[str, Any]]:
        """The likeliest intents, best first, as `{"name", "confidence"}`."""
        if self._model is None:
            return [{"name": NOT_UNDERSTOOD, "confidence": 0.0}]
        always = self._config["always"].get(text.strip().lower())
        if always:
            return [{"name": always, "confidence": 1.0}]
        words = words_of(text)
        if not words:
            return [{"name": NOT_UNDERSTOOD, "confidence": 1.0}]
        known = sum(word in self._model.vocabulary for word in words) / len(words)
        if known == 0.0 and all(_MASHED.fullmatch(word) for word in words):
            return [{"name": NOT_UNDERSTOOD, "confidence": 1.0}]
        # The encoder takes any words that nobody knows for a foreign language.
        encoder = None if by_words_alone or known < self._config["known_words"] else self._encoder
        chances = self._model.chances(text, encoder)
        order = np.argsort(chances)[::-1][:_RANKED]
        ranking = [{"name": self._model.intents[at], "confidence": float(chances[at])} for at in order]
        refused = self._refusal(ranking[0], known)
        if refused:
            return [{"name": refused, "confidence": 1.0 - ranking[0]["confidence"]}, *ranking]
        return ranking

    def _note_second_matter(self, message: Message, first: str) -> None:
        """Two things said at once: the second goes into the entity `second_matter`, for the flow to come back to.

        It reaches from its first word to where the first matter is taken up again, if it is. The urgent one is first.
        Parts are judged by their words alone, so that a long story costs no more than a short one.
        """
        text = message.get(TEXT) or ""
        parts = [part for part in _parts(text) if len(part[2].split()) >= _SHORTEST_PART]
        if len(parts) < 2:
            return
        named = [(start, self.rank(part, by_words_alone=True)[0]) for start, _, part in parts]
        others = [
            (start, best)
            for start, best in named
            if best["name"] != first and best["confidence"] >= self._config["second_matter"]
        ]
        firsts = [start for start, best in named if best["name"] == first]
        if others and firsts:
            start, best = others[0]
            if best["name"] in self._config["urgent"] and first not in self._config["urgent"]:
                message.set(INTENT, best, add_to_output=True)
                start, best = next((at, each) for at, each in named if each["name"] == first)
                firsts = [at for at, each in named if each["name"] == message.get(INTENT)["name"]]
            end = min((at for at in firsts if at > start), default=len(text))
            entity = {"entity": SECOND_MATTER, "value": best["name"], "start": start, "end": end}
            known = message.get(ENTITIES, [])
            message.set(ENTITIES, [*known, {**entity, "extractor": "SentenceClassifier"}], add_to_output=True)

    def _refusal(self, best: Dict[str, Any], known: float) -> Optional[str]:
        """The name to put in front of a best guess that is too weak, or None when it stands."""
        assert self._model is not None
        if (
            best["name"] == FOREIGN
            and known < self._config["known_words"]
            and best["confidence"] < self._config["foreign"]
        ):
            return NOT_UNDERSTOOD
        if best["confidence"] >= self._model.threshold or best["name"] == OUT_OF_SCOPE:
            return NOT_UNDERSTOOD if known == 0.0 and best["name"] == OUT_OF_SCOPE else None
        return NOT_UNDERSTOOD if known < self._config["known_words"] else OUT_OF_SCOPE

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def _keep(self, model: fitting.Model, encoder: Encoder) -> None:
        with self._storage.write_to(self._resource) as folder:
            encoder.keep(folder)
            np.savez(folder / "linear.npz", **vars(model.judges.linear))
            np.savez(folder / "nearness.npz", **vars(model.judges.nearness))
            about = {
                "intents": model.intents,
                "vocabulary": sorted(model.vocabulary),
                "alone": asdict(model.alone),
                "together": asdict(model.together),
                "sure": model.sure,
                "threshold": model.threshold,
                "pieces": {
                    kind: {"index": list(weights.index), "rarity": list(weights.rarity)}
                    for kind, weights in model.judges.pieces.items()
                },
            }
            (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceClassifier:
        with model_storage.read_from(resource) as folder:
            about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
            with np.load(folder / "linear.npz") as linear, np.load(folder / "nearness.npz") as nearness:
                judges = fitting.Judges(_pieces(about["pieces"]), Linear(**linear), Nearness(**nearness))
            encoder = Encoder.kept(folder)
        model = fitting.Model(
            about["intents"],
            judges,
            frozenset(about["vocabulary"]),
            fitting.Verdict(**about["alone"]),
            fitting.Verdict(**about["together"]),
            about["sure"],
            about["threshold"],
        )
        return cls(config, model_storage, resource, model, encoder)


def _pieces(kept: Dict[str, Any]) -> Dict[str, PieceWeights]:
    return {
        kind: PieceWeights(CUTS[kind], {piece: at for at, piece in enumerate(each["index"])}, each["rarity"])
        for kind, each in kept.items()
    }
