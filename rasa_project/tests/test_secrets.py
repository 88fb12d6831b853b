"""Secrets that are told unasked: the service masks them, and the talk goes on without them."""

from __future__ import annotations

from typing import Callable

import pytest
from caller import Caller

Call = Callable[..., Caller]
NOT_KEPT = "I haven't kept that"


@pytest.mark.parametrize(
    "words",
    ["my pin is •••", "code •••", "•••", "my card is •••1486", "it's my card, •••5100, cvv •••", "the password is •••"],
)
def test_it_is_told_and_taken_for_nothing_else(call: Call, words: str) -> None:
    caller = call()
    assert caller.say(words).startswith(NOT_KEPT)
    assert caller.topic is None
    assert not caller.orders


def test_in_the_middle_of_questions_it_is_no_answer(call: Call) -> None:
    caller = call()
    caller.say("i lost my debit card")
    said = caller.say("it is •••")
    assert said.startswith(NOT_KEPT)
    assert said.endswith("When did you last have it?")
    assert "date" not in caller.facts


def test_what_was_said_beside_it_is_heard(call: Call) -> None:
    caller = call()
    said = caller.say("i lost my debit card on the bus, its number is •••1486")
    assert said.startswith(NOT_KEPT)
    assert caller.topic == "report_lost_card"
    assert caller.facts["card_kind"] == "debit"


def test_at_the_read_back_it_is_no_yes(call: Call) -> None:
    caller = call(level=2)
    caller.say("i lost my debit card today")
    said = caller.say("my pin is •••")
    assert said.startswith(NOT_KEPT)
    assert said.endswith("Shall I freeze your debit card ending 4417 now?")
    assert not caller.settled
