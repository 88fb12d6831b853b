"""Fits the sentence classifier: a linear support vector machine, its temperature, and its out-of-scope threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Sequence, Tuple

import numpy as np

from components.ngrams import PieceWeights

Example = Tuple[List[str], str]
Cut = Callable[[Sequence[str]], List[str]]
_SEED = 7
_OUTSIDE = "out_of_scope"
_TEMPERATURES = np.geomspace(0.05, 2.0, 60)


@dataclass(frozen=True)
class Model:
    """Everything needed to judge one sentence.

    `weights` is pieces × intents, so that a sentence touches only its own rows.
    """

    intents: List[str]
    pieces: List[PieceWeights]
    shares: List[float]
    weights: np.ndarray
    bias: np.ndarray
    temperature: float
    threshold: float

    def margins(self, words: Sequence[str]) -> np.ndarray:
        total = self.bias.copy()
        offset = 0
        for kind, share in zip(self.pieces, self.shares, strict=True):
            at, values = kind.weigh(words, offset)
            offset += len(kind)
            if at:
                total += share * (np.asarray(values, dtype=np.float32) @ self.weights[at])
        return total

    def chances(self, words: Sequence[str]) -> np.ndarray:
        """One probability per intent, in the order of `intents`."""
        return _softmax(self.margins(words)[None, :], self.temperature)[0]


def fit(examples: List[Example], kinds: Sequence[Tuple[str, Cut]], config: Dict[str, Any]) -> Model:
    """Trains on all examples; the temperature and the threshold come from folds held out in turn."""
    intents = sorted({intent for _, intent in examples})
    labels = np.array([intents.index(intent) for _, intent in examples])
    sentences = [words for words, _ in examples]
    shares = [1.0, float(config["letter_share"])]
    held_out = np.zeros((len(examples), len(intents)), dtype=np.float32)
    for inside, outside in _folds(labels, int(config["folds"])):
        model = _train([sentences[at] for at in inside], labels[inside], intents, kinds, shares, config)
        for at in outside:
            held_out[at] = model.margins(sentences[at])
    temperature = _fit_temperature(held_out, labels)
    threshold = _choose_threshold(_softmax(held_out, temperature), labels, intents, float(config["false_refusals"]))
    final = _train(sentences, labels, intents, kinds, shares, config)
    return Model(intents, final.pieces, shares, final.weights, final.bias, temperature, threshold)


def _train(
    sentences: List[List[str]],
    labels: np.ndarray,
    intents: List[str],
    kinds: Sequence[Tuple[str, Cut]],
    shares: List[float],
    config: Dict[str, Any],
) -> Model:
    from sklearn.svm import LinearSVC

    pieces = [PieceWeights.learn(cut, sentences, least=1 if name == "words" else 2) for name, cut in kinds]
    machine = LinearSVC(C=float(config["penalty"]), class_weight="balanced", random_state=_SEED)
    machine.fit(_matrix(sentences, pieces, shares), labels)
    return Model(
        intents, pieces, shares, machine.coef_.T.astype(np.float32), machine.intercept_.astype(np.float32), 1.0, 0.0
    )


def _matrix(sentences: List[List[str]], pieces: List[PieceWeights], shares: List[float]) -> Any:
    from scipy.sparse import csr_matrix

    columns: List[int] = []
    values: List[float] = []
    starts = [0]
    for words in sentences:
        offset = 0
        for kind, share in zip(pieces, shares, strict=True):
            at, weights = kind.weigh(words, offset)
            columns.extend(at)
            values.extend(share * weight for weight in weights)
            offset += len(kind)
        starts.append(len(columns))
    return csr_matrix((values, columns, starts), shape=(len(sentences), sum(len(kind) for kind in pieces)))


def _folds(labels: np.ndarray, count: int) -> List[Tuple[np.ndarray, np.ndarray]]:
    from sklearn.model_selection import StratifiedKFold

    return list(StratifiedKFold(count, shuffle=True, random_state=_SEED).split(np.zeros(len(labels)), labels))


def _softmax(margins: np.ndarray, temperature: float) -> np.ndarray:
    scaled = margins / temperature
    scaled = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return scaled / scaled.sum(axis=1, keepdims=True)


def _fit_temperature(margins: np.ndarray, labels: np.ndarray) -> float:
    """The temperature under which the held-out labels are likeliest (Guo et al., 2017, "On calibration of modern neural
    networks").
    """
    rows = np.arange(len(labels))
    losses = [-np.log(_softmax(margins, t)[rows, labels] + 1e-12).mean() for t in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])


def _choose_threshold(chances: np.ndarray, labels: np.ndarray, intents: List[str], false_refusals: float) -> float:
    """The highest threshold that refuses no more than the given share of held-out sentences within scope."""
    within = np.array([intents[label] != _OUTSIDE for label in labels])
    return float(np.quantile(chances[within].max(axis=1), false_refusals))
