"""Rasa as a child of the embedded run: started on a free loopback port, started again when it dies.

The child reads its standard input and ends at its close, so that a killed service leaves no orphan.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from pathlib import Path

RESTART_SECONDS = 1.0
STOP_SECONDS = 3.0
READY_POLL_SECONDS = 0.25

log = logging.getLogger(__name__)


class RasaMissing(Exception):
    """The Rasa environment or its model is not there; the message says how to get it."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class RasaProcess:
    def __init__(self, project: Path, token: str, log_path: Path) -> None:
        self.port = free_port()
        self._project = project
        self._token = token
        self._log_path = log_path
        self._child: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Starts the child without waiting until it is ready: the queue does not need it."""
        python = self._project / ".venv" / "bin" / "python"
        model = self._project / "models" / "holdfast.tar.gz"
        for path, remedy in ((python, "make setup"), (model, "make train")):
            if not path.exists():
                raise RasaMissing(f"{path.relative_to(self._project.parent)} is missing: run `{remedy}`")
        self._task = asyncio.create_task(self._keep_running(python, model), name="rasa")

    async def _keep_running(self, python: Path, model: Path) -> None:
        while True:
            code = await self._run_once(python, model)
            log.warning("rasa ended, starting it again", extra={"exit": code})
            await asyncio.sleep(RESTART_SECONDS)

    async def _run_once(self, python: Path, model: Path) -> int:
        environment = os.environ | {
            "HOLDFAST_RASA_TOKEN": self._token,
            "RASA_TELEMETRY_ENABLED": "false",
            "PYTHONUNBUFFERED": "1",
        }
        with self._log_path.open("ab") as output:
            self._child = await asyncio.create_subprocess_exec(
                str(python), "serve.py", "--child", "--port", str(self.port), "--model", str(model),
                cwd=self._project, env=environment, stdin=asyncio.subprocess.PIPE, stdout=output, stderr=output,
            )  # fmt: skip
            return await self._child.wait()

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        child = self._child
        if child is None or child.returncode is not None:
            return
        child.terminate()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await child.wait()
        except TimeoutError:
            child.kill()
            await child.wait()
