"""The sum that words name: "£64.20", "forty two pounds fifty", "two hundred and fifty quid", "make it fifty"."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import List, Optional

from components import spoken
from components.figures import AMOUNT

MOST = Decimal(10_000_000)
_UNIT = re.compile(r"\b(?:pounds?(?: sterling)?|quid|dollars?|bucks|euros?|gbp|usd|eur)\b")
_SMALL = re.compile(r"(\bpence|\bcents?|(?<=\d)\s?p|\bp)\b")
_VAGUE = re.compile(r"\b(?:couple|few|some|bit|half|several)\b")
_THAT_ONE = re.compile(rf"\bone\b(?! (?:hundred|thousand|million|{'|'.join(spoken.NUMBERS)})\b)")
"""As in "the second one": a sum of one is said with what it is one of."""
_SLANG = {"tenner": 10, "fiver": 5, "grand": 1000}
_WORDS = re.compile(r"\d+(?:\.\d+)?k?|[a-z]+")


def sum_in(text: str) -> Optional[Decimal]:
    """The sum, in whole units with two places, as it is plainly said; None for none and for a vague one."""
    found = AMOUNT.search(text)
    said = (found.group(0) if found else text).lower().replace(",", "").replace("-", " ")
    said = re.sub(r"[£$€]\s?", "", said)
    if not found:
        said = _THAT_ONE.sub(" ", said)
    if _VAGUE.search(said):
        return None
    whole, unit, rest = _parted(said)
    value = _number(_WORDS.findall(whole))
    pence = _number(_WORDS.findall(_SMALL.sub(" ", rest))) if unit else None
    if not unit and _SMALL.search(whole):
        value, pence = Decimal(0), _number(_WORDS.findall(_SMALL.sub(" ", whole)))
    if value is None or (pence is not None and not 0 <= pence < 100):
        return None
    value = (value + (pence or Decimal(0)) / 100).quantize(Decimal("0.01"))
    return value if 0 < value < MOST else None


def _parted(said: str) -> tuple[str, str, str]:
    match = _UNIT.search(said)
    return (said[: match.start()], match.group(0), said[match.end() :]) if match else (said, "", "")


def _number(words: List[str]) -> Optional[Decimal]:
    """The number of these words; others beside it are passed over. "sixty four twenty" is 64.20."""
    total, current, seen = Decimal(0), Decimal(0), False
    for word in words:
        value = _value(word)
        if word in ("hundred", "thousand", "million") or word in _SLANG:
            seen = True
        if word == "hundred":
            current = (current or Decimal(1)) * 100
        elif word in ("thousand", "million", "grand"):
            total, current = total + (current or Decimal(1)) * (10**6 if word == "million" else 1000), Decimal(0)
        elif word in _SLANG:
            current += _SLANG[word]
        elif value is not None:
            if seen and current % 100 != 0 and 10 <= value < 100:
                return total + current + value / 100
            current, seen = current + value, True
    return total + current if seen else None


def _value(word: str) -> Optional[Decimal]:
    if word[0].isdigit():
        return Decimal(word[:-1]) * 1000 if word.endswith("k") else Decimal(word)
    return Decimal(spoken.NUMBERS[word]) if word in spoken.NUMBERS else None
