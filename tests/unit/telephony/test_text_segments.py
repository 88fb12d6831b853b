"""Texts by telephone: how many segments they are, and that a long one loses nothing when it is divided."""

from __future__ import annotations

import random
import re

import pytest

from telephony.messages_segments import divided, length, plainer


@pytest.mark.parametrize(
    ("text", "is_gsm_7", "units", "segments"),
    [
        ("", True, 0, 1),
        ("a" * 160, True, 160, 1),
        ("a" * 161, True, 161, 2),
        ("a" * 307, True, 307, 3),
        ("é£ñ@", True, 4, 1),
        ("€" * 80, True, 160, 1),
        ("€" * 81, True, 162, 2),
        ("ё" * 70, False, 70, 1),
        ("ё" * 71, False, 71, 2),
        ("🙂" * 35, False, 70, 1),
        ("🙂" * 36, False, 72, 2),
        ("a" * 100 + "’", False, 101, 2),
    ],
)
def test_a_text_has_as_many_segments_as_its_letters_need(text: str, is_gsm_7: bool, units: int, segments: int) -> None:
    counted = length(text)
    assert (counted.is_gsm_7, counted.units, counted.segments) == (is_gsm_7, units, segments)


def test_typography_does_not_cost_half_of_the_room() -> None:
    said = "“Don’t worry” – it’s safe…\u00a0Really."
    assert not length(said).is_gsm_7
    assert plainer(said) == "\"Don't worry\" - it's safe... Really."
    assert length(plainer(said)).is_gsm_7


def test_a_short_text_is_sent_as_it_is() -> None:
    assert divided("  Hello there. ", most_segments=1) == ["Hello there."]


def test_a_long_text_is_divided_after_sentences_and_numbered() -> None:
    text = " ".join(f"This is the sentence of the number {n}." for n in range(12))
    parts = divided(text, most_segments=2)
    assert [part[-6:] for part in parts] == [f" ({n}/{len(parts)})" for n in range(1, len(parts) + 1)]
    assert all(re.search(r"\. \(\d/\d\)$", part) for part in parts)
    assert all(length(part).segments <= 2 for part in parts)


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_lost_of_a_divided_text(seed: int) -> None:
    chance = random.Random(seed)
    alphabet = "abcdefgh.!? €[]\n" + ("ёж🙂" if seed % 2 else "")
    text = "".join(chance.choice(alphabet) for _ in range(chance.randrange(1, 3000)))
    most = chance.randrange(1, 5)
    parts = divided(text, most_segments=most, most_characters=chance.choice([200, 1600]))
    bare = [re.sub(r" \(\d+/\d+\)$", "", part) for part in parts] if len(parts) > 1 else parts
    assert "".join("".join(bare).split()) == "".join(text.split())
    assert all(length(part).segments <= most for part in parts)


def test_one_endless_word_is_divided_too() -> None:
    parts = divided("x" * 500, most_segments=1)
    assert sum(part.count("x") for part in parts) == 500
    assert all(length(part).segments == 1 for part in parts)
