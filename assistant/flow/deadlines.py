"""Stored deadlines come due: each fires once, by whichever process takes its row."""

from __future__ import annotations

import asyncio
import heapq
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from assistant.model.errors import Refused, Unavailable
from assistant.model.ports import Bus, Clock
from assistant.model.storage import Deadline, Store, UnitOfWork

SWEEP_SECONDS = 1.0
AT_ONCE = 100

type Handler = Callable[[Deadline], Awaitable[None]]

log = logging.getLogger(__name__)


class DeadlineRunner:
    """Wakes when the next known deadline is due, and once a second for those that other processes have stored.

    Nothing comes due while `is_held` says so: after an outage it is first made up for.
    """

    def __init__(
        self,
        store: Store,
        bus: Bus,
        clock: Clock,
        handlers: Mapping[str, Handler],
        is_held: Callable[[], bool] = lambda: False,
    ) -> None:
        self._store = store
        self._clock = clock
        self._handlers = handlers
        self._is_held = is_held
        self._known: list[float] = []
        self._woken = asyncio.Event()
        bus.subscribe("deadlines", self._note)

    def _note(self, payload: dict[str, Any]) -> None:
        due_at = payload.get("due_at")
        if due_at is None:
            self._woken.set()
            return
        is_sooner = not self._known or due_at < self._known[0]
        heapq.heappush(self._known, due_at)
        if is_sooner:
            self._woken.set()

    async def run(self) -> None:
        while True:
            self._woken.clear()
            try:
                await self.fire_due()
            except Unavailable as error:
                log.warning("deadlines wait", extra={"code": error.code})
            try:
                async with asyncio.timeout(self._seconds_to_next()):
                    await self._woken.wait()
            except TimeoutError:
                pass

    def _seconds_to_next(self) -> float:
        now = self._clock.now().timestamp()
        while self._known and self._known[0] <= now:
            heapq.heappop(self._known)
        return min(SWEEP_SECONDS, self._known[0] - now + 0.001) if self._known else SWEEP_SECONDS

    async def fire_due(self) -> int:
        """Fires what is due now; gives how many. A handler takes the row inside its own transaction."""
        if self._is_held():
            return 0
        now = self._clock.now()
        due = await self._store.read(lambda work: work.deadlines.due(now, AT_ONCE))
        for deadline in due:
            handler = self._handlers.get(deadline.kind)
            if handler is None:
                log.error("a deadline of an unknown kind", extra={"kind": deadline.kind})
                await self._store.transact(partial(_drop, deadline))
                continue
            try:
                await handler(deadline)
            except (Refused, Unavailable) as error:
                log.warning("a deadline could not fire", extra={"kind": deadline.kind, "code": error.code})
        return len(due)


def _drop(deadline: Deadline, work: UnitOfWork) -> None:
    work.deadlines.take(deadline)
