"""Telephones at the built-in telephone company (`telephony/emulator/README.md`): callers', and agents' on their desks.

Only there: a practice call never leaves the machine, and the numbers are kept free for people who don't exist.
"""

from __future__ import annotations

import random
from typing import Any

from practice.actor import Actor
from practice.pace import Pace
from practice.wire import Away, Door, Frame, Refused, Socket

PATH = "/emulator/phone"
PROTOCOL = "holdfast.phone.v1"
# Ofcom's numbers for drama: 020 7946 0000 to 0999. The first two hundred are the demo bank's and its customers'.
FICTIONAL = [f"+44207946{n:04}" for n in range(200, 1000)]
ASKED_TO_TAKE = "Press 1 to take it"
PICKS_UP_SECONDS = (1.0, 4.0)


class Exchange:
    """The telephone company. `is_there` says whether the service has this one, or a real one in its place."""

    def __init__(self, door: Door, chance: random.Random) -> None:
        self._door = door
        self._chance = chance
        self._free = list(FICTIONAL)
        chance.shuffle(self._free)

    async def is_there(self) -> bool:
        try:
            socket = await self._door.socket(PATH, PROTOCOL)
        except (Refused, Away):
            return False
        await socket.close()
        return True

    def take_number(self) -> str | None:
        """A number that nobody else has; None where all are taken."""
        return self._free.pop() if self._free else None

    def give_back(self, number: str) -> None:
        self._free.insert(0, number)

    async def telephone(self, address: str) -> Socket:
        """A telephone at this address. Raises `Refused` and `Away`."""
        socket = await self._door.socket(PATH, PROTOCOL)
        await socket.send("register", address=address)
        return socket


class DeskPhone(Actor):
    """Picks up whoever rings, after a moment, takes the call, and stays until the other side is done. Until `over`."""

    def __init__(self, exchange: Exchange, pace: Pace, address: str, chance: random.Random) -> None:
        super().__init__(pace)
        self._exchange = exchange
        self._address = address
        self._chance = chance

    async def run(self) -> None:
        await self._plug_in()
        await self.act_until_over()
        await self.hang_up()

    async def _plug_in(self) -> None:
        try:
            self.listen(await self._exchange.telephone(self._address))
        except (Refused, Away):
            self.plan.soon(self.pace.crowds(1.0), self._plug_in)

    def hear(self, frame: Frame) -> None:
        if frame["type"] == "call" and (frame["direction"], frame["status"]) == ("incoming", "ringing"):
            call_sid: Any = frame["call_sid"]
            self.plan.soon(self._chance.uniform(*PICKS_UP_SECONDS), lambda: self.tell("answer", call_sid=call_sid))
        elif frame["type"] == "spoken" and ASKED_TO_TAKE in frame["text"]:
            self.do_now(lambda: self.tell("press", call_sid=frame["call_sid"], digits="1"))

    async def line_lost(self) -> None:
        await self._plug_in()
