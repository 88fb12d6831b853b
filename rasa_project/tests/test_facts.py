"""The facts that people mention in passing, however they write or say them."""

from __future__ import annotations

import time
from typing import Any, Dict, Optional

import pytest
from components.facts import find
from components.figures import last_four


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (
            "i paid forty five pounds at Greggs on tuesday",
            {"amount": "forty five pounds", "merchant": "Greggs", "date": "on tuesday"},
        ),
        ("it ends in four four one seven", {"card_last4": "4417"}),
        ("the day before yesterday", {"date": "the day before yesterday"}),
        ("two weeks ago in the united states", {"date": "two weeks ago", "country": "United States"}),
        ("$1,200.50 to my landlord on the 3rd of may", {"amount": "$1,200.50", "payee": "my landlord"}),
        ("my credit limit on the visa", {"card_kind": "Visa"}),
        ("my checking account", {"account_kind": "checking"}),
        ("i applied for a mortgage", {"application_kind": "mortgage"}),
        ("nothing to see here", {}),
    ],
)
def test_facts_are_found_in_passing(text: str, facts: Dict[str, str]) -> None:
    found: Dict[str, str] = {}
    for entity, value, _, _ in find(text):
        found.setdefault(entity, value)
    assert {name: found.get(name) for name in facts} == facts
    assert facts or not found


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("it was forty two pounds fifty", {"amount": "forty two pounds fifty"}),
        ("ten dollars and fifty cents at best buy", {"amount": "ten dollars and fifty cents", "merchant": "Best Buy"}),
        ("about a hundred and twenty quid", {"amount": "a hundred and twenty quid"}),
        ("a couple of hundred pounds", {"amount": "a couple of hundred pounds"}),
        ("five pounds two weeks ago", {"amount": "five pounds", "date": "two weeks ago"}),
        ("somebody took a grand", {"amount": "a grand"}),
        ("on the fourteenth", {"date": "on the fourteenth"}),
        ("march the twenty first", {"date": "march the twenty first"}),
        ("the third of may twenty twenty six", {"date": "the third of may twenty twenty six"}),
        ("14/03/2026 or 2026-03-15", {"date": "14/03/2026"}),
        ("last tuesday at the petrol station", {"date": "last tuesday", "merchant": "petrol station"}),
        ("a week last friday", {"date": "a week last friday"}),
        ("two or three weeks ago", {"date": "two or three weeks ago"}),
        ("at the end of last month", {"date": "the end of last month"}),
        ("between monday and wednesday", {"date": "between monday and wednesday"}),
        ("over the weekend", {"date": "over the weekend"}),
        ("ending four four one seven", {"card_last4": "4417"}),
        ("the one ending double four one seven", {"card_last4": "4417"}),
        ("it finishes forty four seventeen", {"card_last4": "4417"}),
        ("last four digits of my card are oh nine two six", {"card_last4": "0926"}),
        ("the card with 4417 at the end", {"card_last4": "4417"}),
        ("my visa debit", {"card_kind": "debit"}),
        ("the platinum card", {"card_kind": "platinum"}),
        ("the business credit card", {"card_kind": "credit", "account_kind": None}),
        ("my netflix subscription", {"merchant": "Netflix"}),
        ("at b and q", {"merchant": "B&Q"}),
        ("a website called cheap shoes on saturday", {"merchant": "cheap shoes", "date": "on saturday"}),
        ("the first time the second card", {"date": None}),
        ("may i ask what happens next", {"date": None, "merchant": None}),
        ("my number is 0207 946 0000", {"card_last4": None, "amount": None}),
        ("i rang ten times", {"amount": None, "date": None}),
    ],
)  # fmt: skip
def test_facts_are_found_however_they_are_said(text: str, facts: Dict[str, Any]) -> None:
    found: Dict[str, str] = {}
    for entity, value, _, _ in find(text):
        found.setdefault(entity, value)
    assert {name: found.get(name) for name in facts} == facts


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("4417", "4417"),
        ("it's four four one seven", "4417"),
        ("double four one seven i think", "4417"),
        ("forty four seventeen", "4417"),
        ("oh it's four four one seven", "4417"),
        ("oh nine two six", "0926"),
        ("nought nine twenty six", "0926"),
        ("four triple one", "4111"),
        ("oh i don't know", None),
        ("44178", None),
        ("four four", None),
    ],
)
def test_the_last_four_digits_are_read_as_they_are_spoken(text: str, digits: Optional[str]) -> None:
    assert last_four(text) == digits


@pytest.mark.parametrize(
    "piece", ["1,", "twenty ", "one two ", "freeze block ", "4 ", "a hundred and ", "from monday to "]
)
def test_no_sentence_makes_a_pattern_turn_in_circles(piece: str) -> None:
    """Made of what patterns begin with, and as long as a caller may send: four times the length, never a hundred."""

    def seconds(length: int) -> float:
        words = piece * (length // len(piece))
        began = time.process_time()
        list(find(words))
        return time.process_time() - began

    assert seconds(4000) < 32 * seconds(1000) + 0.1
