"""A queue as the tenant has it: its rules, and when it is open."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, field_validator

from assistant.model.contact import QueueId
from assistant.model.hours import ALWAYS, DAYS, Hours, Span
from assistant.settings.timing import A_DAY

MIDNIGHT = time(0)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _span(value: str) -> Span:
    opening, _, closing = value.partition("-")
    return time.fromisoformat(opening.strip()), time.fromisoformat(closing.strip().replace("24:00", "00:00"))


def _checked(value: str) -> str:
    try:
        _span(value)
    except ValueError:
        raise ValueError(f"{value[:20]!r} is no span of a day, such as 09:00-17:30") from None
    return value


type WrittenSpan = Annotated[str, AfterValidator(_checked)]
type Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class HoursPart(_Part):
    """`time_zone`, and for each day `mon` … `sun` a list of spans such as `09:00-17:30`; `holidays` are dates."""

    time_zone: str = "UTC"
    weekly: dict[Day, Annotated[list[WrittenSpan], Field(max_length=12)]]
    holidays: list[date] = Field(default=[], max_length=1000)

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"unknown time zone {value[:80]!r}") from None
        return value

    @field_validator("weekly")
    @classmethod
    def _opens_some_day(cls, value: dict[Day, list[str]]) -> dict[Day, list[str]]:
        if not any(value.values()):
            raise ValueError("hours that never open")
        return value

    def as_hours(self) -> Hours:
        weekly = tuple(tuple(_span(span) for span in self.weekly.get(day, [])) for day in DAYS)  # type: ignore[call-overload]
        return Hours(ZoneInfo(self.time_zone), weekly, frozenset(self.holidays))


def _hours(value: Any) -> Hours:
    if isinstance(value, Hours):
        return value
    return ALWAYS if value == "always" else HoursPart.model_validate(value).as_hours()


def _written(hours: Hours) -> Any:
    """The hours as a tenant file has them."""
    if hours.is_always:
        return "always"
    weekly = {day: [_written_span(span) for span in spans] for day, spans in zip(DAYS, hours.weekly, strict=True)}
    holidays = [day.isoformat() for day in sorted(hours.holidays)]
    return {"time_zone": hours.zone.key, "weekly": weekly, "holidays": holidays}


def _written_span(span: Span) -> str:
    opening, closing = span
    return f"{opening:%H:%M}-{'24:00' if closing == MIDNIGHT else f'{closing:%H:%M}'}"


class OverflowPart(_Part):
    """Who has waited so long is served by another queue's agents too: the place moves there and keeps its order."""

    to: QueueId
    after_seconds: float = Field(gt=0, le=A_DAY)


class QueueRules(_Part):
    """What holds in one queue while it is open.

    `expected_handle_seconds` is what the wait is predicted from until enough services were seen. `limit` is how many
    places there may be at once. With `prefers_proficiency` the agent who is best at this queue comes before the one
    who has been idle longest.
    """

    name: str = Field(min_length=1, max_length=80)
    dnis: list[Annotated[str, Field(min_length=1, max_length=40)]] = Field(default=[], max_length=100)
    expected_handle_seconds: float = Field(default=300, gt=0, le=A_DAY)
    target_seconds: int = Field(default=60, ge=0, le=A_DAY)
    limit: int | None = Field(default=None, ge=1, le=1_000_000)
    overflow: OverflowPart | None = None
    prefers_proficiency: bool = False


class QueuePart(QueueRules):
    """One queue: its rules, and when it is open."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    hours: Annotated[Hours, BeforeValidator(_hours), PlainSerializer(_written)] = ALWAYS
