"""A contact as a row of the table, and back."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from sqlalchemy import RowMapping

from assistant.adapters.sql_schema import contacts
from assistant.model.contact import (
    AgentId,
    Announced,
    Channel,
    Contact,
    ContactId,
    DialogueMode,
    Matter,
    OfferId,
    Outcome,
    PendingInput,
    QueueId,
    Reach,
    State,
    Verification,
)
from assistant.model.place import from_micros, micros

SECRETS = {"token_hash", "key_hash", "body_hash"}
COLUMNS = [column for column in contacts.c if column.name not in SECRETS]
PLAIN = [
    "id", "queue", "language", "entered_at", "order_at", "code", "seq", "ani", "dnis", "topic", "is_urgent",
    "customer_number", "customer_name", "pending_number", "veiled_seq", "failed_attempts", "consent", "consent_asked",
    "told_ahead", "head_start_seconds", "direct_agent_id", "callback_number", "callback_at", "callback_tries",
    "may_call_back", "agent_id", "offer_id", "attempt", "turn_until", "connected_at", "ended_at", "disposition",
    "erased_at",
]  # fmt: skip
PLAIN_OF = attrgetter(*PLAIN)
ANNOUNCED = ["low_seconds", "high_seconds", "ahead", "slots", "capacity", "queue", "revision"]


def to_row(contact: Contact) -> dict[str, Any]:
    row = dict(zip(PLAIN, PLAIN_OF(contact), strict=True))
    row |= {name: getattr(contact, name).value for name in ("channel", "state", "dialogue", "reach")}
    row["outcome"] = contact.outcome.value if contact.outcome else None
    row["verified_level"] = contact.verification.level
    row["verified_method"] = contact.verification.method
    row["verified_at"] = contact.verification.at
    row["pending_input"] = contact.pending_input.as_data() if contact.pending_input else None
    row["also"] = [matter.as_data() for matter in contact.also] or None
    row["announced"] = _announced_row(contact.announced) if contact.announced else None
    return row


def from_row(row: RowMapping) -> Contact:
    values = {name: row[name] for name in PLAIN}
    values["id"] = ContactId(row["id"])
    values["queue"] = QueueId(row["queue"])
    values["agent_id"] = AgentId(row["agent_id"]) if row["agent_id"] else None
    values["direct_agent_id"] = AgentId(row["direct_agent_id"]) if row["direct_agent_id"] else None
    values["offer_id"] = OfferId(row["offer_id"]) if row["offer_id"] else None
    return Contact(
        **values,
        channel=Channel(row["channel"]),
        state=State(row["state"]),
        dialogue=DialogueMode(row["dialogue"]),
        reach=Reach(row["reach"]),
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        verification=Verification(row["verified_level"], row["verified_method"], row["verified_at"]),
        pending_input=PendingInput(**row["pending_input"]) if row["pending_input"] else None,
        announced=_announced(row["announced"]) if row["announced"] else None,
        also=tuple(Matter(**matter) for matter in row["also"] or ()),
    )


def _announced_row(announced: Announced) -> dict[str, Any]:
    row = {name: getattr(announced, name) for name in ANNOUNCED}
    return row | {"promised_at": micros(announced.promised_at)}


def _announced(row: dict[str, Any]) -> Announced:
    return Announced(**row | {"promised_at": from_micros(row["promised_at"])})
