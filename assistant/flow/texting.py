"""Somebody texts: a place in line, the talk while they wait, an agent; and the words that carriers have made law."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from assistant.flow import due, moves, text_presence
from assistant.flow.callbacks import Callbacks
from assistant.flow.claims import Claim, Claims
from assistant.flow.conversation import Conversation
from assistant.flow.dialogue import Dialogue
from assistant.flow.heard_texts import HeardText
from assistant.flow.intake import Intake, JoinRequest
from assistant.model import text_wording as words
from assistant.model.contact import Contact, ContactId, Outcome, State
from assistant.model.errors import Refused, contact_closed
from assistant.model.events import Author
from assistant.model.storage import Store, UnitOfWork
from assistant.model.texts import Thread
from assistant.settings.tenant import Tenant

log = logging.getLogger(__name__)

TRIES = 3


class Texting:
    """`hear` returns once what was said is durable; what answers it comes as texts of their own."""

    def __init__(
        self,
        store: Store,
        tenant: Tenant,
        intake: Intake,
        dialogue: Dialogue,
        conversation: Conversation,
        claims: Claims,
        callbacks: Callbacks,
    ) -> None:
        self._store = store
        self._tenant = tenant
        self._intake = intake
        self._dialogue = dialogue
        self._conversation = conversation
        self._claims = claims
        self._callbacks = callbacks
        self._answers: set[asyncio.Task[None]] = set()

    async def hear(self, text: HeardText) -> str | None:
        """What is answered at once, where that is not a matter of the talk. A text heard before changes nothing.

        Raises `Unavailable` where it could not be kept.
        """
        if text.word in words.STOP_WORDS:
            return await self._stop(text)
        if text.word in words.HELP_WORDS:
            return None if text.carrier_answered else words.help_sentence(self._tenant.brand)
        thread, contact = await self._store.transact(lambda work: self._open(work, text))
        if contact is not None and contact.state.is_over and await self._was_heard(text, contact.id):
            return self._said_before(text)
        if text.calls_off and (await self._call_off(text, contact) or contact is None):
            # where nothing was to be called off nobody joins the line to say so
            return words.CALLED_OFF if thread.stopped_at is None else None
        if thread.stopped_at is not None:
            return await self._start(text) if text.word in words.START_WORDS else None
        if text.word in words.START_WORDS - {"yes"}:
            return None if text.carrier_answered else words.YOU_ARE_BACK
        for _ in range(TRIES):
            try:
                return await self._talk(text, thread, contact)
            except Refused as refused:
                if refused.code not in {contact_closed().code, "no_such_place"}:
                    return self._refused(text, refused)
            thread, contact = await self._store.transact(lambda work: self._open(work, text))
        return words.TROUBLE

    async def _was_heard(self, text: HeardText, contact_id: ContactId) -> bool:
        return await self._store.read(lambda work: work.trail.has_client_id(contact_id, text.sid))

    def _said_before(self, text: HeardText) -> str | None:
        """What was answered at once to a text that comes again: of the two answers the telephone company takes one."""
        if text.calls_off:
            return words.CALLED_OFF
        return words.YOU_ARE_BACK if text.word in words.START_WORDS and not text.carrier_answered else None

    async def close(self) -> None:
        """Gives up the answers under way: another process takes them up."""
        for answer in list(self._answers):
            answer.cancel()
        await asyncio.gather(*self._answers, return_exceptions=True)

    def _open(self, work: UnitOfWork, text: HeardText) -> tuple[Thread, Contact | None]:
        """The thread with the contact that it is about now, if one is open or can be had back.

        While texts are stopped it stays the one that it was about.
        """
        thread = work.texts.open_thread(text.address, text.ours)
        contact = work.contacts.get(thread.contact_id) if thread.contact_id else None
        if contact is None or thread.stopped_at is not None or self._goes_on(work, text, contact):
            return thread, contact
        thread = replace(thread, contact_id=None, generation=thread.generation + 1)
        work.texts.save_thread(thread)
        return thread, None

    def _goes_on(self, work: UnitOfWork, text: HeardText, contact: Contact) -> bool:
        """Whether a text is about this contact: it is open, or the text came before its end, or only says goodbye."""
        if not contact.state.is_over or work.trail.has_client_id(contact.id, text.sid):
            return True
        if contact.outcome is Outcome.ABANDONED and work.deadlines.when(due.RECLAIM, contact.id) is not None:
            return True
        ended_at = contact.ended_at or work.now
        is_recent = (work.now - ended_at).total_seconds() < self._tenant.timing.reclaim_seconds
        return is_recent and words.THANKS.fullmatch(text.body.strip()) is not None

    async def _talk(self, text: HeardText, thread: Thread, contact: Contact | None) -> str | None:
        if contact is None:
            contact = await self._arrive(text, thread)
        elif contact.state.is_over and contact.outcome is not Outcome.ABANDONED:
            return None
        elif contact.state is State.ABANDONED or not contact.channel.is_text:
            if contact.state in {State.OFFERED, State.CONNECTED}:
                return words.CHAT_HAS_IT
            claim = Claim(contact.code, text.channel, number=text.number)
            contact = (await self._claims.claim(claim)).contact
        return await self._say(text, contact.id)

    async def _arrive(self, text: HeardText, thread: Thread) -> Contact:
        """A place in line. Texts that come at the same moment ask for it by the same key."""
        joined = await self._intake.join(
            JoinRequest(
                channel=text.channel,
                queue=self._tenant.queue_of_number(text.dnis),
                idempotency_key=f"text:{text.address}:{thread.generation}",
                ani=text.number,
                dnis=text.dnis,
                language=self._tenant.language_of_number(text.dnis),
            )
        )

        def keep(work: UnitOfWork) -> None:
            now = work.texts.open_thread(text.address, text.ours)
            if now.generation == thread.generation:
                work.texts.save_thread(replace(now, contact_id=joined.contact.id))

        await self._store.transact(keep)
        return joined.contact

    async def _say(self, text: HeardText, contact_id: ContactId) -> str | None:
        body = text.body.strip()
        if not body:
            if text.media:
                await self._store.transact(lambda work: self._attached(work, contact_id, text))
            return None
        if await self._store.transact(lambda work: self._answers_us(work, contact_id, text)):
            return None
        answer = await self._dialogue.keep(contact_id, body, client_id=text.sid)
        if answer is not None:
            self._later(answer)
        return None

    def _answers_us(self, work: UnitOfWork, contact_id: ContactId, text: HeardText) -> bool:
        """The caller is there. True where the text said no more than that, to our question."""
        contact = work.contacts.lock_only(contact_id)
        if contact is None or contact.state.is_over:
            raise contact_closed()
        if work.trail.has_client_id(contact_id, text.sid):
            return True
        asked = contact.state is State.WAITING and text_presence.was_asked(work, contact)
        if asked and words.LATER.fullmatch(text.body.strip()):
            contact = moves.say(work, contact, Author.CALLER, text.body.strip(), client_id=text.sid)
            text_presence.keep(work, contact, self._tenant.timing, words.NO_TROUBLE)
            return True
        contact = text_presence.is_there(work, contact, self._tenant)
        if not asked or not words.YES.fullmatch(text.body.strip()):
            return False
        contact = moves.say(work, contact, Author.CALLER, text.body.strip(), client_id=text.sid)
        moves.say(work, contact, Author.ASSISTANT, words.SHORTLY)
        return True

    def _attached(self, work: UnitOfWork, contact_id: ContactId, text: HeardText) -> None:
        """A picture without words: the agent sees that there was one, the caller that nobody can look at it."""
        contact = work.contacts.lock_only(contact_id)
        if contact is None or contact.state.is_over:
            raise contact_closed()
        if work.trail.has_client_id(contact_id, text.sid):
            return
        contact = text_presence.is_there(work, contact, self._tenant)
        contact = moves.say(work, contact, Author.CALLER, "[a picture or file]", client_id=text.sid)
        moves.say(work, contact, Author.ASSISTANT, words.NO_PICTURES)

    async def _stop(self, text: HeardText) -> str | None:
        """Nothing is written to them any more: who waited has left, and an agent is told so."""

        def stop(work: UnitOfWork) -> tuple[bool, ContactId | None]:
            thread = work.texts.open_thread(text.address, text.ours)
            if thread.stopped_at is not None:
                is_again = thread.contact_id is not None and work.trail.has_client_id(thread.contact_id, text.sid)
                return not is_again, None
            work.texts.save_thread(replace(thread, stopped_at=work.now))
            contact = work.contacts.lock_only(thread.contact_id) if thread.contact_id else None
            if contact is None or contact.state.is_over or not contact.channel.is_text:
                return False, None
            moves.say(work, contact, Author.CALLER, text.body.strip(), client_id=text.sid)
            return False, contact.id

        was_stopped, contact_id = await self._store.transact(stop)
        if contact_id is not None:
            await self._conversation.leave(contact_id)
        return None if was_stopped or text.carrier_answered else words.stopped_sentence(self._tenant.brand)

    async def _call_off(self, text: HeardText, contact: Contact | None) -> bool:
        """Whether this number was to be called back, and is not any more.

        Who has asked for it by this telephone has left the line; who is in a chat has the place there.
        """

        def keep(work: UnitOfWork) -> tuple[bool, Contact | None]:
            """The words stand before anything is called off: one who comes with them again is known."""
            held = work.contacts.lock_only(contact.id) if contact is not None else None
            is_again = held is not None and work.trail.has_client_id(held.id, text.sid)
            called = work.contacts.callback_to(text.number)
            if called is None or not called.state.is_in_line:
                return is_again, None
            if held is not None and not held.state.is_over and not is_again:
                moves.say(work, held, Author.CALLER, text.body.strip(), client_id=text.sid)
            return True, called

        is_off, called = await self._store.transact(keep)
        if called is None:
            return is_off
        if called.ani == text.number:
            await self._conversation.leave(called.id)
        else:
            await self._callbacks.cancel(called.id)
        return True

    async def _start(self, text: HeardText) -> str | None:
        def start(work: UnitOfWork) -> None:
            thread = work.texts.open_thread(text.address, text.ours)
            work.texts.save_thread(replace(thread, stopped_at=None))
            contact = work.contacts.lock_only(thread.contact_id) if thread.contact_id else None
            if contact is not None and not work.trail.has_client_id(contact.id, text.sid):
                # so that a YES that comes twice doesn't join the line
                moves.say(work, contact, Author.CALLER, text.body.strip(), client_id=text.sid)

        await self._store.transact(start)
        return None if text.carrier_answered else words.YOU_ARE_BACK

    def _refused(self, text: HeardText, refused: Refused) -> str | None:
        log.info("a text was refused", extra={"code": refused.code})
        if refused.code == "text_too_long":
            return words.TOO_LONG
        if refused.code == "empty_text":
            return None
        return words.CHAT_HAS_IT if refused.code == "place_taken_up" else refused.message

    def _later(self, answer: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_told(answer))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)


async def _told(answer: Coroutine[Any, Any, None]) -> None:
    """What fails behind a text that was kept is told to the log: the turn is taken up again when its lease ends."""
    try:
        await answer
    except Refused as refused:
        log.info("an answer was not needed any more", extra={"code": refused.code})
    except Exception:
        log.exception("an answer failed")
