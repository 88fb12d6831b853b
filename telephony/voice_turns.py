"""One turn of a call: what was heard goes in, the next document comes out.

The document is made from the contact as it stands in the database and from the turn's own address; nothing is
remembered between turns, so a webhook that comes twice is answered alike, and a restart is not heard.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from assistant.flow.transcripts import ContactView
from assistant.model.contact import Channel, Contact, Reach, State
from assistant.model.storage import LegKind
from telephony import twiml
from telephony import voice_wording as words
from telephony.addresses import (
    CALLER_LABEL,
    CONFERENCE_STATUS,
    CONFERENCE_WAIT,
    HOLD_MUSIC,
    VOICE_AFTER,
    VOICE_MESSAGE,
    Addresses,
    Mode,
    TurnState,
    room_name,
)
from telephony.payloads import CallSid, VoiceTurn
from telephony.relay.document import RelayDocuments
from telephony.talk_notices import TalkNotices
from telephony.transcribing import TRANSCRIPTION, Transcribing
from telephony.voice_flow import VoiceFlow
from telephony.voice_steps import MESSAGE_KEY, Next, VoiceSteps, follow, may_leave_message, said, when_coming
from telephony.voice_wording import listening_for, speaker_for

LOOK_SECONDS = 0.1
STOPPED = "stopped"


class VoiceTurns:
    """Answers turns. Raises what the flow raises: `Refused` and `Unavailable` become speech at the door.

    `relay` is how a call is handed to a socket, where the tenant has it so.
    """

    def __init__(
        self,
        flow: VoiceFlow,
        addresses: Addresses,
        transcribing: Transcribing,
        relay: RelayDocuments | None = None,
    ) -> None:
        self._flow = flow
        self._addresses = addresses
        self.transcribing = transcribing
        self.notices = TalkNotices(flow.tenant)
        self._relay = relay
        self._steps = VoiceSteps(flow)
        self._listening = listening_for(flow.tenant)

    async def answer(self, turn: TurnState, heard: VoiceTurn) -> str:
        """The document that follows what was heard in this turn."""
        view = await self._view(turn)
        contact = view.contact
        if not contact.state.is_in_line or contact.reach is Reach.CALLBACK or has_gone_to_browser(contact):
            return self.document(view, turn)
        contact = await self.taken_up(contact, heard.call_sid)
        if self.is_put_off(contact):
            return self.document(view, turn)
        if view.is_agent_coming:
            if heard.words:
                await self._flow.dialogue.keep(contact.id, heard.words, client_id=f"{heard.call_sid}-{turn.n}")
            return self.document(view, turn)
        if turn.again:
            return self.document(await self._settled(turn), turn)
        if turn.mode is Mode.DIGITS:
            then = await self._steps.digits(view, turn, heard.keys)
        elif heard.words:
            await self._flow.dialogue.hear(contact.id, heard.words, client_id=f"{heard.call_sid}-{turn.n}")
            then = Next(mode=Mode.TALK)
        elif heard.keys[:1] == MESSAGE_KEY and self.may_leave_message(view):
            return self.leave_message(view, turn)
        elif heard.keys:
            then = await self._steps.key(view, turn, heard.keys[0])
        else:
            then = await self._steps.silence(view, turn)
        return self.document(await self._settled(turn), turn, then)

    async def taken_up(self, contact: Contact, call_sid: CallSid) -> Contact:
        """The contact, present again: the process that knew this call may have died; the call has not."""
        if contact.reach is not Reach.AWAY or not contact.state.is_in_line:
            return contact
        return await self._flow.legs.connected(contact.id, call_sid, LegKind.CALL)

    def enter(self, view: ContactView, turn: TurnState, then: Next | None = None) -> str:
        """The document with which the talk begins, or begins again; over a socket where the tenant has it so."""
        if self._relay is None or self.leads_elsewhere(view):
            return self.document(view, turn, then)
        then = then or Next()
        return self._relay.document(view, turn, when_coming(then) if view.is_agent_coming else then)

    def leads_elsewhere(self, view: ContactView) -> bool:
        """The talk with the assistant is over: the caller goes to an agent, or hears goodbye."""
        contact = view.contact
        is_elsewhere = contact.reach is Reach.CALLBACK or has_gone_to_browser(contact)
        return not contact.state.is_in_line or is_elsewhere or self.is_put_off(contact)

    def document(self, view: ContactView, turn: TurnState, then: Next | None = None) -> str:
        """Says what is new, and goes on as the contact's state demands."""
        then = then or Next()
        contact, speaker = view.contact, speaker_for(view.contact.language)
        new = said(view.events)
        if contact.state.is_over:
            return twiml.goodbye([*new, words.closing(contact, self._flow.tenant)], speaker=speaker)
        if has_gone_to_browser(contact):
            return twiml.goodbye([words.GONE_TO_BROWSER], speaker=speaker)
        if contact.reach is Reach.CALLBACK or self.is_put_off(contact):
            # who was put off to the next opening has just heard why, and what becomes of the place
            is_told = new or contact.reach is not Reach.CALLBACK
            return twiml.goodbye([*new, words.GOODBYE if is_told else words.CALL_BACK], speaker=speaker)
        if contact.state is State.CONNECTED:
            connecting = words.connecting(view.agent.name if view.agent else None)
            return self.join(contact, [*self.notices.for_caller(contact), connecting])
        return self._go_on(view, turn, when_coming(then) if view.is_agent_coming else then)

    def join(self, contact: Contact, lines: Sequence[str]) -> str:
        """Brings the caller to the agent."""
        return twiml.join_conference(
            lines,
            room=self.room(contact),
            part=twiml.Part(CALLER_LABEL),
            action=self._addresses.of(VOICE_AFTER, contact=contact.id, attempt=contact.attempt),
            speaker=speaker_for(contact.language),
            transcription=self.transcribing.terms(contact) if self.transcribing.may_begin(contact) else None,
        )

    def unheard(self, path: str, query: Mapping[str, str]) -> str | None:
        """Out of a conversation that may be written down: the document that stops that first, and asks again; None
        once it has."""
        if not self.transcribing.is_on or STOPPED in query:
            return None
        stopped: dict[str, str | int] = {**query, STOPPED: 1}
        return twiml.stop_transcription(TRANSCRIPTION, url=self._addresses.of(path, **stopped))

    def is_put_off(self, contact: Contact) -> bool:
        """Called back when the turn comes, or kept until the queue opens: there is nothing to stay on the line for."""
        if contact.reach is Reach.AWAY:
            return contact.state is State.WAITING and self._flow.tenant.is_shut(contact.queue, self._flow.clock.now())
        return contact.state is State.WAITING and contact.reach is Reach.CALLBACK

    def room(self, contact: Contact) -> twiml.Room:
        return twiml.Room(
            room_name(contact.id, contact.attempt),
            self._addresses.of(CONFERENCE_STATUS),
            self._addresses.of(CONFERENCE_WAIT),
        )

    def _go_on(self, view: ContactView, turn: TurnState, then: Next) -> str:
        contact, speaker = view.contact, speaker_for(view.contact.language)
        following, lines = follow(view, turn, then)
        action = self._addresses.turn(following)
        if following.mode is Mode.DIGITS and contact.pending_input is not None:
            pending = contact.pending_input
            asked = [*lines, pending.prompt]
            return twiml.collect_digits(asked, action=action, speaker=speaker, length=pending.digits)
        if following.mode is Mode.HOLD:
            music = self._addresses.of(HOLD_MUSIC)
            return twiml.hold(lines, action=action, speaker=speaker, music_url=music)
        return twiml.talk(lines, action=action, speaker=speaker, listening=self._listening)

    def may_leave_message(self, view: ContactView) -> bool:
        return may_leave_message(view, self._flow.tenant)

    def leave_message(self, view: ContactView, turn: TurnState) -> str:
        """Says what is new, and takes a message instead of keeping the caller waiting."""
        newest = max((event.seq for event in view.events), default=turn.after)
        url = self._addresses.of(VOICE_MESSAGE, contact=view.contact.id, after=newest, n=turn.n + 1)
        return twiml.go_on(said(view.events), url=url, speaker=speaker_for(view.contact.language))

    async def _settled(self, turn: TurnState) -> ContactView:
        """The contact once no turn of the dialogue is under way: another request's may be."""
        while True:
            view = await self._view(turn)
            until = view.contact.turn_until
            if until is None or until <= self._flow.clock.now() or said(view.events):
                return view
            await asyncio.sleep(LOOK_SECONDS)

    async def _view(self, turn: TurnState) -> ContactView:
        return await self._flow.transcripts.view(turn.contact_id, after=turn.after)


def has_gone_to_browser(contact: Contact) -> bool:
    """The caller has taken the place along to a page, and this call is about nothing any more."""
    return contact.channel is Channel.CHAT and contact.reach is not Reach.CALLBACK
