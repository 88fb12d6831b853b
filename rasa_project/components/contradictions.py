""" "It's not my sister, it's my brother": which value is taken back, and which one is meant."""

from __future__ import annotations

import re
from typing import Optional, Tuple

_PATTERNS = (
    re.compile(r"\bnot (?P<old>.+?)[\s,;]+(?:but|it'?s|it is|it was|rather)\s+(?P<new>.+)$", re.IGNORECASE),
    re.compile(
        r"^(?:(?:no|sorry|actually|i mean|i meant|it'?s|it is|it was)[\s,]+)*(?P<new>.+?)[\s,]+not (?P<old>.+)$",
        re.IGNORECASE,
    ),
)


def contradiction(text: str) -> Optional[Tuple[str, str]]:
    """The old value, in small letters, and the new one; None where the text names none."""
    for pattern in _PATTERNS:
        named = pattern.search(text.strip(" .!"))
        if named is not None:
            return named.group("old").strip(" ,.").lower(), named.group("new").strip(" ,.")
    return None


def same(value: object, old: str) -> bool:
    """Whether this known value is the one that is taken back."""
    return value is not None and str(value).lower() == old
