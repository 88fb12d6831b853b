"""After the agent has hung up: whether we may remember how this customer would rather be reached, by one key."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from assistant.flow.transcripts import ContactView
from assistant.model.contact import Contact, ContactId
from assistant.model.errors import Refused, Unavailable
from telephony import payloads, twiml
from telephony import voice_wording as words
from telephony.addresses import VOICE_PREFERENCE, Addresses
from telephony.voice_flow import VoiceFlow
from telephony.voice_wording import speaker_for

YES, NO = "1", "2"

log = logging.getLogger(__name__)

type Fields = Mapping[str, str]


class VoicePreference:
    def __init__(self, flow: VoiceFlow, addresses: Addresses) -> None:
        self._flow = flow
        self._addresses = addresses

    async def is_due(self, view: ContactView) -> bool:
        """Whether this customer, whose agent has just hung up, was to be asked and has not answered."""
        return view.contact.state.is_over and await self._flow.preferring.is_asked(view.contact.id)

    def offer(self, contact: Contact) -> str:
        action = self._addresses.of(VOICE_PREFERENCE, contact=contact.id)
        return twiml.choice([words.MAY_WE_REMEMBER], action=action, speaker=speaker_for(contact.language))

    async def answer(self, query: Fields, fields: Fields) -> tuple[str, ...] | None:
        """What is said to the key; None where there was none, so that nothing is kept. Raises `Refused`."""
        contact_id, keys = ContactId(query.get("contact", "")), payloads.voice_turn(fields).keys
        if keys not in {YES, NO}:
            return None
        try:
            await self._flow.preferring.decide(contact_id, remember=keys == YES)
        except (Refused, Unavailable) as failed:
            log.warning("a preference was not kept", extra={"code": failed.code, "contact_id": contact_id})
            return (words.NOT_REMEMBERED,)
        return (words.REMEMBERED,) if keys == YES else ()
