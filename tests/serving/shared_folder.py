"""One folder for all workers of a run: who starts a server there leaves its address, and it ends with the run.

A process of its own waits for the run's end, however that comes, and ends the servers: `python -m` this module.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from serving.processes import is_running

TESTS = Path(__file__).resolve().parents[1]
SHARED = "HOLDFAST_TEST_SHARED"
END_SECONDS = 30.0


def shared_folder() -> Path:
    return Path(os.environ[SHARED])


@contextmanager
def alone() -> Iterator[None]:
    """No other worker of the run is in here meanwhile."""
    with (shared_folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ends_with_the_run(pid: int, by: signal.Signals) -> None:
    """This process is sent this signal when the run is over."""
    servers = shared_folder() / "servers"
    servers.mkdir(exist_ok=True)
    (servers / str(pid)).write_text(str(int(by)))


def begin() -> subprocess.Popen[bytes]:
    """Makes the folder, for this process and its children; gives what `end` needs."""
    folder = tempfile.mkdtemp(prefix="holdfast-tests-")
    os.environ[SHARED] = folder
    Path(folder).chmod(0o711)
    command = [sys.executable, "-m", __name__, folder]
    return subprocess.Popen(command, cwd=TESTS, stdin=subprocess.PIPE, start_new_session=True)


def end(waiting: subprocess.Popen[bytes]) -> None:
    assert waiting.stdin is not None
    waiting.stdin.close()
    waiting.wait()
    del os.environ[SHARED]


def _wait_and_end(folder: Path) -> None:
    sys.stdin.read()  # until the pipe's other end is gone
    servers = [(int(file.name), int(file.read_text())) for file in folder.glob("servers/*")]
    for pid, number in servers:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
    ends_at = time.monotonic() + END_SECONDS
    while any(is_running(pid) for pid, _ in servers) and time.monotonic() < ends_at:
        time.sleep(0.01)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _wait_and_end(Path(sys.argv[1]))
