"""The crowd against a running service, at the pace of the clock on the wall or faster."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TextIO

import aiohttp

from practice.actor import Actor
from practice.agent_at_work import AgentAtWork
from practice.arrivals import Arrival
from practice.chat_caller import ChatCaller
from practice.crowd import Crowd
from practice.floor import Customer, Floor
from practice.pace import Pace
from practice.phone_caller import PhoneCaller
from practice.progress import Progress
from practice.rota import shift
from practice.tally import Tally
from practice.telephones import Exchange
from practice.wire import Away, Door, Refused

REQUEST_SECONDS = 30.0
GOODBYE_SECONDS = 15.0
ENDINGS = (signal.SIGINT, signal.SIGTERM)


class CannotBegin(Exception):
    """The run can't begin as it was asked for; the message says why."""


@dataclass(frozen=True, slots=True)
class Where:
    """The service and how it is met: `numbers` are the queues' telephone numbers, `minutes` the wall clock's."""

    url: str
    password: str
    customer: Customer
    numbers: Mapping[str, str]
    minutes: float
    speed: float
    grace_seconds: float


async def run(crowd: Crowd, where: Where, out: TextIO) -> Tally:
    """Lives the crowd through until the time is over or SIGINT or SIGTERM comes, then everybody leaves in order.

    Raises `CannotBegin`. A second signal ends it at once.
    """
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=REQUEST_SECONDS)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as http:
        floor = await _open(Door(http, where.url), crowd, where)
        agents = await _sign_in(floor, crowd, where.password)
        loop = asyncio.get_running_loop()
        for number in ENDINGS:
            loop.add_signal_handler(number, floor.closing.set)
        progress = Progress(floor, where.minutes, out)
        async with asyncio.TaskGroup() as everybody:
            everybody.create_task(progress.show_until_closing())
            phones = [agent.phone for agent in agents if agent.phone is not None]
            actors: list[Actor] = [*agents, *phones]
            for actor in actors:
                everybody.create_task(actor.run())
            callers = everybody.create_task(_arrive(floor, crowd, where.numbers))
            await floor.wait(where.minutes * 60)
            for number in ENDINGS:
                loop.remove_signal_handler(number)
            await _close(floor, agents, callers)
            for phone in phones:
                phone.over()
        await floor.clear_up()
    return floor.tally


async def _open(door: Door, crowd: Crowd, where: Where) -> Floor:
    try:
        await door.ask("GET", "/healthz")
    except (Refused, Away) as failed:
        raise CannotBegin(f"nothing answers on {where.url}: {failed}") from None
    tally = Tally.of(list(crowd.queues))
    floor = Floor(door, Pace(where.speed), tally, where.customer, grace_seconds=where.grace_seconds)
    exchange = Exchange(door, random.Random(f"{crowd.name}-numbers"))
    if crowd.shares.calls or crowd.shares.callbacks:
        floor.exchange = exchange if await exchange.is_there() else None
    if crowd.shares.calls and floor.exchange is None:
        raise CannotBegin("calls are made through the built-in telephone company only, and this service has another")
    return floor


async def _sign_in(floor: Floor, crowd: Crowd, password: str) -> list[AgentAtWork]:
    agents = []
    for name in crowd.agents:
        changes = shift(name, crowd.name) if crowd.has_breaks else iter(())
        agent = AgentAtWork(floor, name, crowd.work, changes, random.Random(f"{crowd.name}-{name}"))
        try:
            await agent.sign_in(password)
        except (Refused, Away) as failed:
            raise CannotBegin(f"{name} can't sign in: {failed}") from None
        agents.append(agent)
    return agents


async def _arrive(floor: Floor, crowd: Crowd, numbers: Mapping[str, str]) -> None:
    """Everybody, each at their time; returns when the last has left."""
    async with asyncio.TaskGroup() as visits:
        for queue, arrival in crowd.arrivals():
            await floor.wait(floor.pace.real(arrival.at - floor.pace.now))
            if floor.closing.is_set():
                return
            chance = random.Random(f"{crowd.name}-{queue}-{arrival.at}")
            visits.create_task(_caller(floor, queue, numbers.get(queue), arrival, chance).run())


def _caller(
    floor: Floor, queue: str, number: str | None, arrival: Arrival, chance: random.Random
) -> ChatCaller | PhoneCaller:
    if arrival.habits.calls and number is not None:
        return PhoneCaller(floor, queue, number, arrival, chance)
    return ChatCaller(floor, queue, arrival, chance)


async def _close(floor: Floor, agents: list[AgentAtWork], callers: asyncio.Task[None]) -> None:
    """Agents take nothing new, callers leave, agents end what they have and go."""
    floor.closing.set()
    for agent in agents:
        agent.stop_taking()
    for caller in list(floor.callers):
        caller.leave_now()
    with suppress(TimeoutError):
        async with asyncio.timeout(GOODBYE_SECONDS):
            await asyncio.shield(callers)
    for agent in agents:
        agent.leave_now()
