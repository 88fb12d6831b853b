"""Secrets as callers really give them, and what looks like one and is none."""

from __future__ import annotations

import re
import timeit
from time import process_time

import pytest

from assistant.model.redaction import MASK, announces_secret, asks_for_secret, redacted

GIVEN_AWAY = [
    ("my pin is 4821", "4821"),
    ("PIN4821", "4821"),
    ("PIN_4821", "4821"),
    ("my pin,4821", "4821"),
    ("p.i.n. is 4821", "4821"),
    ("P I N 4 8 2 1", "4 8 2 1"),
    ("pin 4.8.2.1", "4.8.2.1"),
    ("pin 4/8/2/1", "4/8/2/1"),
    ("pin is 48 and 21", "48 and 21"),
    ("pin is 48.21", "48.21"),
    ("my pin is 1985", "1985"),
    ("my pin is forty eight twenty one", "forty eight twenty one"),
    ("pin is double four two one", "double four two one"),
    ("my pin is for eight to one", "eight to one"),
    ("my pin is four thousand eight hundred and twenty one", "eight hundred"),
    ("pin ４８２１", "４８２１"),
    ("pin 4\u200b8\u200b2\u200b1", "4\u200b8\u200b2\u200b1"),
    ("code 123456", "123456"),
    ("the code is 123 456", "123 456"),
    ("the code you sent me is 482190", "482190"),
    ("I got a text, it says code: 482190 don't share", "482190"),
    ("it's 4821, that's my pin", "4821"),
    ("my customer number is 10000001, 4821 is the pin", "4821"),
    ("customer number 10000001 pin 4821", "4821"),
    ("my pin for the order is 4821", "4821"),
    ("the code for my booking is 482190", "482190"),
    ("the three digits on the back are 123", "123"),
    ("numbers on the back say one two three", "one two three"),
    ("4111 1111 1111 1111 123", " 123"),
    ("4111 1111 1111 1111, exp 05/27, 123", " 123"),
    ("4111111111111111123", "123"),
    ("4111 1111 1111 1111 expires 05/27 and 123 on the back", "123"),
    ("Here is my pin. 4821. Thanks", "4821"),
    ("I changed my pin to 4821 yesterday", "4821"),
    ("you can use pin 4821 for the card ending 4417", "4821"),
    ("my card ends in 4417 4821 is the pin", "4821"),
    ("pins are 4821 and 7305", "7305"),
    ("mi clave es 4821", "4821"),
    ("mein Passwort ist 482190", "482190"),
    ("password: hunter2", "hunter2"),
    ("Password : s3cr3t!x", "s3cr3t!x"),
    ("pwd=hunter2", "hunter2"),
    ("my password is Fluffy2010!", "Fluffy2010"),
    ("my password is swordfish", "swordfish"),
    ("my password Fluffy99", "Fluffy99"),
    ('password is "blue sky"', "blue sky"),
    ("my passphrase is correct horse battery", "horse"),
    ("my memorable word is Rover", "Rover"),
    ("my mother's maiden name is Smith", "Smith"),
]

SURVIVES = [
    "my card ending 4417 was blocked after my pin failed",
    "card ends double four one seven and the pin is wrong",
    "last four digits are 4417 and I forgot the pin",
    "I forgot my PIN. I spent 300 at Tesco yesterday",
    "my pin doesn't work, my reference is 99812345",
    "the code never came, order number 20260314",
    "the security code is missing, call me on 07700 900871",
    "call me on 0044 20 7183 8750",
    "call me on 07700 900871, 07700 900872",
    "my phone is +49 1512 34567890",
    "sort code 20-00-00",
    "my post code is 90210",
    "it says error code 404",
    "my place code is 48217730",
    "I changed my pin in 2024",
    "I tried the pin 120 minutes ago",
    "I tried the pin three times",
    "I've waited 45 days for my pin",
    "£1,250.00 was taken after I typed my password",
    "I paid 1,250.00 and forgot my pin",
    "two hundred pounds with my pin",
    "the pin letter of 14/03/2026 never came",
    "the pin letter for customer number 10000001 never came",
    "my pin was sent to flat 302",
    "transactions 12.50, 13.75, 99.10, 45.00 and 12.34",
    "my password is not working",
    "my password is wrong",
    "the password doesn't work",
    "I forgot my password",
    "I'd like to reset my password please",
    "the one-time code didn't arrive",
    "I have two pins",
]


@pytest.mark.parametrize(("text", "secret"), GIVEN_AWAY)
def test_a_secret_is_gone(text: str, secret: str) -> None:
    said = redacted(text)
    assert secret not in said
    assert MASK in said


@pytest.mark.parametrize("text", SURVIVES)
def test_what_is_no_secret_survives(text: str) -> None:
    assert redacted(text) == text


def test_what_stands_beside_a_secret_survives() -> None:
    said = redacted("my customer number is 10000001, the card ends 4417, ref 99812345, £1,250.00 and my pin is 4821")
    assert said == f"my customer number is 10000001, the card ends 4417, ref 99812345, £1,250.00 and my pin is {MASK}"


@pytest.mark.parametrize("text", [text for text, _ in GIVEN_AWAY] + SURVIVES)
def test_redacting_again_changes_nothing(text: str) -> None:
    assert redacted(redacted(text)) == redacted(text)


@pytest.mark.parametrize("text", ["4821", "4 8 2 1", "four eight two one", "48", "it's 4821", "482190 I think"])
def test_digits_right_after_a_secret_was_asked_for_are_gone(text: str) -> None:
    assert not re.search(r"\d|eight", redacted(text, secret_is_near=True))
    assert redacted(text) == text


@pytest.mark.parametrize(
    "text", ["£250", "the one ending 4417", "call me on 07700 900871", "on 14 March 2026", "ref 99812345", "in 2 days"]
)
def test_what_is_said_to_be_something_else_survives_there_too(text: str) -> None:
    assert redacted(text, secret_is_near=True) == text


@pytest.mark.parametrize("text", ["the one ending 8175", "it's £20", "last four digits are 4417"])
def test_last_fours_and_sums_survive_where_a_secret_is_asked_for(text: str) -> None:
    assert redacted(text, answers_secret=True) == text


def test_the_number_that_was_asked_for_stays_and_a_pin_beside_it_goes() -> None:
    assert redacted("10000001 4821", but_for=8) == f"10000001 {MASK}"
    assert redacted("it's 10000001 and then 4821", but_for=8) == f"it's 10000001 and then {MASK}"
    assert redacted("10000001", but_for=8) == "10000001"


def test_a_card_number_said_in_two_goes_loses_its_second_half() -> None:
    assert redacted("and 1111 1111 please", after="it is 4111 1111") == f"{MASK}1111 please"
    assert redacted("1111 1111", after="it is 4111 1112") == "1111 1111"


@pytest.mark.parametrize("text", ["my pin is", "here's the code:", "the PIN", "my password is", "my pin is •••"])
def test_words_that_break_off_before_the_secret_announce_it(text: str) -> None:
    assert announces_secret(text)


@pytest.mark.parametrize("text", ["my pin was stolen", "where is my card", "my pin is 4821"])
def test_words_that_do_not_break_off_announce_nothing(text: str) -> None:
    assert not announces_secret(text)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("What's the code that we've sent you?", True),
        ("Could you tell me the three digits on the back?", True),
        ("About your PIN: what are the last four digits of the card?", False),
        ("Which card is it?", False),
    ],
)
def test_who_asks_for_a_secret(text: str, asks: bool) -> None:
    assert asks_for_secret(text) is asks


@pytest.mark.parametrize("text", ["1,1,", "4 ", "pin 1234 ", "one ", "'", "password ", "pin 4821, ", "double ", "4.4 "])
def test_no_text_takes_long(text: str) -> None:
    """No text may make the patterns turn in circles: four times as long takes no more than sixteen times as long."""
    quarter, whole = (text * 4000)[:1000], (text * 4000)[:4000]
    assert _seconds(whole) < 16 * max(_seconds(quarter), 0.01)


def _seconds(text: str) -> float:
    """The least of five: whatever else the machine does only adds to it."""
    return min(timeit.repeat(lambda: redacted(text, secret_is_near=True), timer=process_time, number=1, repeat=5))
