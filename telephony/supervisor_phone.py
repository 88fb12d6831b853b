"""A supervisor's telephone: the leg that was rung to listen, coach or join, and how it ends.

Every address names contact and attempt, so a leg that comes too late says goodbye by itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.model.contact import AgentId, Contact, ContactId
from assistant.model.supervision import Beside
from telephony import payloads, twiml
from telephony import voice_wording as words
from telephony.addresses import (
    AGENT_LABEL,
    SUPERVISOR_ENDED,
    SUPERVISOR_KEY,
    Addresses,
    supervisor_label,
)
from telephony.call_control import TwilioCallControl
from telephony.conference_control import TwilioConferenceControl
from telephony.payloads import CallStatus, is_softphone
from telephony.voice_flow import VoiceFlow
from telephony.voice_turns import VoiceTurns
from telephony.voice_wording import speaker_for

TAKES_IT = "1"

type Fields = Mapping[str, str]


class SupervisorPhone:
    """Answers what Twilio asks about supervisors' legs."""

    def __init__(
        self,
        flow: VoiceFlow,
        addresses: Addresses,
        turns: VoiceTurns,
        call_control: TwilioCallControl,
        conferences: TwilioConferenceControl,
    ) -> None:
        self._flow = flow
        self._addresses = addresses
        self._turns = turns
        self._call_control = call_control
        self._conferences = conferences
        self._speaker = speaker_for(flow.tenant.languages[0])

    async def answer(self, supervisor_id: AgentId, query: Fields, fields: Fields) -> str:
        """Asks for the key, which no voicemail box has; the telephone in one's own console needs none."""
        wanted = await self._wanted(supervisor_id, query)
        if wanted is None:
            return self._not_needed()
        contact, beside = wanted
        if is_softphone(fields):
            return await self._join(supervisor_id, contact, beside)
        action = self._addresses.supervisor(SUPERVISOR_KEY, supervisor_id, contact)
        return twiml.whisper([words.standing_beside(beside)], action=action, speaker=self._speaker)

    async def key(self, supervisor_id: AgentId, query: Fields, fields: Fields) -> str:
        wanted = await self._wanted(supervisor_id, query)
        if wanted is None:
            return self._not_needed()
        if TAKES_IT not in payloads.voice_turn(fields).keys:
            return twiml.goodbye([words.NOBODY_TOOK_IT], speaker=self._speaker)
        return await self._join(supervisor_id, *wanted)

    async def _join(self, supervisor_id: AgentId, contact: Contact, beside: Beside) -> str:
        await self._flow.supervising.taken(contact.id, supervisor_id)
        coached = await self._conferences.call_of(contact, AGENT_LABEL) if beside is Beside.COACH else None
        part = twiml.Part(supervisor_label(supervisor_id), leads=False, muted=beside is Beside.LISTEN, coach=coached)
        action = self._addresses.supervisor(SUPERVISOR_ENDED, supervisor_id, contact)
        room = self._turns.room(contact)
        return twiml.join_conference([], room=room, part=part, action=action, speaker=self._speaker)

    def ended(self) -> str:
        """The conference is over for the supervisor."""
        return twiml.goodbye([], speaker=self._speaker)

    async def status(self, supervisor_id: AgentId, query: Fields, fields: Fields) -> None:
        """The leg's end ends the listening."""
        step = payloads.call_progress(fields)
        if not step.status.is_over:
            return
        self._call_control.forget(step.call_sid)
        reason = "phone_ended" if step.status is CallStatus.COMPLETED else "phone_not_answered"
        contact_id, attempt = ContactId(query.get("contact", "")), payloads.count(query.get("attempt", ""))
        if attempt is not None:
            await self._flow.supervising.leg_ended(contact_id, supervisor_id, attempt, reason)

    async def _wanted(self, supervisor_id: AgentId, query: Fields) -> tuple[Contact, Beside] | None:
        contact_id, attempt = ContactId(query.get("contact", "")), payloads.count(query.get("attempt", ""))
        return await self._flow.supervising.wanted(contact_id, supervisor_id, attempt or 0)

    def _not_needed(self) -> str:
        return twiml.goodbye([words.NOT_NEEDED], speaker=self._speaker)
