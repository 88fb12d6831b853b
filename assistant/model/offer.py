"""An offer: a contact shown to one agent with a deadline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from assistant.model.contact import AgentId, ContactId, OfferId
from assistant.model.errors import IllegalMove


class OfferState(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NOT_ANSWERED = "not_answered"
    RESCINDED = "rescinded"


class AcceptWhen(StrEnum):
    """When the agent wants the caller: at once, or after the step that would lose something when cut."""

    NOW = "now"
    AFTER_STEP = "after_step"


@dataclass(frozen=True, slots=True)
class Offer:
    """One attempt to hand one contact to one agent. `is_joined`: the caller was connected through it."""

    id: OfferId
    contact_id: ContactId
    agent_id: AgentId
    state: OfferState
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    reason: str | None = None
    accept_when: AcceptWhen | None = None
    is_joined: bool = False

    def ended(self, state: OfferState, at: datetime, reason: str | None = None) -> Offer:
        """The same offer with its end; raises `IllegalMove` unless it is pending."""
        if self.state is not OfferState.PENDING:
            raise IllegalMove(f"offer {self.id} cannot move from {self.state} to {state}")
        return replace(self, state=state, ended_at=at, reason=reason)
