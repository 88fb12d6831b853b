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


def fact_id(topic: str, fact: str) -> str:
    """How a fact is called that belongs to a matter beside the one that is talked about."""
    return f"{topic}.{fact}"


@dataclass(frozen=True, slots=True)
class Told:
    """One matter as it was told, with its facts under the ids by which they are mended."""

    topic: str | None
    topic_label: str | None
    is_urgent: bool
    facts: tuple[Fact, ...]

    def as_data(self) -> dict[str, Any]:
        facts = [fact.as_data() for fact in self.facts]
        return {"topic": self.topic, "topic_label": self.topic_label, "urgent": self.is_urgent, "facts": facts}


@dataclass(frozen=True, slots=True)
class Gathered:
    """What will be passed to the agent, as the caller may read and mend it.

    `topic` and `facts` are the main matter's; `also` are the others, urgent ones first. `consent` is what the caller
    said to having it noted, None where that is not known.
    """

    topic: str | None
    topic_label: str | None
    verified: bool
    facts: tuple[Fact, ...]
    tried: tuple[Tried, ...]
    also: tuple[Told, ...] = ()
    is_urgent: bool = False
    consent: bool | None = None

    def passed_on(self, consent: bool | None) -> Gathered:
        """What an agent may know of it: of a caller who did not consent, nothing that came from the caller's words."""
        if consent is not False:
            return self
        return replace(self, topic=None, topic_label=None, facts=(), also=(), is_urgent=False)

    def as_data(self) -> dict[str, Any]:
        return {
            "topic": self.topic,
            "topic_label": self.topic_label,
            "verified": self.verified,
            "facts": [fact.as_data() for fact in self.facts],
            "tried": [tried.as_data() for tried in self.tried],
            "also": [matter.as_data() for matter in self.also],
            "urgent": self.is_urgent,
            "consent": self.consent,
        }


def headline(gathered: Gathered, customer_name: str | None, done_words: Callable[[str], str]) -> str:
    """One line for the agent's offer: who, what about, what was done. `done_words` tells a service's end in words."""
    who = customer_name or "Caller not verified"
    labels = [label for label in (gathered.topic_label, *(matter.topic_label for matter in gathered.also)) if label]
    about = "; also ".join(labels) or "has not said what it is about"
    if gathered.consent is False:
        about = "asked that nothing be passed on"
    done = [done_words(tried.service) for tried in gathered.tried if tried.outcome in {"done", "already_done"}]
    return f"{who}: {about}" + (f" ({', '.join(dict.fromkeys(done))})" if done else "")
