"""Digits as people write and say them: `4821`, `４８２１`, `four eight two one`, `double four`, `forty-eight`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

UNITS = {
    "zero": "0", "oh": "0", "o": "0", "nought": "0", "naught": "0", "nil": "0", "one": "1", "two": "2", "three": "3",
    "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
}  # fmt: skip
TEENS = {
    "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16",
    "seventeen": "17", "eighteen": "18", "nineteen": "19",
}  # fmt: skip
TENS = {
    "twenty": "20", "thirty": "30", "forty": "40", "fourty": "40", "fifty": "50", "sixty": "60", "seventy": "70",
    "eighty": "80", "ninety": "90",
}  # fmt: skip
SCALES = {"hundred": "00", "thousand": "000"}
MISHEARD = {"for": "4", "fore": "4", "to": "2", "too": "2", "won": "1", "ate": "8"}
SPOKEN = UNITS | TEENS | TENS | SCALES
TIMES = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
FILLERS = frozenset({"and", "then", "um", "umm", "uh", "er", "erm", "dash", "hyphen", "space", "next", "comma", "dot"})
DASHES = "-‐‑‒–—―−"

TOKEN = re.compile(r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)*")
HAS_NUMERAL = re.compile(rf"\d|\b(?:{'|'.join(SPOKEN)})\b")


@dataclass(frozen=True, slots=True)
class Numeral:
    """One group of digits: `start` and `end` are where it stands; `is_guess`: it may be another word altogether."""

    start: int
    end: int
    digits: str
    is_word: bool = False
    is_scale: bool = False
    is_guess: bool = False

    @property
    def is_short(self) -> bool:
        """As digits are said one or two at a time."""
        return len(self.digits) <= 2 or self.is_word


def shadow(text: str) -> str:
    """The text in small letters and plain digits, sign for sign as long as it was; what nobody sees is a space."""
    return text.lower() if text.isascii() else "".join(map(_plain, text))


def _plain(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == "Nd":
        return str(unicodedata.decimal(sign))
    if category == "Cf":
        return " "
    plain = unicodedata.normalize("NFKC", sign).lower()
    return plain if len(plain) == 1 else sign


def numerals(shadow: str, *, with_guesses: bool = False) -> Sequence[Numeral]:
    """All of a shadow, in order. `with_guesses`: also what a recogniser may make of a digit (`for eight to one`)."""
    found: list[Numeral] = []
    repeated: tuple[int, int, int] | None = None
    for token in TOKEN.finditer(shadow):
        word, start = token.group(), token.start()
        if word in TIMES:
            repeated = (start, token.end(), TIMES[word])
            continue
        digits = word if word[0].isdigit() else SPOKEN.get(word)
        is_guess = digits is None and with_guesses and word in MISHEARD
        if is_guess:
            digits = MISHEARD[word]
        if digits is None:
            repeated = None
            continue
        if repeated and len(digits) == 1 and not shadow[repeated[1] : start].strip():
            start, digits = repeated[0], digits * repeated[2]
        repeated = None
        numeral = Numeral(start, token.end(), digits, not word[0].isdigit(), word in SCALES, is_guess)
        if found and _belongs_to_tens(shadow, found[-1], numeral, word):
            found[-1] = replace(found[-1], end=numeral.end, digits=found[-1].digits[0] + digits)
        else:
            found.append(numeral)
    return found


def _belongs_to_tens(shadow: str, tens: Numeral, unit: Numeral, word: str) -> bool:
    """`forty eight` is 48, and `forty zero` is not."""
    is_tens = tens.is_word and len(tens.digits) == 2 and shadow[tens.start : tens.end] in TENS
    is_unit = word in UNITS and len(unit.digits) == 1 and unit.digits != "0"
    return is_tens and is_unit and shadow[tens.end : unit.start] in {" ", "-"}


def joint(shadow: str, before: Numeral, after: Numeral) -> str | None:
    """What joins two numerals: `` (spaces, dashes, words of hesitation), one other sign, or None where nothing does."""
    between = shadow[before.end : after.start]
    if len(between) > 24:
        return None
    signs = "".join(
        "" if word in FILLERS or not word.strip(DASHES) else word for word in re.split(r"\s+|(?<=\w)(?=\W)", between)
    )
    return signs if len(signs) <= 1 and not signs.isalnum() else None
