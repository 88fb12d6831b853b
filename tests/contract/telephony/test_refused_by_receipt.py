"""Refusals that come only by receipt: a number that has said STOP elsewhere, and WhatsApp's day that was over."""

from __future__ import annotations

from typing import Any

import pytest
from serving.patience import until
from test_lost_texts import desk as _desk
from test_texting import LINE, NUMBER, Desk

from assistant.model.contact import Channel, Contact
from assistant.model.deliveries import DeliveryState
from assistant.model.events import EventType
from assistant.model.storage import Store
from assistant.model.texts import LOST
from telephony.emulator import Fault, FaultKind
from telephony.messages_receipts import note, receipt

desk = _desk
TEMPLATE = "HX" + "0" * 32
LONG = " ".join(f"This is sentence number {n} of the answer." for n in range(80))


async def lost(desk: Desk, contact: Contact, count: int = 1) -> None:
    """So many texts to this contact are known to be lost."""

    async def is_known() -> bool:
        kinds = frozenset({EventType.TEXT_LOST})
        return len(await desk.store.read(lambda work: work.trail.after(contact.id, 0, kinds))) >= count

    await until("the loss is known", is_known)


def templates(desk: Desk) -> list[Any]:
    return [text for text in desk.exchange.emulator.texts.all() if text.template is not None]


async def test_whom_whatsapp_would_not_have_told_is_told_by_the_template_once(desk: Desk) -> None:
    """The emulator has never heard of them: its window is shut where ours is open."""
    desk.carrier._template = TEMPLATE
    contact = await desk.arrives(channel=Channel.WHATSAPP)
    await desk.says(contact.id, "you're next")
    await desk.tells()
    await lost(desk, contact)
    for _ in range(3):
        await desk.tells()
        desk.clock.advance(6)
    (template,) = templates(desk)
    assert (template.template, template.body, template.to) == (TEMPLATE, "", f"whatsapp:{NUMBER}")
    assert len(desk.sent) == 2
    assert [row.error for row in await desk.rows(DeliveryState.DELIVERED)] == [None]


async def test_one_template_stands_for_all_the_parts_of_a_long_text(desk: Desk) -> None:
    desk.carrier._template = TEMPLATE
    contact = await desk.arrives(channel=Channel.WHATSAPP)
    await desk.says(contact.id, LONG)
    await desk.tells()
    parts = len(desk.sent) - len(templates(desk))  # the first refusal may be known, and followed, by now
    assert parts > 1
    await lost(desk, contact, parts)
    await desk.tells()
    assert len(templates(desk)) == 1
    assert len(desk.sent) == parts + 1


async def test_without_a_template_it_stands_among_what_could_not_be_told(desk: Desk) -> None:
    contact = await desk.arrives(channel=Channel.WHATSAPP)
    await desk.says(contact.id, "you're next")
    await desk.tells()
    await lost(desk, contact)
    await desk.tells()
    assert [row.error for row in await desk.rows(DeliveryState.PARKED)] == ["outside_24_hours"]
    assert desk.sent == ["you're next"]


async def test_a_template_that_is_refused_is_not_sent_again(desk: Desk) -> None:
    desk.carrier._template = TEMPLATE
    contact = await desk.arrives(channel=Channel.WHATSAPP)
    # strikes the template: the free words come to nothing before it
    desk.exchange.emulator.faults.arm(Fault(FaultKind.UNDELIVERED, f"text:whatsapp:{NUMBER}", code=63016))
    await desk.says(contact.id, "you're next")
    await desk.tells()
    await lost(desk, contact)
    await desk.tells()
    await lost(desk, contact, 2)
    await desk.tells()
    assert len(templates(desk)) == 1


async def test_a_template_follows_a_refusal_at_once_too(desk: Desk) -> None:
    desk.carrier._template = TEMPLATE
    contact = await desk.arrives(channel=Channel.WHATSAPP)
    desk.exchange.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Messages", code=63016))
    await desk.says(contact.id, "you're next")
    await desk.tells()
    assert [text.template for text in desk.exchange.emulator.texts.all()] == [TEMPLATE]


async def test_a_receipt_that_is_quicker_than_the_courier_s_own_record_is_followed(desk: Desk, store: Store) -> None:
    """The refusal is known before the attempt that brought it is recorded: the record must not undo what follows."""
    desk.carrier._template = TEMPLATE
    contact = await desk.arrives(channel=Channel.WHATSAPP)
    submit, first = desk.messenger.submit, []

    async def refused_meanwhile(text: Any) -> str:
        sid = await submit(text)
        if not first:
            first.append(sid)
            query = {"contact": contact.id, "seq": "2", "part": "0"}
            told = receipt(query, {"MessageSid": sid, "MessageStatus": "failed", "ErrorCode": "63016"})
            await store.transact(lambda work: note(work, told))
        return sid

    desk.messenger.submit = refused_meanwhile  # type: ignore[method-assign]
    await desk.says(contact.id, "you're next")
    await desk.tells()
    await desk.tells()
    assert [text.template for text in templates(desk)] == [TEMPLATE]


async def test_a_stop_of_which_only_a_receipt_tells_is_honoured(desk: Desk, store: Store) -> None:
    contact = await desk.arrives()
    desk.exchange.emulator.faults.arm(Fault(FaultKind.UNDELIVERED, f"text:{NUMBER}", code=21610))
    await desk.says(contact.id, "hello")
    await desk.tells()
    await lost(desk, contact)
    assert await store.read(lambda work: work.texts.is_stopped(NUMBER))
    await desk.says(contact.id, "are you there?")
    await desk.tells()
    assert desk.sent == ["hello"]


@pytest.mark.parametrize("status", sorted(LOST))
async def test_a_stop_is_believed_once_and_leaves_the_thread_as_it_is(desk: Desk, store: Store, status: str) -> None:
    """Also where the contact has gone on in the web meanwhile; a START after it is not undone by a late twin."""
    contact = await desk.arrives()
    await desk.says(contact.id, "hello")
    await desk.changed(
        contact.id, lambda work, held: work.trail.append(held, EventType.NOTE_ADDED, channel=Channel.CHAT)
    )
    before = await store.read(lambda work: work.texts.thread(NUMBER))
    assert before is not None
    told = receipt(
        {"contact": contact.id, "seq": "2", "part": "0"},
        {"MessageSid": "SM1", "MessageStatus": status, "ErrorCode": "21610", "To": NUMBER, "From": LINE},
    )
    desk.clock.advance(60)
    await store.transact(lambda work: note(work, told))
    stopped = await store.read(lambda work: work.texts.thread(NUMBER))
    assert stopped is not None
    assert stopped.stopped_at == desk.clock.now()
    assert (stopped.heard_at, stopped.contact_id) == (before.heard_at, before.contact_id), "they have not been heard of"
    await store.transact(lambda work: work.texts.save_thread(before))
    await store.transact(lambda work: note(work, told))
    assert not await store.read(lambda work: work.texts.is_stopped(NUMBER))
