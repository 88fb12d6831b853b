"""Where deadlines, connections, effects, attempts and processes are kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from assistant.model.contact import AgentId, ContactId, LegId
from assistant.model.storage.records import (
    Deadline,
    Leg,
)


class Deadlines(Protocol):
    def set(self, kind: str, subject: str, due_at: datetime) -> None:
        """Stores or moves the one deadline of this kind and subject."""
        ...

    def clear(self, kind: str, subject: str) -> None: ...
    def when(self, kind: str, subject: str) -> datetime | None: ...
    def due(self, at: datetime, limit: int, but: Collection[str] = ()) -> Sequence[Deadline]:
        """What is due then, the longest overdue first; none of the kinds in `but`."""
        ...

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


class Effects(Protocol):
    """External effects begin as an intent row, unique by contact, kind and attempt."""

    def begin(self, contact_id: ContactId, kind: str, attempt: str) -> dict[str, Any] | None:
        """None: the intent is ours to carry out. Else the outcome that was recorded (empty while unknown)."""
        ...

    def outcome(self, contact_id: ContactId, kind: str, attempt: str) -> dict[str, Any] | None:
        """What was recorded of an intent (empty while unknown); None where it was never begun."""
        ...

    def finish(self, contact_id: ContactId, kind: str, attempt: str, outcome: dict[str, Any]) -> None: ...


class Paces(Protocol):
    """When the next of what may not be done too fast may be done, for all processes together."""

    def next(self, id: str, gap: timedelta) -> datetime:
        """A moment that is nobody else's: now, or `gap` after the one before it. Locks the pace to the commit."""
        ...


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
