"""Numbers and waits as a person says them, and the live placeholders of the assistant's texts."""

from __future__ import annotations

import re

from assistant.model.place import PlaceView
from assistant.model.waiting import WaitRange

ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def ordinal(n: int) -> str:
    """`third`, `21st`: words up to ten, figures beyond."""
    if n < len(ORDINALS):
        return ORDINALS[n]
    suffix = "th" if n % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{suffix}"


def number(n: int) -> str:
    return NUMBERS[n] if n < len(NUMBERS) else str(n)


def ahead_phrase(ahead: int) -> str:
    """`you're next`, `one person is ahead of you`, `three people are ahead of you`."""
    if ahead == 0:
        return "you're next"
    return "one person is ahead of you" if ahead == 1 else f"{number(ahead)} people are ahead of you"


def wait_phrase(wait: WaitRange) -> str:
    """The range in spoken rounding: `about four to seven minutes`; honest where nothing is known."""
    if wait.low_seconds is None or wait.high_seconds is None:
        return "I can't say yet how long it will take"
    low, high = wait.low_seconds / 60, wait.high_seconds / 60
    if high <= 1:
        return "less than a minute"
    top = _rounded_up(high)
    bottom = min(int(low) if low <= 10 else int(low) // 5 * 5, top - 1)
    if bottom < 1:
        return f"up to {number(top)} minutes"
    if top > len(NUMBERS) - 1:
        return f"about {bottom} to {top} minutes"  # words and figures are not mixed in one range
    return f"about {number(bottom)} to {number(top)} minutes"


def _rounded_up(minutes: float) -> int:
    """Whole minutes up to ten, then fives: nobody believes 23 to 41 minutes."""
    whole = -int(-minutes // 1)
    return whole if whole <= 10 else -(-whole // 5) * 5


def secured_sentence(place: PlaceView, bank: str) -> str:
    """The first breath: who speaks, that the place stands, where, how long, and the offer of help."""
    ahead = (place.position or 1) - 1
    where = "You're next" if ahead == 0 else ahead_phrase(ahead).capitalize()
    wait = f", {wait_phrase(place.wait)}" if place.wait.is_known else ""
    return (
        f"{bank}, virtual assistant. Your place in the queue is secured: {where[0].lower()}{where[1:]}{wait}. "
        "Can I help while you wait?"
    )


def joined_places_sentence(position: int) -> str:
    """For who stood in line before: the older place counts."""
    where = "you're next" if position == 1 else f"you're {ordinal(position)} in line"
    return f"You were in line before, so you have that place back: {where}."


def connecting_sentence(bank: str) -> str:
    """For a caller who arrives when an agent is free: no menu, no questions."""
    return f"{bank}. Your place in the queue is secured. Someone is free. Connecting you now."


PLACEHOLDER = re.compile(r"<(position|ahead|wait|agent|name)>")


def filled(text: str, place: PlaceView | None, *, agent: str | None = None, name: str | None = None) -> str:
    """The text with its live placeholders, true at this moment. A sentence never starts with a small letter."""

    def value(match: re.Match[str]) -> str:
        match match.group(1):
            case "position":
                return ordinal(place.position) if place and place.position else "still"
            case "ahead":
                return ahead_phrase(place.position - 1) if place and place.position else "your place is kept"
            case "wait":
                return wait_phrase(place.wait) if place else "I can't say yet how long it will take"
            case "agent":
                return agent or "an agent"
            case _:
                return name or ""

    spoken = PLACEHOLDER.sub(value, text)
    spoken = re.sub(r"\s+([,.!?])", r"\1", spoken)
    return re.sub(r"(^|[.!?]\s+)([a-z])", lambda match: match.group(1) + match.group(2).upper(), spoken).strip()
