"""What is told to the outside, webhooks and texts: at least once, in the order of each contact's events.

Each endpoint has a courier of its own, so that a slow one keeps nobody waiting but itself. Processes share the work by
leases in the database: what a process was sending when it died is sent by another once the lease has run out.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from assistant.flow.courier import Courier
from assistant.flow.delivery_payloads import DeliveryPayloads
from assistant.model.deliveries import GIVES_UP_AFTER, Answer, Backlog, Carrier, Delivery, WebhookSender
from assistant.model.errors import Unavailable
from assistant.model.ports import Bus, Clock
from assistant.model.storage import Store, UnitOfWork

UPKEEP_SECONDS = 5.0
KEPT = timedelta(days=7)
FORGOTTEN_AT_ONCE = 1000
WEBHOOK_REMOVED = "webhook_removed"
NOTHING_TO_TELL = "no_such_event"

log = logging.getLogger(__name__)


class WebhookCarrier:
    """Implements the port `Carrier` for one of the tenant's own endpoints."""

    def __init__(self, endpoint: str, store: Store, payloads: DeliveryPayloads, sender: WebhookSender) -> None:
        self._endpoint = endpoint
        self._store = store
        self._payloads = payloads
        self._sender = sender

    async def carry(self, delivery: Delivery) -> Answer:
        body = await self._store.read(lambda work: self._payloads.payload(work, delivery))
        if body is None:
            return Answer(None, NOTHING_TO_TELL, is_final=True)
        return await self._sender.send(self._endpoint, delivery.id, body)


class Couriers:
    """One for each of the `carriers`, by their endpoints' names. With none there is nothing to do."""

    def __init__(self, store: Store, bus: Bus, clock: Clock, carriers: Mapping[str, Carrier]) -> None:
        self._store = store
        self.couriers = [Courier(endpoint, store, clock, carrier) for endpoint, carrier in carriers.items()]
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
