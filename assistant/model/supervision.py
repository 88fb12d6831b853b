"""A supervisor beside a contact that an agent has in hand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assistant.model.contact import AgentId, ContactId


class Beside(StrEnum):
    """`listen`: hears and reads everything, unheard. `coach`: is heard and read by the agent alone. `join`: by all."""

    LISTEN = "listen"
    COACH = "coach"
    JOIN = "join"


@dataclass(frozen=True, slots=True)
class Supervision:
    """One supervisor at one contact; it ends with the agent's part in it. `ring_id`: the call that is made for it."""

    contact_id: ContactId
    agent_id: AgentId
    beside: Beside
    ring_id: str = ""
