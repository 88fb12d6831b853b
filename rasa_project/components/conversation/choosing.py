"""Which of several: a card by its digits, a bill by its name, "the second one", "number two", or the only one."""

from __future__ import annotations

import re
from typing import Dict, FrozenSet, List, Mapping, Optional, Sequence, Tuple

from components.conversation.state import Reading

Item = Mapping[str, str]

NOTHING_SAID = (None, "not known", "no")
SURELY_ANOTHER = 0.6
LONGEST_CHOICE = 6
"""Words: whoever says more than this says more than which one."""
_DIGITS = "card_last4"
_MANNERS = frozenset({"ask_agent", "angry", "be_quiet", "give_up_place", "goodbye", "ask_position", "ask_wait"})
_ORDINALS: Dict[str, int] = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
_COUNTED: Dict[str, int] = {"one": 0, "two": 1, "three": 2, "four": 3, "1": 0, "2": 1, "3": 2, "4": 3}
_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS)})\b")
_NUMBER = re.compile(rf"^\W*(?:(?:the|it'?s|its|option|number|no|nr) )*({'|'.join(_COUNTED)})(?: please)?\W*$")
_TURNS_AWAY = re.compile(
    r"^(?:(?:and|but|actually|also|wait|oh|no|sorry)\W+)*(?:how|what|when|where|why|who|is|are|do|does|did|can|could|"
    r"i want|i need|i'?d like|show|tell|give|pay|freeze|send|order)\b",
    re.IGNORECASE,
)
_TELL_NOTHING = frozenset({"ending", "the", "my", "your", "of", "for", "a", "to", "card", "account", "bill", "and"})
_COUNTS = ("", "one", "two", "three", "four", "five", "six")


def fitting(items: Sequence[Item], reading: Reading, by: Sequence[str]) -> List[Item]:
    """Those of the items that agree with all facts that were told; all of them where nothing was told."""
    found = list(items)
    for fact in by:
        told = reading.slots.get(fact)
        if told not in NOTHING_SAID:
            found = [item for item in found if _agrees(item, fact, str(told))]
    return found


def named(items: Sequence[Item], reading: Reading, topics: FrozenSet[str] = frozenset()) -> List[Item]:
    """Those of the items that these words name: by digits, by place in what was listed, or by a word of their own."""
    if reading.intent in _MANNERS or _is_about_another(reading, topics):
        return []
    words = reading.text.lower()
    digits = re.sub(r"\D", "", words)
    if len(digits) == 4:
        return [item for item in items if _ends_in(item, digits)]
    place = _place(words)
    if place is not None and -len(items) <= place < len(items):
        return [items[place]]
    said = set(re.findall(r"[a-z]+", words))
    own = _words_of_their_own(items)
    return [item for at, item in enumerate(items) if own[at] & said]


def listed(items: Sequence[Item]) -> str:
    """`your debit card ending 4417 and your credit card ending 0926`."""
    return joined([f"your {item['label']}" for item in items])


def joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def counted(number: int) -> str:
    return _COUNTS[number] if number < len(_COUNTS) else str(number)


def _agrees(item: Item, fact: str, told: str) -> bool:
    told = told.lower()
    if fact == _DIGITS:
        return _ends_in(item, told)
    called = f"{item['label']} {item.get('kind', '')} {item.get('also', '')}".lower()
    return told in called or bool(_telling(told) & _telling(called))


def _ends_in(item: Item, digits: str) -> bool:
    return digits in item["label"] or digits == item.get("last4")


def _is_about_another(reading: Reading, topics: FrozenSet[str]) -> bool:
    is_another = reading.intent in topics and reading.intent != reading.topic and reading.confidence >= SURELY_ANOTHER
    return is_another and (bool(_TURNS_AWAY.match(reading.text)) or len(reading.text.split()) > LONGEST_CHOICE)


def _place(words: str) -> Optional[int]:
    ordinal = _ORDINAL.search(words)
    if ordinal:
        return _ORDINALS[ordinal.group(1)]
    number = _NUMBER.match(words)
    return _COUNTED[number.group(1)] if number else None


def _words_of_their_own(items: Sequence[Item]) -> List[FrozenSet[str]]:
    """For each item the words by which it is called and not every other one is."""
    called = [_telling(f"{item['label']} {item.get('also', '')}".lower()) for item in items]
    shared: FrozenSet[str] = frozenset.intersection(*called) if len(called) > 1 else frozenset()
    return [each - shared for each in called]


def _telling(words: str) -> FrozenSet[str]:
    return frozenset(re.findall(r"[a-z]+", words)) - _TELL_NOTHING


def is_narrowed(reading: Reading, by: Sequence[str]) -> bool:
    """Whether anything was told by which one can be chosen."""
    return any(reading.slots.get(fact) not in NOTHING_SAID for fact in by)


def split(items: Sequence[Item], reading: Reading, by: Sequence[str]) -> Tuple[List[Item], bool]:
    """The items that are meant, and whether one may go on with them: false where what was told fits none of them."""
    found = fitting(items, reading, by)
    return (found, True) if found else (list(items), False)
