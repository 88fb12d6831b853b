"""What an agent has in hand, when it will be done, and what is noticed when it can't be theirs."""

from __future__ import annotations

import random

import aiohttp
import pytest

from practice.draws import exponential
from practice.floor import Customer, Floor
from practice.hands import CHATS
from practice.pace import Pace
from practice.tally import Tally
from practice.wire import Door
from practice.workload import TALK_SHARE, Workload

WORK = 100.0


class StoodStill(Pace):
    """Moves when a test moves it."""

    at = 0.0

    @property
    def now(self) -> float:
        return self.at


@pytest.fixture
async def pace() -> StoodStill:
    return StoodStill(1.0)


@pytest.fixture
async def floor(http: aiohttp.ClientSession, pace: StoodStill) -> Floor:
    floor = Floor(Door(http, "http://127.0.0.1:9"), pace, Tally.of(["cards"]), Customer("1", "2"))
    floor.work |= dict.fromkeys(("c1", "c2", "c3", "c4"), WORK)
    return floor


def agent(floor: Floor, name: str = "amira", slots: int = 3) -> Workload:
    load = Workload(floor, name, exponential(WORK), random.Random(1))
    load.set_slots(slots)
    return load


async def test_a_contact_is_talked_with_and_then_wrapped_up_for_the_work_that_it_takes(
    floor: Floor, pace: StoodStill
) -> None:
    amira = agent(floor)
    amira.begin("c1")
    assert amira.next_done == (pytest.approx(WORK * TALK_SHARE), "c1")
    assert amira.is_talking("c1")
    pace.at = WORK * TALK_SHARE
    amira.wrap_up("c1")
    assert "c1" in amira
    assert not amira.is_talking("c1")
    assert amira.next_done == (pytest.approx(WORK), "c1")
    amira.put_down("c1")
    assert amira.next_done is None


async def test_two_in_hand_go_slower_each_as_in_the_simulated_desk(floor: Floor, pace: StoodStill) -> None:
    amira = agent(floor)
    amira.begin("c1")
    pace.at = 35.0
    amira.begin("c2")
    assert amira.next_done == (pytest.approx(35 + (WORK * TALK_SHARE - 35) / CHATS[1]), "c1")


async def test_a_contact_of_somebody_else_takes_the_same_time_whenever_it_is_asked(floor: Floor) -> None:
    amira, ben = agent(floor), agent(floor, "ben")
    amira.begin("a visitor's")
    amira.put_down("a visitor's")
    ben.begin("a visitor's")
    assert ben.next_done == (pytest.approx(floor.work["a visitor's"] * TALK_SHARE), "a visitor's")


async def test_asterisk_176_a_contact_with_two_agents_is_noticed(floor: Floor) -> None:
    amira, ben = agent(floor), agent(floor, "ben")
    amira.begin("c1")
    ben.begin("c1")
    assert floor.tally.violations == ["contact c1: connected to amira and to ben"]


async def test_a_contact_that_came_back_may_be_anybodys(floor: Floor) -> None:
    amira, ben = agent(floor), agent(floor, "ben")
    amira.begin("c1")
    amira.put_down("c1")
    ben.begin("c1")
    ben.out_of_sight()
    amira.begin("c1")
    assert not floor.tally.violations


async def test_rocket_chat_18217_more_chats_than_slots_are_noticed(floor: Floor) -> None:
    amira = agent(floor, slots=2)
    for contact_id in ("c1", "c2"):
        amira.begin(contact_id)
    assert not floor.tally.violations
    amira.begin("c3")
    assert floor.tally.violations == ["contact c3: more for amira than there are slots"]


async def test_what_was_ended_unheard_is_ended_once_more(floor: Floor) -> None:
    amira = agent(floor)
    amira.begin("c1")
    amira.wrap_up("c1")
    amira.out_of_sight()
    amira.go_on("c1")
    assert amira.is_talking("c1")
    assert floor.held == {"c1": "amira"}
