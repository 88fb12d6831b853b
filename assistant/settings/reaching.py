"""How a tenant is reached, and what it says when it is not: callbacks, texts, messages, notices, the fallback."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import phonenumbers
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator, model_validator

from assistant.model.contact import QueueId


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CallbacksPart(_Part):
    """Whom we call back and how. `first`: who is rung first, the `agent` or the `customer`.

    `region` is where a number without a country code is dialled from, `countries` (two letters) which numbers may be
    called. After `tries` that came to nothing, `snooze_seconds` apart, the callback has failed.
    """

    first: Literal["agent", "customer"] = "agent"
    region: str = Field(default="GB", pattern="^[A-Z]{2}$")
    countries: list[str] = ["GB"]
    tries: int = Field(default=3, ge=1, le=10)
    snooze_seconds: float = Field(default=300, gt=0)
    ring_seconds: float = Field(default=30, ge=5, le=120)
    latest_days: int = Field(default=14, ge=1)

    @field_validator("region", "countries")
    @classmethod
    def _exist(cls, value: str | list[str]) -> str | list[str]:
        for country in [value] if isinstance(value, str) else value:
            if country not in phonenumbers.SUPPORTED_REGIONS:
                raise ValueError(f"{country!r} is no country with telephone numbers")
        return value


class TextsPart(_Part):
    """Texts by telephone. `chat_url`: the page with the widget, to which a text leads where a secret is asked for.

    `whatsapp_template`: the approved template (`HX…`) that is sent where free words are not allowed any more.
    """

    chat_url: str | None = Field(default=None, pattern=r"^https?://[^\s#]+$")
    whatsapp_template: str | None = Field(default=None, pattern="^HX[0-9a-fA-F]{32}$")


class SpokenPart(_Part):
    """Messages that callers speak where nobody can take the call. A recording is deleted after `kept_days`.

    `is_written_down`: the telephone company is asked to, which it does in English alone.
    """

    is_offered: bool = True
    longest_seconds: int = Field(default=120, ge=10, le=120)
    is_written_down: bool = True
    kept_days: int = Field(default=30, ge=1)


class NoticePart(_Part):
    """What everybody hears or reads first who comes, as in an emergency; to these `queues` alone where some are named.

    From `begin` to before `end`, each with its offset from UTC; without one it begins at once, and does not end.
    """

    says: str = Field(min_length=1, max_length=600)
    queues: list[QueueId] = []
    begin: AwareDatetime | None = None
    end: AwareDatetime | None = None

    @model_validator(mode="after")
    def _ends_after_its_beginning(self) -> NoticePart:
        if self.begin is not None and self.end is not None and self.end <= self.begin:
            raise ValueError("end: it must be later than begin")
        return self

    def holds(self, queue: QueueId, at: datetime) -> bool:
        has_begun, is_over = self.begin is None or self.begin <= at, self.end is not None and self.end <= at
        return has_begun and not is_over and (not self.queues or queue in self.queues)


class FallbackPart(_Part):
    """What `holdfast fallback` writes for the day when the service is gone: a sentence more, and a number to call."""

    says: str | None = Field(default=None, min_length=1, max_length=600)
    number: str | None = Field(default=None, pattern=r"^\+[1-9][0-9 ]{5,18}$")
