"""Who wants to be forgotten is, with all contacts, as soon as each is over; and what the tenant keeps no longer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from agents_house import House
from agents_house import house as house
from known_customer import CUSTOMER, NAME, NUMBER, everything, served

from assistant.bootstrap.erase import erase
from assistant.flow import due, erasing
from assistant.flow.erasing import ask_for
from assistant.model.contact import ContactId
from assistant.model.erasure import WhyErased
from assistant.model.events import EventType
from assistant.settings.environment import Settings


async def test_a_customer_is_forgotten_with_all_contacts_the_open_one_once_it_is_over(house: House) -> None:
    over = await served(house)
    still = await house.arrives()
    await house.becomes(still.id, customer_number=CUSTOMER, customer_name=NAME)
    other = await house.arrives()
    await house.caller_says(other.id, "somebody else")
    found = await house.store.transact(lambda work: ask_for(work, customer_number=CUSTOMER))
    assert found == [over, still.id]
    await house.passes(1)
    assert (await house.contact(over)).erased_at is not None
    assert (await house.contact(still.id)).customer_number == CUSTOMER
    assert await house.store.read(lambda work: work.preferences.of(CUSTOMER)) is None
    await house.conversation.leave(still.id)
    await house.passes(61)
    assert (await house.contact(still.id)).erased_at is None, "its place may be reclaimed"
    await house.passes(house.tenant.timing.reclaim_seconds)
    await house.passes(61)
    assert (await house.contact(still.id)).erased_at is not None
    left = await everything(house)
    assert CUSTOMER not in left
    assert "somebody else" in left


async def test_a_request_for_what_is_erased_meanwhile_is_done_with(house: House) -> None:
    contact_id = await served(house)
    await house.store.transact(lambda work: ask_for(work, number=NUMBER))
    await house.erasing.erase(contact_id, WhyErased.ASKED)
    await house.passes(1)
    assert await house.store.read(lambda work: work.deadlines.when(due.ERASE, contact_id)) is None


async def test_a_request_waits_for_the_telephone_company(house: House) -> None:
    contact_id = await served(house)
    house.telephones.is_away = True
    await house.store.transact(lambda work: ask_for(work, number=NUMBER))
    await house.passes(1)
    assert (await house.contact(contact_id)).erased_at is None
    house.telephones.is_away = False
    await house.passes(61)
    assert (await house.contact(contact_id)).erased_at is not None
    assert NUMBER not in await everything(house)


def keeps_for(house: House, days: int) -> None:
    house.tenant.become(house.tenant.model_copy(update={"erased_after_days": days}))


async def test_what_is_old_enough_is_erased_by_itself_where_the_tenant_says_so(house: House) -> None:
    old = await served(house)
    assert await house.erasing.sweep() == 0
    house.clock.advance(30 * 86_400 + 1)
    young = await house.arrives()
    await house.conversation.leave(young.id)
    assert await house.erasing.sweep() == 0, "the tenant has said nothing"
    keeps_for(house, 30)
    assert await house.erasing.sweep() == 1
    assert await house.erasing.sweep() == 0
    assert (await house.contact(old)).erased_at is not None
    assert (await house.contact(young.id)).erased_at is None
    (erased,) = [event for event in await house.events(old) if event.type is EventType.CONTACT_ERASED]
    assert erased.data == {"reason": "kept_long_enough"}


async def test_one_that_cannot_be_erased_keeps_no_other(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "AT_ONCE", 1)
    monkeypatch.setattr(erasing, "PAUSE_SECONDS", 0.0)
    recorded = await served(house)
    others = []
    for _ in range(3):
        house.clock.advance(60)
        others.append(await house.arrives())
        await house.conversation.leave(others[-1].id)
    await house.passes(31 * 86_400)
    keeps_for(house, 30)
    house.telephones.is_away = True
    assert await house.erasing.sweep() == 3
    assert (await house.contact(recorded)).erased_at is None
    assert all([(await house.contact(other.id)).erased_at is not None for other in others])


@pytest.mark.parametrize("whom", [{"customer_number": CUSTOMER}, {"number": NUMBER}])
async def test_the_command_lists_whom_it_would_erase_and_erases_them_where_it_is_meant(
    house: House, database_url: str, whom: dict[str, str]
) -> None:
    house.clock.advance((datetime.now(UTC) - house.clock.now()).total_seconds())  # the command goes by the system's
    contact_id = await served(house)

    async def asks(*, is_meant: bool) -> list[ContactId]:
        asked: dict[str, str | None] = {"customer_number": None, "number": None} | whom
        found = [contact.id for contact in await erase(Settings(database_url=database_url), **asked, is_meant=is_meant)]
        await house.passes(60)
        return found

    assert await asks(is_meant=False) == [contact_id]
    assert (await house.contact(contact_id)).erased_at is None
    assert await asks(is_meant=True) == [contact_id]
    assert (await house.contact(contact_id)).erased_at is not None
    assert await asks(is_meant=True) == []
