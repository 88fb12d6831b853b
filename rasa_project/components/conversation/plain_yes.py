"""What is a plain yes to something that changes something, and what is none.

"Yes, a new card would be good" is one, when a new card was offered; "yes, but what does it cost?" is none.
"""

from __future__ import annotations

import re
from dataclasses import replace

from components.conversation.state import Matters, Reading, Stage

_SURE, _FAINT = 1.0, 0.5
_YES = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|sure|ok|okay|of course|absolutely|definitely|please do|go ahead)\b", re.IGNORECASE
)
_DOUBTS = re.compile(
    r"\?|\b(?:but|if|unless|provided|as long as|wait)\b|"
    r"\b(?:what|when|how|why|which|where) (?:is|are|do|does|did|will|would|can|could|much|many|long|about|one)\b",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\b(?:no|not|\w+n['’]?t|instead|rather|later|first|before|appl\w+|another|different|other)\b", re.IGNORECASE
)
"""What makes more of it than a yes: a no, another time, another matter."""
_OF_ANOTHER = frozenset({"application_kind", "date"})


def in_context(reading: Reading, matters: Matters) -> Reading:
    """The message taken for a sure yes, where it begins with one and goes on about nothing but what was read back.

    A yes with a doubt or a question in it is a faint one: the question is put again.
    """
    if reading.stage is not Stage.READ_BACK:
        return reading
    doubts = bool(_DOUBTS.search(reading.text))
    if reading.intent == "affirm":
        return replace(reading, confidence=min(reading.confidence, _FAINT)) if doubts else reading
    is_about_it = means_it(reading, matters, reading.intent) and not reading.filled & _OF_ANOTHER
    if doubts or not is_about_it or not _YES.match(reading.text) or _MORE.search(reading.text):
        return reading
    return replace(reading, intent="affirm", confidence=_SURE)


def means_it(reading: Reading, matters: Matters, topic: str) -> bool:
    """Whether who names this topic, while a service is being settled, means the service and no matter of its own."""
    service = matters.service(reading.slots.get("service"))
    return topic in (reading.topic, service.name, *service.named)
