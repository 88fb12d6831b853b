"""Services: an effect once per yes of the caller's, whatever breaks; what was told or tried is noted; who may."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from arrivals import placed, told
from doubles import MovedClock
from small_bank import MAYA, SmallBank, Telephones

from assistant.flow.dialogue import Dialogue
from assistant.flow.line import Lines
from assistant.flow.one_time_codes import OneTimeCodes
from assistant.flow.orders import Orders
from assistant.flow.settling import FOR_THE_AGENT, NOBODY, NOT_LOOKED_UP, UNSURE, Ended, Settling
from assistant.flow.turns import Turns
from assistant.flow.verification import Structured, VerificationDesk
from assistant.flow.waiting import Waiting
from assistant.model.contact import Contact, ContactId, PendingInput, Verification
from assistant.model.errors import Unavailable
from assistant.model.events import EventType
from assistant.model.ports import Bus, Order, Reply, Saying, ServiceOutcome, Turn
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant

PAID = ServiceOutcome("done", "I've paid £64.20 to Northlight Energy.")
BILLS = [{"id": "bill-1", "label": "Northlight Energy bill"}]
PIN_ASKED = PendingInput("request 1", "secret", "pin", 4, "And your PIN?")

PAY: dict[str, Any] = {"service": "pay_bill", "arguments": {"bill_id": "bill-1"}, "attempt": "one"}

type Answer = Callable[[], Awaitable[Any]]


@dataclass
class Office(SmallBank):
    """A bank that keeps what it was asked; `answer` is what becomes of the next questions."""

    keys: list[str] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)
    answer: Answer | None = None
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def look_up(self, customer_number: str, what: str) -> list[dict[str, str]]:
        self.looked_up.append(what)
        return await self.answer() if self.answer else BILLS

    async def settle(self, customer_number: str, service: str, arguments: dict[str, Any], key: str) -> ServiceOutcome:
        self.keys.append(key)
        self.was_asked.set()
        return await self.answer() if self.answer else PAID


@dataclass
class House:
    store: Store
    office: Office
    settling: Settling

    async def customer(self, level: int = 3, **changes: Any) -> Contact:
        known = {"customer_number": MAYA, "verification": Verification(level, "pin", None)} if level else {}
        return await placed(self.store, **{**known, **changes})

    async def now(self, contact: Contact) -> Contact:
        found = await self.store.read(lambda work: work.contacts.get(contact.id))
        assert found is not None
        return found

    async def tried(self, contact: Contact) -> list[tuple[str, str]]:
        entries = await self.store.read(lambda work: work.trail.tried(contact.id))
        return [(entry.label, entry.outcome) for entry in entries]

    async def pays(self, contact: Contact, attempt: str = "one") -> Structured:
        return await self.settles(contact, "pay_bill", attempt)

    async def settles(self, contact: Contact, service: str, attempt: str = "one") -> Structured:
        """As a turn does it: the intent, the effect, and what is noted of it."""
        known = await self.store.transact(lambda work: self.settling.begin(work, contact, service, attempt))
        return await self.notes(
            contact, await self.settling.settle(contact, service, {"bill_id": "bill-1"}, attempt, known)
        )

    async def looks_up(self, contact: Contact, service: str, *, is_beside: bool = False) -> Structured:
        return await self.notes(contact, await self.settling.look_up(contact, service, is_beside=is_beside))

    async def notes(self, contact: Contact, ended: Ended) -> Structured:
        def note(work: UnitOfWork) -> None:
            current = work.contacts.lock_only(contact.id)
            assert current is not None
            if ended.note is not None:
                ended.note(work, current)

        await self.store.transact(note)
        return ended.structured


@pytest.fixture
def house(store: Store, fernhill: Tenant) -> House:
    office = Office()
    return House(store, office, Settling(fernhill, office, slow_seconds=0.2))


async def away() -> Any:
    raise Unavailable("back_office_unavailable", "The bank is away.")


async def never() -> Any:
    await asyncio.Event().wait()


def settled(service: str, outcome: ServiceOutcome) -> Structured:
    return "settled", {"service": service, "outcome": outcome.outcome, "text": outcome.text}


async def test_an_effect_is_carried_out_once_per_yes_and_noted_once(house: House) -> None:
    contact = await house.customer()
    assert await house.pays(contact) == settled("pay_bill", PAID)
    assert await house.pays(contact) == settled("pay_bill", PAID)
    assert house.office.keys == [f"{contact.id}:pay_bill:one"]
    assert await house.tried(contact) == [("Pay a bill", "done")]
    await house.pays(contact, "another")
    assert len(house.office.keys) == 2, "another yes is another wish"


async def test_a_process_that_died_before_it_noted_the_outcome_asks_again_under_the_same_key(house: House) -> None:
    contact = await house.customer()
    house.office.answer = never
    dying = asyncio.create_task(house.pays(contact))
    await house.office.was_asked.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    house.office.answer = None
    assert await house.pays(contact) == settled("pay_bill", PAID)
    assert house.office.keys == [f"{contact.id}:pay_bill:one"] * 2
    assert await house.tried(contact) == [("Pay a bill", "done")]


@pytest.mark.parametrize("answer", [away, never])
async def test_an_effect_that_nobody_answered_is_told_and_noted_as_not_known(house: House, answer: Answer) -> None:
    contact = await house.customer()
    house.office.answer = answer
    assert await house.pays(contact) == settled("pay_bill", UNSURE)
    house.office.answer = None
    assert await house.pays(contact) == settled("pay_bill", UNSURE), "the same yes does not try its luck again"
    assert len(house.office.keys) == 1
    assert await house.tried(contact) == [("Pay a bill", "unsure")]
    assert (await house.now(contact)).state.is_in_line


@pytest.mark.parametrize("answer", [away, never])
async def test_a_look_up_that_nobody_answered_is_told_and_noted_for_the_agent(house: House, answer: Answer) -> None:
    contact = await house.customer()
    house.office.answer = answer
    found = await house.looks_up(contact, "balance")
    assert found == settled("balance", ServiceOutcome("failed", NOT_LOOKED_UP))
    assert await house.tried(contact) == [("Account balance", "failed")]
    assert (await house.now(contact)).state.is_in_line


async def test_a_look_up_asks_for_what_the_tenant_says_and_notes_nothing_yet(house: House) -> None:
    contact = await house.customer(level=2)
    assert await house.looks_up(contact, "bill_due") == ("found", {"service": "bill_due", "items": BILLS})
    assert house.office.looked_up == ["bills"]
    assert await house.tried(contact) == [], "the caller has not been told yet"


@pytest.mark.parametrize("level", [0, 1, 2])
async def test_who_has_proved_too_little_is_asked_and_nothing_is_done(house: House, level: int) -> None:
    contact = await house.customer(level)
    assert await house.pays(contact) == NOBODY
    assert await house.looks_up(contact, "pay_bill") == NOBODY
    assert house.office.keys == house.office.looked_up == []


async def test_a_page_is_for_anybody_and_noted(house: House, fernhill: Tenant) -> None:
    contact = await house.customer(level=0)
    name, data = await house.looks_up(contact, "international_fees")
    page = fernhill.services["international_fees"].page
    assert page is not None
    assert (name, data["items"]) == ("found", [{"page": "Fees abroad", "says": page.says}])
    assert await house.tried(contact) == [("Fees abroad", "done")]
    assert house.office.looked_up == []


@pytest.mark.parametrize("service", ["sell_the_house", "", "international_fees"])
async def test_what_is_no_service_or_only_a_page_is_not_carried_out(house: House, service: str) -> None:
    contact = await house.customer()
    assert await house.settles(contact, service) == settled(service, FOR_THE_AGENT)
    assert await house.tried(contact) == []


@pytest.mark.parametrize(("is_beside", "is_open"), [(False, False), (True, True)])
async def test_another_matter_calls_off_what_is_asked_for_and_an_aside_does_not(
    house: House, is_beside: bool, is_open: bool
) -> None:
    contact = await house.customer(level=2, pending_input=PIN_ASKED)
    await house.looks_up(contact, "balance", is_beside=is_beside)
    assert ((await house.now(contact)).pending_input is not None) is is_open


@dataclass
class Payer:
    """An engine: a yes orders the payment, its outcome is told with the order that notes a balance as told."""

    heard: list[str | None] = field(default_factory=list)
    is_away: bool = False

    async def is_ready(self) -> bool:
        return True

    async def turn(self, turn: Turn) -> Reply:
        self.heard.append(turn.words or (turn.structured or ("",))[0])
        if turn.words:
            return Reply((), Order("settle", PAY), None, {}, "confirm")
        if self.is_away:
            raise Unavailable("dialogue_unavailable", "Nobody speaks.")
        return Reply((Saying("That's paid."),), Order("told", {"service": "balance"}), None, {}, None)


@pytest.fixture
def payer() -> Payer:
    return Payer()


@pytest.fixture
async def talk(house: House, payer: Payer, fernhill: Tenant, bus: Bus, clock: MovedClock) -> Dialogue:
    store, lines = house.store, Lines(house.store, bus, Waiting(house.store, clock, fernhill))
    await lines.follow(fernhill.queues)
    desk = VerificationDesk(store, fernhill, house.office, OneTimeCodes(fernhill, Telephones(), b"key"), b"key")
    orders = Orders(store, fernhill, house.office, desk)
    return Dialogue(store, lines, desk, Turns(store, fernhill, lines, payer, orders))


async def test_a_turn_that_is_taken_up_again_after_a_crash_pays_under_the_same_key(
    house: House, talk: Dialogue, clock: MovedClock
) -> None:
    contact = await house.customer()
    house.office.answer = never
    dying = asyncio.create_task(talk.hear(contact.id, "yes"))
    await house.office.was_asked.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    house.office.answer = None
    clock.advance(11)
    await talk.answer_unanswered()
    assert len(house.office.keys) == 2
    assert len(set(house.office.keys)) == 1, "the bank carries it out once per key"
    assert await house.tried(contact) == [("Pay a bill", "done"), ("Account balance", "done")]


async def test_what_is_told_is_noted_in_the_same_breath_with_its_event(house: House, talk: Dialogue) -> None:
    contact = await house.customer()
    await talk.hear(contact.id, "yes")
    tried = frozenset({EventType.SERVICE_TRIED})
    events = await house.store.read(lambda work: work.trail.after(contact.id, 0, tried))
    assert [told(event) for event in events] == [
        {"service": "pay_bill", "outcome": "done"},
        {"service": "balance", "outcome": "done"},
    ]


async def test_an_effect_whose_outcome_was_not_told_is_not_done_again(
    house: House, talk: Dialogue, payer: Payer
) -> None:
    contact, payer.is_away = await house.customer(), True
    await talk.hear(contact.id, "yes")
    await talk.hear(contact.id, "hello?")
    payer.is_away = False
    await talk.hear(contact.id, "are you there?")
    await talk.hear(contact.id, "so is it paid?")
    assert len(house.office.keys) == 1, "the engine may order the same again: it is the same yes"
    assert await house.tried(contact) == [("Pay a bill", "done"), *[("Account balance", "done")] * 2]


async def test_a_hundred_at_once_pay_once(house: House) -> None:
    contact = await house.customer()
    await house.pays(contact)
    again = await asyncio.gather(*(house.pays(replace(contact, id=ContactId(contact.id))) for _ in range(100)))
    assert {outcome["outcome"] for _, outcome in again} == {"done"}
    assert len(house.office.keys) == 1


async def test_words_said_while_an_answer_is_under_way_are_known_to_have_come_before_it(
    house: House, fernhill: Tenant, bus: Bus, clock: MovedClock
) -> None:
    heard: list[tuple[str | None, bool]] = []
    asked, may_answer = asyncio.Event(), asyncio.Event()

    class Slow(Payer):
        async def turn(self, turn: Turn) -> Reply:
            heard.append((turn.words, turn.circumstances.spoke_before))
            asked.set()
            await may_answer.wait()
            return Reply((Saying("Shall I pay it now?"),), None, None, {}, "confirm")

    lines = Lines(house.store, bus, Waiting(house.store, clock, fernhill))
    await lines.follow(fernhill.queues)
    desk = VerificationDesk(house.store, fernhill, house.office, OneTimeCodes(fernhill, Telephones(), b"key"), b"key")
    orders = Orders(house.store, fernhill, house.office, desk)
    talk = Dialogue(house.store, lines, desk, Turns(house.store, fernhill, lines, Slow(), orders))
    contact = await house.customer()
    first = asyncio.create_task(talk.hear(contact.id, "pay my bill"))
    await asked.wait()
    await talk.hear(contact.id, "yes")
    may_answer.set()
    await first
    await talk.hear(contact.id, "yes, do")
    assert heard == [("pay my bill", False), ("yes", True), ("yes, do", False)]
