"""One transaction over a SQL connection."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from assistant.adapters.sql_agents import SqlAgents
from assistant.adapters.sql_contacts import SqlContacts
from assistant.adapters.sql_history import SqlHistory
from assistant.adapters.sql_ledger import (
    SqlAttempts,
    SqlCodes,
    SqlDeadlines,
    SqlEffects,
    SqlLegs,
    SqlOffers,
    SqlProcesses,
)
from assistant.adapters.sql_lines import SqlLines
from assistant.adapters.sql_recent import Recent
from assistant.adapters.sql_reports import SqlReports
from assistant.adapters.sql_trail import SqlTrail
from assistant.model import storage
from assistant.model.history import History
from assistant.model.measures import Reports


class SqlUnitOfWork:
    """Gathers changes of contacts, lines and the trail, and writes each kind in one statement at the flush."""

    lines: storage.Lines
    contacts: storage.Contacts
    trail: storage.Trail
    agents: storage.Agents
    offers: storage.Offers
    deadlines: storage.Deadlines
    legs: storage.Legs
    effects: storage.Effects
    attempts: storage.Attempts
    codes: storage.Codes
    processes: storage.Processes
    history: History
    reports: Reports

    def __init__(self, connection: Connection, now: datetime, recent: Recent | None = None) -> None:
        self.now = now
        self.notices: list[storage.Notice] = []
        lines = SqlLines(connection, self)
        contacts, trail = SqlContacts(connection, self, recent), SqlTrail(connection, self, recent)
        self._gathering = (lines, contacts, trail)
        self._contacts, self._trail = contacts, trail
        self.lines, self.contacts, self.trail = lines, contacts, trail
        self.agents = SqlAgents(connection, self)
        self.offers = SqlOffers(connection, self)
        self.deadlines = SqlDeadlines(connection, self)
        self.legs = SqlLegs(connection, self)
        self.effects = SqlEffects(connection, self)
        self.attempts = SqlAttempts(connection, self)
        self.codes = SqlCodes(connection, self)
        self.processes = SqlProcesses(connection, self)
        self.history = SqlHistory(connection)
        self.reports = SqlReports(connection)

    def tell(self, topic: str, **payload: Any) -> None:
        self.notices.append((topic, payload))

    def remember(self) -> None:
        """What this unit has read and written is what the next one finds. Call when all of it is flushed."""
        self._contacts.remember()
        self._trail.remember()

    def flush(self) -> None:
        for gathering in self._gathering:
            gathering.flush()
