"""How a tenant's calls are carried: what belongs to the telephone alone."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class TranscriptionPart(BaseModel):
    """What caller and agent say to each other is written down while they talk.

    Before it begins: `nothing`, a `notice` that the caller hears, or `consent`, the caller's own yes to what is passed
    on. It always pauses while a caller keys in a secret.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    needs: Literal["nothing", "notice", "consent"] = "notice"
    notice: str = Field(default="What you say from now on is written down for your agent.", min_length=1)
    pauses_on_hold: bool = True
    engine: Literal["google", "deepgram"] = "google"
    speech_model: str | None = None

    def allows(self, *, consent: bool | None) -> bool:
        """Whether a caller's words may be written down; `consent` is what they have said to that, if anything."""
        return self.needs != "consent" or consent is True


class RecordingPart(BaseModel):
    """What caller and agent say to each other is recorded, and kept for `kept_days`.

    Before it begins: `nothing`, a `notice` that both hear, or `consent`, the caller's own yes to what is passed on. It
    always pauses while a caller keys in a secret, and on hold.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    needs: Literal["nothing", "notice", "consent"] = "notice"
    notice: str = Field(default="This conversation is recorded from now on.", min_length=1)
    kept_days: int = Field(default=30, ge=1)

    def allows(self, *, consent: bool | None) -> bool:
        """Whether a caller may be recorded; `consent` is what they have said to that, if anything."""
        return self.needs != "consent" or consent is True


class RelayPart(BaseModel):
    """Callers talk over one socket per call (ConversationRelay) instead of one webhook per turn.

    `voices` names the provider's voice per language. Partial prompts exist with Deepgram's `flux` alone.
    `silence_seconds` is how long a caller is waited for before the assistant says that it is still there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    tts_provider: Literal["Google", "Amazon", "ElevenLabs"] = "Amazon"
    voices: dict[str, str] = {}
    transcription_provider: Literal["Deepgram", "Google"] = "Deepgram"
    speech_model: str | None = None
    interrupt_sensitivity: Literal["high", "medium", "low"] = "high"
    silence_seconds: float = Field(default=6, gt=0, le=60)

    @property
    def tells_partial_prompts(self) -> bool:
        return self.transcription_provider == "Deepgram" and self.speech_model == "flux"
