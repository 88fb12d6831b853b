"""Where lines, contacts and their trails are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from assistant.model.agent import Agent
from assistant.model.briefing import Fact, Tried
from assistant.model.contact import AgentId, Channel, Contact, ContactId, QueueId
from assistant.model.events import Event, EventType, Words
from assistant.model.place import EntryCause, Head, PassedOver
from assistant.model.review import Misheard
from assistant.model.storage.records import (
    InHand,
    LineChange,
    LineSnapshot,
    Tally,
)
from assistant.model.waiting import Observed


class Lines(Protocol):
    """The queues' rows and their lines. Every change takes the queue's row to the commit."""

    def order_for_arrival(self, queue: QueueId) -> int:
        """Locks the queue and gives the next `order_at`."""
        ...

    def enter(self, contact: Contact, cause: EntryCause) -> int: ...
    def leave(self, contact: Contact, cause: str) -> int: ...
    def lock(self, queue: QueueId) -> None: ...
    def length(self, queue: QueueId) -> int: ...
    def position(self, contact: Contact) -> int:
        """The 1-based rank of a contact that is in line, counted in this transaction."""
        ...

    def revision(self, queue: QueueId) -> int: ...
    def revisions(self) -> dict[QueueId, int]: ...
    def changes_after(self, queue: QueueId, revision: int, limit: int) -> Sequence[LineChange]: ...
    def snapshot(self, queue: QueueId) -> LineSnapshot: ...
    def ensure(self, queues: Sequence[QueueId]) -> None: ...


class Contacts(Protocol):
    def get(self, contact_id: ContactId) -> Contact | None: ...
    def lock(self, contact_id: ContactId) -> Contact | None:
        """The row, locked to the commit, with its queue's row locked first: safe for moves that change the line."""
        ...

    def lock_only(self, contact_id: ContactId) -> Contact | None:
        """The row alone, locked: for moves that leave the line as it is."""
        ...

    def add(self, contact: Contact, token_hash: str, key_hash: str | None, body_hash: str | None) -> None: ...
    def save(self, contact: Contact) -> None: ...
    def token_hash(self, contact_id: ContactId) -> str | None: ...
    def replace_token(self, contact_id: ContactId, token_hash: str) -> None: ...
    def further_than(self, known: Mapping[ContactId, int]) -> dict[ContactId, int]:
        """Those that have come further than this `seq`, and how far."""
        ...

    def by_keys(self, key_hashes: Sequence[str], since: datetime) -> dict[str, tuple[Contact, str]]:
        """Contacts created since then by idempotency key: `{key hash: (contact, body hash)}`."""
        ...

    def by_code(self, code: str) -> Contact | None: ...
    def last_call_of(self, ani: str, since: datetime) -> Contact | None:
        """The latest call from this number that entered, or was connected, since then; ended or not."""
        ...

    def lost_call_of(self, ani: str, queue: QueueId, since: datetime) -> Contact | None:
        """The oldest place of a call from this number that waits and is away, or was abandoned since then."""
        ...

    def callback_to(self, number: str) -> Contact | None:
        """The contact that is to be called back on this number, if there is one."""
        ...

    def of_customer_in_line(self, customer_number: str) -> Sequence[ContactId]:
        """The places that this customer holds now, by id: the order in which several may be locked."""
        ...

    def head(self, agent: Agent, channels: Sequence[Channel], not_declined_since: datetime) -> Head | None:
        """The smallest `(order_at, id)` that this agent can be offered now, not locked."""
        ...

    def next_eligible(
        self,
        agent: Agent,
        channels: Sequence[Channel],
        not_declined_since: datetime,
        seen: Head | None = None,
        *,
        waits: bool = True,
    ) -> Contact | InHand | None:
        """The same, locked; None where there is none. `seen`: the head of a look a moment ago.

        `IN_HAND` where somebody else is at it, or was first: then all is to be looked at anew. With `waits` only once
        they are done.
        """
        ...

    def passed_over(
        self, agent: Agent, channels: Sequence[Channel], not_declined_since: datetime, chosen: Contact
    ) -> list[PassedOver]:
        """The older places in the agent's queues, or for this agent alone, each with why it is passed over.

        That is if `chosen` is offered now.
        """
        ...

    def singled_out(self, not_declined_since: datetime) -> frozenset[AgentId]:
        """The agents for whom the head of the line may be another than for colleagues of the same skills."""
        ...

    def by_callback_number(self, number: str) -> Contact | None:
        """The open contact that is to be called back at this number; there is one at most."""
        ...

    def callbacks_before(self, queue: QueueId, at: datetime, limit: int) -> Sequence[ContactId]:
        """Waiting places that would be called back before then, in order."""
        ...

    def still_waiting(self, queue: QueueId, kept_until: datetime, limit: int) -> Sequence[ContactId]:
        """Waiting places that are present, or away with a grace that ends before then, in order."""
        ...

    def there_again(self, queue: QueueId, limit: int) -> Sequence[ContactId]:
        """Waiting places that are kept for a while as away though a connection is up, in order."""
        ...

    def in_conversation(self) -> Sequence[Contact]:
        """All contacts that are connected to an agent, longest first."""
        ...

    def with_silent_agent(self) -> frozenset[ContactId]:
        """Connected contacts whose agent was told of the silence twice and has still not spoken."""
        ...

    def contained_on(self, customer_number: str, topic: str, since: datetime, before: datetime) -> Sequence[ContactId]:
        """This verified customer's contacts on the topic that ended contained, within that time."""
        ...

    def has_called_before(self, ani: str, before: ContactId) -> bool:
        """Whether another contact has come from this number."""
        ...

    def earlier_of_customer(self, customer_number: str, before: ContactId, limit: int) -> Sequence[Contact]: ...
    def places_of_customer(self, customer_number: str, queue: QueueId, given_up_since: datetime) -> Sequence[Contact]:
        """This verified customer's places in the queue, oldest first: in line, or given up after that instant."""
        ...

    def count_waiting(self, queue: QueueId) -> int:
        """Places that could be offered now: waiting, and present or to be called back by now."""
        ...

    def with_agent(self, agent_id: AgentId) -> Sequence[Contact]: ...
    def kept_for(self, agent_id: AgentId) -> Sequence[Contact]:
        """Waiting places that are kept for this agent alone."""
        ...

    def unanswered(self, before: datetime) -> Sequence[ContactId]:
        """Contacts whose turn was begun and never finished: its lease has run out."""
        ...

    def tally(self) -> list[Tally]:
        """All contacts that wait, are offered or are connected."""
        ...

    def observed(self, after: Mapping[QueueId, int | None]) -> Observed:
        """The steps of these lines after a revision, and all slots that are held now.

        At most a few thousand steps per queue. After None: the latest ones, with when their slots were held.
        """
        ...


class Trail(Protocol):
    """The audit trail and the erasable words beside it."""

    def append(
        self,
        contact: Contact,
        type: EventType,
        data: dict[str, Any] | None = None,
        words: Words | None = None,
        **changes: Any,
    ) -> Contact:
        """The contact with its next `seq` and these changes; the event is stored with the same transaction.

        One that may be a move carries as `place` how the contact's place stands after it: see `Standing`.
        """
        ...

    def after(self, contact_id: ContactId, seq: int, types: frozenset[EventType] | None = None) -> Sequence[Event]: ...
    def has_client_id(self, contact_id: ContactId, client_id: str) -> bool: ...
    def put_fact(self, contact_id: ContactId, fact: Fact) -> None: ...
    def drop_facts(self, contact_id: ContactId, ids: Sequence[str]) -> None: ...
    def facts(self, contact_id: ContactId) -> tuple[Fact, ...]: ...
    def add_tried(self, contact_id: ContactId, tried: Tried) -> None: ...
    def tried(self, contact_id: ContactId) -> tuple[Tried, ...]: ...
    def misheard(self, since: datetime) -> Sequence[Misheard]:
        """What callers said since then that was not understood, and the last words of those who then left the line."""
        ...
