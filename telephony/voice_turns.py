"""One turn of a call: what was heard goes in, the next document comes out.

The document is made from the contact as it stands in the database and from the turn's own address; nothing is
remembered between turns, so a webhook that comes twice is answered alike, and a restart is not heard.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.flow.numbers import may_be_called
from assistant.flow.transcripts import ContactView
from assistant.model.contact import Contact, DialogueMode, Reach, State
from assistant.model.errors import Refused
from assistant.model.events import Author, Event, EventType
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
from telephony.hold_music import PIECE_SECONDS
from telephony.payloads import VoiceTurn
from telephony.voice_flow import VoiceFlow
from telephony.voice_wording import listening_for, speaker_for

LOOK_SECONDS = 0.1
SILENCES_BEFORE_MUSIC = 2
QUIET_KEYS = frozenset("0*")
MESSAGE_KEY = "7"


@dataclass(frozen=True, slots=True)
class Next:
    """What the door adds to what the assistant says: lines of its own, and what the caller does then (None: as is)."""

    lines: tuple[str, ...] = ()
    mode: Mode | None = None
    silences: int = 0


REFUSALS = {
    "invalid_number": words.NOT_THIS_NUMBER,
    "number_not_allowed": words.NOT_THIS_NUMBER,
    "callback_open": words.CALLED_ALREADY,
}


class VoiceTurns:
    """Answers turns. Raises what the flow raises: `Refused` and `Unavailable` become speech at the door."""

    def __init__(self, flow: VoiceFlow, addresses: Addresses) -> None:
        self._flow = flow
        self._addresses = addresses
        self._listening = listening_for(flow.tenant)

    async def answer(self, turn: TurnState, heard: VoiceTurn) -> str:
        """The document that follows what was heard in this turn."""
        view = await self._view(turn)
        contact = view.contact
        if not contact.state.is_in_line or contact.reach is Reach.CALLBACK:
            return self.document(view, turn)
        if contact.reach is Reach.AWAY:
            # The process that knew this call has died; the call has not.
            contact = await self._flow.legs.connected(contact.id, heard.call_sid, LegKind.CALL)
        if self._is_put_off(contact):
            return self.document(view, turn)
        if view.is_agent_coming:
            if heard.words:
                await self._flow.dialogue.keep(contact.id, heard.words, client_id=f"{heard.call_sid}-{turn.n}")
            return self.document(view, turn)
        if turn.again:
            return self.document(await self._settled(turn), turn)
        if turn.mode is Mode.DIGITS:
            then = await self._digits(view, turn, heard)
        elif heard.words:
            await self._flow.dialogue.hear(contact.id, heard.words, client_id=f"{heard.call_sid}-{turn.n}")
            then = Next(mode=Mode.TALK)
        elif heard.keys[:1] == MESSAGE_KEY and self.may_leave_message(view):
            return self._leave_message(view, turn)
        elif heard.keys:
            then = await self._key(view, turn, heard.keys[0])
        else:
            then = await self._silence(view, turn)
        return self.document(await self._settled(turn), turn, then)

    def document(self, view: ContactView, turn: TurnState, then: Next | None = None) -> str:
        """Says what is new, and goes on as the contact's state demands."""
        then = then or Next()
        contact, speaker = view.contact, speaker_for(view.contact.language)
        said = _said(view.events)
        if contact.state.is_over:
            return twiml.goodbye([*said, words.closing(contact, self._flow.tenant)], speaker=speaker)
        if contact.reach is Reach.CALLBACK or self._is_put_off(contact):
            # who was put off to the next opening has just heard why, and what becomes of the place
            is_told = said or contact.reach is not Reach.CALLBACK
            return twiml.goodbye([*said, words.GOODBYE if is_told else words.CALL_BACK], speaker=speaker)
        if contact.state is State.CONNECTED:
            return self.join(contact, [words.connecting(view.agent.name if view.agent else None)])
        if view.is_agent_coming:
            # no reply of the assistant's any more, until the two are together
            lines = then.lines if then.mode is Mode.HOLD else ()
            return self._go_on(view, turn, Next(mode=Mode.HOLD), [*lines, *said])
        return self._go_on(view, turn, then, [*then.lines, *said])

    def join(self, contact: Contact, lines: Sequence[str]) -> str:
        """Brings the caller to the agent."""
        return twiml.join_conference(
            lines,
            room=self.room(contact),
            part=twiml.Part(CALLER_LABEL),
            action=self._addresses.of(VOICE_AFTER, contact=contact.id, attempt=contact.attempt),
            speaker=speaker_for(contact.language),
        )

    def _is_put_off(self, contact: Contact) -> bool:
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

    def _go_on(self, view: ContactView, turn: TurnState, then: Next, lines: Sequence[str]) -> str:
        contact, speaker = view.contact, speaker_for(view.contact.language)
        newest = max((event.seq for event in view.events), default=turn.after)
        mode = _mode(view, turn, then)
        following = TurnState(
            contact_id=contact.id,
            n=turn.n + 1,
            after=newest,
            before=turn.after if _said(view.events) else turn.before,
            mode=mode,
            silences=then.silences,
        )
        if mode is Mode.DIGITS and contact.pending_input is not None:
            pending = contact.pending_input
            action = self._addresses.turn(replace(following, request_id=pending.request_id))
            asked = [*lines, pending.prompt]
            return twiml.collect_digits(asked, action=action, speaker=speaker, length=pending.digits)
        if mode is Mode.HOLD:
            is_left = contact.dialogue is DialogueMode.QUIET and not view.is_agent_coming
            if is_left and turn.mode is not Mode.HOLD and not then.lines:
                lines = [*lines, words.QUIET]
            action = self._addresses.turn(following)
            music = self._addresses.of(HOLD_MUSIC)
            return twiml.hold(lines, action=action, speaker=speaker, music_url=music)
        action = self._addresses.turn(following)
        return twiml.talk(lines, action=action, speaker=speaker, listening=self._listening)

    async def _key(self, view: ContactView, turn: TurnState, key: str) -> Next:
        contact = view.contact
        if key in QUIET_KEYS:
            await self._flow.dialogue.hold_quietly(contact.id)
            return Next((words.HOLDING,), Mode.HOLD)
        if key == "1" and contact.dialogue is DialogueMode.QUIET:
            await self._flow.dialogue.wake(contact.id)
            return Next(mode=Mode.TALK)
        if key == "1" and turn.mode is Mode.HOLD:
            return Next((words.HERE_AGAIN,), Mode.TALK)
        if key == "2":
            await self._announce(view)
            return Next(mode=turn.mode)
        if key == "#":
            earlier = await self._flow.transcripts.view(contact.id, after=turn.before)
            return Next(tuple(_said(event for event in earlier.events if event.seq <= turn.after)), turn.mode)
        if key in "89":
            return await self._call_back(contact, turn, at_once=key == "9")
        keys = words.HELP if may_be_called(contact, self._flow.tenant) else words.HELP_NO_CALLBACK
        return Next((keys, words.OR_LEAVE_MESSAGE) if self.may_leave_message(view) else (keys,), turn.mode)

    def may_leave_message(self, view: ContactView) -> bool:
        """Where nobody on duty could take the call, waiting is not all that can be done."""
        is_waiting = view.contact.state is State.WAITING
        return is_waiting and not view.place.staffed and self._flow.tenant.spoken_messages.is_offered

    def _leave_message(self, view: ContactView, turn: TurnState) -> str:
        newest = max((event.seq for event in view.events), default=turn.after)
        url = self._addresses.of(VOICE_MESSAGE, contact=view.contact.id, after=newest, n=turn.n + 1)
        return twiml.go_on(_said(view.events), url=url, speaker=speaker_for(view.contact.language))

    async def _call_back(self, contact: Contact, turn: TurnState, *, at_once: bool) -> Next:
        """Instead of waiting, or (not `at_once`) if the call is cut; on the number that it comes from."""
        if contact.ani is None:
            return Next((words.NO_CALLER_NUMBER,), turn.mode)
        try:
            if at_once:
                await self._flow.callbacks.request(contact.id, contact.ani)
                return Next()
            await self._flow.callbacks.agree(contact.id)
        except Refused as refused:
            if refused.code not in REFUSALS:
                raise
            return Next((REFUSALS[refused.code],), turn.mode)
        return Next((words.CALL_BACK_IF_CUT,), turn.mode)

    async def _silence(self, view: ContactView, turn: TurnState) -> Next:
        if _said(view.events):
            # Something was said meanwhile: it is told, and answered by a caller who may.
            return Next(mode=Mode.TALK)
        if turn.mode is Mode.HOLD:
            return await self._hold_on(view, turn)
        if turn.silences + 1 < SILENCES_BEFORE_MUSIC:
            is_new = await self._flow.transcripts.needs_guidance(view.contact.id)
            is_callable = may_be_called(view.contact, self._flow.tenant)
            still_here = words.still_here(may_be_called=is_callable, is_new=is_new)
            lines = (still_here, words.OR_LEAVE_MESSAGE) if self.may_leave_message(view) else (still_here,)
            return Next(lines, Mode.TALK, silences=turn.silences + 1)
        return Next((words.MUSIC,), Mode.HOLD)

    async def _hold_on(self, view: ContactView, turn: TurnState) -> Next:
        # Each silence of a caller who holds is one whole piece of music that was heard.
        pieces = turn.silences + 1
        if pieces * PIECE_SECONDS < self._flow.tenant.timing.announcement_seconds:
            return Next(mode=Mode.HOLD, silences=pieces)
        await self._announce(view)
        return Next(mode=Mode.HOLD)

    async def _announce(self, view: ContactView) -> None:
        # Told already, by a twin of this request: what it said is in the view and is said again.
        if not _said(view.events):
            await self._flow.dialogue.announce(view.contact.id)

    async def _digits(self, view: ContactView, turn: TurnState, heard: VoiceTurn) -> Next:
        contact, pending = view.contact, view.contact.pending_input
        if "*" in heard.keys:
            await self._flow.dialogue.hold_quietly(contact.id)
            return Next((words.HOLDING,), Mode.HOLD)
        if pending is None or pending.request_id != turn.request_id:
            return Next(mode=Mode.TALK)
        if not heard.keys:
            if turn.silences + 1 < SILENCES_BEFORE_MUSIC:
                return Next(mode=Mode.DIGITS, silences=turn.silences + 1)
            return Next((words.MUSIC,), Mode.HOLD)
        try:
            await self._flow.dialogue.secure(contact.id, turn.request_id, pending.name, heard.keys)
        except Refused as refused:
            if refused.code != "invalid_value":
                raise
            return Next((words.fewer_digits(pending.digits),), Mode.DIGITS)
        return Next(mode=Mode.TALK)

    async def _settled(self, turn: TurnState) -> ContactView:
        """The contact once no turn of the dialogue is under way: another request's may be."""
        while True:
            view = await self._view(turn)
            until = view.contact.turn_until
            if until is None or until <= self._flow.clock.now() or _said(view.events):
                return view
            await asyncio.sleep(LOOK_SECONDS)

    async def _view(self, turn: TurnState) -> ContactView:
        return await self._flow.transcripts.view(turn.contact_id, after=turn.after)


def _mode(view: ContactView, turn: TurnState, then: Next) -> Mode:
    """What the caller does next: an input that is open comes first, then quiet, then what the turn decided."""
    contact = view.contact
    if contact.pending_input is not None and then.mode is not Mode.HOLD:
        return Mode.DIGITS
    if contact.dialogue is DialogueMode.QUIET:
        return Mode.HOLD
    chosen = then.mode or turn.mode
    return Mode.TALK if chosen is Mode.DIGITS else chosen


def _said(events: Iterable[Event]) -> list[str]:
    """What was said to the caller, oldest first."""
    return [
        event.words.text
        for event in events
        if event.type is EventType.MESSAGE_ADDED and event.words and event.words.author is not Author.CALLER
    ]
