"""A process that serves, from its start to its end in order."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import gc
import signal
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from aiohttp import web

from assistant.bootstrap.application import CLOSE_SECONDS, open_service
from assistant.settings.environment import Settings, SettingsError
from assistant.settings.tenant import load_tenant

PAGES = (
    ("what runs here", "/"),
    ("the bank's page with the chat widget", "/demo"),
    ("a telephone in the browser", "/phone"),
    ("agents (amira, ben, carla; password holdfast)", "/console"),
    ("supervisor (sofia; password holdfast)", "/supervisor"),
    ("settings (sofia; everything as the admin nadia)", "/console/settings"),
)

# The database writes on a thread of its own: at Python's default of 5 ms each hop could wait as long for the lock.
SWITCH_SECONDS = 0.0005
# Ten thousand connections are a million objects that stay. By Python's default (10 instead of 100) everybody would
# wait, again and again while they connect, for all of them to be looked through for garbage.
GARBAGE_THRESHOLDS = (700, 10, 100)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


async def serve(settings: Settings, *, for_trying_out: bool) -> None:
    """Serves until SIGINT or SIGTERM, then ends in order."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    tenant = load_tenant(settings.tenant)
    async with open_service(settings, tenant, for_trying_out=for_trying_out) as app:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=CLOSE_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, settings.host, settings.port, backlog=1024).start()
        except OSError as error:
            raise SettingsError(f"HOLDFAST_PORT: cannot listen on {settings.host}:{settings.port}: {error}") from None
        _greet(settings)
        try:
            await stop.wait()
        finally:
            await runner.cleanup()


def suit_many() -> None:
    """Sets Python up for a process that many are connected to."""
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.set_threshold(*GARBAGE_THRESHOLDS)
    gc.freeze()  # what was imported stays, and need not be looked at


def _greet(settings: Settings) -> None:
    say(f"Holdfast {version('holdfast')} answers on {settings.origin}")
    for what, path in PAGES if settings.is_embedded else PAGES[:1]:
        say(f"  {settings.origin}{path:18} {what}")
    say("Ctrl-C stops it.")


@contextlib.contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Two services on one data folder would both believe that they are alone."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SettingsError(f"HOLDFAST_DATA_DIR: another service is running on {data_dir}") from None
        yield
