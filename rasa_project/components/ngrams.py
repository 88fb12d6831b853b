"""A sentence as the pieces that a model weighs: words with their neighbours, and runs of letters inside words.

Runs of letters carry over typing slips and speech-recognition spellings ("balnce", "check book"); neighbours carry
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
Cut = Callable[[Sequence[str]], List[str]]

_QUOTES = re.compile(r"[’'`´]")
_NOT_WORD = re.compile(r"[^\w£$€%]+", re.UNICODE)
_MASKED = re.compile(r"•+\w*")
_GREETING = re.compile(
    r"^\W*(?:(?:hi+|hello|hey|hiya|good (?:morning|afternoon|evening|day))(?: there| again)?\b\W*)+"
    r"(?=\S+(?:\s+\S+){2,})"
)
_DIGIT = re.compile(r"\d")
_RUNS = (2, 3, 4, 5)


def plain(text: str) -> str:
    """The text, lower case, without what the service has masked and without a greeting before what it is about."""
    return _GREETING.sub("", _MASKED.sub(" ", unicodedata.normalize("NFKC", text).lower()))


def words_of(text: str) -> List[str]:
    """The words of a plain text, without punctuation. Every digit becomes 0 so that no number is learnt by heart."""
    return _DIGIT.sub("0", _NOT_WORD.sub(" ", _QUOTES.sub("", plain(text)))).split()


def word_pieces(words: Sequence[str]) -> List[str]:
    """Words and pairs of neighbours; the edges of the sentence count as neighbours."""
    edged = ["<", *words, ">"]
    return [*words, *(f"{first} {second}" for first, second in pairwise(edged))]


def letter_pieces(words: Sequence[str]) -> List[str]:
    """Every run of two to five letters inside a word, the word's ends marked by a space."""
    pieces: List[str] = []
    for word in words:
        padded = f" {word} "
        for length in _RUNS:
            pieces.extend(padded[at : at + length] for at in range(len(padded) - length + 1))
    return pieces


CUTS: Dict[str, Cut] = {"words": word_pieces, "letters": letter_pieces}


class PieceWeights:
    """TF-IDF over one kind of piece: learnt from sentences, then applied to one sentence in microseconds."""

    def __init__(self, cut: Cut, index: Dict[str, int], rarity: Sequence[float]) -> None:
        self._cut = cut
        self.index = index
        self.rarity = rarity

    @classmethod
    def learn(cls, cut: Cut, sentences: Iterable[Sequence[str]], least: int) -> PieceWeights:
        """Keeps the pieces that occur in at least `least` sentences.

        Rarity is the root of the smoothed inverse document frequency: "how long" and "why" are common and tell much.
        """
        seen: Counter[str] = Counter()
        total = 0
        for sentence in sentences:
            total += 1
            seen.update(set(cut(sentence)))
        kept = sorted(piece for piece, count in seen.items() if count >= least)
        rarity = [math.sqrt(math.log((1 + total) / (1 + seen[piece])) + 1) for piece in kept]
        return cls(cut, {piece: at for at, piece in enumerate(kept)}, rarity)

    def __len__(self) -> int:
        return len(self.rarity)

    def weigh(self, words: Sequence[str]) -> Sparse:
        """Positions and values, of length one as a vector; empty when nothing is known."""
        counts = Counter(at for at in map(self.index.get, self._cut(words)) if at is not None)
        values = [(1 + math.log(count)) * self.rarity[at] for at, count in counts.items()]
        norm = math.sqrt(sum(value * value for value in values)) or 1.0
        return list(counts), [value / norm for value in values]
