"""Real-time transcription of the agent's conversation: how it is asked for, and what is told of it.

It runs on the caller's call: what comes in there is the caller, what goes out is whoever the caller hears.
https://www.twilio.com/docs/voice/twiml/transcription
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from assistant.flow.captions import Caption, Captions
from assistant.model.contact import Contact, ContactId
from assistant.model.events import Author
from assistant.settings.tenant import Tenant
from telephony import payloads
from telephony.addresses import VOICE_TRANSCRIPT, Addresses
from telephony.payloads import MalformedWebhook
from telephony.twiml import hint_list
from telephony.voice_wording import listening_for, speaker_for

# One at a time per call, so that it can be stopped by whoever has not heard of its beginning.
TRANSCRIPTION = "captions"
AUTHORS = {"inbound_track": Author.CALLER, "outbound_track": Author.AGENT}
_SID = re.compile(r"GT[0-9a-zA-Z]{1,64}", re.ASCII)

type Fields = Mapping[str, str]


class Transcribing:
    """How conversations are written down, where the tenant has it so."""

    def __init__(self, tenant: Tenant, addresses: Addresses) -> None:
        self._tenant = tenant
        self._part = tenant.transcription
        self._addresses = addresses
        self._hints = hint_list(listening_for(tenant).hints)

    @property
    def is_on(self) -> bool:
        return self._part is not None

    def may_begin(self, contact: Contact) -> bool:
        return self._part is not None and self._part.allows(consent=contact.consent)

    def terms(self, contact: Contact) -> dict[str, Any]:
        """The same for a document and for a request."""
        part = self._part
        return {
            "name": TRANSCRIPTION,
            "track": "both_tracks",
            "status_callback_url": self._addresses.of(VOICE_TRANSCRIPT, contact=contact.id, attempt=contact.attempt),
            "status_callback_method": "POST",
            "partial_results": True,
            "language_code": speaker_for(contact.language).language,
            **({"transcription_engine": part.engine} if part is not None else {}),
            **({"speech_model": part.speech_model} if part is not None and part.speech_model else {}),
            **({"hints": self._hints} if self._hints else {}),
        }


class TranscriptionDoor:
    """Takes what is told of a transcription. Raises `MalformedWebhook` and what the flow raises."""

    def __init__(self, captions: Captions) -> None:
        self._captions = captions

    async def note(self, query: Fields, fields: Fields) -> None:
        contact_id, attempt = ContactId(query.get("contact", "")), payloads.count(query.get("attempt", "")) or 0
        session = fields.get("TranscriptionSid", "")
        if not _SID.fullmatch(session):
            raise MalformedWebhook("TranscriptionSid is missing or is none")
        match fields.get("TranscriptionEvent", ""):
            case "transcription-started":
                await self._captions.changed(contact_id, attempt, session, is_on=True)
            case "transcription-stopped":
                await self._captions.changed(contact_id, attempt, session, is_on=False)
            case "transcription-error":
                code = fields.get("TranscriptionErrorCode", "")
                code = code if payloads.count(code) is not None else "unknown"
                await self._captions.changed(contact_id, attempt, session, is_on=False, code=code)
            case "transcription-content":
                caption = _caption(session, fields)
                if caption is None:
                    return
                is_final = fields.get("Final", "true").lower() == "true"
                take = self._captions.final if is_final else self._captions.partial
                await take(contact_id, attempt, caption)


def _caption(session: str, fields: Fields) -> Caption | None:
    """What was said; None where nothing was, or nobody is told who."""
    author, sequence = AUTHORS.get(fields.get("Track", "")), payloads.count(fields.get("SequenceId", ""))
    try:
        told = json.loads(fields.get("TranscriptionData", ""))
        words = told["transcript"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if author is None or sequence is None or not isinstance(words, str) or not words.strip():
        return None
    return Caption(session, author, sequence, " ".join(words.split()), _instant(fields.get("Timestamp", "")))


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
