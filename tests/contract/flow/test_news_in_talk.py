"""News of the place is worked into the talk when it has changed by much, before the question, and never as chatter."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from arrivals import CARDS, place
from doubles import MovedClock
from small_bank import SmallBank, Telephones

from assistant.flow import moves
from assistant.flow.dialogue import Dialogue
from assistant.flow.intake import Intake, JoinRequest
from assistant.flow.line import Lines
from assistant.flow.one_time_codes import OneTimeCodes
from assistant.flow.orders import Orders
from assistant.flow.turns import Turns
from assistant.flow.verification import VerificationDesk
from assistant.flow.waiting import Waiting
from assistant.model.contact import Channel, ContactId, Outcome, State
from assistant.model.events import Author, EventType
from assistant.model.ports import Bus, Order, Reply, Saying, Turn
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant

QUESTION = "And when was that?"


@dataclass
class Asker:
    """Notes whatever is said and asks one more question; `order` and `step` as the test likes."""

    order: Order | None = None
    step: str | None = None
    text: str = QUESTION

    async def is_ready(self) -> bool:
        return True

    async def turn(self, turn: Turn) -> Reply:
        return Reply((Saying("Thank you."), Saying(self.text)), self.order, turn.topic, {}, self.step)


@dataclass
class Talk:
    store: Store
    lines: Lines
    tenant: Tenant
    dialogue: Dialogue
    mine: ContactId
    engine: Asker
    before: list[ContactId] = field(default_factory=list)

    async def move_up(self, places: int) -> None:
        """So many of those ahead leave."""

        def leave(work: UnitOfWork) -> None:
            for contact_id in self.before[:places]:
                contact = work.contacts.lock(contact_id)
                assert contact is not None
                moves.leave_line(work, contact, State.ABANDONED, Outcome.LEFT, self.tenant.timing)

        await self.store.transact(leave)
        del self.before[:places]
        await self.lines.sweep()

    async def say(self, words: str = "yesterday") -> list[str]:
        """What the assistant answers."""
        types = frozenset({EventType.MESSAGE_ADDED})
        before = await self.store.read(lambda work: work.trail.after(self.mine, 0, types))
        await self.dialogue.hear(self.mine, words)
        said = await self.store.read(lambda work: work.trail.after(self.mine, before[-1].seq, types))
        return [event.words.text for event in said if event.words and event.words.author is Author.ASSISTANT]


@pytest.fixture
async def talk(store: Store, bus: Bus, clock: MovedClock, fernhill: Tenant) -> Talk:
    """Behind six; nobody is on duty, so that no wait is known."""
    lines = Lines(store, bus, Waiting(store, clock, fernhill))
    await lines.follow(fernhill.queues)
    before = await store.transact(lambda work: [place(work).id for _ in range(6)])
    await lines.sweep()
    intake = Intake(store, fernhill, lines, b"a key", "a process")
    mine = (await intake.join(JoinRequest(Channel.CHAT, CARDS))).contact.id
    await lines.sweep()
    bank, codes, engine = SmallBank(), OneTimeCodes(fernhill, Telephones(), b"a key"), Asker()
    desk = VerificationDesk(store, fernhill, bank, codes, b"a key")
    turns = Turns(store, fernhill, lines, engine, Orders(store, fernhill, bank, desk))
    return Talk(store, lines, fernhill, Dialogue(store, lines, desk, turns), mine, engine, before)


async def test_half_the_line_gone_is_news_before_the_question_and_once(talk: Talk) -> None:
    await talk.move_up(2)
    assert await talk.say() == ["Thank you.", QUESTION], "four ahead instead of six is nothing to interrupt for"
    await talk.move_up(1)
    assert await talk.say() == ["Thank you.", "By the way, three people are ahead of you now.", QUESTION]
    assert await talk.say() == ["Thank you.", QUESTION]


async def test_who_is_next_hears_so(talk: Talk) -> None:
    await talk.move_up(5)
    await talk.say()
    await talk.move_up(1)
    assert await talk.say() == ["Thank you.", "By the way, you're next now.", QUESTION]


async def test_what_was_just_asked_for_is_no_news(talk: Talk) -> None:
    await talk.move_up(6)
    talk.engine.text = "You're <position> in line; <ahead>."
    assert await talk.say("where am i") == ["Thank you.", "You're first in line."]
    talk.engine.text = QUESTION
    assert await talk.say() == ["Thank you.", QUESTION]


@pytest.mark.parametrize(("order", "step"), [(None, "confirm"), (Order("hold_quietly"), None)])
async def test_nothing_comes_between_in_a_step_or_before_silence(
    talk: Talk, order: Order | None, step: str | None
) -> None:
    await talk.move_up(6)
    talk.engine.order, talk.engine.step = order, step
    assert await talk.say() == ["Thank you.", QUESTION]
