"""The classifier by itself: it learns, is the same again after it was put away, and knows what it does not know."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Tuple

import numpy as np
import pytest
from components import fitting
from components.encoder import Encoder
from components.judges import softmax, train_nearness
from components.ngrams import words_of
from components.understanding import SentenceClassifier
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

WHERE = ("card", "debit card", "credit card", "visa", "bank card", "cash card", "mastercard", "amex")
ASKED = {
    "lost": ("i lost my {}", "my {} was stolen", "i can't find my {}"),
    "broken": ("my {} is broken", "the chip of my {} is damaged", "my {} snapped in two"),
}
EXAMPLES = [(text.format(where), name) for name, texts in ASKED.items() for text in texts for where in WHERE]
CONTEXT = ExecutionContext(GraphSchema({}))


def trained(folder: Path, examples: List[Tuple[str, str]], **settings: Any) -> Tuple[SentenceClassifier, Any]:
    """A classifier that was trained on the examples, and the same one loaded from where it was put away."""
    config: Dict[str, Any] = {**SentenceClassifier.get_default_config(), **settings}
    storage, resource = LocalModelStorage(folder), Resource("classifier")
    fresh = SentenceClassifier.create(config, storage, resource, CONTEXT)
    fresh.train(TrainingData([Message({TEXT: text, INTENT: intent}) for text, intent in examples]))
    return fresh, SentenceClassifier.load(config, storage, resource, CONTEXT)


def test_what_was_put_away_judges_as_it_did(tmp_path: Path) -> None:
    fresh, loaded = trained(tmp_path, EXAMPLES)
    for text in ("somebody stole my visa", "it snapped", "lost the lot"):
        was, now = fresh.rank(text), loaded.rank(text)
        assert [each["name"] for each in was] == [each["name"] for each in now]
        assert np.allclose([each["confidence"] for each in was], [each["confidence"] for each in now], atol=1e-5)
    assert loaded.rank("my visa card was stolen")[0]["name"] == "lost"


def test_a_confidence_is_a_probability(tmp_path: Path) -> None:
    _, loaded = trained(tmp_path, EXAMPLES)
    ranking = loaded.rank("my card is lost or broken")
    assert abs(sum(each["confidence"] for each in ranking) - 1) < 1e-5


def test_without_examples_out_of_scope_nothing_is_refused_for_being_faint(tmp_path: Path) -> None:
    _, loaded = trained(tmp_path, EXAMPLES)
    assert loaded.rank("my card and the chip and my visa which i can't find is stolen broken")[0]["name"] in ASKED


def test_with_them_a_stranger_is_refused(tmp_path: Path) -> None:
    outside = [(f"{what} {when}", "out_of_scope") for what in ("sing", "dance", "rain", "tell a joke", "football") for
               when in ("today", "tomorrow", "again", "now", "tonight")]  # fmt: skip
    _, loaded = trained(tmp_path, EXAMPLES + outside)
    assert loaded.rank("a joke about rain")[0]["name"] == "out_of_scope"
    assert loaded.rank("zzgl frrt")[0]["name"] == "not_understood"


def fitted(**settings: Any) -> fitting.Model:
    return fitting.fit(EXAMPLES, {**SentenceClassifier.get_default_config(), **settings}, Encoder.made())


def test_the_same_examples_make_the_same_model() -> None:
    first, second = fitted().judges, fitted().judges
    assert np.array_equal(first.linear.weights, second.linear.weights)
    assert np.array_equal(first.nearness.pull, second.nearness.pull)


def test_judging_one_sentence_is_judging_a_row_of_many() -> None:
    judges = fitted().judges
    sentences = [words_of(text) for text in ("i can't find my amex", "snapped", "quite unknown words", "")]
    rows = judges.linear.all_margins(fitting._matrix(sentences, judges.pieces))
    for words, row in zip(sentences, rows, strict=True):
        assert np.allclose(judges.linear_margins(words), row, atol=1e-4)


class Asked:
    """An encoder that notes what it was asked for."""

    def __init__(self) -> None:
        self.texts: List[str] = []
        self._encoder = Encoder.made()

    def vector(self, text: str) -> np.ndarray:
        self.texts.append(text)
        return self._encoder.vector(text)


def test_the_judge_of_meaning_is_asked_where_that_of_words_is_unsure() -> None:
    said, encoder = "Hello there, •••4411 I misplaced my plastic", Asked()
    fitted(sure=0.0).chances(said, encoder)  # type: ignore[arg-type]
    assert encoder.texts == []
    model = fitted(sure=1.01)
    assert model.intents[int(model.chances(said, encoder).argmax())] == "lost"  # type: ignore[arg-type]
    assert [text.strip() for text in encoder.texts] == ["i misplaced my plastic"]


def test_of_words_that_nobody_knows_no_meaning_is_asked(tmp_path: Path) -> None:
    _, loaded = trained(tmp_path, EXAMPLES, sure=1.01)
    loaded._encoder = encoder = Asked()  # type: ignore[assignment]
    assert loaded.rank("zzgl frrt my")[0]["confidence"] < 1
    assert encoder.texts == []
    loaded.rank("my visa frrt")
    assert encoder.texts == ["my visa frrt"]


def test_nearness_learns_what_no_single_direction_tells() -> None:
    """Exclusive or: either direction means one, both or neither the other. No linear judge can learn it."""
    pattern = np.array([[0, 0, 1], [1, 0, 1], [0, 1, 1], [1, 1, 1]] * 20, dtype=np.float32)
    vectors = pattern / np.linalg.norm(pattern, axis=1, keepdims=True)
    labels = (pattern[:, 0] != pattern[:, 1]).astype(int)
    nearness = train_nearness(vectors, labels, intents=2, stiffness=0.01, seed=1)
    assert np.array_equal(nearness.margins(vectors).argmax(axis=1), labels)


def test_of_very_many_sentences_as_many_are_known_as_can_be_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.judges._MOST_KNOWN", 30)
    vectors = np.eye(40, dtype=np.float32)
    nearness = train_nearness(vectors, np.arange(40) % 2, intents=2, stiffness=0.1, seed=1)
    assert len(nearness.known) == len(nearness.pull) == 30


def test_chances_of_both_judges_are_those_of_their_loudness() -> None:
    verdict = fitting.Verdict((2.0, 1.0), 0.5)
    linear, nearness = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    assert np.allclose(verdict.chances(linear, nearness), softmax(np.array([4.0, 2.0])))
