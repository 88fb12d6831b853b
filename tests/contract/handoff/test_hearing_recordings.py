"""Recordings of conversations are heard by supervisors alone, and who has heard one stands in the trail."""

from __future__ import annotations

from typing import Any

import pytest
from agents_house import House
from agents_house import house as house

from assistant.model.call_recordings import Tape, TapeState
from assistant.model.contact import Channel, Contact
from assistant.model.events import EventType
from assistant.model.storage import UnitOfWork

SOUND = b"RIFF a conversation"


def path(contact: Contact, n: object = "") -> str:
    return f"/api/v1/supervisor/contacts/{contact.id}/recordings" + (f"/{n}" if n else "")


@pytest.fixture
async def talked(house: House) -> Contact:
    """A contact with a recording, one that is still being finished, and one that is gone at the telephone company."""
    contact = await house.arrives(channel=Channel.VOICE)
    house.telephones.sounds["RE1"] = SOUND

    def keep(work: UnitOfWork) -> None:
        for attempt, state, sid in (
            (1, TapeState.KEPT, "RE1"),
            (2, TapeState.ENDED, "RE2"),
            (3, TapeState.KEPT, "RE3"),
        ):
            work.tapes.add(
                Tape(f"t{attempt}", contact.id, attempt, "CA1", state, work.now, recording_sid=sid, seconds=42)
            )

    await house.store.transact(keep)
    return contact


async def hears(house: House, contact: Contact, n: object, token: str) -> tuple[int, bytes]:
    headers = {"Authorization": f"Bearer {token}"}
    async with house.http.get(house.url + path(contact, n), headers=headers) as answer:
        if answer.status == 200:
            assert answer.headers["Content-Type"] == "audio/wav"
            assert answer.headers["Cache-Control"] == "no-store"
        return answer.status, await answer.read()


async def heard(house: House, contact: Contact) -> list[dict[str, Any]]:
    return [one.data for one in await house.events(contact.id) if one.type is EventType.RECORDING_HEARD]


async def test_a_supervisor_finds_and_hears_it_and_that_is_noted(house: House, talked: Contact) -> None:
    token = await house.signs_in("sofia")
    status, told = await house.gets(path(talked), token)
    assert status == 200
    assert [(one["n"], one["seconds"]) for one in told["recordings"]] == [(1, 42), (3, 42)]
    assert "RE1" not in str(told)
    assert await heard(house, talked) == []
    assert await hears(house, talked, 1, token) == (200, SOUND)
    sofia = await house.agent("sofia")
    assert await heard(house, talked) == [{"attempt": 1, "by": sofia.id}]


async def test_nobody_else_does(house: House, talked: Contact) -> None:
    token = await house.signs_in("amira")
    assert (await house.gets(path(talked), token))[0] == 403
    assert (await hears(house, talked, 1, token))[0] == 403
    assert (await hears(house, talked, 1, "nobody"))[0] == 401
    assert await heard(house, talked) == []


@pytest.mark.parametrize("n", [2, 3, 4, 0, "one", "9" * 40, "-1"])
async def test_what_is_not_there_is_not_heard_nor_noted(house: House, talked: Contact, n: object) -> None:
    """Not yet finished, deleted at the telephone company, or never made."""
    token = await house.signs_in("sofia")
    status, body = await hears(house, talked, n if n else "0", token)
    assert (status, b"no_recording" in body) == (404, True)
    assert await heard(house, talked) == []


async def test_a_contact_that_is_none_has_none(house: House, talked: Contact) -> None:
    token = await house.signs_in("sofia")
    assert (await house.gets("/api/v1/supervisor/contacts/nobody/recordings", token))[0] == 404
    assert (await house.gets("/api/v1/supervisor/contacts/nobody/recordings/1", token))[0] == 404


async def test_while_the_telephone_company_is_away_nobody_has_heard_it(house: House, talked: Contact) -> None:
    token = await house.signs_in("sofia")
    house.telephones.is_away = True
    assert (await hears(house, talked, 1, token))[0] == 503
    assert await heard(house, talked) == []
