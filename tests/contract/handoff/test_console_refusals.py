"""What the agent's socket refuses, and that the connection lives on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from agents_console import Console
from agents_house import House
from agents_house import house as house


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.mark.parametrize(
    ("raw", "code", "told"),
    [
        ("{", "malformed_frame", "JSON"),
        ("[]", "malformed_frame", ""),
        ('{"type": "dance"}', "unknown_frame", "type"),
        ("{}", "unknown_frame", "type"),
        ('{"type": "say", "text": "hello"}', "malformed_frame", "contact_id"),
        ('{"type": "accept", "offer_id": 7}', "malformed_frame", "offer_id"),
        ('{"type": "accept", "offer_id": "o", "when": "later"}', "malformed_frame", "when"),
        ('{"type": "not_ready"}', "malformed_frame", "reason"),
        ('{"type": "not_ready", "reason": ""}', "malformed_frame", "reason"),
        ('{"type": "not_ready", "reason": "rona"}', "unknown_reason", "reason"),
        ('{"type": "say", "contact_id": "c", "text": "\\ud800"}', "malformed_frame", ""),
        ("[" * 20_000, "malformed_frame", ""),
    ],
)
async def test_a_wrong_frame_is_refused_and_the_connection_lives(house: House, raw: str, code: str, told: str) -> None:
    amira = await house.opens_console("amira", ready=False)
    await amira.sends_raw(raw)
    error = (await amira.heard("error"))["data"]
    assert error["code"] == code
    assert told in error["message"]
    await amira.does("ping")


async def test_a_wrong_frame_is_named_by_its_ref(house: House) -> None:
    amira = await house.opens_console("amira", ready=False)
    assert await amira.is_refused("dance") == "unknown_frame"
    assert await amira.is_refused("say") == "malformed_frame"
    await amira.sends({"type": "ready", "ref": 7})
    await amira.heard("ok", ref=7)


async def test_another_agents_contact_does_not_exist(house: House) -> None:
    contact = await house.arrives()
    amira, ben = await house.opens_console("amira"), await house.opens_console("ben", ready=False)
    await amira.takes(contact)
    for contact_id in (contact.id, "no-such-contact"):
        about: dict[str, Any] = {"contact_id": contact_id}
        assert await ben.is_refused("say", **about, text="hello") == "no_such_contact"
        assert await ben.is_refused("note", **about, text="hello") == "no_such_contact"
        assert await ben.is_refused("end", **about) == "no_such_contact"
        assert await ben.is_refused("wrap_up", **about, disposition="resolved", notes="") == "no_such_contact"
        assert await ben.is_refused("briefing_shown", **about) == "no_such_contact"
        assert await ben.is_refused("hold", **about) == "no_such_contact"
    assert "message.added" not in ben.types()


async def test_proof_is_asked_for_by_a_method_that_there_is_and_its_state_is_seen(house: House) -> None:
    contact = await house.arrives()
    amira = await house.opens_console("amira")
    await amira.takes(contact)
    assert amira.snapshot["verification_methods"] == ["pin", "code"]
    assert await amira.is_refused("request_verification", contact_id=contact.id) == "malformed_frame"
    about: dict[str, Any] = {"contact_id": contact.id}
    assert await amira.is_refused("request_verification", **about, method="voiceprint") == "unknown_method"
    await amira.does("request_verification", **about, method="pin")
    await amira.heard("contact.updated", verification_request={"method": "pin", "state": "pending"})


async def test_a_chat_is_neither_held_nor_muted(house: House) -> None:
    contact = await house.arrives()
    amira = await house.opens_console("amira")
    await amira.takes(contact)
    for type in ("hold", "resume", "mute"):
        answer = await amira.asks(type, contact_id=contact.id)
        assert (answer["code"], "call" in answer["message"]) == ("not_supported", True)
    assert house.telephones.changed == []


async def test_talk_has_its_limits(house: House) -> None:
    contact = await house.arrives()
    amira = await house.opens_console("amira")
    await amira.takes(contact)
    about: dict[str, Any] = {"contact_id": contact.id}
    assert await amira.is_refused("say", **about, text=" ") == "empty_text"
    assert await amira.is_refused("say", **about, text="x" * 4001) == "text_too_long"
    assert await amira.is_refused("wrap_up", **about, disposition="resolved", notes="") == "not_connected"
    await amira.does("end", **about)
    assert await amira.is_refused("say", **about, text="one more thing") == "contact_closed"
    assert await amira.is_refused("end", **about) == "contact_closed"
    assert await amira.is_refused("wrap_up", **about, disposition="magic", notes="") == "unknown_disposition"
    await amira.does("say", contact_id=(await taken(house, amira)), text="nul \u0000 and bell \u0007 go")
    assert (await amira.heard("message.added", text="nul  and bell  go"))["data"]["author"] == "agent"


async def taken(house: House, console: Console) -> str:
    contact = await house.arrives()
    await console.takes(contact)
    return contact.id


async def test_a_surprise_inside_reaches_the_console_as_one_honest_sentence(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    amira = await house.opens_console("amira", ready=False)

    async def broken(*_: object) -> None:
        raise ZeroDivisionError("secret inside")

    monkeypatch.setattr(house.presence, "set", broken)
    answer = await amira.asks("ready")
    assert (answer["code"], answer["retryable"]) == ("internal", True)
    assert "secret" not in json.dumps(amira.frames)
    await amira.does("ping")


async def test_supervisors_change_an_agents_presence_and_agents_do_not(house: House) -> None:
    amira, sofia = await house.opens_console("amira"), await house.opens_console("sofia", ready=False)
    change = {"agent": "amira", "presence": "not_ready", "reason": "team meeting"}
    assert await amira.is_refused("set_presence", **change) == "forbidden"
    assert await amira.is_refused("listen", contact_id="c") == "forbidden"
    await sofia.does("set_presence", **change)
    assert (await amira.heard("agent.updated", presence="not_ready"))["data"]["reason"] == "team meeting"
    assert await sofia.is_refused("set_presence", **(change | {"agent": "nobody"})) == "no_such_agent"
    assert await sofia.is_refused("set_presence", **(change | {"presence": "dancing"})) == "malformed_frame"
    assert await sofia.is_refused("listen", contact_id="c") == "no_such_contact"
