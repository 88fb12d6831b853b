"""Several processes of the service on one database and one Redis, as they stand behind a load balancer."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread
from uuid import uuid4

from pydantic import SecretStr

from assistant.bootstrap.people import Person, add_person
from assistant.settings.environment import Settings
from assistant.settings.tenant import load_tenant
from serving.demo import TENANT
from serving.service import Service

PASSWORD = "holdfast"


class Together:
    """`services` in the order in which they are started; a caller may come to any of them."""

    def __init__(self, folder: Path, count: int, *, database_url: str, redis_url: str, **settings: str) -> None:
        self._data_dir = folder / "people"
        self._database_url = database_url
        shared = {
            "HOLDFAST_DATABASE_URL": database_url,
            "HOLDFAST_REDIS_URL": redis_url,
            "HOLDFAST_SECRET_KEY": uuid4().hex,
            "HOLDFAST_TWILIO_ACCOUNT_SID": "AC" + "3" * 32,
            "HOLDFAST_TWILIO_API_URL": "http://127.0.0.1:9",
        }
        self.services = [Service(folder / f"service-{n}", "serve", **(shared | settings)) for n in range(count)]

    def employ(self, names: Sequence[str], role: str = "agent") -> None:
        """Puts in people who serve every queue; their password is `PASSWORD`."""

        async def employ() -> None:
            settings = Settings(database_url=SecretStr(self._database_url), data_dir=self._data_dir)
            for name in names:
                await add_person(settings, load_tenant(TENANT), Person(name, role), PASSWORD)

        thread = Thread(target=lambda: asyncio.run(employ()))  # a loop may be running here
        thread.start()
        thread.join()

    def assert_quiet_logs(self) -> None:
        for service in self.services:
            service.assert_quiet_log()


@contextmanager
def together(
    folder: Path, count: int, agents: Sequence[str], *, database_url: str, redis_url: str, **settings: str
) -> Iterator[Together]:
    """All of them ready, and these agents employed. Nothing may have surprised any of them by the end."""
    deployment = Together(folder, count, database_url=database_url, redis_url=redis_url, **settings)
    deployment.employ(agents)
    with ExitStack() as stack:
        for service in deployment.services:
            service.launch()
            stack.callback(service.stop)
        for service in deployment.services:
            service.wait_until_ready()
        yield deployment
    deployment.assert_quiet_logs()


@contextmanager
def paused(service: Service) -> Iterator[None]:
    """The process stands still meanwhile, as in a machine that is moved, and knows nothing of it."""
    os.kill(service.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(service.pid, signal.SIGCONT)
