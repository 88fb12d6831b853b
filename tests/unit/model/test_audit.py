"""The replay that proves the order: what is in order, what is overtaken, and what clocks leave undecided."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assistant.model.audit import Audit, Fault, Finding, Overtake
from assistant.model.contact import AgentId, Channel, ContactId, QueueId, Reach, State
from assistant.model.events import Event, EventType
from assistant.model.place import micros
from assistant.model.standing import Standing, standing_data

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CARDS, ACCOUNTS = QueueId("cards"), QueueId("accounts")
AMIRA = AgentId("amira")


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@dataclass
class Trail:
    """Events as they were written, each with its time; told to an audit in the order of these."""

    told: list[tuple[datetime, Event]] = field(default_factory=list)
    standings: dict[str, Standing] = field(default_factory=dict)

    def tell(self, contact: str, seconds: float, type: EventType, data: dict[str, Any], **changes: Any) -> None:
        standing = replace(self.standings[contact], **changes)
        self.standings[contact] = standing
        seq = sum(event.contact_id == contact for _, event in self.told) + 1
        event = Event(ContactId(contact), seq, type, at(seconds), data | {"place": standing_data(standing)})
        self.told.append((at(seconds), event))

    def placed(self, contact: str, seconds: float, **changes: Any) -> None:
        order_at = micros(at(seconds))
        new = Standing(State.WAITING, Reach.PRESENT, CARDS, order_at, at(seconds), Channel.CHAT, "en")
        self.standings[contact] = replace(new, **changes)
        self.tell(contact, seconds, EventType.CONTACT_PLACED, {})

    def reach(self, contact: str, seconds: float, reach: Reach, **changes: Any) -> None:
        self.tell(contact, seconds, EventType.REACH_CHANGED, {}, reach=reach, **changes)

    def offered(self, contact: str, seconds: float, passed_over: dict[str, str | None], **data: Any) -> None:
        standing = self.standings[contact]
        offer = {
            "offer_id": f"offer of {contact} at {seconds}",
            "agent_id": AMIRA,
            "attempt": 1,
            "order_at": standing.order_at,
            "queue": standing.queue,
            "queues": [CARDS],
            "languages": ["en"],
            "channels": ["chat", "voice"],
            "declined_since": micros(at(seconds - 60)),
            "passed_over": [{"contact_id": id, "why": why} for id, why in passed_over.items()],
        }
        self.tell(contact, seconds, EventType.OFFER_MADE, offer | data, state=State.OFFERED)

    def ended(self, contact: str, seconds: float, outcome: str) -> None:
        self.tell(contact, seconds, EventType.OFFER_ENDED, {"agent_id": AMIRA, "outcome": outcome})
        self.tell(contact, seconds, EventType.CONTACT_RETURNED, {"from": "offered"}, state=State.WAITING)

    def audited(self, begin: float = -3600, **options: Any) -> tuple[Audit, list[Finding]]:
        audit = Audit(at(begin), at(36_000), **options)
        ordered = sorted(self.told, key=lambda each: each[0])
        found = [finding for moment, event in ordered for finding in audit.see(moment, event)]
        return audit, [*found, *audit.finish()]

    def causes(self, **options: Any) -> list[tuple[str, str | None]]:
        """The places that were passed over with their causes; there is nothing else to find."""
        _, found = self.audited(**options)
        assert all(isinstance(finding, Overtake) for finding in found), found
        return [(finding.passed_id, finding.cause) for finding in found if isinstance(finding, Overtake)]

    def faults(self) -> list[str]:
        audit, found = self.audited()
        assert not audit.is_proved
        return [finding.what for finding in found if isinstance(finding, Fault)]


@pytest.fixture
def trail() -> Trail:
    """The old one came a minute before the young one."""
    trail = Trail()
    trail.placed("old", 0)
    trail.placed("young", 60)
    return trail


def test_the_oldest_first_is_in_order(trail: Trail) -> None:
    trail.offered("old", 100, {})
    trail.offered("young", 101, {})
    audit, found = trail.audited()
    assert (audit.is_proved, audit.offers, found) == (True, 2, [])


def test_an_older_place_that_is_not_named_was_overtaken_without_a_cause(trail: Trail) -> None:
    trail.offered("young", 100, {})
    assert trail.causes() == [("old", None)]


REASONS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("away", {"reach": Reach.AWAY}, {}),
    ("away", {"reach": Reach.CALLBACK, "callback_at": at(200)}, {}),
    ("no_slot", {"channel": Channel.VOICE}, {"channels": ["chat"]}),
    ("no_slot", {"reach": Reach.CALLBACK, "callback_at": at(50)}, {"channels": ["chat"]}),
    ("language", {"language": "es"}, {}),
    ("direct_transfer", {"direct_agent_id": AgentId("ben")}, {}),
]


@pytest.mark.parametrize(("why", "standing", "offer"), REASONS)
def test_a_reason_that_was_so_explains_the_overtake(why: str, standing: dict[str, Any], offer: dict[str, Any]) -> None:
    trail = Trail()
    trail.placed("old", 0, **standing)
    trail.placed("young", 60)
    trail.offered("young", 100, {"old": why}, **offer)
    assert trail.causes() == [("old", why)]


@pytest.mark.parametrize("why", ["away", "no_slot", "language", "direct_transfer", "declined_recently", None])
def test_a_reason_that_was_not_so_explains_nothing(trail: Trail, why: str | None) -> None:
    trail.offered("young", 100, {"old": why})
    assert trail.causes() == [("old", None)]


@pytest.mark.parametrize(("declined_at", "cause"), [(70, "declined_recently"), (30, None)])
def test_what_was_declined_counts_for_as_long_as_the_offer_says(
    trail: Trail, declined_at: float, cause: str | None
) -> None:
    trail.offered("old", declined_at - 5, {})
    trail.ended("old", declined_at, "declined")
    trail.offered("young", 100, {"old": "declined_recently"})
    assert trail.causes() == [("old", cause)]


def test_who_passed_a_contact_on_is_not_offered_it_next(trail: Trail) -> None:
    trail.offered("old", 65, {})
    trail.tell("old", 66, EventType.CONTACT_CONNECTED, {"agent_id": AMIRA}, state=State.CONNECTED)
    passed_on = {"from": "connected", "cause": "transferred_in"}
    trail.tell("old", 90, EventType.CONTACT_RETURNED, passed_on, state=State.WAITING)
    trail.offered("young", 100, {"old": "declined_recently"})
    assert trail.causes() == [("old", "declined_recently")]


@pytest.mark.parametrize(("back_at", "cause"), [(99.5, "simultaneous"), (100.5, "away"), (98.5, None)])
def test_who_came_back_at_nearly_the_same_moment_was_not_overtaken(
    trail: Trail, back_at: float, cause: str | None
) -> None:
    trail.reach("old", 70, Reach.AWAY)
    trail.reach("old", back_at, Reach.PRESENT)
    trail.offered("young", 100, {"old": "away"})
    assert trail.causes() == [("old", cause)]


def test_who_was_placed_at_the_same_moment_on_another_machine_was_not_overtaken() -> None:
    trail = Trail()
    trail.placed("old", 99.9)
    trail.placed("young", 99.95)
    trail.offered("young", 100, {})
    assert trail.causes() == [("old", "simultaneous")]


def test_clocks_that_differ_widen_what_counts_as_the_same_moment(trail: Trail) -> None:
    trail.reach("old", 70, Reach.AWAY)
    trail.reach("old", 97, Reach.PRESENT)
    trail.offered("young", 100, {"old": "away"})
    assert trail.causes() == [("old", None)]
    assert trail.causes(tolerance=timedelta(seconds=4)) == [("old", "simultaneous")]


def test_a_place_that_had_left_before_is_not_passed_over_any_more(trail: Trail) -> None:
    trail.tell("old", 90, EventType.CONTACT_CLOSED, {"outcome": "left"}, state=State.ABANDONED)
    trail.offered("young", 100, {})
    assert trail.causes() == []


def test_a_place_in_another_queue_counts_for_who_serves_both() -> None:
    trail = Trail()
    trail.placed("old", 0, queue=ACCOUNTS)
    trail.placed("young", 60)
    trail.offered("young", 100, {}, queues=[CARDS, ACCOUNTS])
    assert trail.causes() == [("old", None)]


def test_a_place_kept_for_this_agent_counts_whatever_its_queue() -> None:
    trail = Trail()
    trail.placed("old", 0, queue=ACCOUNTS, direct_agent_id=AMIRA, language="es")
    trail.placed("young", 60)
    trail.offered("young", 100, {})
    assert trail.causes() == [("old", None)]


def test_a_tie_goes_to_the_smaller_id() -> None:
    trail = Trail()
    trail.placed("a", 0)
    trail.placed("b", 0)
    trail.offered("b", 100, {})
    assert trail.causes() == [("a", None)]


def test_offers_before_the_stretch_that_is_asked_for_are_not_judged(trail: Trail) -> None:
    trail.offered("young", 100, {})
    audit, found = trail.audited(begin=200)
    assert (audit.offers, found) == (0, [])


def test_a_colleague_who_is_asked_to_take_over_is_no_offer_of_a_place(trail: Trail) -> None:
    trail.offered("young", 61, {"old": None})
    trail.told.pop()
    trail.tell("young", 100, EventType.OFFER_MADE, {"kind": "warm"}, state=State.CONNECTED)
    audit, _ = trail.audited()
    assert audit.offers == 0


@pytest.mark.parametrize(
    ("standing", "offer", "what"),
    [
        ({"reach": Reach.AWAY}, {}, "it was offered although away was so"),
        ({"language": "es"}, {}, "it was offered although language was so"),
        ({"queue": ACCOUNTS}, {}, "what was offered was not this agent's to take"),
        ({}, {"order_at": 1}, "the offer tells another place than the contact has"),
    ],
)
def test_an_offer_that_could_not_have_been_made_is_a_fault(
    standing: dict[str, Any], offer: dict[str, Any], what: str
) -> None:
    trail = Trail()
    trail.placed("one", 0, **standing)
    trail.offered("one", 10, {}, **offer)
    assert trail.faults() == [what]


def test_an_offer_of_what_was_offered_already_is_a_fault(trail: Trail) -> None:
    trail.offered("old", 100, {})
    trail.offered("old", 101, {})
    assert trail.faults() == ["what was offered was not this agent's to take"]


def test_a_place_never_gets_younger_and_moves_for_a_reason_alone(trail: Trail) -> None:
    trail.tell("old", 61, EventType.HEAD_START_GRANTED, {}, order_at=micros(at(-60)))
    trail.tell("old", 62, EventType.QUEUE_CHANGED, {"cause": "overflowed_in"}, queue=ACCOUNTS)
    assert trail.audited()[0].is_proved
    trail.tell("old", 63, EventType.QUEUE_CHANGED, {}, queue=CARDS)
    trail.tell("young", 64, EventType.HEAD_START_GRANTED, {}, order_at=micros(at(61)))
    assert trail.faults() == [
        "queue.changed moved the place without a reason",
        "head_start.granted made the place younger",
    ]


def test_an_event_that_does_not_tell_what_it_should_is_a_fault_and_no_crash(trail: Trail) -> None:
    trail.told.append((at(70), Event(ContactId("old"), 2, EventType.OFFER_MADE, at(70), {"place": {"state": "here"}})))
    assert trail.faults() == ["offer.made does not tell what it should"]


def test_contacts_that_are_long_over_are_forgotten() -> None:
    """Memory grows with what is open, not with what is read."""
    trail = Trail()
    for n in range(500):
        trail.placed(f"contact {n}", n * 30.0)
        trail.tell(f"contact {n}", n * 30.0 + 5, EventType.CONTACT_CLOSED, {"outcome": "left"}, state=State.ABANDONED)
    audit, found = trail.audited()
    assert found == []
    assert len(audit._places) < 40
