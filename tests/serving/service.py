"""The service as its own process, as an operator starts it: settings by environment, data in a folder of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from serving.patience import wait_until
from serving.ports import free_port
from serving.processes import end_with_parent

ROOT = Path(__file__).resolve().parents[2]
TWILIO_TOKEN = "the-token-that-these-tests-sign-with"
SURPRISES = re.compile(r"Traceback|: (?:11750|12100|12200|12300) ")
START_SECONDS = 60.0
STOP_SECONDS = 15.0


class Service:
    """One `holdfast run`, or another command. Leads a process group of its own: a kill takes its children along."""

    def __init__(self, folder: Path, command: str = "run", **settings: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.command = command
        self.data_dir = folder / "data"
        self.port = free_port()
        self.settings = {
            "HOLDFAST_PORT": str(self.port),
            "HOLDFAST_DATA_DIR": str(self.data_dir),
            "HOLDFAST_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "HOLDFAST_RATE_LIMITS": "off",
            "HOLDFAST_TWILIO_AUTH_TOKEN": TWILIO_TOKEN,
        } | settings
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is reached, which is also its public address."""
        return self.settings["HOLDFAST_PUBLIC_URL"]

    @property
    def log(self) -> str:
        """Everything that all its runs have printed."""
        return (self.folder / "log").read_text(errors="replace") if (self.folder / "log").exists() else ""

    @property
    def has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    @property
    def surprise(self) -> str:
        """The first traceback or refused document in its log, with what was told before it."""
        log = self.log
        found = SURPRISES.search(log)
        return log[max(0, found.start() - 500) : found.start() + 4000] if found else ""

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> Self:
        """Starts it and waits until it answers."""
        self.launch()
        wait_until(f"the service answers on {self.url}", self.is_alive, START_SECONDS)
        return self

    def launch(self) -> None:
        """Starts it and waits for nothing."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "assistant", self.command],
                cwd=self.folder,  # no .env of whoever runs the tests is read
                env=inherited | self.settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                # one system call and nothing that could wait for a lock
                preexec_fn=end_with_parent,  # noqa: PLW1509
            )

    def is_alive(self) -> bool:
        """Whether it answers; fails with its log where it has ended instead."""
        if self.has_ended:
            raise AssertionError(f"the service has ended:\n{self.log[-4000:]}")
        status, _ = self.get("/healthz")
        return status == 200

    def wait_until_ready(self) -> None:
        wait_until("every part of the service is ready", lambda: self.get("/readyz")[0] == 200, START_SECONDS)

    def get(self, path: str) -> tuple[int, Any]:
        """Status and JSON of a GET; status 0 where nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())
        except OSError:
            return 0, None

    def kill(self) -> None:
        """`kill -9` of the whole group; gone when this returns."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def kill_alone(self) -> None:
        """`kill -9` of the service without its children."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """As Ctrl-C; must end in order and in time."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the service does not stop:\n{self.log[-4000:]}") from None
        assert code == 0, f"the service stopped with {code}:\n{self.log[-4000:]}"

    def assert_quiet_log(self) -> None:
        """Nothing has surprised the service, and the telephone company refused no document of its."""
        assert not self.surprise, f"a surprise in the service's log:\n{self.surprise}"


def run_to_its_end(folder: Path, *command: str, said: str = "", **settings: str) -> tuple[int, str]:
    """Runs `holdfast run`, or this command, where it is expected to end by itself.

    Its exit code and what it told on standard error; `said` is what it reads.
    """
    service = Service(folder, **settings)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
    done = subprocess.run(
        [sys.executable, "-m", "assistant", *(command or ("run",))],
        cwd=folder,
        env=inherited | service.settings,
        input=said,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    return done.returncode, done.stderr
