"""What a turn answers, and the engine being asked for it while the words are still being committed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from threading import get_ident
from time import sleep

from assistant.flow.verification import Structured
from assistant.model.contact import Contact
from assistant.model.ports import Circumstances, Reply

HANDOVER_SECONDS = 0.00002


@dataclass(frozen=True, slots=True)
class Stimulus:
    """What one turn answers: words or a structured message; `seq` is the contact's when it was taken.

    What the caller said after `heard_seq` is not answered yet, neither by this turn nor by those that led to it.
    """

    contact: Contact
    facts: dict[str, str]
    circumstances: Circumstances
    heard_seq: int
    words: str | None = None
    structured: Structured | None = None
    done: tuple[str, ...] = ()

    @property
    def seq(self) -> int:
        return self.contact.seq


class Ahead:
    """Asks the engine as soon as the lease is ours, while the caller's words are still being committed.

    The row is locked, so nobody else can be asking; and nothing of the reply is told before the commit. Where that
    fails the reply is thrown away with the words.
    """

    def __init__(self, ask: Callable[[Stimulus], Coroutine[None, None, Reply | None]]) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop_thread = get_ident()
        self._ask = ask
        self._stimulus: Stimulus | None = None
        self._asking: asyncio.Task[Reply | None] | None = None

    def begin(self, stimulus: Stimulus) -> None:
        """May be called from the database's own thread."""
        self._loop.call_soon_threadsafe(self._begin, stimulus)
        if get_ident() != self._loop_thread:
            sleep(HANDOVER_SECONDS)  # the loop asks now, not when this thread next waits for the disk

    def _begin(self, stimulus: Stimulus) -> None:
        self.give_up()  # a unit that ran again after a conflict has taken its lease anew
        self._stimulus, self._asking = stimulus, self._loop.create_task(self._ask(stimulus))

    def give_up(self) -> None:
        if self._asking is not None:
            self._asking.cancel()

    async def reply_to(self, stimulus: Stimulus) -> Reply | None:
        if self._asking is None or self._stimulus is not stimulus:
            return await self._ask(stimulus)
        return await self._asking
