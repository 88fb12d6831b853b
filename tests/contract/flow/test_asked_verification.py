"""An agent asks a caller in chat for proof: the outcome is the agent's, the digits are nobody's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from arrivals import CARDS, hired, place
from doubles import MovedClock
from serving.demo import shows
from small_bank import MAYA, PIN, SmallBank, Telephones

from assistant.flow.asked_verification import AskedVerification, asked_state, concluded
from assistant.flow.conversation import Conversation
from assistant.flow.dialogue import Dialogue
from assistant.flow.one_time_codes import OneTimeCodes
from assistant.flow.orders import Orders
from assistant.flow.recording import Recording
from assistant.flow.recounting import Recounting
from assistant.flow.turns import Turns
from assistant.flow.verification import VerificationDesk
from assistant.model.agent import Agent
from assistant.model.contact import Contact, ContactId, State, Verification
from assistant.model.counting import measured
from assistant.model.errors import Refused
from assistant.model.events import Event, EventType
from assistant.model.facts import replayed
from assistant.model.measures import Asked, By
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant


class Nobody:
    """Nothing is rung, nobody answers, and no line is followed: all of it belongs to the wait."""

    async def release(self, contact: Contact) -> None: ...


@dataclass
class Chat:
    """A chat that amira has in hand."""

    store: Store
    asked: AskedVerification
    dialogue: Dialogue
    conversation: Conversation
    phones: Telephones
    amira: Agent
    id: ContactId

    async def asks(self, method: str = "pin") -> None:
        await self.asked.ask(self.id, self.amira, method)

    async def gives(self, value: str) -> None:
        """Answers what is asked for, in its own field."""
        asked = (await self.contact()).pending_input
        assert asked is not None, "nothing is asked for"
        await self.dialogue.secure(self.id, asked.request_id, asked.name, value)

    async def contact(self) -> Contact:
        found = await self.store.read(lambda work: work.contacts.get(self.id))
        assert found is not None
        return found

    async def state(self) -> dict[str, object] | None:
        contact = await self.contact()
        return await self.store.read(lambda work: asked_state(work, contact))

    async def events(self, *types: EventType) -> list[Event]:
        events = await self.store.read(lambda work: work.trail.after(self.id, 0))
        return [event for event in events if not types or event.type in types]

    async def said(self) -> list[str]:
        return [event.words.text for event in await self.events(EventType.MESSAGE_ADDED) if event.words]

    async def becomes(self, **changes: object) -> None:
        def change(work: UnitOfWork) -> None:
            contact = work.contacts.lock(self.id)
            assert contact is not None
            work.contacts.save(replace(contact, **changes))  # type: ignore[arg-type]

        await self.store.transact(change)


@pytest.fixture
async def chat(store: Store, clock: MovedClock, fernhill: Tenant) -> Chat:
    await store.transact(lambda work: work.lines.ensure([CARDS]))
    amira = await hired(store)
    bank, phones = SmallBank(), Telephones()
    nobody: Any = Nobody()
    desk = VerificationDesk(store, fernhill, bank, OneTimeCodes(fernhill, phones, b"a key"), b"a key")
    orders = Orders(store, fernhill, bank, desk)
    turns = Turns(store, fernhill, None, None, orders)  # type: ignore[arg-type]
    contact = await store.transact(lambda work: place(work, state=State.CONNECTED, agent_id=amira.id))
    return Chat(
        store=store,
        asked=AskedVerification(store, fernhill, desk, nobody, Recording(store, fernhill, nobody, nobody)),
        dialogue=Dialogue(store, None, desk, turns),  # type: ignore[arg-type]
        conversation=Conversation(store, fernhill, Nobody()),  # type: ignore[arg-type]
        phones=phones,
        amira=amira,
        id=contact.id,
    )


async def test_the_outcome_goes_to_the_agent_and_the_digits_to_nobody(chat: Chat) -> None:
    await chat.asks()
    assert await chat.state() == {"method": "pin", "state": "pending"}
    await chat.gives(MAYA)
    await chat.gives(PIN)
    assert await chat.state() == {"method": "pin", "state": "passed"}
    contact = await chat.contact()
    assert (contact.verification.level, contact.customer_name, contact.state) == (2, "Maya Okafor", State.CONNECTED)
    assert (await chat.said())[-1] == "Thank you, that's verified."
    assert not shows(PIN, await chat.events())


async def test_a_code_proves_more_than_the_pin_alone(chat: Chat) -> None:
    await chat.becomes(customer_number=MAYA, verification=Verification(2, "pin"))
    await chat.asks("code")
    await chat.gives(chat.phones.code)
    assert await chat.state() == {"method": "code", "state": "passed"}
    assert (await chat.contact()).verification.level == 3


async def test_who_is_not_known_is_asked_for_the_number_and_gets_the_code_then(chat: Chat) -> None:
    await chat.asks("code")
    assert chat.phones.sent == []
    await chat.gives(MAYA)
    await chat.gives(chat.phones.code)
    assert (await chat.contact()).verification.level == 2


async def test_failures_are_counted_with_all_others_and_lock(chat: Chat, fernhill: Tenant) -> None:
    for _ in range(fernhill.verification.failures):
        await chat.asks()
        await chat.gives(MAYA)
        await chat.gives("0000")
    assert await chat.state() == {"method": "pin", "state": "locked", "tries_left": 0}
    await chat.becomes(customer_number=MAYA)
    await chat.asks()
    assert await chat.state() == {"method": "pin", "state": "locked", "tries_left": 0}
    assert (await chat.contact()).pending_input is None, "who is locked out is not asked"


async def test_asked_again_the_first_question_is_void(chat: Chat) -> None:
    await chat.asks()
    first = (await chat.contact()).pending_input
    await chat.asks("code")
    assert first is not None
    await chat.dialogue.secure(chat.id, first.request_id, first.name, MAYA)
    second = (await chat.contact()).pending_input
    assert second is not None and second.request_id != first.request_id
    assert await chat.state() == {"method": "code", "state": "pending"}


async def test_digits_typed_into_the_talk_are_the_answer_and_are_not_shown(chat: Chat) -> None:
    await chat.becomes(customer_number=MAYA)
    await chat.asks()
    await chat.dialogue.hear(chat.id, f"my PIN is {PIN}")
    assert await chat.state() == {"method": "pin", "state": "passed"}
    assert not shows(PIN, await chat.events())


async def test_the_end_of_the_conversation_ends_the_question(chat: Chat) -> None:
    await chat.asks()
    await chat.conversation.end(chat.id, chat.amira.id)
    contact = await chat.contact()
    assert (contact.state, contact.pending_input) == (State.WRAPPING, None)
    assert await chat.state() == {"method": "pin", "state": "cancelled"}


async def test_asking_who_was_verified_already_is_asking_again(chat: Chat) -> None:
    await chat.asks()
    await chat.becomes(customer_number=MAYA, verification=Verification(2, "pin"))
    await chat.asks()
    asked = await chat.events(EventType.VERIFICATION_ASKED)
    assert [event.data["again"] for event in asked] == [False, True]


@pytest.mark.parametrize("by", [By.QUEUE, By.AGENT])
async def test_what_agents_ask_for_again_is_measured_alike_by_sql_and_by_replay(chat: Chat, by: By) -> None:
    await chat.asks()
    await chat.becomes(customer_number=MAYA, verification=Verification(2, "pin"))
    await chat.asks()
    entered_at = (await chat.contact()).entered_at
    asked = Asked(entered_at - timedelta(hours=1), entered_at + timedelta(hours=1), by, {CARDS: 60}, 5)
    await Recounting(chat.store).catch_up()
    counted = await chat.store.read(lambda work: work.reports.measures(asked))
    assert counted == measured([replayed(await chat.events())], asked)
    ((group, measures),) = counted.items()
    assert group.key == (chat.amira.id if by is By.AGENT else CARDS)
    assert (measures.proofs_asked, measures.proofs_asked_again) == (2, 1)


async def test_only_the_agent_who_has_it_in_hand_may_ask(chat: Chat) -> None:
    other = await hired(chat.store, "ben")
    with pytest.raises(Refused) as refused:
        await chat.asked.ask(chat.id, other, "pin")
    assert refused.value.code == "no_such_contact"
    with pytest.raises(Refused) as refused:
        await chat.asks("voiceprint")
    assert refused.value.code == "unknown_method"


async def test_an_outcome_that_comes_after_the_agent_has_gone_is_the_dialogue_s(chat: Chat) -> None:
    await chat.becomes(state=State.WAITING, agent_id=None)
    is_told = await chat.store.transact(lambda work: concluded(work, chat.id, ("verified", {"level": 2})))
    assert not is_told
