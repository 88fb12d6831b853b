"""A secret that was told unasked: the service has masked it, and the caller hears that it was not kept."""

from __future__ import annotations

import re
from typing import Callable, Optional

from components.conversation.state import Reading, Turn

MASK = "•••"
WORDS_OF_A_MATTER = 6
"""With fewer words beside it, nothing was said but the secret."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_CALL = re.compile(r"\b(?:call|ring|phone|callback)", re.IGNORECASE)


def hear(
    reading: Reading, hear_the_rest: Callable[[Reading], Optional[Turn]], ask_again: Callable[[Reading], Turn]
) -> Optional[Turn]:
    """None where no secret was told. A mask is no answer to what was asked: that stays open."""
    if MASK not in reading.text:
        return None
    spoiled = {fact: None for fact in reading.filled if MASK in str(reading.slots.get(fact))}
    told = Turn(("utter_secret_not_kept",), dict(spoiled))
    rest = reading.after(told)
    is_call = reading.intent == "call_me_back"
    if len(_WORD.findall(reading.text)) >= WORDS_OF_A_MATTER and (not is_call or _CALL.search(reading.text)):
        turn = hear_the_rest(rest)
        if turn is not None or is_call:
            return told.then(turn) if turn is not None else None
    return told.then(ask_again(rest))
