"""A place that is kept for a caller who will be called when it is their turn, and the telephone that will ring."""

from __future__ import annotations

import asyncio
import random

from practice.floor import Floor
from practice.joining import PATH
from practice.promises import LOST
from practice.telephones import DeskPhone
from practice.wire import Away, Refused

NOT_OFFERED = frozenset({404, 405, 501})


class Callback:
    """One that the service has promised."""

    def __init__(self, floor: Floor, number: str, chance: random.Random) -> None:
        self._floor = floor
        self._number = number
        self._phone = DeskPhone(floor.telephones, floor.pace, number, chance)
        self._ringing = asyncio.create_task(self._phone.run())

    @classmethod
    async def ask(cls, floor: Floor, contact_id: str, token: str, chance: random.Random) -> Callback | None:
        """None where it is not offered. Raises `Refused` where the service says that there is no such place.

        Asked for only where the built-in telephone company carries the call: no practice call leaves the machine.
        """
        number = floor.exchange.take_number() if floor.exchange else None
        if number is None:
            floor.tally.no_callback += 1
            return None
        try:
            await floor.door.ask("POST", f"{PATH}/{contact_id}/callback", token=token, body={"number": number})
        except Refused as refused:
            floor.telephones.give_back(number)
            if refused.code in LOST:
                raise
            if refused.status in NOT_OFFERED:
                floor.tally.no_callback += 1
            else:
                floor.tally.otherwise[f"callback {refused.code}"] += 1
            return None
        except Away:
            floor.telephones.give_back(number)
            return None
        return cls(floor, number, chance)

    async def end(self) -> None:
        """The telephone is unplugged."""
        self._phone.over()
        await self._ringing
        self._floor.telephones.give_back(self._number)
