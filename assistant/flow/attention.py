"""What this process knows of the offers on its consoles: since when an agent has seen each, and who is answering.

Kept in memory, for it is of the process: an agent is not to be marked for an offer that came late to the screen, or
whose answer is here and waits for the database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from assistant.model.contact import OfferId
from assistant.model.ports import Clock

REMEMBERED = timedelta(minutes=10)


class Attention:
    def __init__(self, clock: Clock, process_id: str) -> None:
        self.process_id = process_id
        self._clock = clock
        self._shown: dict[OfferId, datetime] = {}
        self._answers: Counter[OfferId] = Counter()

    def shown(self, offer_id: OfferId) -> None:
        """It has been sent to a console here."""
        now = self._clock.now()
        self._shown.setdefault(offer_id, now)
        while (oldest := next(iter(self._shown))) and now - self._shown[oldest] > REMEMBERED:
            del self._shown[oldest]

    @contextmanager
    def answering(self, offer_id: OfferId) -> Iterator[None]:
        """Its agent's answer is being carried out."""
        self._answers[offer_id] += 1
        try:
            yield
        finally:
            self._answers[offer_id] -= 1
            if not self._answers[offer_id]:
                del self._answers[offer_id]

    def is_answering(self, offer_id: OfferId) -> bool:
        return offer_id in self._answers

    def seconds_shown(self, offer_id: OfferId) -> float:
        """For how long its agent has seen it here; 0 for one that has not come to the screen."""
        since = self._shown.get(offer_id)
        return (self._clock.now() - since).total_seconds() if since else 0.0
