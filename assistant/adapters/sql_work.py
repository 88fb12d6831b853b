"""One transaction over a SQL connection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol
from weakref import proxy

from assistant.adapters.sql_agents import SqlAgents
from assistant.adapters.sql_behind import SqlBehindFigures
from assistant.adapters.sql_beliefs import Beliefs, Head
from assistant.adapters.sql_changes import SqlChanges
from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_contacts import SqlContacts
from assistant.adapters.sql_deliveries import SqlDeliveries
from assistant.adapters.sql_erasures import SqlErasures
from assistant.adapters.sql_gathered import Gathered
from assistant.adapters.sql_history import SqlHistory
from assistant.adapters.sql_ledger import (
    SqlAttempts,
    SqlCodes,
    SqlDeadlines,
    SqlEffects,
    SqlLegs,
    SqlPaces,
    SqlProcesses,
)
from assistant.adapters.sql_lines import SqlLines
from assistant.adapters.sql_offers import SqlOffers
from assistant.adapters.sql_overview import SqlOverview
from assistant.adapters.sql_parts import SqlParts
from assistant.adapters.sql_preferences import SqlPreferences
from assistant.adapters.sql_recent import Recent
from assistant.adapters.sql_reports import SqlReports
from assistant.adapters.sql_spoken import SqlSpoken
from assistant.adapters.sql_supervisions import SqlSupervisions
from assistant.adapters.sql_tapes import SqlTapes
from assistant.adapters.sql_texts import SqlTexts
from assistant.adapters.sql_trail import NOBODY_IS_TOLD, SqlTrail
from assistant.model import storage
from assistant.model.call_recordings import Tapes
from assistant.model.changes import Changes
from assistant.model.contact import QueueId
from assistant.model.deliveries import Deliveries, Subscriptions
from assistant.model.erasure import Erasures
from assistant.model.figures import BehindFigures
from assistant.model.history import History
from assistant.model.measures import Reports
from assistant.model.overview import Overview
from assistant.model.parts import Parts
from assistant.model.ports import Clock
from assistant.model.preferences import Preferences
from assistant.model.spoken import SpokenMessages
from assistant.model.texts import Texts

type Work[T] = Callable[[storage.UnitOfWork], T]


class Write(Protocol):
    """Writes what was gathered. `is_last`: nothing follows in this transaction but the commit."""

    def __call__(self, gathered: Gathered, *, is_last: bool) -> None: ...


type Make = Callable[[SqlConnection, storage.UnitOfWork, Gathered], Any]

ON_DEMAND: Mapping[str, Make] = {
    "agents": lambda connection, work, _: SqlAgents(connection, work),
    "offers": SqlOffers,
    "legs": lambda connection, work, _: SqlLegs(connection, work),
    "supervisions": lambda connection, work, _: SqlSupervisions(connection, work),
    "effects": lambda connection, work, _: SqlEffects(connection, work),
    "attempts": lambda connection, work, _: SqlAttempts(connection, work),
    "paces": lambda connection, work, _: SqlPaces(connection, work),
    "codes": lambda connection, work, _: SqlCodes(connection, work),
    "processes": lambda connection, work, _: SqlProcesses(connection, work),
    "deliveries": lambda connection, work, _: SqlDeliveries(connection, work),
    "texts": lambda connection, work, _: SqlTexts(connection, work),
    "spoken": lambda connection, work, _: SqlSpoken(connection, work),
    "tapes": lambda connection, work, _: SqlTapes(connection, work),
    "preferences": lambda connection, _, __: SqlPreferences(connection),
    "erasures": lambda connection, work, _: SqlErasures(connection, work),
    "history": lambda connection, _, __: SqlHistory(connection),
    "parts": lambda connection, work, _: SqlParts(connection, work),
    "reports": lambda connection, _, __: SqlReports(connection),
    "behind_figures": lambda connection, _, __: SqlBehindFigures(connection),
    "overview": lambda connection, _, __: SqlOverview(connection),
    "changes": lambda connection, work, _: SqlChanges(connection, work),
}


class SqlUnitOfWork:
    """Gathers changes of contacts, lines and the trail, and writes each kind in one statement at the flush."""

    lines: storage.Lines
    contacts: storage.Contacts
    trail: storage.Trail
    agents: storage.Agents
    offers: storage.Offers
    deadlines: storage.Deadlines
    legs: storage.Legs
    supervisions: storage.Supervisions
    effects: storage.Effects
    attempts: storage.Attempts
    paces: storage.Paces
    codes: storage.Codes
    processes: storage.Processes
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

    def __init__(
        self,
        connection: SqlConnection,
        clock: Clock,
        beliefs: Beliefs | None = None,
        write: Write | None = None,
        recent: Recent | None = None,
        subscriptions: Subscriptions = NOBODY_IS_TOLD,
    ) -> None:
        """Without `write` it can only read."""
        self._clock = clock
        self._now: datetime | None = None
        self.notices: list[storage.Notice] = []
        self._write = write
        self._gathered = Gathered()
        beliefs = beliefs or Beliefs()
        # weakly, so that a unit that is done with goes at once and not with the next collection of garbage
        this: storage.UnitOfWork = proxy(self)
        self._lines = SqlLines(connection, this, self._gathered, beliefs)
        self._contacts = SqlContacts(connection, this, self._gathered, beliefs, recent)
        self._trail = SqlTrail(connection, this, self._gathered, recent, subscriptions)
        self._deadlines = SqlDeadlines(connection, this, self._gathered)
        self.lines, self.contacts, self.trail, self.deadlines = (
            self._lines,
            self._contacts,
            self._trail,
            self._deadlines,
        )
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        """Most units of work need few of these, and some thousands of units begin in a second."""
        if name not in ON_DEMAND:
            raise AttributeError(name)
        repository = ON_DEMAND[name](self._connection, proxy(self), self._gathered)
        setattr(self, name, repository)
        return repository

    @property
    def now(self) -> datetime:
        """The moment at which it is first asked for: what had to be waited for before, as for a lock, is over by then.

        So an event is told of at the time at which it was decided, and others see it a commit later.
        """
        if self._now is None:
            self._now = self._clock.now()
        return self._now

    def tell(self, topic: str, **payload: Any) -> None:
        self.notices.append((topic, payload))

    def remember(self) -> None:
        """What this unit has read and written is what the next one finds. Call when all of it is flushed."""
        self._contacts.remember()
        self._trail.remember()

    @property
    def heads(self) -> Mapping[QueueId, Head]:
        """The queues that were locked, as this unit leaves them."""
        return self._lines.heads

    def flush(self) -> None:
        self._flush(is_last=False)

    def finish(self) -> None:
        """The last flush, before the commit."""
        self._flush(is_last=True)

    def _flush(self, *, is_last: bool) -> None:
        for gathering in (self._lines, self._contacts, self._deadlines):
            gathering.flush()
        if self._gathered and self._write is not None:
            self._write(self._gathered, is_last=is_last)
