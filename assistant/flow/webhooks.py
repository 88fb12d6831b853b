"""Outgoing webhooks: at least once, in the order of each contact's events.

Each endpoint has a courier of its own, so that a slow one keeps nobody waiting but itself. Processes share the work by
leases in the database: what a process was sending when it died is sent by another once the lease has run out.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from assistant.flow.courier import Courier
from assistant.flow.delivery_payloads import DeliveryPayloads
from assistant.model.deliveries import GIVES_UP_AFTER, Backlog, WebhookSender
from assistant.model.errors import Unavailable
from assistant.model.ports import Bus, Clock
from assistant.model.storage import Store, UnitOfWork

UPKEEP_SECONDS = 5.0
KEPT = timedelta(days=7)
FORGOTTEN_AT_ONCE = 1000
WEBHOOK_REMOVED = "webhook_removed"

log = logging.getLogger(__name__)


class Webhooks:
    """`endpoints`: the names of the tenant's webhooks. With none there is nothing to do, and nothing is done."""

    def __init__(
        self,
        store: Store,
        bus: Bus,
        clock: Clock,
        payloads: DeliveryPayloads,
        sender: WebhookSender,
        endpoints: Collection[str],
    ) -> None:
        self._store = store
        self.couriers = [Courier(endpoint, store, clock, payloads, sender) for endpoint in endpoints]
        self.backlog: Sequence[Backlog] = ()
        """As it was at the last look, a few seconds ago."""
        bus.subscribe("deliveries", self._wake)

    def _wake(self, _: dict[str, Any]) -> None:
        for courier in self.couriers:
            courier.wake()

    async def run(self) -> None:
        """Until cancelled; ends when every courier has finished what it was at."""
        if not self.couriers:
            await asyncio.Event().wait()
        async with asyncio.TaskGroup() as group:
            for courier in self.couriers:
                group.create_task(courier.run())
            group.create_task(self._keep_up())

    async def _keep_up(self) -> None:
        while True:
            try:
                await self.upkeep()
            except Unavailable as error:
                log.warning("deliveries are not looked after", extra={"code": error.code})
            await asyncio.sleep(UPKEEP_SECONDS)

    async def upkeep(self) -> None:
        """Counts what waits, forgets what was delivered a week ago, parks what is for nobody any more."""
        known = [courier.endpoint for courier in self.couriers]

        def tidy(work: UnitOfWork) -> None:
            work.deliveries.forget(work.now - KEPT, FORGOTTEN_AT_ONCE)
            work.deliveries.park_unknown(known, work.now - GIVES_UP_AFTER, WEBHOOK_REMOVED)

        self.backlog = await self._store.read(lambda work: work.deliveries.backlog())
        await self._store.transact(tidy)
