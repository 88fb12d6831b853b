"""An agent's telephone: the leg that was rung for an accepted offer, and how it ends.

Every address names the offer, so a leg that comes too late, or twice, says goodbye by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress

from assistant.model.briefing import headline
from assistant.model.contact import Contact, ContactId, OfferId, Reach, State
from assistant.model.errors import Refused, Unavailable
from telephony import payloads, twiml
from telephony import voice_wording as words
from telephony.addresses import (
    AGENT_ENDED,
    AGENT_KEY,
    AGENT_LABEL,
    CALLER_LABEL,
    CONSOLE,
    Addresses,
    contact_of_room,
    room_name,
)
from telephony.call_control import BroughtIn, TwilioCallControl
from telephony.payloads import CallSid, CallStatus
from telephony.voice_flow import VoiceFlow
from telephony.voice_turns import VoiceTurns
from telephony.voice_wording import speaker_for

log = logging.getLogger(__name__)

REASONS = {
    CallStatus.NO_ANSWER: "phone_not_answered",
    CallStatus.BUSY: "phone_busy",
    CallStatus.CANCELED: "phone_canceled",
    CallStatus.COMPLETED: "phone_lost",
}

HUNG_UP = "participant_hung_up"
ALONE_SECONDS = 10.0
TAKES_IT = "1"
KEY_SECONDS = 8
SOFTPHONE_SECONDS = 2

type Fields = Mapping[str, str]


class AgentPhone:
    """Answers what Twilio asks about agents' legs and about conferences."""

    def __init__(
        self, flow: VoiceFlow, addresses: Addresses, turns: VoiceTurns, call_control: TwilioCallControl
    ) -> None:
        self._flow = flow
        self._addresses = addresses
        self._turns = turns
        self._call_control = call_control
        self._speaker = speaker_for(flow.tenant.languages[0])

    async def answer(self, offer_id: OfferId, query: Fields, fields: Fields) -> str:
        """The agent's telephone was answered: says what it is about, and asks for the key that takes the call.

        A console is answered by the person who has accepted there, with the briefing in front: nothing more is asked.
        """
        contact_id = ContactId(query.get("contact", ""))
        try:
            if not await self._flow.bridges.answered(offer_id):
                return twiml.goodbye([words.CALLER_GONE], speaker=self._speaker)
            if CONSOLE in query:
                return await self._take(offer_id, contact_id, fields)
            return await self._ask(offer_id, contact_id, fields, asked=1)
        except (Refused, Unavailable) as failed:
            return self._came_to_nothing(failed, offer_id)

    async def _ask(self, offer_id: OfferId, contact_id: ContactId, fields: Fields, *, asked: int) -> str:
        view = await self._flow.transcripts.view(contact_id)
        contact, tenant = view.contact, self._flow.tenant
        about = headline(view.gathered.passed_on(contact.consent), contact.customer_name, tenant.service_done)
        waited = (self._flow.clock.now() - contact.entered_at).total_seconds()
        return twiml.whisper(
            [words.whisper(about, waited)],
            action=self._addresses.agent(AGENT_KEY, offer_id, contact, asked=asked),
            speaker=self._speaker,
            silence_seconds=SOFTPHONE_SECONDS if payloads.is_softphone(fields) else KEY_SECONDS,
        )

    async def key(self, offer_id: OfferId, query: Fields, fields: Fields) -> str:
        """The key was pressed or not. No voicemail box presses one; an agent whose own console was answered need not.

        Nobody's key, asked for twice, is a telephone that was not answered: the caller keeps the place.
        """
        heard, contact_id = payloads.voice_turn(fields), ContactId(query.get("contact", ""))
        if TAKES_IT in heard.keys or (not heard.keys and payloads.is_softphone(fields)):
            return await self._take(offer_id, contact_id, fields)
        if query.get("asked") == "1":
            try:
                return await self._ask(offer_id, contact_id, fields, asked=2)
            except Refused as refused:
                return self._came_to_nothing(refused, offer_id)
        self._call_control.forget(heard.call_sid)  # it ends by what it hears
        await self._flow.offers.bridge_failed(offer_id, "phone_not_taken")
        return twiml.goodbye([words.NOBODY_TOOK_IT], speaker=self._speaker)

    async def _take(self, offer_id: OfferId, contact_id: ContactId, fields: Fields) -> str:
        """If the offer still holds, the caller is brought in and both meet.

        Who is yet to be called back is called now, and the agent waits in the conference.
        """
        try:
            caller_sid = await self._flow.offers.bridged(offer_id)
            if caller_sid is None:
                return await self._await_customer(offer_id, contact_id, fields)
            view = await self._flow.transcripts.view(contact_id)
        except (Refused, Unavailable) as failed:
            return self._came_to_nothing(failed, offer_id)
        contact = view.contact
        brought_in = await self._call_control.bring_in(contact, caller_sid)
        if brought_in is BroughtIn.UNKNOWN:
            await self._end_room_before(contact)
        if brought_in is BroughtIn.GONE:
            # This leg ends by what it hears now, not in the middle of it.
            self._call_control.forget(payloads.call_sid(fields))
            await self._flow.legs.lost(caller_sid)
            return twiml.goodbye([words.CALLER_HUNG_UP], speaker=self._speaker)
        return self._join(offer_id, contact, [])

    def _came_to_nothing(self, failed: Refused | Unavailable, offer_id: OfferId) -> str:
        log.warning("an agent's answer came to nothing", extra={"code": failed.code, "offer_id": offer_id})
        return twiml.goodbye([words.CALLER_GONE], speaker=self._speaker)

    async def _await_customer(self, offer_id: OfferId, contact_id: ContactId, fields: Fields) -> str:
        self._call_control.forget(payloads.call_sid(fields))  # it ends by what it hears
        waits = await self._flow.calling_back.agent_answered(offer_id, contact_id)
        if not waits:
            line = words.CALLER_GONE if waits is None else words.CUSTOMER_NOT_REACHED
            return twiml.goodbye([line], speaker=self._speaker)
        contact = (await self._flow.transcripts.view(contact_id)).contact
        return self._join(offer_id, contact, [words.CALLING_CUSTOMER])

    def _join(self, offer_id: OfferId, contact: Contact, lines: Sequence[str]) -> str:
        action = self._addresses.agent(AGENT_ENDED, offer_id, contact)
        told = [*lines, *self._turns.notices.for_agent(contact)]
        room, part = self._turns.room(contact), twiml.Part(AGENT_LABEL)
        return twiml.join_conference(told, room=room, part=part, action=action, speaker=self._speaker)

    async def _end_room_before(self, contact: Contact) -> None:
        """A caller who is with the agent who hands over comes here as soon as that conference is over."""
        try:
            await self._call_control.end_room(room_name(contact.id, contact.attempt - 1))
        except Unavailable as unavailable:
            log.warning("a conference goes on", extra={"code": unavailable.code, "contact_id": contact.id})

    async def ended(self, offer_id: OfferId, query: Fields) -> str:
        """The conference is over for the agent, who is told where a customer was called in vain."""
        try:
            in_vain = await self._flow.calling_back.came_to_nothing(offer_id, ContactId(query.get("contact", "")))
        except Unavailable:
            in_vain = False
        with suppress(Refused, Unavailable):
            await self._look_for_caller(offer_id, ContactId(query.get("contact", "")))
        return twiml.goodbye([words.CUSTOMER_NOT_REACHED] if in_vain else [], speaker=self._speaker)

    async def _look_for_caller(self, offer_id: OfferId, contact_id: ContactId) -> None:
        """The agent is left alone: the caller has hung up, of which the notice may be late or lost."""
        contact = (await self._flow.transcripts.view(contact_id)).contact
        if contact.state is not State.CONNECTED or contact.offer_id != offer_id:
            return
        caller_sid = await self._flow.bridges.caller_of(contact_id)
        if caller_sid is not None and await self._call_control.is_over(caller_sid):
            await self._flow.legs.lost(caller_sid)

    async def status(self, offer_id: OfferId, query: Fields, fields: Fields) -> None:
        """The leg rings, or is over: before the bridge the caller is back in the place, after it the talk has ended."""
        step = payloads.call_progress(fields)
        if step.status is CallStatus.RINGING:
            await self._flow.bridges.rings(offer_id)
        if not step.status.is_over:
            return
        self._call_control.forget(step.call_sid)
        await self._flow.offers.bridge_failed(offer_id, REASONS.get(step.status, "phone_failed"))
        contact_id = ContactId(query.get("contact", ""))
        contact = (await self._flow.transcripts.view(contact_id)).contact
        if contact.state is State.CONNECTED and contact.offer_id == offer_id:
            await self._flow.bridges.agent_left(contact_id, contact.attempt)
        elif contact.reach is Reach.CALLBACK and contact.state is State.WAITING:
            await self._call_control.release(contact)  # the customer's telephone rings for nobody

    async def conference(self, fields: Fields) -> None:
        """A conference has begun, or lost somebody; or somebody joined one whose contact is over, to be left alone."""
        step = payloads.conference_progress(fields)
        room = contact_of_room(step.name)
        if room is None:
            return
        contact_id, attempt = room
        if step.event == "conference-start":
            await self._flow.bridges.met(contact_id, attempt)
            await self._flow.recording.begin(contact_id, attempt)
        elif step.event == "participant-join":
            contact = (await self._flow.transcripts.view(contact_id)).contact
            if contact.state.is_over:
                await self._call_control.release(contact)
        elif step.event == "participant-leave" and step.reason == HUNG_UP:
            # told besides the call's own end, either of which may be lost
            if step.label == CALLER_LABEL and step.call_sid is not None:
                await self._flow.legs.lost(step.call_sid)
            elif step.label == AGENT_LABEL:
                await self._flow.bridges.agent_left(contact_id, attempt)

    async def alone(self, fields: Fields) -> None:
        """Somebody waits in a conference: where nobody will come any more, it is ended."""
        name = fields.get("FriendlyName", "")
        room = contact_of_room(name)
        if room is None:
            return
        contact = (await self._flow.transcripts.view(room[0])).contact
        is_on = contact.state in {State.OFFERED, State.CONNECTED}
        if not is_on or name != room_name(contact.id, contact.attempt):
            await self._call_control.end_room(name)
        elif contact.state is State.CONNECTED and contact.connected_at is not None:
            waited = (self._flow.clock.now() - contact.connected_at).total_seconds()
            if waited > ALONE_SECONDS:
                await self._bring_together(contact, payloads.call_sid(fields))

    async def _bring_together(self, contact: Contact, alone: CallSid) -> None:
        """A conference that does not begin: whoever has gone is given up, and a caller who was not brought in is."""
        caller_sid = await self._flow.bridges.caller_of(contact.id)
        if caller_sid is None or alone == caller_sid:
            await self._flow.bridges.caller_is_out(contact.id, contact.attempt)
        elif await self._call_control.bring_in(contact, caller_sid) is BroughtIn.GONE:
            await self._flow.legs.lost(caller_sid)
