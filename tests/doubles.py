"""What stands in for the world where a test must move it: a clock, and a bus that keeps what was told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from assistant.adapters.memory_bus import MemoryBus
from assistant.model.contact import QueueId

QUEUES = tuple(QueueId(name) for name in ("accounts", "cards", "fraud"))


class MovedClock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 9, 30, 0, 123_457, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class ToldBus(MemoryBus):
    """The bus in memory, which also keeps what was told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, dict[str, Any]]] = []

    def publish(self, topic: str, payload: dict[str, Any]) -> None:
        self.told.append((topic, payload))
        super().publish(topic, payload)
