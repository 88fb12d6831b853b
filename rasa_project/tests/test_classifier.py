"""The classifier by itself: it learns, is the same again after it was put away, and knows what it does not know."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Tuple

import numpy as np
import pytest
from components import fitting
from components.judges import train_network
from components.ngrams import pair_pieces, words_of
from components.understanding import SentenceClassifier
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

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


def test_the_same_examples_make_the_same_model() -> None:
    examples = [(words_of(text), intent) for text, intent in EXAMPLES]
    config = SentenceClassifier.get_default_config()
    first, second = fitting.fit(examples, config), fitting.fit(examples, config)
    words = words_of("my visa is lost")
    assert np.array_equal(first.margins(words), second.margins(words))


def test_judging_one_sentence_is_judging_a_row_of_many() -> None:
    model = fitting.fit(
        [(words_of(text), intent) for text, intent in EXAMPLES], SentenceClassifier.get_default_config()
    )
    sentences = [words_of(text) for text in ("i can't find my amex", "snapped", "quite unknown words", "")]
    matrices = fitting._matrices(sentences, model.pieces)
    rows = sum(
        member.loudness * member.judge.all_margins(fitting._seen_by(member.shares, matrices))
        for member in model.members
    )
    for words, row in zip(sentences, rows, strict=True):
        assert np.allclose(model.margins(words), row, atol=1e-4)


def test_a_network_learns_what_no_single_piece_tells() -> None:
    """Exclusive or: either piece means one, both or none the other. No linear judge can learn it."""
    pattern = np.array([[0, 0, 1], [1, 0, 1], [0, 1, 1], [1, 1, 1]] * 100, dtype=np.float32)
    labels = (pattern[:, 0] != pattern[:, 1]).astype(int)
    network = train_network(csr_matrix(pattern / 2), labels, intents=2, units=64, epochs=60, seed=1)
    assert np.mean(network.all_margins(csr_matrix(pattern / 2)).argmax(axis=1) == labels) > 0.95


@pytest.mark.parametrize("words", [[], ["one"], ["b", "a"], ["a", "b"]])
def test_pairs_have_no_order(words: List[str]) -> None:
    assert pair_pieces(words) == pair_pieces(list(reversed(words)))


def test_a_long_story_is_not_paired_without_end() -> None:
    assert len(pair_pieces([f"w{n}" for n in range(2000)])) < 1000
