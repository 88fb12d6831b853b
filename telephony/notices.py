"""Notices of the telephone company that could not be kept when they came. It doesn't repeat them: we try again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from assistant.model.errors import Refused, Unavailable

log = logging.getLogger(__name__)

RETRY_SECONDS = (0.5, 1, 2, 4, 8, 15, 30, 30, 30)


class Notices:
    """What is being tried again. `close` gives it up."""

    def __init__(self) -> None:
        self._kept: set[asyncio.Task[None]] = set()

    async def take(self, note: Callable[[], Awaitable[None]], route: str) -> None:
        """Notes it, later where it can't be done now. Raises what else `note` raises."""
        try:
            await note()
        except Refused as refused:
            log.info("a notice came too late", extra={"code": refused.code, "route": route})
        except Unavailable:
            task = asyncio.ensure_future(_keep_trying(note, route))
            self._kept.add(task)
            task.add_done_callback(self._kept.discard)

    async def close(self) -> None:
        for notice in list(self._kept):
            notice.cancel()
        await asyncio.gather(*self._kept, return_exceptions=True)


async def _keep_trying(note: Callable[[], Awaitable[None]], route: str) -> None:
    for seconds in RETRY_SECONDS:
        await asyncio.sleep(seconds)
        try:
            await note()
        except Unavailable:
            continue
        except Refused as refused:
            log.info("a notice came too late", extra={"code": refused.code, "route": route})
        return
    log.error("a notice could not be kept", extra={"route": route})
