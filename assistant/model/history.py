"""The port through which the audit reads: all contacts of a stretch of time at once, in a stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from assistant.model.contact import ContactId
from assistant.model.events import Event


@dataclass(frozen=True, slots=True)
class Survey:
    """What there is to replay. `skew` is the furthest that the clock went back from one event of a contact to its next.

    So much at least the clocks of the processes differed, or one of them was set. `gaps` are contacts (the first
    thousand) of which events are missing: the numbers of a contact's events have no holes.
    """

    contacts: int
    events: int
    skew: timedelta
    gaps: Sequence[ContactId]


class History(Protocol):
    """Reads `contact_events` and nothing else."""

    def survey(self, begin: datetime, end: datetime) -> Survey: ...

    def moves(self, begin: datetime, end: datetime) -> Iterator[tuple[datetime, Event]]:
        """The events that tell how a place stands, up to before `end`, each with its time in the replay.

        Of every contact that was open at `begin` or came later, from its first event. In the order of those times; a
        contact's own events come by `seq`, where its clock went back at the latest time told so far. Read as it is
        consumed, within the unit of work.
        """
        ...
