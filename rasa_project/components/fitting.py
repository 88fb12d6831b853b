"""Fits the sentence classifier: its judges, how they are heard together, and its out-of-scope threshold.

The judges err differently: a linear one is surest where a word decides, and small networks where the whole does. The
linear one leads, because it errs least on sentences that are like none it has seen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Dict, FrozenSet, List, Sequence, Tuple

import numpy as np

from components.judges import Judge, softmax, train_linear, train_network
from components.ngrams import CUTS, PieceWeights, Sparse

Example = Tuple[List[str], str]
Shares = Dict[str, float]
_SEED = 7
_OUTSIDE = "out_of_scope"
_TEMPERATURES = np.geomspace(0.05, 4.0, 70)
_SHARES_OF_LINEAR = (0.5, 0.6, 0.7)
_LEAST = {"words": 1, "letters": 2, "pairs": 2}
_SEEN_BY_LINEAR: Shares = {"words": 0.6, "letters": 0.7, "pairs": 0.3}
_SEEN_BY_NETWORKS: Tuple[Shares, ...] = ({"words": 0.7, "letters": 0.7}, {"words": 0.6, "letters": 0.6, "pairs": 0.5})
"""How much of each kind of piece: the squares make about one."""


@dataclass(frozen=True)
class Member:
    """A judge, the kinds of pieces that it sees, and how loud it is among the others."""

    shares: Shares
    judge: Judge
    loudness: float = 1.0


@dataclass(frozen=True)
class Model:
    """Everything needed to judge one sentence. `vocabulary` are the words that it was trained on."""

    intents: List[str]
    pieces: Dict[str, PieceWeights]
    members: List[Member]
    vocabulary: FrozenSet[str]
    temperature: float = 1.0
    threshold: float = 0.0

    def margins(self, words: Sequence[str]) -> np.ndarray:
        weighed = {kind: weights.weigh(words) for kind, weights in self.pieces.items()}
        total = np.zeros(len(self.intents), dtype=np.float32)
        for member in self.members:
            at, values = self._seen(weighed, member.shares)
            total += np.float32(member.loudness) * member.judge.margins(at, np.asarray(values, dtype=np.float32))
        return total

    def chances(self, words: Sequence[str]) -> np.ndarray:
        """One probability per intent, in the order of `intents`."""
        return softmax(self.margins(words), self.temperature)

    def _seen(self, weighed: Dict[str, Sparse], shares: Shares) -> Sparse:
        at: List[int] = []
        values: List[float] = []
        offset = 0
        for kind, share in shares.items():
            positions, weights = weighed[kind]
            at += [offset + position for position in positions]
            values += [share * weight for weight in weights]
            offset += len(self.pieces[kind])
        return at, values


def fit(examples: List[Example], config: Dict[str, Any]) -> Model:
    """Trains on all examples; loudness, temperature and threshold come from folds held out in turn.

    The matrices are small: several threads would spend their time waiting for each other.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        return _fit(examples, config)


def _fit(examples: List[Example], config: Dict[str, Any]) -> Model:
    intents = sorted({intent for _, intent in examples})
    labels = np.array([intents.index(intent) for _, intent in examples])
    sentences = [words for words, _ in examples]
    held_out = np.zeros((1 + len(_SEEN_BY_NETWORKS), len(examples), len(intents)), dtype=np.float32)
    for inside, outside in _folds(labels, int(config["folds"])):
        model = _train([sentences[at] for at in inside], labels[inside], intents, config)
        matrices = _matrices([sentences[at] for at in outside], model.pieces)
        for number, member in enumerate(model.members):
            held_out[number, outside] = member.judge.all_margins(_seen_by(member.shares, matrices))
    loudness = _choose_loudness(held_out, labels)
    together = np.tensordot(loudness, held_out, axes=1)
    temperature, _ = _fit_temperature(together, labels)
    threshold = _choose_threshold(softmax(together, temperature), labels, intents, float(config["false_refusals"]))
    final = _train(sentences, labels, intents, config)
    members = [replace(member, loudness=float(each)) for member, each in zip(final.members, loudness, strict=True)]
    return replace(final, members=members, temperature=temperature, threshold=threshold)


def _train(sentences: List[List[str]], labels: np.ndarray, intents: List[str], config: Dict[str, Any]) -> Model:
    pieces = {kind: PieceWeights.learn(CUTS[kind], sentences, least) for kind, least in _LEAST.items()}
    matrices = _matrices(sentences, pieces)
    linear = train_linear(_seen_by(_SEEN_BY_LINEAR, matrices), labels, float(config["penalty"]), _SEED)
    members = [Member(_SEEN_BY_LINEAR, linear)]
    for number, shares in enumerate(_SEEN_BY_NETWORKS):
        units, epochs = int(config["units"]), int(config["epochs"])
        matrix = _seen_by(shares, matrices)
        members.append(Member(shares, train_network(matrix, labels, len(intents), units, epochs, _SEED + number)))
    return Model(intents, pieces, members, frozenset(word for words in sentences for word in words))


def _matrices(sentences: List[List[str]], pieces: Dict[str, PieceWeights]) -> Dict[str, Any]:
    """Sentences × pieces, one sparse matrix for each kind."""
    from scipy.sparse import csr_matrix

    matrices = {}
    for kind, weights in pieces.items():
        columns: List[int] = []
        values: List[float] = []
        starts = [0]
        for words in sentences:
            at, weighed = weights.weigh(words)
            columns += at
            values += weighed
            starts.append(len(columns))
        shape = (len(sentences), len(weights))
        matrices[kind] = csr_matrix((np.array(values, dtype=np.float32), columns, starts), shape=shape)
    return matrices


def _seen_by(shares: Shares, matrices: Dict[str, Any]) -> Any:
    from scipy.sparse import hstack

    return hstack([np.float32(share) * matrices[kind] for kind, share in shares.items()]).tocsr()


def _folds(labels: np.ndarray, count: int) -> List[Tuple[np.ndarray, np.ndarray]]:
    from sklearn.model_selection import StratifiedKFold

    return list(StratifiedKFold(count, shuffle=True, random_state=_SEED).split(np.zeros(len(labels)), labels))


def _choose_loudness(held_out: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """How loud each member is, so that the held-out labels are likeliest; the networks share what the linear leaves."""
    even = 1 / held_out.std(axis=(1, 2))
    choices = []
    for share in _SHARES_OF_LINEAR:
        others = (1 - share) / (len(held_out) - 1)
        loudness = even * np.array([share, *[others] * (len(held_out) - 1)], dtype=np.float32)
        _, loss = _fit_temperature(np.tensordot(loudness, held_out, axes=1), labels)
        choices.append((loss, tuple(loudness)))
    return np.array(min(choices)[1], dtype=np.float32)


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
