"""A house in which contacts are passed on: the flow on a real store, with a clock that is moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from arrivals import CARDS, hired
from doubles import MovedClock

from assistant.flow import due
from assistant.flow.claims import Claims
from assistant.flow.conversation import Conversation
from assistant.flow.deadlines import DeadlineRunner
from assistant.flow.intake import Intake, Joined, JoinRequest
from assistant.flow.legs import Legs
from assistant.flow.line import Lines
from assistant.flow.offers import Offers
from assistant.flow.overflow import Overflow
from assistant.flow.presence import AgentPresence
from assistant.flow.recovery import Recovery
from assistant.flow.routing import Router
from assistant.flow.transfers import Mode, Target, Transfers
from assistant.flow.waiting import Waiting
from assistant.model.agent import Agent, Presence, Slot
from assistant.model.contact import Channel, Contact, ContactId, OfferId, QueueId, State
from assistant.model.errors import Refused, Unavailable
from assistant.model.events import Event, EventType
from assistant.model.offer import Choice, Offer, OfferKind
from assistant.model.place import PlaceView
from assistant.model.ports import Bus
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.queues import OverflowPart
from assistant.settings.tenant import Tenant

ACCOUNTS, FRAUD = QueueId("accounts"), QueueId("fraud")
CARDS_OVERFLOW_SECONDS, ACCOUNTS_OVERFLOW_SECONDS = 120, 60


class Telephones:
    """Keeps who was rung and whose conversation was ended; `is_away` while the company cannot be reached."""

    def __init__(self) -> None:
        self.rung: list[tuple[OfferId, str]] = []
        self.fetched: list[tuple[OfferId, str]] = []
        self.released: list[tuple[ContactId, int]] = []
        self.is_away = False

    async def ring_agent(self, offer_id: OfferId, contact: Contact, agent: Agent) -> None:
        if self.is_away:
            raise Unavailable("telephone_unavailable", "No telephone.")
        self.rung.append((offer_id, agent.username))

    async def fetch_agent(self, offer_id: OfferId, contact: Contact, agent: Agent) -> None:
        if self.is_away:
            raise Unavailable("telephone_unavailable", "No telephone.")
        self.fetched.append((offer_id, agent.username))

    async def release(self, contact: Contact) -> None:
        self.released.append((contact.id, contact.attempt))


@dataclass
class House:
    store: Store
    clock: MovedClock
    tenant: Tenant
    lines: Lines
    intake: Intake
    offers: Offers
    router: Router
    transfers: Transfers
    presence: AgentPresence
    conversation: Conversation
    claims: Claims
    legs: Legs
    recovery: Recovery
    deadlines: DeadlineRunner
    telephones: Telephones
    joined: dict[ContactId, Joined] = field(default_factory=dict)
    told: dict[ContactId, PlaceView] = field(default_factory=dict)

    async def arrives(self, queue: QueueId = CARDS, channel: Channel = Channel.CHAT, **changes: Any) -> Contact:
        """A caller joins after everybody before; `changes` are what has become of the contact since."""
        self.clock.advance(0.001)
        call_sid = f"CA{len(self.joined)}" if channel is Channel.VOICE else None
        joined = await self.intake.join(JoinRequest(channel, queue, call_sid=call_sid))
        contact = joined.contact
        self.joined[contact.id] = joined
        if channel is not Channel.VOICE:
            await self.legs.connected(contact.id, f"socket of {contact.id}")

        def change(work: UnitOfWork) -> None:
            locked = work.contacts.lock_only(contact.id)
            assert locked is not None
            work.contacts.save(replace(locked, **changes))

        if changes:
            await self.store.transact(change)
        return await self.now(contact)

    async def hires(self, username: str, *queues: QueueId, **changes: Any) -> Agent:
        """A ready agent of these queues (cards); who is hired first has been idle longest."""
        self.clock.advance(0.001)
        return await hired(self.store, username, **({"queues": queues or (CARDS,)} | changes))

    async def connects(self, contact: Contact, agent: Agent) -> Contact:
        """The contact with this agent."""

        def make(work: UnitOfWork) -> Offer | None:
            locked = work.contacts.lock(contact.id)
            assert locked is not None
            return self.offers.make(work, locked, agent.id, Choice.of(agent, [locked.channel], []))

        offer = await self.store.transact(make)
        assert offer is not None, f"{agent.username} cannot take it"
        return await self.takes(offer)

    async def takes(self, offer: Offer) -> Contact:
        """The agent accepts, the briefing is seen, and on the phone the agent's telephone is answered."""
        await self.offers.accept(offer.id, offer.agent_id)
        await self.offers.join(offer.id)
        contact = await self.get(offer.contact_id)
        if contact.channel is Channel.VOICE:
            await self.offers.bridged(offer.id)
        return await self.get(offer.contact_id)

    async def talks(self, agent: Agent, queue: QueueId = CARDS, channel: Channel = Channel.CHAT) -> Contact:
        """A caller who has just been connected to this agent."""
        return await self.connects(await self.arrives(queue, channel), agent)

    async def cold(self, contact: Contact, by: Agent, to: QueueId | Agent, note: str = "") -> Contact:
        target = Target(agent=to.username) if isinstance(to, Agent) else Target(queue=to)
        await self.transfers.transfer(contact.id, by, target, Mode.COLD, note)
        return await self.now(contact)

    async def warm(self, contact: Contact, by: Agent, to: QueueId | Agent, note: str = "") -> Offer:
        """The warm offer."""
        target = Target(agent=to.username) if isinstance(to, Agent) else Target(queue=to)
        await self.transfers.transfer(contact.id, by, target, Mode.WARM, note)
        offer = await self.store.read(lambda work: work.offers.pending_of(contact.id))
        assert offer is not None
        return offer

    async def joining(self, contact: Contact, by: Agent, to: QueueId | Agent, note: str = "") -> Offer:
        """The offer by which a colleague is asked to come too."""
        target = Target(agent=to.username) if isinstance(to, Agent) else Target(queue=to)
        await self.transfers.transfer(contact.id, by, target, Mode.JOIN, note)
        offer = await self.store.read(lambda work: work.offers.pending_of(contact.id))
        assert offer is not None
        return offer

    async def is_refused(self, contact: Contact, by: Agent, to: Target, mode: Mode = Mode.COLD) -> str:
        with pytest.raises(Refused) as refused:
            await self.transfers.transfer(contact.id, by, to, mode)
        return refused.value.code

    async def offered(self) -> Offer | None:
        return await self.router.assign()

    async def get(self, contact_id: ContactId) -> Contact:
        contact = await self.store.read(lambda work: work.contacts.get(contact_id))
        assert contact is not None
        return contact

    async def now(self, contact: Contact) -> Contact:
        return await self.get(contact.id)

    async def offer(self, offer: Offer) -> Offer:
        found = await self.store.read(lambda work: work.offers.get(offer.id))
        assert found is not None
        return found

    async def agent(self, agent: Agent) -> Agent:
        found = await self.store.read(lambda work: work.agents.get(agent.id))
        assert found is not None
        return found

    async def events(self, contact: Contact, *types: EventType) -> list[Event]:
        wanted = frozenset(types) or None
        return list(await self.store.read(lambda work: work.trail.after(contact.id, 0, wanted)))

    async def said(self, contact: Contact) -> str:
        """What the caller was told last."""
        messages = [event.words for event in await self.events(contact, EventType.MESSAGE_ADDED) if event.words]
        return messages[-1].text

    async def position(self, contact: Contact) -> int:
        return await self.store.transact(lambda work: work.lines.position(work.contacts.get(contact.id)))

    async def slots(self) -> dict[str, list[Slot]]:
        """What each agent has in hand."""

        def look(work: UnitOfWork) -> dict[str, list[Slot]]:
            agents = work.agents.all()
            return {
                agent.username: [slot for slot in work.agents.slots(agent.id) if slot.contact_id] for agent in agents
            }

        return await self.store.read(look)

    async def passes(self, seconds: float) -> None:
        """Time goes by, and what has come due meanwhile happens."""
        self.clock.advance(seconds)
        while await self.deadlines.fire_due():
            pass

    async def loses(self, agent: Agent) -> None:
        """The agent's console is cut, and the grace goes by."""
        await self.store.transact(lambda work: self.presence.lose_console(work, agent.id))
        await self.passes(self.tenant.timing.console_grace_seconds + 0.1)

    async def goes(self, agent: Agent, presence: Presence = Presence.NOT_READY) -> None:
        await self.presence.set(agent.id, presence, "lunch" if presence is Presence.NOT_READY else None)

    async def keeps_its_promises(self) -> None:
        """Nobody stands worse than told without a stated reason, and every slot is held by who has the contact."""
        await self.lines.sweep()
        contacts, slots, pending, beside = await self.store.read(self._look)
        for id, contact in contacts.items():
            assert contact.order_at == self.joined[id].contact.order_at, "the order is for life"
            self._has_a_reason(contact)
            assert contact.direct_agent_id is None or contact.state.is_in_line
        _has_no_slot_twice(contacts, slots, pending, beside)

    def _look(
        self, work: UnitOfWork
    ) -> tuple[dict[ContactId, Contact], list[list[Slot]], dict[str, Offer], set[tuple[str, str]]]:
        found = [work.contacts.get(id) for id in self.joined]
        contacts = {contact.id: contact for contact in found if contact is not None}
        slots = [[slot for slot in work.agents.slots(agent.id) if slot.contact_id] for agent in work.agents.all()]
        beside = {(one.ring_id, str(one.agent_id)) for one in work.supervisions.of_contacts()}
        return contacts, slots, {offer.id: offer for offer in work.offers.pending()}, beside

    def _has_a_reason(self, contact: Contact) -> None:
        place, before = self.lines.view(contact), self.told.get(contact.id)
        assert (place.position is not None) == contact.state.is_in_line
        if before is not None and place.position and before.position and place.position > before.position:
            assert self.lines.why_worse(contact, before) is not None, "a worse position has its reason"
        self.told[contact.id] = place


def _has_no_slot_twice(
    contacts: dict[ContactId, Contact],
    in_hand: list[list[Slot]],
    pending: dict[str, Offer],
    beside: set[tuple[str, str]],
) -> None:
    held: Counter[str] = Counter()
    for slots in in_hand:
        assert all(slot.channel is not Channel.VOICE for slot in slots) or len(slots) == 1, "a call takes all"
        for slot in slots:
            held[str(slot.contact_id)] += 1
            contact = contacts.get(slot.contact_id) if slot.contact_id else None
            if (str(slot.contact_id), str(slot.agent_id)) in beside:
                continue  # for who came to a colleague's contact
            if contact is None:
                assert pending[str(slot.contact_id)].is_ringing, "a slot is held for a telephone that rings"
            else:
                assert contact.agent_id == slot.agent_id, "an agent holds what another has"
    assert not [holder for holder, count in held.items() if count > 1]
    taken = {State.OFFERED, State.CONNECTED, State.WRAPPING}
    assert {id for id, contact in contacts.items() if contact.state in taken} <= held.keys()
    for offer in pending.values():
        state = contacts[offer.contact_id].state
        assert state is (State.OFFERED if offer.kind is OfferKind.PLACE else State.CONNECTED)


@pytest.fixture
def tenant(fernhill: Tenant) -> Tenant:
    """Fernhill with two overflows in a row, and a grace for consoles that ends before an offer does."""
    overflows = {
        CARDS: OverflowPart(to=ACCOUNTS, after_seconds=CARDS_OVERFLOW_SECONDS),
        ACCOUNTS: OverflowPart(to=FRAUD, after_seconds=ACCOUNTS_OVERFLOW_SECONDS),
    }
    queues = {id: part.model_copy(update={"overflow": overflows.get(id)}) for id, part in fernhill.queues.items()}
    timing = fernhill.timing.model_copy(update={"console_grace_seconds": 5})
    return fernhill.model_copy(update={"queues": queues, "timing": timing})


@pytest.fixture
async def house(store: Store, bus: Bus, clock: MovedClock, tenant: Tenant) -> AsyncIterator[House]:
    telephones = Telephones()
    lines = Lines(store, bus, Waiting(store, clock, tenant))
    await lines.follow(tenant.queues)
    offers = Offers(store, tenant, telephones)
    conversation = Conversation(store, tenant, telephones)
    legs = Legs(store, tenant, offers, conversation, "process-1")
    presence = AgentPresence(store, tenant, offers, "process-1")
    transfers = Transfers(store, tenant, telephones)
    handlers = {
        due.GRACE: conversation.grace_ended,
        due.OFFER: offers.expire,
        due.BRIEFING: offers.when_due,
        due.RING: offers.ring_expired,
        due.WRAP_UP: conversation.wrap_up_ended,
        due.RECLAIM: conversation.reclaim_ended,
        due.CONSOLE: presence.console_grace_ended,
        due.DIRECT: transfers.direct_ended,
        due.OVERFLOW: Overflow(store, tenant).fire,
    }
    yield House(
        store=store,
        clock=clock,
        tenant=tenant,
        lines=lines,
        intake=Intake(store, tenant, lines, b"a key", "process-1"),
        offers=offers,
        router=Router(store, bus, tenant, offers),
        transfers=transfers,
        presence=presence,
        conversation=conversation,
        claims=Claims(store, tenant, lines),
        legs=legs,
        recovery=Recovery(store, clock, legs, offers, presence, "process-1"),
        deadlines=DeadlineRunner(store, bus, clock, handlers),
        telephones=telephones,
    )
