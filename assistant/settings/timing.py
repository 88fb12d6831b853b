"""How long things may take at a tenant."""

from __future__ import annotations

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field


class TimingPart(BaseModel):
    """How long things may take, in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    grace_seconds: float = Field(default=120, gt=0)
    offer_seconds: float = Field(default=20, gt=0)
    declined_seconds: float = Field(default=60, ge=0)
    after_step_seconds: float = Field(default=20, gt=0)
    briefing_seconds: float = Field(default=1, gt=0)
    ring_seconds: float = Field(default=30, gt=0)
    wrap_up_seconds: float = Field(default=180, gt=0)
    console_grace_seconds: float = Field(default=30, gt=0)
    reclaim_seconds: float = Field(default=600, gt=0)
    short_abandon_seconds: float = Field(default=5, ge=0)
    announcement_seconds: float = Field(default=45, gt=0)
    run_off_seconds: float = Field(default=1800, ge=0)
    direct_seconds: float = Field(default=60, gt=0)
    agent_silent_seconds: float = Field(default=60, gt=0)
    caller_idle_seconds: float = Field(default=300, gt=0)
    caller_warned_seconds: float = Field(default=60, gt=0)
    first_silence_seconds: float = Field(default=60, gt=0)
    text_present_seconds: float = Field(default=300, gt=0)
    text_answer_seconds: float = Field(default=300, gt=0)
    text_kept_seconds: float = Field(default=3600, gt=0)

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
