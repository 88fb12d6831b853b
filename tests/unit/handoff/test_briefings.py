"""The briefing: everything the agent needs, nothing that the caller did not agree to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from arrivals import offer_of, place, ready_agent

from assistant.flow.moves import connect, say
from assistant.model.briefing import Fact, Tried
from assistant.model.contact import (
    Contact,
    ContactId,
    DialogueMode,
    Matter,
    Outcome,
    PendingInput,
    Reach,
    State,
    Verification,
)
from assistant.model.events import Author, Event, EventType, Words
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant
from handoff.briefing import Briefings


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def maya(work: UnitOfWork, **changes: Any) -> Contact:
    """A verified caller who lost a card and had it frozen."""
    verified: dict[str, Any] = {
        "customer_number": "10000001",
        "customer_name": "Maya Okafor",
        "verification": Verification(2, "pin", work.now),
        "topic": "report_lost_card",
    }
    contact = place(work, **(verified | changes))
    work.trail.put_fact(contact.id, Fact("card_kind", "Card", "debit"))
    work.trail.add_tried(contact.id, Tried("freeze_card", "Freeze the card", "done"))
    contact = say(work, contact, Author.ASSISTANT, "Can I help while you wait?")
    return say(work, contact, Author.CALLER, "my card is gone")


def events_of(work: UnitOfWork, contact: Contact) -> list[Event]:
    return list(work.trail.after(contact.id, 0))


async def briefing_of(store: Store, tenant: Tenant, clock: Any, waited: float = 95, **changes: Any) -> dict[str, Any]:
    contact = await store.transact(lambda work: maya(work, **changes))
    clock.advance(waited)
    briefings = Briefings(tenant)

    def read(work: UnitOfWork) -> dict[str, Any]:
        found = work.contacts.get(contact.id)
        assert found is not None
        return briefings.full(work, found, events_of(work, found))

    return await store.read(read)


async def test_the_briefing_says_who_why_and_what_was_done(store: Store, clock: Any, fernhill: Tenant) -> None:
    briefing = await briefing_of(store, fernhill, clock)
    assert briefing["customer"] == {"number": "10000001", "name": "Maya Okafor"}
    assert briefing["verification"] == {"level": 2, "method": "pin", "at": "2026-03-02T09:30:00.123457Z"}
    assert briefing["topic"] == "report_lost_card"
    assert briefing["facts"] == [{"id": "card_kind", "label": "Card", "value": "debit"}]
    assert briefing["tried"] == [{"service": "freeze_card", "label": "Freeze the card", "outcome": "done"}]
    assert briefing["headline"].startswith("Maya Okafor: ")
    assert briefing["headline"].endswith("(card frozen)")
    assert [said["text"] for said in briefing["transcript"]] == ["Can I help while you wait?", "my card is gone"]
    assert [said["author"] for said in briefing["transcript"]] == ["assistant", "caller"]
    assert briefing["waited_seconds"] == 95
    assert (briefing["language"], briefing["consent"]) == ("en", None)


async def test_a_callback_is_told_in_the_headline_with_the_number_to_be_called(
    store: Store, clock: Any, fernhill: Tenant
) -> None:
    to_be_called = {"reach": Reach.CALLBACK, "callback_number": "+442071838750", "callback_at": clock.now()}
    briefing = await briefing_of(store, fernhill, clock, **to_be_called)
    assert briefing["headline"].startswith("Call back: Maya Okafor: ")
    assert (briefing["caller_number"], briefing["channel"]) == ("+442071838750", "voice")


async def test_a_caller_who_did_not_consent_has_nothing_passed_on(store: Store, clock: Any, fernhill: Tenant) -> None:
    briefing = await briefing_of(store, fernhill, clock, consent=False)
    assert (briefing["facts"], briefing["transcript"], briefing["topic"]) == ([], [], None)
    assert briefing["headline"] == "Maya Okafor: asked that nothing be passed on (card frozen)"
    assert "gone" not in str(briefing)
    assert "debit" not in str(briefing)
    # who was verified and what was done to the account are not the caller's words
    assert briefing["customer"]["name"] == "Maya Okafor"
    assert briefing["tried"][0]["outcome"] == "done"


async def test_several_matters_have_their_own_facts_and_the_urgent_one_is_the_main_one(
    store: Store, fernhill: Tenant
) -> None:
    def talk(work: UnitOfWork) -> dict[str, Any]:
        also = (Matter("bill_due"), Matter("report_fraud", is_urgent=True))
        contact = maya(work, topic="balance", also=also)
        work.trail.put_fact(contact.id, Fact("report_fraud.amount", "Amount", "80 pounds"))
        return Briefings(fernhill).full(work, contact, events_of(work, contact))

    briefing = await store.transact(talk)
    assert (briefing["topic"], briefing["urgent"]) == ("report_fraud", True)
    assert briefing["facts"] == [{"id": "report_fraud.amount", "label": "Amount", "value": "80 pounds"}]
    assert briefing["also"] == [
        {
            "topic": "balance",
            "topic_label": "Account balance",
            "urgent": False,
            "facts": [{"id": "card_kind", "label": "Card", "value": "debit"}],
        },
        {"topic": "bill_due", "topic_label": "When a bill is due", "urgent": False, "facts": []},
    ]
    assert briefing["headline"] == (
        "Maya Okafor: Payment not recognised; also Account balance; also When a bill is due (card frozen)"
    )


async def test_without_consent_no_other_matter_is_shown_either(store: Store, fernhill: Tenant) -> None:
    def talk(work: UnitOfWork) -> dict[str, Any]:
        contact = maya(work, consent=False, also=(Matter("report_fraud", is_urgent=True),))
        return Briefings(fernhill).full(work, contact, events_of(work, contact))

    briefing = await store.transact(talk)
    assert (briefing["topic"], briefing["also"], briefing["urgent"]) == (None, [], False)


async def test_without_consent_the_talk_with_the_agent_is_shown_and_no_earlier_word(
    store: Store, fernhill: Tenant
) -> None:
    def talk(work: UnitOfWork) -> dict[str, Any]:
        contact = maya(work, consent=False)
        contact = contact.moved(State.OFFERED)
        contact = say(work, connect(work, contact), Author.CALLER, "hello Amira")
        return Briefings(fernhill).full(work, contact, events_of(work, contact))

    briefing = await store.transact(talk)
    assert [said["text"] for said in briefing["transcript"]] == ["hello Amira"]


async def test_a_caller_who_was_not_verified_is_nobody_with_no_history(
    store: Store, clock: Any, fernhill: Tenant
) -> None:
    await store.transact(ended)
    briefing = await briefing_of(
        store, fernhill, clock, verification=Verification(1, "ani"), customer_name=None, customer_number="10000001"
    )
    assert briefing["customer"] is None
    assert briefing["history"] == []
    assert briefing["headline"].startswith("Caller not verified: ")


def ended(work: UnitOfWork, **changes: Any) -> ContactId:
    contact = maya(work, ended_at=work.now, outcome=Outcome.HANDLED, disposition="resolved", **changes)
    work.contacts.save(replace(contact, state=State.CLOSED))
    return contact.id


async def test_the_history_is_the_same_customers_newest_first(store: Store, clock: Any, fernhill: Tenant) -> None:
    clock.advance(-7200)
    first = await store.transact(ended)
    clock.advance(3600)
    second = await store.transact(lambda work: ended(work, consent=False))
    await store.transact(lambda work: ended(work, customer_number="10000002"))
    clock.advance(3600)
    briefing = await briefing_of(store, fernhill, clock)
    assert [past["contact_id"] for past in briefing["history"]] == [second, first]
    assert briefing["history"][1]["topic"] == "report_lost_card"
    assert (briefing["history"][1]["outcome"], briefing["history"][1]["disposition"]) == ("handled", "resolved")
    # what was not passed on then is not passed on later
    assert briefing["history"][0]["topic"] is None


async def test_what_agents_wrote_down_then_is_there_for_whoever_comes_next(
    store: Store, clock: Any, fernhill: Tenant
) -> None:
    def wrapped(work: UnitOfWork, **changes: Any) -> None:
        note = Words(Author.AGENT, "Promised a letter.", agent_name="Amira Haddad")
        contact = work.contacts.get(ended(work, **changes))
        assert contact is not None
        work.trail.append(contact, EventType.NOTE_ADDED, {}, note)

    clock.advance(-7200)
    await store.transact(wrapped)
    clock.advance(3600)
    await store.transact(lambda work: wrapped(work, consent=False))
    clock.advance(3600)
    briefing = await briefing_of(store, fernhill, clock)
    assert [past["notes"] for past in briefing["history"]] == [[], ["Promised a letter."]]


async def test_notes_are_for_agents_and_stand_apart_from_the_transcript(store: Store, fernhill: Tenant) -> None:
    def read(work: UnitOfWork) -> dict[str, Any]:
        note = Words(Author.AGENT, "calm", agent_name="Amira Haddad")
        contact = work.trail.append(maya(work), EventType.NOTE_ADDED, {}, note)
        return Briefings(fernhill).full(work, contact, events_of(work, contact))

    briefing = await store.transact(read)
    assert [(note["text"], note["agent_name"]) for note in briefing["notes"]] == [("calm", "Amira Haddad")]
    assert "calm" not in str(briefing["transcript"])


def passed_on(work: UnitOfWork, contact: Contact, note: str | None) -> Contact:
    contact = work.trail.append(contact, EventType.TRANSFER_ASKED, {"mode": "cold"})
    words = Words(Author.AGENT, note, agent_name="Amira Haddad") if note else None
    return work.trail.append(contact, EventType.NOTE_ADDED, {"transfer": True}, words) if words else contact


@pytest.mark.parametrize(
    ("notes", "shown"), [([], None), (["first"], "first"), (["first", "second"], "second"), (["first", None], None)]
)
async def test_the_note_of_the_last_transfer_is_shown_and_no_older_one(
    store: Store, fernhill: Tenant, notes: list[str | None], shown: str | None
) -> None:
    def read(work: UnitOfWork) -> dict[str, Any]:
        contact = maya(work)
        for note in notes:
            contact = passed_on(work, contact, note)
        return Briefings(fernhill).full(work, contact, events_of(work, contact))

    assert (await store.transact(read))["transfer_note"] == shown


async def test_an_agents_own_note_to_the_next_one_is_not_the_note_that_came_with_the_contact(
    store: Store, fernhill: Tenant
) -> None:
    def read(work: UnitOfWork) -> dict[str, Any]:
        contact = passed_on(work, maya(work), "to me")
        contact = connect(work, replace(contact, state=State.OFFERED, agent_id=ready_agent(work).id))
        contact = passed_on(work, contact, "from me")
        return Briefings(fernhill).full(work, contact, events_of(work, contact))

    assert (await store.transact(read))["transfer_note"] == "to me"


@pytest.mark.parametrize(
    ("dialogue", "asked", "step"),
    [
        (DialogueMode.SPEAKING, None, None),
        (DialogueMode.QUIET, None, None),
        (DialogueMode.IN_STEP, PendingInput("r1", "secret", "pin", 4, "And your PIN?"), "identity"),
        (DialogueMode.IN_STEP, None, "confirm"),
    ],
)
async def test_an_offer_says_which_step_would_be_cut(
    store: Store, fernhill: Tenant, dialogue: DialogueMode, asked: PendingInput | None, step: str | None
) -> None:
    def read(work: UnitOfWork) -> dict[str, Any]:
        contact = maya(work, dialogue=dialogue, pending_input=asked)
        return Briefings(fernhill).offer(work, offer_of(work, contact, ready_agent(work)), contact)

    offer = await store.transact(read)
    assert offer.get("in_step") == ({"step": step, "seconds": 20} if step else None)
