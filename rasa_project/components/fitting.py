"""Fits the sentence classifier: its two judges, how they are heard together, and its out-of-scope threshold.

The second judge needs the sentence encoder, which costs several times what all else does. So it is asked only where
the first is unsure: on sentences held out of training the first alone is then as good as both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, FrozenSet, List, Optional, Sequence, Tuple

import numpy as np

from components.encoder import Encoder
from components.judges import Linear, Nearness, softmax, train_linear, train_nearness
from components.ngrams import CUTS, PieceWeights, plain, words_of

Example = Tuple[str, str]
_SEED = 7
_OUTSIDE = "out_of_scope"
_TEMPERATURES = np.geomspace(0.05, 4.0, 70)
_SHARES_OF_LINEAR = (0.3, 0.4, 0.5, 0.6, 0.7)
_LEAST = {"words": 1, "letters": 2}
_SHARE = np.float32(np.sqrt(0.5))
"""Of each kind of piece, so that a sentence is a vector of length one."""


@dataclass(frozen=True)
class Verdict:
    """How margins become probabilities: how loud each judge is, and the temperature."""

    loudness: Tuple[float, float]
    temperature: float

    def chances(self, linear: np.ndarray, nearness: Any = 0.0) -> np.ndarray:
        heard = np.float32(self.loudness[0]) * linear + np.float32(self.loudness[1]) * nearness
        return softmax(heard, self.temperature)


@dataclass(frozen=True)
class Judges:
    """Both judges, and how sentences are weighed for the first."""

    pieces: Dict[str, PieceWeights]
    linear: Linear
    nearness: Nearness

    def linear_margins(self, words: Sequence[str]) -> np.ndarray:
        at: List[int] = []
        values: List[float] = []
        offset = 0
        for weights in self.pieces.values():
            positions, weighed = weights.weigh(words)
            at += [offset + position for position in positions]
            values += [float(_SHARE) * value for value in weighed]
            offset += len(weights)
        return self.linear.margins(at, values)


@dataclass(frozen=True)
class Model:
    """Everything needed to judge one sentence. `vocabulary` are the words that it was trained on."""

    intents: List[str]
    judges: Judges
    vocabulary: FrozenSet[str]
    alone: Verdict
    together: Verdict
    sure: float
    threshold: float = 0.0

    def chances(self, text: str, encoder: Optional[Encoder]) -> np.ndarray:
        """One probability per intent, in the order of `intents`. Without an encoder the first judge is heard alone."""
        linear = self.judges.linear_margins(words_of(text))
        chances = self.alone.chances(linear)
        if encoder is None or chances.max() >= self.sure:
            return chances
        return self.together.chances(linear, self.judges.nearness.margins(encoder.vector(plain(text))))


def fit(examples: List[Example], config: Dict[str, Any], encoder: Encoder) -> Model:
    """Trains on all examples; loudness, temperatures and threshold come from folds held out in turn.

    The matrices are small: several threads would spend their time waiting for each other.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        return _fit(examples, config, encoder)


def _fit(examples: List[Example], config: Dict[str, Any], encoder: Encoder) -> Model:
    intents = sorted({intent for _, intent in examples})
    labels = np.array([intents.index(intent) for _, intent in examples])
    sentences = [words_of(text) for text, _ in examples]
    vectors = encoder.vectors([plain(text) for text, _ in examples])
    linear, nearness = (np.zeros((len(examples), len(intents)), dtype=np.float32) for _ in range(2))
    for inside, outside in _folds(labels, int(config["folds"])):
        judges = _train([sentences[at] for at in inside], vectors[inside], labels[inside], len(intents), config)
        linear[outside] = judges.linear.all_margins(_matrix([sentences[at] for at in outside], judges.pieces))
        nearness[outside] = judges.nearness.margins(vectors[outside])
    alone, together = _choose_verdicts(linear, nearness, labels)
    sure, chances = float(config["sure"]), alone.chances(linear)
    chances = np.where(chances.max(axis=1, keepdims=True) >= sure, chances, together.chances(linear, nearness))
    return Model(
        intents,
        _train(sentences, vectors, labels, len(intents), config),
        frozenset(word for words in sentences for word in words),
        alone,
        together,
        sure,
        _choose_threshold(chances, labels, intents, float(config["false_refusals"])),
    )


def _train(
    sentences: List[List[str]], vectors: np.ndarray, labels: np.ndarray, intents: int, config: Dict[str, Any]
) -> Judges:
    pieces = {kind: PieceWeights.learn(CUTS[kind], sentences, least) for kind, least in _LEAST.items()}
    return Judges(
        pieces,
        train_linear(_matrix(sentences, pieces), labels, float(config["penalty"]), _SEED),
        train_nearness(vectors, labels, intents, float(config["stiffness"]), _SEED),
    )


def _matrix(sentences: List[List[str]], pieces: Dict[str, PieceWeights]) -> Any:
    """Sentences × pieces of all kinds, sparse."""
    from scipy.sparse import csr_matrix, hstack

    matrices = []
    for weights in pieces.values():
        columns: List[int] = []
        values: List[float] = []
        starts = [0]
        for words in sentences:
            at, weighed = weights.weigh(words)
            columns += at
            values += weighed
            starts.append(len(columns))
        shape = (len(sentences), len(weights))
        matrices.append(csr_matrix((_SHARE * np.array(values, dtype=np.float32), columns, starts), shape=shape))
    return hstack(matrices).tocsr()


def _folds(labels: np.ndarray, count: int) -> List[Tuple[np.ndarray, np.ndarray]]:
    from sklearn.model_selection import StratifiedKFold

    return list(StratifiedKFold(count, shuffle=True, random_state=_SEED).split(np.zeros(len(labels)), labels))


def _choose_verdicts(linear: np.ndarray, nearness: np.ndarray, labels: np.ndarray) -> Tuple[Verdict, Verdict]:
    """The first judge alone, and both with the shares under which the held-out labels are likeliest."""
    scales = 1 / linear.std(), 1 / nearness.std()
    choices = []
    for share in (1.0, *_SHARES_OF_LINEAR):
        loudness = (float(share * scales[0]), float((1 - share) * scales[1]))
        temperature, loss = _fit_temperature(loudness[0] * linear + loudness[1] * nearness, labels)
        choices.append((loss, Verdict(loudness, temperature)))
    return choices[0][1], min(choices[1:], key=lambda choice: choice[0])[1]


def _fit_temperature(margins: np.ndarray, labels: np.ndarray) -> Tuple[float, float]:
    """The temperature under which the held-out labels are likeliest, and their loss then (Guo et al., 2017, "On
    calibration of modern neural networks").
    """
    rows = np.arange(len(labels))
    losses = [float(-np.log(softmax(margins, t)[rows, labels] + 1e-12).mean()) for t in _TEMPERATURES]
    best = int(np.argmin(losses))
    return float(_TEMPERATURES[best]), losses[best]


def _choose_threshold(chances: np.ndarray, labels: np.ndarray, intents: List[str], false_refusals: float) -> float:
    """The highest threshold that refuses no more than the given share of held-out sentences within scope.

    Where no example is out of scope, nothing is: the threshold is 0.
    """
    within = np.array([intents[label] != _OUTSIDE for label in labels])
    return 0.0 if within.all() else float(np.quantile(chances[within].max(axis=1), false_refusals))
