"""One transaction's arrivals: each gets a place, or hears why there is none.

The queues' rows are locked once for all of them, so that every position that is told is exact.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, NamedTuple

from uuid_utils import uuid7

from assistant.flow import admission, cut_calls
from assistant.flow.admission import LeftMessage
from assistant.flow.cut_calls import Before
from assistant.flow.due import FIRST_SILENCE, GRACE
from assistant.flow.line import Lines
from assistant.flow.moves import say
from assistant.flow.overflow import watch
from assistant.flow.takers import Takers
from assistant.flow.text_presence import there_until
from assistant.model.agent import open_channels
from assistant.model.announcing import announced
from assistant.model.contact import Channel, Contact, ContactId, LegId, Outcome, QueueId, Reach, State
from assistant.model.errors import Refused
from assistant.model.events import Author, EventType
from assistant.model.place import EntryCause, PlaceView, Staffing, micros
from assistant.model.storage import Leg, LegKind, UnitOfWork
from assistant.model.waiting import UNKNOWN
from assistant.model.wording import MESSAGE_KEPT, came_instead_sentence, connecting_sentence, cut_off_sentence
from assistant.settings.tenant import Tenant

KEY_VALID = timedelta(minutes=10)


class Key(NamedTuple):
    """What a repeated request is known by: the hashes of its idempotency key and of what was asked for with it."""

    hash: str
    body_hash: str


NO_KEY = (None, None)


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """Someone arrives. `idempotency_key` makes a repeated request find the same contact; a call's is its CallSid.

    With `callback` the place is for being called back at that number; with `message` there is no place, only words.
    """

    channel: Channel
    queue: QueueId | None = None
    language: str | None = None
    idempotency_key: str | None = None
    ani: str | None = None
    dnis: str | None = None
    call_sid: str | None = None
    callback: str | None = None
    message: LeftMessage | None = None

    def key(self) -> Key | None:
        """None where a repeated request is another one."""
        if not self.idempotency_key:
            return None
        parts = (self.channel, self.queue, self.language, self.ani, self.dnis, self.call_sid)
        more = (self.callback, self.message and (self.message.text, self.message.reply_to))
        return Key(hashed(self.idempotency_key), hashed(repr(parts + more if any(more) else parts)))


@dataclass(frozen=True, slots=True)
class Joined:
    """A secured place. `is_new` False: the same request had secured it before."""

    contact: Contact
    token: str
    place: PlaceView
    greeting: str
    is_new: bool


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class With:
    """What arrivals are received with. `token_of` derives a contact's bearer token."""

    tenant: Tenant
    lines: Lines
    takers: Takers
    process_id: str
    token_of: Callable[[ContactId], str]


class Arrivals:
    def __init__(self, received_with: With, work: UnitOfWork, known: dict[QueueId, tuple[int, int]]) -> None:
        """`known`: of each queue a revision, and how long its line was at that revision."""
        self._with = received_with
        self._work = work
        self._known = known
        self._length: dict[QueueId, int] = {}
        self._free: dict[tuple[QueueId, Channel, str], int] = {}

    def secure(self, requests: list[JoinRequest]) -> list[Joined | Exception]:
        # lock order: queues by id; before the keys are looked up, so that two processes cannot both miss one
        for queue in sorted({request.queue or self._with.tenant.default_queue for request in requests}):
            self._work.lines.lock(queue)
            self._work.tell("routing", arrived_in=queue)
        keys = [request.key() for request in requests]
        seen = self._work.contacts.by_keys(list({key.hash for key in keys if key}), self._work.now - KEY_VALID)
        results: list[Joined | Exception] = []
        for request, key in zip(requests, keys, strict=True):
            if key and key.hash in seen:
                results.append(self._again(key, *seen[key.hash]))
                continue
            known = self._of_call(request)
            if key and known is not None:
                results.append(self._again(key, known, key.body_hash))
                continue
            message = request.message
            joined = self._place(request, key) if message is None else self._keep(request, message, key)
            if key and isinstance(joined, Joined):
                seen[key.hash] = (joined.contact, key.body_hash)
            results.append(joined)
        return results

    def _of_call(self, request: JoinRequest) -> Contact | None:
        """The contact of this very call, where it has one: who has an old place back is older than any key."""
        leg = self._work.legs.by_ref(request.call_sid) if request.call_sid and request.ani else None
        return self._work.contacts.get(leg.contact_id) if leg else None

    def _again(self, key: Key, contact: Contact, body_hash: str) -> Joined | Exception:
        if body_hash != key.body_hash:
            return Refused("idempotency_conflict", "This idempotency key was used with another request.")
        said = self._work.trail.after(contact.id, 0, frozenset({EventType.MESSAGE_ADDED}))
        words = [event.words for event in said if event.words]
        greeting = next((each.text for each in words if each.author is Author.ASSISTANT), "")
        place = PlaceView(contact.code, contact.queue, contact.state, None, contact.entered_at, UNKNOWN)
        return Joined(contact, self._with.token_of(contact.id), place, greeting, is_new=False)

    def _keep(self, request: JoinRequest, message: LeftMessage, key: Key | None) -> Joined:
        """A message alone: a contact that is over at once and was in no line."""
        work = self._work
        over = {"state": State.CLOSED, "outcome": Outcome.MESSAGE_LEFT, "ended_at": work.now}
        contact = self._arrived(request, micros(work.now), **over)
        token = self._with.token_of(contact.id)
        work.contacts.add(contact, hashed(token), *(key or NO_KEY))
        contact = admission.keep_message(work, contact, message)
        place = PlaceView(contact.code, contact.queue, contact.state, None, contact.entered_at, UNKNOWN)
        return Joined(contact, token, place, MESSAGE_KEPT, is_new=True)

    def _arrived(self, request: JoinRequest, order_at: int, **fields: Any) -> Contact:
        queue = request.queue or self._with.tenant.default_queue
        named = {"order_at": order_at, "ani": request.ani, "dnis": request.dnis}
        return admission.new_contact(
            self._work, self._with.tenant, request.channel, queue, request.language, **named | fields
        )

    def _place(self, request: JoinRequest, key: Key | None) -> Joined | Refused:
        work, tenant = self._work, self._with.tenant
        queue = request.queue or tenant.default_queue
        refused = admission.refusal(work, tenant, queue, self._length_of(queue), request.callback)
        if refused is not None:
            return refused
        reach = admission.reach_of(tenant, queue, request.callback, work.now)
        position = self._next_position(queue)
        contact = self._arrived(request, work.lines.order_for_arrival(queue), told_ahead=position - 1, **reach)
        token = self._with.token_of(contact.id)
        timing = tenant.timing
        contact, before = (contact, None) if request.callback else cut_calls.go_on(work, contact, timing)
        if before is not None:
            self._length.pop(queue, None)
            position = work.lines.position(contact)
            contact = replace(contact, told_ahead=position - 1)
        is_connecting = request.callback is None and before is None and self._takes_free_slot(contact, position)
        place = self._enter(contact, position, is_connecting=is_connecting, is_back=before is not None)
        work.contacts.add(contact, hashed(token), *(key or NO_KEY))
        if request.callback is None:
            watch(work, contact, tenant.queues)
        contact = self._tell_placed(contact, place, before, is_connecting=is_connecting)
        contact, greeting = self._greet(contact, place, before, is_connecting=is_connecting)
        self._expect(request, contact)
        return Joined(contact, token, place, greeting, is_new=True)

    def _enter(self, contact: Contact, position: int, *, is_connecting: bool, is_back: bool) -> PlaceView:
        """The place, once it is in the line."""
        lines, queue = self._with.lines, contact.queue
        staffing = Staffing.STAFFED if is_connecting else lines.staffing(queue, contact.language)
        told = lines.told(contact, position - 1)
        revision = self._work.lines.enter(contact, EntryCause.RECONNECTED if is_back else EntryCause.JOINED)
        return PlaceView(
            contact.code, queue, contact.state, position, contact.entered_at, told.wait, revision,
            staffed=staffing is Staffing.STAFFED, told=told, reach=contact.reach, callback_at=contact.callback_at,
        )  # fmt: skip

    def _tell_placed(
        self, contact: Contact, place: PlaceView, before: Before | None, *, is_connecting: bool
    ) -> Contact:
        """The event, with the wait as it is announced."""
        placed: dict[str, Any] = {"queue": contact.queue, "channel": contact.channel.value, "position": place.position}
        placed |= {"connecting": is_connecting, "reach": contact.reach.value, "wait": place.wait.as_data()}
        if before is not None:
            placed["instead_of_callback" if before.is_callback else "after_cut"] = before.contact_id
        is_told = not is_connecting and place.staffed and contact.reach is Reach.PRESENT
        heard = announced(None, place, self._work.now, None) if is_told else None
        return self._work.trail.append(contact, EventType.CONTACT_PLACED, placed, announced=heard)

    def _greet(
        self, contact: Contact, place: PlaceView, before: Before | None, *, is_connecting: bool
    ) -> tuple[Contact, str]:
        """The first breath: what everybody is told who comes, and then where this place stands."""
        work, tenant = self._work, self._with.tenant
        for notice in tenant.notices_for(contact.queue, work.now):
            contact = say(work, contact, Author.SYSTEM, notice, told={"notice": True})
        if is_connecting:
            greeting = connecting_sentence(tenant.brand)
        elif before is not None and before.is_callback:
            greeting = came_instead_sentence(tenant.brand, place.position or 1)
        elif before is not None:
            cut = before.cut
            contact = contact if cut is None else cut_calls.keep_agent(work, contact, cut, tenant.timing)
            agent = cut.agent if cut is not None and contact.direct_agent_id else None
            first = agent.first_name if agent is not None else None
            greeting = cut_off_sentence(tenant.brand, place.position or 1, first)
        else:
            staffing = self._with.lines.staffing(contact.queue, contact.language)
            greeting = admission.greeting(tenant, contact, place, staffing, work.now)
        return say(work, contact, Author.ASSISTANT, greeting), greeting

    def _expect(self, request: JoinRequest, contact: Contact) -> None:
        """The leg of a call is there; of whoever has none yet a sign of life is awaited."""
        work, timing = self._work, self._with.tenant.timing
        if request.call_sid:
            leg = Leg(LegId(str(uuid7())), contact.id, LegKind.CALL, request.call_sid, self._with.process_id, work.now)
            work.legs.add(leg)
        elif request.channel.is_text:
            there_until(work, contact, timing)
        elif request.callback is None:
            work.deadlines.set(GRACE, contact.id, work.now + timedelta(seconds=timing.grace_seconds))
            silent_until = work.now + timedelta(seconds=timing.first_silence_seconds)
            work.deadlines.set(FIRST_SILENCE, contact.id, silent_until)

    def _length_of(self, queue: QueueId) -> int:
        """Exact: the queue's row is locked, so no other entry can come between."""
        if queue not in self._length:
            revision, length = self._known.get(queue, (-1, 0))
            if revision != self._work.lines.revision(queue):
                length = self._work.lines.length(queue)
            self._length[queue] = length
        return self._length[queue]

    def _next_position(self, queue: QueueId) -> int:
        self._length[queue] = self._length_of(queue) + 1
        return self._length[queue]

    def _takes_free_slot(self, contact: Contact, position: int) -> bool:
        """Whether an eligible agent is free for this arrival, after everybody who waits before it."""
        if not self._with.takers.may_serve(contact.queue):
            return False
        key = (contact.queue, contact.slot_channel, contact.language)
        if key not in self._free:
            free = 0
            for agent in self._work.agents.takers():
                if contact.queue not in agent.queues or contact.language not in agent.languages:
                    continue
                slots = self._work.agents.slots(agent.id)
                if contact.slot_channel in open_channels(agent, slots):
                    free += sum(slot.contact_id is None and slot.channel is contact.slot_channel for slot in slots)
            self._free[key] = free - self._work.contacts.count_waiting(contact.queue) if free else 0
        self._free[key] -= 1
        return self._free[key] >= 0
