"""The whole flow on one real store and a moved clock, without doors: what flow tests drive by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from doubles import MovedClock, ToldBus

from assistant.bootstrap.flow import deadline_handlers
from assistant.flow.bridges import Bridges
from assistant.flow.callbacks import Callbacks
from assistant.flow.calling_back import CallingBack
from assistant.flow.claims import Claims
from assistant.flow.closing import Closing
from assistant.flow.conversation import Conversation
from assistant.flow.deadlines import DeadlineRunner
from assistant.flow.first_silence import FirstSilence
from assistant.flow.intake import Intake
from assistant.flow.legs import Legs
from assistant.flow.line import Lines
from assistant.flow.offers import Offers
from assistant.flow.overflow import Overflow
from assistant.flow.presence import AgentPresence
from assistant.flow.recovery import Recovery
from assistant.flow.routing import Router
from assistant.flow.silence import Silence
from assistant.flow.transfers import Transfers
from assistant.flow.waiting import Waiting
from assistant.model.agent import Agent
from assistant.model.contact import Contact, OfferId
from assistant.model.storage import Store
from assistant.settings.tenant import Tenant


class NoTelephone:
    """Nobody is rung, and nothing is left to be ended."""

    async def ring_agent(self, offer_id: OfferId, contact: Contact, agent: Agent) -> None: ...

    async def call_customer(self, offer_id: OfferId, contact: Contact) -> None: ...

    async def release(self, contact: Contact) -> None: ...

    async def transcribe(self, contact: Contact, call_sid: str, *, is_on: bool) -> None: ...

    async def has_agent(self, contact: Contact) -> bool:
        return False


@dataclass
class DeskUnderTest:
    """One process of the service; `process_id` is new with each one."""

    store: Store
    lines: Lines
    intake: Intake
    offers: Offers
    router: Router
    conversation: Conversation
    legs: Legs
    claims: Claims
    presence: AgentPresence
    recovery: Recovery
    callbacks: Callbacks
    calling_back: CallingBack
    transfers: Transfers
    deadlines: DeadlineRunner


async def open_desk(
    store: Store, bus: ToldBus, clock: MovedClock, tenant: Tenant, telephone: Any = None
) -> DeskUnderTest:
    process_id = str(uuid4())
    telephone = telephone or NoTelephone()
    lines = Lines(store, bus, Waiting(store, clock, tenant))
    await lines.follow(tenant.queues)
    offers, conversation = Offers(store, tenant, telephone), Conversation(store, tenant, telephone)
    legs = Legs(store, tenant, offers, conversation, process_id)
    presence = AgentPresence(store, tenant, offers, process_id)
    calling_back, transfers = CallingBack(store, tenant, offers, legs, telephone), Transfers(store, tenant, telephone)
    overflow = Overflow(store, tenant)
    closing, silence = Closing(store, tenant), Silence(store, tenant)
    bridges = Bridges(store, tenant, telephone, telephone)
    first_silence = FirstSilence(store, tenant, lines)
    handlers = deadline_handlers(
        conversation, offers, bridges, calling_back, presence, transfers, overflow, closing, silence, first_silence
    )
    return DeskUnderTest(
        store=store,
        lines=lines,
        intake=Intake(store, tenant, lines, b"a key", process_id),
        offers=offers,
        router=Router(store, bus, tenant, offers),
        conversation=conversation,
        legs=legs,
        claims=Claims(store, tenant, lines),
        presence=presence,
        recovery=Recovery(store, clock, legs, offers, presence, process_id),
        callbacks=Callbacks(store, tenant, telephone),
        calling_back=calling_back,
        transfers=transfers,
        deadlines=DeadlineRunner(store, bus, clock, handlers),
    )
