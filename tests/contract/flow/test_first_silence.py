"""A visitor who says nothing is told what there is to choose from: after the first silence, once, and not when busy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from closing_house import House
from doubles import MovedClock, ToldBus

from assistant.flow import due
from assistant.flow.deadlines import DeadlineRunner
from assistant.flow.first_silence import FirstSilence
from assistant.model.contact import ContactId, DialogueMode, PendingInput
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant

SECONDS = 60.0


class Waiting:
    """The house, and the one deadline that this is about."""

    def __init__(self, house: House, bus: ToldBus) -> None:
        self.house = house
        first_silence = FirstSilence(house.store, house.tenant, house.lines)
        handlers = {due.FIRST_SILENCE: first_silence.fire, due.GRACE: house.conversation.grace_ended}
        self._deadlines = DeadlineRunner(house.store, bus, house.clock, handlers)

    async def passes(self, seconds: float) -> None:
        self.house.clock.advance(seconds)
        await self.house.lines.sweep()
        await self._deadlines.fire_due()

    async def told(self, contact_id: ContactId) -> list[str]:
        return [text for text in await self.house.told(contact_id) if text.startswith("I'm still here")]


async def changed(house: House, visitor: ContactId, changes: dict[str, Any]) -> None:
    def change(work: UnitOfWork) -> None:
        contact = work.contacts.lock_only(visitor)
        assert contact is not None
        work.contacts.save(replace(contact, **changes))

    await house.store.transact(change)


@pytest.fixture
async def waiting(store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant) -> Waiting:
    timing = fernhill.timing.model_copy(update={"first_silence_seconds": SECONDS, "grace_seconds": 3600})
    return Waiting(await House.open(store, clock, bus, fernhill.model_copy(update={"timing": timing})), bus)


async def test_after_the_first_silence_the_choices_are_told_once(waiting: Waiting) -> None:
    visitor = await waiting.house.visits()
    await waiting.passes(SECONDS - 2)
    assert await waiting.told(visitor) == []
    await waiting.passes(3)
    assert await waiting.told(visitor) == [
        "I'm still here, and your place stands: you're next. Tell me what it's about whenever you like. "
        "You can also just hold, and I'll be quiet, or have me call you back when it's your turn; you keep your place."
    ]
    await waiting.passes(10 * SECONDS)
    assert len(await waiting.told(visitor)) == 1


async def test_who_talks_is_told_when_they_fall_silent(waiting: Waiting) -> None:
    visitor = await waiting.house.visits()
    await waiting.passes(SECONDS / 2)
    await waiting.house.dialogue.hear(visitor, "I lost my card")
    await waiting.passes(SECONDS / 2 + 1)
    assert await waiting.told(visitor) == []
    await waiting.passes(SECONDS / 2)
    assert len(await waiting.told(visitor)) == 1


@pytest.mark.parametrize("change", ["quiet", "dropped", "called back"])
async def test_who_is_not_there_to_choose_is_told_nothing(waiting: Waiting, change: str) -> None:
    house = waiting.house
    visitor = await house.visits()
    if change == "quiet":
        await house.dialogue.hold_quietly(visitor)
    elif change == "dropped":
        await house.drops(visitor)
    else:
        visitor = (await house.joins(callback="+442079460105")).contact.id
    await waiting.passes(2 * SECONDS)
    assert await waiting.told(visitor) == []


@pytest.mark.parametrize(
    "busy",
    [
        {"dialogue": DialogueMode.IN_STEP},
        {"pending_input": PendingInput("r1", "secret", "pin", 4, "And your PIN?")},
    ],
)
async def test_who_is_in_the_middle_of_a_step_is_left_alone_until_it_is_over(
    waiting: Waiting, busy: dict[str, Any]
) -> None:
    house = waiting.house
    visitor = await house.visits()
    await changed(house, visitor, busy)
    await waiting.passes(SECONDS + 1)
    assert await waiting.told(visitor) == []
    await changed(house, visitor, {"dialogue": DialogueMode.SPEAKING, "pending_input": None})
    await waiting.passes(SECONDS + 1)
    assert len(await waiting.told(visitor)) == 1


async def test_where_nobody_is_called_back_that_is_not_offered(
    store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant
) -> None:
    callbacks = fernhill.callbacks.model_copy(update={"countries": []})
    waiting = Waiting(await House.open(store, clock, bus, fernhill.model_copy(update={"callbacks": callbacks})), bus)
    visitor = await waiting.house.visits()
    await waiting.passes(SECONDS + 1)
    (told,) = await waiting.told(visitor)
    assert "call you back" not in told


async def test_an_agent_who_comes_first_makes_it_needless(waiting: Waiting) -> None:
    house = waiting.house
    visitor = await house.visits()
    amira = await house.agent()
    await house.meets(visitor, amira)
    await waiting.passes(SECONDS + 1)
    assert await waiting.told(visitor) == []
