"""A day of which every number is known beforehand: what reports and board tell, and what the bare events say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from agents_house import House
from agents_house import house as house
from busy_day import within
from sqlalchemy import Connection, select

from assistant.adapters.sql_schema import contact_events
from assistant.flow import moves
from assistant.flow.feedback import Feedback
from assistant.model.contact import Channel, Contact, State
from assistant.model.place import rfc3339
from assistant.model.storage import UnitOfWork

REPORTS, BOARD = "/api/v1/supervisor/reports", "/api/v1/supervisor/board"
MEANS = ("asa_seconds", "aht_seconds", "csat")
COUNTS = ("entered", "served", "abandoned", "short_abandoned", "contained", "services", "spoke", "held")

# Line, channel, topic, agent: entered, served, abandoned, at once, settled, services, gave something, just held;
# mean wait, mean handling, CSAT. Two of cards wait on: one has said what it is about.
TRUTH: dict[str, dict[str, tuple[Any, ...]]] = {
    "queue": {
        "accounts": (1, 0, 0, 0, 1, 0, 1, 0, None, None, None),
        "cards": (4, 2, 0, 0, 0, 2, 3, 1, 70.0, 45.0, 0.5),
        "fraud": (3, 1, 1, 1, 0, 1, 0, 3, 15.0, 30.0, None),
    },
    "channel": {
        "chat": (5, 2, 0, 0, 1, 2, 4, 1, 70.0, 45.0, 0.5),
        "voice": (3, 1, 1, 1, 0, 1, 0, 3, 15.0, 30.0, None),
    },
    "topic": {
        "": (4, 1, 1, 1, 0, 1, 0, 4, 15.0, 30.0, None),
        "balance": (1, 0, 0, 0, 1, 0, 1, 0, None, None, None),
        "lost_card": (3, 2, 0, 0, 0, 2, 3, 0, 70.0, 45.0, 0.5),
    },
    "agent": {
        "amira": (None,) * 5 + (2, None, None, None, 45.0, 0.5),
        "ben": (None,) * 5 + (1, None, None, None, 30.0, None),
    },
}  # fmt: skip


@dataclass
class Day:
    house: House
    began_at: datetime
    sofia: str
    waiting: list[Contact] = field(default_factory=list)

    async def asks(self, by: str) -> dict[str, Any]:
        to = rfc3339(self.house.clock.now() + timedelta(seconds=1))
        path = f"{REPORTS}?from={rfc3339(self.began_at)}&to={to}&by={by}"
        status, report = await self.house.gets(path, self.sofia)
        assert (status, report["is_complete"]) == (200, True)
        told: dict[str, Any] = report
        return told


@pytest.fixture
async def day(house: House) -> Day:
    """Eight contacts in two hours; two of them still wait at the end."""
    clock, began_at, sofia = house.clock, house.clock.now(), await house.signs_in("sofia")
    amira = await house.opens_console("amira", ready=False)
    judged = []
    for waits, works in ((40, 50), (100, 40)):
        contact = await house.arrives("cards", topic="lost_card")
        clock.advance(waits)
        await amira.does("ready")
        await amira.takes(contact)
        await amira.does("not_ready", reason="break")
        clock.advance(works - 10)
        await amira.does("end", contact_id=contact.id)
        clock.advance(10)
        await amira.does("wrap_up", contact_id=contact.id, disposition="resolved", notes="")
        judged.append(contact.id)
    clock.advance(3600)
    await Feedback(house.store).give(judged[0], {"csat": 5}, None)
    await Feedback(house.store).give(judged[1], {"csat": 2}, None)
    for stays in (30, 2):  # longer, and shorter, than what counts as waiting at all
        caller = await house.arrives("fraud", Channel.VOICE)
        clock.advance(stays)
        await house.conversation.leave(caller.id)
    served = await house.arrives("fraud", Channel.VOICE)
    clock.advance(15)
    await calls(house, served, "ben", 30)
    settled = await house.arrives("accounts", topic="balance")
    await house.conversation.give_up_place(settled.id)
    found = Day(house, began_at, sofia)
    found.waiting = [await house.arrives("cards", topic="lost_card"), await house.arrives("cards")]
    clock.advance(90)
    return found


async def calls(house: House, contact: Contact, username: str, seconds: float) -> None:
    """The agent takes this caller now, and is done with it, wrap-up included, after so many seconds."""
    agent = await house.agent(username)

    def connect(work: UnitOfWork) -> None:
        locked = work.contacts.lock(contact.id)
        assert locked is not None
        moves.connect(work, locked.moved(State.OFFERED, agent_id=agent.id))

    def finish(work: UnitOfWork) -> None:
        locked = work.contacts.lock(contact.id)
        assert locked is not None
        moves.wrap_up(work, moves.end_conversation(work, locked, "agent", house.tenant), "resolved")

    await house.store.transact(connect)
    house.clock.advance(seconds)
    await house.store.transact(finish)


@pytest.mark.parametrize("by", TRUTH)
async def test_reports_tell_what_is_known_of_the_day(day: Day, by: str) -> None:
    rows = (await day.asks(by))["rows"]
    keys = [row["agent"]["username"] if by == "agent" else row[by] for row in rows]
    told = [tuple(row.get(name) for name in (*COUNTS, *MEANS)) for row in rows]
    assert dict(zip(keys, told, strict=True)) == TRUTH[by]


async def test_hours_days_and_weeks_tell_the_same_day_in_parts(day: Day) -> None:
    by_hour = {(row["at"], row["queue"]): row["entered"] for row in (await day.asks("hour"))["rows"]}
    second = rfc3339(day.began_at + timedelta(hours=1))
    assert by_hour == {
        (rfc3339(day.began_at), "cards"): 2,
        (second, "accounts"): 1,
        (second, "cards"): 2,
        (second, "fraud"): 3,
    }
    for by in ("day", "week"):
        assert {row["queue"]: row["entered"] for row in (await day.asks(by))["rows"]} == {
            "accounts": 1,
            "cards": 4,
            "fraud": 3,
        }


async def test_the_bare_events_say_the_same(day: Day, database_url: str) -> None:
    """Read straight from the table, and counted here with nothing of the service's own."""
    counted: dict[str, dict[str, Any]] = defaultdict(lambda: defaultdict(int))
    for events in (await within(database_url, _events_by_contact)).values():
        placed, connected = _first(events, "contact.placed"), _first(events, "contact.connected")
        closed = _first(events, "contact.closed")
        mine = counted[(connected or placed)["data"]["place"]["queue"]]
        mine["entered"] += 1
        mine["served"] += connected is not None
        if connected is not None:
            mine["waited"] += connected["at"] - placed["at"]
            mine["handled"] += _first(events, "contact.wrapped")["at"] - connected["at"]
        elif closed is not None and closed["data"]["outcome"] == "left":
            stayed = (closed["at"] - placed["at"]) / 1e6
            mine["abandoned" if stayed > day.house.tenant.timing.short_abandon_seconds else "short_abandoned"] += 1
        elif closed is not None:
            mine["contained"] += closed["data"]["outcome"] == "contained"
    rows = {row["queue"]: row for row in (await day.asks("queue"))["rows"]}
    assert set(rows) == set(counted)
    for queue, row in rows.items():
        mine = counted[queue]
        for name in ("entered", "served", "abandoned", "short_abandoned", "contained"):
            assert row[name] == mine[name], (queue, name)
        if mine["served"]:
            means = (row["asa_seconds"], row["aht_seconds"])
            assert means == (mine["waited"] / mine["served"] / 1e6, mine["handled"] / mine["served"] / 1e6)


async def test_the_board_tells_what_the_bare_events_say_of_now(day: Day, database_url: str) -> None:
    _, board = await day.house.gets(BOARD, day.sofia)
    standing: dict[str, list[int]] = defaultdict(list)
    for events in (await within(database_url, _events_by_contact)).values():
        place = [event["data"]["place"] for event in events if "place" in event["data"]][-1]
        if place["state"] == "waiting":
            standing[place["queue"]].append(place["entered_at"])
    now = day.house.clock.now().timestamp()
    for line in board["queues"]:
        entered = standing[line["id"]]
        assert line["waiting"] == len(entered)
        assert line["longest_wait_seconds"] == (int(now - min(entered) / 1e6) if entered else 0)
    assert [place["contact_id"] for place in board["waiting"]] == [contact.id for contact in day.waiting]


def _events_by_contact(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    by_contact = defaultdict(list)
    query = select(contact_events).order_by(contact_events.c.contact_id, contact_events.c.seq)
    for row in connection.execute(query).mappings():
        by_contact[row["contact_id"]].append(dict(row) | {"at": round(row["at"].timestamp() * 1e6)})
    return by_contact


def _first(events: list[dict[str, Any]], type: str) -> Any:
    is_it: Callable[[dict[str, Any]], bool] = lambda event: event["type"] == type  # noqa: E731
    return next(filter(is_it, events), None)
