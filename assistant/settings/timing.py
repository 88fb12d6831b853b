"""How long things may take at a tenant."""

from __future__ import annotations

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

A_DAY = 86_400
A_YEAR = 366 * A_DAY


class TimingPart(BaseModel):
    """How long things may take, in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    grace_seconds: float = Field(default=120, gt=0, le=A_YEAR)
    offer_seconds: float = Field(default=20, gt=0, le=A_YEAR)
    declined_seconds: float = Field(default=60, ge=0, le=A_YEAR)
    after_step_seconds: float = Field(default=20, gt=0, le=A_YEAR)
    briefing_seconds: float = Field(default=1, gt=0, le=A_YEAR)
    ring_seconds: float = Field(default=30, gt=0, le=A_YEAR)
    wrap_up_seconds: float = Field(default=180, gt=0, le=A_YEAR)
    console_grace_seconds: float = Field(default=30, gt=0, le=A_YEAR)
    reclaim_seconds: float = Field(default=600, gt=0, le=A_YEAR)
    short_abandon_seconds: float = Field(default=5, ge=0, le=A_YEAR)
    announcement_seconds: float = Field(default=45, gt=0, le=A_YEAR)
    run_off_seconds: float = Field(default=1800, ge=0, le=A_YEAR)
    direct_seconds: float = Field(default=60, gt=0, le=A_YEAR)
    agent_silent_seconds: float = Field(default=60, gt=0, le=A_YEAR)
    caller_idle_seconds: float = Field(default=300, gt=0, le=A_YEAR)
    caller_warned_seconds: float = Field(default=60, gt=0, le=A_YEAR)
    first_silence_seconds: float = Field(default=60, gt=0, le=A_YEAR)
    text_present_seconds: float = Field(default=300, gt=0, le=A_YEAR)
    text_answer_seconds: float = Field(default=300, gt=0, le=A_YEAR)
    text_kept_seconds: float = Field(default=3600, gt=0, le=A_YEAR)

    @property
    def grace(self) -> timedelta:
        """For whoever's connection is lost."""
        return timedelta(seconds=self.grace_seconds)

    @property
    def console_grace(self) -> timedelta:
        """For an agent whose console is lost."""
        return timedelta(seconds=self.console_grace_seconds)

    @property
    def ring(self) -> timedelta:
        """How long an agent's telephone rings."""
        return timedelta(seconds=self.ring_seconds)
