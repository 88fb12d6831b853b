"""What the agent sees first, and what the caller sees of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that the caller said and the agent would ask for."""

    id: str
    label: str
    value: str

    def as_data(self) -> dict[str, str]:
        return {"id": self.id, "label": self.label, "value": self.value}


@dataclass(frozen=True, slots=True)
class Tried:
    """One service that was tried during the wait, and how it ended: done, already_done, refused, failed."""

    service: str
    label: str
    outcome: str

    def as_data(self) -> dict[str, str]:
        return {"service": self.service, "label": self.label, "outcome": self.outcome}


@dataclass(frozen=True, slots=True)
class Gathered:
    """What will be passed to the agent, as the caller may read and mend it."""

    topic: str | None
    topic_label: str | None
    verified: bool
    facts: tuple[Fact, ...]
    tried: tuple[Tried, ...]

    def passed_on(self, consent: bool | None) -> Gathered:
        """What an agent may know of it: of a caller who did not consent, nothing that came from the caller's words."""
        return replace(self, topic=None, topic_label=None, facts=()) if consent is False else self

    def as_data(self) -> dict[str, Any]:
        return {
            "topic": self.topic,
            "topic_label": self.topic_label,
            "verified": self.verified,
            "facts": [fact.as_data() for fact in self.facts],
            "tried": [tried.as_data() for tried in self.tried],
        }


def headline(gathered: Gathered, customer_name: str | None, done_words: Callable[[str], str]) -> str:
    """One line for the agent's offer: who, what about, what was done. `done_words` tells a service's end in words."""
    who = customer_name or "Caller not verified"
    about = gathered.topic_label or "has not said what it is about"
    done = [done_words(tried.service) for tried in gathered.tried if tried.outcome in {"done", "already_done"}]
    return f"{who}: {about}" + (f" ({', '.join(dict.fromkeys(done))})" if done else "")
