"""What must not be kept is taken out of words before they are stored.

Card-number-like digits anywhere (13 to 19 digits that pass the Luhn check), and digits given in answer to a secret or
beside words that name one. Amounts, references and the last four digits survive.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import accumulate

MASK = "•••"
DIGIT_RUN = re.compile(r"(?<!\d)\d(?:[ \-.]?\d){12,}(?!\d)")
CARD_LENGTHS = range(19, 12, -1)
SECRET_NAMED = re.compile(
    r"\b(pin|pin code|pin number|passcode|password|passphrase|security code|one[- ]time code|otp|cvv2?|cvc2?|csc|"
    r"verification code|secret)\b",
    re.IGNORECASE,
)
NEAR_DIGITS = re.compile(r"(?<![\d.,£$€])\d(?:[ \-]?\d){2,}(?![\d])")
SPOKEN_DIGIT = r"(?:zero|oh|nought|one|two|three|four|five|six|seven|eight|nine|\d)"
SPOKEN_RUN = re.compile(rf"\b{SPOKEN_DIGIT}(?:[ ,\-]+{SPOKEN_DIGIT}){{2,11}}\b", re.IGNORECASE)


def sayable(text: str) -> str:
    """The text without what nobody can say: control characters and lone surrogates. Joiners make scripts and emoji."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"}).strip()


def passes_luhn(digits: str) -> bool:
    """The check of ISO/IEC 7812-1 that card numbers satisfy."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit)
        if index % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def _mask_cards(run: re.Match[str]) -> str:
    """Masks whatever passes from the beginning of one group of digits to the end of another.

    A card number keeps being one with its expiry date, its security code or other digits beside it.
    """
    text, kept, at = run.group(), "", 0
    groups = list(re.finditer(r"\d+", text))
    digits = "".join(group.group() for group in groups)
    ends = dict(zip(accumulate(len(group.group()) for group in groups), (group.end() for group in groups), strict=True))
    count = 0
    for group in groups:
        for length in CARD_LENGTHS:
            end = ends.get(count + length)
            if end is not None and group.start() >= at and passes_luhn(digits[count : count + length]):
                kept += text[at : group.start()] + MASK + digits[count + length - 4 : count + length]
                at = end
        count += len(group.group())
    return kept + text[at:]


def redacted(text: str, *, answers_secret: bool = False) -> str:
    """The text as it may be stored. `answers_secret`: said while a secret was asked for, so any run of digits goes."""
    text = DIGIT_RUN.sub(_mask_cards, text)
    if answers_secret or SECRET_NAMED.search(text):
        text = NEAR_DIGITS.sub(MASK, text)
        text = SPOKEN_RUN.sub(MASK, text)
    return text
