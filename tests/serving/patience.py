"""Waiting in tests: for a condition, with a deadline, never for a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

POLL_SECONDS = 0.03
GENEROUS_SECONDS = 30.0


def wait_until[T](what: str, check: Callable[[], T], seconds: float = GENEROUS_SECONDS) -> T:
    """The first truthy answer of `check`; fails naming `what` when the deadline passes."""
    deadline = time.monotonic() + seconds
    while not (answer := check()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        time.sleep(POLL_SECONDS)
    return answer


async def until[T](what: str, check: Callable[[], Awaitable[T]], seconds: float = GENEROUS_SECONDS) -> T:
    """As `wait_until`, for a `check` that is awaited."""
    deadline = time.monotonic() + seconds
    while not (answer := await check()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        await asyncio.sleep(POLL_SECONDS)
    return answer
