"""Where callers and agents meet: what all of them share in one live run."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from practice.pace import Pace
from practice.tally import Tally
from practice.telephones import Exchange
from practice.wire import Away, Door, Refused


class Leaver(Protocol):
    """A caller on the floor."""

    def leave_now(self) -> None: ...


@dataclass(slots=True)
class Customer:
    """Whom callers may say that they are, one at a time. `holder` is who says so now."""

    number: str
    pin: str = field(repr=False)
    holder: object | None = None

    def take(self, caller: object) -> bool:
        if self.holder is None:
            self.holder = caller
        return self.holder is caller

    def give_back(self, caller: object) -> None:
        if self.holder is caller:
            self.holder = None


@dataclass
class Floor:
    """One live run. `grace_seconds` (on the wall's clock): for how long the service keeps a place without a line.

    `work` is what each contact of the crowd will take, `held` which agent has it, `waiting` since when each caller
    waits, `talking` who talks to an agent, `forsaken` are the tokens of those who left without a word.
    """

    door: Door
    pace: Pace
    tally: Tally
    customer: Customer
    exchange: Exchange | None = None
    grace_seconds: float = 120.0
    work: dict[str, float] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)
    waiting: dict[object, float] = field(default_factory=dict)
    talking: set[object] = field(default_factory=set)
    callers: set[Leaver] = field(default_factory=set)
    forsaken: dict[str, str] = field(default_factory=dict)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def telephones(self) -> Exchange:
        if self.exchange is None:
            raise LookupError("the service has no built-in telephone company")
        return self.exchange

    async def wait(self, real_seconds: float) -> None:
        """So long, or until the run closes."""
        with suppress(TimeoutError):
            async with asyncio.timeout(real_seconds):
                await self.closing.wait()

    async def clear_up(self) -> None:
        """Those who left without a word give their places back now: the next run begins with an empty line."""
        for contact_id, token in self.forsaken.items():
            with suppress(Refused, Away):
                await self.door.ask("DELETE", f"/api/v1/contacts/{contact_id}", token=token)
