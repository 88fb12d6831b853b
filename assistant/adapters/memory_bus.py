"""The bus within one process."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Any

type Callback = Callable[[dict[str, Any]], None]

log = logging.getLogger(__name__)


class MemoryBus:
    """Calls every subscriber of a topic at once, in the order in which they came."""

    def __init__(self) -> None:
        self._callbacks: dict[str, dict[int, Callback]] = defaultdict(dict)
        self._next = 0

    @property
    def is_connected(self) -> bool:
        """There are no other processes to be heard."""
        return True

    def publish(self, topic: str, payload: dict[str, Any]) -> None:
        for callback in list(self._callbacks.get(topic, {}).values()):
            try:
                callback(payload)
            except Exception:
                log.exception("a subscriber failed", extra={"topic": topic.partition(".")[0]})

    def wake_all(self) -> None:
        """Calls every subscriber with an empty payload: something may have been missed."""
        for topic in list(self._callbacks):
            self.publish(topic, {})

    def subscribe(self, topic: str, callback: Callback) -> Callable[[], None]:
        self._next += 1
        key = self._next
        self._callbacks[topic][key] = callback

        def end() -> None:
            callbacks = self._callbacks.get(topic, {})
            callbacks.pop(key, None)
            if not callbacks:
                self._callbacks.pop(topic, None)

        return end
