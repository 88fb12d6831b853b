"""Ten thousand waiting chats on one process while the head of the line leaves: does everybody know where they stand?

Beside each figure stands what aiohttp's bare sockets cost here: as many connections, each sent a frame of the same
size once a second, with nothing behind them.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

import aiohttp
import orjson
import uvloop
from aiohttp import web
from serving.patience import wait_until
from serving.ports import free_port
from serving.service import Service

from bench.processes import allow_many_files, cpu_seconds, listens, load_average, resident_bytes
from bench.table import print_table
from bench.watchers import Watcher

CALLERS = 10_000
DEPARTURES_PER_SECOND = 20
SECONDS = 20
AT_ONCE = 50
OPENING = 100
SETTLING_SECONDS = 3
SPARE_FILES = 500
WAIT = {"low_seconds": 3600, "high_seconds": 5400, "known": True}
FRAME = {"code": "48217730", "queue": "cards", "state": "waiting", "position": 4217, "ahead": 4216, "wait": WAIT}


@dataclass(slots=True)
class Watched:
    """One caller who waits, and what was told on the socket."""

    contact_id: str
    token: str
    rank: int
    seen: int = 0
    late: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Figures:
    kib_per_connection: float
    cores: float
    frames_per_second: float
    late: list[float] = field(default_factory=list)


class Crowd:
    """Callers in line, each with a socket; the first ones leave one after the other."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self._url = url
        self._http = http
        self._callers: list[Watched] = []
        self._sockets: list[Watcher] = []
        self._left_at: list[float] = []
        self.frames = 0

    async def join(self, count: int) -> None:
        left = iter(range(count))

        async def join() -> None:
            for _ in left:
                async with self._http.post(f"{self._url}/api/v1/contacts", json={"channel": "chat"}) as answer:
                    joined = await answer.json()
                    self._callers.append(Watched(joined["contact_id"], joined["token"], joined["place"]["position"]))

        await asyncio.gather(*(join() for _ in range(AT_ONCE)))
        self._callers.sort(key=lambda caller: caller.rank)

    async def connect(self) -> None:
        port = int(self._url.rpartition(":")[2])
        callers = iter(self._callers)

        async def connect() -> None:
            for caller in callers:
                path = f"/api/v1/contacts/{caller.contact_id}/socket"
                hello = orjson.dumps({"type": "hello", "token": caller.token})
                watcher = Watcher(path, hello, lambda position, at, caller=caller: self._see(caller, position, at))
                await asyncio.get_running_loop().create_connection(lambda watcher=watcher: watcher, "127.0.0.1", port)
                self._sockets.append(watcher)
                await watcher.told

        await asyncio.gather(*(connect() for _ in range(OPENING)))

    def _see(self, caller: Watched, position: int, at: float) -> None:
        """How long this caller's oldest untold departure had to be waited for."""
        self.frames += 1
        seen = caller.rank - position
        if seen > caller.seen:
            caller.late.append(at - self._left_at[caller.seen])
            caller.seen = seen

    async def leave(self, per_second: float, seconds: float) -> None:
        """The first in line goes, again and again."""
        begun = perf_counter()
        async with asyncio.TaskGroup() as tasks:
            for n in range(round(per_second * seconds)):
                await asyncio.sleep(max(0.0, begun + n / per_second - perf_counter()))
                self._left_at.append(perf_counter())
                tasks.create_task(self._leave(self._callers[n]))

    async def _leave(self, caller: Watched) -> None:
        headers = {"Authorization": f"Bearer {caller.token}"}
        async with self._http.delete(f"{self._url}/api/v1/contacts/{caller.contact_id}", headers=headers) as answer:
            if answer.status != 204:
                raise RuntimeError(f"could not leave: {answer.status}")

    def check(self) -> list[float]:
        """Everybody who still waits has been told of every departure; gives how long each had to be waited for."""
        gone = len(self._left_at)
        wrong = [caller.rank for caller in self._callers[gone:] if caller.seen != gone]
        if wrong:
            raise RuntimeError(f"{len(wrong)} callers do not know their position, among them the {wrong[0]}th")
        return [late for caller in self._callers[gone:] for late in caller.late]

    def close(self) -> None:
        for socket in self._sockets:
            socket.close()


async def measure(service: Service, count: int) -> Figures:
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE), timeout=timeout) as http:
        crowd = Crowd(service.url, http)
        await crowd.join(count)
        before = resident_bytes(service.pid)
        await crowd.connect()
        await asyncio.sleep(SETTLING_SECONDS)
        memory = resident_bytes(service.pid) - before
        begun, used, frames = perf_counter(), cpu_seconds(service.pid), crowd.frames
        await crowd.leave(DEPARTURES_PER_SECOND, SECONDS)
        took = perf_counter() - begun
        used, frames = cpu_seconds(service.pid) - used, crowd.frames - frames
        await asyncio.sleep(SETTLING_SECONDS)
        late = crowd.check()
        crowd.close()
        return Figures(memory / count / 1024, used / took, frames / took, late)


async def measure_bare(pid: int, port: int, count: int) -> Figures:
    frames = 0
    sockets = []

    def see(_: int, __: float) -> None:
        nonlocal frames
        frames += 1

    before = resident_bytes(pid)
    for _ in range(count):
        watcher = Watcher("/", b"{}", see)
        await asyncio.get_running_loop().create_connection(lambda watcher=watcher: watcher, "127.0.0.1", port)
        sockets.append(watcher)
    await asyncio.gather(*(watcher.told for watcher in sockets))
    memory = resident_bytes(pid) - before
    begun, used, first = perf_counter(), cpu_seconds(pid), frames
    await asyncio.sleep(SECONDS)
    took = perf_counter() - begun
    figures = Figures(memory / count / 1024, (cpu_seconds(pid) - used) / took, (frames - first) / took)
    for watcher in sockets:
        watcher.close()
    return figures


def serve_bare(port: int) -> None:
    """Every connection gets a frame once a second."""
    uvloop.run(_serve_bare(port))


async def _serve_bare(port: int) -> None:
    sockets: set[web.WebSocketResponse] = set()

    async def open_socket(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("holdfast.v1",), compress=False)
        await socket.prepare(request)
        sockets.add(socket)
        async for _ in socket:
            pass
        sockets.discard(socket)
        return socket

    app = web.Application()
    app.router.add_get("/", open_socket)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
    while True:
        begun = perf_counter()
        for socket in list(sockets):
            await socket.send_str(orjson.dumps({"type": "place.updated", "data": {"place": FRAME}}).decode())
        await asyncio.sleep(max(0.0, begun + 1 - perf_counter()))


@contextmanager
def bare_sockets() -> Iterator[tuple[int, int]]:
    """Process id and port."""
    port = free_port()
    bare = multiprocessing.get_context("spawn").Process(target=serve_bare, args=(port,), daemon=True)
    bare.start()
    assert bare.pid is not None
    try:
        wait_until("the bare sockets answer", lambda: listens(port), 30)
        yield bare.pid, port
    finally:
        os.kill(bare.pid, signal.SIGKILL)
        bare.join()


def main() -> None:
    count = min(CALLERS, allow_many_files() - SPARE_FILES)
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as name:
        with Service(Path(name), HOLDFAST_RASA_URL="http://127.0.0.1:9") as service:
            ours = uvloop.run(measure(service, count))
            service.kill()  # ten thousand farewells are not measured here
        with bare_sockets() as (pid, port):
            bare = uvloop.run(measure_bare(pid, port, count))
    tail = quantiles(ours.late, n=1000)
    print_table(
        (f"{count:,} waiting, {DEPARTURES_PER_SECOND} leave a second (load {load_average()})", "here", "bare sockets"),
        [
            ("KiB per connection", f"{ours.kib_per_connection:.1f}", f"{bare.kib_per_connection:.1f}"),
            ("frames a second", f"{ours.frames_per_second:,.0f}", f"{bare.frames_per_second:,.0f}"),
            ("cores", f"{ours.cores:.2f}", f"{bare.cores:.2f}"),
            ("right position after, s: median", f"{median(ours.late):.2f}", ""),
            ("right position after, s: 99 %", f"{tail[989]:.2f}", ""),
            ("right position after, s: the latest", f"{max(ours.late):.2f}", ""),
        ],
    )
