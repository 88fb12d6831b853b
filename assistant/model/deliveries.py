"""What is told of a contact to the outside, and how the telling stands: one delivery per event and endpoint.

A delivery is stored in the transaction of its event, so that none is told of what did not happen, and none is lost.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from assistant.model.contact import ContactId
from assistant.model.events import EventType

TOLD_AS: dict[EventType, str] = {
    EventType.CONTACT_PLACED: "contact.placed",
    EventType.OFFER_MADE: "contact.offered",
    EventType.CONTACT_CONNECTED: "contact.connected",
    EventType.CONTACT_RETURNED: "contact.returned",
    EventType.CONTACT_CLOSED: "contact.closed",
    EventType.FEEDBACK_GIVEN: "feedback.given",
    EventType.CONTACT_ERASED: "contact.erased",
}
"""The events of the trail that endpoints may be told of, by the names that they have there."""

GIVES_UP_AFTER = timedelta(hours=24)

type Subscriptions = Mapping[EventType, Sequence[str]]
"""The endpoints that are told of each kind of event."""


class DeliveryState(StrEnum):
    """`parked`: given up for now; it stays, for a supervisor to see and to send again."""

    PENDING = "pending"
    DELIVERED = "delivered"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one endpoint; `id` is the same at every attempt, and so is what it tells.

    `at` is when the event happened. While pending it is sent at `due_at` at the earliest, and parked by a failure after
    `gives_up_at`. `error` is why the last attempt failed: a status as `http_500`, or a code.
    """

    id: str
    endpoint: str
    contact_id: ContactId
    seq: int
    type: EventType
    at: datetime
    state: DeliveryState
    attempts: int
    due_at: datetime
    gives_up_at: datetime
    ended_at: datetime | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many deliveries of an endpoint are in a state, and when the event of the oldest one happened."""

    endpoint: str
    state: DeliveryState
    count: int
    oldest_at: datetime


class Deliveries(Protocol):
    """The rows on which the promise stands. `Trail.append` adds them."""

    def lease(self, endpoint: str, until: datetime, limit: int) -> Sequence[Delivery]:
        """Pending ones that are due, each for one process alone until then; one more attempt is counted.

        Of each contact the earliest pending one or none: the order of its events. None where the endpoint is parked.
        """
        ...

    def end(self, delivery: Delivery, state: DeliveryState, error: str | None = None) -> None:
        """Delivered, or parked; nothing where the lease has run out and somebody else holds it."""
        ...

    def postpone(self, delivery: Delivery, due_at: datetime, error: str | None) -> None:
        """The attempt came to nothing: this one and those that wait for it are due then."""
        ...

    def release(self, delivery: Delivery) -> None:
        """The attempt was not made: the lease is given back."""
        ...

    def again(self, endpoint: str, contact_id: ContactId, seq: int, gives_up_at: datetime) -> None:
        """What was told of this event did not do: it is due anew, whatever an attempt that is under way comes to."""
        ...

    def park_endpoint(self, endpoint: str, reason: str) -> None:
        """Nothing is sent there until a supervisor says so: all its pending ones are parked, and what comes."""
        ...

    def unpark(self, ids: Collection[str] | None, endpoint: str | None, gives_up_at: datetime) -> int:
        """These parked ones, or all of the endpoint, are pending anew; their endpoints are open. How many."""
        ...

    def park_unknown(self, known: Collection[str], before: datetime, reason: str) -> int:
        """Parks pending ones from before then for endpoints that nobody knows any more."""
        ...

    def parked_endpoints(self) -> dict[str, str]:
        """The endpoints that are parked as a whole, and why."""
        ...

    def listed(self, state: DeliveryState, endpoint: str | None, before: str | None, limit: int) -> Sequence[Delivery]:
        """The newest first; `before`: those older than this id."""
        ...

    def backlog(self) -> Sequence[Backlog]:
        """Of the pending and the parked ones."""
        ...

    def forget(self, before: datetime, limit: int) -> int:
        """Removes what was delivered before then, at most so many; how many."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint answered: a `status`, or why there was none (`error`, a code).

    `retry_after_seconds` is how long it asks to be left alone; `is_final`: another attempt would end the same way.
    """

    status: int | None
    error: str | None = None
    retry_after_seconds: float | None = None
    is_final: bool = False

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """410: the endpoint wants nothing more. https://www.standardwebhooks.com"""
        return self.status == 410

    @property
    def code(self) -> str:
        return f"http_{self.status}" if self.status is not None else self.error or "no_answer"


class Carrier(Protocol):
    """How deliveries reach one endpoint."""

    async def carry(self, delivery: Delivery) -> Answer:
        """One attempt. Raises `Unavailable` where it could not be made."""
        ...


class WebhookSender(Protocol):
    """Sends one message to one endpoint, signed. Never raises for what the other side does."""

    async def send(self, endpoint: str, id: str, body: bytes) -> Answer: ...


def subscriptions(events_of: Mapping[str, Collection[str]]) -> Subscriptions:
    """Who is told of what, by the names that each endpoint has subscribed to."""
    return {
        type: wanted
        for type, name in TOLD_AS.items()
        if (wanted := tuple(endpoint for endpoint, events in events_of.items() if name in events))
    }
