"""What an emulator is told at its start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class NumberHooks:
    """What Twilio's console holds about a number: who is asked when it is called, who when that fails, who is told,
    who is asked about a text, and who when that fails."""

    voice_url: str
    voice_fallback_url: str | None = None
    status_callback_url: str | None = None
    sms_url: str | None = None
    sms_fallback_url: str | None = None


@dataclass(frozen=True, slots=True)
class EmulatorSettings:
    """One account. `speed` is how many of its seconds pass in one real second; webhooks' time-outs stay real.

    `calls_per_second` limits how fast outgoing calls leave the queue, in the account's seconds, as Twilio's own does.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    numbers: Mapping[str, NumberHooks]
    speed: float = 1.0
    calls_per_second: float = 1.0
    webhook_seconds: float = 15.0
    allowed_origins: tuple[str, ...] = ()
