"""Answers in time: one piece of work per webhook, however often it is asked for, and never a late reply.

Twilio gives up after 15 s, and we promise 10; a caller who hears nothing for long hangs up.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any

PATIENCE_SECONDS = 6.0
KEPT_ANSWERS = 2000


class Patience:
    """Work under way and answers just given, by key. A webhook that comes twice joins the first one's work."""

    def __init__(self, seconds: float = PATIENCE_SECONDS) -> None:
        self._seconds = seconds
        self._works: OrderedDict[str, asyncio.Task[str]] = OrderedDict()

    async def answer(self, key: str, work: Callable[[], Coroutine[Any, Any, str]]) -> str | None:
        """The work's answer, or None when it takes longer than a caller's patience: ask again with the same key.

        Raises what the work raises; failed work is begun anew the next time.
        """
        task = self._works.get(key)
        if task is None:
            task = asyncio.ensure_future(work())
            self._works[key] = task
            self._forget_old()
        done, _ = await asyncio.wait({task}, timeout=self._seconds)
        if not done:
            return None
        if task.cancelled() or task.exception() is not None:
            self._works.pop(key, None)
        return task.result()

    async def close(self) -> None:
        """Gives up what is under way."""
        works = [task for task in self._works.values() if not task.done()]
        for task in works:
            task.cancel()
        await asyncio.gather(*works, return_exceptions=True)

    def _forget_old(self) -> None:
        for key, task in list(self._works.items()):
            if len(self._works) <= KEPT_ANSWERS:
                return
            if task.done():
                del self._works[key]
