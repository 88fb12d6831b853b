"""One-time codes: one use, five minutes, one counter with the PIN, and the same words for everybody."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest
from arrivals import placed
from doubles import MovedClock, ToldBus
from small_bank import MAYA, NOBODY, PIN, TOMASZ, SmallBank, Telephones

from assistant.adapters.sql_store import open_store
from assistant.flow.one_time_codes import OneTimeCodes
from assistant.flow.verification import Structured, VerificationDesk
from assistant.model.contact import Contact, ContactId
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant


@dataclass
class Proving:
    """A caller who is asked who they are."""

    store: Store
    desk: VerificationDesk
    id: ContactId

    async def contact(self) -> Contact:
        found = await self.store.read(lambda work: work.contacts.get(self.id))
        assert found is not None
        return found

    async def gives(self, value: str) -> Structured | None:
        """Answers what is being asked for."""
        asked = (await self.contact()).pending_input
        assert asked is not None, "nothing is asked for"
        return await self.desk.answer(self.id, asked.request_id, asked.name, value)

    async def begins(self) -> None:
        def begin(work: UnitOfWork) -> None:
            contact = work.contacts.lock_only(self.id)
            assert contact is not None
            self.desk.begin(work, contact)

        await self.store.transact(begin)

    async def proves_the_pin(self, number: str = MAYA) -> None:
        await self.begins()
        assert await self.gives(number) is None
        outcome = await self.gives(PIN)
        assert outcome is not None
        assert outcome[0] == "verified"

    async def prompt(self) -> str:
        asked = (await self.contact()).pending_input
        assert asked is not None
        return asked.prompt


@dataclass
class House:
    store: Store
    bank: SmallBank
    phones: Telephones
    desk: VerificationDesk

    async def caller(self) -> Proving:
        return Proving(self.store, self.desk, (await placed(self.store)).id)


def house_of(store: Store, tenant: Tenant, methods: list[str]) -> House:
    verification = tenant.verification.model_copy(update={"methods": methods})
    tenant = tenant.model_copy(update={"verification": verification})
    bank, phones = SmallBank(), Telephones()
    desk = VerificationDesk(store, tenant, bank, OneTimeCodes(tenant, phones, b"a key"), b"a key")
    return House(store, bank, phones, desk)


@pytest.fixture
def house(store: Store, fernhill: Tenant) -> House:
    return house_of(store, fernhill, ["pin", "code"])


@pytest.fixture
def without_pins(store: Store, fernhill: Tenant) -> House:
    return house_of(store, fernhill, ["code"])


async def test_a_code_besides_the_pin_is_level_three(house: House) -> None:
    maya = await house.caller()
    await maya.proves_the_pin()
    assert (await maya.contact()).verification.level == 2
    assert await house.desk.ask_for_code(maya.id) is None
    assert await maya.prompt() == "A six-digit code is on its way to your phone ending 50. What is it?"
    ((number, text),) = house.phones.sent
    assert number == "+442071838750"
    assert "Never give it to anyone" in text
    assert await maya.gives(house.phones.code) == ("verified", {"level": 3, "name": "Maya"})
    contact = await maya.contact()
    assert (contact.verification.level, contact.verification.method) == (3, "code")


async def test_a_code_without_a_proof_before_it_is_not_sent(house: House) -> None:
    stranger = await house.caller()
    outcome = await house.desk.ask_for_code(stranger.id)
    assert outcome == ("not_verified", {"reason": "cancelled", "tries_left": 0})
    assert house.phones.sent == []


async def test_where_there_are_no_pins_the_code_alone_proves(without_pins: House) -> None:
    maya = await without_pins.caller()
    await maya.begins()
    assert await maya.gives(MAYA) is None
    assert await maya.gives(without_pins.phones.code) == ("verified", {"level": 2, "name": "Maya"})


async def test_the_words_are_the_same_whether_the_number_exists_or_not(without_pins: House) -> None:
    said = []
    for number in (MAYA, NOBODY):
        caller = await without_pins.caller()
        await caller.begins()
        assert await caller.gives(number) is None
        said.append(await caller.prompt())
        said.append(str(await caller.gives("000000")))
    assert said[:2] == said[2:]
    assert [number for number, _ in without_pins.phones.sent] == ["+442071838750"]


async def test_the_time_is_the_same_whether_the_number_exists_or_not(without_pins: House) -> None:
    """A code that is sent takes the telephone company's time; one that is not sent takes as long."""
    without_pins.phones.takes_seconds = 0.3
    took = []
    for number in (MAYA, NOBODY):
        caller = await without_pins.caller()
        await caller.begins()
        began = asyncio.get_running_loop().time()
        assert await caller.gives(number) is None
        took.append(asyncio.get_running_loop().time() - began)
    assert took[1] > took[0] / 2
    assert len(without_pins.phones.sent) == 1


async def test_a_telephone_company_that_is_away_tells_nobody_who_is_a_customer(without_pins: House) -> None:
    without_pins.phones.is_away = True
    outcomes = []
    for number in (MAYA, NOBODY):
        caller = await without_pins.caller()
        await caller.begins()
        outcomes.append(await caller.gives(number))
        assert (await caller.contact()).pending_input is None
    assert outcomes == [("not_verified", {"reason": "unavailable", "tries_left": 0})] * 2


async def test_the_words_about_a_pin_are_the_same_whether_the_number_exists_or_not(house: House) -> None:
    said = []
    for number in (TOMASZ, NOBODY):
        heard = []
        for _ in range(6):
            caller = await house.caller()
            await caller.begins()
            assert await caller.gives(number) is None
            heard += [await caller.prompt(), str(await caller.gives("0000"))]
        said.append(heard)
    assert said[0] == said[1]
    assert "locked" in said[0][-1]


async def test_a_hundred_tries_over_two_processes_use_a_code_once(
    house: House, fernhill: Tenant, database_url: str, clock: MovedClock, bus: ToldBus
) -> None:
    elsewhere = open_store(database_url, clock, bus)
    desk = VerificationDesk(elsewhere, fernhill, house.bank, OneTimeCodes(fernhill, house.phones, b"a key"), b"a key")
    maya = await house.caller()
    await maya.proves_the_pin()
    await house.desk.ask_for_code(maya.id)
    asked = (await maya.contact()).pending_input
    assert asked is not None
    desks = [house.desk, desk] * 50
    tries = [each.answer(maya.id, asked.request_id, "code", house.phones.code) for each in desks]
    outcomes = [outcome for outcome in await asyncio.gather(*tries) if outcome is not None]
    await elsewhere.close()
    assert outcomes == [("verified", {"level": 3, "name": "Maya"})]


async def test_a_hundred_guesses_at_once_are_five_at_most(house: House) -> None:
    """Each is counted before it is checked: nobody guesses a PIN by asking for all at once."""
    callers = [await house.caller() for _ in range(100)]
    for caller in callers:
        await caller.begins()
        await caller.gives(TOMASZ)
    outcomes = await asyncio.gather(*(caller.gives(f"{guess:04}") for guess, caller in enumerate(callers)))
    reasons = [outcome[1]["reason"] for outcome in outcomes if outcome is not None]
    assert (reasons.count("failed"), reasons.count("locked")) == (4, 96)


async def test_a_code_is_good_for_five_minutes(house: House, clock: MovedClock) -> None:
    maya = await house.caller()
    await maya.proves_the_pin()
    await house.desk.ask_for_code(maya.id)
    clock.advance(301)
    outcome = await maya.gives(house.phones.code)
    assert outcome == ("not_verified", {"reason": "failed", "tries_left": 4})


async def test_only_the_newest_code_is_good_and_none_twice(house: House) -> None:
    maya = await house.caller()
    await maya.proves_the_pin()
    await house.desk.ask_for_code(maya.id)
    first = house.phones.code
    await house.desk.ask_for_code(maya.id)
    second = house.phones.code
    if first != second:
        outcome = await maya.gives(first)
        assert outcome is not None
        assert outcome[0] == "not_verified"
        await house.desk.ask_for_code(maya.id)
    used = house.phones.code
    outcome = await maya.gives(used)
    assert outcome is not None
    assert outcome[0] == "verified"

    def again(work: UnitOfWork) -> bool:
        subject = house.desk._subject(MAYA)
        return house.desk._codes.is_right(work, subject, maya.id, used)

    assert await house.store.transact(again) is False


async def test_a_hundred_tries_at_once_use_a_code_once(house: House) -> None:
    maya = await house.caller()
    await maya.proves_the_pin()
    await house.desk.ask_for_code(maya.id)
    asked = (await maya.contact()).pending_input
    assert asked is not None
    tries = [house.desk.answer(maya.id, asked.request_id, "code", house.phones.code) for _ in range(100)]
    outcomes = [outcome for outcome in await asyncio.gather(*tries) if outcome is not None]
    assert outcomes == [("verified", {"level": 3, "name": "Maya"})]


async def test_a_new_code_resets_no_counter_and_five_failures_lock_on_every_channel(
    house: House, clock: MovedClock
) -> None:
    maya = await house.caller()
    await maya.proves_the_pin()
    left = []
    for _ in range(3):
        assert await house.desk.ask_for_code(maya.id) is None
        outcome = await maya.gives("000000" if house.phones.code != "000000" else "111111")
        assert outcome is not None
        left.append(outcome[1]["tries_left"])
    assert left == [4, 3, 2]
    assert await house.desk.ask_for_code(maya.id) == ("not_verified", {"reason": "too_many_codes", "tries_left": 0})
    elsewhere = await house.caller()
    for expected in ("failed", "locked"):
        await elsewhere.begins()
        await elsewhere.gives(MAYA)
        outcome = await elsewhere.gives("0000")
        assert outcome is not None
        assert outcome[1]["reason"] == expected
    clock.advance(899)
    third = await house.caller()
    await third.begins()
    await third.gives(MAYA)
    assert await third.gives(PIN) == ("not_verified", {"reason": "locked", "tries_left": 0})
    clock.advance(2)
    await (await house.caller()).proves_the_pin()


async def test_a_code_of_one_contact_is_nothing_on_another(house: House) -> None:
    maya, other = await house.caller(), await house.caller()
    await maya.proves_the_pin()
    await other.proves_the_pin(TOMASZ)
    await house.desk.ask_for_code(maya.id)
    mayas = house.phones.code
    await house.desk.ask_for_code(other.id)
    if mayas != house.phones.code:
        outcome = await other.gives(mayas)
        assert outcome is not None
        assert outcome[0] == "not_verified"


async def test_when_nothing_can_be_sent_nothing_is_asked_for(house: House) -> None:
    maya = await house.caller()
    await maya.proves_the_pin()
    house.phones.is_away = True
    assert await house.desk.ask_for_code(maya.id) == ("not_verified", {"reason": "unavailable", "tries_left": 0})
    assert (await maya.contact()).pending_input is None


async def test_no_code_is_stored_as_it_is(house: House) -> None:
    maya = await house.caller()
    await maya.proves_the_pin()
    await house.desk.ask_for_code(maya.id)
    code = house.phones.code
    await maya.gives(code)
    events = await house.store.read(lambda work: list(work.trail.after(maya.id, 0)))
    assert all(code not in str(event.data) and (not event.words or code not in event.words.text) for event in events)
