"""What every part of the emulator shares: its account, its time, its webhooks, and its list of complaints."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime

from telephony.emulator.calls import API_VERSION, Call, new_sid
from telephony.emulator.pacing import Pace
from telephony.emulator.webhooks import Webhooks

log = logging.getLogger(__name__)

KEPT_NOTIFICATIONS = 1000


@dataclass(frozen=True, slots=True)
class Notification:
    """One complaint, as Twilio's own list of notifications holds them."""

    sid: str
    code: int
    call_sid: str
    message: str
    at: datetime


@dataclass(slots=True)
class Stage:
    """The account's surroundings."""

    account_sid: str
    pace: Pace
    webhooks: Webhooks
    notifications: deque[Notification] = field(default_factory=lambda: deque(maxlen=KEPT_NOTIFICATIONS))

    def complain(self, code: int, call_sid: str, message: str) -> None:
        """Keeps a complaint, where Twilio would put it into its debugger."""
        log.warning("%s: %d %s", call_sid, code, message)
        self.notifications.append(Notification(new_sid("NO"), code, call_sid, message, self.pace.now()))

    def call_params(self, call: Call, **more: str) -> dict[str, str]:
        """What every webhook about a call says."""
        return {
            "AccountSid": self.account_sid,
            "ApiVersion": API_VERSION,
            "CallSid": call.sid,
            "CallStatus": call.status,
            "Called": call.callee,
            "Caller": call.caller,
            "Direction": call.direction,
            "From": call.caller,
            "To": call.callee,
            **more,
        }

    def timestamp(self) -> str:
        return rfc2822(self.pace.now())


def rfc2822(at: datetime) -> str:
    """An instant as Twilio writes it: `Sun, 22 Nov 2026 16:00:00 +0000`."""
    return format_datetime(at)
