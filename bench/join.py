"""`POST /contacts` to the durable answer, against a bare aiohttp handler that commits one row per request.

All run as processes of their own on the same kind of database in one run, with 1 and with 50 clients. A join carries
an idempotency key, as the widget's does. The bare handler commits through SQLAlchemy, as the service does; beside it
stands what the database's driver does alone.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from uuid import uuid4

import aiohttp
from serving.service import Service

from bench.bare import bare_server
from bench.commits import Through
from bench.databases import create_database, postgres
from bench.processes import load_average
from bench.table import milliseconds, print_table

CLIENTS = (1, 50)
REQUESTS = {1: 300, 50: 2_000}
ROUNDS = 4


async def load(url: str, clients: int, requests: int) -> list[float]:
    """Seconds of each request."""
    took: list[float] = []
    left = iter(range(requests))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=clients)) as http:

        async def client(count: bool) -> None:
            for _ in left if count else range(5):
                body = {"channel": "chat", "queue": "cards", "idempotency_key": uuid4().hex}
                begun = perf_counter()
                async with http.post(f"{url}/api/v1/contacts", json=body) as response:
                    await response.read()
                    if response.status != 201:
                        raise RuntimeError(f"not joined: {response.status}")
                if count:
                    took.append(perf_counter() - begun)

        for count in (False, True):
            await asyncio.gather(*(client(count) for _ in range(clients)))
    return took


def measure(kind: str, database: str, folder: Path, **settings: str) -> list[tuple[object, ...]]:
    # the dialogue engine has no part in joining
    settings |= {"HOLDFAST_RASA_URL": "http://127.0.0.1:9"}
    rows: list[tuple[object, ...]] = []
    with (
        bare_server(database, Through.DRIVER) as driver,
        bare_server(database, Through.SQLALCHEMY) as bare,
        Service(folder / f"service-{kind}", **settings) as service,
    ):
        urls = {"driver alone": driver.url, "bare": bare.url, "a place": service.url}
        for clients in CLIENTS:
            took: dict[str, list[float]] = {name: [] for name in urls}
            for _ in range(ROUNDS):  # in turn, so that the machine's moods weigh on all
                for name, url in urls.items():
                    took[name] += asyncio.run(load(url, clients, REQUESTS[clients] // 2))
            for name, seconds in took.items():
                ratios = (median(seconds) / median(took[other]) for other in ("bare", "driver alone"))
                figures = (f"{ratio:.2f}" for ratio in ratios)
                rows.append((f"{kind}, {clients} clients, {name}", *milliseconds(seconds), *figures))
    return rows


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        rows = measure("SQLite", str(folder / "bare.db"), folder)
        with postgres(folder / "postgres") as server:
            for database in ("bare", "holdfast"):
                asyncio.run(create_database(server.url(), database))
            settings = {"HOLDFAST_DATABASE_URL": server.url("holdfast"), "HOLDFAST_SECRET_KEY": "bench"}
            rows += measure("PostgreSQL", server.url("bare"), folder, **settings)
    head = (f"POST /contacts (load {load_average()})", "median ms", "p95 ms", "to bare", "to the driver")
    print_table(head, rows)
