"""What is said on a call at the console: pieces as messages, and what is being said now beside them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from agents_house import House
from agents_house import house as house
from test_holding_calls import talking

from assistant.flow.captions import Caption, Captions
from assistant.model.contact import Contact
from assistant.model.events import Author
from assistant.settings.calls import TranscriptionPart

SESSION = "GT" + "0" * 32


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
async def captions(house: House) -> AsyncIterator[Captions]:
    tenant = house.tenant.model_copy(update={"transcription": TranscriptionPart()})
    yield Captions(house.store, house.bus, tenant)


def piece(house: House, sequence: int, words: str, author: Author = Author.CALLER) -> Caption:
    return Caption(SESSION, author, sequence, words, house.clock.now() + timedelta(seconds=sequence))


async def current(house: House, contact: Contact) -> Contact:
    found = await house.store.read(lambda work: work.contacts.get(contact.id))
    assert found is not None
    return found


async def test_the_agent_sees_what_is_being_said_and_then_what_was_said(house: House, captions: Captions) -> None:
    amira, contact = await talking(house)
    attempt = (await current(house, contact)).attempt
    await captions.changed(contact.id, attempt, SESSION, is_on=True)
    await amira.heard(
        "contact.updated", call={"on_hold": False, "muted": False, "written_down": True} | {"recording": "off"}
    )
    await captions.partial(contact.id, attempt, piece(house, 1, "my card"))
    guess = await amira.heard("caption", contact_id=contact.id)
    assert (guess["data"]["text"], guess["data"]["author"], guess["data"]["sequence"]) == ("my card", "caller", 1)
    assert "seq" not in guess
    await captions.final(contact.id, attempt, piece(house, 2, "my card is gone"))
    said = await amira.heard("message.added", text="my card is gone")
    assert said["data"]["author"] == "caller"
    assert said["data"]["caption"]["sequence"] == 2
    again = await house.opens_console("amira", ready=False)
    (card,) = again.snapshot["contacts"]
    assert card["transcript"][-1]["caption"]["session"] == SESSION
    assert card["call"]["written_down"] is True


async def test_a_console_that_does_not_hold_the_contact_sees_nothing_of_it(house: House, captions: Captions) -> None:
    amira, contact = await talking(house)
    ben = await house.opens_console("ben")
    attempt = (await current(house, contact)).attempt
    await captions.partial(contact.id, attempt, piece(house, 1, "my card"))
    await amira.heard("caption", contact_id=contact.id)
    await ben.does("not_ready", reason="break")
    assert not [frame for frame in ben.frames if frame["type"] == "caption"]


async def test_what_may_not_be_kept_is_not_shown_either(house: House, captions: Captions) -> None:
    amira, contact = await talking(house)
    attempt = (await current(house, contact)).attempt
    await captions.partial(contact.id, attempt, piece(house, 1, "my PIN is 4821"))
    guess = await amira.heard("caption", contact_id=contact.id)
    assert "4821" not in guess["data"]["text"]
    await amira.does("hold", contact_id=contact.id)
    await captions.partial(contact.id, attempt, piece(house, 2, "she has put me on hold"))
    await captions.partial(contact.id, attempt - 1, piece(house, 3, "words of before"))
    await amira.does("resume", contact_id=contact.id)
    await captions.partial(contact.id, attempt, piece(house, 4, "here I am"))
    await amira.heard("caption", text="here I am")
    texts = [frame["data"]["text"] for frame in amira.frames if frame["type"] == "caption"]
    assert texts == [guess["data"]["text"], "here I am"]
