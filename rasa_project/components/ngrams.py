"""A sentence as the pieces a linear model weighs: words, pairs of words, and runs of letters inside words.

Runs of letters carry over typing slips and speech-recognition spellings ("balnce", "check book"); pairs of words carry
order.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from itertools import pairwise
from typing import Callable, Dict, Iterable, List, Sequence, Tuple

Sparse = Tuple[List[int], List[float]]

_QUOTES = re.compile(r"[’'`´]")
_NOT_WORD = re.compile(r"[^\w£$€%]+", re.UNICODE)
_DIGIT = re.compile(r"\d")
_SHORTEST_RUN, _LONGEST_RUN = 2, 5


def words_of(text: str) -> List[str]:
    """The words of a text, lower case, without punctuation.

    Every digit becomes 0 so that no number is learnt by heart.
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = _QUOTES.sub("", plain)
    return _DIGIT.sub("0", _NOT_WORD.sub(" ", plain)).split()


def word_pieces(words: Sequence[str]) -> List[str]:
    """Words and pairs of neighbours; the edges of the sentence count as neighbours."""
    edged = ["<", *words, ">"]
    return [*words, *(f"{first} {second}" for first, second in pairwise(edged))]


def letter_pieces(words: Sequence[str]) -> List[str]:
    """Every run of two to five letters inside a word, the word's ends marked by a space."""
    pieces: List[str] = []
    for word in words:
        padded = f" {word} "
        for length in range(_SHORTEST_RUN, _LONGEST_RUN + 1):
            pieces.extend(padded[at : at + length] for at in range(len(padded) - length + 1))
    return pieces


class PieceWeights:
    """TF-IDF over one kind of piece: learnt from sentences, then applied to one sentence in microseconds."""

    def __init__(
        self, cut: Callable[[Sequence[str]], List[str]], index: Dict[str, int], rarity: Sequence[float]
    ) -> None:
        self._cut = cut
        self.index = index
        self.rarity = rarity

    @classmethod
    def learn(
        cls, cut: Callable[[Sequence[str]], List[str]], sentences: Iterable[Sequence[str]], least: int
    ) -> PieceWeights:
        """Keeps the pieces that occur in at least `least` sentences.

        Rarity is the smoothed inverse document frequency.
        """
        seen: Counter[str] = Counter()
        total = 0
        for sentence in sentences:
            total += 1
            seen.update(set(cut(sentence)))
        kept = sorted(piece for piece, count in seen.items() if count >= least)
        rarity = [math.log((1 + total) / (1 + seen[piece])) + 1 for piece in kept]
        return cls(cut, {piece: at for at, piece in enumerate(kept)}, rarity)

    def __len__(self) -> int:
        return len(self.rarity)

    def weigh(self, words: Sequence[str], offset: int = 0) -> Sparse:
        """Positions (shifted by `offset`) and values, of length one as a vector; empty when nothing is known."""
        counts = Counter(at for at in map(self.index.get, self._cut(words)) if at is not None)
        values = [(1 + math.log(count)) * self.rarity[at] for at, count in counts.items()]
        norm = math.sqrt(sum(value * value for value in values)) or 1.0
        return [at + offset for at in counts], [value / norm for value in values]
