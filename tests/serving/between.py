"""Between the service and Rasa: passes turns on and keeps what passed, or hangs, answers rubbish, or is not there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Event, Thread

import aiohttp
from aiohttp import web

from serving.rasa import Rasa

RUBBISH = "<html><body>502 Bad Gateway</body></html>"


class Mood(StrEnum):
    WELL = "well"
    HUNG = "hung"
    RUBBISH = "rubbish"
    GONE = "gone"


@dataclass
class BetweenRasa:
    """On a thread of its own, so that a test may wait for the service without standing in its way.

    `passed`: all that was asked and answered, in order. `asked` counts turns, whatever became of them.
    """

    rasa: Rasa
    url: str = ""
    mood: Mood = Mood.WELL
    passed: list[str] = field(default_factory=list)
    asked: int = 0

    @property
    def settings(self) -> dict[str, str]:
        return {"HOLDFAST_RASA_URL": self.url, "HOLDFAST_RASA_TOKEN": self.rasa.token}

    async def serve(self, request: web.Request) -> web.Response:
        body = await request.text()
        if request.path.endswith("/turn"):
            self.asked += 1
        match self.mood:
            case Mood.HUNG:
                await asyncio.sleep(3600)
            case Mood.RUBBISH:
                return web.Response(text=RUBBISH, content_type="text/html")
            case Mood.GONE:
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
        headers = {"Authorization": f"Bearer {self.rasa.token}", "Content-Type": "application/json"}
        address = f"{self.rasa.url}{request.path_qs}"
        try:
            async with (
                aiohttp.ClientSession() as http,
                http.request(request.method, address, data=body.encode(), headers=headers) as answer,
            ):
                text = await answer.text()
                self.passed += [body, text]
                return web.Response(text=text, status=answer.status, content_type=answer.content_type)
        except aiohttp.ClientError:
            return web.Response(status=502)

    async def run(self, is_up: Event, stop: asyncio.Event) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.serve)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        is_up.set()
        await stop.wait()
        await runner.cleanup()


@contextmanager
def between(rasa: Rasa) -> Iterator[BetweenRasa]:
    standing, is_up = BetweenRasa(rasa), Event()
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    thread = Thread(target=lambda: loop.run_until_complete(standing.run(is_up, stop)), daemon=True)
    thread.start()
    is_up.wait()
    try:
        yield standing
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
