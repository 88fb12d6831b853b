"""How long a text is by telephone: GSM-7 or UCS-2, in segments; and where a long one is divided.

A text of at most 160 GSM-7 characters (70 in UCS-2) is one segment, a longer one is sent in pieces of 153 (67) that the
telephone puts together. 3GPP TS 23.038; https://www.twilio.com/docs/glossary/what-is-gsm-7-character-encoding
"""

from __future__ import annotations

import re
from dataclasses import dataclass

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_TWICE = frozenset("^{}\\[~]|€\f")
"""Those that take two places."""

# One of these alone would halve the room of a whole text: written as a keyboard has them.
PLAINER = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "′": "'", "″": '"',
        "‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-", "…": "...", "\u00a0": " ", "\u202f": " ", "\u2009": " ",
        "•": "-", "\u200b": "", "\ufeff": "", "\t": " ",
    }
)  # fmt: skip
SENTENCE = re.compile(r"[.!?…][\s\"')]*\s|\n")


@dataclass(frozen=True, slots=True)
class Length:
    """`units` are septets or UTF-16 units."""

    is_gsm_7: bool
    units: int

    @property
    def segments(self) -> int:
        one, more = (160, 153) if self.is_gsm_7 else (70, 67)
        return 1 if self.units <= one else -(-self.units // more)


def plainer(text: str) -> str:
    """The same text without typography that costs more than it says."""
    return text.translate(PLAINER)


def length(text: str) -> Length:
    if all(letter in GSM_7 or letter in GSM_7_TWICE for letter in text):
        return Length(True, sum(2 if letter in GSM_7_TWICE else 1 for letter in text))
    return Length(False, len(text.encode("utf-16-le")) // 2)


def divided(text: str, *, most_segments: int, most_characters: int = 1600) -> list[str]:
    """The text in parts that are each at most so long, divided after a sentence, else a word, and numbered `(1/3)`.

    Nothing is lost of it but white space where it is divided.
    """
    text = text.strip()
    if _fits(text, most_segments, most_characters):
        return [text]
    reserved = len(" (99/99)")
    parts: list[str] = []
    while text:
        cut = _longest(text, most_segments, most_characters - reserved, reserved)
        if cut < len(text):
            cut = _sensible(text, cut)
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [f"{part} ({n}/{len(parts)})" for n, part in enumerate(parts, 1)]


def _fits(text: str, most_segments: int, most_characters: int, reserved: int = 0) -> bool:
    room = length(text)
    return len(text) <= most_characters and Length(room.is_gsm_7, room.units + reserved).segments <= most_segments


def _longest(text: str, most_segments: int, most_characters: int, reserved: int) -> int:
    """How many characters of the beginning fit."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if _fits(text[:middle], most_segments, most_characters, reserved):
            low = middle
        else:
            high = middle - 1
    return low


def _sensible(text: str, cut: int) -> int:
    """After the last sentence in the second half of what fits, else after the last word, else anywhere."""
    ends = [match.end() for match in SENTENCE.finditer(text, 0, cut + 1) if match.end() <= cut]
    if ends and ends[-1] > cut // 2:
        return ends[-1]
    space = text.rfind(" ", 0, cut + 1)
    return space if space > cut // 2 else cut
