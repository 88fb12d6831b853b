"""Bare questions that mean something only after what was talked about: "and how much is it?", "and when?"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Mapping

from components.conversation.state import Reading, Topic

_FEW_WORDS = 6
_REFUSED = frozenset({"out_of_scope", "not_understood"})
_UNSURE = 0.5
_SURE = 1.0


def in_context(reading: Reading, topics: Mapping[str, Topic]) -> Reading:
    """The message, taken for the matter that it leads to where by itself it means nothing for certain."""
    current = topics.get(reading.topic or "")
    if current is None or reading.form or reading.filled or len(reading.text.split()) > _FEW_WORDS:
        return reading
    if reading.intent not in _REFUSED and reading.confidence >= _UNSURE:
        return reading
    for words, topic in current.leads_to.items():
        if re.search(rf"\b(?:{words})\b", reading.text, re.IGNORECASE):
            return replace(reading, intent=topic, confidence=_SURE)
    return reading
