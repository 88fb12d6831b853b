"""Agents: who they are, whether they take offers, and their slots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from assistant.model.contact import AgentId, Channel, ContactId, QueueId

USUAL_PROFICIENCY = 3


class Role(StrEnum):
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


SUPERVISORS = frozenset({Role.SUPERVISOR, Role.ADMIN})


class Presence(StrEnum):
    """Stops or allows new offers only; the work in the slots is apart from it."""

    SIGNED_OUT = "signed_out"
    NOT_READY = "not_ready"
    READY = "ready"


class RingsAt(StrEnum):
    """Which of an agent's telephones rings: the softphone in their console, or the telephone that is on file."""

    SOFTPHONE = "softphone"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Agent:
    """A person who takes contacts. `idle_since` is when the last work ended or readiness began: longest idle first.

    `is_reachable` says that a console is connected: an agent without one is not offered anything. `proficiency` is, by
    queue, how good the agent is at it (1 to 5, 3 where nothing is said): it counts in queues that prefer it. Without
    `has_access` nobody signs in: what was done stays, and so does the name.

    `phone` is the telephone on file, `has_softphone` whether calls may be taken in the console, `ring_choice` which of
    the two the agent wants; `is_softphone_on` that one of their consoles has told that it can be rung.
    """

    id: AgentId
    username: str
    name: str
    role: Role
    presence: Presence
    reason: str | None
    queues: tuple[QueueId, ...]
    languages: tuple[str, ...]
    phone: str | None
    idle_since: datetime | None
    is_reachable: bool
    proficiency: Mapping[QueueId, int] = field(default_factory=dict)
    has_access: bool = True
    has_softphone: bool = False
    ring_choice: RingsAt = RingsAt.SOFTPHONE
    is_softphone_on: bool = False

    @property
    def identity(self) -> str:
        """The softphone's name at the telephone company, which takes letters, digits and underscores."""
        return self.id.replace("-", "_")

    @property
    def rings_at(self) -> RingsAt | None:
        """Where a call rings now; None where none can. A softphone that nobody can ring is not rung."""
        is_wanted = self.ring_choice is RingsAt.SOFTPHONE or self.phone is None
        if self.has_softphone and self.is_softphone_on and is_wanted:
            return RingsAt.SOFTPHONE
        return RingsAt.PHONE if self.phone is not None else None

    @property
    def first_name(self) -> str:
        """What a caller is told."""
        return self.name.partition(" ")[0]

    def sees(self, queue: QueueId) -> bool:
        """Whether what was left in this queue is this agent's to read: those they serve, all for a supervisor."""
        return self.role in SUPERVISORS or queue in self.queues


@dataclass(frozen=True, slots=True)
class Slot:
    """One unit of an agent's capacity on a channel."""

    agent_id: AgentId
    channel: Channel
    n: int
    contact_id: ContactId | None


def free_channels(slots: Sequence[Slot]) -> frozenset[Channel]:
    """The channels on which these slots of one agent can take one contact more.

    A call takes all capacity: it needs every slot free, and while it lasts nothing else fits.
    """
    if all(slot.contact_id is None for slot in slots):
        return frozenset(slot.channel for slot in slots)
    if any(slot.contact_id is not None and slot.channel is Channel.VOICE for slot in slots):
        return frozenset()
    return frozenset(slot.channel for slot in slots if slot.contact_id is None and slot.channel is not Channel.VOICE)


def open_channels(agent: Agent, slots: Sequence[Slot]) -> frozenset[Channel]:
    """The channels on which this agent, whose slots these are, can take one contact more.

    A call needs a telephone that can be rung, besides.
    """
    free = free_channels(slots)
    return free if agent.rings_at is not None else free - {Channel.VOICE}
