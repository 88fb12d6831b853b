"""A contact: one caller's or visitor's one request, and the moves it can make.

Three things are kept apart: its `state` (where it stands between arrival and end), its `dialogue` (what the
assistant does meanwhile) and its `reach` (whether the caller can be connected right now).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType

from assistant.model.errors import IllegalMove

ContactId = NewType("ContactId", str)
AgentId = NewType("AgentId", str)
OfferId = NewType("OfferId", str)
LegId = NewType("LegId", str)
QueueId = NewType("QueueId", str)


class Channel(StrEnum):
    """What a contact is on; one at a time."""

    CHAT = "chat"
    VOICE = "voice"
    SMS = "sms"
    WHATSAPP = "whatsapp"

    @property
    def is_text(self) -> bool:
        """Written back and forth by telephone: no connection is up, and nobody need be there all the time."""
        return self in TEXT_CHANNELS

    @property
    def of_slot(self) -> Channel:
        """The channel of the agent's slot that serves it: texts are served as chats are."""
        return Channel.CHAT if self.is_text else self


TEXT_CHANNELS = frozenset({Channel.SMS, Channel.WHATSAPP})


class State(StrEnum):
    """Where a contact stands between arrival and end."""

    WAITING = "waiting"
    OFFERED = "offered"
    CONNECTED = "connected"
    WRAPPING = "wrapping"
    CLOSED = "closed"
    CONTAINED = "contained"
    ABANDONED = "abandoned"

    @property
    def is_in_line(self) -> bool:
        """The contact holds a place that counts in positions."""
        return self in {State.WAITING, State.OFFERED}

    @property
    def is_over(self) -> bool:
        """The caller's conversation has ended (the agent may still be wrapping up)."""
        return self in {State.WRAPPING, State.CLOSED, State.CONTAINED, State.ABANDONED}


MOVES: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.OFFERED, State.CONTAINED, State.ABANDONED, State.CLOSED}),
    State.OFFERED: frozenset({State.WAITING, State.CONNECTED, State.CONTAINED, State.ABANDONED, State.CLOSED}),
    State.CONNECTED: frozenset({State.WAITING, State.WRAPPING}),
    State.WRAPPING: frozenset({State.CLOSED}),
    State.CONTAINED: frozenset({State.WAITING}),
    State.ABANDONED: frozenset({State.WAITING, State.CLOSED}),  # closed by a message that was left before hanging up
    State.CLOSED: frozenset(),
}


class DialogueMode(StrEnum):
    """What the assistant does while the caller waits."""

    SPEAKING = "speaking"
    QUIET = "quiet"
    IN_STEP = "in_step"


class Reach(StrEnum):
    """Whether the caller can be connected right now. A caller who is away keeps the place and is not offered."""

    PRESENT = "present"
    AWAY = "away"
    CALLBACK = "callback"


class Outcome(StrEnum):
    """How a contact ended."""

    HANDLED = "handled"
    CONTAINED = "contained"
    ABANDONED = "abandoned"
    LEFT = "left"
    MESSAGE_LEFT = "message_left"
    CALLBACK_FAILED = "callback_failed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class PendingInput:
    """Something the caller was asked for apart from the talk; answered once, by `request_id`.

    `kind` is `secret` (never stored, never shown) or `text`; `digits` is its length.
    """

    request_id: str
    kind: str
    name: str
    digits: int
    prompt: str

    def as_data(self) -> dict[str, Any]:
        return {
            "request_id": self.request_id,
            "kind": self.kind,
            "name": self.name,
            "digits": self.digits,
            "prompt": self.prompt,
        }


@dataclass(frozen=True, slots=True)
class Verification:
    """Evidence of who the caller is, valid for the leg on which it was given.

    Levels: 0 nobody, 1 hinted, 2 PIN or signed identity token, 3 one-time code besides.
    """

    level: int = 0
    method: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """What a contact is about, or is about too."""

    topic: str
    is_urgent: bool = False

    def as_data(self) -> dict[str, Any]:
        return {"topic": self.topic, "is_urgent": self.is_urgent}


@dataclass(frozen=True, slots=True)
class Announced:
    """The wait that the caller was told last, in words, and what it stood on.

    `slots` served the line and `capacity` places a second were taken, behind `ahead` places at the line's `revision`.
    `promised_at` is when the longest wait that was told, and not taken back with a reason, is over.
    """

    low_seconds: int
    high_seconds: int
    ahead: int
    slots: float
    capacity: float
    queue: QueueId
    revision: int
    promised_at: datetime


@dataclass(frozen=True, slots=True)
class Contact:
    """One caller's one request. `order_at` (whole microseconds) orders its line and survives every return.

    `topic` is what is talked about now, `also` are the other matters in the order in which they were raised. `consent`
    None: not asked, or not answered. `told_ahead` is how many were ahead when the caller was told last.
    What happened up to `veiled_seq` is hidden from a caller who claimed the place by number, until verified again.
    `head_start_seconds` is how much older than the entry the place was made. While `direct_agent_id` is set the place
    is offered to that agent alone. `callback_number` is whom to call when the turn comes, not before `callback_at`;
    `may_call_back` says that the caller agreed to be called when a call is cut. Of who was erased, at `erased_at`, no
    words are kept any more, and nothing tells who it was.
    """

    id: ContactId
    channel: Channel
    queue: QueueId
    language: str
    state: State
    dialogue: DialogueMode
    reach: Reach
    entered_at: datetime
    order_at: int
    code: str
    seq: int = 0
    ani: str | None = None
    dnis: str | None = None
    topic: str | None = None
    is_urgent: bool = False
    also: tuple[Matter, ...] = ()
    customer_number: str | None = None
    customer_name: str | None = None
    verification: Verification = Verification()
    pending_input: PendingInput | None = None
    pending_number: str | None = None
    veiled_seq: int = 0
    failed_attempts: int = 0
    consent: bool | None = None
    consent_asked: bool = False
    told_ahead: int | None = None
    head_start_seconds: int = 0
    direct_agent_id: AgentId | None = None
    callback_number: str | None = None
    callback_at: datetime | None = None
    callback_tries: int = 0
    may_call_back: bool = False
    announced: Announced | None = None
    agent_id: AgentId | None = None
    offer_id: OfferId | None = None
    attempt: int = 0
    turn_until: datetime | None = None
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    disposition: str | None = None
    erased_at: datetime | None = None

    @property
    def told_topic(self) -> str | None:
        """An urgent matter that it is about, or else what is talked about; None where nothing may be passed on."""
        if self.consent is False:
            return None
        matters = [Matter(self.topic, self.is_urgent)] if self.topic is not None else []
        matters += [matter for matter in self.also if matter.topic != self.topic]
        return min(matters, key=lambda matter: not matter.is_urgent).topic if matters else None

    @property
    def serving_channel(self) -> Channel:
        """The channel on which an agent serves this place: who is to be called back is served on the telephone."""
        return Channel.VOICE if self.reach is Reach.CALLBACK else self.channel

    @property
    def slot_channel(self) -> Channel:
        """The channel of the slot that it takes."""
        return self.serving_channel.of_slot

    def moved(self, to: State, **changes: Any) -> Contact:
        """The same contact in the state `to`; raises `IllegalMove`, naming both states, where no move leads there."""
        if to not in MOVES[self.state]:
            raise IllegalMove(f"contact {self.id} cannot move from {self.state} to {to}")
        return replace(self, state=to, **changes)
