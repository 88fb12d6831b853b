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

from components import figures, spoken

Found = Tuple[str, str, int, int]
SECOND_MATTER = "second_matter"
SECOND_FACTS = "second_facts"

_PAYEE = re.compile(r"\bto (my (?:\w+(?:'s|’s) )?\w+|[A-Z]\w+(?: [A-Z]\w+)?)(?= |$|[.,!?])")
_SHOP = re.compile(r"\b(?:at|from|by) ((?:[A-Z][\w&'’]+)(?: (?:& |and )?[A-Z][\w&'’]+){0,2})")
_NAMED = re.compile(
    r"\b(?:shop|store|company|website|web ?site|site|place|firm|business|restaurant|something|somebody|trader|app) "
    r"(?:called|named) ((?:the )?\w[\w&'’.-]*(?: (?:and |& )?\w[\w&'’.-]*){0,2}?)"
    r"(?= (?:on|in|for|at|last|yesterday|today|from|that|which|i|it|this|about|was|took|has|charged)\b|[,.!?]|$)",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:at|in|from) (?:the|a|my|some|our) ((?:local )?(?:petrol station|gas station|supermarket|grocery store|"
    r"restaurant|pub|hotel|pharmacy|chemist'?s?|cash machine|atm|cashpoint|garage|hairdresser'?s?|cinema|airport|"
    r"corner shop|takeaway|coffee shop|cafe|gym|car park))\b",
    re.IGNORECASE,
)
_FROZEN = re.compile(
    r"\b(?:freeze|block|lock|suspend|stop|hold|pause|disable)\b.{0,60}?"
    r"\b((?:(?:debit|credit|bank|visa) )?cards?|everything)\b",
    re.IGNORECASE,
)
_LOST = re.compile(
    r"\b(stolen|nicked|pinched|robbed|mugged|pickpocket\w*|snatched|lost|mislaid|misplaced|dropped|missing|"
    r"swallowed|eaten|retained|left (?:it|my \w+) (?:in|on|at)[\w ]{2,25})\b",
    re.IGNORECASE,
)

_SLANG = {"nicked": "stolen", "pinched": "stolen"}


def _listed(
    entity: str, names: Dict[str, str], before: str = "", after: str = ""
) -> Tuple[str, re.Pattern[str], Dict[str, str]]:
    longest_first = sorted(names, key=len, reverse=True)
    return entity, re.compile(rf"{before}\b({'|'.join(map(re.escape, longest_first))})\b{after}", re.IGNORECASE), names


_TAKEN = (
    (_LOST, "lost_how"),
    (_FROZEN, "account_kind"),
    (_PAYEE, "payee"),
    (_NAMED, "merchant"),
    (_SHOP, "merchant"),
    (_PLACE, "merchant"),
)
_LISTED = [
    _listed("card_kind", spoken.CARD_KINDS, after=r"(?! (?:limit|line|score|rating|report|history|check))"),
    _listed("account_kind", spoken.ACCOUNT_KINDS, after=r"(?! (?:(?:debit|credit|bank) )?card)"),
    _listed("payee", spoken.BILL_KINDS, after=r"(?=(?: \w+)? (?:bill|payment|company|statement))"),
    _listed("reward_kind", spoken.REWARD_KINDS),
    _listed("application_kind", spoken.APPLICATION_KINDS, after=r"(?= (?:application|i applied))"),
    _listed("application_kind", spoken.APPLICATION_KINDS, before=r"appl(?:y|ied|ying) for (?:a|an|the|my) "),
    _listed(
        "country",
        {**{name.lower(): name for name in spoken.COUNTRIES}, **spoken.COUNTRY_NICKNAMES},
        before=r"(?<![£$])",
    ),
    _listed("merchant", {**{name.lower(): name for name in spoken.MERCHANTS}, **spoken.MERCHANT_NICKNAMES}),
    _listed(
        "merchant",
        {name.lower(): name for name in spoken.MERCHANTS_THAT_ARE_WORDS},
        before=r"(?:(?<=at )|(?<=from )|(?<=by )|(?<=to )|(?<=on )|(?<=in ))",
    ),
]


def find(text: str) -> Iterator[Found]:
    """Every fact in the text as `(entity, value, start, end)`."""
    for entity, pattern, names in _LISTED:
        for match in pattern.finditer(text):
            yield entity, names[match.group(1).lower()], match.start(1), match.end(1)
    for match in figures.LAST4.finditer(text):
        group = 1 if match.group(1) else 2
        digits = figures.last_four(match.group(group))
        if digits:
            yield "card_last4", digits, match.start(group), match.end(group)
    for match in figures.AMOUNT.finditer(text):
        yield "amount", match.group(0).strip(), match.start(), match.end()
    for match in figures.DATE.finditer(text):
        yield "date", match.group(0), match.start(), match.end()
    for pattern, entity in _TAKEN:
        for match in pattern.finditer(text):
            value = match.group(1)
            yield entity, _SLANG.get(value.lower(), value), match.start(1), match.end(1)


def first_of(text: str, entity: str) -> Optional[str]:
    """The first value of one kind of fact in the text."""
    return next((value for name, value, _, _ in find(text) if name == entity), None)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FactSpotter(GraphComponent):
    """Adds each fact that the sentence mentions as an entity; at most one of a kind, the first mentioned.

    Those that belong to the second of two matters named at once go together into the entity `second_facts`.
    """

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
            known: List[Dict[str, Any]] = message.get(ENTITIES, [])
            second = next((entity for entity in known if entity["entity"] == SECOND_MATTER), None)
            entities: Dict[str, Dict[str, Any]] = {}
            of_second: Dict[str, str] = {}
            for entity, value, start, end in find(message.get(TEXT) or ""):
                if second is not None and second["start"] <= start and end <= second["end"]:
                    of_second.setdefault(entity, value)
                    continue
                entities.setdefault(
                    entity, {"entity": entity, "value": value, "start": start, "end": end, "extractor": "FactSpotter"}
                )
            found = list(entities.values())
            if second is not None and of_second:
                found.append({**second, "entity": SECOND_FACTS, "value": of_second, "extractor": "FactSpotter"})
            message.set(ENTITIES, [*known, *found], add_to_output=True)
        return messages

    def process_training_data(self, training_data: Any) -> Any:
        return training_data
