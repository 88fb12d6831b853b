"""Texts on both databases, with the real flow behind the door and the emulator as the telephone company."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from arrivals import hired, place, placed
from doubles import MovedClock, ToldBus

from assistant.flow import due, moves, text_presence
from assistant.flow.courier import Courier
from assistant.flow.line import Lines
from assistant.flow.text_presence import TextPresence
from assistant.flow.waiting import Waiting
from assistant.model.contact import Channel, Contact, ContactId, PendingInput, Reach, State
from assistant.model.deliveries import DeliveryState
from assistant.model.events import Author, EventType
from assistant.model.storage import Deadline, Store, UnitOfWork
from assistant.model.texts import CARRIER, SentText, is_later
from assistant.settings.tenant import Tenant
from telephony.addresses import Addresses
from telephony.emulator import Fault, FaultKind
from telephony.messages_carrier import TextCarrier
from telephony.messages_receipts import Receipt, note
from telephony.messaging import CarefulMessenger, TwilioMessenger

NUMBER, LINE = "+447700900101", "+442079460000"


class Desk:
    """Who texts, and the courier of what is texted back."""

    def __init__(self, store: Store, clock: MovedClock, tenant: Tenant, exchange: Any, **options: Any) -> None:
        self.store, self.clock, self.exchange, self.tenant = store, clock, exchange, tenant
        self.messenger = TwilioMessenger(exchange.client, tenant)
        addresses = Addresses(exchange.application.url)
        self.carrier = TextCarrier(store, self.messenger, addresses, **options)
        self.courier = Courier(CARRIER, store, clock, self.carrier, lambda: 0.0)

    async def arrives(self, number: str = NUMBER, channel: Channel = Channel.SMS, **changes: Any) -> Contact:
        def arrive(work: UnitOfWork) -> Contact:
            contact = place(work, channel=channel, ani=number, dnis=LINE, **changes)
            prefix = "whatsapp:" if channel is Channel.WHATSAPP else ""
            thread = work.texts.open_thread(prefix + number, prefix + LINE)
            work.texts.save_thread(replace(thread, contact_id=contact.id))
            return contact

        return await self.store.transact(arrive)

    async def changed(self, contact_id: ContactId, work_on: Any) -> Contact:
        def change(work: UnitOfWork) -> Contact:
            contact = work.contacts.lock(contact_id)
            assert contact is not None
            changed: Contact = work_on(work, contact)
            return changed

        return await self.store.transact(change)

    async def says(self, contact_id: ContactId, text: str, author: Author = Author.ASSISTANT) -> None:
        await self.changed(contact_id, lambda work, contact: moves.say(work, contact, author, text))

    async def tells(self) -> None:
        while await self.courier.begin_due():
            await self.courier.settled()

    @property
    def sent(self) -> list[str]:
        """What the telephone company has taken, oldest first."""
        return [text.body for text in reversed(self.exchange.emulator.texts.all())]

    async def rows(self, state: DeliveryState) -> list[Any]:
        return list(await self.store.read(lambda work: work.deliveries.listed(state, CARRIER, None, 100)))


@pytest.fixture
async def desk(store: Store, clock: MovedClock, fernhill: Tenant, exchange: Any) -> AsyncIterator[Desk]:
    yield Desk(store, clock, fernhill, exchange)


async def test_what_is_said_to_who_texts_is_sent_in_order_and_what_they_say_is_not(desk: Desk) -> None:
    contact = await desk.arrives()
    for n in range(5):
        await desk.says(contact.id, f"sentence {n}")
        await desk.says(contact.id, "my own words", Author.CALLER)
    other = await placed(desk.store)
    await desk.says(other.id, "said in a chat")
    await desk.tells()
    assert desk.sent == [f"sentence {n}" for n in range(5)]


async def test_a_text_whose_answer_was_lost_is_not_sent_twice(desk: Desk) -> None:
    contact = await desk.arrives()
    desk.exchange.emulator.faults.arm(Fault(FaultKind.LOSE_ANSWER, "/Messages"))
    await desk.says(contact.id, "just once")
    await desk.tells()
    assert [row.error for row in await desk.rows(DeliveryState.PENDING)] == ["no_answer"]
    desk.clock.advance(6)
    await desk.tells()
    assert desk.sent == ["just once"]
    assert [row.attempts for row in await desk.rows(DeliveryState.DELIVERED)] == [2]


async def test_the_parts_of_a_long_text_are_sent_once_each_however_often_it_is_tried(desk: Desk) -> None:
    contact = await desk.arrives()
    long = " ".join(f"This is sentence number {n} of the answer." for n in range(40))
    await desk.says(contact.id, long)
    desk.exchange.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Messages", code=20503))
    await desk.tells()
    desk.clock.advance(6)
    await desk.tells()
    assert len(desk.sent) == len(set(desk.sent)) > 1


async def test_texts_that_are_late_are_not_sent_any_more(desk: Desk) -> None:
    contact = await desk.arrives()
    desk.exchange.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Messages", times=100, code=20503))
    await desk.says(contact.id, "you're next")
    for _ in range(20):
        await desk.tells()
        desk.clock.advance(60)
    assert [row.error for row in await desk.rows(DeliveryState.PARKED)] == ["no_answer"]
    assert desk.sent == []


async def test_a_number_that_stopped_is_not_written_to_not_even_a_code(desk: Desk, store: Store) -> None:
    contact = await desk.arrives()

    def stop(work: UnitOfWork) -> None:
        work.texts.save_thread(replace(work.texts.open_thread(NUMBER, LINE), stopped_at=work.now))

    await store.transact(stop)
    await desk.says(contact.id, "are you there?")
    await desk.tells()
    with pytest.raises(Exception, match="no more texts"):
        await CarefulMessenger(desk.messenger, store).send(NUMBER, "Your code is 123456.")
    assert desk.sent == []
    assert await desk.rows(DeliveryState.PARKED) == []


async def test_a_stop_that_only_the_carrier_heard_is_honoured(desk: Desk, store: Store) -> None:
    contact = await desk.arrives("+15005550004")
    await desk.says(contact.id, "hello")
    await desk.tells()
    assert [row.error for row in await desk.rows(DeliveryState.PARKED)] == ["twilio_21610"]
    assert await store.read(lambda work: work.texts.is_stopped("+15005550004"))


async def test_whatsapp_is_written_to_within_a_day_and_by_a_template_afterwards(
    desk: Desk, store: Store, clock: MovedClock, fernhill: Tenant, exchange: Any
) -> None:
    contact = await desk.arrives(channel=Channel.WHATSAPP)
    clock.advance(24 * 3600)
    await desk.says(contact.id, "you're next")
    await desk.tells()
    assert desk.sent == []
    assert [row.error for row in await desk.rows(DeliveryState.PARKED)] == ["outside_24_hours"]
    with_template = Desk(store, clock, fernhill, exchange, whatsapp_template="HX" + "0" * 32)
    await desk.says(contact.id, "you're next")
    await with_template.tells()
    (text,) = exchange.emulator.texts.all()
    assert (text.template, text.body, text.to) == ("HX" + "0" * 32, "", f"whatsapp:{NUMBER}")


async def test_a_contact_that_has_moved_to_the_web_is_texted_no_more(desk: Desk) -> None:
    contact = await desk.arrives()
    await desk.says(contact.id, "by text")
    await desk.changed(
        contact.id, lambda work, held: work.trail.append(held, EventType.NOTE_ADDED, channel=Channel.CHAT)
    )
    await desk.says(contact.id, "in the chat")
    await desk.tells()
    assert desk.sent == []


async def test_a_secret_is_asked_for_with_a_link_that_only_a_good_token_has(
    store: Store, clock: MovedClock, fernhill: Tenant, exchange: Any
) -> None:
    desk = Desk(store, clock, fernhill, exchange, page="https://bank.example/help", token_of=str)
    contact = await desk.arrives()
    asked = PendingInput("r1", "secret", "pin", 4, "And your four-digit PIN?")

    async def ask() -> None:
        data = asked.as_data()
        await desk.changed(
            contact.id,
            lambda work, held: work.trail.append(replace(held, pending_input=asked), EventType.INPUT_REQUESTED, data),
        )

    await ask()
    await desk.tells()
    assert f"https://bank.example/help#holdfast={contact.code}:{contact.id}" in desk.sent[0]
    await store.transact(lambda work: work.contacts.replace_token(contact.id, "f" * 64))
    await ask()
    await desk.tells()
    assert desk.sent[1:] == ["And your four-digit PIN?"]


async def test_a_text_s_life_goes_one_way_and_its_end_is_told_once(desk: Desk, store: Store) -> None:
    contact = await desk.arrives()
    await store.transact(lambda work: work.texts.add_sent(SentText("SM1", contact.id, 3, 0, "queued")))
    for status in ("sent", "delivered", "sending", "sent", "delivered", "nonsense"):
        await store.transact(lambda work, status=status: note(work, Receipt("SM1", status, None)))  # type: ignore[misc]
    events = await store.read(lambda work: work.trail.after(contact.id, 0, frozenset({EventType.TEXT_DELIVERED})))
    assert [event.data["seq"] for event in events] == [3]
    await store.transact(lambda work: note(work, Receipt("SM1", "read", None)))
    await store.transact(lambda work: note(work, Receipt("SM-unknown", "read", None)))
    assert is_later("read", "delivered")
    assert not is_later("queued", "sent")


async def test_two_texts_at_once_open_one_thread(store: Store) -> None:
    threads = await asyncio.gather(
        *(store.transact(lambda work: work.texts.open_thread(NUMBER, LINE)) for _ in range(8))
    )
    assert {(thread.address, thread.generation) for thread in threads} == {(NUMBER, 0)}


@pytest.fixture
async def presence(store: Store, bus: ToldBus, clock: MovedClock, fernhill: Tenant) -> TextPresence:
    waiting = Waiting(store, clock, fernhill)
    lines = Lines(store, bus, waiting)
    await lines.follow(fernhill.queues)
    await hired(store)
    await waiting.refresh()
    return TextPresence(store, fernhill, lines)


async def asked(store: Store, *contacts: Contact) -> list[bool]:
    def look(work: UnitOfWork) -> list[bool]:
        return [work.deadlines.when(due.TEXT_ASKED, contact.id) is not None for contact in contacts]

    return await store.read(look)


async def test_who_is_away_is_asked_when_nobody_who_could_be_served_is_before_them(
    desk: Desk, store: Store, presence: TextPresence, clock: MovedClock
) -> None:
    visitor = await placed(store)
    clock.advance(1)
    first = await desk.arrives("+447700900001", reach=Reach.AWAY)
    clock.advance(1)
    rest = [await desk.arrives(f"+44770090000{n}", reach=Reach.AWAY) for n in range(2, 6)]
    await presence.sweep()
    assert await asked(store, first, *rest) == [True, True, False, False, False], "three slots, one the visitor's"
    await presence.sweep()
    assert await asked(store, first, *rest) == [True, True, False, False, False], "nobody is asked twice"
    assert await asked(store, visitor) == [False]


async def test_without_an_answer_the_place_is_kept_and_the_next_is_asked(
    desk: Desk, store: Store, presence: TextPresence, clock: MovedClock, fernhill: Tenant
) -> None:
    contacts = []
    for n in range(4):
        clock.advance(1)
        contacts.append(await desk.arrives(f"+44770090000{n}", reach=Reach.AWAY))
    await presence.sweep()
    assert await asked(store, *contacts) == [True, True, True, False]
    due_at = clock.now() + timedelta(seconds=fernhill.timing.text_answer_seconds)
    clock.at = due_at
    await presence.not_answered(Deadline(due.TEXT_ASKED, contacts[0].id, due_at))
    await presence.sweep()
    assert await asked(store, *contacts) == [False, True, True, True]
    kept = await store.read(lambda work: work.contacts.get(contacts[0].id))
    assert kept is not None
    assert (kept.state, kept.reach, kept.order_at) == (State.WAITING, Reach.AWAY, contacts[0].order_at)
    await desk.changed(kept.id, lambda work, held: text_presence.is_there(work, held, fernhill))
    assert (await store.read(lambda work: work.contacts.get(kept.id))).reach is Reach.PRESENT  # type: ignore[union-attr]


async def test_who_is_not_heard_of_for_an_hour_is_let_go(
    desk: Desk, store: Store, presence: TextPresence, clock: MovedClock, fernhill: Tenant
) -> None:
    contact = await desk.arrives(reach=Reach.AWAY)
    await desk.changed(contact.id, lambda work, held: text_presence.keep(work, held, fernhill.timing, "kept"))
    due_at = clock.now() + timedelta(seconds=fernhill.timing.text_kept_seconds)
    clock.at = due_at
    await presence.kept_long_enough(Deadline(due.TEXT_KEPT, contact.id, due_at))
    gone = await store.read(lambda work: work.contacts.get(contact.id))
    assert gone is not None
    assert gone.state is State.ABANDONED
