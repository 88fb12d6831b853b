"""What an audit finds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assistant.model.contact import AgentId, ContactId, QueueId

SIMULTANEOUS = "simultaneous"


@dataclass(frozen=True, slots=True)
class Overtake:
    """A younger place was offered before an older one. `cause` is a `WhyPassed`, `simultaneous`, or None: nothing."""

    at: datetime
    offer_id: str
    agent_id: AgentId
    contact_id: ContactId
    passed_id: ContactId
    queue: QueueId
    is_first_offer: bool
    cause: str | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the trail that cannot be: what it tells contradicts itself."""

    at: datetime
    contact_id: ContactId
    what: str


type Finding = Overtake | Fault
