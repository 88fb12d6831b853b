"""What caller and agent hear before their conversation is written down or recorded: once, in one breath."""

from __future__ import annotations

from assistant.model.contact import Contact
from assistant.settings.calls import RecordingPart, TranscriptionPart
from assistant.settings.tenant import Tenant


class TalkNotices:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def for_caller(self, contact: Contact) -> list[str]:
        """At most one line."""
        told = [_told(part, contact) for part in (self._tenant.transcription, self._tenant.recording)]
        lines = list(dict.fromkeys(line for line in told if line))
        return [" ".join(lines)] if lines else []

    def for_agent(self, contact: Contact) -> list[str]:
        """The agent's own voice is recorded too; what is written down stands before their eyes."""
        line = _told(self._tenant.recording, contact)
        return [line] if line else []


def _told(part: TranscriptionPart | RecordingPart | None, contact: Contact) -> str | None:
    is_due = part is not None and part.needs == "notice" and part.allows(consent=contact.consent)
    return part.notice if part is not None and is_due else None
