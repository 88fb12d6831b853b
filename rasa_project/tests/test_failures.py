"""A turn that fails is told as one that failed, and the next one starts afresh from what the service knows."""

from __future__ import annotations

import logging
from typing import Any, Dict, List

import pytest
from channels import holdfast, wire
from channels.processor import on_the_short_way
from rasa.core.agent import Agent


def asked(words: str, conversation: str = "someone", **known: Any) -> wire.TurnRequest:
    body: Dict[str, Any] = {"conversation": conversation, "words": words, "metadata": {"known": known}}
    return wire.read(body)


async def test_an_action_that_rasa_only_logs_fails_the_turn(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the words of the caller")

    monkeypatch.setattr(agent.nlg, "generate", broken)
    with pytest.raises(holdfast.TurnFailed) as failure:
        await holdfast.take_turn(agent, asked("what's my position"))
    assert "words of the caller" not in str(failure.value)


async def test_after_a_failure_the_conversation_goes_on_from_what_is_known(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(on_the_short_way(agent.processor), "handle_message", None)
        with pytest.raises(TypeError):
            await holdfast.take_turn(agent, asked("i lost my card", "other"))
    reply = await holdfast.take_turn(
        agent, asked("debit", "other", topic="report_lost_card", facts={"lost_how": "lost"})
    )
    assert reply["gathered"]["facts"] == {"card_kind": "debit", "lost_how": "lost"}


async def test_a_store_that_fails_fails_the_turn(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> None:
        raise OSError("disk")

    monkeypatch.setattr(agent.tracker_store._tracker_store, "save", broken)
    with pytest.raises(Exception, match=r".+"):
        await holdfast.take_turn(agent, asked("hello", "third"))


def test_two_orders_in_one_turn_are_refused() -> None:
    orders: List[Dict[str, Any]] = [
        {"custom": {"order": {"name": "verify"}}},
        {"custom": {"order": {"name": "settle"}}},
    ]
    with pytest.raises(ValueError, match="two orders"):
        wire.reply(orders, {}, None, None)


async def test_turns_log_no_words(agent: Agent, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    await holdfast.take_turn(agent, asked("my pin is 4821 and my card ends in 4417", "fourth"))
    assert "4821" not in caplog.text
