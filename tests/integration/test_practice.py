"""`holdfast simulate` against the service as it runs: a small crowd in a hurry, its end, and what it makes of lies."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from integration.other_services import CallingBackService, LyingService, serving
from journey.chat import ChatCaller
from journey.console import AgentConsole
from serving.rasa import Rasa
from serving.service import Service

SMALL_CROWD = (
    "--speed=12", "--arrivals=220/h", "--work=90", "--patience=200", "--agents=amira,ben", "--no-breaks",
    "--drops=0.3", "--settles=0.2", "--callbacks=0.2", "--silent=0.3", "--verifies=0.3", "--calls=0.2",
)  # fmt: skip
RATED = {"HOLDFAST_EMULATOR_SPEED": "12"}


@pytest.fixture
def hurried(tmp_path: Path, rasa: Rasa) -> Iterator[Service]:
    """A service whose telephone company hurries as the crowd does."""
    with Service(tmp_path, **rasa.settings, **RATED) as started:
        started.wait_until_ready()
        yield started
    started.assert_quiet_log()


@asynccontextmanager
async def simulation(url: str, *options: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "assistant", "simulate", f"--url={url}", *options,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def ended(process: asyncio.subprocess.Process) -> tuple[int, str]:
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


def figures(said: str) -> dict[str, int]:
    """The counts of the summary by their label."""
    rows = (line.rsplit(maxsplit=1) for line in said.splitlines() if line.rsplit(maxsplit=1)[1:])
    return {label.strip(): int(value) for label, value in rows if value.isdecimal()}


async def assert_nobody_is_left(service: Service, http: aiohttp.ClientSession) -> None:
    """The line is empty, and the agents are not ready and have nothing in hand."""
    assert (await ChatCaller.join(http, service.url)).position_at_joining == 1
    for name in ("amira", "ben"):
        console = await AgentConsole.sign_in(http, service.url, name)
        agent = console.snapshot["agent"]
        assert agent["presence"] == "not_ready"
        assert not [slot for slot in agent["slots"] if slot.get("contact_id")], name
        await console.close()


@pytest.mark.timeout(180)
async def test_a_small_crowd_is_served_and_finds_every_promise_kept(
    hurried: Service, http: aiohttp.ClientSession
) -> None:
    async with simulation(hurried.url, "--minutes=0.4", *SMALL_CROWD) as process:
        code, said = await ended(process)
    assert code == 0, said
    assert "violations: none" in said
    count = figures(said)
    assert count["arrivals"] >= 8, said
    assert count["served by an agent"] >= 3, said
    ends = ("served by an agent", "abandoned", "contained", "waiting at the end")
    assert sum(count[end] for end in ends) == count["arrivals"], said
    assert "ended otherwise" not in said
    await assert_nobody_is_left(hurried, http)


@pytest.mark.timeout(180)
async def test_ctrl_c_ends_it_in_order_and_tells_what_was_so_far(hurried: Service, http: aiohttp.ClientSession) -> None:
    async with simulation(hurried.url, "--minutes=10", *SMALL_CROWD) as process:
        assert process.stdout is not None
        async for line in process.stdout:
            if b" 0 came" not in line:
                break
        process.send_signal(signal.SIGINT)
        code, said = await ended(process)
    assert code == 0, said
    assert figures(said)["arrivals"] > 0
    assert "violations: none" in said
    await assert_nobody_is_left(hurried, http)


async def test_broken_promises_are_told_and_end_with_exit_code_one() -> None:
    async with serving(LyingService()) as (url, lying):
        options = ("--minutes=0.1", "--speed=10", "--arrivals=10/min", "--agents=amira", "--callbacks=0", "--seed=7")
        async with simulation(url, *options, "--silent=0", "--drops=0", "--settles=0") as process:
            code, said = await ended(process)
    assert code == 1, said
    assert lying.joins >= 2, "who was refused by the rate limit asked again"
    assert "1 joins were delayed by the service's rate limit" in said
    assert "contact contact-2: from position 2 to 3, the reason told being None" in said
    assert "contact contact-2: connected twice" in said


async def test_who_asks_to_be_called_back_picks_up_when_it_rings_and_keeps_the_place_until_then() -> None:
    async with serving(CallingBackService()) as (url, service):
        options = (
            "--minutes=0.1",
            "--speed=60",
            "--arrivals=60/h",
            "--agents=amira",
            "--callbacks=1",
            "--patience=1e6",
        )
        async with simulation(url, *options, "--drops=0", "--settles=0") as process:
            code, said = await ended(process)
    assert code == 0, said
    count = figures(said)
    assert count["asked for a callback"] >= 1, said
    assert count["served by an agent"] == len(service.called_back) > 0, said
    assert "violations: none" in said


async def test_an_address_where_no_service_answers_is_told_before_anybody_comes() -> None:
    async with serving(LyingService()) as (url, lying), simulation(f"{url}/nowhere") as process:
        code, said = await ended(process)
    assert code == 2
    assert "nothing answers on" in said
    assert "Traceback" not in said
    assert not lying.joins
