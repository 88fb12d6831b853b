"""After the service was away: what was cut is taken up again, and the time away counts against nobody.

Every process leaves a pulse, in the database's time: whose own clock is wrong neither takes the living for dead nor
is taken for dead itself.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import batched

from assistant.flow import due, warm
from assistant.flow.legs import Legs
from assistant.flow.offers import SERVICE_AWAY, Offers
from assistant.flow.presence import AgentPresence
from assistant.model.contact import AgentId, State
from assistant.model.errors import Unavailable
from assistant.model.ports import Clock
from assistant.model.storage import Leg, Store, UnitOfWork

PULSE_SECONDS = 1.0
SILENT_SECONDS = 5.0
OUTAGE_SECONDS = 3.0
SKEW_SECONDS = 1.0
AT_ONCE = 20
POSTPONED = (
    due.GRACE,
    due.WRAP_UP,
    due.RECLAIM,
    due.CONSOLE,
    due.DIRECT,
    due.OVERFLOW,
    due.AGENT_SILENT,
    due.CALLER_IDLE,
    due.TEXT_AWAY,
    due.TEXT_ASKED,
    due.TEXT_KEPT,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pulse:
    """One beat: when, how long nobody's had come before it (0 where that was no outage), and who is silent."""

    at: datetime
    away_seconds: float
    was_known: bool
    silent: tuple[str, ...]
    skew_seconds: float


class Recovery:
    """A silent process is dead: its legs and consoles are lost, with the full grace."""

    def __init__(
        self, store: Store, clock: Clock, legs: Legs, offers: Offers, presence: AgentPresence, process_id: str
    ) -> None:
        self._store = store
        self._clock = clock
        self._legs = legs
        self._offers = offers
        self._presence = presence
        self._process_id = process_id
        self._start_anew: Callable[[], Awaitable[None]] | None = None
        self._beat_at: datetime | None = None  # by this clock; the others in the database's time
        self._pulsed_at: datetime | None = None
        self._steady_since: datetime | None = None
        self.skew_seconds = 0.0
        """How far this process's clock is ahead of the database's; negative where it is behind."""

    @property
    def is_skewed(self) -> bool:
        return abs(self.skew_seconds) > SKEW_SECONDS

    def is_late(self) -> bool:
        """The last pulse is so long ago that nothing may come due before the next one: it may find an outage."""
        return self._beat_at is not None and (self._clock.now() - self._beat_at).total_seconds() > OUTAGE_SECONDS

    def when_buried(self, start_anew: Callable[[], Awaitable[None]]) -> None:
        """What is done when the others have taken this process for dead: all that it holds must come back."""
        self._start_anew = start_anew

    async def begin(self, *, alone: bool) -> float:
        """Takes up what the last run left. `alone`: no other process can be alive. Gives the seconds away."""
        silent_seconds = 0.0 if alone else SILENT_SECONDS
        pulse = await self._pulse_now(outage_seconds=0.0 if alone else OUTAGE_SECONDS, silent_seconds=silent_seconds)
        await self.bury(pulse.silent, silent_seconds)
        return pulse.away_seconds

    async def run(self) -> None:
        """Pulses, and buries processes that have fallen silent."""
        async with asyncio.TaskGroup() as tasks:
            burial: asyncio.Task[None] | None = None
            while True:
                silent = await self.beat()
                if silent and (burial is None or burial.done()):
                    burial = tasks.create_task(self.bury(silent))
                await asyncio.sleep(PULSE_SECONDS)

    async def beat(self) -> Sequence[str]:
        """One pulse; makes up for an outage where there was one. Gives the processes that are to be buried."""
        try:
            pulse = await self._pulse_now(outage_seconds=SILENT_SECONDS, silent_seconds=SILENT_SECONDS)
        except Unavailable as error:
            log.warning("no pulse", extra={"code": error.code})
            return ()
        if pulse.away_seconds:
            log.warning("nobody could do anything", extra={"away_seconds": round(pulse.away_seconds, 1)})
        if not pulse.was_known and self._start_anew is not None:
            log.warning("the others took this process for dead: all that it holds starts anew")
            await self._start_anew()
        # who was away cannot say that others are
        is_steady = self._steady_since is not None and self._steady_since < pulse.at - timedelta(seconds=SILENT_SECONDS)
        return pulse.silent if is_steady else ()

    async def _pulse_now(self, *, outage_seconds: float, silent_seconds: float) -> Pulse:
        pulse = await self._store.transact(lambda work: self._pulse(work, outage_seconds, silent_seconds))
        if self._pulsed_at is None or (pulse.at - self._pulsed_at).total_seconds() > OUTAGE_SECONDS:
            self._steady_since = pulse.at
        self._pulsed_at = pulse.at
        self._beat_at = self._clock.now()
        self._note_skew(pulse.skew_seconds)
        return pulse

    def _pulse(self, work: UnitOfWork, outage_seconds: float, silent_seconds: float) -> Pulse:
        skew_seconds, at = self._compare_clocks(work)
        away_seconds = self._away(work, at, outage_seconds)
        if away_seconds:
            for queue in sorted(work.lines.revisions()):
                work.lines.lock(queue)  # of processes that return together one makes up for the time away
            at = work.processes.now()
            away_seconds = self._away(work, at, outage_seconds)
        if away_seconds:
            self._take_offers_back(work)
            work.deadlines.postpone_all(POSTPONED, away_seconds)  # contacts are locked before deadlines
        silent = work.processes.silent_since(at - timedelta(seconds=silent_seconds))
        was_known = work.processes.pulse(self._process_id, at)
        others = tuple(process_id for process_id in silent if process_id != self._process_id)
        return Pulse(at, away_seconds, was_known, others, skew_seconds)

    def _compare_clocks(self, work: UnitOfWork) -> tuple[float, datetime]:
        """How far this clock is at least ahead of the database's (or behind it, negative), and what that one shows."""
        before = self._clock.now()
        at = work.processes.now()
        after = self._clock.now()
        return max((before - at).total_seconds(), 0.0) + min((after - at).total_seconds(), 0.0), at

    @staticmethod
    def _away(work: UnitOfWork, at: datetime, outage_seconds: float) -> float:
        last = work.processes.latest_pulse()
        seconds = (at - last).total_seconds() if last else 0.0
        return seconds if seconds > outage_seconds else 0.0

    def _take_offers_back(self, work: UnitOfWork) -> None:
        """Offers nobody could answer are rescinded, to be made anew; no agent is marked for it."""
        offered = [contact for agent in work.agents.all() for contact in work.contacts.with_agent(agent.id)]
        for seen in sorted(offered, key=lambda contact: (contact.queue, contact.id)):
            contact = work.contacts.lock(seen.id)
            if contact is not None and contact.state is State.OFFERED:
                self._offers.rescind(work, contact, SERVICE_AWAY)
        for offer in work.offers.pending():
            if offer.kind.is_of_colleague:
                warm.take_back_one(work, offer.id, SERVICE_AWAY)

    def _note_skew(self, seconds: float) -> None:
        was_skewed = self.is_skewed
        self.skew_seconds = seconds
        if self.is_skewed and not was_skewed:
            log.warning("this clock and the database's differ", extra={"skew_seconds": round(seconds, 1)})
        elif was_skewed and not self.is_skewed:
            log.info("this clock and the database's agree again")

    async def bury(self, process_ids: Sequence[str], silent_seconds: float = SILENT_SECONDS) -> None:
        """What these processes held is lost, with the full grace, and they are forgotten.

        Each is buried by one of the living; by another one where that one dies over it.
        """
        for process_id in process_ids:
            try:
                await self._give_up(process_id, silent_seconds)
                await self._store.transact(partial(_remove, process_id=process_id))
            except Unavailable as error:
                log.warning("a burial waits", extra={"code": error.code})
                return

    async def _give_up(self, process_id: str, silent_seconds: float) -> None:
        """In small transactions: a process may hold ten thousand callers, and nobody waits for more than a few."""
        taken = await self._store.transact(partial(self._take_for_dead, id=process_id, silent_seconds=silent_seconds))
        if taken is None:
            return
        agents, legs = taken
        for some in batched(legs, AT_ONCE):
            await self._store.transact(partial(self._lose_legs, id=process_id, legs=some))
        extra = {"process_id": process_id, "agents": len(agents), "legs": len(legs)}
        log.info("what a process held is given up", extra=extra)

    def _take_for_dead(
        self, work: UnitOfWork, id: str, silent_seconds: float
    ) -> tuple[Sequence[AgentId], Sequence[Leg]] | None:
        at = work.processes.now()
        agents = work.processes.take_for_dead(id, at - timedelta(seconds=silent_seconds), at)
        if agents is None:
            return None
        lost = [agent_id for agent_id in agents if not work.agents.has_console(agent_id)]
        for agent_id in lost:
            self._presence.take_back_offers(work, agent_id, SERVICE_AWAY, accepted_too=False)
        for agent_id in lost:  # lock order: contacts, then agents
            self._presence.lose_console(work, agent_id)
        return agents, work.legs.of_process(id)

    def _lose_legs(self, work: UnitOfWork, id: str, legs: Sequence[Leg]) -> None:
        work.processes.keep_taken(id, work.processes.now())
        for leg in legs:
            self._legs.lose(work, leg, hung_up=False)

    async def end(self) -> None:
        """An orderly stop: what this process held is given up at once, with the full grace."""
        try:
            await self._give_up(self._process_id, silent_seconds=-1.0)
            # the pulse stays as the mark from which the time away is counted
            await self._store.transact(lambda work: work.processes.pulse(self._process_id, work.processes.now()))
        except Unavailable as error:
            log.warning("what this process held could not be given up", extra={"code": error.code})


def _remove(work: UnitOfWork, process_id: str) -> None:
    work.processes.remove(process_id)
