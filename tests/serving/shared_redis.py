"""Fixtures with real Redis servers: the run's shared ones, and those that a test may treat badly."""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from real_redis import KINDS, RedisServer, Started

from serving.shared_folder import alone, ends_with_the_run, shared_folder


@pytest.fixture(scope="session")
def shared_redis() -> Callable[[str], str]:
    """The address of the run's Redis of this kind (`plain`, `sentinel`, `cluster`); deployments keep apart on it."""

    def url(kind: str) -> str:
        address = shared_folder() / f"redis-{kind}"
        with alone():
            if not address.exists():
                started = KINDS[kind](shared_folder() / f"redis-{kind}-servers")
                started.start(dies_with_us=False)  # the worker that starts it may be the first to end
                for server in [started] if isinstance(started, RedisServer) else started.servers:
                    ends_with_the_run(server.pid, signal.SIGKILL)
                address.write_text(started.url)
            return address.read_text()

    return url


@pytest.fixture
def redis_url(shared_redis: Callable[[str], str]) -> str:
    """The run's one plain Redis."""
    return shared_redis("plain")


@pytest.fixture
def own_redis() -> Iterator[Callable[[str], Started]]:
    """Starts servers of this kind that the test may kill."""
    folder = Path(tempfile.mkdtemp(prefix="redis-", dir=shared_folder()))
    opened: list[Started] = []

    def start(kind: str) -> Started:
        opened.append(KINDS[kind](folder / str(len(opened))))
        opened[-1].start()
        return opened[-1]

    yield start
    for started in opened:
        started.kill()
    shutil.rmtree(folder)
