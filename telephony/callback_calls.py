"""A call to a customer who is called back: whoever answers presses 1, which no voicemail box does, and is there.

Every address names the offer, so a call that is answered too late, or told of twice, does no harm. Once it is taken it
is the contact's own call like any other, and goes on in the loop or in the conference.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace

from assistant.model.contact import ContactId, OfferId, State
from telephony import payloads, twiml
from telephony import voice_wording as words
from telephony.addresses import CUSTOMER_KEY, Addresses, Mode, TurnState
from telephony.call_control import TwilioCallControl
from telephony.payloads import CallStatus
from telephony.voice_calls import TURNS_PER_ATTEMPT, first_turn
from telephony.voice_flow import VoiceFlow
from telephony.voice_steps import Next
from telephony.voice_turns import VoiceTurns
from telephony.voice_wording import speaker_for

log = logging.getLogger(__name__)

TIMES_ASKED = 2
TAKES_IT = "1"
REASONS = {
    CallStatus.BUSY: "busy",
    CallStatus.NO_ANSWER: "no_answer",
    CallStatus.CANCELED: "canceled",
    CallStatus.COMPLETED: "not_taken",
}
SAID = {State.OFFERED: (words.RINGING_AGENT,), State.WAITING: (words.AGENT_CALLED_AWAY,)}

type Fields = Mapping[str, str]


class CallbackCalls:
    """Answers what Twilio asks about calls to customers."""

    def __init__(
        self, flow: VoiceFlow, addresses: Addresses, turns: VoiceTurns, call_control: TwilioCallControl
    ) -> None:
        self._flow = flow
        self._addresses = addresses
        self._turns = turns
        self._call_control = call_control
        self._speaker = speaker_for(flow.tenant.languages[0])

    async def answer(self, offer_id: OfferId, query: Fields) -> str:
        """Somebody, or a machine, has answered: says who calls, and asks for the key."""
        contact_id = ContactId(query.get("contact", ""))
        if not await self._flow.calling_back.answered(offer_id, contact_id):
            return self._not_needed()
        return await self._ask(offer_id, contact_id, asked=1)

    async def key(self, offer_id: OfferId, query: Fields, fields: Fields) -> str:
        """The key was pressed or not. Who has pressed it is in the line, or with the agent."""
        heard, contact_id = payloads.voice_turn(fields), ContactId(query.get("contact", ""))
        if TAKES_IT not in heard.keys:
            asked = int(query.get("asked", "1")) if query.get("asked", "1").isdecimal() else TIMES_ASKED
            if asked < TIMES_ASKED:
                return await self._ask(offer_id, contact_id, asked=asked + 1)
            return twiml.goodbye([words.NOBODY_TOOK_IT], speaker=self._speaker)
        if not await self._flow.calling_back.taken(offer_id, contact_id, heard.call_sid):
            return self._not_needed()
        self._call_control.forget(heard.call_sid)
        view = await self._flow.transcripts.view(contact_id)
        newest = max((event.seq for event in view.events), default=0)
        n = first_turn(view.contact) + TURNS_PER_ATTEMPT // 4
        turn = TurnState(contact_id, n=n, after=newest, mode=Mode.HOLD)
        then = Next(SAID.get(view.contact.state, ()), Mode.HOLD)
        return self._turns.enter(replace(view, events=()), turn, then)

    async def status(self, offer_id: OfferId, query: Fields, fields: Fields) -> None:
        """The call's end: of one that was taken its leg ends, of another the try."""
        step = payloads.call_progress(fields)
        if step.status is CallStatus.RINGING:
            await self._flow.calling_back.rings(offer_id, ContactId(query.get("contact", "")))
        if not step.status.is_over:
            return
        self._call_control.forget(step.call_sid)
        reason = REASONS.get(step.status, "failed")
        await self._flow.calling_back.ended(offer_id, ContactId(query.get("contact", "")), reason)
        await self._flow.legs.lost(step.call_sid)

    async def _ask(self, offer_id: OfferId, contact_id: ContactId, *, asked: int) -> str:
        contact = (await self._flow.transcripts.view(contact_id)).contact
        action = self._addresses.customer(CUSTOMER_KEY, offer_id, contact, asked=asked)
        line = words.calling_back(self._flow.tenant)
        return twiml.whisper([line], action=action, speaker=speaker_for(contact.language))

    def _not_needed(self) -> str:
        return twiml.goodbye([words.NOT_NEEDED], speaker=self._speaker)
