"""A sentence as the pieces that the encoder knows: BERT's word pieces (Devlin et al., 2019), lower case, no accents."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Dict, Iterator, List

_WORD_OR_MARK = re.compile(r"[^\W_]+|[^\w\s]|_")
_LONGEST_WORD = 100


class WordPieces:
    """Cuts words into the longest pieces of a vocabulary, from the left."""

    def __init__(self, numbers: Dict[str, int]) -> None:
        self._numbers = numbers
        self._begin, self._end, self._unknown = (numbers[mark] for mark in ("[CLS]", "[SEP]", "[UNK]"))

    @classmethod
    def read(cls, path: Path) -> WordPieces:
        """The file has one piece a line; its number is the line's, from 0."""
        lines = path.read_text(encoding="utf-8").splitlines()
        return cls({piece: number for number, piece in enumerate(lines)})

    def write(self, path: Path) -> None:
        """As `read` takes it."""
        path.write_text("\n".join(sorted(self._numbers, key=self._numbers.__getitem__)), encoding="utf-8")

    def numbers_of(self, text: str, most: int) -> List[int]:
        """At most `most` numbers, the marks of beginning and end among them."""
        numbers: List[int] = []
        for word in _WORD_OR_MARK.findall(_without_accents(text.lower())):
            if len(numbers) > most - 2:
                break
            numbers.extend(self._cut(word))
        return [self._begin, *numbers[: most - 2], self._end]

    def _cut(self, word: str) -> List[int]:
        """The pieces of a word; one unknown piece when any part of it is unknown."""
        if len(word) > _LONGEST_WORD:
            return [self._unknown]
        numbers: List[int] = []
        start = 0
        while start < len(word):
            found = next(self._pieces_from(word, start), None)
            if found is None:
                return [self._unknown]
            number, start = found
            numbers.append(number)
        return numbers

    def _pieces_from(self, word: str, start: int) -> Iterator[tuple[int, int]]:
        """The pieces that begin at `start`, longest first, as `(number, end)`."""
        mark = "##" if start else ""
        for end in range(len(word), start, -1):
            number = self._numbers.get(mark + word[start:end])
            if number is not None:
                yield number, end


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", text) if unicodedata.category(char) != "Mn")
