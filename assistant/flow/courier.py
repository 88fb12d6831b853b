"""Carries deliveries to one endpoint: leased, sent, and the outcome recorded; back-off for a day, then parked."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from time import monotonic

from assistant.model.deliveries import Answer, Carrier, Delivery, DeliveryState
from assistant.model.errors import HoldfastError, Unavailable
from assistant.model.ports import Clock
from assistant.model.storage import Store, UnitOfWork

AT_ONCE = 8
SWEEP_SECONDS = 1.0
LEASE_SECONDS = 30.0
LATEST_START_SECONDS = 10.0  # of a lease: what is sent by then has timed out before the lease has
FINISH_SECONDS = 5.0
FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 4 * 3600.0
FAILURES_TO_REST = 5
REST_SECONDS = 5.0

GONE = "http_410"

log = logging.getLogger(__name__)


def pause_after(attempts: int, chance: float) -> float:
    """Seconds to the next attempt: 5, 10, 20 … up to four hours, and up to a fifth more, so that retries spread."""
    doubled = FIRST_PAUSE_SECONDS * 2.0 ** min(attempts - 1, 30)
    return min(doubled, LONGEST_PAUSE_SECONDS) * (1 + chance / 5)


class Courier:
    """Of one contact one delivery at a time, of all together at most eight in each process.

    An endpoint that has failed five times in a row, or asks for it, is left alone for a while by this process.
    """

    def __init__(
        self,
        endpoint: str,
        store: Store,
        clock: Clock,
        carrier: Carrier,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.endpoint = endpoint
        self.attempts: Counter[str] = Counter()
        self._store = store
        self._clock = clock
        self._carrier = carrier
        self._chance = chance
        self._woken = asyncio.Event()
        self._sending: dict[asyncio.Task[None], Delivery] = {}
        self._failures = 0
        self._rests_until: datetime | None = None

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled; then what is on its way gets five seconds, and what was not sent is given back."""
        try:
            while True:
                self._woken.clear()
                try:
                    await self.begin_due()
                except Unavailable as error:
                    log.warning("deliveries wait", extra={"code": error.code})
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(SWEEP_SECONDS):
                        await self._woken.wait()
        finally:
            await self._finish()

    async def begin_due(self) -> int:
        """Leases what is due, as far as there is room, and begins to send it; how many."""
        room = AT_ONCE - len(self._sending)
        if room <= 0 or (self._rests_until is not None and self._clock.now() < self._rests_until):
            return 0
        lease = timedelta(seconds=LEASE_SECONDS)
        due = await self._store.transact(lambda work: work.deliveries.lease(self.endpoint, work.now + lease, room))
        begun = monotonic()
        for delivery in due:
            task = asyncio.create_task(self._carry(delivery, begun))
            self._sending[task] = delivery
            task.add_done_callback(self._sent)
        return len(due)

    async def settled(self) -> None:
        """Nothing is on its way any more."""
        while self._sending:
            await asyncio.wait(self._sending)

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._sending.pop(task, None)
        if task.cancelled():
            return
        error = task.exception()
        if isinstance(error, Unavailable):
            log.warning("a delivery could not be recorded", extra={"endpoint": self.endpoint, "code": error.code})
        elif error is not None:
            log.error("a delivery failed", extra={"endpoint": self.endpoint}, exc_info=error)
        self.wake()

    async def _carry(self, delivery: Delivery, begun: float) -> None:
        if monotonic() - begun > LATEST_START_SECONDS:
            return  # we stood still: the lease may be somebody else's by now
        answer = await self._carrier.carry(delivery)
        self.attempts[answer.code] += 1
        self._note(answer)
        await self._store.transact(lambda work: self._record(work, delivery, answer))

    def _note(self, answer: Answer) -> None:
        """Whether the endpoint is to be left alone for a while."""
        if answer.is_final:
            return  # it answers: this one thing it would not have
        self._failures = 0 if answer.is_success else self._failures + 1
        seconds = 0.0 if answer.is_success else answer.retry_after_seconds or 0.0
        if self._failures >= FAILURES_TO_REST:
            self._failures, seconds = 0, max(seconds, REST_SECONDS)
        if seconds:
            self._rests_until = self._clock.now() + timedelta(seconds=seconds)

    def _record(self, work: UnitOfWork, delivery: Delivery, answer: Answer) -> None:
        if answer.is_success:
            work.deliveries.end(delivery, DeliveryState.DELIVERED)
        elif answer.is_gone:
            work.deliveries.park_endpoint(self.endpoint, GONE)
        elif answer.is_final or work.now >= delivery.gives_up_at:
            work.deliveries.end(delivery, DeliveryState.PARKED, answer.code)
        else:
            pause = max(pause_after(delivery.attempts, self._chance()), answer.retry_after_seconds or 0.0)
            due_at = min(work.now + timedelta(seconds=pause), delivery.gives_up_at)
            work.deliveries.postpone(delivery, due_at, answer.code)

    async def _finish(self) -> None:
        if self._sending:
            await asyncio.wait(self._sending, timeout=FINISH_SECONDS)
        left = list(self._sending.items())
        for task, _ in left:
            task.cancel()
        if left:
            await asyncio.gather(*(task for task, _ in left), return_exceptions=True)
            with contextlib.suppress(HoldfastError):
                await self._store.transact(lambda work: _release(work, [each for _, each in left]))


def _release(work: UnitOfWork, deliveries: Sequence[Delivery]) -> None:
    for delivery in deliveries:
        work.deliveries.release(delivery)
