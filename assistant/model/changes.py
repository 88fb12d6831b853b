"""Changes of a tenant's settings and people: append-only, each with who, when, what it was before and what after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from assistant.model.contact import AgentId

type Value = Any
"""What JSON can say."""

PEOPLE, PASSWORDS = "people", "passwords"
"""The kinds of the sections that are somebody, and somebody's password: `people.amira`, `passwords.amira`."""


def is_of_people(section: str) -> bool:
    return section.partition(".")[0] in {PEOPLE, PASSWORDS}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one section. `version` counts the changes of everything.

    `after` is None where the section is again as the tenant file has it. `by` is None for the operator, who has no
    account. `undoes` is the version that this one took back.
    """

    version: int
    at: datetime
    by: AgentId | None
    section: str
    before: Value
    after: Value
    comment: str | None = None
    undoes: int | None = None


class Changes(Protocol):
    """Where changes are kept. Nothing is ever altered or removed."""

    def lock(self) -> int:
        """Takes the changes to the commit, before any other lock, so that versions follow the order of commits.

        The latest version; 0 before the first change.
        """
        ...

    def latest(self) -> int:
        """The latest version, without a lock."""
        ...

    def current(self) -> Sequence[Change]:
        """The latest change of each section, in the order of their versions."""
        ...

    def of_section(self, section: str, before: int | None = None) -> Change | None:
        """The latest change of this section, or the latest before that version."""
        ...

    def get(self, version: int) -> Change | None: ...
    def listed(self, limit: int, before: int | None = None, section: str | None = None) -> Sequence[Change]:
        """The newest first."""
        ...

    def append(
        self,
        section: str,
        by: AgentId | None,
        *,
        before: Value,
        after: Value,
        comment: str | None = None,
        undoes: int | None = None,
    ) -> Change:
        """Keeps a change under the next version, and tells it to every process. Call `lock` first."""
        ...
