"""The storage port: a unit of work over repositories named by what they keep.

A transaction's body is a plain function, so that nothing can be awaited inside it: no transaction can stay open across
Rasa or the telephone company, because none can.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Protocol

from assistant.model.agent import Agent, Slot
from assistant.model.briefing import Fact, Tried
from assistant.model.contact import AgentId, Channel, Contact, ContactId, LegId, OfferId, QueueId, State
from assistant.model.deliveries import Deliveries
from assistant.model.events import Event, EventType, Words
from assistant.model.history import History
from assistant.model.measures import Reports
from assistant.model.offer import Offer
from assistant.model.overview import Overview
from assistant.model.place import EntryCause, Head, PassedOver
from assistant.model.review import Misheard
from assistant.model.supervision import Supervision
from assistant.model.waiting import Observed

type InHand = Literal["in_hand"]
IN_HAND: InHand = "in_hand"
"""Somebody else is at it just now."""

type Notice = tuple[str, dict[str, Any]]
"""A topic and what is told on it once the transaction has committed."""


@dataclass(frozen=True, slots=True)
class LineChange:
    """One step of a queue's line: `enter` or `leave` of one place, at one revision."""

    queue: QueueId
    revision: int
    op: str
    contact_id: ContactId
    order_at: int
    cause: str


@dataclass(frozen=True, slots=True)
class LineSnapshot:
    """A whole line at one revision: `(order_at, contact id)` in order."""

    queue: QueueId
    revision: int
    places: tuple[tuple[int, ContactId], ...]


class LegKind(StrEnum):
    SOCKET = "socket"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Leg:
    """One connection of a contact: a socket or a call (`ref` is its CallSid)."""

    id: LegId
    contact_id: ContactId
    kind: LegKind
    ref: str
    process_id: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """Contacts of one queue in one state, with one agent or none: how many, and when the first of them entered."""

    queue: QueueId
    agent_id: AgentId | None
    state: State
    count: int
    first_entered_at: datetime


@dataclass(frozen=True, slots=True)
class Deadline:
    """A stored point in time; firing it is a guarded move in one transaction, so it happens once."""

    kind: str
    subject: str
    due_at: datetime


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


class Agents(Protocol):
    def add(self, agent: Agent, password_hash: str, slots: Sequence[Slot]) -> None: ...
    def get(self, agent_id: AgentId) -> Agent | None: ...
    def lock(self, agent_id: AgentId) -> Agent | None: ...
    def by_username(self, username: str) -> tuple[Agent, str] | None:
        """The agent and the password's hash."""
        ...

    def any_password_hash(self) -> str | None:
        """Somebody's: what the password of a name that nobody has is checked against."""
        ...

    def all(self) -> Sequence[Agent]: ...
    def takers(self) -> Sequence[Agent]:
        """Ready and reachable agents with a free slot, longest idle first."""
        ...

    def save(self, agent: Agent) -> None: ...
    def slots(self, agent_id: AgentId) -> list[Slot]: ...
    def slots_of_all(self, agent_ids: Sequence[AgentId]) -> Mapping[AgentId, list[Slot]]: ...
    def take_slot(self, agent_id: AgentId, channel: Channel, contact_id: ContactId) -> bool: ...
    def free_slot(self, contact_id: ContactId) -> AgentId | None: ...
    def add_session(self, token_hash: str, agent_id: AgentId, expires_at: datetime) -> None:
        """Begins a session, and forgets this agent's outdated ones."""
        ...

    def session(self, token_hash: str) -> Agent | None: ...
    def end_session(self, token_hash: str) -> None: ...
    def add_console(self, console_id: str, agent_id: AgentId, process_id: str) -> None: ...
    def end_console(self, console_id: str) -> AgentId | None: ...
    def has_console(self, agent_id: AgentId) -> bool: ...


class Offers(Protocol):
    def add(self, offer: Offer) -> None: ...
    def get(self, offer_id: OfferId) -> Offer | None: ...
    def save(self, offer: Offer) -> None: ...
    def pending(self) -> Sequence[Offer]: ...
    def pending_of(self, contact_id: ContactId) -> Offer | None:
        """The one pending offer of a contact."""
        ...

    def of_agent(self, agent_id: AgentId) -> Sequence[Offer]:
        """Pending offers, and accepted ones that are not joined yet."""
        ...


class Deadlines(Protocol):
    def set(self, kind: str, subject: str, due_at: datetime) -> None:
        """Stores or moves the one deadline of this kind and subject."""
        ...

    def clear(self, kind: str, subject: str) -> None: ...
    def when(self, kind: str, subject: str) -> datetime | None: ...
    def due(self, at: datetime, limit: int) -> Sequence[Deadline]: ...
    def later_than(self, kind: str, at: datetime) -> Sequence[Deadline]: ...
    def take(self, deadline: Deadline) -> bool:
        """Removes it if it still stands and is due then: only the one who gets True fires it.

        What it is about is locked before, in the lock order; where somebody else is at it, nobody waits.
        """
        ...

    def postpone_all(self, kinds: Sequence[str], seconds: float) -> None: ...


class Legs(Protocol):
    def add(self, leg: Leg) -> None: ...
    def by_ref(self, ref: str) -> Leg | None: ...
    def of_contact(self, contact_id: ContactId) -> Sequence[Leg]: ...
    def end(self, leg_id: LegId) -> bool: ...
    def reopen(self, leg_id: LegId, process_id: str) -> None:
        """The leg is up, and this process knows it."""
        ...

    def of_process(self, process_id: str) -> Sequence[Leg]:
        """Those that are up, in the order of their contacts."""
        ...


class Supervisions(Protocol):
    """Which supervisor is beside which contact, and how; nothing of it outlives the agent's part in the contact."""

    def put(self, supervision: Supervision) -> None:
        """Begins one, or changes how it is done."""
        ...

    def end(self, contact_id: ContactId, agent_id: AgentId) -> bool:
        """False where there was none."""
        ...

    def of_agent(self, agent_id: AgentId) -> Sequence[Supervision]: ...
    def of_contact(self, contact_id: ContactId) -> Sequence[Supervision]: ...
    def of_contacts(self) -> Sequence[Supervision]:
        """All there are."""
        ...


class Effects(Protocol):
    """External effects begin as an intent row, unique by contact, kind and attempt."""

    def begin(self, contact_id: ContactId, kind: str, attempt: str) -> dict[str, Any] | None:
        """None: the intent is ours to carry out. Else the outcome that was recorded (empty while unknown)."""
        ...

    def outcome(self, contact_id: ContactId, kind: str, attempt: str) -> dict[str, Any] | None:
        """What was recorded of an intent (empty while unknown); None where it was never begun."""
        ...

    def finish(self, contact_id: ContactId, kind: str, attempt: str, outcome: dict[str, Any]) -> None: ...


class Attempts(Protocol):
    """Failed verifications per customer number, durable across contacts, channels and restarts."""

    def failures(self, subject: str) -> tuple[int, datetime | None]:
        """How many in a row, and until when the subject is locked."""
        ...

    def record(self, subject: str, failures: int, locked_until: datetime | None) -> None: ...


class Codes(Protocol):
    """The one-time code of each customer, as a keyed hash; one at a time."""

    def keep(self, subject: str, code_hash: str, expires_at: datetime, at_most: int, since: datetime) -> bool:
        """Replaces the subject's code; False, and nothing changes, where `at_most` were kept since then."""
        ...

    def take(self, subject: str, code_hash: str) -> bool:
        """Uses the code up if it is this one and still good."""
        ...


class Processes(Protocol):
    """The service's processes and their pulses, in the database's time: how an outage is known afterwards."""

    def now(self) -> datetime:
        """By the database's own clock, which all processes share. SQLite has none: there it is the unit's `now`."""
        ...

    def pulse(self, process_id: str, at: datetime) -> bool:
        """False where it was not known, or had been taken for dead."""
        ...

    def silent_since(self, before: datetime) -> Sequence[str]:
        """Also those that were taken for dead before that and are not removed yet."""
        ...

    def latest_pulse(self) -> datetime | None: ...
    def take_for_dead(self, process_id: str, silent_since: datetime, at: datetime) -> Sequence[AgentId] | None:
        """Forgets its consoles; the agents who had one there. Its own next pulse, if it lives, learns of it.

        None where it has pulsed since then, or somebody else has taken it for dead since then.
        """
        ...

    def keep_taken(self, process_id: str, at: datetime) -> None:
        """Whoever took it for dead is at it still: nobody else needs to."""
        ...

    def remove(self, process_id: str) -> None:
        """Forgets one that was taken for dead and has not been heard of since."""
        ...

    def of_consoles(self, agent_id: AgentId) -> frozenset[str]:
        """Those on which this agent has a console."""
        ...

    def has_cut_off(self, agent_id: AgentId, before: datetime) -> bool:
        """Whether every console of this agent, of one at least, is on a process that has been silent since then."""
        ...


class UnitOfWork(Protocol):
    """One transaction. `now` is one instant for all of it; notices are told after the commit."""

    now: datetime
    lines: Lines
    contacts: Contacts
    trail: Trail
    agents: Agents
    offers: Offers
    deadlines: Deadlines
    legs: Legs
    supervisions: Supervisions
    effects: Effects
    attempts: Attempts
    codes: Codes
    processes: Processes
    deliveries: Deliveries
    history: History
    reports: Reports
    overview: Overview

    def tell(self, topic: str, **payload: Any) -> None: ...
    def flush(self) -> None:
        """Writes what was gathered so far, so that the next query sees it."""
        ...


class Store(Protocol):
    """Where the truth is. Both raise `Unavailable` when the database is away or busy."""

    async def transact[T](self, work: Callable[[UnitOfWork], T]) -> T:
        """Runs `work` in one transaction, commits, then tells its notices. `work` may run again after a conflict."""
        ...

    async def read[T](self, work: Callable[[UnitOfWork], T]) -> T:
        """Runs `work` on one consistent snapshot; it must not write."""
        ...

    def apart(self, connections: int) -> Store:
        """The same, for work that a crowd on this one must not hold up; closed by itself, before this one."""
        ...

    async def close(self) -> None: ...
