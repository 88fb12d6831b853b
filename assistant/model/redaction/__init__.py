"""What must not be kept is taken out of words before they are stored.

Card-number-like digits anywhere (13 to 19 digits that pass the Luhn check), digits given in answer to a secret or
beside words that name one, and passwords. Amounts, references, telephone numbers and the last four digits survive.
Where it cannot be told what digits beside a secret's name are, they are masked.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from assistant.model.redaction import naming
from assistant.model.redaction.cards import cards, passes_luhn
from assistant.model.redaction.named import MASK, Named, password_spans
from assistant.model.redaction.numerals import HAS_NUMERAL, shadow

__all__ = [
    "MASK",
    "announces_secret",
    "asks_for_other_digits",
    "asks_for_secret",
    "has_digits",
    "passes_luhn",
    "redacted",
    "sayable",
]


def sayable(text: str) -> str:
    """The text without what nobody can say: control characters and lone surrogates. Joiners make scripts and emoji."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"}).strip()


def redacted(
    text: str,
    *,
    answers_secret: bool = False,
    secret_is_near: bool = False,
    but_for: int | None = None,
    after: str = "",
) -> str:
    """The text as it may be stored.

    `answers_secret`: said while a secret was asked for, so any run of digits goes. `secret_is_near`: one was asked for
    or announced just before, so digits go that are not said to be something else. `but_for`: said while a number of so
    many digits was asked for on the way to a secret: the number stays, and what else may be the secret goes. `after`:
    what the same person said before, where a card's number may have begun.
    """
    if has_digits(text):
        begun = f"{after}\n" if after else ""
        found = ((card.start - len(begun), card.end - len(begun), card.last4) for card in cards(shadow(begun + text)))
        text = _with(text, ((max(0, start), end, MASK + last4) for start, end, last4 in found if end > 0))
        reading = Named(answers_secret, secret_is_near, but_for)
        text = _with(text, ((start, end, MASK) for start, end in reading.spans(shadow(text))))
    for _ in range(2):  # a value may be found by two patterns, and its mask by none
        text = _with(text, ((start, end, MASK) for start, end in password_spans(text) if text[start:end] != MASK))
    if answers_secret or secret_is_near:
        return MASK if naming.STUCK_TOGETHER.fullmatch(text.strip()) else text
    return text


def has_digits(text: str) -> bool:
    """Whether there is a digit in it, written or spoken."""
    return HAS_NUMERAL.search(shadow(text)) is not None


def asks_for_secret(text: str) -> bool:
    """Whether these words, said to a caller, may be answered with a secret: they name one and ask for nothing else."""
    plain = shadow(text)
    return any(naming.names(plain)) and not asks_for_other_digits(text)


def asks_for_other_digits(text: str) -> bool:
    """Whether these words may be answered with digits that are no secret: a sum, a date, the last four."""
    return naming.ASKED_OTHER.search(shadow(text)) is not None


def announces_secret(text: str) -> bool:
    """Whether a caller's words break off where the secret would follow: `my pin is`."""
    plain = shadow(text)
    return any(naming.is_only(plain[end:], naming.WORDS_BETWEEN) for _, end in naming.names(plain))


def _with(text: str, masks: Iterable[tuple[int, int, str]]) -> str:
    """The text with these spans masked; of two that overlap the first stands, and hides both."""
    kept, at = "", 0
    for start, end, mask in sorted(masks, key=lambda each: (each[0], -each[1])):
        if start >= at:
            kept += text[at:start] + mask
        at = max(at, end)
    return kept + text[at:]
