"""Offers: make, accept, decline, expire, rescind and connect. Console and agent's telephone are two doors to these.

The database decides every race: a move is a compare-and-set on state, and losing one is a normal answer.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import timedelta

from uuid_utils import uuid7

from assistant.flow import accepted_offers, due, joining, moves, offer_moves, silence, warm
from assistant.flow.attention import CUT_OFF_SECONDS, Attention
from assistant.flow.outgoing import UNLIMITED, OutgoingRate
from assistant.model.agent import Presence, open_channels
from assistant.model.contact import AgentId, Channel, Contact, ContactId, DialogueMode, OfferId, Reach, State
from assistant.model.errors import Refused, Unavailable
from assistant.model.events import EventType
from assistant.model.offer import AcceptWhen, Choice, Offer, OfferKind, OfferState
from assistant.model.ports import CallControl
from assistant.model.storage import Deadline, Store, UnitOfWork
from assistant.settings.tenant import Tenant

RONA = "rona"
SERVICE_AWAY = "service_away"


class Offers:
    def __init__(
        self,
        store: Store,
        tenant: Tenant,
        call_control: CallControl,
        attention: Attention | None = None,
        rate: OutgoingRate = UNLIMITED,
    ) -> None:
        """`attention`: to the consoles of this process; without it every offer counts as seen by its agent."""
        self._store = store
        self._attention = attention
        self._rate = rate
        self._tenant = tenant
        self._call_control = call_control

    def make(self, work: UnitOfWork, contact: Contact, agent_id: AgentId, choice: Choice) -> Offer | None:
        """Shows this locked contact to this agent; None where the agent cannot take it any more."""
        channel = contact.slot_channel
        agent = work.agents.lock(agent_id)
        if agent is None or agent.presence is not Presence.READY or not agent.is_reachable:
            return None
        if channel not in open_channels(agent, work.agents.slots(agent_id)):
            return None
        if contact.state is not State.WAITING or not work.agents.take_slot(agent_id, channel, contact.id):
            return None
        expires_at = work.now + timedelta(seconds=self._tenant.timing.offer_seconds)
        offer = Offer(
            OfferId(str(uuid7())), contact.id, agent_id, OfferState.PENDING, made_at=work.now, expires_at=expires_at
        )
        attempt = contact.attempt + 1
        contact = contact.moved(State.OFFERED, agent_id=agent_id, offer_id=offer.id, attempt=attempt)
        data = {"offer_id": offer.id, "agent_id": agent_id, "attempt": attempt, "order_at": contact.order_at}
        work.trail.append(contact, EventType.OFFER_MADE, data | {"queue": contact.queue} | choice.as_data())
        work.offers.add(offer)
        work.deadlines.set(due.OFFER, offer.id, expires_at)
        return offer

    async def accept(self, offer_id: OfferId, agent_id: AgentId, when: AcceptWhen = AcceptWhen.NOW) -> ContactId:
        """Takes the contact. The briefing comes first, then the caller is connected.

        Raises `Refused`: `no_such_offer` (also another agent's), `offer_ended` (with its outcome); where a colleague
        asks `no_slot`, and `no_telephone` or `beside_already` (join).
        """

        def accept(work: UnitOfWork) -> tuple[ContactId, warm.ToRing | Refused | None]:
            offer = offer_moves.pending(work, offer_id, agent_id)
            if offer.kind is OfferKind.JOIN:
                return offer.contact_id, joining.accept(work, offer, self._rate, self._tenant.timing.ring_seconds)
            if offer.kind is OfferKind.WARM:
                then = warm.accept(work, offer, self._rate, self._tenant.timing.ring_seconds)
                taken = work.contacts.get(offer.contact_id)
                if then is None and taken is not None:
                    silence.agent_is_awaited(work, taken, self._tenant.timing)
                return offer.contact_id, then
            contact = work.contacts.lock_only(offer.contact_id)
            if contact is None or contact.offer_id != offer.id:
                raise Refused("offer_ended", "The caller is not waiting any more.", outcome="rescinded")
            waits = when is AcceptWhen.AFTER_STEP and contact.dialogue is DialogueMode.IN_STEP
            accepted = replace(
                offer.ended(OfferState.ACCEPTED, work.now),
                accept_when=AcceptWhen.AFTER_STEP if waits else AcceptWhen.NOW,
            )
            work.offers.save(accepted)
            work.deadlines.clear(due.OFFER, offer.id)
            if waits:
                later = work.now + timedelta(seconds=self._tenant.timing.after_step_seconds)
                work.deadlines.set(due.AFTER_STEP, offer.id, later)
            else:
                soon = work.now + timedelta(seconds=self._tenant.timing.briefing_seconds)
                work.deadlines.set(due.BRIEFING, offer.id, soon)
            data = {"offer_id": offer.id, "agent_id": agent_id, "outcome": "accepted", "when": accepted.accept_when}
            contact = work.trail.append(contact, EventType.OFFER_ENDED, data)
            if waits:
                accepted_offers.ask_to_finish(work, contact, agent_id)
            else:
                accepted_offers.tell_coming(work, contact, agent_id)
            return contact.id, None

        with self._answering(offer_id):
            contact_id, then = await self._store.transact(accept)
        if isinstance(then, Refused):
            raise then
        await self._ring(then)
        return contact_id

    async def decline(self, offer_id: OfferId, agent_id: AgentId, reason: str) -> None:
        """Gives the contact back to its place; it is not offered to this agent again for a while."""

        def decline(work: UnitOfWork) -> None:
            offer_moves.end(work, offer_moves.pending(work, offer_id, agent_id), OfferState.DECLINED, reason)

        with self._answering(offer_id):
            await self._store.transact(decline)

    def _answering(self, offer_id: OfferId) -> AbstractContextManager[None]:
        return self._attention.answering(offer_id) if self._attention else nullcontext()

    async def expire(self, deadline: Deadline) -> None:
        """RONA: the offer was not answered in time. The agent stops getting offers until ready again.

        An agent who could not answer is not marked: whose console hangs on a process that has just died, or to whom we
        have shown the offer late. An answer that is here already is waited for.
        """

        def expire(work: UnitOfWork) -> None:
            seen = work.offers.get(OfferId(deadline.subject))
            if seen is not None:
                if self._attention is not None and self._attention.is_awaited(work, seen, deadline):
                    return
                work.contacts.lock_only(seen.contact_id)  # the contact before the deadline, as an acceptance does
            offer = work.offers.get(OfferId(deadline.subject)) if work.deadlines.take(deadline) else None
            if offer is None or offer.state is not OfferState.PENDING:
                return
            silent_since = work.processes.now() - timedelta(seconds=CUT_OFF_SECONDS)
            is_cut_off = work.processes.has_cut_off(offer.agent_id, silent_since)
            if is_cut_off or (self._attention is not None and self._attention.came_late(work, offer)):
                offer_moves.end(work, offer, OfferState.RESCINDED, SERVICE_AWAY)
                return
            offer_moves.end(work, offer, OfferState.NOT_ANSWERED, RONA)
            offer_moves.set_not_ready(work, offer.agent_id, RONA)

        await self._store.transact(expire)

    def rescind(self, work: UnitOfWork, contact: Contact, reason: str) -> Contact:
        """Takes the offer back from the agent: the caller's leg is lost, or the service was away."""
        offer = work.offers.get(contact.offer_id) if contact.offer_id else None
        if offer is None or contact.state is not State.OFFERED:
            return contact
        if offer.state is OfferState.PENDING:
            return offer_moves.end(work, offer, OfferState.RESCINDED, reason) or contact
        offer_moves.forget(work, offer)
        return accepted_offers.tell_gone(work, moves.return_to_place(work, contact, reason), offer)

    async def briefing_shown(self, contact_id: ContactId, agent_id: AgentId) -> None:
        """The console confirms that the agent sees the briefing: nothing more stands before the connection."""
        contact = await self._store.read(lambda work: work.contacts.get(contact_id))
        if contact is not None and contact.agent_id == agent_id and contact.offer_id is not None:
            await self.join(contact.offer_id)

    async def when_due(self, deadline: Deadline) -> None:
        """The briefing was not confirmed in time, or the step has taken too long: the caller is connected now."""

        def take(work: UnitOfWork) -> warm.ToRing | None:
            offer = self._take(work, deadline)
            if offer is None:
                return None
            if offer.accept_when is not AcceptWhen.NOW:
                work.offers.save(replace(offer, accept_when=AcceptWhen.NOW))
                contact = work.contacts.lock(offer.contact_id)
                if contact is not None and contact.offer_id == offer.id:
                    accepted_offers.tell_coming(work, contact, offer.agent_id)
            return self._join(work, offer.id)

        await self._ring(await self._store.transact(take))

    async def join(self, offer_id: OfferId) -> None:
        """Connects caller and agent through an accepted offer; in chat at once, on the phone by ringing the agent."""
        await self._ring(await self._store.transact(lambda work: self._join(work, offer_id)))

    def _join(self, work: UnitOfWork, offer_id: OfferId) -> warm.ToRing | None:
        """Who is to be rung, if anybody."""
        offer, contact = offer_moves.accepted(work, offer_id)
        if offer is None or contact is None or offer.accept_when is not AcceptWhen.NOW:
            return None
        work.deadlines.clear(due.BRIEFING, offer.id)
        if contact.serving_channel is not Channel.VOICE:
            self.connect(work, offer, contact)
            return None
        if contact.reach is Reach.CALLBACK and self._tenant.callbacks.first == "customer":
            work.deadlines.set(due.CALL_CUSTOMER, contact.id, work.now)  # the agent is rung afterwards
            return None
        agent = work.agents.get(offer.agent_id)
        if agent is None or work.effects.begin(contact.id, "ring", offer.id) is not None:
            return None
        begins = self._rate.ring(work, offer.id, self._tenant.timing.ring_seconds)
        return warm.ToRing(offer_id, contact, agent) if begins else None

    async def ring_begins(self, deadline: Deadline) -> None:
        """The moment has come at which this agent's telephone may be rung, if that is wanted still."""

        def begin(work: UnitOfWork) -> warm.ToRing | None:
            offer = self._take(work, deadline)
            if offer is None:
                return None
            is_wanted = warm.ringing(work, offer.id) is not None or offer_moves.accepted(work, offer.id)[0] is not None
            contact, agent = work.contacts.get(offer.contact_id), work.agents.get(offer.agent_id)
            if not is_wanted or contact is None or agent is None:
                return None
            work.deadlines.set(due.RING, offer.id, work.now + timedelta(seconds=self._tenant.timing.ring_seconds))
            return warm.ToRing(offer.id, contact, agent)

        await self._ring(await self._store.transact(begin))

    async def _ring(self, to_ring: warm.ToRing | None) -> None:
        if to_ring is None:
            return
        call_control = self._call_control
        begin = call_control.fetch_agent if to_ring.is_there else call_control.ring_agent
        try:
            await begin(to_ring.offer_id, to_ring.contact, to_ring.agent)
        except Unavailable:
            await self.bridge_failed(to_ring.offer_id, "phone_unavailable")

    async def bridged(self, offer_id: OfferId) -> str | None:
        """The agent's leg was answered. Gives the caller's CallSid to bring in.

        None where the offer is void, or where the caller is yet to be called back.
        """

        def bridge(work: UnitOfWork) -> str | None:
            warm.answered(work, offer_id)
            offer = work.offers.get(offer_id)
            if offer is not None and offer.is_joined:
                contact = work.contacts.get(offer.contact_id)
                is_on = contact is not None and contact.state is State.CONNECTED and contact.offer_id == offer_id
                return warm.call_of(work, offer.contact_id) if is_on else None
            offer, contact = offer_moves.accepted(work, offer_id)
            is_here = contact is not None and contact.reach is not Reach.CALLBACK
            call_sid = warm.call_of(work, contact.id) if contact and is_here else None
            if offer is None or contact is None or call_sid is None:
                return None
            work.deadlines.clear(due.RING, offer.id)
            self.connect(work, offer, contact)
            return call_sid

        return await self._store.transact(bridge)

    async def bridge_failed(self, offer_id: OfferId, reason: str) -> None:
        """The agent's telephone could not be reached: the caller keeps the place, the agent gets no more for now."""
        await self._store.transact(lambda work: self._give_back(work, offer_id, reason))

    async def ring_expired(self, deadline: Deadline) -> None:
        def give_back(work: UnitOfWork) -> None:
            offer = self._take(work, deadline)
            if offer is not None:
                self._give_back(work, offer.id, "phone_not_answered")

        await self._store.transact(give_back)

    def _take(self, work: UnitOfWork, deadline: Deadline) -> Offer | None:
        """The offer that this deadline is about, with its queue and contact locked; None where somebody was first."""
        if not due.is_due(work, deadline):
            return None
        seen = work.offers.get(OfferId(deadline.subject))
        if seen is not None:
            work.contacts.lock(seen.contact_id)
        return work.offers.get(OfferId(deadline.subject)) if work.deadlines.take(deadline) else None

    def _give_back(self, work: UnitOfWork, offer_id: OfferId, reason: str) -> None:
        if (ringing := warm.ringing(work, offer_id)) is not None:
            offer_moves.end(work, ringing, OfferState.NOT_ANSWERED, reason)
            offer_moves.set_not_ready(work, ringing.agent_id, reason)
            return
        offer, contact = offer_moves.accepted(work, offer_id)
        if offer is not None and contact is not None:
            offer_moves.forget(work, offer)
            accepted_offers.tell_gone(work, moves.return_to_place(work, contact, reason), offer)
            offer_moves.set_not_ready(work, offer.agent_id, reason)

    def connect(self, work: UnitOfWork, offer: Offer, contact: Contact) -> None:
        """Caller and agent are together through this accepted offer; both are locked."""
        work.offers.save(replace(offer, is_joined=True))
        for kind in (due.BRIEFING, due.AFTER_STEP):
            work.deadlines.clear(kind, offer.id)
        silence.agent_is_awaited(work, moves.connect(work, contact), self._tenant.timing)
