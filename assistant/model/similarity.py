"""How alike sentences are, by their words and pairs of words: TF-IDF and the cosine between."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

ALIKE = 0.45
"""The cosine from which two sentences count as saying the same thing."""

_QUOTES = re.compile(r"[’'`´]")

type Vector = dict[str, float]


def plain(text: str) -> str:
    """The words alone: lower case, no punctuation. What people say twice is the same then."""
    return " ".join(re.findall(r"\w+", _QUOTES.sub("", text.lower())))


class Likeness:
    """Compares sentences with those it was made of. Rare words count more; every sentence is of length one."""

    def __init__(self, sentences: Sequence[str]) -> None:
        counts = [_pieces(sentence) for sentence in sentences]
        seen = Counter(piece for count in counts for piece in count)
        self._rarity = {piece: math.log((1 + len(counts)) / (1 + n)) + 1 for piece, n in seen.items()}
        self.vectors = [self._weighed(count) for count in counts]
        self._with: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for at, vector in enumerate(self.vectors):
            for piece, weight in vector.items():
                self._with[piece].append((at, weight))

    def to(self, sentence: str) -> dict[int, float]:
        """The cosine with each sentence that shares a piece, by its number."""
        alike: dict[int, float] = defaultdict(float)
        for piece, weight in self._weighed(_pieces(sentence)).items():
            for at, other in self._with.get(piece, ()):
                alike[at] += weight * other
        return alike

    def nearest(self, sentence: str, least: float = 0.0) -> int | None:
        """The number of the likest sentence, or None when none is as like as `least`."""
        alike = self.to(sentence)
        best = max(alike, key=lambda at: (alike[at], -at), default=None)
        return best if best is not None and alike[best] >= least else None

    def _weighed(self, count: Counter[str]) -> Vector:
        unseen = math.log(1 + len(self._rarity)) + 1
        vector = {piece: n * self._rarity.get(piece, unseen) for piece, n in count.items()}
        length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
        return {piece: weight / length for piece, weight in vector.items()}


def grouped(sentences: Sequence[str], weights: Sequence[int], least: float = ALIKE) -> list[list[int]]:
    """Groups of sentences that are alike, as their numbers; the heaviest group first, and first in it its leader.

    The heaviest sentence that is still alone leads a group of all that are alike to it, so a group never drifts from
    its leader by steps.
    """
    likeness = Likeness(sentences)
    alone = set(range(len(sentences)))
    groups: list[list[int]] = []
    for leader in sorted(alone, key=lambda at: (-weights[at], at)):
        if leader not in alone:
            continue
        alike = likeness.to(sentences[leader])
        members = [at for at in alone if at != leader and alike.get(at, 0.0) >= least]
        members.sort(key=lambda at: (-alike[at], at))
        groups.append([leader, *members])
        alone.difference_update(groups[-1])
    return sorted(groups, key=lambda group: -sum(weights[at] for at in group))


def _pieces(sentence: str) -> Counter[str]:
    words = plain(sentence).split()
    return Counter([*words, *(f"{first} {second}" for first, second in pairwise(words))])
