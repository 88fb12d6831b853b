"""Outgoing webhooks over real HTTP: signed, in order, tried again, parked; in them what the caller may see."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from arrivals import hired, place, placed
from doubles import QUEUES, MovedClock, ToldBus
from serving.endpoint import SECRET, Endpoint, Told, endpoint

from assistant.adapters.sql_store import open_store
from assistant.adapters.webhook_sender import HttpWebhookSender, is_forbidden
from assistant.flow import moves
from assistant.flow.courier import AT_ONCE, Courier, pause_after
from assistant.flow.couriers import Couriers, WebhookCarrier
from assistant.flow.delivery_payloads import DeliveryPayloads
from assistant.flow.erasing import Erasing
from assistant.flow.feedback import Feedback
from assistant.flow.recording import Recording
from assistant.flow.spoken_messages import SpokenMessages
from assistant.model.briefing import Fact, Tried
from assistant.model.contact import Contact, ContactId, Outcome, State, Verification
from assistant.model.deliveries import DeliveryState, subscriptions
from assistant.model.erasure import WhyErased
from assistant.model.events import Author, EventType, Words
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant
from assistant.settings.webhooks import WebhookPart

CRM = "127.0.0.1"
ALL = [
    "contact.placed",
    "contact.offered",
    "contact.connected",
    "contact.returned",
    "contact.closed",
    "feedback.given",
    "contact.erased",
]
KEY = base64.b64decode(SECRET.removeprefix("whsec_"))
DAY = 24 * 3600


class House:
    """A store whose events are told to one endpoint, and the courier who tells them."""

    def __init__(self, store: Store, clock: MovedClock, tenant: Tenant, crm: Endpoint, **options: Any) -> None:
        self.store, self.clock, self.crm = store, clock, crm
        part = WebhookPart.model_validate({"url": crm.url, "secret_env": "SECRET", "events": ALL} | options)
        self.sender = HttpWebhookSender([part], {CRM: (b"an older key of this endpoint", KEY)}, clock)
        payloads = DeliveryPayloads(tenant, [CRM] if part.briefing else [])
        self.courier = Courier(CRM, store, clock, WebhookCarrier(CRM, store, payloads, self.sender), lambda: 0.0)

    async def tells(self) -> None:
        """All that is due now, and what comes due by that."""
        while await self.courier.begin_due():
            await self.courier.settled()

    async def tells_after(self, seconds: float) -> None:
        self.clock.advance(seconds)
        await self.tells()

    async def rows(self, state: DeliveryState) -> list[Any]:
        return list(await self.store.read(lambda work: work.deliveries.listed(state, None, None, 100)))

    async def changed(self, contact_id: ContactId, work_on: Any) -> Contact:
        def change(work: UnitOfWork) -> Contact:
            contact = work.contacts.lock(contact_id)
            assert contact is not None
            changed: Contact = work_on(work, contact)
            return changed

        return await self.store.transact(change)

    async def connected(self, **changes: Any) -> Contact:
        """Somebody who has said what it is about, and whom amira has taken."""
        agent = await hired(self.store)

        def talk(work: UnitOfWork) -> Contact:
            contact = place(work, **changes)
            contact = moves.say(work, contact, Author.CALLER, "my card is gone")
            work.trail.put_fact(contact.id, Fact("last_seen", "Last seen", "at the station"))
            work.trail.add_tried(contact.id, Tried("freeze_account", "Freeze the card", "done"))
            data = {"offer_id": "o1", "agent_id": agent.id, "attempt": 1}
            contact = contact.moved(State.OFFERED, agent_id=agent.id, offer_id="o1", attempt=1)
            contact = work.trail.append(contact, EventType.OFFER_MADE, data)
            contact = work.trail.append(contact, EventType.NOTE_ADDED, {}, Words(Author.AGENT, "sounds upset"))
            contact = moves.connect(work, contact)
            return moves.say(work, contact, Author.AGENT, "hello, this is Amira")

        return await self.store.transact(talk)


@pytest.fixture
async def telling(database_url: str, clock: MovedClock, bus: ToldBus) -> AsyncIterator[Store]:
    opened = open_store(database_url, clock, bus, subscriptions({CRM: ALL}))
    await opened.transact(lambda work: work.lines.ensure(QUEUES))
    yield opened
    await opened.close()


@pytest.fixture
async def crm() -> AsyncIterator[Endpoint]:
    async with endpoint() as opened:
        yield opened


@pytest.fixture
async def house(telling: Store, clock: MovedClock, fernhill: Tenant, crm: Endpoint) -> AsyncIterator[House]:
    opened = House(telling, clock, fernhill, crm)
    yield opened
    await opened.sender.close()


async def test_a_whole_contact_is_told_in_order_and_signed(house: House, fernhill: Tenant) -> None:
    contact = await house.connected()
    await house.changed(contact.id, lambda work, held: moves.return_to_place(work, held, "connection_lost"))
    left = {"state": State.CLOSED, "outcome": Outcome.LEFT, "timing": fernhill.timing}
    await house.changed(contact.id, lambda work, held: moves.leave_line(work, held, **left))
    await Feedback(house.store).give(contact.id, {"csat": 4, "resolved": True}, "quick, but my PIN is 4821")
    await house.tells()
    assert [told.type for told in house.crm.heard] == ALL[:-1]
    placed_, offered, connected, returned, closed, feedback = (told.data for told in house.crm.heard)
    assert all(one.data["seq"] < other.data["seq"] for one, other in pairwise(house.crm.heard))
    assert {data["contact_id"] for data in (placed_, offered, connected, returned, closed, feedback)} == {contact.id}
    assert (placed_["channel"], placed_["queue"], placed_["language"]) == ("chat", "cards", "en")
    assert offered["agent"] == connected["agent"] == {"username": "amira", "name": "Amira Example"}
    assert "briefing" not in connected
    assert (returned["reason"], returned["from"]) == ("connection_lost", "connected")
    assert closed["outcome"] == "left"
    assert (feedback["csat"], feedback["resolved"], feedback["nps"]) == (4, True, None)
    assert "quick" in feedback["comment"]
    assert "4821" not in str(house.crm.heard)
    assert await house.rows(DeliveryState.PENDING) == []
    assert len({told.id for told in house.crm.heard}) == 6


async def test_the_briefing_is_what_the_caller_may_see(
    telling: Store, clock: MovedClock, fernhill: Tenant, crm: Endpoint
) -> None:
    house = House(telling, clock, fernhill, crm, briefing=True)
    known = {"customer_number": "10000001", "customer_name": "Maya Okafor", "topic": "report_lost_card"}
    await house.connected(verification=Verification(2, "pin", clock.now()), **known)
    await house.tells()
    briefing = crm.heard[-1].data["briefing"]
    assert briefing["customer"] == {"number": "10000001", "name": "Maya Okafor"}
    assert (briefing["verification"]["level"], briefing["topic"]) == (2, "report_lost_card")
    assert briefing["facts"] == [{"id": "last_seen", "label": "Last seen", "value": "at the station"}]
    assert [tried["outcome"] for tried in briefing["tried"]] == ["done"]
    assert briefing["headline"].startswith("Maya Okafor: ")
    assert [said["text"] for said in briefing["transcript"]] == ["my card is gone"]
    assert "upset" not in str(crm.heard)
    await house.sender.close()


@pytest.mark.parametrize("why", [{"consent": False}, {"veiled_seq": 100}], ids=["no consent", "claimed by number"])
async def test_what_the_caller_kept_back_is_in_no_briefing(
    telling: Store, clock: MovedClock, fernhill: Tenant, crm: Endpoint, why: dict[str, Any]
) -> None:
    house = House(telling, clock, fernhill, crm, briefing=True)
    await house.connected(topic="report_lost_card", **why)
    await house.tells()
    assert crm.heard[-1].type == "contact.connected"
    told = str(crm.heard)
    assert not any(word in told for word in ("report_lost_card", "station", "my card is gone"))
    await house.sender.close()


async def test_a_failing_endpoint_is_tried_again_with_growing_pauses_and_then_in_order(house: House) -> None:
    house.crm.answers = lambda told: 503
    contact = await placed(house.store)
    await house.tells()
    await house.changed(
        contact.id, lambda work, held: work.trail.append(held, EventType.CONTACT_CLOSED, {"outcome": "left"})
    )
    await house.tells()
    await house.tells_after(4.9)
    assert len(house.crm.heard) == 1
    for seconds in (0.2, 10, 20, 40):
        await house.tells_after(seconds)
    assert [told.type for told in house.crm.heard] == ["contact.placed"] * 5
    assert len({told.id for told in house.crm.heard}) == 1
    house.crm.answers = lambda told: 200
    await house.tells_after(90)
    assert house.crm.of_contact(contact.id) == ["contact.placed", "contact.closed"]
    assert house.courier.attempts == {"http_503": 5, "http_200": 2}


async def test_pauses_grow_to_four_hours_and_are_spread() -> None:
    assert [pause_after(n, 0.0) for n in (1, 2, 3)] == [5, 10, 20]
    assert pause_after(40, 0.0) == 4 * 3600
    assert pause_after(1, 1.0) == 6


async def test_after_a_day_it_is_parked_and_can_be_sent_again(house: House) -> None:
    house.crm.answers = lambda told: 500
    contact = await placed(house.store)
    begun = house.clock.now()
    while not (parked := await house.rows(DeliveryState.PARKED)):
        await house.tells_after(1800)
        assert house.clock.now() - begun < timedelta(hours=25)
    assert house.clock.now() - begun >= timedelta(hours=24)
    assert [(row.type, row.error) for row in parked] == [(EventType.CONTACT_PLACED, "http_500")]
    tried = len(house.crm.heard)
    await house.tells_after(DAY)
    assert len(house.crm.heard) == tried
    house.crm.answers = lambda told: 200
    await house.store.transact(
        lambda work: work.deliveries.unpark([parked[0].id], None, work.now + timedelta(seconds=DAY))
    )
    await house.tells()
    assert house.crm.of_contact(contact.id) == ["contact.placed"]


async def test_410_parks_the_endpoint_and_everything_for_it(house: House) -> None:
    house.crm.answers = lambda told: 410
    for _ in range(AT_ONCE + 2):
        await placed(house.store)
    await house.tells()
    assert len(await house.rows(DeliveryState.PARKED)) == AT_ONCE + 2
    heard = len(house.crm.heard)
    await placed(house.store)
    await house.tells_after(10)
    assert len(house.crm.heard) == heard
    assert len(await house.rows(DeliveryState.PARKED)) == AT_ONCE + 3


async def test_an_endpoint_is_left_alone_for_as_long_as_it_asks(house: House) -> None:
    house.crm.answers, house.crm.headers = lambda told: 429, {"Retry-After": "120"}
    await placed(house.store)
    await house.tells()
    await placed(house.store)
    await house.tells_after(119)
    assert len(house.crm.heard) == 1
    house.crm.answers = lambda told: 200
    await house.tells_after(1)
    assert len(house.crm.accepted) == 2


async def test_an_endpoint_that_fails_time_and_again_is_left_alone_for_a_moment(house: House) -> None:
    house.crm.answers = lambda told: 500
    for _ in range(20):
        await placed(house.store)
    await house.tells()
    assert len(house.crm.heard) == AT_ONCE
    await house.tells_after(5)
    assert len(house.crm.heard) == 2 * AT_ONCE


async def test_redirects_are_failures_and_are_not_followed(house: House) -> None:
    async with endpoint() as elsewhere:
        house.crm.answers, house.crm.headers = lambda told: 307, {"Location": elsewhere.url}
        await placed(house.store)
        await house.tells()
        assert elsewhere.heard == []
    assert [row.error for row in await house.rows(DeliveryState.PENDING)] == ["http_307"]


async def test_an_endpoint_that_answers_too_late_or_not_at_all_has_failed(
    telling: Store, clock: MovedClock, fernhill: Tenant, crm: Endpoint
) -> None:
    late = House(telling, clock, fernhill, crm, timeout_seconds=1)
    crm.pause = lambda: asyncio.sleep(5)
    await placed(telling)
    await late.tells()
    assert [row.error for row in await late.rows(DeliveryState.PENDING)] == ["timed_out"]
    await late.sender.close()
    nowhere = House(telling, clock, fernhill, replace(crm, url="http://127.0.0.1:1/hooks"))
    clock.advance(10)
    await nowhere.tells()
    assert [row.error for row in await nowhere.rows(DeliveryState.PENDING)] == ["not_reached"]
    await nowhere.sender.close()


async def test_secrets_of_the_cloud_are_not_reached(telling: Store, clock: MovedClock, fernhill: Tenant) -> None:
    addresses = ("169.254.169.254", "fe80::1", "0.0.0.0", "::ffff:169.254.169.254", "224.0.0.1")
    assert all(is_forbidden(address) for address in addresses)
    assert not any(is_forbidden(address) for address in ("10.0.0.8", "127.0.0.1", "crm.example", "2001:db8::1"))
    part = WebhookPart(url="https://169.254.169.254/latest", secret_env="SECRET", events=["contact.placed"])
    sender = HttpWebhookSender([part], {part.name: (KEY,)}, clock)
    assert (await sender.send(part.name, "msg_1", b"{}")).code == "forbidden_address"
    await sender.close()


async def test_a_contact_that_was_erased_is_told_of_no_more(house: House) -> None:
    contact = await placed(house.store)
    (row,) = await house.rows(DeliveryState.PENDING)
    payloads = DeliveryPayloads(Tenant.model_construct(), [])
    gone = replace(row, contact_id=ContactId("nobody"))
    assert await house.store.read(lambda work: payloads.payload(work, gone)) is None
    await house.tells()
    assert house.crm.of_contact(contact.id) == ["contact.placed"]


async def test_what_was_erased_before_it_was_told_is_not_told_and_that_it_was_erased_is(
    telling: Store, clock: MovedClock, fernhill: Tenant, crm: Endpoint
) -> None:
    house = House(telling, clock, fernhill, crm, briefing=True)
    contact = await house.connected(ani="+447700900123", customer_number="10000777", customer_name="Maya Quillfeather")
    over = {"state": State.CLOSED, "outcome": Outcome.LEFT, "ended_at": clock.now()}
    await house.changed(contact.id, lambda work, held: work.trail.append(held, EventType.CONTACT_CLOSED, **over))
    await Feedback(house.store).give(contact.id, {"csat": 4}, "never mind the card")
    nobody: Any = None
    recording, spoken = Recording(telling, fernhill, nobody, nobody), SpokenMessages(telling, fernhill, nobody)
    await Erasing(telling, fernhill, recording, spoken).erase(contact.id, WhyErased.ASKED)
    await house.tells()
    told = str([one.data for one in house.crm.heard])
    assert [word for word in ("card is gone", "station", "777", "Quillfeather", "mind", "+44") if word in told] == []
    assert (house.crm.heard[-1].type, house.crm.heard[-1].data["reason"]) == ("contact.erased", "asked")
    await house.sender.close()


async def test_at_the_end_what_is_on_its_way_arrives_and_the_rest_is_given_back(
    telling: Store, bus: ToldBus, clock: MovedClock, fernhill: Tenant, crm: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that answers in time is recorded; one that does not is due again at once, for another process."""
    monkeypatch.setattr("assistant.flow.courier.FINISH_SECONDS", 0.3)
    answering = asyncio.Event()
    reached = asyncio.Event()

    async def pause() -> None:
        reached.set()
        await answering.wait()

    crm.pause = pause
    house = House(telling, clock, fernhill, crm)
    carrier = WebhookCarrier(CRM, telling, DeliveryPayloads(fernhill, []), house.sender)
    couriers = Couriers(telling, bus, clock, {CRM: carrier})
    for is_answered in (True, False):
        reached.clear()
        answering.clear()
        running = asyncio.create_task(couriers.run())
        await placed(telling)
        await asyncio.wait_for(reached.wait(), 10)
        running.cancel()
        if is_answered:
            answering.set()
        await asyncio.gather(running, return_exceptions=True)
        if is_answered:
            assert [row.attempts for row in await house.rows(DeliveryState.DELIVERED)] == [1]
        else:
            assert [(row.attempts, row.due_at) for row in await house.rows(DeliveryState.PENDING)] == [(0, clock.now())]
    answering.set()
    await house.sender.close()


def test_what_is_told_is_told_by_its_name_in_the_contract() -> None:
    told = Told("msg_1", {"type": "contact.placed", "data": {"contact_id": "c"}}, 200)
    assert told.type in ALL
    assert set(subscriptions({CRM: ALL})) == {
        EventType.CONTACT_PLACED,
        EventType.OFFER_MADE,
        EventType.CONTACT_CONNECTED,
        EventType.CONTACT_RETURNED,
        EventType.CONTACT_CLOSED,
        EventType.FEEDBACK_GIVEN,
        EventType.CONTACT_ERASED,
    }
