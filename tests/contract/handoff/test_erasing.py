"""What is erased is nowhere any more, and what is counted stays as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from agents_house import House
from agents_house import house as house
from arrivals import place
from known_customer import NUMBER, PERSONAL, SAID, everything, served

from assistant.flow import moves
from assistant.flow.erasing import ask_for
from assistant.flow.recounting import Recounting
from assistant.model.agent import Role
from assistant.model.contact import Channel, Contact, ContactId, Outcome, State
from assistant.model.erasure import WhyErased
from assistant.model.errors import Refused
from assistant.model.events import Author, EventType
from assistant.model.place import rfc3339
from assistant.model.storage import UnitOfWork

REPORTS = "/api/v1/supervisor/reports"


def path(contact_id: ContactId, more: str = "") -> str:
    return f"/api/v1/supervisor/contacts/{contact_id}{more}"


@pytest.fixture
async def ada(house: House) -> str:
    await house.employs("ada", Role.ADMIN)
    return await house.signs_in("ada")


async def reports(house: House, token: str) -> Any:
    await Recounting(house.store).catch_up()
    now = house.clock.now()
    begin, end = rfc3339(now - timedelta(days=1)), rfc3339(now + timedelta(seconds=1))
    status, told = await house.gets(f"{REPORTS}?from={begin}&to={end}&by=agent", token)
    assert status == 200
    return told["total"], told["rows"]


async def test_nothing_of_it_is_left_and_every_figure_stays(house: House, ada: str) -> None:
    contact_id = await served(house)
    before, counted = await everything(house), await reports(house, ada)
    assert all(words in before for words in PERSONAL)
    status, told = await house.posts(path(contact_id, "/erase"), {}, ada)
    assert (status, told) == (200, {"erased_at": rfc3339(house.clock.now())})
    after = await everything(house)
    customer = next(line for line in after.splitlines() if line.startswith("preferences:"))
    left = after.replace(customer, "")  # what a customer has chosen goes with the customer, not with one contact
    assert [words for words in PERSONAL if words.lower() in left.lower()] == []
    assert house.telephones.sounds == {}
    assert await reports(house, ada) == counted
    await house.store.transact(lambda work: work.parts.count_all_anew())
    assert await reports(house, ada) == counted


async def test_its_story_tells_who_erased_it_and_nothing_else_is_gone(house: House, ada: str) -> None:
    contact_id = await served(house)
    _, before = await house.gets(path(contact_id), ada)
    await house.posts(path(contact_id, "/erase"), {}, ada)
    _, told = await house.gets(path(contact_id), ada)
    assert told["story"][:-1] == before["story"]
    assert (told["story"][-1]["type"], told["story"][-1]["data"]) == (
        "contact.erased",
        {"reason": "asked", "agent_name": "Ada Haddad"},
    )
    assert told["contact"]["erased_at"] == rfc3339(house.clock.now())
    assert (told["contact"]["transcript"], told["contact"]["facts"], told["contact"]["notes"]) == ([], [], [])
    assert told["contact"]["customer"] is None
    assert (await house.gets(path(contact_id, "/recordings"), ada))[1] == {"recordings": []}


async def test_only_an_admin_erases(house: House, ada: str) -> None:
    contact_id = await served(house)
    for who, expected in (("amira", 403), ("sofia", 403)):
        assert (await house.posts(path(contact_id, "/erase"), {}, await house.signs_in(who)))[0] == expected
    assert (await house.posts(path(contact_id, "/erase"), {}, "nobody"))[0] == 401
    assert (await house.posts(path(ContactId("nobody"), "/erase"), {}, ada))[0] == 404
    assert SAID in await everything(house)


async def test_erased_twice_it_was_erased_the_first_time(house: House, ada: str) -> None:
    contact_id = await served(house)
    first = await house.posts(path(contact_id, "/erase"), {}, ada)
    house.clock.advance(60)
    assert await house.posts(path(contact_id, "/erase"), {}, ada) == first
    types = [event.type for event in await house.events(contact_id)]
    assert types.count(EventType.CONTACT_ERASED) == 1


async def test_what_is_not_over_or_may_be_reclaimed_is_not_erased(house: House, ada: str) -> None:
    contact = await house.arrives()
    await house.caller_says(contact.id, SAID)
    refused = (409, "not_over")

    async def erases() -> tuple[int, str]:
        status, told = await house.posts(path(contact.id, "/erase"), {}, ada)
        return status, told.get("error", {}).get("code", "")

    assert await erases() == refused
    await house.conversation.leave(contact.id)
    assert await erases() == refused
    assert SAID in await everything(house)
    await house.passes(house.tenant.timing.reclaim_seconds + 1)
    assert await erases() == (200, "")
    assert SAID not in await everything(house)


async def test_while_a_recording_cannot_be_deleted_nothing_is_erased(house: House, ada: str) -> None:
    contact_id = await served(house)
    house.telephones.is_away = True
    assert (await house.posts(path(contact_id, "/erase"), {}, ada))[0] == 503
    assert SAID in await everything(house)
    assert (await house.contact(contact_id)).erased_at is None
    house.telephones.is_away = False
    assert (await house.posts(path(contact_id, "/erase"), {}, ada))[0] == 200


async def test_what_is_said_of_it_later_is_not_kept(house: House, ada: str) -> None:
    contact_id = await served(house)
    await house.posts(path(contact_id, "/erase"), {}, ada)
    await house.caller_says(contact_id, SAID)
    assert SAID not in await everything(house)


async def texter(house: House, *, has_stopped: bool) -> Contact:
    def arrive(work: UnitOfWork) -> Contact:
        thread = work.texts.open_thread(NUMBER, "+442079460000")
        contact = place(work, channel=Channel.SMS, ani=NUMBER, dnis="+442079460000")
        stopped_at = work.now if has_stopped else None
        work.texts.save_thread(replace(thread, contact_id=contact.id, stopped_at=stopped_at))
        contact = moves.say(work, contact, Author.CALLER, SAID)
        return moves.leave_line(work, contact, State.CLOSED, Outcome.REMOVED, house.tenant.timing)

    return await house.store.transact(arrive)


async def test_a_thread_of_texts_is_forgotten_and_the_next_text_begins_anew(house: House) -> None:
    contact = await texter(house, has_stopped=False)
    await house.passes(house.tenant.timing.reclaim_seconds + 1)
    await house.erasing.erase(contact.id, WhyErased.ASKED)
    assert NUMBER not in await everything(house)


async def test_who_has_said_stop_is_not_written_to_after_all_is_forgotten(house: House) -> None:
    contact = await texter(house, has_stopped=True)
    await house.passes(house.tenant.timing.reclaim_seconds + 1)
    await house.erasing.erase(contact.id, WhyErased.ASKED)
    assert await house.store.read(lambda work: work.texts.is_stopped(NUMBER))
    thread = await house.store.read(lambda work: work.texts.thread(NUMBER))
    assert thread is not None
    assert thread.contact_id is None
    assert SAID not in await everything(house)


async def test_a_message_that_was_left_and_erased_is_on_no_list(house: House) -> None:
    def leave(work: UnitOfWork) -> Contact:
        contact = place(work, ani=NUMBER)
        contact = moves.say(work, contact, Author.CALLER, SAID)
        return moves.leave_line(work, contact, State.CLOSED, Outcome.MESSAGE_LEFT, house.tenant.timing)

    contact = await house.store.transact(leave)
    token = await house.signs_in("amira")
    assert len((await house.gets("/api/v1/agent/messages?done=no", token))[1]["messages"]) == 1
    await house.passes(house.tenant.timing.reclaim_seconds + 1)
    await house.erasing.erase(contact.id, WhyErased.ASKED)
    assert (await house.gets("/api/v1/agent/messages?done=no", token))[1]["messages"] == []


async def test_nobody_holds_a_token_that_opens_it(house: House) -> None:
    contact_id = await served(house)
    before = await house.store.read(lambda work: work.contacts.token_hash(contact_id))
    await house.erasing.erase(contact_id, WhyErased.ASKED)
    assert await house.store.read(lambda work: work.contacts.token_hash(contact_id)) != before


async def test_a_contact_that_is_none_is_refused(house: House) -> None:
    with pytest.raises(Refused, match="contact"):
        await house.erasing.erase(ContactId("nobody"), WhyErased.ASKED)
    assert await house.store.transact(lambda work: ask_for(work, customer_number="1")) == []
