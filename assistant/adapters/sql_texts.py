"""Threads of texts and what was sent, in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_contact_rows import COLUMNS, from_row
from assistant.adapters.sql_schema import contacts, deadlines, sent_texts, text_threads
from assistant.model.contact import TEXT_CHANNELS, Contact, ContactId, QueueId, Reach, State
from assistant.model.storage import UnitOfWork
from assistant.model.texts import SentText, Texts, Thread

IS_TEXT = contacts.c.channel.in_(sorted(channel.value for channel in TEXT_CHANNELS))
IS_WAITING = contacts.c.state == State.WAITING.value
WAITING = select(*COLUMNS).where(IS_TEXT, IS_WAITING).order_by(contacts.c.queue, contacts.c.order_at, contacts.c.id)


class SqlTexts(Texts):
    def __init__(self, connection: SqlConnection, work: UnitOfWork) -> None:
        self._connection = connection
        self._work = work

    def thread(self, address: str) -> Thread | None:
        row = self._connection.execute(select(text_threads).where(text_threads.c.address == address)).mappings().first()
        return None if row is None else Thread(**row)

    def open_thread(self, address: str, ours: str) -> Thread:
        # locks the row to the commit, also a new one: of two texts at once the second must see the first
        insert_ = postgres_insert if self._connection.dialect.name == "postgresql" else sqlite_insert
        heard = {"ours": ours, "heard_at": self._work.now}
        opened = insert_(text_threads).values(address=address, generation=0, **heard)
        opened = opened.on_conflict_do_update(index_elements=["address"], set_=heard)
        row = self._connection.execute(opened.returning(*text_threads.c)).mappings().one()
        return Thread(**row)

    def save_thread(self, thread: Thread) -> None:
        changed = {
            "contact_id": thread.contact_id,
            "generation": thread.generation,
            "stopped_at": thread.stopped_at,
        }
        where = text_threads.c.address == thread.address
        self._connection.execute(update(text_threads).where(where).values(**changed))

    def stop(self, address: str) -> None:
        goes_on = (text_threads.c.address == address) & text_threads.c.stopped_at.is_(None)
        self._connection.execute(update(text_threads).where(goes_on).values(stopped_at=self._work.now))

    def is_stopped(self, address: str) -> bool:
        thread = self.thread(address)
        return thread is not None and thread.stopped_at is not None

    def add_sent(self, sent: SentText) -> None:
        row = {
            "sid": sent.sid,
            "contact_id": sent.contact_id,
            "seq": sent.seq,
            "part": sent.part,
            "status": sent.status,
            "error": sent.error,
        }
        insert_ = postgres_insert if self._connection.dialect.name == "postgresql" else sqlite_insert
        self._connection.execute(insert_(sent_texts).values(row).on_conflict_do_nothing(index_elements=["sid"]))

    def sent_of(self, contact_id: ContactId, seq: int) -> Mapping[int, SentText]:
        where = (sent_texts.c.contact_id == contact_id) & (sent_texts.c.seq == seq)
        rows = self._connection.execute(select(sent_texts).where(where)).mappings()
        return {row["part"]: SentText(**row) for row in rows}

    def sent(self, sid: str) -> SentText | None:
        return self._sent(select(sent_texts).where(sent_texts.c.sid == sid))

    def lock_sent(self, sid: str) -> SentText | None:
        return self._sent(select(sent_texts).where(sent_texts.c.sid == sid).with_for_update())

    def _sent(self, query: Any) -> SentText | None:
        row = self._connection.execute(query).mappings().first()
        return None if row is None else SentText(**row)

    def save_status(self, sid: str, status: str, error: str | None) -> None:
        changed = update(sent_texts).where(sent_texts.c.sid == sid)
        self._connection.execute(changed.values(status=status, error=error))

    def waiting(self) -> Sequence[Contact]:
        self._work.flush()
        return [from_row(row) for row in self._connection.execute(WAITING).mappings()]

    def rivals(self, queue: QueueId, contact: Contact, asked: str) -> int:
        self._work.flush()
        is_asked = select(deadlines.c.subject).where(deadlines.c.kind == asked, deadlines.c.subject == contacts.c.id)
        is_callback = and_(contacts.c.reach == Reach.CALLBACK.value, contacts.c.callback_at <= self._work.now)
        could_be_next = or_(contacts.c.reach == Reach.PRESENT.value, is_callback, is_asked.exists())
        is_before = tuple_(contacts.c.order_at, contacts.c.id) < tuple_(contact.order_at, contact.id)
        query = select(func.count()).where(contacts.c.queue == queue, IS_WAITING, is_before, could_be_next)
        count: int = self._connection.execute(query).scalar_one()
        return count
