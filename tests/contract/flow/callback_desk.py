"""All that a callback goes through, on a real store and a moved clock; only the telephone company is a double."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

import pytest
from arrivals import CARDS, hired

from assistant.flow import due
from assistant.flow.callbacks import Callbacks
from assistant.flow.calling_back import CallingBack
from assistant.flow.conversation import Conversation
from assistant.flow.deadlines import DeadlineRunner
from assistant.flow.intake import Intake, JoinRequest
from assistant.flow.legs import Legs
from assistant.flow.line import Lines
from assistant.flow.offers import Offers
from assistant.flow.presence import AgentPresence
from assistant.flow.recovery import Recovery
from assistant.flow.routing import Router
from assistant.flow.transcripts import Transcripts
from assistant.flow.waiting import Waiting
from assistant.model.agent import Agent, Presence
from assistant.model.contact import AgentId, Channel, Contact, ContactId, OfferId, Reach, State
from assistant.model.errors import Refused, Unavailable
from assistant.model.events import Event, EventType
from assistant.model.offer import Offer
from assistant.model.ports import Bus
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant

THEIR_CALL = "CA-of-the-callback"
NUMBER, OTHER_NUMBER, THIRD_NUMBER = "+442071838750", "+442071838751", "+442071838752"


class MovedClock(Protocol):
    at: datetime

    def now(self) -> datetime: ...
    def advance(self, seconds: float) -> None: ...


@dataclass
class Telephones:
    """Keeps who was rung, called and let go; `failure` is what calling customers ends in."""

    rung: list[OfferId] = field(default_factory=list)
    called: list[tuple[OfferId, str | None]] = field(default_factory=list)
    released: list[ContactId] = field(default_factory=list)
    failure: Unavailable | None = None

    async def ring_agent(self, offer_id: OfferId, contact: Contact, agent: Agent) -> None:
        self.rung.append(offer_id)

    async def call_customer(self, offer_id: OfferId, contact: Contact) -> None:
        if self.failure is not None:
            raise self.failure
        self.called.append((offer_id, contact.callback_number))

    async def release(self, contact: Contact) -> None:
        self.released.append(contact.id)


@dataclass
class Desk:
    store: Store
    clock: MovedClock
    tenant: Tenant
    telephones: Telephones
    intake: Intake
    offers: Offers
    callbacks: Callbacks
    calling_back: CallingBack
    conversation: Conversation
    legs: Legs
    presence: AgentPresence
    router: Router
    recovery: Recovery
    transcripts: Transcripts
    lines: Lines
    deadlines: DeadlineRunner

    async def joins(self, channel: Channel = Channel.CHAT, ani: str | None = None) -> Contact:
        """A caller joins after everybody before: a chat with a socket, or a call `CA…` of that moment."""
        self.clock.advance(1)
        call_sid = f"CA{self.clock.now().timestamp()}" if channel is Channel.VOICE else None
        joined = await self.intake.join(JoinRequest(channel, CARDS, ani=ani, call_sid=call_sid))
        if channel is Channel.CHAT:
            await self.legs.connected(joined.contact.id, self.socket_of(joined.contact))
        return joined.contact

    async def to_be_called_back(self, number: str = NUMBER) -> Contact:
        """A visitor who asked to be called back."""
        contact = await self.joins()
        await self.callbacks.request(contact.id, number)
        return await self.contact(contact.id)

    def socket_of(self, contact: Contact) -> str:
        return f"socket of {contact.id}"

    async def call_of(self, contact: Contact) -> str:
        legs = await self.store.read(lambda work: work.legs.of_contact(contact.id))
        return legs[0].ref

    async def agent(self, username: str = "amira", **changes: Any) -> Agent:
        """A ready agent with a line and, unless told otherwise, three chats."""
        return await hired(self.store, username, **changes)

    async def is_offered(self, contact: Contact) -> Offer:
        """The next offer, which must be of this contact."""
        offer = await self.router.assign()
        assert offer is not None and offer.contact_id == contact.id
        return offer

    async def accepted(self, contact: Contact) -> Offer:
        """Offered and accepted, with the briefing shown."""
        offer = await self.is_offered(contact)
        await self.offers.accept(offer.id, offer.agent_id)
        await self.offers.briefing_shown(contact.id, offer.agent_id)
        await self.deadlines.fire_due()
        return offer

    async def rings_customer(self, contact: Contact) -> Offer:
        """Agent first: the agent is on the phone, and the customer's rings."""
        offer = await self.accepted(contact)
        assert await self.calling_back.agent_answered(offer.id, contact.id)
        return offer

    async def tries(self, contact: Contact, reason: str = "busy") -> Offer:
        """One try that comes to nothing."""
        offer = await self.rings_customer(contact)
        await self.calling_back.ended(offer.id, contact.id, reason)
        return offer

    async def passes(self, seconds: float) -> None:
        """Time goes by, and what has come due meanwhile happens."""
        self.clock.advance(seconds)
        await self.deadlines.fire_due()

    async def contact(self, contact_id: ContactId) -> Contact:
        contact = await self.store.read(lambda work: work.contacts.get(contact_id))
        assert contact is not None
        return contact

    async def becomes(self, contact_id: ContactId, **changes: Any) -> None:
        def change(work: UnitOfWork) -> None:
            contact = work.contacts.lock(contact_id)
            assert contact is not None
            work.contacts.save(replace(contact, **changes))

        await self.store.transact(change)

    async def person(self, agent_id: AgentId) -> Agent:
        agent = await self.store.read(lambda work: work.agents.get(agent_id))
        assert agent is not None
        return agent

    async def free_slots(self, agent_id: AgentId) -> int:
        slots = await self.store.read(lambda work: work.agents.slots(agent_id))
        return sum(slot.contact_id is None for slot in slots)

    async def position(self, contact: Contact) -> int | None:
        await self.lines.sweep()
        return (await self.transcripts.view(contact.id)).place.position

    async def events(self, contact: Contact, *types: EventType) -> list[Event]:
        wanted = frozenset(types) or None
        return list(await self.store.read(lambda work: work.trail.after(contact.id, 0, wanted)))

    async def deadline(self, kind: str, subject: str) -> datetime | None:
        return await self.store.read(lambda work: work.deadlines.when(kind, subject))


@asynccontextmanager
async def open_desk(store: Store, bus: Bus, clock: MovedClock, tenant: Tenant) -> AsyncIterator[Desk]:
    telephones = Telephones()
    lines = Lines(store, bus, Waiting(store, clock, tenant))
    await lines.follow(tenant.queues)
    offers = Offers(store, tenant, telephones)
    conversation = Conversation(store, tenant, telephones)
    legs = Legs(store, tenant, offers, conversation, "process-1")
    calling_back = CallingBack(store, tenant, offers, legs, telephones)
    presence = AgentPresence(store, tenant, offers, "process-1")
    handlers = {
        due.GRACE: conversation.grace_ended,
        due.OFFER: offers.expire,
        due.BRIEFING: offers.when_due,
        due.AFTER_STEP: offers.when_due,
        due.RING: offers.ring_expired,
        due.CALL_CUSTOMER: calling_back.call_customer,
        due.CALLBACK_RING: calling_back.ring_ended,
        due.RECLAIM: conversation.reclaim_ended,
        due.WRAP_UP: conversation.wrap_up_ended,
        due.CONSOLE: presence.console_grace_ended,
    }
    recovery = Recovery(store, clock, legs, offers, presence, "process-1")
    await recovery.begin(alone=True)
    yield Desk(
        store=store,
        clock=clock,
        tenant=tenant,
        telephones=telephones,
        intake=Intake(store, tenant, lines, b"a key", "process-1"),
        offers=offers,
        callbacks=Callbacks(store, tenant, telephones),
        calling_back=calling_back,
        conversation=conversation,
        legs=legs,
        presence=presence,
        router=Router(store, bus, tenant, offers),
        recovery=recovery,
        transcripts=Transcripts(store, tenant, lines),
        lines=lines,
        deadlines=DeadlineRunner(store, bus, clock, handlers),
    )


def calling_first(tenant: Tenant, first: str) -> Tenant:
    """The tenant with the other way of calling back."""
    return tenant.model_copy(update={"callbacks": tenant.callbacks.model_copy(update={"first": first})})


@pytest.fixture
async def desk(store: Store, bus: Bus, clock: MovedClock, fernhill: Tenant) -> AsyncIterator[Desk]:
    """A desk that calls the agent first."""
    async with open_desk(store, bus, clock, calling_first(fernhill, "agent")) as opened:
        yield opened


@pytest.fixture
async def customer_first(store: Store, bus: Bus, clock: MovedClock, fernhill: Tenant) -> AsyncIterator[Desk]:
    """A desk that calls the customer first."""
    async with open_desk(store, bus, clock, calling_first(fernhill, "customer")) as opened:
        yield opened


async def refusal(asking: object) -> str:
    with pytest.raises(Refused) as refused:
        await asking  # type: ignore[misc]
    return refused.value.code


async def back_in_place(desk: Desk, before: Contact) -> Contact:
    """The contact, to be called back where it stood."""
    contact = await desk.contact(before.id)
    assert (contact.state, contact.reach) == (State.WAITING, Reach.CALLBACK)
    assert (contact.order_at, contact.callback_number) == (before.order_at, before.callback_number)
    return contact


async def is_ready_and_free(desk: Desk, agent: Agent) -> bool:
    presence = (await desk.person(agent.id)).presence
    return presence is Presence.READY and await desk.free_slots(agent.id) == 4
