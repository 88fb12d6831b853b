"""What the wait predictor reads of the store: steps of the lines, and the slots that are held."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from arrivals import CARDS, hired, offer_of, place, placed
from doubles import MovedClock

from assistant.model.contact import Channel, Contact, Outcome, QueueId, State
from assistant.model.events import EventType
from assistant.model.storage import Store, UnitOfWork
from assistant.model.waiting import InHand, Observed

FRAUD = QueueId("fraud")


async def seen(store: Store, **after: int | None) -> Observed:
    return await store.read(lambda work: work.contacts.observed({QueueId(q): r for q, r in after.items()}))


def connect(work: UnitOfWork, contact: Contact, **changes: object) -> Contact:
    locked = work.contacts.lock(contact.id)
    assert locked is not None
    work.lines.leave(locked, "connected")
    changed = replace(locked, state=State.CONNECTED, connected_at=work.now, **changes)  # type: ignore[arg-type]
    work.contacts.save(changed)
    return changed


async def test_only_steps_after_the_revision_are_read_in_order(store: Store, clock: MovedClock) -> None:
    first, second = await placed(store), await placed(store, channel=Channel.VOICE)
    await placed(store, queue=FRAUD)
    clock.advance(30)
    await store.transact(lambda work: connect(work, first))
    all_steps = (await seen(store, cards=0)).passages
    assert [(step.op, step.cause, step.contact) for step in all_steps] == [
        ("enter", "joined", first.id),
        ("enter", "joined", second.id),
        ("leave", "connected", first.id),
    ]
    assert [step.is_call for step in all_steps] == [False, True, False]
    left = all_steps[-1]
    assert left.connected_at is not None
    assert left.connected_at - left.entered_at == timedelta(seconds=30)
    assert (left.order_at, left.queue) == (first.order_at, CARDS)
    assert (await seen(store, cards=2)).passages == all_steps[2:]
    assert (await seen(store, cards=3, fraud=1)).passages == ()
    assert len((await seen(store, cards=2, fraud=0)).passages) == 2


async def test_the_past_tells_when_slots_were_held_offer_and_wrap_up_included(store: Store, clock: MovedClock) -> None:
    agent = await hired(store)
    contact, other = await placed(store), await placed(store)
    clock.advance(60)
    begun = clock.now()
    offer = await store.transact(lambda work: offer_of(work, contact, agent))
    clock.advance(10)
    talking = await store.transact(lambda work: connect(work, contact, offer_id=offer.id, agent_id=agent.id))
    clock.advance(300)

    def wrap_up(work: UnitOfWork) -> None:
        assert work.contacts.lock(talking.id) is not None
        closed = replace(talking, state=State.CLOSED, outcome=Outcome.HANDLED, ended_at=work.now - timedelta(seconds=5))
        work.trail.append(closed, EventType.CONTACT_WRAPPED, {"disposition": "resolved"})

    await store.transact(wrap_up)
    past = (await seen(store, cards=None)).passages
    assert [step.revision for step in past] == [1, 2, 3]
    assert (past[2].agent, past[2].taken_at, past[2].freed_at) == (agent.id, begun, clock.now())
    assert (past[1].contact, past[1].agent, past[1].taken_at, past[1].freed_at) == (other.id, None, None, None)


async def test_slots_that_are_held_tell_whose_and_whether_the_two_are_together(store: Store) -> None:
    agent = await hired(store)

    def take(work: UnitOfWork) -> tuple[Contact, Contact]:
        offered = place(work, state=State.OFFERED)
        talking = place(work, state=State.CONNECTED, channel=Channel.VOICE)
        assert work.agents.take_slot(agent.id, Channel.CHAT, offered.id)
        assert work.agents.take_slot(agent.id, Channel.VOICE, talking.id)
        return offered, talking

    offered, talking = await store.transact(take)
    assert set((await seen(store)).in_hand) == {
        InHand(agent.id, offered.id, is_call=False, is_served=False),
        InHand(agent.id, talking.id, is_call=True, is_served=True),
    }
