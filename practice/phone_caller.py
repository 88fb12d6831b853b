"""A caller who rings up at the built-in telephone company: talks while waiting, hangs up when patience ends."""

from __future__ import annotations

import random
from contextlib import suppress
from functools import partial

from practice.actor import Actor
from practice.arrivals import Arrival
from practice.floor import Floor
from practice.wire import Away, Frame, Refused
from practice.words import Words

SPEAKS_AFTER = (0.5, 3.0)
TALKS_TIMES = 3  # then waits with the music
OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
FAREWELL_SECONDS = 5.0


class PhoneCaller(Actor):
    """Dials `number`. The place is secured when the line first listens, or plays: a call that ends before was refused.

    What is checked: the line is not cut while the caller waits, and nobody is connected twice at once.
    """

    def __init__(self, floor: Floor, queue: str, number: str, arrival: Arrival, chance: random.Random) -> None:
        super().__init__(floor.pace)
        self._floor = floor
        self._counts = floor.tally.queues[queue]
        self._callee = number
        self._arrival = arrival
        self._chance = chance
        self._words = Words(chance, verifies=False)
        self._call_sid = ""
        self._said = 0
        self._is_placed = self._is_served = self._is_together = self._hangs_up = False
        self._ending = "lost sight of the service"
        self._dialled_at = 0.0

    async def run(self) -> None:
        """From dialling to the end of the call."""
        own = self._floor.telephones.take_number()
        if own is None:
            self._floor.tally.otherwise["every telephone is in use"] += 1
            return
        with suppress(Refused, Away):
            await self._call(own)
        self._floor.telephones.give_back(own)

    async def _call(self, own: str) -> None:
        self._counts.came += 1
        self._floor.callers.add(self)
        self._dialled_at = self._floor.waiting[self] = self.pace.now
        try:
            self.listen(await self._floor.telephones.telephone(own))
            await self.tell("dial", to=self._callee)
            if self._arrival.patience is not None:
                self.plan.soon(self._arrival.patience, self._give_up)
            if self._floor.closing.is_set():
                self.leave_now()
            await self.act_until_over()
        finally:
            self._depart()
            await self.hang_up()

    def _depart(self) -> None:
        floor = self._floor
        floor.callers.discard(self)
        floor.talking.discard(self)
        since = floor.waiting.pop(self, None)
        if since is not None:
            self._counts.has_waited(self.pace.now - since)
        if self._is_served:
            return
        if self._ending == "abandoned":
            self._counts.abandoned += 1
        elif self._ending == "closing time":
            self._counts.waiting += 1
        else:
            floor.tally.otherwise[self._ending] += 1

    # -- what is heard --------------------------------------------------------------------------------------------

    def hear(self, frame: Frame) -> None:
        match frame["type"]:
            case "call":
                self._call_sid = frame["call_sid"]
                if frame["status"] in OVER:
                    self._line_is_dead()
            case "listening":
                self._is_placed = True
                wants_words = "speech" in frame["input"]
                self.plan.soon(self._chance.uniform(*SPEAKS_AFTER), partial(self._answer, wants_words))
            case "play":
                self._is_placed = True
            case "conference" if frame["joined"]:
                self._meet()
            case "conference":
                self._part()
            case "error" if frame["code"] == "no_such_number":
                self._ending = "no such number"
                self.over()

    def _meet(self) -> None:
        if self._is_together:
            self._floor.tally.violations.append(f"call {self._call_sid}: connected twice")
        self._is_together = True
        self.plan.forget()
        since = self._floor.waiting.pop(self, None)
        self._floor.talking.add(self)
        if not self._is_served and since is not None:
            self._is_served = True
            self._counts.was_served(self.pace.now - since)

    def _part(self) -> None:
        """The agent is gone: the call is over in a moment, or the caller waits again."""
        self._is_together = False
        self._floor.talking.discard(self)
        self._floor.waiting[self] = self.pace.now
        if self._arrival.patience is not None:
            self.plan.soon(self._arrival.patience, self._give_up)

    def _line_is_dead(self) -> None:
        if not self._hangs_up and not self._is_served:
            if self._is_placed:
                self._ending = "cut off"
                self._floor.tally.violations.append(f"call {self._call_sid}: cut off while waiting")
            else:
                self._ending = "call not taken"
        self.over()

    async def line_lost(self) -> None:
        """The telephone company itself is away: no call survives that."""
        self.over()

    # -- what is done ---------------------------------------------------------------------------------------------

    async def _answer(self, wants_words: bool) -> None:
        """Speaks a few times; who is asked for digits presses star, and nobody is asked again."""
        if not wants_words:
            await self.tell("press", call_sid=self._call_sid, digits="*")
        elif self._said < TALKS_TIMES:
            self._said += 1
            await self.tell("say", call_sid=self._call_sid, text=self._words.while_waiting())

    async def _give_up(self) -> None:
        self._ending = "abandoned"
        await self._put_down()

    def leave_now(self) -> None:
        """The run is closing."""
        self.plan.forget()
        self.do_now(self._leave)

    async def _leave(self) -> None:
        if not self._is_served:
            self._ending = "closing time"
        await self._put_down()

    async def _put_down(self) -> None:
        self._hangs_up = True
        await self.tell("hang_up", call_sid=self._call_sid)
        self.plan.soon(self.pace.crowds(FAREWELL_SECONDS), self._end)

    async def _end(self) -> None:
        self.over()
