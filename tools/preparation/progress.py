"""Says what is going on: one prefixed line per event, and a sign of life from anything long."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Mapping, Sequence

from preparation.project import LOGS, ROOT

SIGN_OF_LIFE_SECONDS = 10
LINES_SHOWN_OF_A_FAILURE = 25
CERTIFICATES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
NOT_FOR_CHILDREN = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")

_printing = threading.Lock()
_running: set[subprocess.Popen[str]] = set()
_stopping = threading.Event()


class CannotPrepare(Exception):
    """Something cannot be had. The text says what it is, and how to get it."""


class Stopped(Exception):
    """Another step failed, so this one was ended early."""


def say(step: str, text: str) -> None:
    with _printing:
        print(f"[{step}] {text}", file=sys.stderr, flush=True)


def _trust() -> dict[str, str]:
    """uv and Node bring certificates of their own; the machine's know its network's proxy besides."""
    bundle = next((path for path in CERTIFICATES if Path(path).exists()), None)
    return {"SSL_CERT_FILE": bundle, "NODE_EXTRA_CA_CERTS": bundle} if bundle else {}


def answer(*command: str) -> str | None:
    """What a quick question to a program prints; None when it fails, hangs or is not there."""
    try:
        said = subprocess.run(
            command,
            check=True,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=30,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return said.stdout.strip()


class Progress:
    """The voice of one step, and the runner of its commands. Opening one begins the step's log anew."""

    def __init__(self, step: str) -> None:
        self.step = step
        self.log = LOGS / f"{step}.log"
        self.started = time.monotonic()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.write_text("")

    def say(self, text: str) -> None:
        say(self.step, text)

    def seconds(self) -> str:
        return f"{time.monotonic() - self.started:.0f} s"

    def run(
        self,
        command: Sequence[str | Path],
        *,
        advice: str,
        cwd: Path = ROOT,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Runs `command` to its end; its output goes to the step's log.

        Raises CannotPrepare with the end of the output and `advice` when it fails.
        """
        if _stopping.is_set():
            raise Stopped
        words = [str(word) for word in command]
        with self.log.open("a") as log:
            log.write(f"$ {' '.join(words)}\n")
            try:
                code = self._follow(words, cwd, env or {}, log)
            except FileNotFoundError:
                raise CannotPrepare(f"{words[0]} is not there. {advice}") from None
        if _stopping.is_set():
            raise Stopped
        if code != 0:
            tail = COLOURS.sub("", self.log.read_text()).splitlines()[-LINES_SHOWN_OF_A_FAILURE:]
            said = f"this failed, the end of {self.log} is:"
            raise CannotPrepare("\n".join([said, *("    " + line for line in tail), advice]))

    def _follow(self, words: list[str], cwd: Path, env: Mapping[str, str], log: IO[str]) -> int:
        own = {name: value for name, value in os.environ.items() if name not in NOT_FOR_CHILDREN}
        surroundings = {**_trust(), **own, **env}
        process = subprocess.Popen(
            words,
            cwd=cwd,
            env=surroundings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        _running.add(process)
        over = threading.Event()
        threading.Thread(target=self._show_life, args=(over,), daemon=True).start()
        try:
            assert process.stdout is not None
            for line in process.stdout:
                log.write(line)
                log.flush()
            return process.wait()
        finally:
            over.set()
            _running.discard(process)

    def _show_life(self, over: threading.Event) -> None:
        while not over.wait(SIGN_OF_LIFE_SECONDS):
            self.say(f"… {self.seconds()}")


def stop_everything() -> None:
    """Ends the commands that are running: there is no point in finishing when another step has failed."""
    _stopping.set()
    for process in list(_running):
        process.terminate()
