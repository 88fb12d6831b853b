"""A circuit breaker: what has failed time and again is not asked for a while, so that nobody waits for it in vain."""

from __future__ import annotations

from assistant.model.ports import Clock

FAILURES_TO_OPEN = 5
OPEN_SECONDS = 5.0


class Breaker:
    """Opens after so many failures in a row; after a while the next request tries again."""

    def __init__(self, clock: Clock, failures: int = FAILURES_TO_OPEN, open_seconds: float = OPEN_SECONDS) -> None:
        self._clock = clock
        self._to_open = failures
        self._open_seconds = open_seconds
        self._failures = 0
        self._open_until = 0.0

    @property
    def is_open(self) -> bool:
        return self._clock.now().timestamp() < self._open_until

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self) -> None:
        self._failures += 1
        if self._failures >= self._to_open:
            self._failures = 0
            self._open_until = self._clock.now().timestamp() + self._open_seconds
