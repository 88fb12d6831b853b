"""When the supervisor's board raises an alarm about a line."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class AlarmsPart(BaseModel):
    """Each is a threshold; null: no such alarm.

    `longest_wait`: times the line's own target. `waiting`: places that wait. `nobody_ready`: somebody waits and nobody
    who is ready serves the line. `service_level` and `promises_kept` are today's, once there are `at_least` to go by.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    longest_wait: float | None = Field(default=1.0, gt=0, le=100)
    waiting: int | None = Field(default=None, ge=1, le=1_000_000)
    nobody_ready: bool = True
    service_level: float | None = Field(default=0.5, gt=0, le=1)
    promises_kept: float | None = Field(default=0.5, gt=0, le=1)
    at_least: int = Field(default=20, ge=1, le=1_000_000)
