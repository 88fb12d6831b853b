"""People for the tests: contacts that stand in line, agents with slots, as the store keeps them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import uuid4

from assistant.model.agent import Agent, Presence, Role, Slot
from assistant.model.contact import AgentId, Channel, Contact, ContactId, DialogueMode, OfferId, QueueId, Reach, State
from assistant.model.events import Event, EventType
from assistant.model.offer import Offer, OfferState
from assistant.model.place import EntryCause
from assistant.model.storage import Store, UnitOfWork

CARDS = QueueId("cards")
_codes = count(10_000_000)


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def contact_now(work: UnitOfWork, **changes: Any) -> Contact:
    """A contact that arrives now; nothing of it is stored yet."""
    queue = changes.get("queue", CARDS)
    contact = Contact(
        id=ContactId(str(uuid4())),
        channel=Channel.CHAT,
        queue=queue,
        language="en",
        state=State.WAITING,
        dialogue=DialogueMode.SPEAKING,
        reach=Reach.PRESENT,
        entered_at=work.now,
        order_at=changes.get("order_at") or work.lines.order_for_arrival(queue),
        code=str(next(_codes)),
    )
    return replace(contact, **changes)


def place(work: UnitOfWork, key: str | None = None, **changes: Any) -> Contact:
    """A contact placed in its line, with its first event."""
    contact = contact_now(work, **changes)
    if contact.state.is_in_line:
        work.lines.enter(contact, EntryCause.JOINED)
    work.contacts.add(contact, hashed(contact.id), hashed(key) if key else None, hashed("body") if key else None)
    return work.trail.append(contact, EventType.CONTACT_PLACED, {"queue": contact.queue})


async def placed(store: Store, **changes: Any) -> Contact:
    return await store.transact(lambda work: place(work, **changes))


def ready_agent(work: UnitOfWork, username: str = "amira", *, chats: int = 3, **changes: Any) -> Agent:
    """An agent who takes offers, with slots for chats and one for a call."""
    agent = Agent(
        id=AgentId(str(uuid4())),
        username=username,
        name=f"{username.title()} Example",
        role=Role.AGENT,
        presence=Presence.READY,
        reason=None,
        queues=(CARDS,),
        languages=("en",),
        phone=f"client:{username}",
        idle_since=work.now,
        is_reachable=True,
    )
    agent = replace(agent, **changes)
    slots = [Slot(agent.id, Channel.CHAT, n, None) for n in range(1, chats + 1)]
    work.agents.add(agent, "not a hash", [*slots, Slot(agent.id, Channel.VOICE, 1, None)])
    return agent


async def hired(store: Store, username: str = "amira", **changes: Any) -> Agent:
    return await store.transact(lambda work: ready_agent(work, username, **changes))


def offer_of(work: UnitOfWork, contact: Contact, agent: Agent, **changes: Any) -> Offer:
    """A stored offer of this contact to this agent, pending unless told otherwise."""
    offer = Offer(OfferId(str(uuid4())), contact.id, agent.id, OfferState.PENDING, work.now, work.now)
    offer = replace(offer, **changes)
    work.offers.add(offer)
    return offer


def told(event: Event) -> dict[str, Any]:
    """What the event tells, besides how the place stands after it."""
    return {name: value for name, value in event.data.items() if name != "place"}
