"""A supervisor beside an agent's contact: what is seen, who reads what is said, and when it ends."""

from __future__ import annotations

from typing import Any

import pytest
from agents_console import Console
from agents_house import House
from agents_house import house as house

from assistant.model.agent import Role
from assistant.model.contact import Channel, Contact
from assistant.model.events import EventType
from assistant.settings.tenant import SupervisionPart


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


async def chatting(house: House) -> tuple[Console, Console, Contact]:
    """Amira in a chat, and Sofia the supervisor."""
    contact = await house.arrives()
    amira, sofia = await house.opens_console("amira"), await house.opens_console("sofia", ready=False)
    await amira.takes(contact)
    return amira, sofia, contact


async def said(house: House, contact: Contact) -> list[tuple[str, str]]:
    """What the caller reads."""
    events = [event for event in await house.events(contact.id) if event.type is EventType.MESSAGE_ADDED]
    return [(event.words.author.value, event.words.text) for event in events if event.words]


async def test_who_listens_gets_the_contact_and_everything_that_follows(house: House) -> None:
    _, sofia, contact = await chatting(house)
    await house.caller_says(contact.id, "My card is gone")
    await sofia.does("listen", contact_id=contact.id)
    assert (await sofia.heard("watch.updated", contact_id=contact.id))["data"]["mode"] == "listen"
    briefing = await sofia.heard("contact.briefing", contact_id=contact.id)
    await sofia.heard("message.added", contact_id=contact.id, text="My card is gone")
    assert briefing["data"]["headline"]
    await house.caller_says(contact.id, "It was blue")
    await sofia.heard("message.added", contact_id=contact.id, text="It was blue")


async def test_the_caller_is_told_once_before_somebody_listens_and_the_agent_sees_who(house: House) -> None:
    amira, sofia, contact = await chatting(house)
    await sofia.does("listen", contact_id=contact.id)
    notice = ("system", house.tenant.supervision.notice)
    assert notice in await said(house, contact)
    updated = await amira.heard("contact.updated", contact_id=contact.id)
    assert updated["data"]["supervisors"] == [{"username": "sofia", "name": "Sofia Haddad", "mode": "listen"}]
    await sofia.does("leave", contact_id=contact.id)
    await sofia.does("coach", contact_id=contact.id)
    assert (await said(house, contact)).count(notice) == 1


async def test_who_only_listens_can_say_nothing(house: House) -> None:
    _, sofia, contact = await chatting(house)
    await sofia.does("listen", contact_id=contact.id)
    assert await sofia.is_refused("say", contact_id=contact.id, text="Psst") == "listening_only"
    for type in ("end", "note", "wrap_up", "hold", "transfer"):
        more: dict[str, Any] = {"text": "x", "disposition": "resolved", "to": {"queue": "accounts"}}
        assert await sofia.is_refused(type, contact_id=contact.id, **more) == "no_such_contact"


async def test_a_coach_s_words_are_the_agent_s_alone(house: House) -> None:
    amira, sofia, contact = await chatting(house)
    await sofia.does("coach", contact_id=contact.id)
    await sofia.does("say", contact_id=contact.id, text="Offer the replacement", client_id="c-1")
    await sofia.does("say", contact_id=contact.id, text="Offer the replacement", client_id="c-1")
    told = (await amira.heard("coaching.added", contact_id=contact.id))["data"]
    assert (told["author"], told["text"], told["agent_name"]) == ("supervisor", "Offer the replacement", "Sofia Haddad")
    assert "Offer the replacement" not in str(await said(house, contact))
    again = await house.opens_console("amira", ready=False)
    assert [entry["text"] for entry in again.snapshot["contacts"][0]["coaching"]] == ["Offer the replacement"]


async def test_who_joins_is_announced_and_read_by_everybody(house: House) -> None:
    amira, sofia, contact = await chatting(house)
    await sofia.does("join", contact_id=contact.id)
    await sofia.does("say", contact_id=contact.id, text="I'll sort this out")
    await amira.heard("message.added", text="I'll sort this out", agent_name="Sofia")
    await sofia.does("leave", contact_id=contact.id)
    told = await said(house, contact)
    assert ("system", "Sofia has joined the conversation.") in told
    assert ("agent", "I'll sort this out") in told
    assert told[-1] == ("system", "Sofia has left the conversation.")
    await sofia.heard("watch.ended", contact_id=contact.id)
    assert await sofia.is_refused("say", contact_id=contact.id, text="Still here?") == "no_such_contact"


async def test_a_supervisor_s_reload_goes_on_where_it_was(house: House) -> None:
    _, sofia, contact = await chatting(house)
    await sofia.does("listen", contact_id=contact.id)
    await sofia.does("coach", contact_id=contact.id)
    await sofia.leaves()
    again = await house.opens_console("sofia", ready=False)
    (watched,) = again.snapshot["watched"]
    assert (watched["contact_id"], watched["mode"]) == (contact.id, "coach")
    assert again.snapshot["contacts"] == []
    await house.caller_says(contact.id, "Hello again")
    await again.heard("message.added", contact_id=contact.id, text="Hello again")


@pytest.mark.parametrize("how", ["end", "transfer", "console"])
async def test_it_ends_with_the_agent_s_part(house: House, how: str) -> None:
    amira, sofia, contact = await chatting(house)
    await sofia.does("join", contact_id=contact.id)
    await sofia.heard("contact.briefing", contact_id=contact.id)
    last = "contact.closed" if how == "end" else "contact.returned"
    match how:
        case "end":
            await amira.does("end", contact_id=contact.id)
        case "transfer":
            await amira.does("transfer", contact_id=contact.id, to={"queue": "accounts"})
        case _:
            await amira.leaves()
            await house.until(lambda work: not work.agents.has_console(contact_agent(work, contact)))
            await house.passes(house.tenant.timing.console_grace_seconds + 1)
    await sofia.heard(last, contact_id=contact.id)
    await sofia.heard("watch.ended", contact_id=contact.id)
    again = await house.opens_console("sofia", ready=False)
    assert again.snapshot["watched"] == []
    assert await sofia.is_refused("coach", contact_id=contact.id) in {"contact_closed", "not_connected"}


def contact_agent(work: Any, contact: Contact) -> Any:
    found = work.agents.by_username("amira")
    assert found is not None
    return found[0].id


async def test_a_supervisor_is_told_nothing_after_the_end(house: House) -> None:
    amira, sofia, contact = await chatting(house)
    await sofia.does("listen", contact_id=contact.id)
    await sofia.heard("contact.briefing", contact_id=contact.id)
    await amira.does("transfer", contact_id=contact.id, to={"queue": "accounts"}, note="a secret note")
    since = len(sofia.frames)
    await sofia.heard("watch.ended", contact_id=contact.id)
    await house.caller_says(contact.id, "Whom am I talking to?")
    await sofia.does("ping")
    assert "Whom am I talking to?" not in str(sofia.frames[since:])


async def test_the_board_shows_who_is_beside_whom(house: House) -> None:
    _, sofia, contact = await chatting(house)
    await sofia.does("listen", contact_id=contact.id)
    _, board = await house.gets("/api/v1/supervisor/board", await house.signs_in("sofia"))
    assert board["contacts"][0]["supervisors"] == [{"username": "sofia", "mode": "listen"}]


async def test_who_may_not_stand_beside(house: House) -> None:
    amira, sofia, contact = await chatting(house)
    assert await amira.is_refused("listen", contact_id=contact.id) == "forbidden"
    assert await sofia.is_refused("join", contact_id="no-such-contact") == "no_such_contact"
    ben = await house.opens_console("ben", ready=False)
    assert await ben.is_refused("say", contact_id=contact.id, text="hi") == "no_such_contact"
    waiting = await house.arrives("accounts")
    assert await sofia.is_refused("listen", contact_id=waiting.id) == "not_connected"


async def test_a_supervisor_who_has_the_contact_is_not_beside_it(house: House) -> None:
    await house.employs("diana", Role.SUPERVISOR)
    contact = await house.arrives()
    diana = await house.opens_console("diana")
    await diana.takes(contact)
    assert await diana.is_refused("coach", contact_id=contact.id) == "same_agent"


async def test_where_consent_is_needed_nobody_listens_without_it(house: House) -> None:
    _, sofia, contact = await chatting(house)
    house.tenant.become(house.tenant.model_copy(update={"supervision": SupervisionPart(needs="consent")}))
    assert await sofia.is_refused("listen", contact_id=contact.id) == "consent_missing"
    await house.becomes(contact.id, consent=True)
    await sofia.does("listen", contact_id=contact.id)


async def test_for_a_call_the_supervisor_s_telephone_is_rung_and_the_notice_heard(house: House) -> None:
    contact = await house.arrives(channel=Channel.VOICE)
    amira, sofia = await house.opens_console("amira"), await house.opens_console("sofia", ready=False)
    offer = await amira.heard("offer.made", contact_id=contact.id)
    await amira.does("accept", offer_id=offer["data"]["offer_id"])
    await amira.does("briefing_shown", contact_id=contact.id)
    ((offer_id, _),) = house.telephones.rung
    await house.offers.bridged(offer_id)
    await sofia.does("listen", contact_id=contact.id)
    await sofia.does("coach", contact_id=contact.id)
    await sofia.does("say", contact_id=contact.id, text="Ask for the date")
    await amira.heard("coaching.added", text="Ask for the date")
    await sofia.does("join", contact_id=contact.id)
    assert await sofia.is_refused("say", contact_id=contact.id, text="Hello") == "not_supported"
    await sofia.does("leave", contact_id=contact.id)
    assert house.telephones.announced == [contact.id]
    assert house.telephones.beside == [("sofia", "rung"), ("sofia", "coach"), ("sofia", "join"), ("sofia", None)]


async def test_a_telephone_company_that_is_away_leaves_nobody_listening(house: House) -> None:
    contact = await house.arrives(channel=Channel.VOICE)
    amira, sofia = await house.opens_console("amira"), await house.opens_console("sofia", ready=False)
    offer = await amira.heard("offer.made", contact_id=contact.id)
    await amira.does("accept", offer_id=offer["data"]["offer_id"])
    await amira.does("briefing_shown", contact_id=contact.id)
    await house.offers.bridged(house.telephones.rung[0][0])
    house.telephones.is_away = True
    assert await sofia.is_refused("listen", contact_id=contact.id) == "telephone_unavailable"
    again = await house.opens_console("sofia", ready=False)
    assert again.snapshot["watched"] == []
