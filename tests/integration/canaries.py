"""What callers and agents must not give away and do, each secret once, so that one that is found tells its door.

A secret of a few digits is looked for as a word of its own, for ids and instants may hold it by chance.
"""

from __future__ import annotations

from dataclasses import dataclass

SPOKEN = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class Canary:
    """Words, and what of them must not be found anywhere afterwards."""

    words: str
    secrets: tuple[str, ...]


def spoken(digits: str) -> str:
    return " ".join(SPOKEN[int(digit)] for digit in digits)


def wide(digits: str) -> str:
    return "".join(chr(0xFF10 + int(digit)) for digit in digits)


def _card(number: str, how: str, words: str = "my card is {}") -> Canary:
    groups = [number[at : at + 4] for at in range(0, len(number), 4)]
    written = {
        "plain": number,
        "spaces": " ".join(groups),
        "dashes": "-".join(groups),
        "wide": wide(number),
        "words": spoken(number),
        "dots": ".".join(groups),
    }[how]
    return Canary(words.format(written), (written, number, spoken(number)))


SAID = (
    Canary("my pin is 5093", ("5093",)),
    Canary("PIN: 5-1-9-4", ("5-1-9-4", "5194")),
    Canary("password: Xylo.phone77", ("Xylo.phone77", "phone77")),
    Canary("my password is marmalade", ("marmalade",)),
    Canary("code 730915", ("730915",)),
    Canary("the code that I got is 731 026", ("731 026", "731026")),
    Canary(f"my pin is {spoken('6397')}", (spoken("6397"),)),
    Canary("my pin is sixty four ninety eight", ("sixty four ninety eight",)),
    Canary(f"the pin, {wide('6599')}", (wide("6599"), "6599")),
    Canary("6601 is the PIN of that card", ("6601",)),
    Canary("CVV 871", ("871",)),
    Canary("the three digits on the back are 872", ("872",)),
    _card("4539578763621486", "plain"),
    _card("4716258050958645", "spaces"),
    _card("5425233430109903", "dashes"),
    _card("4556737586899855", "wide"),
    _card("374245455400126", "words"),
    _card("6011000991300009", "dots", "take this card {} cvv 873"),
    Canary("my number is 4929420573595709 873", ("4929420573595709", "873")),
)
"""Said in the talk, one after the other."""

IN_TWO = (("my pin is", "6702", "6702"), ("here's the one-time code:", "it's 731137", "731137"))
"""A secret that follows in the next message."""

ASKED = (("it's 10000002 and the other one 6803", "6803"), ("6904", "6904"))
"""Typed into the talk while the customer's number, and then the PIN, is asked for apart."""

SURVIVORS = (
    "I was charged £1,250.00 twice",
    "my reference is 99812345",
    "call 07700 900871 if we are cut off",
    "it's the card ending 4417",
    "my customer number is 10000001",
    "on 14 March 2026 at 17:45",
)
