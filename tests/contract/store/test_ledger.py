"""Deadlines, legs, offers, effects, attempts and processes: small rows on which promises stand."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from arrivals import hired, offer_of, placed
from doubles import MovedClock, ToldBus

from assistant.adapters.sql_store import PostgresStore
from assistant.model.contact import LegId
from assistant.model.offer import AcceptWhen, Offer, OfferState
from assistant.model.storage import Deadline, Leg, LegKind, Store, UnitOfWork


async def set_deadline(store: Store, kind: str, subject: str, due_at: Any) -> Deadline:
    await store.transact(lambda work: work.deadlines.set(kind, subject, due_at))
    return Deadline(kind, subject, due_at)


async def test_deadlines_come_due_in_order_and_not_before(store: Store, clock: MovedClock) -> None:
    at = clock.now()
    later = await set_deadline(store, "grace", "later", at + timedelta(seconds=2))
    sooner = await set_deadline(store, "offer", "sooner", at + timedelta(seconds=1))
    assert await store.read(lambda work: work.deadlines.due(at, 10)) == []
    assert await store.read(lambda work: work.deadlines.due(later.due_at, 10)) == [sooner, later]
    assert await store.read(lambda work: work.deadlines.due(later.due_at, 1)) == [sooner]


async def test_setting_a_deadline_again_moves_it_and_tells_when(store: Store, clock: MovedClock, bus: ToldBus) -> None:
    at = clock.now()
    first = await set_deadline(store, "grace", "c", at)
    moved = await set_deadline(store, "grace", "c", at + timedelta(seconds=60))
    assert [topic for topic, _ in bus.told].count("deadlines") == 2
    assert await store.read(lambda work: work.deadlines.when("grace", "c")) == moved.due_at
    assert not await store.transact(lambda work: work.deadlines.take(first))
    clock.advance(60)
    assert await store.transact(lambda work: work.deadlines.take(first))
    assert await store.read(lambda work: work.deadlines.when("grace", "c")) is None


async def test_a_cleared_deadline_fires_for_nobody(store: Store, clock: MovedClock) -> None:
    deadline = await set_deadline(store, "grace", "c", clock.now())
    await store.transact(lambda work: work.deadlines.clear("grace", "c"))
    assert not await store.transact(lambda work: work.deadlines.take(deadline))


async def test_a_deadline_whose_taking_failed_still_stands(store: Store, clock: MovedClock) -> None:
    deadline = await set_deadline(store, "grace", "c", clock.now())

    def take_and_fail(work: UnitOfWork) -> None:
        assert work.deadlines.take(deadline)
        raise RuntimeError("the power went")

    try:
        await store.transact(take_and_fail)
    except RuntimeError:
        assert await store.transact(lambda work: work.deadlines.take(deadline))


async def test_the_time_away_is_added_to_the_deadlines_of_its_kinds_alone(store: Store, clock: MovedClock) -> None:
    at = clock.now()
    for kind in ("grace", "wrap_up", "offer"):
        await set_deadline(store, kind, "c", at)
    await store.transact(lambda work: work.deadlines.postpone_all(["grace", "wrap_up"], 12.345678))
    due = await store.read(lambda work: work.deadlines.due(at + timedelta(hours=1), 10))
    later = at + timedelta(seconds=12.345678)
    assert {deadline.kind: deadline.due_at for deadline in due} == {"grace": later, "wrap_up": later, "offer": at}


async def test_legs_are_found_by_reference_contact_and_process_until_they_end(store: Store, clock: MovedClock) -> None:
    contact = await placed(store)
    legs = [
        Leg(LegId(f"leg{n}"), contact.id, kind, f"ref{n}", process, clock.now())
        for n, kind, process in ((1, LegKind.CALL, "p1"), (2, LegKind.SOCKET, "p1"), (3, LegKind.SOCKET, "p2"))
    ]
    await store.transact(lambda work: [work.legs.add(leg) for leg in legs])
    assert await store.read(lambda work: work.legs.by_ref("ref1")) == legs[0]
    assert await store.read(lambda work: work.legs.by_ref("nothing")) is None
    assert await store.transact(lambda work: work.legs.end(legs[1].id))
    assert not await store.transact(lambda work: work.legs.end(legs[1].id))
    assert await store.read(lambda work: list(work.legs.of_contact(contact.id))) == [legs[0], legs[2]]
    assert await store.read(lambda work: list(work.legs.of_process("p1"))) == [legs[0]]


async def test_an_offer_comes_back_as_stored_and_as_it_ended(store: Store, clock: MovedClock) -> None:
    agent, contact = await hired(store), await placed(store)
    offer = await store.transact(lambda work: offer_of(work, contact, agent, expires_at=work.now))
    assert await store.read(lambda work: work.offers.get(offer.id)) == offer
    assert await store.read(lambda work: work.offers.pending()) == [offer]
    ended = replace(offer.ended(OfferState.ACCEPTED, clock.now(), "why"), accept_when=AcceptWhen.AFTER_STEP)
    await store.transact(lambda work: work.offers.save(ended))
    assert await store.read(lambda work: work.offers.get(offer.id)) == ended
    assert await store.read(lambda work: work.offers.pending()) == []


async def test_offers_that_concern_an_agent_are_pending_or_accepted_and_not_joined(store: Store) -> None:
    agent, other = await hired(store), await hired(store, "ben")

    async def offered(**changes: Any) -> Offer:
        contact = await placed(store)
        return await store.transact(lambda work: offer_of(work, contact, agent, **changes))

    pending = await offered()
    accepted = await offered(state=OfferState.ACCEPTED)
    await offered(state=OfferState.ACCEPTED, is_joined=True)
    await offered(state=OfferState.DECLINED)
    assert {offer.id for offer in await store.read(lambda work: work.offers.of_agent(agent.id))} == {
        pending.id,
        accepted.id,
    }
    assert await store.read(lambda work: work.offers.of_agent(other.id)) == []


async def test_an_effect_is_begun_once_and_its_outcome_is_remembered(store: Store) -> None:
    contact = await placed(store)

    async def begin(attempt: str) -> dict[str, Any] | None:
        return await store.transact(lambda work: work.effects.begin(contact.id, "settle", attempt))

    assert await begin("freeze_card:3") is None
    assert await begin("freeze_card:3") == {}
    assert await begin("freeze_card:9") is None
    outcome = {"outcome": "done", "text": "Your card is frozen."}
    await store.transact(lambda work: work.effects.finish(contact.id, "settle", "freeze_card:3", outcome))
    assert await begin("freeze_card:3") == outcome
    assert await begin("freeze_card:9") == {}


async def test_failures_are_remembered_with_their_lock_and_forgotten_on_success(
    store: Store, clock: MovedClock
) -> None:
    until = clock.now() + timedelta(minutes=15)
    assert await store.transact(lambda work: work.attempts.failures("s")) == (0, None)
    await store.transact(lambda work: work.attempts.record("s", 5, until))
    assert await store.transact(lambda work: work.attempts.failures("s")) == (5, until)
    await store.transact(lambda work: work.attempts.record("s", 0, None))
    assert await store.transact(lambda work: work.attempts.failures("s")) == (0, None)


async def test_a_process_that_no_longer_pulses_is_silent_and_leaves_its_consoles(
    store: Store, clock: MovedClock
) -> None:
    agent = await hired(store)
    assert await store.read(lambda work: work.processes.latest_pulse()) is None
    began_at = clock.now()
    assert not await store.transact(lambda work: work.processes.pulse("old", began_at))
    await store.transact(lambda work: work.agents.add_console("console", agent.id, "old"))
    clock.advance(10)
    assert not await store.transact(lambda work: work.processes.pulse("new", clock.now()))
    assert await store.transact(lambda work: work.processes.pulse("new", clock.now()))
    assert await store.read(lambda work: work.processes.latest_pulse()) == clock.now()
    silent = await store.read(lambda work: list(work.processes.silent_since(clock.now())))
    assert silent == ["old"]
    assert await takes_for_dead(store, clock, "old") == [agent.id]
    assert await takes_for_dead(store, clock, "old") is None, "somebody is at it"
    assert not await store.read(lambda work: work.agents.has_console(agent.id))
    assert await store.read(lambda work: list(work.processes.silent_since(clock.now()))) == []
    clock.advance(1)
    assert await store.read(lambda work: list(work.processes.silent_since(clock.now()))) == ["new", "old"]
    await store.transact(lambda work: work.processes.keep_taken("old", clock.now()))
    assert await store.read(lambda work: list(work.processes.silent_since(clock.now()))) == ["new"]
    await store.transact(lambda work: work.processes.remove("old"))
    clock.advance(1)
    assert await store.read(lambda work: list(work.processes.silent_since(clock.now()))) == ["new"]


async def takes_for_dead(store: Store, clock: MovedClock, process_id: str) -> Any:
    return await store.transact(lambda work: work.processes.take_for_dead(process_id, clock.now(), clock.now()))


async def test_an_agent_is_cut_off_while_every_console_is_on_a_silent_process(store: Store, clock: MovedClock) -> None:
    agent, other = await hired(store), await hired(store, "ben")
    before = clock.now()

    async def is_cut_off() -> bool:
        return await store.read(lambda work: work.processes.has_cut_off(agent.id, before))

    assert not await is_cut_off(), "without any console nothing is known"
    await store.transact(lambda work: work.agents.add_console("one", agent.id, "silent"))
    assert not await is_cut_off(), "of this process no pulse is known"
    await store.transact(lambda work: work.processes.pulse("silent", before - timedelta(seconds=1)))
    assert await is_cut_off()
    await store.transact(lambda work: work.processes.pulse("alive", before))
    await store.transact(lambda work: work.agents.add_console("two", other.id, "alive"))
    assert await is_cut_off()
    await store.transact(lambda work: work.agents.add_console("three", agent.id, "alive"))
    assert not await is_cut_off()


async def test_who_was_taken_for_dead_learns_of_it_at_the_next_pulse(store: Store, clock: MovedClock) -> None:
    async def pulses() -> bool:
        return await store.transact(lambda work: work.processes.pulse("paused", clock.now()))

    await pulses()
    assert await pulses()
    clock.advance(1)
    assert await takes_for_dead(store, clock, "paused") == []
    assert await store.read(lambda work: work.processes.latest_pulse()) is None
    assert not await pulses()
    await store.transact(lambda work: work.processes.remove("paused"))
    assert await pulses(), "it was heard of again, so nobody may remove it"


async def test_the_consoles_of_a_dead_process_are_lost_by_one_of_fifty(store: Store, clock: MovedClock) -> None:
    agent = await hired(store)
    await store.transact(lambda work: work.processes.pulse("dead", clock.now()))
    await store.transact(lambda work: work.agents.add_console("console", agent.id, "dead"))
    clock.advance(1)
    takings = await asyncio.gather(*(takes_for_dead(store, clock, "dead") for _ in range(50)))
    assert [taken for taken in takings if taken is not None] == [[agent.id]]


async def test_the_databases_clock_is_its_own_where_it_has_one(store: Store, clock: MovedClock) -> None:
    shown = await store.read(lambda work: work.processes.now())
    is_its_own = isinstance(store, PostgresStore)
    assert abs((shown - (datetime.now(UTC) if is_its_own else clock.now())).total_seconds()) < 60
