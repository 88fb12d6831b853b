"""What a unit of work takes as given without asking the database, so that an arrival asks nothing.

A process knows how the queues' rows were left by its own last commit. Where it is the database's only writer that is
certain; else it is a belief, which is proved before the unit asks anything or by the statement that writes. Who
believed wrong was beaten by somebody, and is run again without beliefs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from assistant.adapters.sql_connection import TO_CHANGE
from assistant.adapters.sql_schema import contacts, queues
from assistant.model.contact import QueueId


class Head(NamedTuple):
    """A queue's row: how many changes its line has seen, and the youngest order that was given in it."""

    revision: int
    last_order_at: int


@dataclass(frozen=True, slots=True)
class Absence:
    """No contact that entered since then has one of these idempotency keys."""

    key_hashes: tuple[str, ...]
    since: datetime


class Beaten(Exception):
    """Somebody was first, so that what a unit of work believed is not true."""


class Heads:
    """The queues' rows as this process saw them last."""

    def __init__(self) -> None:
        self._heads: dict[QueueId, Head] = {}

    def get(self, queue: QueueId) -> Head | None:
        return self._heads.get(queue)

    def keep(self, heads: Mapping[QueueId, Head]) -> None:
        for queue, head in heads.items():
            if queue not in self._heads or self._heads[queue] < head:
                self._heads[queue] = head

    def forget(self) -> None:
        self._heads.clear()


class Beliefs:
    """Of one unit of work; none where nothing is known."""

    def __init__(self, known: Heads | None = None, *, are_certain: bool = False) -> None:
        self._known = known
        self._are_certain = are_certain
        self.heads: dict[QueueId, Head] = {}
        self.absence: Absence | None = None

    @property
    def are_unproved(self) -> bool:
        return bool(self.heads) or self.absence is not None

    def head(self, queue: QueueId) -> Head | None:
        """The queue's row, as good as locked; None where it has to be asked for."""
        head = self._known.get(queue) if self._known is not None else None
        if head is not None and not self._are_certain:
            self.heads[queue] = head
        return head

    def suppose_absent(self, key_hashes: Sequence[str], since: datetime) -> bool:
        """Whether it may be taken as given that no contact has one of these idempotency keys: they are random."""
        if self._known is None or self._are_certain or self.absence is not None:
            return False
        self.absence = Absence(tuple(key_hashes), since)
        return True

    def end(self) -> None:
        """All was proved; from now on the database is asked."""
        self._known, self.heads, self.absence = None, {}, None

    def prove(self, connection: Connection) -> None:
        """Locks the queues for good, in the order of their ids. Raises `Beaten`."""
        query = (
            select(queues).where(queues.c.id.in_(self.heads)).order_by(queues.c.id).with_for_update(key_share=TO_CHANGE)
        )
        if self.heads and self.heads != {row.id: row[1:] for row in connection.execute(query)}:
            raise Beaten
        if self.absence is not None and self._is_known(connection, self.absence):
            raise Beaten
        self.end()

    def _is_known(self, connection: Connection, absence: Absence) -> bool:
        has_key = contacts.c.key_hash.in_(absence.key_hashes) & (contacts.c.entered_at > absence.since)
        return connection.execute(select(contacts.c.id).where(has_key)).first() is not None
