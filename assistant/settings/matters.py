"""What callers ring about and what can be settled or told, as the tenant file has it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.model.contact import QueueId


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TopicPart(_Part):
    """What callers ring about. `queue` is the line that handles it: who stands in another is asked before moving."""

    label: str
    facts: dict[str, str] = {}
    queue: QueueId | None = None


class LaterPart(_Part):
    """What a caller who comes back after a service is asked about: "Is it about `spoken` on Tuesday?"

    A yes begins `topic`, whose `day_fact` is then known.
    """

    topic: str
    spoken: str
    day_fact: str | None = None


class PagePart(_Part):
    """What a page of the tenant's says, in a sentence that can be spoken: `{title: Fees abroad, says: …}`."""

    title: str = Field(min_length=1, max_length=100)
    says: str = Field(min_length=1, max_length=400)


class ServicePart(_Part):
    """What the assistant can settle or tell, and how its end is told: `card frozen`.

    It needs the `level` of verification. `looks_up` is what it has to see of the customer in the back office, to tell
    it or to choose from it; a `page` answers without one, to anybody.
    """

    label: str
    done: str | None = None
    level: int = Field(default=2, ge=0, le=3)
    later: LaterPart | None = None
    looks_up: str | None = Field(default=None, pattern="^[a-z_]{1,40}$")
    page: PagePart | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> ServicePart:
        if self.page is not None and (self.level or self.looks_up):
            raise ValueError("a page is for everybody: level 0, and nothing is looked up")
        if self.looks_up is not None and self.level < 2:
            raise ValueError("what is looked up of a customer needs level 2 or 3")
        return self
