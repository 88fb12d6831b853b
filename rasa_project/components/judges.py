"""The two judges of a sentence: one looks at its words, the other at how near it is in meaning to what is known.

They err differently. The first is quick, and surest where a word decides; the second knows sentences that say the same
in other words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, List

import numpy as np

_MOST_KNOWN = 12_000
"""Learning solves equations in that many unknowns: half a gigabyte. Of more sentences as many are drawn."""

_real = np.float32


@dataclass(frozen=True)
class Linear:
    """`weights` is pieces × intents, so that a sentence touches only its own rows."""

    weights: np.ndarray
    bias: np.ndarray

    def margins(self, at: List[int], values: List[float]) -> np.ndarray:
        """One margin per intent for a sentence that has these pieces with these values."""
        return np.asarray(np.asarray(values, dtype=_real) @ self.weights[at] + self.bias)

    def all_margins(self, matrix: Any) -> np.ndarray:
        """The same for each row of a sparse matrix."""
        return np.asarray(matrix @ self.weights + self.bias)


@dataclass(frozen=True)
class Nearness:
    """`known` are the vectors of the sentences it was trained on, `pull` how each draws its like to each intent."""

    known: np.ndarray
    pull: np.ndarray

    def margins(self, vectors: np.ndarray) -> np.ndarray:
        """One margin per intent for a vector of length one, or for each row of many."""
        found = _closeness(vectors, self.known) @ self.pull
        return np.asarray(found - found.mean(axis=-1, keepdims=True))


def train_linear(matrix: Any, labels: np.ndarray, penalty: float, seed: int) -> Linear:
    """A linear support vector machine, one intent against the rest, rare intents counting as much as common ones."""
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=penalty, class_weight="balanced", random_state=seed)
    machine.fit(matrix, labels)
    weights, bias = machine.coef_, machine.intercept_
    if len(weights) == 1:  # of two intents it learns the second only
        weights, bias = np.vstack([-weights, weights]), np.append(-bias, bias)
    return Linear(weights.T.astype(_real), bias.astype(_real))


def train_nearness(vectors: np.ndarray, labels: np.ndarray, intents: int, stiffness: float, seed: int) -> Nearness:
    """Kernel ridge regression on membership of each intent (Saunders et al., 1998), solved in one step."""
    from scipy.linalg import solve

    if len(labels) > _MOST_KNOWN:
        drawn = np.random.default_rng(seed).choice(len(labels), _MOST_KNOWN, replace=False)
        vectors, labels = vectors[drawn], labels[drawn]
    membership = (labels[:, None] == np.arange(intents)).astype(_real)
    closeness = _closeness(vectors, vectors)
    closeness[np.diag_indices_from(closeness)] += _real(stiffness)
    pull = solve(closeness, membership, assume_a="pos", overwrite_a=True, overwrite_b=True, check_finite=False)
    return Nearness(vectors, pull)


def _closeness(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The Gaussian kernel, which for vectors of length one needs their products only: 1 for the same sentence."""
    found = some @ others.T
    found -= 1
    found *= 2
    return np.asarray(np.exp(found, out=found))


def softmax(margins: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Probabilities, along the last axis."""
    scaled = margins / _real(temperature)
    scaled = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(scaled / scaled.sum(axis=-1, keepdims=True))
