"""What was not understood, read from the audit trail and the words beside it: for a review, never on a turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import batched, groupby
from typing import Any

from sqlalchemy import select

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_schema import contact_events, messages
from assistant.model.contact import Outcome
from assistant.model.events import Author, EventType
from assistant.model.review import ABANDONED, NOT_UNDERSTOOD, Misheard

AT_ONCE = 500
GIVEN_UP = {Outcome.ABANDONED.value, Outcome.LEFT.value}
INTENT = contact_events.c.data["intent"].as_string()
OUTCOME = contact_events.c.data["outcome"].as_string()


def misheard(connection: SqlConnection, since: datetime) -> list[Misheard]:
    """As `storage.Trail.misheard` promises."""
    flagged: dict[str, dict[int, str]] = {}
    for contact_id, seq, why in connection.execute(_flags(EventType.MESSAGE_ADDED, INTENT, NOT_UNDERSTOOD, since)):
        flagged.setdefault(contact_id, {})[seq] = why
    gone = {row.contact_id for row in connection.execute(_flags(EventType.CONTACT_CLOSED, OUTCOME, GIVEN_UP, since))}
    found: list[Misheard] = []
    for ids in batched(sorted(flagged.keys() | gone), AT_ONCE):
        said = select(messages.c.contact_id, messages.c.seq, messages.c.author, messages.c.text)
        rows = connection.execute(
            said.where(messages.c.contact_id.in_(ids)).order_by(messages.c.contact_id, messages.c.seq)
        )
        for contact_id, of_contact in groupby(rows, key=lambda row: row.contact_id):
            found += _of_contact(list(of_contact), flagged.get(contact_id, {}), contact_id in gone)
    return found


def _flags(type: EventType, value: Any, wanted: frozenset[str] | set[str], since: datetime) -> Any:
    events = contact_events.c
    return select(events.contact_id, events.seq, value).where(
        events.type == type.value, events.at >= since, value.in_(sorted(wanted))
    )


def _of_contact(rows: Sequence[Any], flagged: dict[int, str], is_gone: bool) -> Iterator[Misheard]:
    """The caller's words before each flagged answer; of who has gone, also those before the last answer."""
    answers = dict(flagged)
    last = next((row.seq for row in reversed(rows) if row.author == Author.ASSISTANT.value), None)
    if is_gone and last is not None:
        answers.setdefault(last, ABANDONED)
    for seq, why in sorted(answers.items()):
        words = _before(rows, seq)
        if words:
            yield Misheard(words, why)


def _before(rows: Sequence[Any], seq: int) -> str:
    """The caller's latest words before the answer `seq`; announcements may stand between."""
    words: list[str] = []
    for row in reversed([row for row in rows if row.seq < seq]):
        if row.author == Author.CALLER.value:
            words.insert(0, row.text)
        elif words:
            break
    return " ".join(words)
