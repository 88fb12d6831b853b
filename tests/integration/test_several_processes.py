"""Several processes on one PostgreSQL and one Redis: everybody hears everything, and a process is nobody's memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import cast

import aiohttp
import pytest
from journey.chat import ChatCaller, join
from journey.console import AgentConsole
from journey.wire import Frame
from real_postgres import PostgresServer
from real_redis import RedisServer, Started
from serving.books import Books, books
from serving.demo import changed_tenant
from serving.patience import until
from serving.rasa import Rasa
from serving.service import Service
from serving.together import Together, paused, together

RESTARTING = 1012
TAKEN_FOR_DEAD = "took this process for dead"

type Deploys = Callable[..., Together]


@pytest.fixture
def deploy(tmp_path: Path, rasa: Rasa) -> Iterator[Deploys]:
    """Starts two processes, or as many as told, on these stores and with these timings."""
    stack = ExitStack()

    def start(database_url: str, redis_url: str, count: int = 2, **timing: float) -> Together:
        settings = rasa.settings | changed_tenant(tmp_path, **timing)
        started: AbstractContextManager[Together] = together(
            tmp_path, count, ("amira", "ben"), database_url=database_url, redis_url=redis_url, **settings
        )
        return stack.enter_context(started)

    with stack:
        yield start


def elsewhere(caller: ChatCaller, http: aiohttp.ClientSession, service: Service) -> ChatCaller:
    """The same caller, who comes to this process now."""
    return ChatCaller(http, service.url, caller.joined)


async def moves_up_to(caller: ChatCaller, position: int, since: int = 0) -> None:
    def tells(frame: Frame) -> bool:
        return frame["type"] == "place.updated" and frame["data"]["place"]["position"] == position

    await caller.heard.wait_for(f"position {position}", tells, since)


async def talk(caller: ChatCaller, amira: AgentConsole, subject: str) -> None:
    """Each hears the other."""
    await caller.say(f"about {subject}, from the caller")
    await amira.reads(caller.contact_id, f"about {subject}, from the caller")
    text = f"about {subject}, from the agent"
    await amira.command("say", contact_id=caller.contact_id, text=text)
    await caller.heard.wait_for(text, lambda frame: frame.get("data", {}).get("text") == text)


async def connected(
    http: aiohttp.ClientSession, callers_at: Service, agents_at: Service
) -> tuple[ChatCaller, AgentConsole]:
    """A caller and an agent who are together, each on a process of their own."""
    caller = await (await ChatCaller.join(http, callers_at.url)).open()
    amira = await AgentConsole.sign_in(http, agents_at.url, "amira")
    await amira.command("ready")
    await amira.accept(await amira.is_offered(caller.contact_id))
    await caller.heard.wait_for_type("contact.connected")
    return caller, amira


async def is_polling(service: Service) -> bool:
    return bool(service.get("/readyz")[1]["parts"]["bus"] == "polling")


async def test_everybody_hears_everything_on_whatever_process(
    deploy: Deploys, postgres_url: str, redis_url: str, http: aiohttp.ClientSession
) -> None:
    first, second, third = deploy(postgres_url, redis_url, 3).services
    caller, amira = await connected(http, first, second)
    tablet = await elsewhere(caller, http, third).open()
    await talk(caller, amira, "the card")
    await caller.send("typing")
    for author in ("caller", "agent"):
        await tablet.hears(f"about the card, from the {author}", author)
    behind = [await (await ChatCaller.join(http, service.url)).open() for service in (first, second, third)]
    assert [waiting.position for waiting in behind] == [1, 2, 3]
    await behind[0].leave()
    await moves_up_to(behind[1], 1)
    await moves_up_to(behind[2], 2)
    await elsewhere(behind[1], http, first).leave()
    await moves_up_to(behind[2], 1)
    await amira.command("end", contact_id=caller.contact_id)
    for device in (caller, tablet):
        await device.heard.wait_for_type("contact.closed")
    assert [frame["seq"] for frame in tablet.numbered] == [frame["seq"] for frame in caller.numbered]


async def test_what_one_process_promised_another_one_keeps(
    deploy: Deploys, postgres_url: str, redis_url: str, http: aiohttp.ClientSession
) -> None:
    first, second = deploy(postgres_url, redis_url).services
    body = {"channel": "chat", "queue": "cards", "idempotency_key": "the-same-key-on-both-processes"}
    answers = await asyncio.gather(*(join(http, service.url, body) for service in (first, second) for _ in range(5)))
    assert sorted(status for status, _ in answers) == [200] * 9 + [201]
    assert len({(joined["contact_id"], joined["token"]) for _, joined in answers}) == 1
    caller = await ChatCaller(http, first.url, answers[0][1]).open()
    claim = {"code": caller.place["code"], "proof": {"token": caller.token}}
    async with http.post(f"{second.url}/api/v1/places/claim", json=claim) as answer:
        assert answer.status == 200
        claimed = await answer.json()
    assert (await caller.heard.wait_for_type("error"))["data"]["code"] == "claimed_elsewhere"
    again = await ChatCaller(http, first.url, caller.joined | {"token": claimed["token"]}).open()
    assert again.position == 1


async def test_deadlines_fire_once(
    deploy: Deploys, postgres_url: str, redis_url: str, http: aiohttp.ClientSession
) -> None:
    services = deploy(postgres_url, redis_url, 3, grace_seconds=2, offer_seconds=2).services
    amira = await AgentConsole.sign_in(http, services[0].url, "amira")
    await amira.command("ready")
    offered = await (await ChatCaller.join(http, services[1].url)).open()
    await amira.is_offered(offered.contact_id)
    callers = [await (await ChatCaller.join(http, services[n % 3].url)).open() for n in range(9)]
    for caller in callers:
        await caller.socket.drop()
    async with books(postgres_url) as book:
        for caller in callers:
            await until("the grace ends", lambda id=caller.contact_id: has_ended(book, id))
        for caller in callers:
            assert (await book.life(caller.contact_id)).count("contact.closed") == 1
        await until("the offer runs out", lambda: has_event(book, offered.contact_id, "offer.ended"))
        outcomes = [event.data["outcome"] for event in await book.events(offered.contact_id) if "outcome" in event.data]
    assert outcomes == ["not_answered"]
    assert (await offered.show())["place"]["position"] == 1


async def has_ended(book: Books, contact_id: str) -> bool:
    return await has_event(book, contact_id, "contact.closed")


async def has_event(book: Books, contact_id: str, type: str) -> bool:
    return type in [event.type for event in await book.events(contact_id)]


async def test_a_rolling_restart_loses_no_waiting_chat_and_no_place(
    deploy: Deploys, postgres_url: str, redis_url: str, http: aiohttp.ClientSession
) -> None:
    services = deploy(postgres_url, redis_url).services
    talking, amira = await connected(http, *services)
    await amira.command("not_ready", reason="break")
    waiting = [await (await ChatCaller.join(http, services[n % 2].url)).open() for n in range(8)]
    told = [caller.joined["place"] for caller in waiting]
    for stopping, staying in (services, reversed(services)):
        stopping.stop()
        clients = [*waiting, talking]
        moved = [caller for caller in clients if caller._url == stopping.url]
        for caller in moved:
            assert await caller.heard.wait_for_close() == RESTARTING
        if amira._url == stopping.url:
            assert await amira.heard.wait_for_close() == RESTARTING
            amira = await AgentConsole(http, staying.url, amira.token).open()
            assert [work["contact_id"] for work in amira.snapshot["contacts"]] == [talking.contact_id]
        waiting = [await elsewhere(c, http, staying).open() if c in moved else c for c in waiting]
        talking = await elsewhere(talking, http, staying).open() if talking in moved else talking
        await talk(talking, amira, f"the restart of {stopping.port}")
        stopping.start()
    shown = [await caller.show() for caller in waiting]
    assert {place["state"] for place in shown} == {"waiting"}
    assert [(p["place"]["code"], p["place"]["position"]) for p in shown] == [(p["code"], p["position"]) for p in told]
    assert [caller.position for caller in waiting] == [place["position"] for place in told]


async def test_without_redis_everything_is_only_slower(
    deploy: Deploys, postgres_url: str, own_redis: Callable[[str], Started], http: aiohttp.ClientSession
) -> None:
    redis = cast(RedisServer, own_redis("plain"))
    first, second = deploy(postgres_url, redis.url).services
    caller, amira = await connected(http, first, second)
    await amira.command("not_ready", reason="break")
    waiting = [await (await ChatCaller.join(http, service.url)).open() for service in (first, second)]
    redis.kill()
    for service in (first, second):
        await until("it is known that the bus polls", lambda service=service: is_polling(service))
        assert service.get("/readyz")[0] == 200
    await talk(caller, amira, "no Redis")
    await elsewhere(waiting[0], http, second).leave()
    await waiting[0].heard.wait_for_type("contact.closed")
    await moves_up_to(waiting[1], 1)
    moving = await (await ChatCaller.join(http, first.url)).open()
    claim = {"code": moving.place["code"], "proof": {"token": moving.token}}
    async with http.post(f"{second.url}/api/v1/places/claim", json=claim) as answer:
        assert answer.status == 200
    assert (await moving.heard.wait_for_type("error"))["data"]["code"] == "claimed_elsewhere"
    other = await AgentConsole.sign_in(http, first.url, "ben")
    await other.command("ready")
    await other.accept(await other.is_offered(waiting[1].contact_id))
    await talk(waiting[1], other, "an agent found without Redis")
    redis.start()
    for service in (first, second):
        await until("the bus is back", lambda service=service: is_not_polling(service))
    redis.ask("FLUSHALL")
    await talk(caller, amira, "an empty Redis")
    await talk(waiting[1], other, "an empty Redis")


async def is_not_polling(service: Service) -> bool:
    return not await is_polling(service)


async def test_a_killed_process_costs_its_callers_and_agents_nothing_but_a_moment(
    deploy: Deploys, postgres_url: str, redis_url: str, http: aiohttp.ClientSession
) -> None:
    """Who comes back is where they were; who does not has the grace; the agent who is gone gives the caller back."""
    killed, other = deploy(postgres_url, redis_url, grace_seconds=8, console_grace_seconds=4).services
    talking, amira = await connected(http, killed, killed)
    ben = await AgentConsole.sign_in(http, killed.url, "ben")
    await ben.command("ready")
    left_alone = await (await ChatCaller.join(http, other.url)).open()
    await ben.accept(await ben.is_offered(left_alone.contact_id))
    await left_alone.heard.wait_for_type("contact.connected")
    await ben.command("not_ready", reason="break")
    await amira.command("not_ready", reason="break")
    returning = await (await ChatCaller.join(http, killed.url)).open()
    leaving = await (await ChatCaller.join(http, killed.url)).open()
    last = await (await ChatCaller.join(http, other.url)).open()
    assert [returning.position, leaving.position, last.position] == [1, 2, 3]
    killed.kill()

    amira = await AgentConsole(http, other.url, amira.token).open()
    assert [work["contact_id"] for work in amira.snapshot["contacts"]] == [talking.contact_id]
    talking = await elsewhere(talking, http, other).open()
    returning = await elsewhere(returning, http, other).open()
    await talk(talking, amira, "the process that is gone")
    assert returning.position == 1
    returned = await left_alone.heard.wait_for_type("contact.returned")
    assert returned["data"]["reason"] == "agent_lost"
    await left_alone.heard.wait_for("it entered before the others", lambda _: left_alone.position == 1)
    async with books(postgres_url) as book:
        await until("who did not come back is missed in the end", lambda: has_ended(book, leaving.contact_id))
        (away,) = [event.at for event in await book.events(leaving.contact_id) if event.type == "reach.changed"]
        (closed,) = [event.at for event in await book.events(leaving.contact_id) if event.type == "contact.closed"]
    assert closed - away >= 8_000_000, "the full grace, from when the process was missed"
    await last.heard.wait_for("the line has moved", lambda _: last.position == 3)
    assert (await returning.show())["reach"] == "present"
    killed.start()
    assert (await elsewhere(last, http, killed).show())["place"]["position"] == 3


async def test_a_database_that_was_killed_is_waited_for_and_nobody_is_taken_for_dead(
    deploy: Deploys, own_postgres: PostgresServer, redis_url: str, http: aiohttp.ClientSession
) -> None:
    """After seven seconds each process's pulse is old; sockets stand, and the grace of who is away does not run."""
    deployment = deploy(own_postgres.url(), redis_url, grace_seconds=4, offer_seconds=5)
    first, second = deployment.services
    caller, amira = await connected(http, first, second)
    away = await ChatCaller.join(http, first.url)
    waiting = [await (await ChatCaller.join(http, service.url)).open() for service in (first, second)]
    own_postgres.kill()
    await asyncio.sleep(7)  # the time away is what is tested
    own_postgres.start()

    async def is_there() -> bool:
        return all(service.get("/readyz")[1]["parts"]["database"] == "ready" for service in (first, second))

    await until("the database is used again", is_there)
    await talk(caller, amira, "the database that came back")
    shown = [(await elsewhere(c, http, second).show())["place"]["position"] for c in (away, *waiting)]
    assert None not in shown, "whoever was away has the rest of the grace"
    assert [device.heard.close_code for device in (caller, *waiting)] == [None] * 3
    assert not any(TAKEN_FOR_DEAD in service.log for service in deployment.services)
    assert amira.heard.close_code is None


async def test_a_process_that_stood_still_starts_anew_and_its_callers_come_back(
    deploy: Deploys, postgres_url: str, redis_url: str, http: aiohttp.ClientSession
) -> None:
    """A machine that was moved or starved: the others have given up what it held, and it learns of it."""
    still, other = deploy(postgres_url, redis_url).services
    talking, amira = await connected(http, still, still)
    waiting = await (await ChatCaller.join(http, still.url)).open()

    with paused(still):
        await until("the process is given up", lambda: is_given_up(other))
    for client in (talking, waiting, amira):
        assert await client.heard.wait_for_close() == RESTARTING
    amira = await AgentConsole(http, still.url, amira.token).open()
    talking, waiting = [await elsewhere(caller, http, still).open() for caller in (talking, waiting)]
    await talk(talking, amira, "the pause")
    assert waiting.position == 1
    assert (await waiting.show())["reach"] == "present"
    assert still.log.count(TAKEN_FOR_DEAD) == 1


async def is_given_up(by: Service) -> bool:
    return "what a process held is given up" in by.log


def test_an_orderly_stop_ends_well_without_a_database(
    deploy: Deploys, own_postgres: PostgresServer, redis_url: str
) -> None:
    services = deploy(own_postgres.url(), redis_url, 1).services
    own_postgres.kill()
    services[0].stop()
    own_postgres.start()  # for what the fixtures clean up
