"""Numbers and waits as a person says them, and the live placeholders of the assistant's texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, tzinfo

from assistant.model.place import PlaceView, Staffing
from assistant.model.waiting import WaitRange

ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
MISSING = {
    Staffing.NOBODY: "Nobody is on duty now.",
    Staffing.OTHER_LANGUAGES: "Nobody on duty speaks your language.",
}
STILL_THERE = "Are you still there?"
OPEN_AGAIN = "We're open again, and you kept your place."
MESSAGE_KEPT = "Thank you. Your message is kept for the team."
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


def cut_off_sentence(brand: str, position: int, agent_name: str | None) -> str:
    """For who was in a call until just now and calls again; `agent_name`: who is asked first."""
    again = f" I'll ask {agent_name} first." if agent_name else ""
    return f"{brand}. We were cut off, and you have your place back: {ahead_phrase(position - 1)}.{again}"


def came_instead_sentence(brand: str, position: int) -> str:
    """For who was to be called back, and calls."""
    where = ahead_phrase(position - 1)
    return (
        f"{brand}. You have your place back: {where}. Stay on the line, or hang up and we'll call you back as agreed."
    )


def connecting_sentence(bank: str) -> str:
    """For a caller who arrives when an agent is free: no menu, no questions."""
    return f"{bank}. Your place in the queue is secured. Someone is free. Connecting you now."


def opening_phrase(opens_at: datetime, now: datetime, zone: tzinfo) -> str:
    """When it opens, as a person there says it: `at 9:00`, `tomorrow at 9:00`, `on Monday at 9:00`."""
    opening, today = opens_at.astimezone(zone), now.astimezone(zone).date()
    at = f"at {opening.hour}:{opening.minute:02d}"
    days = (opening.date() - today).days
    if days < 2:
        return f"tomorrow {at}" if days == 1 else at
    weekday = DAYS[opening.weekday()]
    return f"on {weekday} {at}" if days < 7 else f"on {weekday}, {opening.day} {MONTHS[opening.month - 1]} {at}"


def day_phrase(at: datetime, now: datetime, zone: tzinfo) -> str:
    """When something was, as a person there says it: `today`, `yesterday`, `on Tuesday`, `on 3 March`."""
    then, today = at.astimezone(zone).date(), now.astimezone(zone).date()
    days = (today - then).days
    if days < 2:
        return "yesterday" if days == 1 else "today"
    return f"on {DAYS[then.weekday()]}" if days < 7 else f"on {then.day} {MONTHS[then.month - 1]}"


def inner(name: str) -> str:
    """A name within a sentence: `Accounts and payments` is `accounts and payments` there, `VIP` stays."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def choices_sentence(*, is_voice: bool, may_be_called: bool) -> str:
    """What a caller may do besides telling what it is about."""
    hold = "press 0 to just hold" if is_voice else "just hold, and I'll be quiet"
    call = "press 9 to be called back when it's your turn" if is_voice else "have me call you back when it's your turn"
    ways = f"You can also {hold}, or {call}" if may_be_called else f"You can also {hold}"
    return f"{ways}; you keep your place."


def still_here_sentence(place: PlaceView, choices: str) -> str:
    """After the first silence of a visitor in chat."""
    where = ahead_phrase((place.position or 1) - 1)
    return f"I'm still here, and your place stands: {where}. Tell me what it's about whenever you like. {choices}"


def finish_or_talk(agent_name: str, *, by_keys: bool) -> str:
    """An agent has accepted and waits for the caller's step to end; `by_keys`: the caller is pressing digits."""
    who = agent_name.partition(" ")[0] or "An agent"
    if by_keys:
        return f"{who} is free for you. Carry on to finish this first, or press star to talk now."
    return f"{who} is free for you. Shall we finish this first, or would you rather talk now?"


def coming_sentence(agent_name: str) -> str:
    """An agent has accepted a call, and is being rung."""
    return f"{agent_name.partition(' ')[0] or 'Somebody'} is coming to the phone now."


def gone_sentence(agent_name: str, position: int) -> str:
    """An agent who was announced does not come after all."""
    who = agent_name.partition(" ")[0] or "the agent"
    return f"I'm sorry, {who} couldn't come after all. You keep your place: you're {ordinal(position)} in line."


def closed_sentence(name: str, opening: str | None) -> str:
    """What somebody hears who comes while the queue is closed; `opening` as `opening_phrase` says it."""
    return f"{name} is closed at the moment." + (f" It opens again {opening}." if opening else "")


def unstaffed_sentence(place: PlaceView, brand: str, staffing: Staffing) -> str:
    """The first breath where nobody could take the contact: no wait is pretended, and a way out is named."""
    where = ahead_phrase((place.position or 1) - 1)
    return (
        f"{brand}, virtual assistant. {MISSING[staffing]} Your place in the queue is secured: {where}. "
        "Ask me for a callback."
    )


def callback_sentence(place: PlaceView, brand: str, opening: str | None) -> str:
    """For somebody who is called back: when it is their turn, or once the queue opens."""
    where = "you're next" if place.position in {1, None} else f"you're {ordinal(place.position or 1)}"
    secured = f"Your place in the queue is secured: {where}."
    if opening is None:
        return f"{brand}. {secured} We'll call you when it's your turn."
    return f"{brand}. We're closed. {secured} We'll call you when we open {opening}."


def put_off_to_call(opening: str) -> str:
    """For somebody who still waits when the run-off ends and whose number we have."""
    return f"We're closed now. You keep your place, and we'll call you when we open again {opening}."


def put_off_in_chat(opening: str) -> str:
    """The same for a visitor without a number."""
    return f"We're closed now. Your place is kept until we open again {opening}; leave a number and we'll call you."


def put_off_on_the_phone(opening: str, code: str) -> str:
    """The same for a caller whom we cannot call: the number is withheld, or not one that we call."""
    return f"We're closed now. Call again when we open {opening}: your place is kept, under {code[:4]} {code[4:]}."


def parked_sentence(position: int, seconds: float) -> str:
    """For a visitor who has fallen silent or gone while connected."""
    minutes = max(1, round(seconds / 60))
    how_long = "a minute" if minutes == 1 else f"{number(minutes)} minutes"
    return (
        f"I've put you back in your place: {ordinal(position)} in line. Write within {how_long} and it's still yours."
    )


RETURNED = "somebody who stood before you has come back to their place"
WHY_LONGER = {
    "more_ahead": "more people are ahead of you than before",
    "head_start": "somebody with an urgent matter was put ahead of you",
    "returned": RETURNED,
    "reconnected": RETURNED,
    "reclaimed": RETURNED,
    "transferred_in": "somebody who has waited longer was passed on to this line",
    "overflowed_in": "people who have waited longer in another line have joined this one",
    "supervisor": "a supervisor has put somebody ahead of you",
    "fewer_agents": "there are fewer agents than before",
    "longer_services": "the conversations ahead of you are taking longer",
    "other_line": "you're in another line now",
}


def longer_sentence(why: str) -> str:
    """Says that the wait is longer than was told, and why where that is known."""
    if why == "overdue":
        return "I'm sorry, this is taking longer than I told you."
    reason = f": {WHY_LONGER[why]}" if why in WHY_LONGER else ""
    return f"I'm sorry, that's longer than I told you{reason}."


PLACEHOLDER = re.compile(r"<(position|ahead|wait|agent|name|emergency|choices)>")
POSITION_IN = re.compile(r"<position_in:([^<>]*)>")
FIRST_TWICE = "<position> in line; <ahead>."
"""For the first in line both say the same."""
NEWS = "By the way, <ahead> now."
NEWS_WITH_WAIT = "By the way, <ahead> now; <wait>."


def tells_position(text: str) -> bool:
    return any(name in text for name in ("<position>", "<ahead>", "<wait>"))


def tells_wait(text: str) -> bool:
    return "<wait>" in text


def filled(
    text: str,
    place: PlaceView | None,
    *,
    agent: str | None = None,
    name: str | None = None,
    longer: str | None = None,
    emergency: str | None = None,
    choices: str = "",
    position_in: Callable[[str], int | None] = lambda queue: None,
) -> str:
    """The text with its live placeholders, true at this moment. A sentence never starts with a small letter.

    `longer` is why the wait is longer than was told before: a text that tells the wait says so too. `position_in` gives
    where the place would stand in another queue.
    """
    if place is not None and place.position == 1:
        text = text.replace(FIRST_TWICE, "<position> in line.")
    text = POSITION_IN.sub(lambda match: ordinal(position_in(match.group(1)) or 1), text)
    if longer is not None and tells_wait(text):
        text = f"{text} {longer_sentence(longer)}"

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
            case "emergency":
                return emergency or "the emergency services"
            case "choices":
                return choices
            case _:
                return name or ""

    spoken = PLACEHOLDER.sub(value, text)
    spoken = re.sub(r"\s+([,.!?])", r"\1", spoken)
    return re.sub(r"(^|[.!?]\s+)([a-z])", lambda match: match.group(1) + match.group(2).upper(), spoken).strip()
