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
from assistant.model.errors import Unavailable
from assistant.model.offer import Offer
from assistant.model.ports import Clock
from assistant.model.storage import Deadline, UnitOfWork

REMEMBERED = timedelta(minutes=10)
CUT_OFF_SECONDS = 3.0  # of pulses that come every second
SEEN_SHARE = 0.5  # of its time an offer is on the screen, or its agent had no fair chance


class Attention:
    def __init__(self, clock: Clock, process_id: str) -> None:
        self._process_id = process_id
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
        """Its agent's answer is being carried out. Where we cannot, the time to answer begins anew."""
        self._answers[offer_id] += 1
        try:
            yield
        except Unavailable:
            self._shown.pop(offer_id, None)
            self.shown(offer_id)
            raise
        finally:
            self._answers[offer_id] -= 1
            if not self._answers[offer_id]:
                del self._answers[offer_id]

    def is_awaited(self, work: UnitOfWork, offer: Offer, deadline: Deadline) -> bool:
        """The answer to an offer that has run out is under way here, or another process may know of one.

        For a moment that is left to the processes to which the agent's consoles are connected.
        """
        if offer.id in self._answers:
            return True
        at = work.processes.of_consoles(offer.agent_id)
        is_elsewhere = bool(at) and self._process_id not in at
        return is_elsewhere and work.now - deadline.due_at < timedelta(seconds=CUT_OFF_SECONDS)

    def came_late(self, work: UnitOfWork, offer: Offer) -> bool:
        """It was on no screen here for its agent to have a fair chance; never so of an agent without a console."""
        if not work.processes.of_consoles(offer.agent_id):
            return False
        since = self._shown.get(offer.id)
        seen = work.now - since if since else timedelta(0)
        return seen < (offer.expires_at - offer.made_at) * SEEN_SHARE
