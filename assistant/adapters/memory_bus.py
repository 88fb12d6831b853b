"""The bus within one process."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

type Callback = Callable[[dict[str, Any]], None]

log = logging.getLogger(__name__)


class MemoryBus:
    """Calls every subscriber of a topic at once, in the order in which they came."""

    def __init__(self) -> None:
        # most topics are one contact's and have one subscriber: a tuple takes a quarter of what a dict would
        self._subscribers: dict[str, tuple[tuple[int, Callback], ...]] = {}
        self._next = 0

    @property
    def is_connected(self) -> bool:
        """There are no other processes to be heard."""
        return True

    def publish(self, topic: str, payload: dict[str, Any]) -> None:
        for _, callback in self._subscribers.get(topic, ()):
            try:
                callback(payload)
            except Exception:
                log.exception("a subscriber failed", extra={"topic": topic.partition(".")[0]})

    def wake_all(self) -> None:
        """Calls every subscriber with an empty payload: something may have been missed."""
        for topic in list(self._subscribers):
            self.publish(topic, {})

    def subscribe(self, topic: str, callback: Callback) -> Callable[[], None]:
        self._next += 1
        key = self._next
        self._subscribers[topic] = (*self._subscribers.get(topic, ()), (key, callback))
        return partial(self._end, topic, key)

    def _end(self, topic: str, key: int) -> None:
        left = tuple(subscriber for subscriber in self._subscribers.get(topic, ()) if subscriber[0] != key)
        if left:
            self._subscribers[topic] = left
        else:
            self._subscribers.pop(topic, None)
