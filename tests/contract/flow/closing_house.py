"""The flow with its deadlines, on a clock that a test moves: a bank whose queues close, its callers and its agents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from arrivals import CARDS, hired
from doubles import MovedClock, ToldBus
from small_bank import SmallBank, Telephones

from assistant.flow import due
from assistant.flow.claims import Claims
from assistant.flow.closing import Closing
from assistant.flow.conversation import Conversation
from assistant.flow.deadlines import DeadlineRunner
from assistant.flow.dialogue import Dialogue
from assistant.flow.intake import Intake, Joined, JoinRequest
from assistant.flow.legs import Legs
from assistant.flow.line import Lines
from assistant.flow.offers import Offers
from assistant.flow.one_time_codes import OneTimeCodes
from assistant.flow.orders import Orders
from assistant.flow.overflow import Overflow
from assistant.flow.presence import AgentPresence
from assistant.flow.routing import Router
from assistant.flow.silence import Silence
from assistant.flow.transcripts import Transcripts
from assistant.flow.transfers import Transfers
from assistant.flow.turns import Turns
from assistant.flow.verification import VerificationDesk
from assistant.flow.waiting import Waiting
from assistant.model.agent import Agent
from assistant.model.contact import AgentId, Channel, Contact, ContactId, OfferId, QueueId
from assistant.model.events import Author, Event, EventType
from assistant.model.hours import Hours
from assistant.model.ports import Reply, Saying, Turn
from assistant.model.storage import Store
from assistant.settings.tenant import Tenant

LONDON = ZoneInfo("Europe/London")
OFFICE = Hours(LONDON, (((time(9), time(17)),),) * 5 + ((), ()), frozenset({date(2026, 3, 4)}))
MONDAY_CLOSING = datetime(2026, 3, 2, 17, tzinfo=UTC)
TUESDAY_OPENING = datetime(2026, 3, 3, 9, tzinfo=UTC)
NUMBER = "+442071838750"


class NoTelephone:
    async def ring_agent(self, offer_id: OfferId, contact: Contact, agent: Agent) -> None: ...

    async def release(self, contact: Contact) -> None: ...


class ShortEngine:
    """Answers everything alike."""

    async def turn(self, turn: Turn) -> Reply:
        return Reply((Saying("I see."),), None, turn.topic, turn.facts, None)

    async def is_ready(self) -> bool:
        return True


def office(fernhill: Tenant, hours: Hours = OFFICE, *, timing: dict[str, float] | None = None, **cards: Any) -> Tenant:
    """The demo's tenant, whose cards queue keeps office hours."""
    queue = fernhill.queues[CARDS].model_copy(update={"hours": hours} | cards)
    changes: dict[str, Any] = {"queues": fernhill.queues | {CARDS: queue}}
    changes["timing"] = fernhill.timing.model_copy(update=timing or {})
    return fernhill.model_copy(update=changes)


@dataclass
class House:
    store: Store
    clock: MovedClock
    tenant: Tenant
    lines: Lines
    intake: Intake
    offers: Offers
    conversation: Conversation
    claims: Claims
    transfers: Transfers
    desk: VerificationDesk
    dialogue: Dialogue
    legs: Legs
    closing: Closing
    silence: Silence
    router: Router
    deadlines: DeadlineRunner
    transcripts: Transcripts

    @classmethod
    async def open(cls, store: Store, clock: MovedClock, bus: ToldBus, tenant: Tenant) -> House:
        lines = Lines(store, bus, Waiting(store, clock, tenant))
        await lines.follow(tenant.queues)
        offers = Offers(store, tenant, NoTelephone())
        conversation = Conversation(store, tenant, NoTelephone())
        presence = AgentPresence(store, tenant, offers, "process-1")
        closing, silence = Closing(store, tenant), Silence(store, tenant)
        transfers = Transfers(store, tenant, NoTelephone())
        bank = SmallBank()
        codes = OneTimeCodes(tenant, Telephones(), b"a key for tests")
        desk = VerificationDesk(store, tenant, bank, codes, b"a key for tests")
        handlers = {
            due.GRACE: conversation.grace_ended,
            due.OFFER: offers.expire,
            due.BRIEFING: offers.when_due,
            due.WRAP_UP: conversation.wrap_up_ended,
            due.RECLAIM: conversation.reclaim_ended,
            due.CONSOLE: presence.console_grace_ended,
            due.RUN_OFF: closing.fire,
            due.AGENT_SILENT: silence.agent_silent,
            due.CALLER_IDLE: silence.caller_idle,
            due.DIRECT: transfers.direct_ended,
            due.OVERFLOW: Overflow(store, tenant).fire,
        }
        house = cls(
            store=store,
            clock=clock,
            tenant=tenant,
            lines=lines,
            intake=Intake(store, tenant, lines, b"a key for tests", "process-1"),
            offers=offers,
            conversation=conversation,
            claims=Claims(store, tenant, lines),
            transfers=transfers,
            desk=desk,
            dialogue=Dialogue(
                store, lines, desk, Turns(store, tenant, lines, ShortEngine(), Orders(store, tenant, bank, desk))
            ),
            legs=Legs(store, tenant, offers, conversation, "process-1"),
            closing=closing,
            silence=silence,
            router=Router(store, bus, tenant, offers),
            deadlines=DeadlineRunner(store, bus, clock, handlers),
            transcripts=Transcripts(store, tenant, lines),
        )
        await closing.sweep()
        return house

    async def passes(self, seconds: float) -> None:
        """Time goes by, and what has come due meanwhile happens, a second of the service's own work included."""
        self.clock.advance(seconds)
        await self.works()

    async def until(self, at: datetime) -> None:
        """The clock is moved there, forward or back."""
        self.clock.at = at
        await self.works()

    async def works(self) -> None:
        """What the service does by itself, until nothing is left to do."""
        await self.lines.sweep()
        await self.closing.sweep()
        await self.silence.sweep()
        while await self.deadlines.fire_due():
            pass
        while await self.router.assign() is not None:
            pass

    async def joins(self, **request: Any) -> Joined:
        self.clock.advance(1)
        channel = request.pop("channel", Channel.CHAT)
        return await self.intake.join(JoinRequest(channel, request.pop("queue", CARDS), **request))

    async def visits(self, **request: Any) -> ContactId:
        """A chat visitor with an open socket."""
        joined = await self.joins(**request)
        await self.legs.connected(joined.contact.id, self.socket_of(joined.contact.id))
        return joined.contact.id

    async def calls(self, ani: str | None = NUMBER, sid: str = "CA1") -> ContactId:
        """A caller on the line."""
        return (await self.joins(channel=Channel.VOICE, ani=ani, call_sid=sid)).contact.id

    @staticmethod
    def socket_of(contact_id: ContactId) -> str:
        return f"socket of {contact_id}"

    async def drops(self, contact_id: ContactId) -> None:
        await self.legs.lost(self.socket_of(contact_id))

    async def reconnects(self, contact_id: ContactId) -> None:
        await self.legs.connected(contact_id, self.socket_of(contact_id))

    async def agent(self, username: str = "amira", **changes: Any) -> Agent:
        return await hired(self.store, username, **changes)

    async def meets(self, contact_id: ContactId, agent: Agent) -> None:
        """The agent accepts the offer of this contact and is connected."""
        await self.works()
        contact = await self.contact(contact_id)
        assert contact.offer_id is not None, contact
        await self.offers.accept(contact.offer_id, AgentId(agent.id))
        await self.offers.briefing_shown(contact_id, AgentId(agent.id))

    async def contact(self, contact_id: ContactId) -> Contact:
        contact = await self.store.read(lambda work: work.contacts.get(contact_id))
        assert contact is not None
        return contact

    async def position(self, contact_id: ContactId) -> int | None:
        await self.lines.sweep()
        return (await self.transcripts.view(contact_id)).place.position

    async def due(self, kind: str, subject: str) -> datetime | None:
        return await self.store.read(lambda work: work.deadlines.when(kind, subject))

    async def events(self, contact_id: ContactId, *types: EventType) -> list[Event]:
        wanted = frozenset(types) or None
        return list(await self.store.read(lambda work: work.trail.after(contact_id, 0, wanted)))

    async def told(self, contact_id: ContactId) -> list[str]:
        """What was said to this caller, but for the greeting."""
        said = await self.events(contact_id, EventType.MESSAGE_ADDED)
        return [event.words.text for event in said if event.words and event.words.author is not Author.CALLER][1:]

    async def call_ends(self, sid: str = "CA1") -> None:
        await self.legs.lost(sid)

    async def line_of(self, queue: QueueId = CARDS) -> list[ContactId]:
        snapshot = await self.store.read(lambda work: work.lines.snapshot(queue))
        return [contact_id for _, contact_id in snapshot.places]
