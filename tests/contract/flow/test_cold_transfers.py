"""Passed on cold: the caller waits again where the order says, and has nothing to say twice."""

from __future__ import annotations

import asyncio

import pytest
from arrivals import CARDS, told
from passing_house import ACCOUNTS, FRAUD, House
from passing_house import house as house
from passing_house import tenant as tenant

from assistant.flow.transfers import Mode, Target, Transfers
from assistant.model.agent import Presence
from assistant.model.contact import Channel, QueueId, Reach, State, Verification
from assistant.model.errors import Refused
from assistant.model.events import EventType
from assistant.model.hours import Hours


async def test_a_contact_that_is_passed_on_keeps_its_order_in_the_other_line(house: House) -> None:
    amira = await house.hires("amira")
    contact = await house.talks(amira)
    waiting = [await house.arrives(ACCOUNTS) for _ in range(2)]
    await house.keeps_its_promises()
    passed_on = await house.cold(contact, amira, ACCOUNTS, "wants a mortgage")
    assert (passed_on.state, passed_on.queue, passed_on.order_at) == (State.WAITING, ACCOUNTS, contact.order_at)
    assert [await house.position(each) for each in (passed_on, *waiting)] == [1, 2, 3]
    await house.keeps_its_promises()
    line = house.lines.line(ACCOUNTS)
    assert line.why_worse(waiting[0].id, since_revision=line.revision - 1) == "transferred_in"


async def test_the_caller_is_told_who_passes_on_to_whom_and_the_true_position(house: House) -> None:
    amira = await house.hires("amira")
    contact = await house.talks(amira)
    await house.cold(contact, amira, ACCOUNTS)
    told = "Amira is passing you on to Accounts and payments. You keep the place you had: you're next."
    assert await house.said(contact) == told
    second = await house.talks(amira, ACCOUNTS)
    await house.cold(second, amira, CARDS)
    assert (await house.said(second)).endswith("Cards. You keep the place you had: you're next.")


async def test_who_came_earlier_stays_before_a_contact_that_is_passed_on(house: House) -> None:
    amira = await house.hires("amira")
    earlier, contact = await house.arrives(ACCOUNTS), await house.talks(amira)
    passed_on = await house.cold(contact, amira, ACCOUNTS)
    assert [await house.position(each) for each in (earlier, passed_on)] == [1, 2]
    assert "one person is ahead of you" in await house.said(contact)


async def test_the_first_agent_is_free_at_once_and_owes_no_wrap_up(house: House) -> None:
    amira = await house.hires("amira")
    contact = await house.talks(amira)
    house.clock.advance(30)
    passed_on = await house.cold(contact, amira, ACCOUNTS)
    assert (await house.slots())["amira"] == []
    assert (await house.agent(amira)).idle_since == house.clock.now()
    assert passed_on.agent_id is None
    assert not await house.events(contact, EventType.CONTACT_WRAPPED)
    (asked,) = await house.events(contact, EventType.TRANSFER_ASKED)
    assert told(asked) == {
        "mode": "cold",
        "by": amira.id,
        "to_queue": "accounts",
        "to_agent_id": None,
        "order_at": contact.order_at,
        "disposition": "transferred",
    }
    (moved,) = await house.events(contact, EventType.QUEUE_CHANGED)
    assert (moved.data["from"], moved.data["to"], moved.data["cause"]) == ("cards", "accounts", "transferred_in")
    (returned,) = await house.events(contact, EventType.CONTACT_RETURNED)
    assert told(returned) == {"reason": "transferred", "from": "connected", "cause": "transferred_in"}


async def test_what_was_proved_and_what_was_noted_travel_with_the_leg(house: House) -> None:
    amira, ben = await house.hires("amira"), await house.hires("ben", ACCOUNTS)
    proved = Verification(2, "pin", house.clock.now())
    contact = await house.arrives(verification=proved, customer_number="10000001", topic="report_lost_card")
    await house.cold(await house.connects(contact, amira), amira, ACCOUNTS, "card is frozen; my PIN is 4821 she said")
    after = await house.connects(contact, ben)
    assert (after.verification, after.customer_number, after.topic) == (proved, "10000001", "report_lost_card")
    (note,) = await house.events(contact, EventType.NOTE_ADDED)
    assert note.words is not None
    assert note.data == {"agent_id": amira.id, "transfer": True}
    assert note.words.text.startswith("card is frozen")
    assert "4821" not in note.words.text, "a secret is kept nowhere, whoever writes it"
    assert "frozen" not in str([event.data for event in await house.events(contact)]), "words stand in erasable rows"


async def test_who_passed_it_on_is_not_who_is_offered_it(house: House) -> None:
    amira = await house.hires("amira", CARDS, ACCOUNTS)
    contact = await house.talks(amira)
    await house.cold(contact, amira, ACCOUNTS)
    assert await house.offered() is None
    ben = await house.hires("ben", ACCOUNTS)
    offer = await house.offered()
    assert offer is not None
    assert offer.agent_id == ben.id
    made = (await house.events(contact, EventType.OFFER_MADE))[-1]
    assert (made.data["queue"], made.data["order_at"]) == ("accounts", contact.order_at)


async def test_after_a_minute_who_passed_it_on_may_be_the_only_one_left(house: House) -> None:
    amira = await house.hires("amira", CARDS, ACCOUNTS)
    contact = await house.talks(amira)
    await house.cold(contact, amira, ACCOUNTS)
    later = await house.arrives(ACCOUNTS)
    offer = await house.offered()
    assert offer is not None
    assert offer.contact_id == later.id
    made = (await house.events(later, EventType.OFFER_MADE))[0]
    assert made.data["passed_over"] == [{"contact_id": contact.id, "why": "declined_recently"}]
    house.clock.advance(house.tenant.timing.declined_seconds + 1)
    offer = await house.offered()
    assert offer is not None
    assert offer.contact_id == contact.id


async def test_a_contact_that_is_passed_on_twice_still_stands_where_it_came(house: House) -> None:
    amira, ben = await house.hires("amira"), await house.hires("ben", ACCOUNTS)
    contact = await house.talks(amira)
    await house.cold(contact, amira, ACCOUNTS, "first note")
    await house.connects(contact, ben)
    again = await house.cold(contact, ben, FRAUD, "second note")
    assert (again.queue, again.order_at) == (FRAUD, contact.order_at)
    await house.keeps_its_promises()


async def test_a_caller_who_is_away_is_passed_on_and_not_offered(house: House) -> None:
    amira = await house.hires("amira")
    await house.hires("ben", ACCOUNTS)
    contact = await house.talks(amira)
    await house.legs.lost(f"socket of {contact.id}")
    passed_on = await house.cold(contact, amira, ACCOUNTS)
    assert (passed_on.state, passed_on.reach) == (State.WAITING, Reach.AWAY)
    assert await house.offered() is None
    await house.legs.connected(contact.id, "another socket")
    assert await house.offered() is not None


async def test_on_the_phone_the_conference_of_the_first_agent_ends(house: House) -> None:
    amira = await house.hires("amira")
    call = await house.talks(amira, channel=Channel.VOICE)
    await house.cold(call, amira, ACCOUNTS)
    assert house.telephones.released == [(call.id, call.attempt)]
    chat = await house.talks(amira)
    await house.cold(chat, amira, ACCOUNTS)
    assert len(house.telephones.released) == 1


@pytest.mark.parametrize("mode", list(Mode))
async def test_failed_transfer_without_a_reason_livekit_7200_each_refusal_says_why(house: House, mode: Mode) -> None:
    amira, ben = await house.hires("amira"), await house.hires("ben", ACCOUNTS)
    contact = await house.talks(amira)
    assert await house.is_refused(contact, amira, Target(queue=QueueId("mortgages")), mode) == "unknown_queue"
    assert await house.is_refused(contact, amira, Target(agent="nobody"), mode) == "no_such_agent"
    assert await house.is_refused(contact, amira, Target(agent="amira"), mode) == "same_agent"
    assert await house.is_refused(contact, ben, Target(queue=ACCOUNTS), mode) == "no_such_contact"
    for presence in (Presence.SIGNED_OUT, Presence.NOT_READY):
        await house.goes(ben, presence)
        assert await house.is_refused(contact, amira, Target(agent="ben"), mode) == "agent_away"
    await house.goes(ben, Presence.READY)
    await house.store.transact(lambda work: house.presence.lose_console(work, ben.id))
    assert await house.is_refused(contact, amira, Target(agent="ben"), mode) == "agent_away"
    waiting = await house.arrives()
    assert await house.is_refused(waiting, amira, Target(queue=ACCOUNTS), mode) == "no_such_contact"
    unchanged = await house.now(contact)
    assert (unchanged.state, unchanged.agent_id, unchanged.seq) == (State.CONNECTED, amira.id, contact.seq)
    await house.conversation.end(contact.id, amira.id)
    assert await house.is_refused(contact, amira, Target(queue=ACCOUNTS), mode) == "contact_closed"


async def test_a_note_that_is_too_long_and_a_contact_that_is_only_offered_are_refused(house: House) -> None:
    amira = await house.hires("amira")
    contact = await house.talks(amira)
    with pytest.raises(Refused, match="note: at most"):
        await house.cold(contact, amira, ACCOUNTS, "x" * 4001)
    offered = await house.arrives()
    assert await house.offered() is not None
    assert await house.is_refused(offered, amira, Target(queue=ACCOUNTS)) == "not_connected"


async def test_a_closed_queue_is_refused_with_its_next_opening(house: House) -> None:
    amira = await house.hires("amira")
    contact = await house.talks(amira)
    never_today = Hours(house.tenant.queues[CARDS].hours.zone, ((), (), (), (), (), (), ()), frozenset())
    accounts = house.tenant.queues[ACCOUNTS].model_copy(update={"hours": never_today})
    closed = house.tenant.model_copy(update={"queues": house.tenant.queues | {ACCOUNTS: accounts}})
    transfers = Transfers(house.store, closed, house.telephones)
    for mode in Mode:
        with pytest.raises(Refused) as refused:
            await transfers.transfer(contact.id, amira, Target(queue=ACCOUNTS), mode)
        assert refused.value.code == "queue_closed"
        assert "opens_at" in refused.value.details


async def test_of_a_caller_who_leaves_and_a_transfer_at_once_there_is_one_end(house: House) -> None:
    amira = await house.hires("amira")
    for _ in range(5):
        contact = await house.talks(amira)
        both = house.cold(contact, amira, ACCOUNTS), house.conversation.leave(contact.id)
        await asyncio.gather(*both, return_exceptions=True)
        after = await house.now(contact)
        assert after.state in {State.WRAPPING, State.ABANDONED}
        if after.state is State.WRAPPING:
            await house.conversation.wrap_up(contact.id, amira, "resolved", "")
        await house.keeps_its_promises()
    assert (await house.slots())["amira"] == []


async def test_of_an_agent_lost_and_a_transfer_at_once_there_is_one_return(house: House) -> None:
    amira = await house.hires("amira")
    contact = await house.talks(amira)
    await asyncio.gather(house.cold(contact, amira, ACCOUNTS), house.loses(amira), return_exceptions=True)
    after = await house.now(contact)
    assert (after.state, after.order_at) == (State.WAITING, contact.order_at)
    assert len(await house.events(contact, EventType.CONTACT_RETURNED)) == 1
    await house.keeps_its_promises()


async def test_of_ten_transfers_at_once_one_is_carried_out(house: House) -> None:
    amira = await house.hires("amira")
    contact = await house.talks(amira)
    at_once = (house.cold(contact, amira, queue) for queue in (ACCOUNTS, FRAUD) * 5)
    results = await asyncio.gather(*at_once, return_exceptions=True)
    assert sum(not isinstance(result, Refused) for result in results) == 1
    assert len(await house.events(contact, EventType.TRANSFER_ASKED)) == 1
    await house.keeps_its_promises()
