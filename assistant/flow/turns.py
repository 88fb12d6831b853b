"""Turns: one at a time per contact, under a lease, each reply committed before it is told.

The lease keeps two processes from talking at once; words that arrive meanwhile are kept, and answered by the holder
when it is done. A process that dies in the middle leaves a lease that runs out, and its words are taken up again.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from assistant.flow import gathering
from assistant.flow.accepted_offers import is_coming, step_ended, waits_for_step
from assistant.flow.circumstances import circumstances_of
from assistant.flow.gathering import known_facts, of_topic
from assistant.flow.head_starts import HeadStarts
from assistant.flow.line import Lines
from assistant.flow.looking import Looking
from assistant.flow.moves import say, set_dialogue
from assistant.flow.orders import Orders
from assistant.flow.returning import Returning
from assistant.flow.settling import Ended
from assistant.flow.speaking import Speaker
from assistant.flow.stimulus import Ahead, Stimulus
from assistant.flow.unheard import Unheard
from assistant.flow.verification import Structured
from assistant.model.contact import Contact, ContactId, DialogueMode
from assistant.model.errors import Unavailable
from assistant.model.events import Author, EventType
from assistant.model.place import PlaceView
from assistant.model.ports import DialogueEngine, Order, Reply, ServiceOutcome, Turn
from assistant.model.review import NOT_UNDERSTOOD
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant

MAX_TURNS = 8  # a reply may order something whose outcome is answered in turn; never endlessly
LEASE = timedelta(seconds=10)
ANSWERS = "answers"  # in a message's event: the request that it answers, for no turn does
SETTLED = frozenset({"done", "already_done"})
STEP_ENDS = {"verified", "settled"}  # what an agent who waits for a step waits for
AWAY = (
    "I'm having trouble answering just now, but your place in the queue is safe "
    "and the agent will see what you've told me."
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Errand:
    """An order that needs another system. `known` is its outcome, where it was carried out before."""

    contact: Contact
    order: Order
    known: ServiceOutcome | None


def _misheard(reply: Reply) -> dict[str, Any] | None:
    """What the first message's event tells of words that were not understood, so that they can be reviewed."""
    if reply.intent not in NOT_UNDERSTOOD:
        return None
    return {"intent": reply.intent, "confidence": reply.confidence}


def _done(work: UnitOfWork, contact: Contact) -> tuple[str, ...]:
    """What has been settled, for an engine that may have forgotten it; nothing is for somebody unknown."""
    tried = work.trail.tried(contact.id) if contact.verification.level and not contact.veiled_seq else ()
    return tuple(each.service for each in tried if each.outcome in SETTLED)


def _ends_step(stimulus: Stimulus, reply: Reply) -> bool:
    """The outcome that an agent waits for; a code that has to be asked for besides is not the end of it."""
    asks_more = reply.order is not None and reply.order.name == "verify"
    return stimulus.structured is not None and stimulus.structured[0] in STEP_ENDS and not asks_more


class Turns:
    def __init__(self, store: Store, tenant: Tenant, lines: Lines, engine: DialogueEngine, orders: Orders) -> None:
        self._store = store
        self._tenant = tenant
        self._head_starts = HeadStarts(store, tenant)
        self._returning = Returning(store)
        self._lines = lines
        self._speaker = Speaker(tenant, lines)
        self._engine = engine
        self._orders = orders
        self._told_away: set[ContactId] = set()
        self._unheard = Unheard()

    @property
    def tenant(self) -> Tenant:
        return self._tenant

    def lease(
        self,
        work: UnitOfWork,
        contact: Contact,
        *,
        words: str | None = None,
        structured: Structured | None = None,
        heard_seq: int | None = None,
        ahead: Ahead | None = None,
        spoke_before: bool = False,
    ) -> Stimulus | None:
        """The turn is ours, or None while another one is under way (which will see what was said)."""
        if contact.turn_until is not None and contact.turn_until > work.now:
            return None
        contact = replace(contact, turn_until=work.now + LEASE)
        work.contacts.save(contact)
        now = replace(circumstances_of(work, contact, self._tenant, self._lines), spoke_before=spoke_before)
        heard = contact.seq if heard_seq is None else heard_seq
        known = known_facts(work, contact)
        stimulus = Stimulus(contact, known, now, heard, words, structured, _done(work, contact))
        if ahead is not None and not self._unheard.has(contact.id):
            ahead.begin(stimulus)
        return stimulus

    def ahead(self) -> Ahead:
        return Ahead(self._ask_engine)

    async def converse(self, stimulus: Stimulus, ahead: Ahead | None = None) -> None:
        """Turns until nothing is left to answer or to carry out. `ahead` has asked for the first reply already."""
        pending: Stimulus | None = self._unheard.before(stimulus)
        ahead = ahead or self.ahead()
        for _ in range(MAX_TURNS):
            if pending is None:
                return
            pending = await self._take_turn(pending, ahead)
        if pending is not None:
            await self._store.transact(partial(self._give_back, contact_id=pending.contact.id))

    def _give_back(self, work: UnitOfWork, contact_id: ContactId) -> None:
        """An engine that orders without end must not keep the caller unheard until the lease runs out."""
        contact = work.contacts.lock_only(contact_id)
        if contact is not None and contact.turn_until is not None:
            work.contacts.save(replace(contact, turn_until=work.now))

    async def _take_turn(self, stimulus: Stimulus, ahead: Ahead) -> Stimulus | None:
        """One reply, committed, with its order carried out; gives what is to be answered next."""
        reply = await ahead.reply_to(stimulus)
        if reply is None:
            self._unheard.keep(stimulus)
        place = self._lines.view(stimulus.contact)
        longer = self._lines.why_longer(stimulus.contact, place)
        speak = partial(self._speak, stimulus=stimulus, reply=reply, place=place, longer=longer)
        looking = self._look_up_ahead(stimulus, reply)
        try:
            spoken = await self._store.transact(speak)
        except BaseException:
            looking.cancel()
            raise
        if reply is not None and reply.topic != stimulus.contact.topic and self._head_starts.has_rule_for(reply.topic):
            await self._head_starts.for_topic(stimulus.contact.id)
        if not isinstance(spoken, Errand):
            looking.cancel()
            await self._note_return(stimulus, reply)
            return spoken
        ended = await looking.found_for(spoken.contact) or await self._orders.elsewhere(
            spoken.contact, spoken.order, stimulus.seq, stimulus.words, spoken.known
        )
        renew = partial(
            self._renew, contact_id=spoken.contact.id, ended=ended, heard_seq=stimulus.heard_seq, ahead=ahead
        )
        try:
            following = await self._store.transact(renew)
            await self._note_return(stimulus, reply)
        except BaseException:
            ahead.give_up()
            raise
        return following

    async def _note_return(self, stimulus: Stimulus, reply: Reply | None) -> None:
        is_known_now = stimulus.structured is not None and stimulus.structured[0] == "verified"
        if reply is not None and (reply.topic != stimulus.contact.topic or is_known_now):
            await self._returning.note(stimulus.contact, reply.topic)

    def _look_up_ahead(self, stimulus: Stimulus, reply: Reply | None) -> Looking:
        """What a reply has looked up is found while the reply is being committed."""
        contact, order = stimulus.contact, reply.order if reply is not None else None
        if order is None or order.name != "look_up":
            return Looking(contact, None)
        return Looking(contact, asyncio.create_task(self._orders.look_up(contact, order)))

    async def _ask_engine(self, stimulus: Stimulus) -> Reply | None:
        contact = stimulus.contact
        facts, also = of_topic(stimulus.facts, () if contact.veiled_seq else contact.also)
        turn = Turn(
            # who claimed a place by number begins a talk of their own: the old one is not theirs to hear
            conversation=f"{contact.id}.{contact.veiled_seq}" if contact.veiled_seq else contact.id,
            words=stimulus.words,
            structured=stimulus.structured,
            channel=contact.channel,
            language=contact.language,
            verified_level=contact.verification.level,
            topic=None if contact.veiled_seq else contact.topic,
            facts=facts,
            customer_name=None if contact.veiled_seq else contact.customer_name,
            done=stimulus.done,
            also=also,
            circumstances=stimulus.circumstances,
        )
        try:
            reply = await self._engine.turn(turn)
        except Unavailable as error:
            log.warning("turn not answered", extra={"code": error.code, "contact_id": contact.id})
            return None
        self._told_away.discard(contact.id)
        return reply

    def _speak(
        self, work: UnitOfWork, stimulus: Stimulus, reply: Reply | None, place: PlaceView, longer: str | None
    ) -> Stimulus | Errand | None:
        """Commits one reply. Gives the next stimulus, or the order that goes elsewhere, or None when done."""
        contact = self._orders.lock(work, stimulus.contact.id, reply.order if reply is not None else None)
        if contact is None or not contact.state.is_in_line:
            return None  # an agent took over or the caller left: a late reply is thrown away
        if is_coming(work, contact):
            work.contacts.save(replace(contact, turn_until=None))
            return None  # an agent has accepted: after that not a word
        has_heard_more = contact.seq != stimulus.heard_seq
        if reply is None:
            contact = replace(self._say_away(work, contact), turn_until=None)
            work.contacts.save(contact)
            return self._answer_rest(work, contact, stimulus.heard_seq) if has_heard_more else None
        if waits_for_step(work, contact) and _ends_step(stimulus, reply):
            reply = replace(reply, sayings=reply.sayings[:1], order=None, step=None)
        if has_heard_more or gathering.is_news(contact, stimulus.facts, reply):
            contact = gathering.keep(work, contact, reply, self._tenant)
        if reply.order is not None and reply.order.name == "move_queue":
            contact = self._speaker.say(work, contact, reply.sayings, place, longer, _misheard(reply))
            return self._move(work, contact, reply.order, stimulus)
        sayings = reply.sayings
        if stimulus.words is not None:
            sayings = self._speaker.with_news(contact, reply, place, longer)
        contact = self._speaker.say(work, contact, sayings, place, longer, _misheard(reply))
        if contact.dialogue is not DialogueMode.QUIET:
            mode = DialogueMode.IN_STEP if reply.step else DialogueMode.SPEAKING
            was_in_step = contact.dialogue is DialogueMode.IN_STEP
            contact = set_dialogue(work, contact, mode)
            if was_in_step and mode is not DialogueMode.IN_STEP:
                contact = step_ended(work, contact)
        if reply.order is not None and self._orders.is_at_once(contact, reply.order):
            contact = self._orders.at_once(work, contact, reply.order)
        elif reply.order is not None:
            contact = replace(contact, turn_until=work.now + LEASE)
            work.contacts.save(contact)
            return Errand(contact, reply.order, self._orders.begin(work, contact, reply.order, stimulus.seq))
        contact = replace(contact, turn_until=None)
        work.contacts.save(contact)
        return self._answer_rest(work, contact, stimulus.heard_seq) if has_heard_more else None

    def _move(self, work: UnitOfWork, contact: Contact, order: Order, stimulus: Stimulus) -> Stimulus | None:
        """To the other line, where the caller is told how the place stands; then the engine goes on with the matter."""
        before = contact.seq
        contact = replace(self._orders.at_once(work, contact, order), turn_until=None)
        work.contacts.save(contact)
        if contact.seq == before:
            return self._answer_rest(work, contact, stimulus.heard_seq)  # nowhere to move: the talk goes on
        moved: Structured = ("moved", {"queue": contact.queue})
        return self.lease(work, contact, structured=moved, heard_seq=stimulus.heard_seq)

    def _answer_rest(self, work: UnitOfWork, contact: Contact, heard_seq: int) -> Stimulus | None:
        """What was said while the turn was under way comes next, unless nobody is to answer any more."""
        words = self.unanswered_words(work, contact, heard_seq)
        is_open = contact.state.is_in_line and contact.dialogue is not DialogueMode.QUIET
        return self.lease(work, contact, words=words, spoke_before=True) if words and is_open else None

    def _renew(
        self, work: UnitOfWork, contact_id: ContactId, ended: Ended | None, heard_seq: int, ahead: Ahead
    ) -> Stimulus | None:
        """Notes how an order ended, whatever has become of the contact, and goes on where it still waits."""
        contact = work.contacts.lock_only(contact_id)
        if contact is not None and ended is not None and ended.note is not None:
            contact = ended.note(work, contact)
        if contact is None or not contact.state.is_in_line:
            return None
        contact = replace(contact, turn_until=None)
        work.contacts.save(contact)
        if ended is None:
            return self._answer_rest(work, contact, heard_seq)
        return self.lease(work, contact, structured=ended.structured, heard_seq=heard_seq, ahead=ahead)

    def _say_away(self, work: UnitOfWork, contact: Contact) -> Contact:
        """One honest sentence, once, until the engine has answered again."""
        if contact.id in self._told_away:
            return contact
        self._told_away.add(contact.id)
        return say(work, contact, Author.ASSISTANT, AWAY)

    def unanswered_words(self, work: UnitOfWork, contact: Contact, since_seq: int) -> str | None:
        """What the caller said after `since_seq` and, at the earliest, after the assistant's last words."""
        said = work.trail.after(contact.id, since_seq, frozenset({EventType.MESSAGE_ADDED}))
        words: list[str] = []
        for event in said:
            if event.words is None or ANSWERS in event.data:
                continue
            if event.words.author is Author.CALLER:
                words.append(event.words.text)
            elif since_seq == 0:
                words.clear()
        return " ".join(words) or None
