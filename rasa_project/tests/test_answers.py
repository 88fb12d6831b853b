"""What is told beside something that no topic is about."""

from __future__ import annotations

from typing import List

import pytest
from components.answers import AnswerReader
from components.facts import find
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message


def read(text: str) -> Message:
    """As the reader leaves it, the classifier having found nothing that it is about."""
    entities = [
        {"entity": entity, "value": value, "start": start, "end": end} for entity, value, start, end in find(text)
    ]
    refused = {"name": "out_of_scope", "confidence": 0.8}
    [message] = AnswerReader.create(AnswerReader.get_default_config(), None, None, None).process(  # type: ignore[arg-type]
        [Message({TEXT: text, INTENT: refused, ENTITIES: entities})]
    )
    return message


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sorry, I meant eighty pounds", ["eighty pounds"]),
        ("it was 80 pounds", ["80 pounds"]),
        ("no wait it was yesterday", ["yesterday"]),
    ],
)
def test_a_sentence_that_is_nothing_but_facts_tells_them(text: str, told: List[str]) -> None:
    message = read(text)
    assert message.get(INTENT)["name"] == "inform"
    assert [entity["value"] for entity in message.get(ENTITIES)] == told


@pytest.mark.parametrize(
    "text", ["what's the weather like today", "I won 80 pounds at cards yesterday", "who are you then"]
)
def test_what_is_mentioned_beside_something_else_is_no_fact(text: str) -> None:
    message = read(text)
    assert message.get(INTENT)["name"] == "out_of_scope"
    assert message.get(ENTITIES) == []
