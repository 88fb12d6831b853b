"""How a customer would rather be reached: kept only with their yes, and forgotten when they say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from assistant.model.contact import Channel


@dataclass(frozen=True, slots=True)
class Preference:
    """Of one customer, who was asked at `asked_at`, or said so unasked. Without a channel nothing is remembered.

    The row stays when it is forgotten: that somebody was asked is remembered so that they are not asked again.
    """

    customer_number: str
    asked_at: datetime
    channel: Channel | None = None
    language: str | None = None

    @property
    def is_kept(self) -> bool:
        return self.channel is not None


class Preferences(Protocol):
    def of(self, customer_number: str) -> Preference | None: ...
    def save(self, preference: Preference) -> None:
        """The last word counts."""
        ...
