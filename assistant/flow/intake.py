"""Arrival: the place is secured, durably, before the assistant says its first word.

Joins that arrive together share one transaction: the queue's row is locked once for all of them, and the next batch
gathers while the commit is on its way.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, NamedTuple

from uuid_utils import uuid7

from assistant.flow import admission, cut_calls, merging
from assistant.flow.admission import LeftMessage
from assistant.flow.line import Lines
from assistant.flow.moves import FIRST_SILENCE, GRACE, say
from assistant.flow.numbers import callable_number
from assistant.flow.overflow import watch
from assistant.flow.takers import Takers
from assistant.flow.text_presence import there_until
from assistant.model.agent import open_channels
from assistant.model.announcing import announced
from assistant.model.contact import Channel, Contact, ContactId, LegId, Outcome, QueueId, Reach, State
from assistant.model.errors import Refused
from assistant.model.events import Author, EventType
from assistant.model.place import EntryCause, PlaceView, Staffing, micros
from assistant.model.ports import Clock
from assistant.model.storage import Leg, LegKind, Store, UnitOfWork
from assistant.model.waiting import UNKNOWN
from assistant.model.wording import MESSAGE_KEPT, connecting_sentence, cut_off_sentence
from assistant.settings.tenant import Tenant

KEY_VALID = timedelta(minutes=10)
MAX_BATCH = 64


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
        return Key(_hash(self.idempotency_key), _hash(repr(parts + more if any(more) else parts)))


@dataclass(frozen=True, slots=True)
class Joined:
    """A secured place. `is_new` False: the same request had secured it before."""

    contact: Contact
    token: str
    place: PlaceView
    greeting: str
    is_new: bool


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Intake:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        tenant: Tenant,
        lines: Lines,
        secret_key: bytes,
        process_id: str,
        takers: Takers | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._tenant = tenant
        self._lines = lines
        self._secret_key = secret_key
        self._process_id = process_id
        self._takers = takers or Takers()
        self._gathering: list[tuple[JoinRequest, asyncio.Future[Joined]]] = []
        self._batches: asyncio.Task[None] | None = None

    async def join(self, request: JoinRequest) -> Joined:
        """Secures a place and answers once it is durable.

        Raises `Refused`: `unknown_queue`, `queue_closed` and `queue_full` (with what can be had instead),
        `idempotency_conflict`, `callback_open`, what `callable_number` and `checked_message` refuse; and
        `Unavailable` where the place could not be made durable, in which case none was announced.
        """
        request = self._checked(request)
        future: asyncio.Future[Joined] = asyncio.get_running_loop().create_future()
        self._gathering.append((request, future))
        if self._batches is None or self._batches.done():
            self._batches = asyncio.create_task(self._join_in_batches())
        return await future

    def _checked(self, request: JoinRequest) -> JoinRequest:
        queue = request.queue or self._tenant.default_queue
        if queue not in self._tenant.queues:
            raise Refused("unknown_queue", f"There is no queue named {queue!r}.")
        if request.message is not None:
            return replace(request, message=admission.checked_message(request.message, self._tenant))
        if request.callback is not None:
            return replace(request, callback=callable_number(request.callback, self._tenant))
        return request

    async def _join_in_batches(self) -> None:
        while self._gathering:
            batch, self._gathering = self._gathering[:MAX_BATCH], self._gathering[MAX_BATCH:]
            try:
                results = await self._secure([request for request, _ in batch])
            except Exception as error:  # each of them is told, whatever it was: nobody's place was announced
                results = [error] * len(batch)
            for (_, future), result in zip(batch, results, strict=True):
                if future.done():
                    continue
                if isinstance(result, Exception):
                    future.set_exception(result)
                else:
                    future.set_result(result)

    async def _secure(self, requests: list[JoinRequest]) -> list[Joined | Exception]:
        known = {
            queue: (self._lines.line(queue).revision, len(self._lines.line(queue))) for queue in self._tenant.queues
        }
        results = await self._store.transact(lambda work: _Batch(self, work, known).secure(requests))
        return [self._as_now(result) for result in results]

    def _as_now(self, result: Joined | Exception) -> Joined | Exception:
        """A repeated request is answered with the place as it stands now."""
        if isinstance(result, Exception) or result.is_new:
            return result
        return replace(result, place=self._lines.view(result.contact))

    def token_of(self, contact_id: ContactId) -> str:
        """The bearer token of a contact, `<contact id>.<256 bits>`.

        Derived, so that a repeated request can be answered with the same one.
        """
        digest = hmac.digest(self._secret_key, f"contact-token:{contact_id}".encode(), "sha256")
        return f"{contact_id}.{urlsafe_b64encode(digest).decode().rstrip('=')}"


class _Batch:
    """One transaction's arrivals."""

    def __init__(self, intake: Intake, work: UnitOfWork, known: dict[QueueId, tuple[int, int]]) -> None:
        self._intake = intake
        self._tenant = intake._tenant
        self._work = work
        self._known = known
        self._length: dict[QueueId, int] = {}
        self._free: dict[tuple[QueueId, Channel, str], int] = {}

    def secure(self, requests: list[JoinRequest]) -> list[Joined | Exception]:
        # lock order: queues by id; before the keys are looked up, so that two processes cannot both miss one
        for queue in sorted({request.queue or self._tenant.default_queue for request in requests}):
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
        return Joined(contact, self._intake.token_of(contact.id), place, greeting, is_new=False)

    def _keep(self, request: JoinRequest, message: LeftMessage, key: Key | None) -> Joined:
        """A message alone: a contact that is over at once and was in no line."""
        work = self._work
        over = {"state": State.CLOSED, "outcome": Outcome.MESSAGE_LEFT, "ended_at": work.now}
        contact = self._arrived(request, micros(work.now), **over)
        token = self._intake.token_of(contact.id)
        work.contacts.add(contact, _hash(token), *(key or NO_KEY))
        contact = admission.keep_message(work, contact, message)
        place = PlaceView(contact.code, contact.queue, contact.state, None, contact.entered_at, UNKNOWN)
        return Joined(contact, token, place, MESSAGE_KEPT, is_new=True)

    def _arrived(self, request: JoinRequest, order_at: int, **fields: Any) -> Contact:
        queue = request.queue or self._tenant.default_queue
        named = {"order_at": order_at, "ani": request.ani, "dnis": request.dnis}
        return admission.new_contact(
            self._work, self._tenant, request.channel, queue, request.language, **named | fields
        )

    def _place(self, request: JoinRequest, key: Key | None) -> Joined | Refused:
        work, intake, tenant = self._work, self._intake, self._tenant
        queue = request.queue or tenant.default_queue
        refused = admission.refusal(work, tenant, queue, self._length_of(queue), request.callback)
        if refused is not None:
            return refused
        reach = admission.reach_of(tenant, queue, request.callback, work.now)
        position = self._next_position(queue)
        contact = self._arrived(request, work.lines.order_for_arrival(queue), told_ahead=position - 1, **reach)
        token = intake.token_of(contact.id)
        ani = contact.ani if contact.channel is Channel.VOICE else None
        lost = cut_calls.lost_in_line(work, ani, queue, tenant.timing) if request.callback is None else None
        if lost is not None:
            contact = self._in_place_of(lost, contact)
        cut = cut_calls.find(work, ani, tenant.timing) if lost is None else None
        if cut is not None:
            contact = replace(contact, order_at=min(contact.order_at, cut.before.order_at))
        again = cut.before if cut is not None else lost
        if again is not None:
            position = work.lines.position(contact)
            contact = replace(contact, told_ahead=position - 1)
        is_connecting = request.callback is None and again is None and self._takes_free_slot(contact, position)
        staffing = Staffing.STAFFED if is_connecting else intake._lines.staffing(queue, contact.language)
        told = intake._lines.told(contact, position - 1)
        revision = work.lines.enter(contact, EntryCause.JOINED if again is None else EntryCause.RECONNECTED)
        place = PlaceView(
            contact.code, queue, contact.state, position, contact.entered_at, told.wait, revision,
            staffed=staffing is Staffing.STAFFED, told=told, reach=contact.reach, callback_at=contact.callback_at,
        )  # fmt: skip
        work.contacts.add(contact, _hash(token), *(key or NO_KEY))
        if request.callback is None:
            watch(work, contact, tenant.queues)
        placed = {"queue": queue, "channel": contact.channel.value, "position": position, "connecting": is_connecting}
        placed |= {"reach": contact.reach.value} | ({"after_cut": again.id} if again is not None else {})
        is_told = not is_connecting and staffing is Staffing.STAFFED and contact.reach is Reach.PRESENT
        heard = announced(None, place, work.now, None) if is_told else None
        placed_with = placed | {"wait": told.wait.as_data()}
        contact = work.trail.append(contact, EventType.CONTACT_PLACED, placed_with, announced=heard)
        greeting = (
            connecting_sentence(tenant.brand)
            if is_connecting
            else admission.greeting(tenant, contact, place, staffing, work.now)
        )
        for notice in tenant.notices_for(queue, work.now):
            contact = say(work, contact, Author.SYSTEM, notice, told={"notice": True})
        if again is not None:
            contact = contact if cut is None else cut_calls.keep_agent(work, contact, cut, tenant.timing)
            agent = cut.agent if cut is not None and contact.direct_agent_id else None
            first = agent.first_name if agent is not None else None
            greeting = cut_off_sentence(tenant.brand, position, first)
        contact = say(work, contact, Author.ASSISTANT, greeting)
        if request.call_sid:
            leg = Leg(LegId(str(uuid7())), contact.id, LegKind.CALL, request.call_sid, intake._process_id, work.now)
            work.legs.add(leg)
        elif request.channel.is_text:
            there_until(work, contact, self._tenant.timing)
        elif request.callback is None:
            timing = self._tenant.timing
            work.deadlines.set(GRACE, contact.id, work.now + timedelta(seconds=timing.grace_seconds))
            silent_until = work.now + timedelta(seconds=timing.first_silence_seconds)
            work.deadlines.set(FIRST_SILENCE, contact.id, silent_until)
        return Joined(contact, token, place, greeting, is_new=True)

    def _in_place_of(self, lost: Contact, contact: Contact) -> Contact:
        """Whose call was cut on our side, and who calls again, has the place back; what was said there stays there."""
        merging.give_way(self._work, lost, contact.id, self._tenant.timing)
        self._length.pop(lost.queue, None)
        order_at, entered_at = min(contact.order_at, lost.order_at), min(contact.entered_at, lost.entered_at)
        head_start = lost.head_start_seconds
        return replace(contact, order_at=order_at, entered_at=entered_at, head_start_seconds=head_start)

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
        if not self._intake._takers.may_serve(contact.queue):
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
