"""Routing: a waiting contact and an eligible agent are brought together, always within a second.

Agents are served longest idle first; each gets the smallest eligible `(order_at, id)` over all queues that the agent
serves. One offer is one short transaction, so that any number of processes can route at once.
"""

from __future__ import annotations

import asyncio
import logging
import random
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from assistant.flow import callback_moves
from assistant.flow.closing import CLOSED
from assistant.flow.offers import Offers
from assistant.flow.takers import Takers
from assistant.model.agent import USUAL_PROFICIENCY, Agent, open_channels
from assistant.model.contact import Channel, QueueId, Reach
from assistant.model.errors import Unavailable
from assistant.model.offer import Choice, Offer
from assistant.model.place import Head
from assistant.model.ports import Bus
from assistant.model.storage import IN_HAND, InHand, Store, UnitOfWork
from assistant.settings.tenant import Tenant

SWEEP_SECONDS = 1.0
LOOKS = 3
GLANCES = 3
GLANCE_SECONDS = 0.02

log = logging.getLogger(__name__)


class Router:
    def __init__(self, store: Store, bus: Bus, tenant: Tenant, offers: Offers, takers: Takers | None = None) -> None:
        self._store = store
        self._takers = takers or Takers()
        self._tenant = tenant
        self._offers = offers
        self._woken = asyncio.Event()
        self._dice = random.Random()  # noqa: S311 - so that routers do not look again in step
        bus.subscribe("routing", self._on_notice)

    def _on_notice(self, payload: dict[str, Any]) -> None:
        """An arrival that nobody who is free could take changes nothing."""
        if "arrived_in" not in payload or self._takers.may_serve(payload["arrived_in"]):
            self._woken.set()

    async def run(self) -> None:
        """Assigns whenever something has changed, and once a second in case that a notice was lost."""
        while True:
            self._woken.clear()
            try:
                while await self.assign() is not None:
                    pass
            except Unavailable as error:
                log.warning("routing waits", extra={"code": error.code})
            try:
                async with asyncio.timeout(SWEEP_SECONDS):
                    await self._woken.wait()
            except TimeoutError:
                pass

    async def assign(self) -> Offer | None:
        """Makes one offer; None where no waiting contact has an eligible agent.

        A contact that somebody else is at just now, as another router, is not queued for: that would keep it longer
        from whoever comes next. All is looked at anew a moment later.
        """
        for tries in count(1):
            notices = self._takers.notices
            takers = await self._store.read(lambda work: work.agents.takers())
            self._takers.seen(takers, notices)
            if not takers:
                return None
            made = await self._store.transact(partial(self._assign, waits=tries > GLANCES))
            if made != IN_HAND:
                return made
            await asyncio.sleep(self._dice.uniform(0.5, 1.5) * GLANCE_SECONDS * 2 ** min(tries, GLANCES))
        raise AssertionError("it never gives up")

    def _assign(self, work: UnitOfWork, *, waits: bool) -> Offer | InHand | None:
        """Brings the oldest eligible place to the agent who has been idle longest, or who is best at that queue."""
        since = work.now - timedelta(seconds=self._tenant.timing.declined_seconds)
        for head, agent, channels in self._in_turn(work, since):
            offer = self._offer(work, agent, channels, since, head, waits=waits)
            if offer is not None:
                return offer
        return None

    def _offer(
        self,
        work: UnitOfWork,
        agent: Agent,
        channels: list[Channel],
        since: datetime,
        seen: Head | None,
        *,
        waits: bool,
    ) -> Offer | InHand | None:
        for _ in range(LOOKS):
            contact = work.contacts.next_eligible(agent, channels, since, seen, waits=waits)
            seen = None  # whatever comes of it, the next look is a new one
            if contact is None or contact == IN_HAND:
                return contact
            part = self._tenant.queues.get(contact.queue)
            if contact.reach is Reach.CALLBACK and part is not None and not part.hours.is_open(work.now):
                # it came due in closed time: nobody is called outside the hours
                callback_moves.call_at(work, contact, part.hours.next_opening(work.now), CLOSED)
                continue
            passed_over = work.contacts.passed_over(agent, channels, since, contact)
            if all(passed.why for passed in passed_over):
                return self._offers.make(work, contact, agent.id, Choice.of(agent, channels, passed_over, since))
            # an older place came back between the two looks: look again
        return None

    def _in_turn(self, work: UnitOfWork, since: datetime) -> list[tuple[Head, Agent, list[Channel]]]:
        """The agents who can take somebody now and whom, in the order in which they are to be asked."""
        singled_out = work.contacts.singled_out(since)
        heads: dict[tuple[object, ...], Head | None] = {}
        found: list[tuple[Head, int, Agent, list[Channel]]] = []
        takers = work.agents.takers()  # longest idle first, which a stable sort keeps
        slots = work.agents.slots_of_all([agent.id for agent in takers])
        for agent in takers:
            channels = sorted(open_channels(agent, slots[agent.id]))
            alike = (agent.queues, agent.languages, tuple(channels), agent.id if agent.id in singled_out else None)
            if alike not in heads:
                heads[alike] = work.contacts.head(agent, channels, since) if channels else None
            head = heads[alike]
            if head is not None:
                found.append((head, -self._proficiency(agent, head.queue), agent, channels))
        found.sort(key=lambda each: each[:2])
        return [(head, agent, channels) for head, _, agent, channels in found]

    def _proficiency(self, agent: Agent, queue: QueueId) -> int:
        """0 for everybody where the tenant does not ask for it."""
        part = self._tenant.queues.get(queue)
        return agent.proficiency.get(queue, USUAL_PROFICIENCY) if part and part.prefers_proficiency else 0
