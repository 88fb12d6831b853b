"""What the predictor reads of the world, as the store gives it: entries and departures, and what is in hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assistant.model.contact import AgentId, ContactId, QueueId


@dataclass(frozen=True, slots=True)
class Passage:
    """One step of a line, `enter` or `leave` at a revision, with what became of the contact so far.

    `order_at` is the place, in whole microseconds. `taken_at` and `freed_at` bound the time in which the contact held
    an agent's slot, the offer and the wrap-up included; only read for the past.
    """

    queue: QueueId
    revision: int
    op: str
    cause: str
    contact: ContactId
    order_at: int
    is_call: bool
    entered_at: datetime
    connected_at: datetime | None
    ended_at: datetime | None
    agent: AgentId | None = None
    taken_at: datetime | None = None
    freed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class InHand:
    """A contact that holds a slot of an agent now; `is_served` once the two were connected."""

    agent: AgentId
    contact: ContactId
    is_call: bool
    is_served: bool


@dataclass(frozen=True, slots=True)
class Observed:
    """Steps of the lines in order of revision within each queue, and all slots that are held now."""

    passages: tuple[Passage, ...]
    in_hand: tuple[InHand, ...]
