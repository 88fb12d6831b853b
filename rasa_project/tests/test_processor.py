"""The short way through a turn ends where Rasa's own way ends: the same words, and the same events."""

from __future__ import annotations

import random
from typing import Any, Dict, List, Tuple

import pytest
from caller import OFFERED
from channels import wire
from channels.holdfast import _bring_up_to_date, _message
from channels.processor import InOrderRunner, on_the_short_way
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.processor import MessageProcessor
from rasa.engine.exceptions import GraphRunError
from rasa.shared.core.trackers import DialogueStateTracker
from test_conversations import CONVERSATIONS

SAID = [[turn["say"] for turn in each["turns"] if "say" in turn] for each in CONVERSATIONS]


def asked(conversation: str, words: str) -> wire.TurnRequest:
    metadata = {"verified_level": 2, "services": list(OFFERED), "levels": OFFERED}
    return wire.read({"conversation": conversation, "words": words, "structured": None, "metadata": metadata})


def told(tracker: DialogueStateTracker) -> List[Tuple[Any, ...]]:
    """The events without what differs by the clock or by chance."""
    untold = {"timestamp", "message_id", "model_id", "assistant_id", "parse_data"}
    return [
        tuple(sorted((name, str(value)) for name, value in event.as_dict().items() if name not in untold))
        for event in tracker.events
    ]


async def turn(processor: MessageProcessor, request: wire.TurnRequest) -> List[Dict[str, Any]]:
    output = CollectingOutputChannel()
    await _bring_up_to_date(processor, request)
    await processor.handle_message(_message(request, output))
    return output.messages


def without_recipient(messages: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    return [{key: value for key, value in message.items() if key != "recipient_id"} for message in messages]


async def test_every_scripted_word_is_answered_as_by_rasa_itself(agent: Agent) -> None:
    ways = {"stock": agent.processor, "short": on_the_short_way(agent.processor)}
    for number, conversation in enumerate(SAID):
        for words in conversation:
            replies = []
            for way, processor in ways.items():
                random.seed(number)  # Rasa chooses among a response's variations
                replies.append(without_recipient(await turn(processor, asked(f"{way}-{number}", words))))
            assert replies[0] == replies[1], words
        trackers = [await agent.tracker_store.retrieve(f"{way}-{number}") for way in ways]
        assert told(trackers[0]) == told(trackers[1])


def test_a_node_that_fails_is_told_as_rasa_tells_it(agent: Agent) -> None:
    runner = on_the_short_way(agent.processor).graph_runner
    assert isinstance(runner, InOrderRunner)
    with pytest.raises(GraphRunError):
        runner.run({}, targets=[agent.processor.model_metadata.nlu_target])
