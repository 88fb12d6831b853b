"""A line in memory against a plain sorted list."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from assistant.flow.line import REMEMBERED_ENTRIES, Line
from assistant.model.contact import ContactId, QueueId
from assistant.model.storage import LineChange, LineSnapshot

CARDS = QueueId("cards")
EMPTY = LineSnapshot(CARDS, 0, ())


def change(revision: int, op: str, contact_id: str, order_at: int = 0, cause: str = "joined") -> LineChange:
    return LineChange(CARDS, revision, op, ContactId(contact_id), order_at, cause)


def line_of(*orders: int, revision: int = 0) -> Line:
    """Contacts `c0`, `c1`, … with these orders."""
    places = sorted((order_at, ContactId(f"c{n}")) for n, order_at in enumerate(orders))
    return Line(LineSnapshot(CARDS, revision, tuple(places)))


def test_a_line_begins_as_its_snapshot_at_its_revision() -> None:
    line = line_of(30, 10, 20, revision=7)
    assert (line.revision, len(line)) == (7, 3)
    assert [line.position(ContactId(f"c{n}")) for n in range(3)] == [3, 1, 2]


def test_who_is_not_in_line_has_no_position() -> None:
    assert line_of(10).position(ContactId("stranger")) is None


def test_everyone_moves_up_when_someone_leaves() -> None:
    line = line_of(10, 20, 30)
    line.apply(change(1, "leave", "c0", 10, "connected"))
    assert [line.position(ContactId(f"c{n}")) for n in range(3)] == [None, 1, 2]
    assert line.revision == 1


def test_who_comes_back_stands_where_the_order_says_and_not_at_the_end() -> None:
    line = line_of(10, 20, 30)
    line.apply(change(1, "leave", "c1", 20, "connected"))
    line.apply(change(2, "enter", "c1", 20, "returned"))
    assert line.position(ContactId("c1")) == 2


def test_ties_stand_by_contact_id() -> None:
    line = Line(EMPTY)
    for revision, contact_id in enumerate(("b", "c", "a"), start=1):
        line.apply(change(revision, "enter", contact_id, 5))
    assert [line.position(ContactId(contact_id)) for contact_id in "abc"] == [1, 2, 3]


def test_entering_twice_is_standing_once_and_leaving_twice_is_nothing() -> None:
    line = line_of(10)
    line.apply(change(1, "enter", "c0", 10))
    assert len(line) == 1
    line.apply(change(2, "leave", "c0", 10))
    line.apply(change(3, "leave", "c0", 10))
    assert (len(line), line.revision) == (0, 3)


@pytest.mark.parametrize("cause", ["head_start", "returned", "reconnected", "reclaimed", "transferred_in"])
def test_a_worse_position_has_the_cause_of_who_came_in_ahead(cause: str) -> None:
    line = line_of(10, 20)
    line.apply(change(1, "enter", "early", 5, cause))
    assert line.position(ContactId("c1")) == 3
    assert line.why_worse(ContactId("c1"), since_revision=0) == cause


def test_only_who_came_in_ahead_and_since_then_makes_it_worse() -> None:
    line = line_of(10, 20)
    line.apply(change(1, "enter", "before", 5, "returned"))
    line.apply(change(2, "enter", "behind", 30, "joined"))
    assert line.why_worse(ContactId("c1"), since_revision=1) is None
    assert line.why_worse(ContactId("c1"), since_revision=0) == "returned"
    assert line.why_worse(ContactId("before"), since_revision=0) is None
    assert line.why_worse(ContactId("stranger"), since_revision=0) is None


def test_of_several_causes_the_latest_is_told() -> None:
    line = line_of(10, 20)
    line.apply(change(1, "enter", "first", 5, "returned"))
    line.apply(change(2, "enter", "second", 6, "supervisor"))
    assert line.why_worse(ContactId("c1"), since_revision=0) == "supervisor"


def test_of_two_with_the_same_order_only_the_one_ahead_makes_it_worse() -> None:
    line = line_of(10, 20)
    line.apply(change(1, "enter", "c0b", 20, "returned"))
    line.apply(change(2, "enter", "c2", 20, "supervisor"))
    assert line.why_worse(ContactId("c1"), since_revision=0) == "returned"


def test_whoever_is_moved_to_another_line_is_there_for_a_cause() -> None:
    line = line_of(10)
    line.apply(change(1, "enter", "moved", 20, "overflowed_in"))
    line.apply(change(2, "enter", "other", 30, "joined"))
    assert line.why_here(ContactId("moved")) == "overflowed_in"
    assert line.why_here(ContactId("c0")) is None
    line.apply(change(3, "leave", "moved", 20, "moved"))
    line.apply(change(4, "enter", "moved", 20, "supervisor"))
    assert line.why_here(ContactId("moved")) == "supervisor"


def test_causes_are_remembered_for_a_while_only() -> None:
    line = line_of(10_000)
    line.apply(change(1, "enter", "early", 5, "returned"))
    for n in range(REMEMBERED_ENTRIES):
        line.apply(change(n + 2, "enter", f"behind{n}", 20_000 + n))
    assert line.why_worse(ContactId("c0"), since_revision=0) is None


@given(st.lists(st.integers(0, 50), max_size=60))
def test_positions_are_ranks_in_the_sorted_line(orders: list[int]) -> None:
    line = line_of(*orders)
    ranked = sorted((order_at, f"c{n}") for n, order_at in enumerate(orders))
    assert [line.position(ContactId(contact_id)) for _, contact_id in ranked] == list(range(1, len(orders) + 1))


class LineAgainstAList(RuleBasedStateMachine):
    """Any sequence of entries, departures and returns gives the positions of a plain sorted list."""

    contacts = Bundle("contacts")

    def __init__(self) -> None:
        super().__init__()
        self.line = Line(EMPTY)
        self.plain: list[tuple[int, str]] = []
        self.revisions = count(1)
        self.ids = count()

    def apply(self, op: str, contact: tuple[int, str]) -> None:
        self.line.apply(change(next(self.revisions), op, contact[1], contact[0]))

    @rule(target=contacts, order_at=st.integers(0, 20))
    def enter(self, order_at: int) -> tuple[int, str]:
        contact = (order_at, f"c{next(self.ids):03d}")
        self.apply("enter", contact)
        self.plain.append(contact)
        return contact

    @rule(contact=contacts)
    def leave_and_return(self, contact: tuple[int, str]) -> None:
        self.apply("leave", contact)
        self.apply("enter", contact)

    @rule(contact=consumes(contacts))
    def leave(self, contact: tuple[int, str]) -> None:
        self.apply("leave", contact)
        self.plain.remove(contact)
        assert self.line.position(ContactId(contact[1])) is None

    @invariant()
    def has_the_same_positions(self) -> None:
        ranked = sorted(self.plain)
        assert [self.line.position(ContactId(id)) for _, id in ranked] == list(range(1, len(ranked) + 1))
        assert len(self.line) == len(ranked)


TestLineAgainstAList = LineAgainstAList.TestCase
