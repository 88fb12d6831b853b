"""One Rasa server for all tests that converse, started as the service starts it."""

from __future__ import annotations

import asyncio
import os
import sys
from itertools import count
from pathlib import Path
from typing import Callable, Iterator

import pytest

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))
os.environ.update(RASA_TELEMETRY_ENABLED="false", TF_CPP_MIN_LOG_LEVEL="3", SQLALCHEMY_SILENCE_UBER_WARNING="1")

from caller import Caller, Server  # noqa: E402
from channels.holdfast import HoldfastInput  # noqa: E402
from rasa.core.agent import Agent, load_agent  # noqa: E402
from rasa.core.utils import AvailableEndpoints  # noqa: E402

MODEL = Path(os.environ.get("HOLDFAST_MODEL", PROJECT / "models" / "holdfast.tar.gz"))


@pytest.fixture(scope="session")
def model() -> Path:
    if not MODEL.is_file():
        pytest.fail(f"{MODEL} is missing: train the model first.")
    return MODEL


@pytest.fixture(scope="session")
def server(model: Path) -> Iterator[Server]:
    server = Server(PROJECT, model)
    server.wait_until_ready()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def agent(model: Path) -> Agent:
    """Rasa in this process, with the conversations kept as the server keeps them."""
    HoldfastInput("token")  # watches Rasa's log for what it swallows
    endpoints = AvailableEndpoints.read_endpoints(str(PROJECT / "endpoints.yml"))
    return asyncio.run(load_agent(model_path=str(model), endpoints=endpoints))


_numbers = count(1)


@pytest.fixture
def call(server: Server) -> Callable[..., Caller]:
    """A new caller with a conversation of their own; keywords as in `Caller`."""
    return lambda **about: Caller(server, f"contact-{next(_numbers)}", **about)
