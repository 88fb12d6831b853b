"""What an error of the database means: somebody was first, it is away, or we have a bug."""

from __future__ import annotations

import sqlite3

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError

from assistant.adapters.sql_beliefs import Beaten
from assistant.model.errors import Unavailable

UNIQUE = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
CONFLICTS = {"40001", "40P01", "23505"}  # the standard's SQLSTATEs: serialization failure, deadlock, unique violation
AWAY = (
    "08",  # connection exceptions
    "40",  # others were first time and again
    "25006",  # read-only: a replica that is not the primary yet
    "25P03",  # we stood still in the middle of a transaction
    "28",  # not authorised
    "3D",  # no such database
    "53",  # out of disk, memory or connections
    "55P03",  # a lock that somebody holds too long
    "57",  # shutting down, starting up, cancelled
    "58",  # the system beneath
)
DISTURBED = (
    DBAPIError,
    TimeoutError,
    OSError,
    sqlite3.Error,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # an answer that was cut in the middle leaves the protocol in no known state
)


def is_conflict(error: BaseException) -> bool:
    """Somebody was first. The same unit run again sees what they did: a clash is met as its answer, not as an error."""
    cause = _cause(error)
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", None) in UNIQUE
    return isinstance(error, Beaten) or getattr(cause, "sqlstate", None) in CONFLICTS


def is_cut(error: BaseException) -> bool:
    """The connection broke: whatever it had not committed is undone."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def is_away(error: BaseException) -> bool:
    """The database cannot be used now, through no fault of the statement."""
    cause = _cause(error)
    if is_cut(error) or isinstance(error, InterfaceError | OperationalError):
        return True
    if isinstance(cause, sqlite3.Error):
        # a damaged file, or one that is no database, has no class of its own
        return (
            isinstance(cause, sqlite3.InterfaceError | sqlite3.OperationalError) or type(cause) is sqlite3.DatabaseError
        )
    sqlstate = getattr(cause, "sqlstate", None)
    if sqlstate is not None:
        return str(sqlstate).startswith(AWAY)
    # no statement was run: no connection in time, or none at all
    return isinstance(error, DISTURBED) and not isinstance(error, DBAPIError)


def is_refused_write(error: BaseException) -> bool:
    """A write, or a lock, where only reading is allowed. Of a reader it is our bug."""
    cause = _cause(error)
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_READONLY
    return getattr(cause, "sqlstate", None) == "25006"


def _cause(error: BaseException) -> BaseException | None:
    """The driver's own error, where it came through SQLAlchemy too."""
    return error.orig if isinstance(error, DBAPIError) else error


def away(error: BaseException) -> Unavailable:
    return Unavailable("database_unavailable", f"The database cannot be used right now ({type(error).__name__}).")


def closed() -> Unavailable:
    return Unavailable("database_unavailable", "The store was closed.", retryable=False)
