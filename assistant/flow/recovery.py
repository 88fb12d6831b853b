"""After the service was away: what was cut is taken up again, and the time away counts against nobody."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from assistant.flow import moves, warm
from assistant.flow.legs import Legs
from assistant.flow.offers import Offers
from assistant.flow.presence import AgentPresence
from assistant.model.contact import State
from assistant.model.errors import Unavailable
from assistant.model.offer import OfferKind
from assistant.model.ports import Clock
from assistant.model.storage import Store, UnitOfWork

PULSE_SECONDS = 1.0
SILENT_SECONDS = 5.0
OUTAGE_SECONDS = 3.0
POSTPONED = (
    moves.GRACE,
    moves.WRAP_UP,
    moves.RECLAIM,
    moves.CONSOLE,
    moves.DIRECT,
    moves.OVERFLOW,
    moves.AGENT_SILENT,
    moves.CALLER_IDLE,
)

log = logging.getLogger(__name__)


class Recovery:
    """Every process leaves a pulse. A silent process is dead: its legs and consoles are lost, with the full grace."""

    def __init__(
        self, store: Store, clock: Clock, legs: Legs, offers: Offers, presence: AgentPresence, process_id: str
    ) -> None:
        self._store = store
        self._clock = clock
        self._legs = legs
        self._offers = offers
        self._presence = presence
        self._process_id = process_id

    async def begin(self, *, alone: bool) -> float:
        """Takes up what the last run left. `alone`: no other process can be alive. Gives the seconds away."""

        def begin(work: UnitOfWork) -> float:
            last = work.processes.latest_pulse()
            away = (work.now - last).total_seconds() if last else 0.0
            is_outage = last is not None and (alone or away > OUTAGE_SECONDS)
            if is_outage:
                work.deadlines.postpone_all(POSTPONED, max(away, 0.0))
                self._take_offers_back(work)
            self._bury(work, silent_seconds=0.0 if alone else SILENT_SECONDS)
            work.processes.pulse(self._process_id)
            return away if is_outage else 0.0

        return await self._store.transact(begin)

    def _take_offers_back(self, work: UnitOfWork) -> None:
        """Offers nobody could answer are rescinded, to be made anew; no agent is marked for it."""
        offered = [contact for agent in work.agents.all() for contact in work.contacts.with_agent(agent.id)]
        for seen in sorted(offered, key=lambda contact: (contact.queue, contact.id)):
            contact = work.contacts.lock(seen.id)
            if contact is not None and contact.state is State.OFFERED:
                self._offers.rescind(work, contact, "service_away")
        for offer in work.offers.pending():
            if offer.kind is OfferKind.WARM:
                warm.take_back_one(work, offer.id, "service_away")

    def _bury(self, work: UnitOfWork, silent_seconds: float) -> None:
        before = work.now - timedelta(seconds=silent_seconds)
        for process_id, _ in work.processes.silent_since(before):
            if process_id == self._process_id:
                continue
            for leg in work.legs.of_process(process_id):
                self._legs.lose(work, leg, hung_up=False)
            for agent_id in set(work.processes.remove(process_id)):
                if not work.agents.has_console(agent_id):
                    self._presence.lose_console(work, agent_id)

    async def run(self) -> None:
        """Pulses, and buries processes that have fallen silent."""

        def pulse(work: UnitOfWork) -> None:
            work.processes.pulse(self._process_id)
            self._bury(work, SILENT_SECONDS)

        while True:
            try:
                await self._store.transact(pulse)
            except Unavailable as error:
                log.warning("no pulse", extra={"code": error.code})
            await asyncio.sleep(PULSE_SECONDS)

    async def end(self) -> None:
        """An orderly stop: what this process held is given up at once, with the full grace."""

        def end(work: UnitOfWork) -> None:
            for leg in work.legs.of_process(self._process_id):
                self._legs.lose(work, leg, hung_up=False)
            for agent_id in set(work.processes.remove(self._process_id)):
                if not work.agents.has_console(agent_id):
                    self._presence.lose_console(work, agent_id)
            # the pulse stays as the mark from which the time away is counted
            work.processes.pulse(self._process_id)

        await self._store.transact(end)
