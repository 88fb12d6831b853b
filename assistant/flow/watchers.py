"""Who watches a line: each is told in turn, at most about once a second, and in time after every change."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable

TELL_SECONDS = 0.6  # what the way to ten thousand takes is left of the second in which everybody is to know
GRAIN_SECONDS = 0.02
AT_ONCE = 20

type Tell = Callable[[], Awaitable[None]]

log = logging.getLogger(__name__)


class Watchers:
    """A rotation: who was told the longest ago is told next.

    So ten thousand who are told once a second are told evenly over it, by one task that lets others run after every
    few of them, and nobody is told twice while somebody waits to be told. A watcher must not hold up those behind it.
    """

    def __init__(self) -> None:
        # a plain dict would look through all the gaps at its front for the first one
        self._rotation: OrderedDict[int, tuple[Tell, float, int]] = OrderedDict()
        self._changes = 0
        self._next = 0
        self._telling: asyncio.Task[None] | None = None

    def add(self, tell: Tell) -> Callable[[], None]:
        """This one, who has just looked, is told of every change from now on; the returned function ends it."""
        self._next += 1
        key = self._next
        self._rotation[key] = tell, asyncio.get_running_loop().time(), self._changes

        def end() -> None:
            self._rotation.pop(key, None)

        return end

    def changed(self) -> None:
        """Everybody is told in turn."""
        self._changes += 1
        if self._rotation and (self._telling is None or self._telling.done()):
            self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        loop = asyncio.get_running_loop()
        told = 0
        while self._rotation:
            key, (tell, told_at, seen) = next(iter(self._rotation.items()))
            if seen == self._changes:
                return  # and so has everybody behind
            wait = told_at + TELL_SECONDS - loop.time()
            if wait > 0:
                await asyncio.sleep(max(wait, GRAIN_SECONDS))
                continue
            self._rotation[key] = tell, loop.time(), self._changes
            self._rotation.move_to_end(key)
            try:
                await tell()
            except Exception:
                log.exception("a watcher failed")
            told += 1
            if told % AT_ONCE == 0:
                await asyncio.sleep(0)
