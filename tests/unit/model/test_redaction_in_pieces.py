"""Card numbers that are read out with pauses, so that each group comes as a piece of its own."""

from __future__ import annotations

import pytest

from assistant.model.redaction import MASK
from assistant.model.redaction.pieces import without_rest_of_card


def kept(*pieces: str) -> list[str]:
    """What is kept of these, one after the other, by one person."""
    stored: list[str] = []
    for piece in pieces:
        stored.append(without_rest_of_card(stored, piece))
    return stored


@pytest.mark.parametrize(
    ("pieces", "stored"),
    [
        (("4539", "1488", "0343", "6467"), ["4539", "1488", MASK, MASK]),
        (("It's 4539.", "1488.", "0343.", "6467."), ["It's 4539.", "1488.", f"{MASK}.", f"{MASK}."]),
        (("4539 1488", "0343 6467 please"), ["4539 1488", f"{MASK} please"]),
        (("four five three nine", "one four eight eight", "zero three four three"),
         ["four five three nine", "one four eight eight", MASK]),
        (("45", "39", "14", "88", "03", "43", "64", "67"), ["45", "39", "14", "88", MASK, MASK, MASK, MASK]),
        (("3782", "and then 822463", "10005"), ["3782", f"and then {MASK}", MASK]),
    ],
)  # fmt: skip
def test_no_more_than_its_beginning_is_kept(pieces: tuple[str, ...], stored: list[str]) -> None:
    assert kept(*pieces) == stored


@pytest.mark.parametrize(
    "pieces",
    [
        ("07700", "900123", "that's my number"),
        ("1000", "0001"),
        ("ends in 4417", "yes please", "about 12 days"),
        ("5512", "I paid 250 pounds on the 3rd"),
        ("4417", "my customer number is 10000001"),
        ("there are 4", "or 5 of them"),
        ("hello", "12345678"),
        (f"{MASK}6467", "12345678"),
        (f"my PIN is {MASK}", "and 12345678"),
    ],
)
def test_what_is_no_rest_of_a_card_survives(pieces: tuple[str, ...]) -> None:
    assert kept(*pieces) == list(pieces)
