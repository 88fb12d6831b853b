"""Texts whose answer was lost: sent once, never taken for another of the same words, and their end is known."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from doubles import MovedClock
from serving.patience import until
from test_texting import Desk

from assistant.model.contact import Channel, ContactId
from assistant.model.deliveries import DeliveryState
from assistant.model.events import EventType
from assistant.model.storage import Store
from assistant.model.texts import SentText
from assistant.settings.tenant import Tenant
from telephony.addresses import MESSAGES_STATUS
from telephony.emulator import Fault, FaultKind
from telephony.messages_receipts import note, receipt


@pytest.fixture
async def desk(store: Store, clock: MovedClock, fernhill: Tenant, exchange: Any) -> AsyncIterator[Desk]:
    """A desk that hears what became of its texts."""

    async def hears(asked: Any) -> web.Response:
        await store.transact(lambda work: note(work, receipt(asked.query, asked.fields)))
        return web.Response(status=204)

    exchange.application.on(MESSAGES_STATUS, hears)
    yield Desk(store, clock, fernhill, exchange)


async def arrived(desk: Desk, contact_id: ContactId) -> list[tuple[int, int]]:
    """Which events' texts are known to have arrived, and which of their parts."""
    kinds = frozenset({EventType.TEXT_DELIVERED})
    events = await desk.store.read(lambda work: work.trail.after(contact_id, 0, kinds))
    return [(event.data["seq"], event.data["part"]) for event in events]


async def test_the_same_words_again_are_not_taken_for_those_of_a_moment_ago(desk: Desk) -> None:
    contact = await desk.arrives()
    await desk.says(contact.id, "One moment.")
    await desk.tells()
    desk.exchange.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Messages", code=20503))
    await desk.says(contact.id, "One moment.")
    await desk.tells()
    desk.clock.advance(6)
    await desk.tells()
    assert desk.sent == ["One moment."] * 2


async def test_what_became_of_a_text_whose_answer_was_lost_is_known_and_it_is_not_sent_again(desk: Desk) -> None:
    contact = await desk.arrives()
    desk.exchange.emulator.faults.arm(Fault(FaultKind.LOSE_ANSWER, "/Messages"))
    await desk.says(contact.id, "just once")
    await desk.tells()
    await until("the receipt is kept", lambda: arrived(desk, contact.id))
    desk.exchange.emulator.texts.all()[0].body = "just once, as the company writes it"
    desk.clock.advance(6)
    await desk.tells()
    assert len(desk.sent) == 1
    assert [row.attempts for row in await desk.rows(DeliveryState.DELIVERED)] == [2]
    assert len(await arrived(desk, contact.id)) == 1


async def test_a_template_whose_answer_was_lost_is_not_sent_twice(desk: Desk) -> None:
    desk.carrier._template = "HX" + "0" * 32
    contact = await desk.arrives(channel=Channel.WHATSAPP)
    desk.clock.advance(24 * 3600)
    desk.exchange.emulator.faults.arm(Fault(FaultKind.LOSE_ANSWER, "/Messages"))
    await desk.says(contact.id, "you're next")
    await desk.tells()
    await until("the receipt is kept", lambda: arrived(desk, contact.id))
    desk.clock.advance(6)
    await desk.tells()
    assert len(desk.sent) == 1


async def test_a_receipt_that_is_quicker_than_our_own_note_counts(desk: Desk, store: Store) -> None:
    contact = await desk.arrives()
    await desk.says(contact.id, "hello")
    query = {"contact": contact.id, "seq": "2", "part": "0"}
    for status in ("sent", "delivered", "sent"):
        early = receipt(query, {"MessageSid": "SM1", "MessageStatus": status})
        await store.transact(lambda work, early=early: note(work, early))  # type: ignore[misc]
    await store.transact(lambda work: work.texts.add_sent(SentText("SM1", contact.id, 2, 0, "queued")))
    assert await arrived(desk, contact.id) == [(2, 0)]
    sent = await store.read(lambda work: work.texts.sent("SM1"))
    assert sent is not None
    assert sent.status == "delivered"


@pytest.mark.parametrize(
    "query",
    [{}, {"contact": "gone", "seq": "2", "part": "0"}, {"contact": "", "seq": "x", "part": "0"}, {"seq": "9" * 40}],
)
async def test_a_receipt_about_nothing_we_know_is_kept_nowhere(store: Store, query: dict[str, str]) -> None:
    stray = receipt(query, {"MessageSid": "SM2", "MessageStatus": "delivered"})
    await store.transact(lambda work: note(work, stray))
    assert await store.read(lambda work: work.texts.sent("SM2")) is None
