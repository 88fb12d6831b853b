"""What must not be kept is gone before it is stored; what the agent needs survives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model.redaction import MASK, passes_luhn, redacted

CARDS = ("4111111111111111", "5555555555554444", "378282246310005", "6011000990139424", "4222222222222")


def grouped(digits: str, separator: str) -> str:
    return separator.join(digits[i : i + 4] for i in range(0, len(digits), 4))


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("separator", ["", " ", "-", "."])
def test_a_card_number_keeps_its_last_four_only(card: str, separator: str) -> None:
    said = redacted(f"my card is {grouped(card, separator)}, please block it")
    assert said == f"my card is {MASK}{card[-4:]}, please block it"


@pytest.mark.parametrize(
    "text",
    ["4111 1111 1111 1111 05 27", "4111111111111111 123", "12 4111-1111-1111-1111",
     "4111 1111 1111 1111 5555 5555 5555 4444", "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 2 3"],
)  # fmt: skip
def test_a_card_number_beside_other_digits_is_masked_all_the_same(text: str) -> None:
    said = redacted(text)
    assert MASK in said
    assert "11111111" not in said.replace(" ", "").replace("-", "")
    assert "55555555" not in said.replace(" ", "")


@given(st.text(alphabet="0123456789", min_size=12, max_size=18))
def test_every_number_that_passes_luhn_is_masked(digits: str) -> None:
    card = next(f"{digits}{check}" for check in range(10) if passes_luhn(f"{digits}{check}"))
    assert card not in redacted(f"it is {card} I think")


@pytest.mark.parametrize(
    "text",
    [
        "I paid £1,250.00 on the 14th of March 2026 at 17:45",
        "the reference is 4111111111111112",
        "my card ending 4417 was charged $42.17 twice",
        "order 20260314-000123 from Amazon",
        "call me on +44 20 7183 8750",
        "my customer number is 10000001",
        "transaction TX-99812 for 1.000,50 EUR",
    ],
)
def test_amounts_dates_references_and_last_four_survive(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("my pin is 4821", "4821"),
        ("PIN: 4-8-2-1", "4-8-2-1"),
        ("the password is 48 21 77", "48 21 77"),
        ("cvv 123", "123"),
        ("my password is 123456789", "123456789"),
        ("the security code on the back is 9876", "9876"),
        ("your one-time code was 390 112", "390 112"),
        ("my OTP says 482190", "482190"),
        ("my pin is four eight two one", "four eight two one"),
        ("the passcode is four, eight, two, one", "four, eight, two, one"),
        ("pin number zero oh seven 7", "zero oh seven 7"),
    ],
)
def test_digits_beside_words_that_name_a_secret_are_gone(text: str, secret: str) -> None:
    said = redacted(text)
    assert secret not in said
    assert MASK in said


@pytest.mark.parametrize("text", ["4821", "it's 4 8 2 1", "four eight two one", "10000001 4821", "1-2-3-4"])
def test_an_answer_to_a_secret_keeps_no_run_of_digits(text: str) -> None:
    said = redacted(text, answers_secret=True)
    assert not any(character.isdigit() for character in said)
    assert "eight two" not in said


def test_the_same_words_survive_where_no_secret_was_asked_for() -> None:
    assert redacted("it's 4821") == "it's 4821"
    assert redacted("one two three of them") == "one two three of them"


def test_an_amount_beside_a_secret_survives() -> None:
    assert redacted("my pin is 4821 and I was charged £1,250.00") == f"my pin is {MASK} and I was charged £1,250.00"


def test_a_word_that_only_contains_a_secret_s_name_names_none() -> None:
    assert redacted("opinion 1234, spinning 5678") == "opinion 1234, spinning 5678"


def test_redacting_twice_changes_nothing_more() -> None:
    once = redacted("pin 4821, card 4111 1111 1111 1111")
    assert redacted(once) == once


@pytest.mark.parametrize(("digits", "passes"), [("79927398713", True), ("79927398710", False), ("0", True)])
def test_luhn_is_the_check_of_iso_7812(digits: str, passes: bool) -> None:
    assert passes_luhn(digits) is passes
