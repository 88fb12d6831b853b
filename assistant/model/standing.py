"""How a place stands: everything that routing goes by, as the audit trail tells it after each move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistant.model.contact import AgentId, Channel, Contact, QueueId, Reach, State
from assistant.model.place import from_micros, micros


@dataclass(frozen=True, slots=True)
class Standing:
    """What an event of `events.TELLS_STANDING` carries as its data's `place`: see `standing_data`.

    So the trail alone says at every moment who stood where, and whom routing could have offered.
    """

    state: State
    reach: Reach
    queue: QueueId
    order_at: int
    entered_at: datetime
    channel: Channel
    language: str
    direct_agent_id: AgentId | None = None
    callback_at: datetime | None = None

    @classmethod
    def of(cls, contact: Contact) -> Standing:
        return cls(
            contact.state,
            contact.reach,
            contact.queue,
            contact.order_at,
            contact.entered_at,
            contact.channel,
            contact.language,
            contact.direct_agent_id,
            contact.callback_at,
        )

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Standing:
        """The standing that `standing_data` gave this for."""
        direct, callback_at = data.get("direct_agent_id"), data.get("callback_at")
        return cls(
            state=State(data["state"]),
            reach=Reach(data["reach"]),
            queue=QueueId(data["queue"]),
            order_at=data["order_at"],
            entered_at=from_micros(data["entered_at"]),
            channel=Channel(data["channel"]),
            language=data["language"],
            direct_agent_id=AgentId(direct) if direct else None,
            callback_at=None if callback_at is None else from_micros(callback_at),
        )

    @property
    def serving_channel(self) -> Channel:
        """The channel on which an agent serves this place: who is to be called back is served on the telephone."""
        return Channel.VOICE if self.reach is Reach.CALLBACK else self.channel

    @property
    def slot_channel(self) -> Channel:
        """The channel of the slot that it takes."""
        return self.serving_channel.of_slot

    def can_be_reached(self, at: datetime) -> bool:
        """Present, or to be called back by now."""
        if self.reach is Reach.CALLBACK:
            return self.callback_at is not None and self.callback_at <= at
        return self.reach is Reach.PRESENT


def standing_data(place: Contact | Standing) -> dict[str, Any]:
    """How the place stands, in codes, ids and whole microseconds."""
    data = {
        "state": place.state.value,
        "reach": place.reach.value,
        "queue": place.queue,
        "order_at": place.order_at,
        "entered_at": micros(place.entered_at),
        "channel": place.channel.value,
        "language": place.language,
    }
    if place.direct_agent_id is not None:
        data["direct_agent_id"] = place.direct_agent_id
    if place.callback_at is not None:
        data["callback_at"] = micros(place.callback_at)
    return data
