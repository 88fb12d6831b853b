"""The document that hands a call to its socket, and the ticket that the socket is opened with.

The address has no query, which Twilio's sockets do not carry: the turn travels in `<Parameter>`s, which come back in
the socket's first message. A ticket is good for one session of one contact, and is made of the service's own key.
"""

from __future__ import annotations

import hmac
from dataclasses import replace

from twilio.twiml.voice_response import Connect, ConversationRelay, VoiceResponse  # type: ignore[import-untyped]

from assistant.flow.transcripts import ContactView
from assistant.model.contact import ContactId
from assistant.settings.calls import RelayPart
from assistant.settings.tenant import Tenant
from telephony.addresses import VOICE_RELAY, Addresses, TurnState
from telephony.twiml import hint_list, speakable
from telephony.voice_steps import Next, follow, is_said
from telephony.voice_wording import listening_for, speaker_for

TICKET = "ticket"
TOLD = "told"
EVENTS = "speaker-events tokens-played"


class Tickets:
    """What proves that a socket was asked for by us: besides the signature, for a signed address can be replayed."""

    def __init__(self, secret_key: bytes) -> None:
        self._key = hmac.digest(secret_key, b"relay-tickets", "sha256")

    def of(self, contact_id: ContactId, n: int) -> str:
        return hmac.digest(self._key, f"{contact_id}/{n}".encode(), "sha256").hex()

    def is_right(self, contact_id: ContactId, n: int, ticket: str) -> bool:
        return hmac.compare_digest(self.of(contact_id, n).encode(), ticket.encode("utf-8", "replace"))


class RelayDocuments:
    def __init__(self, tenant: Tenant, part: RelayPart, addresses: Addresses, tickets: Tickets) -> None:
        self._tenant = tenant
        self._part = part
        self._addresses = addresses
        self._tickets = tickets
        self._hints = hint_list(listening_for(tenant).hints)

    def document(self, view: ContactView, turn: TurnState, then: Next) -> str:
        """Says what is new as the session's greeting, and goes on over the socket.

        When that is over, for whatever reason, the call is asked about with the turn as it was before.
        """
        following, lines = follow(view, turn, then)
        contact_id, n = following.contact_id, following.n
        told_seq = min((event.seq for event in view.events if is_said(event)), default=turn.after + 1) - 1
        after = replace(turn, n=n, after=told_seq, mode=following.mode, silences=following.silences, request_id="")
        response = VoiceResponse()
        connect: Connect = response.connect(action=self._addresses.relayed(after), method="POST")
        relay: ConversationRelay = connect.conversation_relay(
            url=self._addresses.socket(VOICE_RELAY.format(contact_id=contact_id, n=n)),
            welcome_greeting=speakable(" ".join(lines)) or None,
            **self._terms(view.contact.language),
        )
        self._add_languages(relay)
        told = {name: str(value) for name, value in following.query().items() if name not in ("contact", "n")}
        for name, value in {TICKET: self._tickets.of(contact_id, n), TOLD: str(told_seq), **told}.items():
            relay.parameter(name=name, value=value)
        document: str = response.to_xml()
        return document

    def _terms(self, language: str) -> dict[str, object]:
        part = self._part
        return {
            "language": speaker_for(language).language,
            "voice": part.voices.get(language),
            "tts_provider": part.tts_provider,
            "transcription_provider": part.transcription_provider,
            "speech_model": part.speech_model,
            "partial_prompts": True if part.tells_partial_prompts else None,
            "interruptible": "any",
            "interrupt_sensitivity": part.interrupt_sensitivity,
            # Twilio's default since May 2025 is to keep to itself what is said while the assistant speaks.
            "report_input_during_agent_speech": "any",
            "dtmf_detection": True,
            "hints": self._hints,
            "events": EVENTS,
        }

    def _add_languages(self, relay: ConversationRelay) -> None:
        """Each language that the call may change to, with its voice."""
        for language in self._tenant.languages if len(self._tenant.languages) > 1 else ():
            relay.language(
                code=speaker_for(language).language,
                tts_provider=self._part.tts_provider,
                voice=self._part.voices.get(language),
                transcription_provider=self._part.transcription_provider,
                speech_model=self._part.speech_model,
            )
