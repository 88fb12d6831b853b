"""Who stands in line twice and proves who it is has one place: the older one. Some begin further ahead, by rule."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from arrivals import CARDS, hired
from doubles import MovedClock
from small_bank import MAYA, SmallBank, Telephones

from assistant.flow import head_starts, moves
from assistant.flow.conversation import Conversation
from assistant.flow.intake import Intake, Joined, JoinRequest
from assistant.flow.line import Lines
from assistant.flow.offers import Offers
from assistant.flow.one_time_codes import OneTimeCodes
from assistant.flow.routing import Router
from assistant.flow.transcripts import Transcripts
from assistant.flow.verification import VerificationDesk
from assistant.flow.waiting import Waiting
from assistant.model.agent import Agent
from assistant.model.briefing import Fact
from assistant.model.contact import Channel, Contact, ContactId, OfferId, QueueId, State
from assistant.model.events import EventType
from assistant.model.place import EntryCause
from assistant.model.ports import Bus
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import HeadStartsPart, Tenant

ACCOUNTS = QueueId("accounts")


class NoTelephone:
    async def ring_agent(self, offer_id: OfferId, contact: Contact, agent: Agent) -> None: ...

    async def release(self, contact: Contact) -> None: ...


@dataclass
class Desk:
    store: Store
    lines: Lines
    intake: Intake
    offers: Offers
    router: Router
    conversation: Conversation
    transcripts: Transcripts
    verification: VerificationDesk

    async def joins(self, queue: QueueId = CARDS) -> Joined:
        return await self.intake.join(JoinRequest(Channel.CHAT, queue))

    async def proves(self, joined: Joined, number: str = MAYA) -> None:
        def begin(work: UnitOfWork) -> Contact:
            contact = work.contacts.lock_only(joined.contact.id)
            assert contact is not None
            return self.verification.begin(work, contact)

        asked = (await self.store.transact(begin)).pending_input
        assert asked is not None
        await self.verification.answer(joined.contact.id, asked.request_id, "customer_number", number)
        asked = (await self.contact(joined)).pending_input
        assert asked is not None
        outcome = await self.verification.answer(joined.contact.id, asked.request_id, "pin", "4821")
        assert outcome is not None
        assert outcome[0] == "verified"

    async def contact(self, joined: Joined) -> Contact:
        found = await self.store.read(lambda work: work.contacts.get(joined.contact.id))
        assert found is not None
        return found

    async def position(self, joined: Joined) -> int | None:
        return (await self.transcripts.view(joined.contact.id)).place.position

    async def line(self, queue: QueueId = CARDS) -> list[ContactId]:
        return [id for _, id in (await self.store.read(lambda work: work.lines.snapshot(queue))).places]


@pytest.fixture
def tenant(fernhill: Tenant) -> Tenant:
    rules = HeadStartsPart(cap_seconds=600, topics={"report_fraud": 300}, customers={"vulnerable": 400})
    return fernhill.model_copy(update={"head_starts": rules})


@pytest.fixture
async def desk(store: Store, bus: Bus, clock: MovedClock, tenant: Tenant) -> Desk:
    lines = Lines(store, bus, Waiting(store, clock, tenant))
    await lines.follow(tenant.queues)
    offers = Offers(store, tenant, NoTelephone())
    codes = OneTimeCodes(tenant, Telephones(), b"a key")
    return Desk(
        store=store,
        lines=lines,
        intake=Intake(store, tenant, lines, b"a key", "a process"),
        offers=offers,
        router=Router(store, bus, tenant, offers),
        conversation=Conversation(store, tenant, NoTelephone()),
        transcripts=Transcripts(store, tenant, lines),
        verification=VerificationDesk(store, tenant, SmallBank(), codes, b"a key"),
    )


async def test_a_second_place_of_the_same_person_takes_the_order_of_the_first(desk: Desk, clock: MovedClock) -> None:
    first = await desk.joins()
    clock.advance(60)
    between = await desk.joins()
    clock.advance(60)
    second, last = await desk.joins(), await desk.joins()
    await desk.proves(first)
    await desk.proves(second)
    assert await desk.line() == [second.contact.id, between.contact.id, last.contact.id]
    assert await desk.position(second) == 1
    assert await desk.position(between) == 2, "nobody's place has changed by it"
    ended, kept = await desk.contact(first), await desk.contact(second)
    assert (ended.state, ended.outcome) == (State.CLOSED, "left")
    assert (kept.order_at, kept.entered_at) == (first.contact.order_at, first.contact.entered_at)


async def test_the_older_device_may_be_the_one_that_proves_last(desk: Desk) -> None:
    first, between, second = await desk.joins(), await desk.joins(), await desk.joins()
    await desk.proves(second)
    await desk.proves(first)
    assert await desk.line() == [first.contact.id, between.contact.id]
    assert (await desk.contact(second)).state is State.CLOSED


async def test_what_was_gathered_on_the_first_is_known_on_the_second(desk: Desk) -> None:
    first, second = await desk.joins(), await desk.joins()
    await desk.proves(first)

    def gather(work: UnitOfWork) -> None:
        contact = work.contacts.lock_only(first.contact.id)
        assert contact is not None
        work.trail.put_fact(contact.id, Fact("amount", "Amount", "20 pounds"))
        work.trail.append(contact, EventType.GATHERED_UPDATED)

    await desk.store.transact(gather)
    await desk.proves(second)
    view = await desk.transcripts.view(second.contact.id)
    assert [fact.value for fact in view.gathered.facts] == ["20 pounds"]
    assert any("you have that place back" in frame["data"].get("text", "") for frame in view.frames())


async def test_whose_call_was_cut_has_the_place_back_once_the_same_person_is_proved(
    desk: Desk, clock: MovedClock
) -> None:
    first, behind = await desk.joins(), await desk.joins()
    await desk.proves(first)
    await desk.conversation.leave(first.contact.id)
    clock.advance(300)
    again = await desk.joins()
    assert await desk.position(again) == 2
    await desk.proves(again)
    assert await desk.position(again) == 1
    assert await desk.line() == [again.contact.id, behind.contact.id]
    assert desk.lines.line(CARDS).why_worse(behind.contact.id, behind.place.revision) == "reclaimed"


async def test_a_place_given_up_too_long_ago_is_gone(desk: Desk, clock: MovedClock) -> None:
    first = await desk.joins()
    await desk.joins()
    await desk.proves(first)
    await desk.conversation.leave(first.contact.id)
    clock.advance(601)
    again = await desk.joins()
    await desk.proves(again)
    assert await desk.position(again) == 2


async def test_places_in_two_queues_are_two_matters(desk: Desk) -> None:
    cards, accounts = await desk.joins(CARDS), await desk.joins(ACCOUNTS)
    await desk.proves(cards)
    await desk.proves(accounts)
    assert await desk.line(CARDS) == [cards.contact.id]
    assert await desk.line(ACCOUNTS) == [accounts.contact.id]


async def test_another_person_takes_nothing(desk: Desk) -> None:
    first, second = await desk.joins(), await desk.joins()
    await desk.proves(first)
    await desk.proves(second, number="10000002")
    assert await desk.line() == [first.contact.id, second.contact.id]


async def test_an_offered_place_is_taken_back_from_the_agent_and_a_place_accepted_is_left(desk: Desk) -> None:
    first, second = await desk.joins(), await desk.joins()
    await desk.proves(first)
    agent = await hired(desk.store)
    offer = await desk.router.assign()
    assert offer is not None
    assert offer.contact_id == first.contact.id
    await desk.proves(second)
    assert (await desk.contact(first)).state is State.CLOSED
    assert await desk.line() == [second.contact.id]
    again = await desk.router.assign()
    assert again is not None
    assert again.contact_id == second.contact.id
    await desk.offers.accept(again.id, agent.id)
    third = await desk.joins()
    await desk.proves(third)
    assert (await desk.contact(second)).state is State.OFFERED
    assert await desk.line() == [second.contact.id, third.contact.id]


async def test_a_head_start_moves_a_place_forward_once_with_its_reason_and_evidence(
    desk: Desk, clock: MovedClock
) -> None:
    ahead = await desk.joins()
    clock.advance(200)
    urgent = await desk.joins()
    rules = HeadStartsPart(cap_seconds=600, topics={"report_fraud": 300})

    def grant(work: UnitOfWork) -> Contact:
        contact = work.contacts.lock(urgent.contact.id)
        assert contact is not None
        return head_starts.grant(work, contact, rules, 300, "topic", "topic:report_fraud")

    for _ in range(2):
        await desk.store.transact(grant)
    assert await desk.line() == [urgent.contact.id, ahead.contact.id]
    contact = await desk.contact(urgent)
    assert (contact.head_start_seconds, contact.entered_at) == (300, urgent.contact.entered_at)
    assert urgent.contact.order_at - contact.order_at == 300_000_000
    assert desk.lines.line(CARDS).why_worse(ahead.contact.id, ahead.place.revision) == "head_start"
    (event,) = await desk.store.read(
        lambda work: work.trail.after(contact.id, 0, frozenset({EventType.HEAD_START_GRANTED}))
    )
    assert (event.data["rule"], event.data["evidence"], event.data["seconds"]) == ("topic", "topic:report_fraud", 300)


async def test_head_starts_are_capped_so_that_nobody_starves(desk: Desk, clock: MovedClock) -> None:
    ahead = await desk.joins()
    clock.advance(601)
    urgent = await desk.joins()
    rules = HeadStartsPart(cap_seconds=600)

    def grant(work: UnitOfWork) -> None:
        for n in range(5):
            contact = work.contacts.lock(urgent.contact.id)
            assert contact is not None
            head_starts.grant(work, contact, rules, 400, f"rule {n}", "code:test")

    await desk.store.transact(grant)
    assert (await desk.contact(urgent)).head_start_seconds == 600
    assert await desk.line() == [ahead.contact.id, urgent.contact.id]


async def test_a_vulnerable_customer_has_a_head_start_once_verified(desk: Desk, clock: MovedClock) -> None:
    ahead = await desk.joins()
    clock.advance(60)
    frail = await desk.joins()
    await desk.proves(frail, number="10000003")
    assert await desk.line() == [frail.contact.id, ahead.contact.id]


async def test_an_advanced_place_moves_in_two_recorded_steps(desk: Desk) -> None:
    for _ in range(3):
        await desk.joins()
    last = await desk.joins()

    def advance(work: UnitOfWork) -> None:
        contact = work.contacts.lock(last.contact.id)
        assert contact is not None
        moves.advance(work, contact, contact.order_at - 1_000_000, EntryCause.HEAD_START)

    await desk.store.transact(advance)
    changes = await desk.store.read(lambda work: work.lines.changes_after(CARDS, 4, 10))
    assert [(change.op, change.cause) for change in changes] == [("leave", "moved"), ("enter", "head_start")]
    assert await desk.position(last) == 1
