"""What has been said to a caller over the socket, and how much of it was heard.

Sayings are spoken one after another. Twilio tells what it has played, and what had been spoken when the caller cut in;
both are found again among the words that are not heard yet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# A recogniser and a voice are never quite in step: who misses less than this has understood.
UNDERSTOOD_BUT_FOR_WORDS = 2
WORDS_PER_SECOND = 2.5
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Saying:
    """One message; `seq` is its number in the contact's trail, None for the door's own line."""

    text: str
    seq: int | None = None

    @property
    def words(self) -> list[str]:
        return _WORD.findall(self.text)


@dataclass(frozen=True, slots=True)
class Cut:
    """What the caller did not hear: `seq` is the first message that was not heard to its end (None: none of the
    trail's), of which `heard` characters were, and `rest` is what can be said again."""

    seq: int | None
    heard: int
    rest: tuple[Saying, ...]


class Speech:
    """What is being said, in order."""

    def __init__(self) -> None:
        self._pending: list[Saying] = []
        self._heard = 0  # words of the first of them that were played

    @property
    def is_over(self) -> bool:
        """Everything that was said has been heard."""
        return not self._pending

    @property
    def first_seq(self) -> int | None:
        """The first message of the trail that has not been heard to its end."""
        return next((one.seq for one in self._pending if one.seq is not None), None)

    @property
    def seconds_left(self) -> float:
        """About how long it takes to say what is not heard yet."""
        return max(0, sum(len(one.words) for one in self._pending) - self._heard) / WORDS_PER_SECOND

    def say(self, saying: Saying) -> None:
        if saying.words:
            self._pending.append(saying)

    def played(self, words: str) -> None:
        """These words, which follow what was heard so far, have been spoken."""
        told, left = _WORD.findall(words), self._words()[self._heard :]
        if told and left[: len(told)] == told:
            self._advance(self._heard + len(told))

    def all_heard(self) -> None:
        """The voice has ended and nobody has cut in."""
        self._advance(len(self._words()))

    def interrupted(self, heard: str) -> Cut | None:
        """The caller cut in after these words; None where nothing that matters was lost. What was not heard is
        forgotten."""
        self._advance(max(self._heard, self._found(_WORD.findall(heard))))
        lost = len(self._words()) - self._heard
        if lost <= UNDERSTOOD_BUT_FOR_WORDS:
            self.all_heard()
            return None
        first = self._pending[0]
        heard_of_first = " ".join(first.words[: self._heard])
        cut = Cut(first.seq, len(heard_of_first), tuple(self._pending))
        numbered = [one for one in self._pending if one.seq is not None]
        if first.seq is None and numbered:
            cut = Cut(numbered[0].seq, 0, tuple(self._pending))
        self._pending, self._heard = [], 0
        return cut

    def _advance(self, heard: int) -> None:
        self._heard = heard
        while self._pending and self._heard >= len(self._pending[0].words):
            self._heard -= len(self._pending.pop(0).words)

    def _found(self, told: list[str]) -> int:
        """How many of the words that are not heard yet had been spoken when `told` was the last of them.

        What is told begins with an utterance, which may be an earlier one: its end is what counts. A word that was cut
        in the middle is not heard.
        """
        words = self._words()
        for ends in (told, told[:-1]):
            for begin in range(len(ends)):
                tail = ends[begin:]
                for at in range(len(words) - len(tail) + 1):
                    if words[at : at + len(tail)] == tail and (begin == 0 or at == 0):
                        return at + len(tail)
        return 0

    def _words(self) -> list[str]:
        return [word for saying in self._pending for word in saying.words]
