"""Whole conversations, as `conversations.yml` tells them: what is said, and what must come of each turn."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Callable, Dict, List

import pytest
import ruamel.yaml
from caller import Caller

Call = Callable[..., Caller]
CONVERSATIONS: List[Dict[str, Any]] = ruamel.yaml.YAML(typ="safe").load(
    Path(__file__).with_name("conversations.yml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=[each["title"] for each in CONVERSATIONS])
def test_a_conversation_goes_as_it_is_told(call: Call, conversation: Dict[str, Any]) -> None:
    caller = call(**conversation.get("about", {}))
    for turn in conversation["turns"]:
        before = len(caller.orders)
        said = caller.say(turn["say"]) if "say" in turn else caller.tell(turn["tell"], **turn.get("data", {}))
        told = f"{turn.get('say', turn.get('tell'))!r}: {said!r}"
        if "orders" in turn:
            assert [order["name"] for order in caller.orders[before:]] == turn["orders"], told
        if "topic" in turn:
            assert caller.topic == turn["topic"], told
        if "step" in turn:
            assert caller.reply["step"] == turn["step"], told
        for fact, value in turn.get("facts", {}).items():
            assert caller.facts.get(fact) == value, told
        if "hears" in turn:
            assert re.search(turn["hears"], said, re.IGNORECASE | re.DOTALL), told
        if "never" in turn:
            assert not re.search(turn["never"], said, re.IGNORECASE), told


def test_they_are_many() -> None:
    assert len({each["title"] for each in CONVERSATIONS}) == len(CONVERSATIONS) >= 45
