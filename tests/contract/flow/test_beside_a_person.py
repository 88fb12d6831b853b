"""The assistant and a person: it is silent while an agent talks, and back when the caller is; who only waits is let be.

C12 and C25 are complaints about other systems in `docs/known-failures.md`, as is the closing of chats that only wait.
"""

from __future__ import annotations

import pytest
from closing_house import House
from doubles import MovedClock, ToldBus

from assistant.flow import moves
from assistant.model.contact import Contact, Reach, State
from assistant.model.events import EventType
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant

ANSWER = "I see."
HOUR = 3600.0
TOLD_TO_CALLERS = {"message.added", "contact.connected", "contact.returned", "gathered.updated", "dialogue.changed"}


@pytest.fixture
async def house(store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant) -> House:
    return await House.open(store, clock, bus, fernhill)


async def test_c12_the_assistant_is_silent_while_a_person_talks_and_back_when_the_caller_is(house: House) -> None:
    visitor, amira = await house.visits(), await house.agent()
    await house.dialogue.hear(visitor, "my card is gone")
    assert (await house.told(visitor))[-1] == ANSWER
    await house.meets(visitor, amira)
    before = await house.told(visitor)
    for words in ("hello Amira", "are you there?", "assistant"):
        await house.dialogue.hear(visitor, words)
    await house.conversation.say(visitor, amira, "Good morning, how can I help?")
    await house.dialogue.hear(visitor, "my card is gone")
    assert (await house.told(visitor))[len(before) :] == ["Good morning, how can I help?"]

    def lose(work: UnitOfWork) -> Contact:
        contact = work.contacts.lock(visitor)
        assert contact is not None
        return moves.return_to_place(work, contact, "agent_lost")

    assert (await house.store.transact(lose)).state is State.WAITING
    await house.dialogue.hear(visitor, "are you still there?")
    assert (await house.told(visitor))[-1] == ANSWER, "nobody is left with an assistant that is silent for ever"


async def test_c25_what_agents_and_the_service_note_is_in_no_frame_of_the_caller(house: House) -> None:
    visitor, amira = await house.visits(), await house.agent(name="Amira Haddad")
    await house.works()
    offered = await house.contact(visitor)
    assert offered.offer_id is not None
    await house.offers.decline(offered.offer_id, amira.id, "too difficult")
    ben = await house.agent("ben", chats=1)
    await house.meets(visitor, ben)
    await house.conversation.note(visitor, ben, "a difficult customer")
    await house.dialogue.hear(visitor, "hello?")
    await house.passes(60)
    noted = {event.type for event in await house.events(visitor)}
    assert noted >= {EventType.OFFER_MADE, EventType.OFFER_ENDED, EventType.NOTE_ADDED, EventType.AGENT_SILENT}
    frames = (await house.transcripts.view(visitor)).frames()
    assert {frame["type"] for frame in frames} <= TOLD_TO_CALLERS
    for hidden in ("difficult", "decline", amira.id, ben.id, "Amira"):
        assert hidden not in str(frames)


async def test_zammad_who_waits_alone_and_says_nothing_for_hours_is_not_closed(house: House) -> None:
    """There a chat in which nothing happens for five minutes is closed, read literally also one that only waits."""
    visitor, behind = await house.visits(), await house.visits()
    for _ in range(8):
        await house.passes(HOUR)
    found = await house.contact(visitor)
    assert (found.state, found.reach) == (State.WAITING, Reach.PRESENT)
    assert [await house.position(visitor), await house.position(behind)] == [1, 2]
