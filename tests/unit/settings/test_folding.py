"""The file with the changes on top: what holds, and what does not fit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from assistant.model.changes import Change
from assistant.settings.environment import SettingsError
from assistant.settings.folding import document_of, folded
from assistant.settings.tenant import Tenant

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
OFFICE = {"time_zone": "Europe/London", "weekly": {"mon": ["09:00-17:00"]}, "holidays": []}


def change(version: int, section: str, after: Any) -> Change:
    return Change(version, NOON, None, section, before=None, after=after)


def test_without_changes_the_file_holds(fernhill: Tenant) -> None:
    assert folded(fernhill, []) == fernhill


def test_changes_stand_on_the_file_and_leave_it_as_it_is(fernhill: Tenant) -> None:
    before = document_of(fernhill)
    texts = {"hello": "Hi."}
    held = folded(fernhill, [change(1, "canned_texts", texts), change(2, "hours.cards", OFFICE)])
    assert held.canned_texts == texts
    assert not held.queues["cards"].hours.is_always
    assert held.queues["fraud"] == fernhill.queues["fraud"]
    assert document_of(fernhill) == before


def test_hours_of_a_new_queue_hold_although_the_queue_was_changed_after_them(fernhill: Tenant) -> None:
    changes = [change(2, "hours.travel", OFFICE), change(3, "queues.travel", {"name": "Travel abroad"})]
    assert folded(fernhill, changes).queues["travel"].name == "Travel abroad"
    assert not folded(fernhill, changes).queues["travel"].hours.is_always


def test_a_section_that_was_undone_is_as_in_the_file_and_people_are_not_of_it(fernhill: Tenant) -> None:
    undone = [change(3, "canned_texts", None), change(4, "people.amira", {"name": "Amira"})]
    assert folded(fernhill, [*undone, change(5, "passwords.amira", {"password": "set"})]) == fernhill


def test_a_file_that_lost_what_was_changed_is_told_with_the_version(fernhill: Tenant) -> None:
    queues = {id: part for id, part in fernhill.queues.items() if id != "accounts"}
    smaller = fernhill.model_copy(update={"queues": queues})
    with pytest.raises(SettingsError, match=r"hours\.accounts \(version 4 of 2026-03-02 12:00 UTC\).*accounts"):
        folded(smaller, [change(4, "hours.accounts", OFFICE), change(5, "canned_texts", {"hello": "Hi."})])


def test_of_several_changes_only_those_that_do_not_fit_are_named(fernhill: Tenant) -> None:
    notice = change(7, "notices", [{"says": "Closed.", "queues": ["accounts"]}])
    queues = {id: part for id, part in fernhill.queues.items() if id != "accounts"}
    smaller = fernhill.model_copy(update={"queues": queues})
    with pytest.raises(SettingsError) as caught:
        folded(smaller, [change(6, "canned_texts", {"hello": "Hi."}), notice])
    assert "notices (version 7" in str(caught.value)
    assert "version 6" not in str(caught.value)


def test_changes_that_are_impossible_only_together_are_all_named(fernhill: Tenant) -> None:
    there = {"name": "Cards", "overflow": {"to": "fraud", "after_seconds": 60}}
    back = {"name": "Fraud", "overflow": {"to": "cards", "after_seconds": 60}}
    with pytest.raises(SettingsError, match=r"queues\.cards \(version 1.*queues\.fraud \(version 2.*circle"):
        folded(fernhill, [change(1, "queues.cards", there), change(2, "queues.fraud", back)])


def test_a_tenant_that_becomes_another_is_another_for_everybody_who_asks_it(fernhill: Tenant) -> None:
    held = fernhill.model_copy()
    held.become(folded(fernhill, [change(1, "canned_texts", {"hello": "Hi."})]))
    assert held.canned_texts == {"hello": "Hi."}
    assert "frozen" in fernhill.canned_texts
