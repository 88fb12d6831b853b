"""Fixtures for tests against the service as it runs: its own process, a real Rasa, real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from serving.rasa import Rasa, shared_rasa
from serving.service import Service
from serving.shared_folder import shared_folder


@pytest.fixture(scope="session")
def rasa() -> Iterator[Rasa]:
    """The run's one Rasa with the trained model, shared by all workers. Conversations are kept apart by contact."""
    with shared_rasa(shared_folder() / "rasa") as shared:
        yield shared


@pytest.fixture
def service(tmp_path: Path, rasa: Rasa) -> Iterator[Service]:
    """A service of this test alone, with every part ready. Nothing may have surprised it by the test's end."""
    with Service(tmp_path, **rasa.settings) as started:
        started.wait_until_ready()
        yield started
    started.assert_quiet_log()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """For the clients. Without keep-alive, so that a killed service is met anew."""
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=30)) as session:
        yield session
