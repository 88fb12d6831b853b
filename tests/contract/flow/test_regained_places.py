"""A place moves to another device, or is had back, with its order; by number alone nothing that was said is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import pytest
from arrivals import CARDS

from assistant.flow.claims import Claim, Claimed, Claims
from assistant.flow.conversation import Conversation
from assistant.flow.feedback import Feedback
from assistant.flow.intake import Intake, Joined, JoinRequest
from assistant.flow.line import Lines
from assistant.flow.moves import say
from assistant.flow.transcripts import Transcripts
from assistant.flow.waiting import Waiting
from assistant.model.agent import Agent
from assistant.model.contact import Channel, Contact, ContactId, OfferId, State, Verification
from assistant.model.errors import Refused
from assistant.model.events import Author
from assistant.model.ports import Bus, Clock
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant

NUMBER = "+442071838750"


class MovedClock(Protocol):
    def advance(self, seconds: float) -> None: ...


class NoTelephone:
    async def ring_agent(self, offer_id: OfferId, contact: Contact, agent: Agent) -> None: ...

    async def release(self, contact: Contact) -> None: ...


@dataclass
class Desk:
    store: Store
    claims: Claims
    conversation: Conversation
    feedback: Feedback
    transcripts: Transcripts
    intake: Intake

    async def joins(self, ani: str | None = NUMBER) -> Joined:
        return await self.intake.join(JoinRequest(Channel.CHAT, CARDS, ani=ani))

    async def claims_by_number(self, joined: Joined, number: str = NUMBER) -> Claimed:
        return await self.claims.claim(Claim(joined.contact.code, Channel.CHAT, number=number))

    async def position(self, contact_id: ContactId) -> int | None:
        return (await self.transcripts.view(contact_id)).place.position


@pytest.fixture
async def desk(store: Store, bus: Bus, clock: Clock, fernhill: Tenant) -> Desk:
    lines = Lines(store, bus, Waiting(store, clock, fernhill))
    await lines.follow(fernhill.queues)
    return Desk(
        store=store,
        claims=Claims(store, fernhill, lines),
        conversation=Conversation(store, fernhill, NoTelephone()),
        feedback=Feedback(store),
        transcripts=Transcripts(store, fernhill, lines),
        intake=Intake(store, fernhill, lines, b"a key", "a process"),
    )


async def test_a_claimed_place_keeps_its_position_and_ends_the_old_token(desk: Desk) -> None:
    first, _ = await desk.joins(), await desk.joins()
    claimed = await desk.claims.claim(Claim(first.contact.code, Channel.CHAT, token=first.token))
    assert claimed.place.position == 1
    assert claimed.token != first.token
    with pytest.raises(Refused, match="no place"):
        await desk.claims.claim(Claim(first.contact.code, Channel.CHAT, token=first.token))


async def test_by_number_only_the_place_moves(desk: Desk) -> None:
    joined = await desk.joins()

    def tells(work: UnitOfWork) -> None:
        contact = work.contacts.lock_only(joined.contact.id)
        say(work, contact, Author.CALLER, "what only the first device may know")

    await desk.store.transact(tells)
    claimed = await desk.claims_by_number(joined, "0044 20 7183-8750")
    view = await desk.transcripts.view(claimed.contact.id)
    assert [frame for frame in view.frames() if frame["type"] == "message.added"] == []
    assert view.gathered.facts == () and view.gathered.topic is None
    assert view.place.position == 1


async def test_what_was_proved_ends_with_the_leg_on_which_it_was_proved(desk: Desk) -> None:
    joined = await desk.joins()

    def verified(work: UnitOfWork) -> None:
        contact = work.contacts.lock_only(joined.contact.id)
        work.contacts.save(replace(contact, verification=Verification(2, "pin", work.now)))

    await desk.store.transact(verified)
    claimed = await desk.claims.claim(Claim(joined.contact.code, Channel.CHAT, token=joined.token))
    assert claimed.contact.verification.level == 1


@pytest.mark.parametrize("number", ["+442071838751", ""])
async def test_a_wrong_proof_sounds_like_no_such_place(desk: Desk, number: str) -> None:
    joined = await desk.joins()
    with pytest.raises(Refused) as wrong:
        await desk.claims_by_number(joined, number)
    with pytest.raises(Refused) as unknown:
        await desk.claims.claim(Claim("00000000", Channel.CHAT, number=NUMBER))
    assert wrong.value.code == unknown.value.code == "no_such_place"
    assert wrong.value.message == unknown.value.message


async def test_a_withheld_number_proves_nothing(desk: Desk) -> None:
    joined = await desk.joins(ani=None)
    with pytest.raises(Refused):
        await desk.claims_by_number(joined, "")


async def test_a_place_that_was_given_up_is_had_back_where_it_stood(desk: Desk) -> None:
    first, second = await desk.joins(), await desk.joins()
    await desk.conversation.give_up_place(first.contact.id)
    assert await desk.position(second.contact.id) == 1
    claimed = await desk.claims.claim(Claim(first.contact.code, Channel.CHAT, token=first.token))
    assert claimed.contact.state is State.WAITING
    assert (claimed.place.position, await desk.position(second.contact.id)) == (1, 2)


async def test_an_end_that_was_taken_back_is_not_told_again(desk: Desk) -> None:
    joined = await desk.joins()

    async def ends() -> list[str]:
        frames = (await desk.transcripts.view(joined.contact.id)).frames()
        return [frame["data"]["outcome"] for frame in frames if frame["type"] == "contact.closed"]

    await desk.conversation.give_up_place(joined.contact.id)
    assert await ends() == ["contained"]
    await desk.claims.claim(Claim(joined.contact.code, Channel.CHAT, token=joined.token))
    assert await ends() == []
    await desk.conversation.leave(joined.contact.id)
    assert await ends() == ["left"]


async def test_after_its_time_a_given_up_place_is_gone(desk: Desk, fernhill: Tenant, clock: MovedClock) -> None:
    joined = await desk.joins()
    await desk.conversation.give_up_place(joined.contact.id)
    clock.advance(fernhill.timing.reclaim_seconds + 1)
    for deadline in await desk.store.read(lambda work: work.deadlines.due(work.now, 10)):
        if deadline.kind == "reclaim":
            await desk.conversation.reclaim_ended(deadline)
    with pytest.raises(Refused):
        await desk.claims.claim(Claim(joined.contact.code, Channel.CHAT, token=joined.token))


async def test_feedback_is_taken_once_and_after_the_end(desk: Desk) -> None:
    joined = await desk.joins()
    with pytest.raises(Refused, match="after the end"):
        await desk.feedback.give(joined.contact.id, {"csat": 5}, None)
    await desk.conversation.leave(joined.contact.id)
    await desk.feedback.give(joined.contact.id, {"csat": 5}, "quick and kind")
    with pytest.raises(Refused, match="already"):
        await desk.feedback.give(joined.contact.id, {"csat": 1}, None)
