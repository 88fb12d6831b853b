"""The field's formulas on small days that can be counted on one's fingers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assistant.model.contact import AgentId, Channel, ContactId, QueueId, Reach, State
from assistant.model.counting import measured, nearest_rank
from assistant.model.events import Event, EventType
from assistant.model.facts import ContactFacts, replayed
from assistant.model.measures import Asked, By, Group, Measures
from assistant.model.place import micros
from assistant.model.standing import Standing, standing_data

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
CARDS, ACCOUNTS = QueueId("cards"), QueueId("accounts")
AMIRA, BEN = AgentId("amira"), AgentId("ben")
EVERYTHING = Group(0, "")


def asked(by: By = By.NOTHING, hours: int = 24) -> Asked:
    return Asked(NINE, NINE + timedelta(hours=hours), by, {CARDS: 60, ACCOUNTS: 20}, short_abandon_seconds=5)


class Told:
    """What happened to one contact, told as its events; `at` counts in seconds from nine."""

    def __init__(self, at: float = 0, queue: QueueId = CARDS, **data: Any) -> None:
        entered = NINE + timedelta(seconds=at)
        new = Standing(State.WAITING, Reach.PRESENT, queue, micros(entered), entered, Channel.CHAT, "en")
        self.standing = new
        self.events: list[Event] = []
        self._offers = 0
        self.tell(at, EventType.CONTACT_PLACED, {"queue": queue, "connecting": False} | data)

    def tell(self, at: float, type: EventType, data: dict[str, Any], **changes: Any) -> Told:
        self.standing = replace(self.standing, **changes)
        told = data | {"place": standing_data(self.standing)}
        event = Event(ContactId("c"), len(self.events) + 1, type, NINE + timedelta(seconds=at), told)
        self.events.append(event)
        return self

    def offered(self, at: float, outcome: str, agent: AgentId = AMIRA) -> Told:
        self._offers += 1
        offer = {"offer_id": f"offer {self._offers}", "agent_id": agent}
        self.tell(at, EventType.OFFER_MADE, offer | {"queue": self.standing.queue}, state=State.OFFERED)
        return self.tell(at, EventType.OFFER_ENDED, offer | {"outcome": outcome})

    def connected(self, at: float, agent: AgentId = AMIRA) -> Told:
        return self.tell(at, EventType.CONTACT_CONNECTED, {"agent_id": agent}, state=State.CONNECTED)

    def returned(self, at: float, cause: str, **changes: Any) -> Told:
        data = {"from": "connected", "cause": cause}
        return self.tell(at, EventType.CONTACT_RETURNED, data, state=State.WAITING, **changes)

    def wrapped(self, ended_at: float, at: float) -> Told:
        self.tell(ended_at, EventType.CONTACT_CLOSED, {"outcome": "handled"}, state=State.WRAPPING)
        return self.tell(at, EventType.CONTACT_WRAPPED, {"disposition": None}, state=State.CLOSED)

    def closed(self, at: float, outcome: str) -> Told:
        return self.tell(at, EventType.CONTACT_CLOSED, {"outcome": outcome}, state=State.ABANDONED)

    @property
    def facts(self) -> ContactFacts:
        return replayed(self.events)


def of(*told: Told, by: By = By.NOTHING) -> dict[Group, Measures]:
    return measured([each.facts for each in told], asked(by))


def one(*told: Told) -> Measures:
    (measures,) = of(*told).values()
    return measures


def test_the_speed_of_answer_runs_from_the_entry_to_the_connection() -> None:
    day = one(Told(0).connected(30), Told(10).connected(100), Told(20))
    assert (day.entered, day.served, day.asa_seconds) == (3, 2, 60.0)


def test_chatwoot_13312_a_talk_with_the_assistant_is_nobody_s_answer_time() -> None:
    """There the first reply time came to 14.7 days, because the bot's messages and the waiting for it counted."""
    talk = Told(0)
    for seconds in range(1, 40, 3):
        talk.tell(seconds, EventType.MESSAGE_ADDED, {"author": "assistant"})
    talk.connected(40).tell(41, EventType.MESSAGE_ADDED, {"author": "agent"}).wrapped(100, 130)
    talk.tell(15 * 86_400, EventType.FEEDBACK_GIVEN, {"csat": 5})
    settled = Told(0).tell(14 * 86_400, EventType.MESSAGE_ADDED, {"author": "assistant"})
    settled.closed(14.7 * 86_400, "contained")
    day = one(talk, settled)
    assert (day.asa_seconds, day.aht_seconds) == (40.0, 90.0)
    assert (day.median_wait_seconds, day.p90_wait_seconds) == (40.0, 40.0)
    assert (day.service_level, day.abandonment_rate, day.containment_rate) == (1.0, 0.0, 0.5)


def test_the_service_level_counts_who_gave_up_and_not_who_hung_up_at_once() -> None:
    day = one(
        Told(0).connected(60), Told(0).connected(60.000001), Told(0).closed(90, "abandoned"), Told(0).closed(5, "left")
    )
    assert (day.in_target, day.answered, day.abandoned, day.short_abandoned) == (1, 2, 1, 1)
    assert day.service_level == pytest.approx(1 / 3)
    assert day.abandonment_rate == pytest.approx(1 / 3)


def test_each_queue_has_its_own_target() -> None:
    day = one(Told(0, CARDS).connected(30), Told(0, ACCOUNTS).connected(30))
    assert day.in_target == 1


def test_who_was_called_back_has_not_held_the_line() -> None:
    called = Told(0).tell(10, EventType.REACH_CHANGED, {}, reach=Reach.CALLBACK)
    called.tell(3000, EventType.REACH_CHANGED, {}, reach=Reach.PRESENT).connected(3001)
    day = one(called, Told(0).connected(20))
    assert (day.served, day.answered, day.called_back, day.asa_seconds) == (2, 1, 1, 20.0)
    assert day.abandonment_rate == 0.0


def test_a_place_that_was_had_back_was_not_given_up() -> None:
    day = one(
        Told(0).closed(60, "left").tell(90, EventType.PLACE_RECLAIMED, {}, state=State.WAITING).connected(120)
    )  # fmt: skip
    assert (day.abandoned, day.asa_seconds) == (0, 120.0)


def test_who_was_merged_into_another_contact_is_counted_once() -> None:
    second = Told(0).closed(60, "left").tell(60, EventType.PLACES_MERGED, {"into": "c1"})
    kept = Told(50).tell(60, EventType.PLACES_MERGED, {"from": "c2"}, entered_at=NINE).connected(70)
    day = one(second, kept)
    assert (day.entered, day.abandoned, day.asa_seconds) == (1, 0, 70.0)


def test_who_left_a_message_alone_waited_for_nobody() -> None:
    day = one(Told(0).closed(0, "message_left"))
    assert (day.entered, day.messages, day.abandoned, day.short_abandoned) == (0, 1, 0, 0)


def test_handling_ends_when_the_slot_is_free_again_and_a_transfer_begins_another() -> None:
    passed_on = Told(0).connected(10).returned(40, "transferred_in", queue=ACCOUNTS).connected(50, BEN).wrapped(90, 150)
    day = one(passed_on)
    assert (day.services, day.aht_seconds, day.transferred, day.transfer_rate) == (2, 65.0, 1, 0.5)
    assert day.asa_seconds == 10.0
    by_queue = of(passed_on, by=By.QUEUE)
    assert (by_queue[Group(0, CARDS)].aht_seconds, by_queue[Group(0, ACCOUNTS)].aht_seconds) == (30.0, 100.0)
    assert (by_queue[Group(0, CARDS)].entered, by_queue[Group(0, ACCOUNTS)].entered) == (1, 0)


def test_a_warm_hand_over_ends_the_first_service_where_the_second_begins() -> None:
    day = of(Told(0).connected(10).connected(70, BEN).wrapped(100, 110), by=By.AGENT)
    assert (day[Group(0, AMIRA)].aht_seconds, day[Group(0, AMIRA)].transferred) == (60.0, 1)
    assert (day[Group(0, BEN)].aht_seconds, day[Group(0, BEN)].transferred) == (40.0, 0)


def test_a_lost_agent_is_no_transfer_and_unfinished_work_is_not_counted() -> None:
    day = one(Told(0).connected(10).returned(40, "returned").connected(60, BEN))
    assert (day.services, day.aht_seconds, day.transferred) == (1, 30.0, 0)


def test_rona_counts_offers_that_an_agent_could_answer() -> None:
    contact = Told(0)
    for at, (outcome, agent) in enumerate(
        [("not_answered", AMIRA), ("declined", AMIRA), ("rescinded", BEN), ("accepted", BEN)]
    ):
        contact.offered(at, outcome, agent)
    assert one(contact).rona_rate == pytest.approx(1 / 3)
    by_agent = of(contact, by=By.AGENT)
    assert (by_agent[Group(0, AMIRA)].rona_rate, by_agent[Group(0, BEN)].rona_rate) == (0.5, 0.0)


def test_what_callers_say_of_it_counts_for_the_queue_and_for_the_last_agent() -> None:
    answers: list[dict[str, Any]] = [
        {"csat": 5, "nps": 10, "ces": 2, "resolved": True},
        {"csat": 4, "nps": 6},
        {"csat": 3, "nps": 8, "ces": 5, "resolved": False},
        {"nps": 9},
    ]
    told = [
        Told(0).connected(1).wrapped(2, 3).tell(9, EventType.FEEDBACK_GIVEN, answer)
        for answer in answers
    ]  # fmt: skip
    day = one(*told)
    assert day.csat == pytest.approx(2 / 3)
    assert day.nps == pytest.approx(100 * (2 - 1) / 4)
    assert (day.ces, day.fcr) == (3.5, 0.5)
    assert of(*told, by=By.AGENT)[Group(0, AMIRA)].csat == day.csat


def test_a_contact_counts_in_the_hour_in_which_it_entered() -> None:
    late = Told(3599).connected(4000).wrapped(9000, 9001)
    next_hour = Told(3600).connected(3601)
    hours = of(late, next_hour, by=By.HOUR)
    assert {group: measures.served for group, measures in hours.items()} == {Group(0, CARDS): 1, Group(1, CARDS): 1}
    assert asked(By.HOUR).begin_of(1) == NINE + timedelta(hours=1)
    assert of(Told(-1), Told(86_400)) == {}


def test_ranges_are_scored_against_what_was_waited_since_they_were_told() -> None:
    wait = {"low_seconds": 60, "high_seconds": 120, "known": True}
    right = Told(0, wait=wait).connected(90)
    late = Told(0, wait=wait).tell(30, EventType.WAIT_ANNOUNCED, {"queue": CARDS, "wait": wait}).connected(180)
    never, unknown = Told(0, wait=wait), Told(0, wait={"low_seconds": None, "high_seconds": None, "known": False})
    away = Told(0, wait=wait).tell(5, EventType.REACH_CHANGED, {}, reach=Reach.AWAY)
    away.tell(6, EventType.REACH_CHANGED, {}, reach=Reach.PRESENT).connected(500)
    at_once = Told(0, wait=wait, connecting=True).connected(1)
    day = one(right, late, never, unknown.connected(1), away, at_once)
    assert (day.scored, day.in_range, day.longer) == (3, 1, 2)
    assert day.coverage == pytest.approx(1 / 3)
    assert day.longer_rate == pytest.approx(2 / 3)
    assert day.mean_error_seconds == pytest.approx((0 + 90 + 60) / 3)


def test_where_there_is_nothing_to_divide_by_nothing_is_said() -> None:
    nothing = Measures()
    rates = [name for name in dir(Measures) if isinstance(getattr(Measures, name), property)]
    assert len(rates) == 19
    assert [name for name in rates if getattr(nothing, name) is not None] == []


def test_every_formula_is_in_its_docstring() -> None:
    rates = [getattr(Measures, name) for name in dir(Measures) if isinstance(getattr(Measures, name), property)]
    assert all(rate.__doc__ for rate in rates)


@pytest.mark.parametrize(("percent", "value"), [(50, 20), (90, 40), (100, 40), (1, 10), (25, 10), (26, 20)])
def test_a_percentile_is_a_wait_that_somebody_had(percent: int, value: int) -> None:
    assert nearest_rank([40, 10, 30, 20], percent) == value
    assert nearest_rank([], percent) is None


def test_the_assistant_was_of_use_to_whoever_gave_it_something() -> None:
    topic = {"topic": "lost_card"}
    spoke = Told(0).tell(10, EventType.MESSAGE_ADDED, {"author": "caller"}).tell(12, EventType.GATHERED_UPDATED, topic)
    spoke.tell(40, EventType.VERIFICATION_ATTEMPTED, {"outcome": "passed", "level": 2}).connected(60)
    sent_away = Told(0).tell(5, EventType.MESSAGE_ADDED, {"author": "caller"})
    sent_away.tell(6, EventType.DIALOGUE_CHANGED, {"dialogue": "quiet"}).connected(60)
    held = Told(0).tell(5, EventType.MESSAGE_ADDED, {"author": "assistant"}).connected(60)
    at_once = Told(0, connecting=True).connected(1)
    day = one(spoke, sent_away, held, at_once)
    assert (day.spoke, day.refused, day.held) == (1, 1, 1)
    assert day.adoption_rate == pytest.approx(1 / 3)
    assert (day.verified, day.verification_rate) == (1, 0.25)
    assert (day.helped, day.saved_seconds) == (1, 30.0)


def test_what_the_agent_learns_afterwards_is_nothing_that_the_assistant_saved() -> None:
    late = Told(0).tell(1, EventType.MESSAGE_ADDED, {"author": "caller"}).connected(10)
    late.tell(50, EventType.VERIFICATION_ATTEMPTED, {"outcome": "passed", "level": 2})
    day = one(late.tell(60, EventType.GATHERED_UPDATED, {"topic": "lost_card"}))
    assert (day.held, day.verified, day.saved_seconds) == (1, 0, None)


def test_a_callback_is_kept_once_the_caller_is_reached() -> None:
    def asks() -> Told:
        return Told(0).tell(10, EventType.REACH_CHANGED, {}, reach=Reach.CALLBACK)

    day = one(asks().connected(900), asks().closed(900, "callback_failed"), asks().closed(900, "left"))
    assert (day.called_back, day.callback_failed, day.callback_kept_rate) == (1, 1, 0.5)


def test_contacts_are_told_apart_by_channel_and_by_what_they_are_about() -> None:
    card = Told(0).tell(1, EventType.GATHERED_UPDATED, {"topic": "lost_card"}).connected(10)
    called = Told(0).tell(1, EventType.REACH_CHANGED, {}, channel=Channel.VOICE).connected(20)
    by_channel, by_topic = of(card, called, by=By.CHANNEL), of(card, called, by=By.TOPIC)
    assert {group.key: each.asa_seconds for group, each in by_channel.items()} == {"chat": 10.0, "voice": 20.0}
    assert {group.key: each.asa_seconds for group, each in by_topic.items()} == {"lost_card": 10.0, "": 20.0}


def test_what_may_not_be_passed_on_is_no_topic() -> None:
    told = Told(0).tell(1, EventType.GATHERED_UPDATED, {"topic": "lost_card"})
    told.tell(2, EventType.GATHERED_UPDATED, {"topic": None})
    assert set(of(told, by=By.TOPIC)) == {EVERYTHING}


def test_an_older_place_that_was_passed_over_has_a_reason_or_is_told() -> None:
    passed = [{"contact_id": "a", "why": "away"}, {"contact_id": "b", "why": None}]
    contact = Told(0)
    made = {"offer_id": "1", "agent_id": AMIRA, "queue": CARDS, "passed_over": passed}
    day = one(contact.tell(5, EventType.OFFER_MADE, made, state=State.OFFERED))
    assert (day.passed_over, day.unexplained) == (2, 1)


def test_weeks_are_counted_from_the_beginning() -> None:
    week = 7 * 86_400
    told = [Told(0), Told(week - 1), Told(week)]
    found = measured([each.facts for each in told], asked(By.WEEK, hours=24 * 21))
    assert {group: measures.entered for group, measures in found.items()} == {Group(0, CARDS): 2, Group(1, CARDS): 1}


def test_only_what_is_asked_for_counts() -> None:
    told = [Told(0, CARDS).connected(10), Told(0, ACCOUNTS).connected(20), Told(0, CARDS).connected(30, BEN)]

    def only(**wanted: str) -> Measures:
        keys = {By(name): value for name, value in wanted.items()}
        return measured([each.facts for each in told], replace(asked(), only=keys))[EVERYTHING]

    assert (only(queue=CARDS).entered, only(agent=BEN).entered, only(queue=CARDS, agent=AMIRA).entered) == (2, 1, 1)
