"""Stored deadlines come due: each fires once, by whichever process takes its row."""

from __future__ import annotations

import asyncio
import heapq
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

from assistant.model.errors import Refused, Unavailable
from assistant.model.ports import Bus, Clock
from assistant.model.storage import Deadline, Store, UnitOfWork

SWEEP_SECONDS = 1.0
AT_ONCE = 100
OF_ONE_KIND = 10
"""So many of a kind may be under way at the same time."""

type Handler = Callable[[Deadline], Awaitable[None]]

log = logging.getLogger(__name__)


class DeadlineRunner:
    """Wakes when the next known deadline is due, and once a second for those that other processes have stored.

    Many are fired at the same time: one that waits for somebody who does not answer, as a telephone company in trouble,
    holds up no other. Nothing comes due while `is_held` says so: after an outage it is first made up for.
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
        self._under_way: dict[asyncio.Task[bool], tuple[str, str]] = {}
        self._is_behind = False
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
        """Until cancelled; what is under way is cancelled with it, and left to whoever comes after us."""
        try:
            while True:
                self._woken.clear()
                try:
                    await self.begin_due()
                except Unavailable as error:
                    log.warning("deadlines wait", extra={"code": error.code})
                try:
                    async with asyncio.timeout(self._seconds_to_next()):
                        await self._woken.wait()
                except TimeoutError:
                    pass
        finally:
            left = list(self._under_way)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    def _seconds_to_next(self) -> float:
        now = self._clock.now().timestamp()
        while self._known and self._known[0] <= now:
            heapq.heappop(self._known)
        return min(SWEEP_SECONDS, self._known[0] - now + 0.001) if self._known else SWEEP_SECONDS

    async def fire_due(self) -> int:
        """Fires what is due now, one after another, for who moves the clock by hand; gives how many.

        A handler takes the row in its own transaction.
        """
        due = await self._due()
        for deadline in due:
            await self._fire(deadline)
        return len(due)

    async def begin_due(self) -> None:
        """Begins to fire what is due now and not under way."""
        before, full = set(self._under_way.values()), self._full_kinds()
        due = await self._due(but=full)
        seen = before | set(self._under_way.values())  # what was fired while we read may stand in it still
        of_kind = self._kinds_under_way()
        self._is_behind = bool(full) or len(due) >= AT_ONCE
        for deadline in due:
            if (deadline.kind, deadline.subject) in seen:
                continue
            if of_kind[deadline.kind] >= OF_ONE_KIND:
                self._is_behind = True
                continue
            of_kind[deadline.kind] += 1
            task = asyncio.create_task(self._fire(deadline))
            self._under_way[task] = deadline.kind, deadline.subject
            task.add_done_callback(self._fired)

    def _kinds_under_way(self) -> Counter[str]:
        return Counter(kind for kind, _ in self._under_way.values())

    def _full_kinds(self) -> list[str]:
        return [kind for kind, count in self._kinds_under_way().items() if count >= OF_ONE_KIND]

    async def _due(self, but: Collection[str] = ()) -> Sequence[Deadline]:
        if self._is_held():
            return []
        now, limit = self._clock.now(), AT_ONCE + len(self._under_way)
        return await self._store.read(lambda work: work.deadlines.due(now, limit, but))

    def _fired(self, task: asyncio.Task[bool]) -> None:
        self._under_way.pop(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            log.error("a deadline failed", exc_info=error)
        elif task.result() and self._is_behind:
            self._woken.set()

    async def _fire(self, deadline: Deadline) -> bool:
        """Whether it could be fired; one that could not stays, and is tried again with the next sweep."""
        handler = self._handlers.get(deadline.kind)
        if handler is None:
            log.error("a deadline of an unknown kind", extra={"kind": deadline.kind})
            await self._store.transact(partial(_drop, deadline))
            return True
        try:
            await handler(deadline)
        except (Refused, Unavailable) as error:
            log.warning("a deadline could not fire", extra={"kind": deadline.kind, "code": error.code})
            return False
        return True


def _drop(deadline: Deadline, work: UnitOfWork) -> None:
    work.deadlines.take(deadline)
