"""How often something may be tried: a sliding window per key, of all processes together."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from uuid_utils import uuid4

from assistant.model.errors import Refused
from assistant.model.ports import Bus, Clock

MAX_KEYS = 100_000
TOPIC = "tries"


class Limits:
    """Each process counts for itself what it lets pass, and is told over the bus what the others did.

    So a check waits for nobody, and while the bus is away each process still keeps the limit by itself. Addresses and
    codes leave the process only as digests. Keys whose window is over are forgotten once there are many.
    """

    def __init__(self, clock: Clock, bus: Bus | None = None, *, is_on: bool = True) -> None:
        """`is_on` False lets everything pass (load tests)."""
        self._clock = clock
        self._bus = bus
        self._is_on = is_on
        self._own_name = str(uuid4())
        self._tries: dict[bytes, deque[float]] = defaultdict(deque)
        self._longest = 0.0
        self._most_keys = MAX_KEYS
        if bus is not None and is_on:
            bus.subscribe(TOPIC, self._hear)

    def check(self, key: str, most: int, per_seconds: float) -> None:
        """Counts one try. Raises `Refused` `too_many_tries` where `most` were made within the window already."""
        if self._is_on:
            digest = self._count(key, most, per_seconds)
            if self._bus is not None:
                self._bus.publish(TOPIC, {"key": digest.hex(), "seconds": per_seconds, "by": self._own_name})

    def check_here(self, key: str, most: int, per_seconds: float) -> None:
        """The same for what concerns this process alone, such as one connection's frames."""
        if self._is_on:
            self._count(key, most, per_seconds)

    def _count(self, key: str, most: int, per_seconds: float) -> bytes:
        now = self._clock.now().timestamp()
        digest = blake2b(key.encode(), digest_size=16).digest()
        tries = self._within(digest, now, per_seconds)
        if len(tries) >= most:
            wait = round(tries[0] + per_seconds - now, 1)
            raise Refused("too_many_tries", "Too many tries. Please wait a little.", retry_after_seconds=wait)
        tries.append(now)
        return digest

    def _hear(self, told: Mapping[str, Any]) -> None:
        """One try that another process let pass; a notice without content tells that some may have been missed."""
        if told and told["by"] != self._own_name:
            now = self._clock.now().timestamp()  # by our own clock: theirs may be wrong
            self._within(bytes.fromhex(told["key"]), now, float(told["seconds"])).append(now)

    def _within(self, key: bytes, now: float, per_seconds: float) -> deque[float]:
        """The key's tries within its window."""
        self._longest = max(self._longest, per_seconds)
        if len(self._tries) > self._most_keys:
            self._forget_old(now - self._longest)
        tries = self._tries[key]
        while tries and tries[0] <= now - per_seconds:
            tries.popleft()
        return tries

    def _forget_old(self, before: float) -> None:
        """By the longest of all windows; where most keys are young, not again before there are twice as many."""
        self._tries = defaultdict(
            deque, {key: tries for key, tries in self._tries.items() if tries and tries[-1] > before}
        )
        self._most_keys = max(MAX_KEYS, 2 * len(self._tries))
