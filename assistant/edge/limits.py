"""How often something may be tried: a sliding window per key, in this process."""

from __future__ import annotations

from collections import defaultdict, deque

from assistant.model.errors import Refused
from assistant.model.ports import Clock

MAX_KEYS = 100_000


class Limits:
    """Forgets keys whose window is over; `is_on` False lets everything pass (load tests)."""

    def __init__(self, clock: Clock, *, is_on: bool = True) -> None:
        self._clock = clock
        self._is_on = is_on
        self._tries: dict[str, deque[float]] = defaultdict(deque)

    def check(self, key: str, most: int, per_seconds: float) -> None:
        """Counts one try. Raises `Refused` `too_many_tries` where `most` were made within the window already."""
        if not self._is_on:
            return
        now = self._clock.now().timestamp()
        if len(self._tries) > MAX_KEYS:
            self._forget_old(now - per_seconds)
        tries = self._tries[key]
        while tries and tries[0] <= now - per_seconds:
            tries.popleft()
        if len(tries) >= most:
            wait = round(tries[0] + per_seconds - now, 1)
            raise Refused("too_many_tries", "Too many tries. Please wait a little.", retry_after_seconds=wait)
        tries.append(now)

    def _forget_old(self, before: float) -> None:
        self._tries = defaultdict(
            deque, {key: tries for key, tries in self._tries.items() if tries and tries[-1] > before}
        )
