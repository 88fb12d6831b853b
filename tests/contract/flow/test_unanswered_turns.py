"""Turns whose process died between the words and the answer are taken up, and a stuck one keeps no other waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

import pytest
from arrivals import placed
from doubles import MovedClock, ToldBus
from serving.patience import until
from small_bank import SmallBank

from assistant.flow.dialogue import Dialogue
from assistant.flow.line import Lines
from assistant.flow.one_time_codes import OneTimeCodes
from assistant.flow.orders import Orders
from assistant.flow.turns import Turns
from assistant.flow.verification import VerificationDesk
from assistant.flow.waiting import Waiting
from assistant.model.contact import ContactId
from assistant.model.events import Author, EventType
from assistant.model.ports import Reply, Saying, Turn
from assistant.model.storage import Store
from assistant.settings.tenant import Tenant


class Engine:
    """Answers whom it does not keep waiting."""

    def __init__(self, stuck: set[str]) -> None:
        self.stuck = stuck
        self.goes_on = asyncio.Event()

    async def turn(self, turn: Turn) -> Reply:
        words = turn.words or ""
        if words in self.stuck:
            await self.goes_on.wait()
        return Reply((Saying(f"About {words}: yes."),), None, None, {}, None)


type Opens = Callable[[Engine], Awaitable[Dialogue]]


@pytest.fixture
def opens(store: Store, fernhill: Tenant, bus: ToldBus, clock: MovedClock) -> Opens:
    """The talk as one process has it."""

    async def open_(engine: Engine) -> Dialogue:
        lines = Lines(store, bus, Waiting(store, clock, fernhill))
        await lines.follow(fernhill.queues)
        bank, nobody = SmallBank(), cast(Any, None)
        desk = VerificationDesk(store, fernhill, bank, OneTimeCodes(fernhill, nobody, b"key"), b"key")
        return Dialogue(store, lines, desk, Turns(store, fernhill, lines, engine, Orders(store, fernhill, bank, desk)))

    return open_


async def said(store: Store, contact_id: ContactId, author: Author = Author.ASSISTANT) -> list[str]:
    events = await store.read(lambda work: work.trail.after(contact_id, 0, frozenset({EventType.MESSAGE_ADDED})))
    return [each.words.text for each in events if each.words and each.words.author is author]


async def test_one_that_is_stuck_keeps_no_other_from_being_taken_up(
    store: Store, clock: MovedClock, opens: Opens
) -> None:
    contacts = {words: (await placed(store)).id for words in ("my card", "my bill", "my limit")}
    before, after = Engine(stuck=set(contacts)), Engine(stuck={"my card"})
    talk = await opens(before)
    dying = [asyncio.create_task(talk.hear(contact_id, words)) for words, contact_id in contacts.items()]

    async def are_kept() -> bool:
        return all([await said(store, contact_id, Author.CALLER) for contact_id in contacts.values()])

    await until("the words are kept", are_kept)
    for task in dying:
        task.cancel()
    await asyncio.gather(*dying, return_exceptions=True)

    clock.advance(60)
    taking_up = asyncio.create_task((await opens(after)).answer_unanswered())

    async def are_answered() -> bool:
        return all([await said(store, contacts[words]) for words in ("my bill", "my limit")])

    await until("the others are answered", are_answered)
    assert await said(store, contacts["my card"]) == []
    after.goes_on.set()
    await taking_up
    assert await said(store, contacts["my card"]) == ["About my card: yes."]
