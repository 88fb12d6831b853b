"""What a unit of work needs of a connection."""

from __future__ import annotations

from typing import Any, Protocol

from sqlalchemy import CursorResult, ScalarResult

TO_CHANGE = True
"""`key_share` of each lock: rows are locked to be changed, never to be deleted, and who refers to one need not wait.

Else a second change of a contact in one transaction, which PostgreSQL makes prove its queue again, waits for whoever
holds the queue, who may be waiting for that contact.
"""


def driver_of(connection: Any) -> Any:
    """The driver's own connection: a small look costs it a twentieth of what it costs by way of an expression."""
    return connection.connection.driver_connection


class SqlConnection(Protocol):
    @property
    def dialect(self) -> Any: ...
    def execute(self, statement: Any, parameters: Any = None, /) -> CursorResult[*tuple[Any, ...]]: ...
    def scalars(self, statement: Any, parameters: Any = None, /) -> ScalarResult[Any]: ...
