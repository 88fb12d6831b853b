"""The storage port: a unit of work over repositories named by what they keep.

A transaction's body is a plain function, so that nothing can be awaited inside it: no transaction can stay open across
Rasa or the telephone company, because none can.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from assistant.model.call_recordings import Tapes
from assistant.model.changes import Changes
from assistant.model.deliveries import Deliveries
from assistant.model.erasure import Erasures
from assistant.model.figures import BehindFigures
from assistant.model.history import History
from assistant.model.measures import Reports
from assistant.model.overview import Overview
from assistant.model.parts import Parts
from assistant.model.preferences import Preferences
from assistant.model.spoken import SpokenMessages
from assistant.model.storage.ledger import (
    Attempts,
    Codes,
    Deadlines,
    Effects,
    Legs,
    Paces,
    Processes,
)
from assistant.model.storage.people import (
    Agents,
    Offers,
    Supervisions,
)
from assistant.model.storage.places import (
    Contacts,
    Lines,
    Trail,
)
from assistant.model.storage.records import (
    IN_HAND,
    Deadline,
    InHand,
    Leg,
    LegKind,
    LineChange,
    LineSnapshot,
    Notice,
    Tally,
)
from assistant.model.texts import Texts

__all__ = [
    "IN_HAND",
    "Agents",
    "Attempts",
    "Codes",
    "Contacts",
    "Deadline",
    "Deadlines",
    "Effects",
    "InHand",
    "Leg",
    "LegKind",
    "Legs",
    "LineChange",
    "LineSnapshot",
    "Lines",
    "Notice",
    "Offers",
    "Paces",
    "Processes",
    "Store",
    "Supervisions",
    "Tally",
    "Trail",
    "UnitOfWork",
]


class UnitOfWork(Protocol):
    """One transaction. Notices are told after the commit.

    `now` is one instant for all of it: the one at which it was first asked for. Whoever locks first, and then asks, has
    the instant at which the decision is made, and not the one at which waiting for the lock began.
    """

    @property
    def now(self) -> datetime: ...

    lines: Lines
    contacts: Contacts
    trail: Trail
    agents: Agents
    offers: Offers
    deadlines: Deadlines
    legs: Legs
    supervisions: Supervisions
    effects: Effects
    attempts: Attempts
    paces: Paces
    codes: Codes
    processes: Processes
    deliveries: Deliveries
    texts: Texts
    spoken: SpokenMessages
    tapes: Tapes
    preferences: Preferences
    erasures: Erasures
    history: History
    parts: Parts
    reports: Reports
    behind_figures: BehindFigures
    overview: Overview
    changes: Changes

    def tell(self, topic: str, **payload: Any) -> None: ...
    def flush(self) -> None:
        """Writes what was gathered so far, so that the next query sees it."""
        ...


class Store(Protocol):
    """Where the truth is. Both raise `Unavailable` when the database is away or busy."""

    async def transact[T](self, work: Callable[[UnitOfWork], T]) -> T:
        """Runs `work` in one transaction, commits, then tells its notices. `work` may run again after a conflict."""
        ...

    async def read[T](self, work: Callable[[UnitOfWork], T]) -> T:
        """Runs `work` on one consistent snapshot. Where it writes or locks, the database's error is raised: a bug."""
        ...

    def apart(self, connections: int) -> Store:
        """The same, for work that a crowd on this one must not hold up; closed by itself, before this one."""
        ...

    async def close(self) -> None: ...
