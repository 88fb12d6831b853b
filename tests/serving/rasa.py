"""The real Rasa with the trained model, once for all workers of a run, or one that a test may treat badly."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from serving.patience import wait_until
from serving.ports import free_port
from serving.processes import is_running
from serving.service import ROOT

PROJECT = ROOT / "rasa_project"
START_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Rasa:
    """Where a Rasa is and how it is addressed; `settings` are what a service needs to use it."""

    url: str
    token: str
    pid: int

    @property
    def settings(self) -> dict[str, str]:
        return {"HOLDFAST_RASA_URL": self.url, "HOLDFAST_RASA_TOKEN": self.token}

    def is_ready(self) -> bool:
        headers = {"Authorization": f"Bearer {self.token}"}
        request = urllib.request.Request(f"{self.url}/webhooks/holdfast/ready", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False


@contextmanager
def shared_rasa(folder: Path) -> Iterator[Rasa]:
    """The run's one Rasa: the first who asks starts it, it ends when the last who holds it is gone.

    Its standard input is a named pipe that every holder keeps open for writing: however a holder ends, the pipe knows.
    """
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        hold = _hold(folder)
        rasa = Rasa(**json.loads((folder / "address.json").read_text()))
        _wait_until_ready(rasa, folder / "log")
    try:
        yield rasa
    finally:
        os.close(hold)


@contextmanager
def own_rasa(folder: Path, *, credentials: Path | None = None) -> Iterator[Rasa]:
    """A Rasa of one's own, ready; `credentials` names the channels that it opens, its usual one when left out."""
    folder.mkdir(exist_ok=True)
    reading, hold = os.pipe()
    try:
        rasa = _start(folder, reading, credentials)
        os.close(reading)
        _wait_until_ready(rasa, folder / "log")
        yield rasa
    finally:
        os.close(hold)


def _wait_until_ready(rasa: Rasa, log: Path) -> None:
    def is_ready_or_gone() -> bool:
        return rasa.is_ready() or not is_running(rasa.pid)

    try:
        wait_until("Rasa is ready", is_ready_or_gone, START_SECONDS)
        assert rasa.is_ready(), "Rasa has ended"
    except AssertionError as error:
        raise AssertionError(f"{error}:\n{log.read_text(errors='replace')[-3000:]}") from None


def _hold(folder: Path) -> int:
    """The writing end of the pipe; starts Rasa at the other one where nobody reads."""
    pipe = folder / "stdin"
    if not pipe.exists():
        os.mkfifo(pipe)
    try:
        return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:  # ENXIO: nobody reads
        reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    hold = os.open(pipe, os.O_WRONLY | os.O_CLOEXEC)
    os.set_blocking(reading, True)
    rasa = _start(folder, reading)
    os.close(reading)
    (folder / "address.json").write_text(json.dumps({"url": rasa.url, "token": rasa.token, "pid": rasa.pid}))
    return hold


def _start(folder: Path, stdin: int, credentials: Path | None = None) -> Rasa:
    port, token = free_port(), secrets.token_urlsafe(24)
    python, model = PROJECT / ".venv" / "bin" / "python", PROJECT / "models" / "holdfast.tar.gz"
    for path in (python, model):
        assert path.exists(), f"{path} is missing: `make test` makes it"
    channels = ["--credentials", credentials] if credentials else []
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [python, "serve.py", "--child", "--host", "127.0.0.1", "--port", str(port), "--model", model, *channels],
            cwd=PROJECT,
            env=os.environ | {"HOLDFAST_RASA_TOKEN": token, "RASA_TELEMETRY_ENABLED": "false"},
            stdin=stdin,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for the tests; the pipe's end tells Rasa
        )
    return Rasa(f"http://127.0.0.1:{port}", token, process.pid)
