"""What an error of the database means: somebody was first, it is away, or we have a bug."""

from __future__ import annotations

import sqlite3

import asyncpg
from sqlalchemy.exc import DatabaseError, DBAPIError, IntegrityError, InterfaceError, OperationalError, TimeoutError

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
DISTURBED = (DBAPIError, TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


def is_conflict(error: BaseException) -> bool:
    """Somebody was first. The same unit run again sees what they did: a clash is met as its answer, not as an error."""
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error, IntegrityError) and isinstance(error.orig, sqlite3.Error):
        return error.orig.sqlite_errorcode in UNIQUE
    return getattr(error.orig, "sqlstate", None) in CONFLICTS


def is_away(error: BaseException) -> bool:
    """The database cannot be used now, through no fault of the statement."""
    if not isinstance(error, DBAPIError):
        # no statement was run: no connection in time, or none at all
        return isinstance(error, DISTURBED)
    if error.connection_invalidated or isinstance(error, InterfaceError | OperationalError):
        return True
    if isinstance(error.orig, sqlite3.Error):
        return type(error) is DatabaseError  # damaged, or not a database
    return str(getattr(error.orig, "sqlstate", None)).startswith(AWAY)


def away(error: BaseException) -> Unavailable:
    return Unavailable("database_unavailable", f"The database cannot be used right now ({type(error).__name__}).")
