"""Whatever the digits and however they are put: secrets go, and what is none stays."""

from __future__ import annotations

import re

from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.model.redaction import MASK, passes_luhn, redacted

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
SEPARATORS = ("", " ", "-", ".", "–", " - ", "  ", "\u00a0", "\n", "/", "_", ", ", " and ", "\u200b")
BEFORE = ("", "my card is ", "it's ", "take this: ", "Hello, the number is ", "please block ")
AFTER = ("", " please", ", thanks", ". Can you block it?", " and hurry")


@st.composite
def card_numbers(draw: st.DrawFn) -> str:
    """Numbers of a scheme's length that pass the Luhn check."""
    body = draw(st.text(alphabet="0123456789", min_size=12, max_size=18))
    return next(f"{body}{check}" for check in range(10) if passes_luhn(f"{body}{check}"))


def in_words(number: str) -> list[str]:
    return [WORDS[int(digit)] for digit in number]


def as_digits(text: str) -> str:
    """All digits of a text, spoken ones too."""
    plain = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text.lower())
    spoken = re.sub("|".join(WORDS), lambda found: str(WORDS.index(found.group())), plain)
    return "".join(sign for sign in spoken if sign.isdecimal())


@given(card_numbers(), st.sampled_from(SEPARATORS), st.integers(1, 6), st.sampled_from(BEFORE), st.sampled_from(AFTER))
def test_no_card_number_survives_however_it_is_grouped(
    card: str, separator: str, group: int, before: str, after: str
) -> None:
    written = separator.join(card[at : at + group] for at in range(0, len(card), group))
    said = redacted(f"{before}{written}{after}")
    assert card not in as_digits(said)
    assert len(as_digits(said)) <= 8, "its last four, and at most a group that made a card with it"
    assert card[-4:] in as_digits(said) or MASK in said


@given(card_numbers(), st.sampled_from((" ", ", ", "-", " and ")), st.sampled_from(BEFORE), st.sampled_from(AFTER))
def test_no_spoken_card_number_survives(card: str, separator: str, before: str, after: str) -> None:
    assert card not in as_digits(redacted(f"{before}{separator.join(in_words(card))}{after}"))


@given(card_numbers(), st.sampled_from(BEFORE))
def test_no_card_number_in_wide_digits_survives(card: str, before: str) -> None:
    wide = "".join(chr(0xFF10 + int(digit)) for digit in card)
    assert card not in as_digits(redacted(f"{before}{wide}"))


@given(
    st.text(alphabet="0123456789", min_size=3, max_size=8),
    st.sampled_from(("pin", "PIN", "password", "passcode", "code", "CVV", "one-time code", "security code", "OTP")),
    st.sampled_from(("my {name} is {value}", "{name}: {value}", "{name} {value}", "{value} is my {name}",
                     "{name}={value}", "the {name}, it's {value}", "I think my {name} is {value} or so",
                     "{name} ({value})")),
    st.sampled_from(("", " ", "-", ".", ", ", "words", "wide")),
)  # fmt: skip
def test_no_digits_beside_the_name_of_a_secret_survive(value: str, name: str, form: str, how: str) -> None:
    if how == "words":
        written = " ".join(in_words(value))
    elif how == "wide":
        written = "".join(chr(0xFF10 + int(digit)) for digit in value)
    else:
        written = how.join(value)
    said = redacted(form.format(name=name, value=written))
    assert as_digits(said.replace("one-time", "")) == ""
    assert MASK in said


@given(
    st.decimals(min_value=0, max_value=99999, places=2, allow_nan=False),
    st.sampled_from(("£{}", "{} pounds", "${}", "{} euros", "€{}", "{} GBP")),
    st.sampled_from(
        ("I was charged {}", "my pin failed when I paid {}", "{} was taken with my pin", "is my limit {}?")
    ),
)
def test_sums_survive(amount: object, currency: str, form: str) -> None:
    text = form.format(currency.format(f"{amount:,}"))
    assert redacted(text) == text


@given(
    st.text(alphabet="0123456789", min_size=4, max_size=4),
    st.sampled_from(("my card ending {}", "the one ending in {}", "it ends with {} and I forgot the pin",
                     "last four digits {}", "the pin of the card ending {} is blocked")),
)  # fmt: skip
def test_last_fours_survive(last4: str, form: str) -> None:
    assert redacted(form.format(last4)) == form.format(last4)


@given(
    st.text(alphabet="0123456789", min_size=5, max_size=12),
    st.sampled_from(("reference {}", "my reference is {}", "order number {}", "transaction {}",
                     "the code never came. My reference is {}", "customer number {}, and I forgot my pin")),
)  # fmt: skip
def test_references_survive(number: str, form: str) -> None:
    assert redacted(form.format(number)) == form.format(number)


@given(
    st.from_regex(r"\+[1-9][0-9]{1,2} ?[0-9]{3} ?[0-9]{6}|0[1-9][0-9]{3} [0-9]{6}|0[0-9]{10}", fullmatch=True),
    st.sampled_from(("call me on {}", "my number is {}", "my pin is gone, ring me on {}", "{}")),
)
def test_telephone_numbers_survive(phone: str, form: str) -> None:
    assert redacted(form.format(phone)) == form.format(phone)


@given(st.text(max_size=200))
def test_redacting_ends_and_a_second_time_masks_nothing_more(text: str) -> None:
    once = redacted(text)
    assume(MASK not in text)
    assert redacted(once) == once


@given(st.text(alphabet=st.characters(exclude_categories=("Nd", "No", "Nl")), max_size=200))
def test_words_without_digits_and_without_a_password_are_as_they_were(text: str) -> None:
    assume(
        not re.search(
            "|".join((*WORDS, "oh", "ten|eleven|twel|teen|ty", "pass|pwd|word|answer|maiden|senha")), text.lower()
        )
    )
    assert redacted(text) == text
