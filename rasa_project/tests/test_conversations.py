"""Whole conversations, as `conversations/` tells them: what is said, and what must come of each turn.

`about`: what the service knows at first (level, cards, verifications, outcomes, services, topic, facts, answers);
`bank: true` gives the caller all that the demonstration's bank has on offer. Each turn: `say` (or `tell`: a structured
message with data), and what must come of it: `orders` (all that this turn led to), `topic`, `facts` (null: not noted),
`step`, `hears` and `never` (patterns, whatever the case).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Callable, Dict, List

import pytest
import ruamel.yaml
from bank import ITEMS
from caller import OFFERED, Caller

Call = Callable[..., Caller]
CONVERSATIONS: List[Dict[str, Any]] = [
    conversation
    for file in sorted(Path(__file__).with_name("conversations").glob("*.yml"))
    for conversation in ruamel.yaml.YAML(typ="safe").load(file.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=[each["title"] for each in CONVERSATIONS])
def test_a_conversation_goes_as_it_is_told(call: Call, conversation: Dict[str, Any]) -> None:
    about = dict(conversation.get("about", {}))
    at_the_bank = {"services": dict(OFFERED), "items": dict(ITEMS)} if about.pop("bank", False) else {}
    caller = call(**at_the_bank, **about)
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
    assert len({each["title"] for each in CONVERSATIONS}) == len(CONVERSATIONS) >= 80
