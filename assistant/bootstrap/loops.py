"""What the service does by itself, each part in a loop of its own: none waits for another."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

from assistant.bootstrap.flow import Flow
from assistant.flow.couriers import Couriers
from assistant.flow.erasing import LOOK_SECONDS
from assistant.model.errors import HoldfastError
from telephony.reconcile import Reconciler

SWEEP_SECONDS = 1.0

log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def at_work(flow: Flow, reconciler: Reconciler, couriers: Couriers) -> AsyncIterator[None]:
    """Runs what the service does by itself until the end."""
    sweeps = (
        flow.chat.lines.sweep,
        flow.chat.dialogue.answer_unanswered,
        flow.closing.sweep,
        flow.silence.sweep,
        flow.text_presence.sweep,
    )
    works: list[Callable[[], Coroutine[Any, Any, None]]] = [
        flow.router.run,
        flow.deadlines.run,
        flow.recovery.run,
        flow.recounting.run,
        flow.summing_up.run,
        flow.changing.run,
        reconciler.run,
        couriers.run,
        *(_every(SWEEP_SECONDS, sweep) for sweep in sweeps),
        _every(LOOK_SECONDS, flow.erasing.sweep),
    ]
    tasks = [asyncio.create_task(_kept_alive(work), name=work.__qualname__) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _every(seconds: float, sweep: Callable[[], Awaitable[object]]) -> Callable[[], Coroutine[Any, Any, None]]:
    """A loop of it, by itself: one that waits for a dialogue engine or a bank in trouble holds up no other."""

    async def loop() -> None:
        while True:
            with contextlib.suppress(HoldfastError):
                await sweep()
            await asyncio.sleep(seconds)

    loop.__qualname__ = sweep.__qualname__
    return loop


async def _kept_alive(work: Callable[[], Awaitable[None]]) -> None:
    """A loop that the service stands on must not end by one surprise; the surprise is told."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("a loop failed and begins again")
            await asyncio.sleep(1)
