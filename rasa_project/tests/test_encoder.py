"""The sentence encoder computes what all-MiniLM-L6-v2 is by its published description, and only with its weights."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Dict

import numpy as np
import pytest
from components import encoder_graph
from components.encoder import Encoder
from components.encoder_graph import EncoderMissing
from components.wordpieces import WordPieces
from scipy.special import erf, softmax


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.made()


@pytest.fixture(scope="module")
def pieces() -> WordPieces:
    return WordPieces.read(encoder_graph.folder() / "vocab.txt")


def normed(rows: np.ndarray, weights: Dict[str, np.ndarray], name: str) -> np.ndarray:
    spread = np.sqrt(rows.var(axis=1, keepdims=True) + 1e-12)
    return (rows - rows.mean(axis=1, keepdims=True)) / spread * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def by_the_book(numbers: Any, weights: Dict[str, np.ndarray]) -> np.ndarray:
    """The means of the fourth and the sixth layer, one head after the other, with the exact gate."""

    def dense(rows: np.ndarray, name: str) -> np.ndarray:
        return rows @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    rows = weights["embeddings.word_embeddings.weight"][numbers].astype(float)
    rows = rows + weights["embeddings.position_embeddings.weight"][: len(numbers)]
    rows = normed(rows + weights["embeddings.token_type_embeddings.weight"][0], weights, "embeddings.LayerNorm")
    means = []
    for layer in (f"encoder.layer.{number}" for number in range(6)):
        query, key, value = (dense(rows, f"{layer}.attention.self.{part}") for part in ("query", "key", "value"))
        heads = [slice(at, at + 32) for at in range(0, 384, 32)]
        seen = [softmax(query[:, h] @ key[:, h].T / math.sqrt(32), axis=1) @ value[:, h] for h in heads]
        looked = dense(np.hstack(seen), f"{layer}.attention.output.dense")
        rows = normed(rows + looked, weights, f"{layer}.attention.output.LayerNorm")
        inner = dense(rows, f"{layer}.intermediate.dense")
        inner = inner * 0.5 * (1 + erf(inner / math.sqrt(2)))
        rows = normed(rows + dense(inner, f"{layer}.output.dense"), weights, f"{layer}.output.LayerNorm")
        means.append(rows.mean(axis=0))
    middle, last = (means[at] / np.linalg.norm(means[at]) for at in (3, 5))
    return np.concatenate([0.8 * middle, last]) / math.hypot(0.8, 1)


SENTENCES = ["my card is lost", "What's the exchange rate for 1,000 zloty, naïvely asked?"]


@pytest.mark.parametrize("text", SENTENCES)
def test_the_graph_computes_what_the_description_gives(pieces: WordPieces, text: str) -> None:
    weights = encoder_graph.weights()
    exact = Encoder(encoder_graph.graph(weights, in_bytes=False), pieces)
    assert np.dot(exact.vector(text), by_the_book(pieces.numbers_of(text, 64), weights)) > 0.9999


@pytest.mark.parametrize("text", SENTENCES)
def test_eight_bits_move_a_vector_by_little(encoder: Encoder, pieces: WordPieces, text: str) -> None:
    assert np.dot(encoder.vector(text), by_the_book(pieces.numbers_of(text, 64), encoder_graph.weights())) > 0.99


def test_what_was_kept_encodes_alike(encoder: Encoder, tmp_path: Path) -> None:
    encoder.keep(tmp_path)
    kept = Encoder.kept(tmp_path)
    assert all((kept.vector(text) == encoder.vector(text)).all() for text in SENTENCES)


def test_like_sentences_are_nearer_than_unlike_ones(encoder: Encoder) -> None:
    lost, missing, rate = encoder.vectors(["i lost my card", "my card is missing", "what is the exchange rate"])
    assert lost @ missing > 0.75 > 0.5 > lost @ rate


def test_a_sentence_among_others_has_the_vector_that_it_has_alone(encoder: Encoder) -> None:
    texts = ["my card", "a bill", "what is my balance today", "the rate", ""]
    for text, row in zip(texts, encoder.vectors(texts), strict=True):
        assert (row == encoder.vector(text)).all()
        assert abs(np.linalg.norm(row) - 1) < 1e-5


def test_of_a_long_story_the_beginning_counts(encoder: Encoder) -> None:
    story = "yesterday i paid at the till " * 20
    assert np.allclose(encoder.vector(story), encoder.vector(story + "and my dog barked"), atol=1e-5)


def test_words_are_cut_as_bert_cuts_them(pieces: WordPieces) -> None:
    numbers = pieces.numbers_of("I'm waiting on my card?", 64)
    assert numbers == [101, 1045, 1005, 1049, 3403, 2006, 2026, 4003, 1029, 102]
    assert pieces.numbers_of("CAFÉ", 64) == pieces.numbers_of("cafe", 64)
    assert len(pieces.numbers_of("chargeback", 64)) > 3
    assert pieces.numbers_of("\N{OK HAND SIGN}", 64) == [101, 100, 102]
    assert len(pieces.numbers_of("word " * 500, 64)) == 64


def test_other_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    (tmp_path / "vocab.txt").write_text("[CLS]\n[SEP]\n[UNK]")
    monkeypatch.setattr(encoder_graph, "folder", lambda: tmp_path)
    with pytest.raises(EncoderMissing, match="not the weights of all-MiniLM-L6-v2"):
        Encoder.made()


def test_without_its_package_it_says_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder_graph, "_PACKAGE", "no_such_package_of_weights")
    with pytest.raises(EncoderMissing, match="make setup"):
        Encoder.made()
