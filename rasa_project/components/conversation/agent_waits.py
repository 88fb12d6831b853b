"""An agent has accepted and waits for the caller's step to end: "finish this first, or talk now?"

The service has asked that. A plain yes answers neither, and must not be taken for a yes to what is being settled: so it
is taken for "finish", and the step's own question is asked once more.
"""

from __future__ import annotations

import re
from typing import Callable, Optional

from components.conversation.state import Reading, Turn, say

_FINISH = re.compile(r"\b(finish|carry on|continue|go on|complete|first|keep going|let's do this)\b", re.IGNORECASE)
_NOW = re.compile(r"\b(now|talk|speak|agent|person|human|put me through|connect me|straight ?away)\b", re.IGNORECASE)


def hear(reading: Reading, ask_again: Callable[[Reading], Turn]) -> Optional[Turn]:
    """The turn, when this answers that question; None when it is the step that is answered."""
    if not reading.slots.get("agent_waits") or not reading.text:
        return None
    is_finishing = bool(_FINISH.search(reading.text))
    if not is_finishing and (reading.intent in ("ask_agent", "angry", "be_quiet") or _NOW.search(reading.text)):
        return say("utter_order_talk_now")
    if reading.slots.get("finishing"):
        return None
    if is_finishing or reading.intent in ("affirm", "deny"):
        return say("utter_finish_first", finishing=True).then(ask_again(reading))
    return None
