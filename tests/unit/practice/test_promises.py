"""A practising caller notices each broken promise, and none where none is broken."""

from __future__ import annotations

from typing import Any

import pytest

from practice.promises import REASONS, Promises
from practice.wire import Frame


def place(position: int | None, state: str = "waiting", code: str = "48217730") -> dict[str, Any]:
    return {"code": code, "state": state, "position": position, "ahead": None if position is None else position - 1}


def updated(position: int | None, reason: str | None = None, **more: str) -> Frame:
    return {"type": "place.updated", "data": {"place": place(position, **more), "reason": reason}}


def told(seq: int, type: str, **data: Any) -> Frame:
    return {"seq": seq, "type": type, "data": data}


def broken(*frames: Frame, ending: str | None = None) -> list[str]:
    """What a caller at position 4 finds broken in these."""
    found: list[str] = []
    promises = Promises("c1", place(4), found)
    if ending is not None:
        promises.may_end(ending)
    for frame in frames:
        promises.hears(frame)
    return found


def test_a_life_in_order_breaks_nothing() -> None:
    assert not broken(
        updated(4),
        told(1, "message.added", author="assistant", text="…"),
        updated(2),
        updated(1, state="offered"),
        told(5, "contact.connected", agent_name="Amira"),
        updated(None, state="connected"),
        told(9, "contact.returned", reason="agent_lost"),
        updated(1, "returned"),
        told(12, "contact.connected", agent_name="Ben"),
        told(20, "contact.closed", outcome="handled"),
    )


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_a_position_may_get_worse_for_a_reason_of_the_list(reason: str) -> None:
    assert not broken(updated(2), updated(3, reason))


@pytest.mark.parametrize("reason", [None, "busy", ""])
def test_a_position_that_gets_worse_without_a_reason_of_the_list_is_noticed(reason: str | None) -> None:
    """fusionpbx PR 6743: "you are 7th", then "you are 8th"."""
    (found,) = broken(updated(2), updated(3, reason))
    assert found.startswith("contact c1: from position 2 to 3")


def test_a_new_connection_begins_with_the_place_as_it_is() -> None:
    found: list[str] = []
    promises = Promises("c1", place(4), found)
    promises.hears(updated(2))
    promises.new_connection()
    promises.hears(updated(3))
    assert not found
    promises.hears(updated(4))
    assert len(found) == 1


def test_somebody_connected_twice_is_noticed() -> None:
    (found,) = broken(told(1, "contact.connected"), told(2, "contact.connected"))
    assert "twice" in found


@pytest.mark.parametrize("outcome", ["left", "abandoned", "contained", "handled"])
def test_an_end_that_the_caller_did_not_bring_about_is_a_lost_place(outcome: str) -> None:
    (found,) = broken(told(1, "contact.closed", outcome=outcome))
    assert f"closed as {outcome}" in found


@pytest.mark.parametrize("outcome", ["left", "contained"])
def test_an_end_that_the_caller_asked_for_is_none(outcome: str) -> None:
    assert not broken(told(1, "contact.closed", outcome=outcome), ending=outcome)


@pytest.mark.parametrize("outcome", ["removed", "message_left", "callback_failed"])
def test_a_supervisors_and_closing_times_ends_lose_no_place(outcome: str) -> None:
    assert not broken(told(1, "contact.closed", outcome=outcome))


@pytest.mark.parametrize("code", ["unauthorized", "no_such_contact", "claimed_elsewhere"])
def test_a_place_that_is_denied_is_lost(code: str) -> None:
    (found,) = broken({"type": "error", "data": {"code": code, "message": "…"}})
    assert "lost" in found


@pytest.mark.parametrize("code", ["contact_closed", "too_many_tries", "dialogue_unavailable"])
def test_other_refusals_break_nothing(code: str) -> None:
    assert not broken({"type": "error", "data": {"code": code, "message": "…"}})


@pytest.mark.parametrize("seqs", [(3, 3), (5, 4)])
def test_what_is_told_twice_or_out_of_order_is_noticed(seqs: tuple[int, int]) -> None:
    (found,) = broken(*(told(seq, "message.added") for seq in seqs))
    assert f"told {seqs[1]} after {seqs[0]}" in found


@pytest.mark.parametrize("wrong", [place(None), place(0), {**place(3), "ahead": 3}])
def test_a_place_in_line_without_a_true_position_is_noticed(wrong: dict[str, Any]) -> None:
    (found,) = broken({"type": "place.updated", "data": {"place": wrong}})
    assert "without a position" in found


def test_another_code_is_another_place() -> None:
    (found,) = broken(updated(4, code="99999999"))
    assert "another code" in found
