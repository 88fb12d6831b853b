"""Ten thousand waiting chats on one process while the head of the line leaves: does everybody know where they stand?

Beside each figure stands what aiohttp's bare sockets cost here: as many connections, each sent a frame of the same
size once a second, with nothing behind them.

A position is right once it counts a departure: for each who waits and each who leaves it is measured how long that
takes. A departure counts from the moment at which it is asked for, so that its own commit is in the figure; how long
that takes stands below. Nobody is told more often than about once a second, so half a second is what is to be had in
the middle, and a second at the end.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

import aiohttp
import uvloop
from journey.console import AgentConsole
from serving.service import Service

from bench.bare import Bare, bare_server
from bench.crowd import JOINING, Crowd
from bench.processes import allow_many_files, cpu_seconds, load_average, resident_bytes, waited_seconds
from bench.table import print_table
from bench.watchers import Watcher

CALLERS = 10_000
DEPARTURES_PER_SECOND = 20
SECONDS = 20
SETTLING_SECONDS = 3
SPARE_FILES = 500
PATIENCE_SECONDS = 120
CHATS_OF_AN_AGENT = 3


@dataclass(frozen=True, slots=True)
class Figures:
    kib_per_connection: float
    cores: float
    waited: float
    """The share of the time for which there was no core to run on."""
    frames_per_second: float
    late: Sequence[float] = ()
    answered: Sequence[float] = ()
    stopping: float = 0.0


class Spent:
    """What a process spends from now on."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._begun = self._now()

    def _now(self) -> tuple[float, float, float]:
        return cpu_seconds(self._pid), waited_seconds(self._pid), perf_counter()

    def so_far(self) -> tuple[float, float, float]:
        """Cores used, the share of the time waiting for one, and the seconds since."""
        used, waited, took = (now - then for now, then in zip(self._now(), self._begun, strict=True))
        return used / took, waited / took, took


async def measure(service: Service, count: int) -> Figures:
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=JOINING), timeout=timeout) as http:
        await keep_an_agent_busy(service, http)
        crowd = Crowd(service.url, http)
        await crowd.join(count)
        before = resident_bytes(service.pid)
        await crowd.connect()
        await asyncio.sleep(SETTLING_SECONDS)
        memory = resident_bytes(service.pid) - before
        spent, frames = Spent(service.pid), crowd.frames
        await crowd.leave(DEPARTURES_PER_SECOND, SECONDS)
        cores, waited, took = spent.so_far()
        frames = crowd.frames - frames
        await asyncio.sleep(SETTLING_SECONDS)
        began_to_stop = perf_counter()
        await asyncio.to_thread(service.stop, PATIENCE_SECONDS)
        stopping = perf_counter() - began_to_stop
        crowd.close()
        told = frames / took
        return Figures(memory / count / 1024, cores, waited, told, crowd.late(), crowd.answered, stopping)


async def keep_an_agent_busy(service: Service, http: aiohttp.ClientSession) -> None:
    """Somebody serves the line and has both hands full: waits are known, and worked out for everybody."""
    console = await AgentConsole.sign_in(http, service.url, "amira")
    await console.command("ready")
    served = Crowd(service.url, http)
    await served.join(CHATS_OF_AN_AGENT)
    await served.connect()
    for caller in served.callers:
        await console.accept(await console.is_offered(caller.contact_id))


async def measure_bare(bare: Bare, count: int) -> Figures:
    frames, sockets = 0, []

    def see(_: int, __: float) -> None:
        nonlocal frames
        frames += 1

    before = resident_bytes(bare.pid)
    for _ in range(count):
        watcher = Watcher("/told", b"{}", see)
        await asyncio.get_running_loop().create_connection(lambda watcher=watcher: watcher, "127.0.0.1", bare.port)
        sockets.append(watcher)
    await asyncio.gather(*(watcher.told for watcher in sockets))
    memory = resident_bytes(bare.pid) - before
    spent, first = Spent(bare.pid), frames
    await asyncio.sleep(SECONDS)
    cores, waited, took = spent.so_far()
    figures = Figures(memory / count / 1024, cores, waited, (frames - first) / took)
    for watcher in sockets:
        watcher.close()
    return figures


def main() -> None:
    count = min(CALLERS, allow_many_files() - SPARE_FILES)
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as name:
        with Service(Path(name), HOLDFAST_RASA_URL="http://127.0.0.1:9") as service:
            ours = uvloop.run(measure(service, count))
        with bare_server() as server:
            bare = uvloop.run(measure_bare(server, count))
    late = sorted(ours.late)
    print_table(
        (f"{count:,} waiting, {DEPARTURES_PER_SECOND} leave a second (load {load_average()})", "here", "bare sockets"),
        [
            ("KiB per connection", f"{ours.kib_per_connection:.1f}", f"{bare.kib_per_connection:.1f}"),
            ("frames a second", f"{ours.frames_per_second:,.0f}", f"{bare.frames_per_second:,.0f}"),
            ("cores", f"{ours.cores:.2f}", f"{bare.cores:.2f}"),
            ("of the time waiting for a core", f"{ours.waited:.0%}", f"{bare.waited:.0%}"),
            ("right position after, s: median", f"{late[len(late) // 2]:.2f}", ""),
            ("right position after, s: 99 %", f"{late[len(late) * 99 // 100]:.2f}", ""),
            ("right position after, s: the latest", f"{late[-1]:.2f}", ""),
            ("a departure is answered after, s: median", f"{median(ours.answered):.3f}", ""),
            ("a departure is answered after, s: 99 %", f"{quantiles(ours.answered, n=100)[-1]:.3f}", ""),
            ("stopped in order after, s", f"{ours.stopping:.1f}", ""),
        ],
    )
