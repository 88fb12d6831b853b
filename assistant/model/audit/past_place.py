"""One contact's place in the replay: how it stood lately."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from assistant.model.contact import AgentId
from assistant.model.standing import Standing


@dataclass(slots=True)
class PastPlace:
    """One contact's place as it stood lately, and which agents turned it down, or passed it on, when."""

    history: list[tuple[datetime, Standing]] = field(default_factory=list)
    refusals: list[tuple[AgentId, datetime]] = field(default_factory=list)
    passed_on: list[tuple[AgentId, datetime]] = field(default_factory=list)
    served_by: AgentId | None = None

    @property
    def standing(self) -> Standing | None:
        return self.history[-1][1] if self.history else None

    def stands(self, standing: Standing, at: datetime, forgotten: datetime) -> None:
        """A new standing. Of those before `forgotten` the last one is kept: it was in force then."""
        while len(self.history) > 1 and self.history[1][0] <= forgotten:
            del self.history[0]
        self.history.append((at, standing))

    def between(self, begin: datetime, end: datetime) -> Iterator[Standing | None]:
        """How the place stood at any time from `begin` to `end`; None: it was not there yet."""
        before: Standing | None = None
        for at, standing in self.history:
            if at > end:
                break
            if at > begin:
                yield before
            before = standing
        yield before
