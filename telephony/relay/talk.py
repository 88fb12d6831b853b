"""How a relayed call stands, and saying what is new in it.

One saying at a time: what was carried out and what has happened meanwhile are told in the order of the trail.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from assistant.flow.relayed import Told
from assistant.flow.transcripts import ContactView
from assistant.model.contact import Contact, QueueId, State
from telephony.addresses import Mode, TurnState
from telephony.payloads import CallSid
from telephony.relay.desk import RelayDesk, now
from telephony.relay.frames import FAR
from telephony.relay.speech import Cut, Saying
from telephony.relay.voice import RelayVoice
from telephony.voice_steps import Next, follow, is_said, when_coming
from telephony.voice_wording import speaker_for

REDIRECT_SECONDS = 2.0
LAST_WORDS_SECONDS = 15.0
NEVER = float("inf")
REMEMBERED = 20
UNKNOWN = Told(None, None)


def _nothing() -> None:
    """The end of what was not begun."""


class RelayTalk:
    """`turn` is how the talk stands, `contact` as it was told last; `stirred` says that something has happened.
    `told_before` is up to where the caller had been told before the document that opened the socket.

    `heard_at` is when the caller was last heard, `active_at` when they were, or their silence was answered, `told_at`
    when something was last said, `leaves_at` when the call is given back to its documents at the latest; all in the
    loop's time. `cut` is what the caller cut short and has said nothing to yet, `answering` how many turns of the
    dialogue are under way.
    """

    def __init__(
        self,
        desk: RelayDesk,
        voice: RelayVoice,
        call_sid: CallSid,
        turn: TurnState,
        told_before: int,
        line_moved: Callable[[], Awaitable[None]],
    ) -> None:
        self._desk = desk
        self._flow = desk.flow
        self._line_moved = line_moved
        self._told_before = told_before
        self._is_begun = False
        self.voice = voice
        self.call_sid = call_sid
        self.turn = turn
        self.known = turn.after
        self.contact: Contact | None = None
        self.is_coming = False
        self.cut: Cut | None = None
        self.owes_place = False
        self.keys = ""
        self.answering = 0
        self.fillers = 0
        self.heard_at = self.active_at = self.told_at = now()
        self.leaves_at = NEVER
        self.must_look = True
        self.stirred = asyncio.Event()
        self._language = ""
        self._before: dict[int, Told] = {}
        self._watched: QueueId | None = None
        self._end_watch: Callable[[], None] = _nothing
        self._lock = asyncio.Lock()

    @property
    def told_seq(self) -> int:
        """After this message the call would have to begin again: what is not heard yet, and was not cut short by words,
        is still to be said."""
        if not self._is_begun:
            return self._told_before
        cut = self.cut.seq if self.cut is not None else None
        return min(self.turn.after, *(seq - 1 for seq in (cut, self.voice.first_unheard) if seq is not None), FAR)

    def look(self) -> None:
        """Something may be new."""
        self.must_look = True
        self.stirred.set()

    def close(self) -> None:
        self._end_watch()

    async def view(self) -> ContactView:
        """The contact now, with what has not been told yet."""
        return await self._flow.transcripts.view(self.turn.contact_id, after=self.turn.after)

    async def begin(self) -> None:
        """The greeting is being spoken; who begins with music or with keys hears that afterwards."""
        view = await self._flow.transcripts.view(self.turn.contact_id, after=self._told_before)
        greeting = [event for event in view.events if is_said(event) and event.seq <= self.turn.after]
        self.voice.is_being_said(Saying(event.words.text, event.seq) for event in greeting if event.words)
        self._is_begun = True
        await self._desk.turns.taken_up(view.contact, self.call_sid)
        self._keep(view)
        if self.turn.mode is Mode.HOLD:
            await self.voice.play_music()
        elif self.turn.mode is Mode.DIGITS and view.contact.pending_input is not None:
            await self.voice.say([Saying(view.contact.pending_input.prompt)])

    async def tell(self, then: Next) -> None:
        """Says what is new, and goes on as the contact's state demands."""
        async with self._lock:
            await self._tell(then)

    async def act(self, step: Awaitable[Next]) -> None:
        """Carries out something of the caller's, and says what comes of it in one: its events alone say less."""
        async with self._lock:
            await self._tell(await step)

    async def _tell(self, then: Next) -> None:
        view = await self.view()
        if self._desk.turns.leads_elsewhere(view):
            self._keep(view)
            is_fetched = view.contact.state is State.CONNECTED
            patience = REDIRECT_SECONDS if is_fetched else LAST_WORDS_SECONDS
            self.leaves_at = min(self.leaves_at, now() + patience)
            self.stirred.set()
            return
        self.leaves_at = NEVER
        if view.is_agent_coming:
            then = when_coming(then)
        before, was = self._told(), self.turn
        following, lines = follow(view, was, then)
        silences = was.silences if then == Next() and not lines else following.silences
        self.turn = replace(following, n=was.n, silences=silences)
        self._keep(view)
        sayings = _numbered(view, then, lines)
        self._before |= {saying.seq: before for saying in sayings if saying.seq is not None}
        while len(self._before) > REMEMBERED:
            del self._before[min(self._before)]
        await self._speak(view, was, then, sayings)

    async def note_cut(self, cut: Cut) -> None:
        """The caller said something instead of listening: what was not heard was not told."""
        if cut.seq is None:
            return
        self.owes_place = True
        before = self._before.get(cut.seq, UNKNOWN)
        await self._flow.relayed.cut(self.turn.contact_id, cut.seq, cut.heard, told=self._told(), before=before)

    async def _speak(self, view: ContactView, was: TurnState, then: Next, sayings: list[Saying]) -> None:
        pending = view.contact.pending_input
        is_asked = was.request_id != self.turn.request_id or then.mode is Mode.DIGITS
        if self.turn.mode is Mode.DIGITS and pending is not None and is_asked:
            sayings = [*sayings, Saying(pending.prompt)]
            self.keys = ""
        language = speaker_for(view.contact.language).language
        if language != self._language:
            self._language = language
            await self.voice.change_language(language)
        if sayings:
            self.told_at = now()
            self.fillers = 0
            await self.voice.say(sayings)
        if self.turn.mode is Mode.HOLD and (sayings or was.mode is not Mode.HOLD):
            await self.voice.play_music()

    def _told(self) -> Told:
        return Told.of(self.contact) if self.contact is not None else UNKNOWN

    def _keep(self, view: ContactView) -> None:
        contact = view.contact
        self.contact, self.is_coming = contact, view.is_agent_coming
        self._language = self._language or speaker_for(contact.language).language
        self.known = max(self.known, contact.seq)
        if contact.queue != self._watched:
            self._end_watch()
            self._watched = contact.queue
            self._end_watch = self._flow.lines.watch(contact.queue, self._line_moved)


def _numbered(view: ContactView, then: Next, lines: list[str]) -> list[Saying]:
    """The lines with the numbers that they have in the trail; the door's own, first and last, have none."""
    seqs = [event.seq for event in view.events if is_said(event)]
    first = len(then.lines)
    numbers = [None] * first + seqs + [None] * (len(lines) - first - len(seqs))
    return [Saying(line, seq) for line, seq in zip(lines, numbers, strict=True)]
