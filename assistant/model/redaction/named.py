"""Digits beside words that name a secret, and what is said to be a password."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.model.redaction import naming
from assistant.model.redaction.numerals import Numeral, joint, numerals

MASK = "•••"
KEPT_OF_CARD = re.compile(rf"{MASK}\d{{4}}")
LEFT, RIGHT = 80, 24
"""So many signs before and after some digits may tell what they are."""
WORDS_APART, APART = 10, 120
"""A secret that was named further away, in words or in signs, is not what these digits are."""
SECRET_DIGITS = 3
DIRECT_DIGITS = 2
CODE_OF_CARD = (3, 4)
CARD_APART = 40
JOINED = 6
"""Groups longer than this are numbers of their own: a customer's number is not read together with what follows it."""

type Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Run:
    """Numerals that were written or spoken as one."""

    numerals: tuple[Numeral, ...]

    @property
    def start(self) -> int:
        return self.numerals[0].start

    @property
    def end(self) -> int:
        return self.numerals[-1].end

    @property
    def digits(self) -> str:
        return "".join(numeral.digits for numeral in self.numerals)

    def without_last4(self) -> Run | None:
        """What follows the four digits that a card was said to end in."""
        count = 0
        for at, numeral in enumerate(self.numerals):
            if count >= 4:
                return Run(self.numerals[at:])
            count += len(numeral.digits)
        return None


@dataclass(frozen=True, slots=True)
class Named:
    """How a text is read. `is_answer`: it answers a secret; `is_asked`: one was asked for or announced before it.

    `but_for`: the first number of so many digits is what was asked for, and no secret.
    """

    is_answer: bool = False
    is_asked: bool = False
    but_for: int | None = None

    def spans(self, shadow: str) -> Iterator[Span]:
        """What is to be masked of a shadow."""
        reading = _Reading(shadow)
        if not (reading.names or reading.cards or self.is_answer or self.is_asked or self.but_for):
            return
        every = list(_runs(shadow))
        is_bare = self.is_asked and _is_bare(shadow, every)
        kept = next((run for run in every if len(run.digits) == self.but_for), None)
        told = 0
        for run in every:
            secret = None if run is kept else self._secret(reading, run, told, is_bare)
            told = run.end
            if secret is not None:
                yield secret

    def _secret(self, reading: _Reading, whole: Run, told: int, is_bare: bool) -> Span | None:
        """What of this run is a secret. `told`: where the run before it ends."""
        is_kept_of_card = reading.shadow[whole.start - 1 : whole.start] == MASK[-1]
        run = whole.without_last4() if is_kept_of_card else whole
        if run is None:
            return None
        is_direct = reading.is_direct(run)
        if len(run.digits) < (DIRECT_DIGITS if is_direct or is_bare else SECRET_DIGITS):
            return None
        if is_direct:
            return reading.literal(run)
        if self.is_answer or is_bare:
            return None if reading.is_money_or_last4(run) else (run.start, run.end)
        if self.is_asked or self.but_for or is_kept_of_card or reading.is_beside(run) or reading.is_of_card(run):
            secret = reading.unlabelled(run, told)
            return (secret.start, secret.end) if secret is not None and len(secret.digits) >= SECRET_DIGITS else None
        return None


class _Reading:
    """A shadow with what is named in it: what its digits are said to be."""

    def __init__(self, shadow: str) -> None:
        self.shadow = shadow
        self.names = list(naming.names(shadow))
        self.cards = [found.end() for found in KEPT_OF_CARD.finditer(shadow)]
        self._ends = [end for _, end in self.names]
        self._starts = [start for start, _ in self.names]
        self._literals = [found.span() for found in naming.SUM_DATE_OR_PHONE.finditer(shadow)]

    def is_direct(self, run: Run) -> bool:
        """`my pin is 4821`, `4821 is my pin`; not `my pin 20 minutes ago`."""
        if len(run.digits) <= SECRET_DIGITS and naming.LONG_UNIT.match(self._right(run)):
            return False
        before, after = self._before(run), self._after(run)
        to_run = self.shadow[before[1] : run.start] if before is not None else None
        if to_run is not None and len(to_run) <= LEFT and naming.is_only(to_run, naming.WORDS_BETWEEN):
            return True
        if after is None or after[0] - run.end > LEFT:
            return False
        between = self.shadow[run.end : after[0]]
        is_linked = bool(between.strip()) and not set(between) & set(".,;!?")
        return is_linked and naming.is_only(between, naming.WORDS_BACK)

    def is_beside(self, run: Run) -> bool:
        before, after = self._before(run), self._after(run)
        between = [self.shadow[before[1] : run.start]] if before is not None else []
        between += [self.shadow[run.end : after[0]]] if after is not None else []
        return any(len(gap) <= APART and len(naming.WORD.findall(gap)) <= WORDS_APART for gap in between)

    def is_of_card(self, run: Run) -> bool:
        """A security code is given after the number that it belongs to."""
        at = bisect_right(self.cards, run.start)
        return at > 0 and len(run.digits) in CODE_OF_CARD and run.start - self.cards[at - 1] <= CARD_APART

    def literal(self, run: Run) -> Span:
        """With the rest of what it is a part of: a PIN written as a date or a sum."""
        literal = self._literal_at(run.start)
        return run.start, max(run.end, literal[1] if literal else 0)

    def is_money(self, run: Run) -> bool:
        return bool(naming.MONEY_BEFORE.search(self._left(run)) or naming.MONEY_AFTER.match(self._right(run)))

    def is_money_or_last4(self, run: Run) -> bool:
        return self.is_money(run) or (len(run.digits) <= 4 and naming.ENDING.search(self._left(run)) is not None)

    def unlabelled(self, run: Run, told: int) -> Run | None:
        """What is left of a run once what it is said to be (no secret) is taken off; None where nothing is."""
        left = self._left(run)
        if self.is_money(run) or naming.UNIT_AFTER.match(self._right(run)) or naming.PAID.search(left):
            return None
        if naming.YEAR.fullmatch(run.digits) and naming.YEAR_BEFORE.search(left):
            return None
        if self._literal_at(run.start) or _is_phone(run.digits):
            return None
        if naming.ENDING.search(left):
            return run.without_last4()
        label = naming.OTHER_NUMBER.search(left)
        if label is None or (label["verb"] and self._is_spoken_for(run, told, run.start - len(label.group()))):
            return run
        return None

    def _is_spoken_for(self, run: Run, told: int, label_at: int) -> bool:
        """`my PIN for the order is 4821`: the verb belongs to the PIN, unless that was told already."""
        before = self._before(run)
        if before is None or not told <= before[0] < label_at:
            return False
        return naming.CLAUSE_ENDS.search(self.shadow[before[1] : label_at]) is None

    def _before(self, run: Run) -> Span | None:
        at = bisect_right(self._ends, run.start)
        return self.names[at - 1] if at else None

    def _after(self, run: Run) -> Span | None:
        at = bisect_left(self._starts, run.end)
        return self.names[at] if at < len(self.names) else None

    def _literal_at(self, place: int) -> Span | None:
        at = bisect_right(self._literals, (place, len(self.shadow)))
        return self._literals[at - 1] if at and self._literals[at - 1][1] > place else None

    def _left(self, run: Run) -> str:
        return self.shadow[max(0, run.start - LEFT) : run.start]

    def _right(self, run: Run) -> str:
        return self.shadow[run.end : run.end + RIGHT]


def _runs(shadow: str) -> Iterator[Run]:
    current: list[Numeral] = []
    for numeral in numerals(shadow, with_guesses=True):
        if current and not _is_one(shadow, current[-1], numeral):
            yield from _sure(current)
            current = []
        current.append(numeral)
    yield from _sure(current)


def _is_one(shadow: str, before: Numeral, after: Numeral) -> bool:
    sign = joint(shadow, before, after)
    if sign is None:
        return False
    if before.is_short and after.is_short:
        return True
    is_apart = naming.WORD.search(shadow, before.end, after.start) is not None
    return sign == "" and not is_apart and max(len(before.digits), len(after.digits)) <= JOINED


def _sure(together: Sequence[Numeral]) -> Iterator[Run]:
    """A word that only sounds like a digit is one where the rest is spoken too."""
    sure = [numeral for numeral in together if not numeral.is_guess]
    if sure and (len(sure) == len(together) or (len(sure) > 1 and all(numeral.is_word for numeral in sure))):
        yield Run(tuple(together))
    else:
        yield from (Run((numeral,)) for numeral in sure)


def _is_bare(shadow: str, every: Sequence[Run]) -> bool:
    """Nothing is said but digits."""
    rest, at = "", 0
    for run in every:
        rest += shadow[at : run.start]
        at = run.end
    return naming.is_only(rest + shadow[at:], naming.WORDS_BETWEEN)


def _is_phone(digits: str) -> bool:
    return 9 <= len(digits) <= 15 and digits.startswith("0")


def password_spans(text: str) -> Iterator[Span]:
    """What is said to be a password: any word after a colon, a word that is no ordinary one after `is`."""
    plain = text.lower()
    if not any(word in plain for word in naming.MAY_NAME_WORDS):
        return
    for found in naming.PHRASE.finditer(text):
        if found["sign"] or not set(found["value"].lower().split()[:3]) & (naming.ORDINARY - {"correct"}):
            yield found.span("value")
    for pattern in (naming.GIVEN, naming.SAID, naming.BARE):
        for found in pattern.finditer(text):
            start, end = found.span("value")
            value = text[start:end].rstrip(".,;:!?)") or text[start]
            if pattern is naming.GIVEN or _is_no_ordinary_word(value, is_said=pattern is naming.SAID):
                yield start, start + len(value)


def _is_no_ordinary_word(value: str, *, is_said: bool) -> bool:
    word = value.strip("\"'“”‘’").lower()
    if word != value.lower() or naming.STUCK_TOGETHER.fullmatch(value):
        return True
    return is_said and word not in naming.ORDINARY and not word.endswith(("n't", "n’t"))
