"""Card numbers: 13 to 19 digits that pass the Luhn check, however they are grouped, written or spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.model.redaction.numerals import Numeral, joint, numerals

LENGTHS = range(13, 20)
LONGEST = LENGTHS[-1]
ISSUED = re.compile(r"4\d{15}|5[1-5]\d{14}|2[2-7]\d{14}|6(?:011|5\d\d)\d{12}|3[47]\d{13}")
"""How numbers of the great card schemes begin, and how long they are."""
STUCK = 3
"""So many digits at least are stuck to a card's number: its security code, or its expiry date."""
PHONE_LENGTHS = range(7, 16)


@dataclass(frozen=True, slots=True)
class Card:
    start: int
    end: int
    last4: str


def passes_luhn(digits: str) -> bool:
    """The check of ISO/IEC 7812-1 that card numbers satisfy."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit)
        if index % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def cards(shadow: str) -> Iterator[Card]:
    """Those in a text, from left to right; none overlaps another.

    A number begins and ends with a group of digits, so that a longer number does not become one by a part of it. It
    stays one with an expiry date, a security code or other digits beside it, or stuck to its end.
    """
    found = numerals(shadow)
    joints = [joint(shadow, before, after) for before, after in pairwise(found)]
    at = 0
    while at < len(found):
        length, card = _card_from(shadow, found[at : at + LONGEST], joints[at : at + LONGEST])
        if card is not None:
            yield card
        at += length


def _card_from(shadow: str, found: Sequence[Numeral], joints: Sequence[str | None]) -> tuple[int, Card | None]:
    """The longest card number that begins with the first group, and how many groups are dealt with.

    What joins its groups is the same between all of them.
    """
    first, digits = found[0], ""
    length, card = 1, None
    for count, numeral in enumerate(found, 1):
        if numeral.is_scale or (count > 1 and (joints[count - 2] is None or joints[count - 2] != joints[0])):
            break
        digits += numeral.digits
        if len(digits) > LONGEST:
            break
        if len(digits) in LENGTHS and passes_luhn(digits) and not _is_phone(shadow, first, digits):
            length, card = count, Card(first.start, numeral.end, digits[-4:])
    if card is None and (issued := ISSUED.match(first.digits)) and len(first.digits) >= issued.end() + STUCK:
        card = Card(first.start, first.end, issued.group()[-4:]) if passes_luhn(issued.group()) else None
    return length, card


def _is_phone(shadow: str, first: Numeral, digits: str) -> bool:
    """A number with its country's code (E.164: fifteen digits at most), unless a scheme issues such numbers."""
    is_international = shadow[max(0, first.start - 1) : first.start] == "+"
    return is_international and len(digits) in PHONE_LENGTHS and not ISSUED.fullmatch(digits)
