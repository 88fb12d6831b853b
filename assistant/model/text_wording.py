"""What is written to callers who text, where a voice or a page would show it otherwise."""

from __future__ import annotations

import re

from assistant.model.wording import number

STOP_WORDS = frozenset(
    {"stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt out", "opt-out"}
)
START_WORDS = frozenset({"start", "unstop", "yes"})
HELP_WORDS = frozenset({"help", "info"})
"""The carriers' words, a whole text each. `yes` starts only for whoever had stopped.
https://help.twilio.com/articles/223134027; `opt out` in two words is the law's own: 47 CFR 64.1200(a)(10)."""

YES = re.compile(r"(?:yes|y|yep|yeah|ok|okay|here|i'?m here|ready|yes please|👍)[\s.!]*", re.IGNORECASE)
LATER = re.compile(r"(?:no|n|nope|later|not now|wait|not yet|no thanks)[\s.!]*", re.IGNORECASE)
THANKS = re.compile(
    r"(?:thanks?|thank you|thx|ta|cheers|bye|goodbye|great|ok|okay|👍)"
    r"(?:[\s.!,]+(?:bye|goodbye|you|so much|a lot|very much))*[\s.!]*",
    re.IGNORECASE,
)
CALL_OFF = re.compile(
    r"(?:please )?(?:(?:cancel|stop|drop|no)(?: (?:the|my|that))? call[ -]?back"
    r"|(?:do not|don'?t|no need to) call(?: me)?(?: back)?(?: any ?more)?|no call)(?:[ ,]+please)?[\s.!]*",
    re.IGNORECASE,
)

YOU_ARE_BACK = "You're back. Text us whenever you need a person, and we'll keep a place for you."
NO_TROUBLE = "No trouble: your place is kept. Reply YES when you're there."
SHORTLY = "Thank you. You'll be with a person shortly."
TOO_LONG = "That's more than we can take in one go. Please send it in shorter texts."
NO_PICTURES = "I can't see pictures or files here. Please tell me in words."
CALLED_OFF = "All right, we won't call you back. Call or text us whenever you need us."
CHAT_HAS_IT = "You're already being helped in the web chat. Please go on there."
TROUBLE = "I'm sorry, we can't take your text just now. Please text again in a few minutes."
LET_GO = "We've let your place go, as we didn't hear from you. Text us to join the line again."
OVER = "This conversation is over. Text us whenever you need us again."
BACK_IN_LINE = "I'm sorry, you're back in your place in the line."


def stopped_sentence(brand: str) -> str:
    return f"{brand}: you won't get texts from us any more. Reply START to hear from us again."


def help_sentence(brand: str) -> str:
    return (
        f"{brand}: text us and you have a place in the line for a person, with an assistant while you wait. "
        "Ask POSITION any time. Reply STOP to get no more texts."
    )


def your_turn_sentence(seconds: float) -> str:
    """Before somebody who texts is offered to an agent: whether they are there."""
    return f"You're next. Reply YES within {_span(seconds)} and you'll be with a person."


def kept_sentence(seconds: float) -> str:
    """For whoever did not answer that."""
    kept = f"Your place is kept for {_span(seconds)}: reply YES when you're there."
    return f"No answer, so we've gone on to the next. {kept}"


def with_agent_sentence(name: str) -> str:
    return f"You're with {name} now."


def link_sentence(link: str, digits: int) -> str:
    """How a secret is given: on the page rather than in a text, which stays on the telephone."""
    return f"Safer on our page: {link} Or reply with the {digits} digits, and delete that text afterwards."


def _span(seconds: float) -> str:
    minutes = max(1, round(seconds / 60))
    if minutes == 60:
        return "an hour"
    return "a minute" if minutes == 1 else f"{number(minutes)} minutes"
