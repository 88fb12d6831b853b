"""How fast outgoing calls may begin: so many a second for the whole account, whichever process begins them.

Each call is given its moment in the transaction that decides it, in the order in which they are decided. One whose
moment is yet to come is a stored deadline, which any process fires; so none is lost where a process dies over it.
https://www.twilio.com/docs/voice/make-calls
"""

from __future__ import annotations

from datetime import datetime, timedelta

from assistant.flow import due
from assistant.model.contact import OfferId
from assistant.model.storage import Deadline, UnitOfWork

CALLS = "outgoing_calls"
QUEUED_UNNOTICED = timedelta(seconds=2)
"""Whatever a call stands longer in the telephone company's own queue does not count as ringing."""
TOLD_LATE = timedelta(seconds=60)
"""A supervisor whose telephone nobody has taken by then, and of whom nothing was told, is not beside anybody."""


class OutgoingRate:
    """`per_second` None: as fast as they come."""

    def __init__(self, per_second: float | None = None) -> None:
        self._gap = timedelta(seconds=1 / per_second) if per_second else None

    def begins_at(self, work: UnitOfWork) -> datetime:
        """When this call may begin: now, or after those that were decided before. The last lock of a transaction."""
        return work.now if self._gap is None else work.paces.next(CALLS, self._gap)

    def ring(self, work: UnitOfWork, offer_id: OfferId, ring_seconds: float) -> bool:
        """An agent is to be rung for so long; False where that begins later, by `RING_BEGINS`."""
        begins_at = self.begins_at(work)
        work.deadlines.set(due.RING, offer_id, begins_at + timedelta(seconds=ring_seconds))
        if begins_at <= work.now:
            return True
        work.deadlines.set(due.RING_BEGINS, offer_id, begins_at)
        return False

    def ring_supervisor(self, work: UnitOfWork, ring_id: str, ring_seconds: float) -> Deadline:
        """A supervisor is to be rung; gives the deadline that begins it, which may be due at once."""
        begins_at = self.begins_at(work)
        until = begins_at + timedelta(seconds=ring_seconds) + TOLD_LATE
        work.deadlines.set(due.SUPERVISOR_RING, ring_id, until)
        work.deadlines.set(due.SUPERVISOR_RING_BEGINS, ring_id, begins_at)
        return Deadline(due.SUPERVISOR_RING_BEGINS, ring_id, begins_at)


UNLIMITED = OutgoingRate()
