"""`POST /contacts` to the durable answer, against a bare aiohttp handler that commits one row per request.

Both run as processes of their own on the same kind of database in one run, with 1 and with 50 clients.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from time import perf_counter
from uuid import uuid4

import aiohttp
import asyncpg
import uvloop
from aiohttp import web
from serving.patience import wait_until
from serving.ports import free_port
from serving.service import Service

from bench.databases import postgres
from bench.processes import listens, load_average
from bench.table import milliseconds, print_table

CLIENTS = (1, 50)
REQUESTS = {1: 300, 50: 2_000}
INSERT = "INSERT INTO bare (id, body) VALUES ($1, $2)"
TABLE = "CREATE TABLE bare (id TEXT PRIMARY KEY, body TEXT NOT NULL)"


def serve_bare(database: str, port: int) -> None:
    """One row per request, committed before the answer, and nothing else."""
    uvloop.run(_serve_bare(database, port))


async def _serve_bare(database: str, port: int) -> None:
    commit = await (_postgres_commit(database) if database.startswith("postgresql") else _sqlite_commit(database))

    async def add(request: web.Request) -> web.Response:
        row = str(uuid4())
        await commit(row, await request.text())
        return web.json_response({"id": row}, status=201)

    app = web.Application()
    app.router.add_post("/api/v1/contacts", add)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
    await asyncio.Event().wait()


async def _postgres_commit(database: str) -> Callable[[str, str], Awaitable[None]]:
    pool = await asyncpg.create_pool(database, min_size=10, max_size=20)
    await pool.execute(TABLE)

    async def commit(row: str, body: str) -> None:
        await pool.execute(INSERT, row, body)

    return commit


async def _sqlite_commit(database: str) -> Callable[[str, str], Awaitable[None]]:
    writer = ThreadPoolExecutor(1)
    loop = asyncio.get_running_loop()
    connection = sqlite3.connect(database, check_same_thread=False, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(TABLE)

    async def commit(row: str, body: str) -> None:
        await loop.run_in_executor(
            writer, connection.execute, INSERT.replace("$1", "?").replace("$2", "?"), (row, body)
        )

    return commit


async def load(url: str, clients: int) -> list[float]:
    """Seconds of each request."""
    took: list[float] = []
    left = iter(range(REQUESTS[clients]))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=clients)) as http:

        async def client(count: bool) -> None:
            for _ in left if count else range(5):
                begun = perf_counter()
                async with http.post(f"{url}/api/v1/contacts", json={"channel": "chat", "queue": "cards"}) as response:
                    await response.read()
                    if response.status != 201:
                        raise RuntimeError(f"not joined: {response.status}")
                if count:
                    took.append(perf_counter() - begun)

        for count in (False, True):
            await asyncio.gather(*(client(count) for _ in range(clients)))
    return took


def measure(kind: str, bare_database: str, folder: Path, **settings: str) -> list[tuple[object, ...]]:
    port = free_port()
    bare = multiprocessing.get_context("spawn").Process(target=serve_bare, args=(bare_database, port), daemon=True)
    bare.start()
    # the dialogue engine has no part in joining
    settings |= {"HOLDFAST_RASA_URL": "http://127.0.0.1:9"}
    rows: list[tuple[object, ...]] = []
    try:
        with Service(folder / f"service-{kind}", **settings) as service:
            wait_until("the bare handler answers", lambda: listens(port), 30)
            for clients in CLIENTS:
                took = {"bare": [], "holdfast": []}
                for _ in range(2):  # in turn, so that the machine's moods weigh on both
                    took["bare"] += asyncio.run(load(f"http://127.0.0.1:{port}", clients))
                    took["holdfast"] += asyncio.run(load(service.url, clients))
                ratio = median(took["holdfast"]) / median(took["bare"])
                rows.append((f"{kind}, {clients} clients, bare", *milliseconds(took["bare"]), "1.00"))
                rows.append((f"{kind}, {clients} clients, a place", *milliseconds(took["holdfast"]), f"{ratio:.2f}"))
    finally:
        if bare.pid:
            os.kill(bare.pid, signal.SIGKILL)
        bare.join()
    return rows


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        rows = measure("SQLite", str(folder / "bare.db"), folder)
        with postgres(folder / "postgres") as server:
            for database in ("bare", "holdfast"):
                asyncio.run(_create(server.url(), database))
            settings = {"HOLDFAST_DATABASE_URL": server.url("holdfast"), "HOLDFAST_SECRET_KEY": "bench"}
            rows += measure("PostgreSQL", server.url("bare"), folder, **settings)
    print_table((f"POST /contacts (load {load_average()})", "median ms", "p95 ms", "ratio"), rows)


async def _create(address: str, database: str) -> None:
    connection = await asyncpg.connect(address)
    await connection.execute(f"CREATE DATABASE {database}")
    await connection.close()
