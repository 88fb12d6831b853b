"""What a caller's key, digits or silence mean, and how the call goes on after it: whichever way the call is heard.

Nothing of it knows whether a `<Gather>` or a socket has heard it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from assistant.flow.numbers import may_be_called
from assistant.flow.place_links import PlaceLinks
from assistant.flow.transcripts import ContactView
from assistant.model.contact import Contact, DialogueMode, State
from assistant.model.errors import Refused, Unavailable
from assistant.model.events import Author, Event, EventType
from assistant.settings.tenant import Tenant
from telephony import voice_wording as words
from telephony.addresses import Mode, TurnState
from telephony.hold_music import PIECE_SECONDS
from telephony.voice_flow import VoiceFlow

SILENCES_BEFORE_MUSIC = 2
QUIET_KEYS = frozenset("0*")
MESSAGE_KEY = "7"
LINK_KEY = "5"


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


class VoiceSteps:
    """Carries out what was pressed, or not said. Raises what the flow raises."""

    def __init__(self, flow: VoiceFlow) -> None:
        self._flow = flow

    async def key(self, view: ContactView, turn: TurnState, key: str) -> Next:
        """One key, as told after the first silence."""
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
            await self.announce(view)
            return Next(mode=turn.mode)
        if key == "#":
            earlier = await self._flow.transcripts.view(contact.id, after=turn.before)
            return Next(tuple(said(event for event in earlier.events if event.seq <= turn.after)), turn.mode)
        if key in "89":
            return await self._call_back(contact, turn, at_once=key == "9")
        links = self._flow.links
        has_link = links is not None and links.may_be_sent(contact)
        if key == LINK_KEY and links is not None and has_link:
            return Next((await _texted(links, contact),), turn.mode)
        keys = words.HELP if may_be_called(contact, self._flow.tenant) else words.HELP_NO_CALLBACK
        link = (words.OR_LINK,) if has_link else ()
        return Next((*self._with_message(view, keys), *link), turn.mode)

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

    async def silence(self, view: ContactView, turn: TurnState) -> Next:
        """Nothing was said, and nothing pressed."""
        if said(view.events):
            # Something was said meanwhile: it is told, and answered by a caller who may.
            return Next(mode=Mode.TALK)
        if turn.mode is Mode.HOLD:
            return await self._hold_on(view, turn)
        if turn.silences + 1 < SILENCES_BEFORE_MUSIC:
            is_new = await self._flow.transcripts.needs_guidance(view.contact.id)
            is_callable = may_be_called(view.contact, self._flow.tenant)
            still_here = words.still_here(may_be_called=is_callable, is_new=is_new)
            return Next(self._with_message(view, still_here), Mode.TALK, silences=turn.silences + 1)
        return Next((words.MUSIC,), Mode.HOLD)

    def _with_message(self, view: ContactView, line: str) -> tuple[str, ...]:
        return (line, words.OR_LEAVE_MESSAGE) if may_leave_message(view, self._flow.tenant) else (line,)

    async def _hold_on(self, view: ContactView, turn: TurnState) -> Next:
        # Each silence of a caller who holds is one whole piece of music that was heard.
        pieces = turn.silences + 1
        if pieces * PIECE_SECONDS < self._flow.tenant.timing.announcement_seconds:
            return Next(mode=Mode.HOLD, silences=pieces)
        await self.announce(view)
        return Next(mode=Mode.HOLD)

    async def announce(self, view: ContactView) -> None:
        """Position and wait. Told already, by a twin of this request: what it said is in the view and is said again."""
        if not said(view.events):
            await self._flow.dialogue.announce(view.contact.id)

    async def digits(self, view: ContactView, turn: TurnState, keys: str) -> Next:
        """The answer to what was asked for by keys; `*` means "stop, just hold", and none is silence."""
        contact, pending = view.contact, view.contact.pending_input
        if "*" in keys:
            await self._flow.dialogue.hold_quietly(contact.id)
            return Next((words.HOLDING,), Mode.HOLD)
        if pending is None or pending.request_id != turn.request_id:
            return Next(mode=Mode.TALK)
        if not keys:
            if turn.silences + 1 < SILENCES_BEFORE_MUSIC:
                return Next(mode=Mode.DIGITS, silences=turn.silences + 1)
            return Next((words.MUSIC,), Mode.HOLD)
        try:
            await self._flow.dialogue.secure(contact.id, turn.request_id, pending.name, keys)
        except Refused as refused:
            if refused.code != "invalid_value":
                raise
            return Next((words.fewer_digits(pending.digits),), Mode.DIGITS)
        return Next(mode=Mode.TALK)


async def _texted(links: PlaceLinks, contact: Contact) -> str:
    try:
        return words.LINK_SENT if await links.send(contact.id) else words.LINK_SENT_BEFORE
    except (Refused, Unavailable):
        return words.LINK_NOT_SENT


def may_leave_message(view: ContactView, tenant: Tenant) -> bool:
    """Where nobody on duty could take the call, waiting is not all that can be done."""
    is_waiting = view.contact.state is State.WAITING
    return is_waiting and not view.place.staffed and tenant.spoken_messages.is_offered


def follow(view: ContactView, turn: TurnState, then: Next) -> tuple[TurnState, list[str]]:
    """The turn that follows, and what is said before it: the door's own lines first, then what is new."""
    contact, new = view.contact, said(view.events)
    mode = _mode(view, turn, then)
    pending = contact.pending_input if mode is Mode.DIGITS else None
    following = TurnState(
        contact_id=contact.id,
        n=turn.n + 1,
        after=max((event.seq for event in view.events), default=turn.after),
        before=turn.after if new else turn.before,
        mode=mode,
        silences=then.silences,
        request_id=pending.request_id if pending else "",
    )
    lines = [*then.lines, *new]
    is_left = contact.dialogue is DialogueMode.QUIET and not view.is_agent_coming
    if mode is Mode.HOLD and is_left and turn.mode is not Mode.HOLD and not then.lines:
        lines.append(words.QUIET)
    return following, lines


def when_coming(then: Next) -> Next:
    """No reply of the assistant's any more, until caller and agent are together: only music."""
    return replace(then, lines=then.lines if then.mode is Mode.HOLD else (), mode=Mode.HOLD, silences=0)


def _mode(view: ContactView, turn: TurnState, then: Next) -> Mode:
    """What the caller does next: an input that is open comes first, then quiet, then what the turn decided."""
    contact = view.contact
    if contact.pending_input is not None and then.mode is not Mode.HOLD:
        return Mode.DIGITS
    if contact.dialogue is DialogueMode.QUIET:
        return Mode.HOLD
    chosen = then.mode or turn.mode
    return Mode.TALK if chosen is Mode.DIGITS else chosen


def said(events: Iterable[Event]) -> list[str]:
    """What was said to the caller, oldest first."""
    return [event.words.text for event in events if is_said(event) and event.words]


def is_said(event: Event) -> bool:
    """Whether this is something that was said to the caller, and has not been erased."""
    words = event.words if event.type is EventType.MESSAGE_ADDED else None
    return words is not None and words.author is not Author.CALLER
