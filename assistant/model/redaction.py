"""What must not be kept is taken out of words before they are stored.

Card-number-like digits anywhere (13 to 19 digits that pass the Luhn check), and digits given in answer to a secret or
beside words that name one. Amounts, references and the last four digits survive.
"""

from __future__ import annotations

import re

MASK = "•••"
CARD = re.compile(r"(?<!\d)(?:\d[ \-.]?){12,18}\d(?!\d)")
SECRET_NAMED = re.compile(
    r"\b(pin|pin code|pin number|passcode|password|passphrase|security code|one[- ]time code|otp|cvv2?|cvc2?|csc|"
    r"verification code|secret)\b",
    re.IGNORECASE,
)
NEAR_DIGITS = re.compile(r"(?<![\d.,£$€])\d(?:[ \-]?\d){2,7}(?![\d])")
SPOKEN_DIGIT = r"(?:zero|oh|nought|one|two|three|four|five|six|seven|eight|nine|\d)"
SPOKEN_RUN = re.compile(rf"\b{SPOKEN_DIGIT}(?:[ ,\-]+{SPOKEN_DIGIT}){{2,11}}\b", re.IGNORECASE)


def passes_luhn(digits: str) -> bool:
    """The check of ISO/IEC 7812-1 that card numbers satisfy."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit)
        if index % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def _mask_card(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match.group())
    return f"{MASK}{digits[-4:]}" if passes_luhn(digits) else match.group()


def redacted(text: str, *, answers_secret: bool = False) -> str:
    """The text as it may be stored. `answers_secret`: said while a secret was asked for, so any run of digits goes."""
    text = CARD.sub(_mask_card, text)
    if answers_secret or SECRET_NAMED.search(text):
        text = NEAR_DIGITS.sub(MASK, text)
        text = SPOKEN_RUN.sub(MASK, text)
    return text
