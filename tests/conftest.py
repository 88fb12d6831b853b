"""What all tests share: a clock that they move, a bus that tells what was told, and real databases of their own."""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Coroutine, Iterator
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from doubles import QUEUES, MovedClock, ToldBus
from real_postgres import PostgresServer
from serving.fixtures import http as http
from serving.fixtures import rasa as rasa
from serving.fixtures import service as service
from serving.shared_folder import alone, begin, end, ends_with_the_run, shared_folder
from serving.shared_redis import own_redis as own_redis
from serving.shared_redis import redis_url as redis_url
from serving.shared_redis import shared_redis as shared_redis
from serving.sharing import pytest_xdist_make_scheduler as pytest_xdist_make_scheduler

from assistant.adapters.migrate import migrate
from assistant.adapters.sql_schema import metadata
from assistant.adapters.sql_store import open_store
from assistant.model.ports import Bus, Clock
from assistant.model.storage import Store
from assistant.settings.environment import ROOT
from assistant.settings.survey import SurveyPart
from assistant.settings.tenant import Tenant, load_tenant

EMPTY = "holdfast_empty"
WAITING = pytest.StashKey[subprocess.Popen[bytes]]()


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.stash[WAITING] = begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    if WAITING in config.stash:
        end(config.stash[WAITING])


def finished[T](work: Coroutine[Any, Any, T]) -> T:
    """Runs it to its end in a loop of its own, also where a loop is running."""
    results: list[T] = []
    thread = Thread(target=lambda: results.append(asyncio.run(work)))
    thread.start()
    thread.join()
    return results[0]


async def _execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The address of the run's one PostgreSQL, without a database name; it has a migrated database to copy."""
    address = shared_folder() / "postgres"
    with alone():
        if not address.exists():
            server = PostgresServer(shared_folder() / "postgres-server")
            server.create()
            server.start()
            finished(_execute(server.url(), f"CREATE DATABASE {EMPTY}"))
            finished(migrate(server.url(EMPTY)))
            ends_with_the_run(server.pid, signal.SIGQUIT)
            address.write_text(server.url(""))
        return address.read_text()


@pytest.fixture
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A server that a test may kill, with a migrated database `postgres`."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-", dir=shared_folder()))
    server = PostgresServer(folder)
    server.create()
    server.start()
    finished(migrate(server.url()))
    yield server
    server.stop()
    shutil.rmtree(folder)


def _database(server: str, template: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    with alone():  # a template can be copied by one at a time
        finished(_execute(f"{server}postgres", f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield f"{server}{name}"
    finished(_execute(f"{server}postgres", f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def bare_postgres_url(postgres_server: str) -> Iterator[str]:
    """A database without tables, of this test alone."""
    yield from _database(postgres_server, "template1")


@pytest.fixture(scope="session")
def _worker_postgres_url(postgres_server: str) -> Iterator[str]:
    yield from _database(postgres_server, EMPTY)


@pytest.fixture
def postgres_url(_worker_postgres_url: str) -> str:
    """A migrated database that nobody else uses meanwhile, emptied: ten times as quick as a new one."""
    tables = [table.name for table in reversed(metadata.sorted_tables)]
    finished(_execute(_worker_postgres_url, *(f"DELETE FROM {table}" for table in tables)))
    return _worker_postgres_url


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "empty.db"
    finished(migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(empty_sqlite: Path, tmp_path: Path) -> str:
    """A migrated file of this test alone."""
    shutil.copy(empty_sqlite, tmp_path / "holdfast.db")
    return f"sqlite:///{tmp_path / 'holdfast.db'}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each test that asks for it runs on both databases."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def bus() -> ToldBus:
    return ToldBus()


@pytest.fixture
async def store(database_url: str, clock: Clock, bus: Bus) -> AsyncIterator[Store]:
    """A store on each of both databases, with the queues of the demo."""
    opened = open_store(database_url, clock, bus)
    await opened.transact(lambda work: work.lines.ensure(QUEUES))
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def fernhill() -> Tenant:
    """The demo's tenant, who asks nobody afterwards: calls end with their last sentence."""
    asks_nothing = {"survey": SurveyPart(), "asks_preferences": False}
    return load_tenant(ROOT / "demo" / "tenant.yml").model_copy(update=asks_nothing)
