"""The frames of the agents' wire: what is read, what is refused, and how answers name what they answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assistant.flow.transfers import Mode
from assistant.model.errors import Refused, Unavailable
from assistant.model.offer import AcceptWhen
from handoff.console_protocol import Accept, NotReady, Say, Transfer, WrapUp, error_frame, ok_frame, read_frame

FRAMES: list[dict[str, Any]] = [
    {"type": "hello", "token": "t"},
    {"type": "ready"},
    {"type": "not_ready", "reason": "lunch"},
    {"type": "accept", "offer_id": "o1", "when": "after_step"},
    {"type": "decline", "offer_id": "o1", "reason": "not my field"},
    {"type": "briefing_shown", "contact_id": "c1"},
    {"type": "say", "contact_id": "c1", "text": "hello", "client_id": "m1"},
    {"type": "note", "contact_id": "c1", "text": "calm"},
    {"type": "hold", "contact_id": "c1"},
    {"type": "resume", "contact_id": "c1"},
    {"type": "mute", "contact_id": "c1"},
    {"type": "request_verification", "contact_id": "c1", "method": "pin"},
    {"type": "transfer", "contact_id": "c1", "to": {"queue": "fraud"}, "mode": "cold", "note": "please"},
    {"type": "end", "contact_id": "c1"},
    {"type": "wrap_up", "contact_id": "c1", "disposition": "resolved", "notes": ""},
    {"type": "ping"},
    {"type": "set_presence", "agent": "amira", "presence": "not_ready", "reason": "meeting"},
    {"type": "move_contact", "contact_id": "c1", "queue": "fraud", "reason": "fits better"},
    {"type": "listen", "contact_id": "c1"},
    {"type": "coach", "contact_id": "c1"},
    {"type": "join", "contact_id": "c1"},
]


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: frame["type"])
@pytest.mark.parametrize("ref", [None, "r1", 7])
def test_every_frame_of_the_contract_is_read(frame: dict[str, Any], ref: str | int | None) -> None:
    read = read_frame(json.dumps(frame | {"ref": ref} if ref is not None else frame))
    assert read.type == frame["type"]
    assert read.ref == ref


def test_what_may_be_left_out_has_the_contracts_default() -> None:
    accept = read_frame('{"type": "accept", "offer_id": "o1"}')
    assert isinstance(accept, Accept)
    assert accept.when is AcceptWhen.NOW
    transfer = read_frame('{"type": "transfer", "contact_id": "c1", "to": {"agent": "ben"}}')
    assert isinstance(transfer, Transfer)
    assert (transfer.mode, transfer.note, transfer.to.queue) == (Mode.COLD, "", None)
    wrap_up = read_frame('{"type": "wrap_up", "contact_id": "c1", "disposition": "resolved"}')
    assert isinstance(wrap_up, WrapUp)
    assert wrap_up.notes == ""


def test_fields_that_a_newer_client_adds_are_ignored() -> None:
    assert read_frame('{"type": "ready", "mood": "good"}').type == "ready"


def test_control_characters_are_taken_out_of_talk_and_nothing_else() -> None:
    said = read_frame(json.dumps({"type": "say", "contact_id": "c1", "text": "a\u0000b\nسلام\u200cها 👨‍👩‍👧\u0007"}))
    assert isinstance(said, Say)
    assert said.text == "ab\nسلام\u200cها 👨‍👩‍👧"


@pytest.mark.parametrize(
    ("raw", "code", "field"),
    [
        ('{"type": "dance"}', "unknown_frame", "type"),
        ('{"typ": "say"}', "unknown_frame", "type"),
        ('{"type": 7}', "unknown_frame", "type"),
        ("nonsense", "malformed_frame", "JSON"),
        ('"say"', "malformed_frame", ""),
        ('{"type": "say", "contact_id": "c1"}', "malformed_frame", "text"),
        ('{"type": "say", "contact_id": 1, "text": "x"}', "malformed_frame", "contact_id"),
        ('{"type": "say", "contact_id": "../etc", "text": "x"}', "malformed_frame", "contact_id"),
        ('{"type": "not_ready", "reason": "<b>"}', "malformed_frame", "reason"),
        ('{"type": "transfer", "contact_id": "c1", "to": {}}', "malformed_frame", "to"),
        ('{"type": "transfer", "contact_id": "c1", "to": {"queue": "q", "agent": "a"}}', "malformed_frame", "to"),
        ('{"type": "move_contact", "contact_id": "c1", "queue": "q"}', "malformed_frame", "reason"),
        ('{"type": "ready", "ref": ["x"]}', "malformed_frame", "ref"),
        ('{"type": "ready", "ref": true}', "malformed_frame", "ref"),
    ],
)
def test_a_wrong_frame_is_refused_by_its_field(raw: str, code: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        read_frame(raw)
    assert refused.value.code == code
    assert field in refused.value.message


def test_the_reason_of_a_frame_is_forty_characters_at_most() -> None:
    longest = read_frame(json.dumps({"type": "not_ready", "reason": "x" * 40}))
    assert isinstance(longest, NotReady)
    with pytest.raises(Refused):
        read_frame(json.dumps({"type": "not_ready", "reason": "x" * 41}))


@pytest.mark.parametrize(
    ("ref", "told"), [("r1", {"ref": "r1"}), (7, {"ref": 7}), (True, {}), ("x" * 101, {}), ({}, {}), (None, {})]
)
def test_a_refusal_keeps_the_ref_where_one_can_be_read(ref: Any, told: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        read_frame(json.dumps({"type": "dance", "ref": ref}))
    assert refused.value.details == told


def test_answers_carry_the_ref_beside_the_type_and_in_the_data() -> None:
    assert ok_frame("r1") == {"type": "ok", "ref": "r1", "data": {"ref": "r1"}}
    ended = error_frame(Refused("offer_ended", "This offer has ended.", outcome="accepted"), "r2")
    assert ended["ref"] == "r2"
    data = {"code": "offer_ended", "message": "This offer has ended.", "outcome": "accepted", "ref": "r2"}
    assert ended["data"] == data
    away = error_frame(Unavailable("database_unavailable", "Away."))
    assert "ref" not in away
    assert away["data"]["retryable"] is True


def test_a_token_stands_in_no_representation() -> None:
    assert "canary" not in repr(read_frame('{"type": "hello", "token": "canary"}'))
