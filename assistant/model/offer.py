"""An offer: a contact shown to one agent with a deadline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from assistant.model.agent import Agent
from assistant.model.contact import AgentId, ContactId, OfferId
from assistant.model.errors import IllegalMove
from assistant.model.place import PassedOver, micros

PASSED_ON = "transferred"
"""The reason of an offer whose agent has passed the contact on."""


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


class OfferKind(StrEnum):
    """`place`: a contact that waits, in its turn. `warm`: one that a colleague has in hand until it is accepted.
    `join`: one that a colleague has in hand and keeps, who asks for company in it."""

    PLACE = "place"
    WARM = "warm"
    JOIN = "join"

    @property
    def is_of_colleague(self) -> bool:
        """Whether a colleague has the contact in hand, who asks for this agent."""
        return self is not OfferKind.PLACE


@dataclass(frozen=True, slots=True)
class Offer:
    """One attempt to hand one contact to one agent. `is_joined`: the caller was connected through it.

    A warm offer by telephone stays pending while the agent who said yes is being rung: until somebody answers there,
    nothing has changed for the caller.
    """

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
    kind: OfferKind = OfferKind.PLACE

    @property
    def is_ringing(self) -> bool:
        """A warm offer that the agent took, and whose telephone has not been answered yet."""
        return self.kind is OfferKind.WARM and self.state is OfferState.PENDING and self.accept_when is not None

    def ended(self, state: OfferState, at: datetime, reason: str | None = None) -> Offer:
        """The same offer with its end; raises `IllegalMove` unless it is pending."""
        if self.state is not OfferState.PENDING:
            raise IllegalMove(f"offer {self.id} cannot move from {self.state} to {state}")
        return replace(self, state=state, ended_at=at, reason=reason)


@dataclass(frozen=True, slots=True)
class Choice:
    """Why this place and this agent: what the agent could take, and which older places were passed over.

    What the agent turned down after `declined_since` was not offered to the agent again.
    """

    queues: tuple[str, ...]
    languages: tuple[str, ...]
    channels: tuple[str, ...]
    passed_over: tuple[PassedOver, ...] = ()
    declined_since: datetime | None = None

    @classmethod
    def of(
        cls,
        agent: Agent,
        channels: Iterable[str],
        passed_over: Iterable[PassedOver],
        declined_since: datetime | None = None,
    ) -> Choice:
        return cls(agent.queues, agent.languages, tuple(channels), tuple(passed_over), declined_since)

    def as_data(self) -> dict[str, Any]:
        return {
            "queues": list(self.queues),
            "languages": list(self.languages),
            "channels": list(self.channels),
            "passed_over": [{"contact_id": each.contact_id, "why": each.why} for each in self.passed_over],
            "declined_since": micros(self.declined_since) if self.declined_since else None,
        }
