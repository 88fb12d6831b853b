"""One relayed call: a reader, one who carries out what the caller does, and one who tells what has happened.

What is said over the socket is what a `<Gather>` would have led to; but it is told at once, also while nobody asks: a
better place, a longer wait, an agent who is coming. What the caller did not hear counts as not told.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from assistant.flow.announcements import is_untold, is_worth_telling
from assistant.model.contact import DialogueMode, State
from assistant.model.errors import Refused, Unavailable
from telephony import voice_wording as words
from telephony.addresses import Mode, TurnState
from telephony.payloads import CallSid
from telephony.relay.caller import RelayCaller
from telephony.relay.desk import RelayDesk, now
from telephony.relay.frames import (
    AgentSpeaks,
    Complaint,
    Frame,
    Interrupt,
    Key,
    MalformedFrame,
    Played,
    Prompt,
    read_frame,
)
from telephony.relay.speech import Saying
from telephony.relay.talk import NEVER, RelayTalk
from telephony.relay.voice import RelayVoice
from telephony.voice_steps import Next

LOOK_SECONDS = 20.0
AWAY_SECONDS = 1.0
TALKING_SECONDS = 1.0
SLOW_SECONDS = 4.0
FILLERS = (words.ONE_MOMENT, words.STILL_BUSY)
CLOSE_SECONDS = 5.0
MALFORMED_LIMIT = 10
COMPLAINTS_LIMIT = 5

log = logging.getLogger(__name__)


class RelaySession:
    """`turn` is the turn that the document began, `told_seq` up to where the caller had been told before it."""

    def __init__(
        self, desk: RelayDesk, socket: web.WebSocketResponse, call_sid: CallSid, turn: TurnState, told_seq: int
    ) -> None:
        self._desk = desk
        self._flow = desk.flow
        self._socket = socket
        self.contact_id = turn.contact_id
        self._voice = RelayVoice(socket, desk.music_url)
        self._talk = RelayTalk(desk, self._voice, call_sid, turn, told_seq, self._line_moved)
        self._caller = RelayCaller(desk, self._talk)
        self._has_line_moved = False
        self._malformed = 0
        self._complaints = 0

    @property
    def known(self) -> int:
        """So far the contact has come as far as was told here."""
        return self._talk.known

    async def run(self) -> None:
        """Until the socket is over, from whichever side."""
        unsubscribe = self._flow.bus.subscribe(f"contact.{self.contact_id}", self._on_event)
        works: list[asyncio.Task[None]] = []
        try:
            await self._until_it_works(self._talk.begin)
            works = [asyncio.create_task(self._attend()), asyncio.create_task(self._caller.run())]
            await self._read()
        finally:
            # before anything is awaited: a handler that is cancelled here must not forget how far the caller was told
            self._desk.keep(self._flow.relayed.end(self.contact_id, self._talk.turn.n, self._talk.told_seq))
            unsubscribe()
            self._talk.close()
            for work in works:
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)

    def has_come_to(self, seq: int) -> None:
        """So far the contact has come: what no notice told of is looked for."""
        if seq > self._talk.known:
            self._talk.look()

    def _on_event(self, payload: dict[str, Any]) -> None:
        if payload:
            self._talk.look()

    async def _line_moved(self) -> None:
        self._has_line_moved = True
        self._talk.stirred.set()

    async def _read(self) -> None:
        async for message in self._socket:
            try:
                if message.type is not WSMsgType.TEXT:
                    raise MalformedFrame("is no text")
                self._take(read_frame(message.data))
                self._malformed = 0
            except MalformedFrame:
                self._malformed += 1
                if self._malformed >= MALFORMED_LIMIT:
                    log.warning("a socket talked nonsense", extra={"contact_id": self.contact_id})
                    await self._socket.close(code=WSCloseCode.INVALID_TEXT)
            self._talk.stirred.set()

    def _take(self, frame: Frame | None) -> None:
        match frame:
            case Played(spoken):
                self._voice.played(spoken)
            case AgentSpeaks(False):
                self._voice.fell_silent()
            case Interrupt(heard):
                self._talk.heard_at = self._talk.active_at = now()
                self._talk.cut = self._voice.cut_in(heard) or self._talk.cut
            case Prompt(spoken, is_last):
                self._talk.heard_at = self._talk.active_at = now()
                if is_last and spoken:
                    self._caller.does(frame)
            case Key():
                self._talk.heard_at = self._talk.active_at = now()
                self._caller.does(frame)
            case Complaint():
                self._complaints += 1
                log.warning("the telephone company complains", extra={"contact_id": self.contact_id})
                if self._complaints >= COMPLAINTS_LIMIT:
                    self._desk.keep(self._voice.end(self._talk.told_seq))  # whatever it is, documents do without it

    async def _attend(self) -> None:
        """Tells what has happened, and what is due."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(max(0.0, self._due_at() - now()), LOOK_SECONDS)):
                    await self._talk.stirred.wait()
            self._talk.stirred.clear()
            self._desk.heard.note(self._talk.call_sid)
            await self._until_it_works(self._tell_what_is_new)

    async def _until_it_works(self, work: Callable[[], Awaitable[None]]) -> None:
        """A database that is away is asked again; the caller hears music or nothing meanwhile, and keeps the place.

        What can't be done at all is not tried again: the call goes on with documents.
        """
        while True:
            try:
                return await work()
            except Unavailable:
                await asyncio.sleep(AWAY_SECONDS)
                self._talk.look()
            except Refused as refused:
                log.warning("a relayed call is lost", extra={"code": refused.code, "contact_id": self.contact_id})
                return await self._give_back()
            except Exception:
                log.exception("a relayed call could not be told", extra={"contact_id": self.contact_id})
                return await self._give_back()

    async def _tell_what_is_new(self) -> None:
        talk = self._talk
        if talk.must_look:
            talk.must_look = False
            await talk.tell(Next())
        if talk.leaves_at < NEVER:
            if now() >= talk.leaves_at or self._is_ready_to_leave():
                await self._give_back()
        elif self._must_tell_place():
            talk.owes_place = False
            talk.told_at = now()
            await self._flow.dialogue.announce(self.contact_id)
        elif now() >= self._due_at():
            await self._when_due()

    def _must_tell_place(self) -> bool:
        """The line has moved by much for this caller; or who holds was told of it in words that they cut short."""
        talk, contact = self._talk, self._talk.contact
        is_owed = talk.owes_place and talk.turn.mode is Mode.HOLD
        if contact is None or not (self._has_line_moved or is_owed) or self._announces_from() > now():
            return False
        self._has_line_moved = False
        place = self._flow.lines.view(contact)
        is_news = is_worth_telling(contact, place, self._flow.lines.why_longer(contact, place))
        return is_news or (talk.owes_place and is_untold(contact, place))

    def _announces_from(self) -> float:
        """Nothing comes between where something would be lost, or into the caller's own words."""
        talk, contact = self._talk, self._talk.contact
        if contact is None or talk.is_coming or talk.answering or talk.cut is not None:
            return NEVER
        if talk.turn.mode is Mode.HOLD:
            return now()
        is_free = contact.dialogue is DialogueMode.SPEAKING and contact.pending_input is None
        return talk.heard_at + TALKING_SECONDS if is_free else NEVER

    def _due_at(self) -> float:
        """When something is to be said, or done, though nothing has happened."""
        talk = self._talk
        since = max(talk.active_at, self._voice.ends_at)
        if talk.leaves_at < NEVER:
            return now() if self._is_ready_to_leave() else min(talk.leaves_at, max(since, now() + AWAY_SECONDS))
        if talk.is_coming:
            return NEVER
        if talk.turn.mode is Mode.HOLD:
            return max(talk.told_at, self._voice.ends_at) + self._flow.tenant.timing.announcement_seconds
        if talk.answering:
            return since + SLOW_SECONDS if talk.fillers < len(FILLERS) else NEVER
        due_at = since + self._desk.part.silence_seconds
        return min(due_at, self._announces_from()) if self._has_line_moved else due_at

    async def _when_due(self) -> None:
        talk = self._talk
        talk.active_at = now()
        if talk.turn.mode is Mode.HOLD:
            talk.told_at = now()
            await self._desk.steps.announce(await talk.view())
        elif talk.answering:
            talk.fillers += 1
            await self._voice.say([Saying(FILLERS[talk.fillers - 1])])
        elif talk.cut is not None:
            cut, talk.cut = talk.cut, None
            await self._voice.say(cut.rest)  # it was no word, only a noise
        else:
            await self._when_silent()

    async def _when_silent(self) -> None:
        talk, steps = self._talk, self._desk.steps
        view = await talk.view()
        if talk.turn.mode is Mode.DIGITS:
            keys, talk.keys = talk.keys, ""
            await talk.tell(await steps.digits(view, talk.turn, keys))
            return
        owes_place, talk.owes_place = talk.owes_place, False
        if owes_place and is_untold(view.contact, view.place):
            await steps.announce(view)  # told before in words that were cut short
        else:
            await talk.tell(await steps.silence(view, talk.turn))

    def _is_ready_to_leave(self) -> bool:
        """Who hears goodbye has heard everything; who is with an agent now is called away by a redirect, and goes by
        themselves only if that does not come."""
        contact = self._talk.contact
        return contact is not None and contact.state is not State.CONNECTED and self._voice.is_silent

    async def _give_back(self) -> None:
        """To the documents: the telephone company closes the socket then, and is not waited for long."""
        await self._voice.end(self._talk.told_seq)
        await asyncio.sleep(CLOSE_SECONDS)
        await self._socket.close()
