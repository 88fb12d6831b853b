"""The two kinds of judge: a linear one, and a small network with one hidden layer.

The network makes what is learnt of one intent help the others. It is trained in plain numpy within seconds, so neither
training nor serving needs a framework. Pieces and hidden units are dropped at random while it learns (Srivastava et
al., 2014, "Dropout"), which keeps it from leaning on single words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, List, Tuple, Union

import numpy as np

_BATCH = 64
_RATE = 2e-3
_WARM_UP = 50
_PIECES_DROPPED = 0.3
_UNITS_DROPPED = 0.5
_SMOOTHED = 0.1
_LOUDNESS = 4.5
"""Sentences are vectors of length one: too quiet for the first layer's small beginning."""

_real = np.float32


@dataclass(frozen=True)
class Linear:
    """`weights` is pieces × intents, so that a sentence touches only its own rows."""

    weights: np.ndarray
    bias: np.ndarray

    def margins(self, at: List[int], values: np.ndarray) -> np.ndarray:
        """One margin per intent for a sentence that has these pieces with these values."""
        return np.asarray(values @ self.weights[at] + self.bias)

    def all_margins(self, matrix: Any) -> np.ndarray:
        """The same for each row of a sparse matrix."""
        return np.asarray(matrix @ self.weights + self.bias)


@dataclass(frozen=True)
class Network:
    """`inner` is pieces × units, so that a sentence touches only its own rows."""

    inner: np.ndarray
    inner_bias: np.ndarray
    outer: np.ndarray
    outer_bias: np.ndarray

    def margins(self, at: List[int], values: np.ndarray) -> np.ndarray:
        return self._outwards(values @ self.inner[at])

    def all_margins(self, matrix: Any) -> np.ndarray:
        return self._outwards(matrix @ self.inner)

    def _outwards(self, inwards: np.ndarray) -> np.ndarray:
        found = np.maximum(inwards + self.inner_bias, 0) @ self.outer + self.outer_bias
        return np.asarray(found - found.mean(axis=-1, keepdims=True))


Judge = Union[Linear, Network]


def train_linear(matrix: Any, labels: np.ndarray, penalty: float, seed: int) -> Linear:
    """A linear support vector machine, one intent against the rest, rare intents counting as much as common ones."""
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=penalty, class_weight="balanced", random_state=seed)
    machine.fit(matrix, labels)
    return Linear(machine.coef_.T.astype(_real), machine.intercept_.astype(_real))


def train_network(matrix: Any, labels: np.ndarray, intents: int, units: int, epochs: int, seed: int) -> Network:
    """Learns from a sparse matrix of sentences × pieces; the same seed gives the same network."""
    learner = _Learner(matrix.shape[1], intents, units, np.random.default_rng(seed))
    matrix = (matrix.tocsr() * _LOUDNESS).astype(_real)
    steps = epochs * -(-len(labels) // _BATCH)
    for _ in range(epochs):
        order = learner.random.permutation(len(labels))
        for begin in range(0, len(order), _BATCH):
            chosen = order[begin : begin + _BATCH]
            learner.step(matrix[chosen], labels[chosen], steps)
    inner = learner.inner.value * _real(_LOUDNESS)
    return Network(inner, learner.inner_bias.value, learner.outer.value, learner.outer_bias.value)


class _Weights:
    """Weights with the two running means of Adam (Kingma and Ba, 2015).

    Rows that a batch does not touch stay as they are, so a rare piece learns as quickly as a common one.
    """

    def __init__(self, value: np.ndarray) -> None:
        self.value = value.astype(_real)
        self._mean = np.zeros_like(self.value)
        self._square = np.zeros_like(self.value)

    def descend(self, slope: np.ndarray, rate: float, step: int, rows: Any = slice(None)) -> None:
        mean, square = self._mean[rows], self._square[rows]
        mean = mean + _real(0.1) * (slope - mean)
        square = square + _real(0.001) * (slope * slope - square)
        self._mean[rows], self._square[rows] = mean, square
        pace = _real(rate / (1 - 0.9**step))
        self.value[rows] -= pace * mean / (np.sqrt(square * _real(1 / (1 - 0.999**step))) + _real(1e-7))


class _Learner:
    def __init__(self, pieces: int, intents: int, units: int, random: np.random.Generator) -> None:
        self.random = random
        self.inner = _Weights(random.standard_normal((pieces, units), dtype=_real) * _real(0.05))
        self.inner_bias = _Weights(np.zeros(units))
        self.outer = _Weights(random.standard_normal((units, intents)) / np.sqrt(units))
        self.outer_bias = _Weights(np.zeros(intents))
        self._intents = intents
        self._step = 0

    def step(self, batch: Any, labels: np.ndarray, steps: int) -> None:
        """One batch: forwards with what is dropped, and the cross-entropy's slope backwards."""
        batch, rows = self._with_pieces_dropped(batch)
        hidden = batch @ self.inner.value[rows] + self.inner_bias.value
        kept = self.random.random(hidden.shape, dtype=_real) > _UNITS_DROPPED
        gate = (kept & (hidden > 0)) * _real(1 / (1 - _UNITS_DROPPED))
        shown = hidden * gate
        wrong = softmax(shown @ self.outer.value + self.outer_bias.value) - _real(_SMOOTHED / self._intents)
        wrong[np.arange(len(labels)), labels] -= _real(1 - _SMOOTHED)
        wrong /= _real(len(labels))
        back = (wrong @ self.outer.value.T) * gate
        self._step += 1
        rate = _RATE * min(1.0, self._step / _WARM_UP) * (1 - self._step / (steps + 1))
        self.inner.descend(batch.T @ back, rate, self._step, rows)
        self.inner_bias.descend(back.sum(axis=0), rate, self._step)
        self.outer.descend(shown.T @ wrong, rate, self._step)
        self.outer_bias.descend(wrong.sum(axis=0), rate, self._step)

    def _with_pieces_dropped(self, batch: Any) -> Tuple[Any, np.ndarray]:
        """The batch over the columns that it still has, and which they are."""
        from scipy.sparse import csr_matrix

        kept = self.random.random(len(batch.data), dtype=_real) > _PIECES_DROPPED
        batch.data *= kept * _real(1 / (1 - _PIECES_DROPPED))
        batch.eliminate_zeros()
        rows, columns = np.unique(batch.indices, return_inverse=True)
        return csr_matrix((batch.data, columns, batch.indptr), shape=(batch.shape[0], len(rows))), rows


def softmax(margins: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Probabilities, along the last axis."""
    scaled = margins / _real(temperature)
    scaled = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(scaled / scaled.sum(axis=-1, keepdims=True))
