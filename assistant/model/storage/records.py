"""What is kept, as it is read and written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from assistant.model.contact import AgentId, ContactId, LegId, QueueId, State

type InHand = Literal["in_hand"]
IN_HAND: InHand = "in_hand"
"""Somebody else is at it just now."""

type Notice = tuple[str, dict[str, Any]]
"""A topic and what is told on it once the transaction has committed."""


@dataclass(frozen=True, slots=True)
class LineChange:
    """One step of a queue's line: `enter` or `leave` of one place, at one revision."""

    queue: QueueId
    revision: int
    op: str
    contact_id: ContactId
    order_at: int
    cause: str


@dataclass(frozen=True, slots=True)
class LineSnapshot:
    """A whole line at one revision: `(order_at, contact id)` in order."""

    queue: QueueId
    revision: int
    places: tuple[tuple[int, ContactId], ...]


class LegKind(StrEnum):
    SOCKET = "socket"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Leg:
    """One connection of a contact: a socket or a call (`ref` is its CallSid)."""

    id: LegId
    contact_id: ContactId
    kind: LegKind
    ref: str
    process_id: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """Contacts of one queue in one state, with one agent or none: how many, and when the first of them entered."""

    queue: QueueId
    agent_id: AgentId | None
    state: State
    count: int
    first_entered_at: datetime


@dataclass(frozen=True, slots=True)
class Deadline:
    """A stored point in time; firing it is a guarded move in one transaction, so it happens once."""

    kind: str
    subject: str
    due_at: datetime
