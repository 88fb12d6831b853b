"""The talk: what a caller can do in it, by words, by keys or by buttons. Nothing is told before it is committed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from functools import partial

from assistant.flow import preferring, silence
from assistant.flow.accepted_offers import is_coming
from assistant.flow.announcements import announce as announce_wait
from assistant.flow.asked_verification import concluded
from assistant.flow.hearing import as_kept
from assistant.flow.line import Lines
from assistant.flow.moves import say, set_dialogue
from assistant.flow.orders import fall_quiet
from assistant.flow.stimulus import Ahead, Stimulus
from assistant.flow.turns import ANSWERS, Turns
from assistant.flow.verification import Structured, VerificationDesk
from assistant.model.contact import Contact, ContactId, DialogueMode
from assistant.model.errors import Refused, contact_closed, no_such_contact
from assistant.model.events import Author
from assistant.model.redaction import sayable
from assistant.model.storage import Store, UnitOfWork
from assistant.model.wording import MISSING, filled

MAX_TEXT = 4000
TAKEN_UP_AT_ONCE = 8
ANSWER = re.compile(
    r"^\s*(?:(?:it'?s|it is|(?:my )?(?:pin|number|customer number)(?: is|'s)?)[\s:,]*)?(\d[\d\s-]*)\.?\s*$",
    re.IGNORECASE,
)
WAKE_WORDS = {"assistant", "hey assistant", "hello assistant", "ok assistant"}


@dataclass(frozen=True, slots=True)
class _Typed:
    """An answer to what was asked for, given in the talk instead of its own field."""

    request_id: str
    name: str
    digits: str = field(repr=False)


def typed_answer(words: str, length: int) -> str | None:
    """The digits, where the words are nothing but an answer of this length: `48 21`, `my PIN is 4821`."""
    match = ANSWER.match(words)
    digits = "".join(character for character in match.group(1) if character.isdecimal()) if match else ""
    return digits if len(digits) == length else None


class Dialogue:
    def __init__(self, store: Store, lines: Lines, desk: VerificationDesk, turns: Turns) -> None:
        self._store = store
        self._lines = lines
        self._desk = desk
        self._turns = turns

    async def hear(self, contact_id: ContactId, words: str, *, client_id: str | None = None) -> None:
        """Keeps what the caller said, then answers it; returns when the answer is committed. See `keep`."""
        answer = await self.keep(contact_id, words, client_id=client_id)
        if answer is not None:
            await answer

    async def keep(
        self, contact_id: ContactId, words: str, *, client_id: str | None = None, spoke_before: bool = False
    ) -> Coroutine[None, None, None] | None:
        """Keeps what the caller said; gives what answers it, to be awaited, where it is to be answered.

        Words said to an agent, or while the assistant is quiet, are kept and not answered. A `client_id` heard before
        changes nothing. `spoke_before`: the caller cut the assistant short, and has not heard its last words.
        Raises `Refused`: `no_such_contact`, `contact_closed`, `empty_text`, `text_too_long`.
        """
        words = sayable(words)
        if not words:
            raise Refused("empty_text", "text: nothing was said.")
        if len(words) > MAX_TEXT:
            raise Refused("text_too_long", f"text: at most {MAX_TEXT} characters.")
        ahead = self._turns.ahead()
        try:
            noted = await self._store.transact(
                lambda work: self._note(work, contact_id, words, client_id, ahead, spoke_before)
            )
        except BaseException:
            ahead.give_up()
            raise
        if isinstance(noted, Stimulus):
            return self._turns.converse(noted, ahead)
        if noted is not None:
            return self.secure(contact_id, noted.request_id, noted.name, noted.digits)
        return None

    async def secure(self, contact_id: ContactId, request_id: str, name: str, value: str) -> None:
        """Takes an answer to `input.requested`; see `VerificationDesk.answer` for what it refuses."""
        structured = await self._desk.answer(contact_id, request_id, name, value)
        if structured is None:
            return
        if not await self._store.transact(lambda work: concluded(work, contact_id, structured)):
            await self._inform(contact_id, structured)

    async def hold_quietly(self, contact_id: ContactId) -> None:
        """The assistant falls silent until it is called back. The place stands."""

        def hold(work: UnitOfWork) -> None:
            contact = _open(work, contact_id)
            if contact.state.is_in_line:
                fall_quiet(work, contact)

        await self._store.transact(hold)

    async def wake(self, contact_id: ContactId) -> None:
        """The caller called the assistant back."""

        def wake(work: UnitOfWork) -> bool:
            contact = _open(work, contact_id)
            if not contact.state.is_in_line:
                return False
            set_dialogue(work, contact, DialogueMode.SPEAKING)
            return True

        if await self._store.transact(wake):
            await self._inform(contact_id, ("resume", {}))

    async def consent_told(self, contact_id: ContactId, *, given: bool) -> None:
        """The caller has said, beside the talk, whether to note what is told. Who is left in peace hears nothing."""
        contact = await self._store.read(lambda work: work.contacts.get(contact_id))
        if contact is not None and contact.state.is_in_line and contact.dialogue is not DialogueMode.QUIET:
            await self._inform(contact_id, ("consent", {"given": given}))

    async def announce(self, contact_id: ContactId) -> None:
        """Says position and wait as they are now; for a caller who holds."""
        contact = await self._store.read(lambda work: work.contacts.get(contact_id))
        if contact is None or not contact.state.is_in_line:
            return
        place = self._lines.view(contact)
        longer = self._lines.why_longer(contact, place)
        words = "You're <position> in line; <wait>." if place.wait.is_known else "You're <position> in line."
        text = filled(words, place, longer=longer)
        if (staffing := self._lines.staffing(contact.queue, contact.language)) in MISSING:
            text = f"{text} {MISSING[staffing]}"

        def announce(work: UnitOfWork) -> None:
            current = work.contacts.lock_only(contact_id)
            if current is None or not current.state.is_in_line:
                return
            told = replace(announce_wait(work, current, place, longer), told_ahead=(place.position or 1) - 1)
            say(work, told, Author.ASSISTANT, text)

        await self._store.transact(announce)

    async def answer_unanswered(self) -> None:
        """Takes up turns whose process died between the words and the answer, a few at a time.

        Raises the first error once all have been tried.
        """
        room = asyncio.Semaphore(TAKEN_UP_AT_ONCE)

        async def answer(contact_id: ContactId) -> None:
            async with room:
                stimulus = await self._store.transact(partial(self._take_up, contact_id=contact_id))
                if stimulus is not None:
                    await self._turns.converse(stimulus)

        expired = await self._store.read(lambda work: work.contacts.unanswered(work.now))
        ended = await asyncio.gather(*map(answer, expired), return_exceptions=True)
        for error in ended:
            if error is not None:
                raise error

    def _note(
        self,
        work: UnitOfWork,
        contact_id: ContactId,
        words: str,
        client_id: str | None,
        ahead: Ahead,
        spoke_before: bool,
    ) -> Stimulus | _Typed | None:
        contact = _open(work, contact_id)
        if client_id is not None and work.trail.has_client_id(contact_id, client_id):
            return None
        asked = contact.pending_input
        kept = as_kept(work, contact, words)
        typed = typed_answer(words, asked.digits) if asked is not None else None
        told = {ANSWERS: asked.request_id} if asked is not None and typed is not None else None
        contact = say(work, contact, Author.CALLER, kept, told, client_id=client_id)
        answer = _Typed(asked.request_id, asked.name, typed) if asked is not None and typed is not None else None
        if not contact.state.is_in_line:
            silence.agent_is_awaited(work, contact, self._turns.tenant.timing)
            return answer
        if is_coming(work, contact):
            return None  # the agent will see it
        if silence.is_parked(work, contact):
            contact = silence.come_back(work, contact, self._turns.tenant)
        if answer is not None or preferring.hear(work, contact, kept, self._turns.tenant) is not None:
            return answer
        if contact.dialogue is DialogueMode.QUIET:
            if kept.lower().strip(" .,!?") not in WAKE_WORDS:
                return None
            contact = set_dialogue(work, contact, DialogueMode.SPEAKING)
            return self._turns.lease(work, contact, structured=("resume", {}), ahead=ahead)
        return self._turns.lease(work, contact, words=kept, ahead=ahead, spoke_before=spoke_before)

    def _take_up(self, work: UnitOfWork, contact_id: ContactId) -> Stimulus | None:
        contact = work.contacts.lock_only(contact_id)
        if contact is None or contact.turn_until is None or contact.turn_until > work.now:
            return None
        contact = replace(contact, turn_until=None)
        work.contacts.save(contact)
        words = self._turns.unanswered_words(work, contact, 0)
        if words is None or not contact.state.is_in_line:
            return None
        return self._turns.lease(work, contact, words=words)

    async def _inform(self, contact_id: ContactId, structured: Structured) -> None:
        """Tells the engine of an outcome; waits for a turn that is under way to end."""

        def take(work: UnitOfWork) -> Stimulus | None:
            contact = work.contacts.lock_only(contact_id)
            if contact is None or not contact.state.is_in_line:
                raise contact_closed()
            return self._turns.lease(work, contact, structured=structured, ahead=ahead)

        for _ in range(100):
            ahead = self._turns.ahead()
            try:
                stimulus = await self._store.transact(take)
            except Refused:
                return
            except BaseException:
                ahead.give_up()
                raise
            if stimulus is not None:
                await self._turns.converse(stimulus, ahead)
                return
            await asyncio.sleep(0.05)


def _open(work: UnitOfWork, contact_id: ContactId) -> Contact:
    contact = work.contacts.lock_only(contact_id)
    if contact is None:
        raise no_such_contact()
    if contact.state.is_over:
        raise contact_closed()
    return contact
