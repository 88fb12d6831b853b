"""Finds the facts that people mention in passing: which card, which account, how much, when, where."""

from __future__ import annotations

import re
from typing import Any, Dict, Iterator, List, Optional, Tuple

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from components import spoken

Found = Tuple[str, str, int, int]

_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTHS = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_ORDINAL = r"(?:\d{1,2}(?:st|nd|rd|th)?)"
_SPAN = r"(?:days?|weeks?|months?|years?|hours?|minutes?|fortnights?)"
_COUNT = r"(?:\d+|a|an|one|two|three|four|five|six|seven|eight|nine|ten|twelve|couple of|a couple of|few|a few)"
_PART = r"(?:morning|afternoon|evening|night|lunchtime|week|weekend|month|year)"
_DATE = re.compile(
    rf"\b(?:(?:the )?day before yesterday|yesterday(?: {_PART})?|today|tonight|tomorrow(?: {_PART})?"
    rf"|just now|earlier(?: today)?"
    rf"|(?:this|last|next) (?:{_PART}|{_DAYS}|{_MONTHS})"
    rf"|(?:since |on |by |last )?{_DAYS}(?: {_PART})?"
    rf"|(?:the )?(?:last|past) (?:{_COUNT} )?{_SPAN}"
    rf"|{_COUNT} {_SPAN} ago"
    rf"|(?:since |in )?(?:the )?{_ORDINAL} (?:of )?{_MONTHS}|(?:since |in ){_MONTHS}|{_MONTHS} {_ORDINAL}(?! pounds)"
    rf"|the {_ORDINAL}|\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?)\b",
    re.IGNORECASE,
)
_NUMBER_WORD = (
    r"(?:" + "|".join([*spoken.NUMBERS, "hundred", "thousand", "a hundred", "a thousand", "and", "half"]) + r")"
)
_MONEY = r"(?:pounds?|quid|pence|p|dollars?|bucks|euros?|gbp|usd|eur|grand)"
_AMOUNT = re.compile(
    rf"(?:[£$€]\s?\d[\d,]*(?:\.\d{{1,2}})?k?)|(?:\b\d[\d,]*(?:\.\d{{1,2}})?\s?{_MONEY}\b)"
    rf"|(?:\b{_NUMBER_WORD}(?:[ -]{_NUMBER_WORD})*\s{_MONEY}\b)|(?:\b\d+\.\d{{2}}\b)",
    re.IGNORECASE,
)
_DIGIT = r"(?:\d|" + "|".join(spoken.DIGITS) + r")"
_LAST4 = re.compile(
    rf"\b(?:ending|ends|ended|finishing|last four(?: digits)?(?: are| is)?)(?: in| with)?:? "
    rf"({_DIGIT}(?:[ -]?{_DIGIT}){{3}})\b",
    re.IGNORECASE,
)
_PAYEE = re.compile(r"\bto (my (?:\w+(?:'s|’s) )?\w+|[A-Z]\w+(?: [A-Z]\w+)?)(?= |$|[.,!?])")
_SHOP = re.compile(r"\b(?:at|from|by) ((?:[A-Z][\w&'’]+)(?: [A-Z][\w&'’]+){0,2})")
_FROZEN = re.compile(
    r"\b(?:freeze|block|lock|suspend|stop|hold|pause|disable)\b.*?"
    r"\b((?:(?:debit|credit|bank|visa) )?cards?|everything)\b",
    re.IGNORECASE,
)
_LOST = re.compile(
    r"\b(stolen|nicked|robbed|mugged|pickpocket\w*|snatched|lost|mislaid|misplaced|dropped|missing|swallowed|"
    r"left (?:it|my \w+) (?:in|on|at)[\w ]{2,25})\b",
    re.IGNORECASE,
)


def _listed(
    entity: str, names: Dict[str, str], before: str = "", after: str = ""
) -> Tuple[str, re.Pattern[str], Dict[str, str]]:
    longest_first = sorted(names, key=len, reverse=True)
    return entity, re.compile(rf"{before}\b({'|'.join(map(re.escape, longest_first))})\b{after}", re.IGNORECASE), names


_LISTED = [
    _listed("card_kind", spoken.CARD_KINDS, after=r"(?! (?:limit|line|score|rating|report|history|check))"),
    _listed("account_kind", spoken.ACCOUNT_KINDS, after=r"(?! card)"),
    _listed("payee", spoken.BILL_KINDS, after=r"(?=(?: \w+)? (?:bill|payment|company|statement))"),
    _listed("reward_kind", spoken.REWARD_KINDS),
    _listed("application_kind", spoken.APPLICATION_KINDS, after=r"(?= (?:application|i applied))"),
    _listed("application_kind", spoken.APPLICATION_KINDS, before=r"appl(?:y|ied|ying) for (?:a|an|the|my) "),
    _listed(
        "country",
        {**{name.lower(): name for name in spoken.COUNTRIES}, **spoken.COUNTRY_NICKNAMES},
        before=r"(?<![£$])",
    ),
    _listed(
        "merchant",
        {name.lower(): name for name in spoken.MERCHANTS},
        before=r"(?:(?<=at )|(?<=from )|(?<=by )|(?<=to )|(?<=on )|(?<=in ))",
    ),
]


def digits_of(text: str) -> str:
    """The digits of a text, written or spoken one by one."""
    return "".join(
        spoken.DIGITS.get(word, word if word.isdigit() else "") for word in re.findall(r"[a-z]+|\d", text.lower())
    )


def find(text: str) -> Iterator[Found]:
    """Every fact in the text as `(entity, value, start, end)`."""
    for entity, pattern, names in _LISTED:
        for match in pattern.finditer(text):
            yield entity, names[match.group(1).lower()], match.start(1), match.end(1)
    for match in _LAST4.finditer(text):
        yield "card_last4", digits_of(match.group(1)), match.start(1), match.end(1)
    for match in _AMOUNT.finditer(text):
        yield "amount", match.group(0).strip(), match.start(), match.end()
    for match in _DATE.finditer(text):
        yield "date", match.group(0), match.start(), match.end()
    for pattern, entity in ((_LOST, "lost_how"), (_FROZEN, "account_kind"), (_PAYEE, "payee"), (_SHOP, "merchant")):
        for match in pattern.finditer(text):
            yield entity, match.group(1), match.start(1), match.end(1)


def first_of(text: str, entity: str) -> Optional[str]:
    """The first value of one kind of fact in the text."""
    return next((value for name, value, _, _ in find(text) if name == entity), None)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FactSpotter(GraphComponent):
    """Adds each fact that the sentence mentions as an entity; at most one of a kind, the first mentioned."""

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FactSpotter:
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            entities: Dict[str, Dict[str, Any]] = {}
            for entity, value, start, end in find(message.get(TEXT) or ""):
                entities.setdefault(
                    entity, {"entity": entity, "value": value, "start": start, "end": end, "extractor": "FactSpotter"}
                )
            message.set(ENTITIES, [*message.get(ENTITIES, []), *entities.values()], add_to_output=True)
        return messages

    def process_training_data(self, training_data: Any) -> Any:
        return training_data
