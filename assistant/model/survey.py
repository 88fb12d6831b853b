"""The questions that callers are asked afterwards, and the answers that count."""

from __future__ import annotations

from enum import StrEnum


class Measure(StrEnum):
    """What an answer feeds: satisfaction (1 to 5), effort (1 to 7, easy is high), recommendation (0 to 10), resolution.

    The formulas are those of `assistant.model.measures`. No answer is none, and counts in none of them.
    """

    CSAT = "csat"
    CES = "ces"
    NPS = "nps"
    RESOLVED = "resolved"


SCALES: dict[Measure, tuple[int, int]] = {Measure.CSAT: (1, 5), Measure.CES: (1, 7), Measure.NPS: (0, 10)}
YES, NO = "1", "2"


def answer_of(measure: Measure, keys: str) -> int | bool | None:
    """What these keys say; None for what is no answer to that question."""
    if measure is Measure.RESOLVED:
        return {YES: True, NO: False}.get(keys)
    low, high = SCALES[measure]
    is_number = keys.isascii() and keys.isdigit() and len(keys) <= 2
    return int(keys) if is_number and low <= int(keys) <= high else None
