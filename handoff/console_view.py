"""What an agent's console shows, read from the store in one consistent snapshot, and the news since it was told.

Nothing is forwarded from the bus: a notice only says that it is time to look. So a lost or doubled notice, a slow
console and a late one all end with the same screen, and no event after the last one told is ever skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from assistant.model.contact import AgentId, Contact, ContactId, OfferId, State
from assistant.model.errors import Refused
from assistant.model.events import Event, EventType
from assistant.model.offer import Offer, OfferState
from assistant.model.storage import UnitOfWork
from assistant.model.supervision import Beside
from assistant.settings.tenant import Tenant
from handoff.briefing import Briefings, company_note, hidden_until
from handoff.console_protocol import contact_frame
from handoff.event_frames import UPDATES, Frame, ends, event_frame, handed_over, parts
from handoff.presence import agent_data


@dataclass(frozen=True, slots=True)
class Told:
    """What one console has been told: each contact up to which seq, each pending offer as what, and which contacts
    of others a supervisor is beside, and how."""

    seqs: Mapping[ContactId, int] = field(default_factory=dict)
    offers: Mapping[OfferId, dict[str, Any]] = field(default_factory=dict)
    beside: Mapping[ContactId, Beside] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Look:
    """The agent's state at one instant, with the frames that bring a console from `Told` to it."""

    at: datetime
    agent: dict[str, Any]
    offers: dict[OfferId, dict[str, Any]]
    ended_offers: tuple[dict[str, Any], ...]
    contact_frames: tuple[Frame, ...]
    seqs: dict[ContactId, int]
    beside: dict[ContactId, Beside]
    waiting_for: frozenset[ContactId]
    """Contacts behind pending offers: what changes in them may change the offer."""
    workplace: dict[str, Any]
    """What the tenant gives every console: queues, ways to end a contact, canned texts, ways to verify."""


class ConsoleView:
    """Every method runs inside one read transaction. `softphone`: the telephone built into the console, if any."""

    def __init__(self, tenant: Tenant, softphone: str | None = None) -> None:
        self._tenant = tenant
        self._softphone = softphone
        self._briefings = Briefings(tenant)

    def agent(self, work: UnitOfWork, agent_id: AgentId) -> dict[str, Any]:
        contacts, offers = work.contacts.with_agent(agent_id), work.offers.of_agent(agent_id)
        return self._agent(work, agent_id, contacts, offers)

    def _agent(
        self, work: UnitOfWork, agent_id: AgentId, contacts: Sequence[Contact], offers: Sequence[Offer]
    ) -> dict[str, Any]:
        agent = work.agents.get(agent_id)
        if agent is None:
            raise Refused("unauthorized", "There is no such agent any more.")
        states = {contact.id: contact.state for contact in contacts}
        # a slot for a colleague's contact is held under the id of the offer by which the colleague asked
        ringing = {ContactId(offer.id): offer.contact_id for offer in offers if offer.is_ringing}
        joined = {ContactId(one.ring_id): one.contact_id for one in work.supervisions.of_agent(agent_id)}
        states |= dict.fromkeys(ringing.values(), State.OFFERED) | dict.fromkeys(joined.values(), State.CONNECTED)
        meant = ringing | joined
        slots = [
            replace(slot, contact_id=meant.get(slot.contact_id, slot.contact_id)) if slot.contact_id else slot
            for slot in work.agents.slots(agent_id)
        ]
        return agent_data(agent, slots, states, self._softphone)

    def look(self, work: UnitOfWork, agent_id: AgentId, told: Told) -> Look:
        """The state now, and the contacts' frames since what was told."""
        contacts = work.contacts.with_agent(agent_id)
        offers = work.offers.of_agent(agent_id)
        pending = self._pending(work, offers, contacts)
        beside = self._beside(work, agent_id)
        held = [*self._held(offers, contacts), *self._watched(work, beside)]
        frames: list[Frame] = []
        taken_over = told.beside.keys() - beside.keys()
        for contact in held:
            seen = told.seqs.get(contact.id)
            if seen is None or contact.id in taken_over:
                events = work.trail.after(contact.id, 0)
                frames += self._introduce(work, contact, events, is_asked=contact.id in beside)
            elif contact.seq > seen:
                frames += self._continue(work, contact, seen)
        for contact_id in told.seqs.keys() - {contact.id for contact in held}:
            frames += self._part(work, contact_id, told.seqs[contact_id], was_beside=contact_id in told.beside)
        return Look(
            at=work.now,
            agent=self._agent(work, agent_id, contacts, offers),
            offers={offer.id: self._briefings.offer(work, offer, contact) for offer, contact in pending},
            ended_offers=tuple(self._ended(work, told.offers.keys() - {offer.id for offer, _ in pending})),
            contact_frames=tuple(frames),
            seqs={contact.id: contact.seq for contact in held},
            beside=beside,
            waiting_for=frozenset(contact.id for _, contact in pending),
            workplace=self._workplace(),
        )

    def snapshot(self, work: UnitOfWork, agent_id: AgentId) -> tuple[Look, dict[str, Any]]:
        """The state now with the snapshot's data: each contact with its whole transcript and `last_seq`."""
        held = self._held(work.offers.of_agent(agent_id), work.contacts.with_agent(agent_id))
        beside = self._beside(work, agent_id)
        watched = self._watched(work, beside)
        seqs = {contact.id: contact.seq for contact in [*held, *watched]}
        look = self.look(work, agent_id, Told(seqs, beside=beside))
        data = {
            "agent": look.agent,
            "offers": list(look.offers.values()),
            "contacts": [self._card(work, contact) for contact in held],
            "watched": [self._watched_card(work, contact, beside[contact.id]) for contact in watched],
            **look.workplace,
        }
        return look, data

    def _workplace(self) -> dict[str, Any]:
        return {
            "queues": [{"id": id, "name": queue.name} for id, queue in self._tenant.queues.items()],
            "dispositions": list(self._tenant.dispositions),
            "canned_texts": [{"name": name, "text": text} for name, text in self._tenant.canned_texts.items()],
            "knowledge": [
                {"id": id, "title": service.page.title, "text": service.page.says}
                for id, service in self._tenant.services.items()
                if service.page is not None
            ],
            "verification_methods": list(self._tenant.verification.methods),
        }

    def _card(self, work: UnitOfWork, contact: Contact) -> dict[str, Any]:
        events = work.trail.after(contact.id, 0)
        return self._briefings.full(work, contact, events) | {"last_seq": contact.seq}

    def _watched_card(self, work: UnitOfWork, contact: Contact, mode: Beside) -> dict[str, Any]:
        note = company_note(work.trail.after(contact.id, 0))
        return self._card(work, contact) | {"mode": mode.value, "transfer_note": note}

    def _pending(
        self, work: UnitOfWork, offers: Sequence[Offer], contacts: Sequence[Contact]
    ) -> list[tuple[Offer, Contact]]:
        """What a colleague asks about is the colleague's contact still."""
        by_id = {contact.id: contact for contact in contacts}
        pending = [offer for offer in offers if offer.state is OfferState.PENDING]
        for offer in pending:
            contact = work.contacts.get(offer.contact_id) if offer.kind.is_of_colleague else None
            by_id |= {contact.id: contact} if contact else {}
        return [(offer, by_id[offer.contact_id]) for offer in pending if offer.contact_id in by_id]

    def _held(self, offers: Sequence[Offer], contacts: Sequence[Contact]) -> list[Contact]:
        """The agent's own contacts: from the moment at which an offer was accepted to the end of the wrap-up."""
        accepted = {offer.id for offer in offers if offer.state is OfferState.ACCEPTED}
        return [contact for contact in contacts if contact.state is not State.OFFERED or contact.offer_id in accepted]

    def _beside(self, work: UnitOfWork, agent_id: AgentId) -> dict[ContactId, Beside]:
        return {one.contact_id: one.beside for one in work.supervisions.of_agent(agent_id)}

    def _watched(self, work: UnitOfWork, beside: Iterable[ContactId]) -> list[Contact]:
        """The contacts of others that this supervisor is beside."""
        return [contact for contact_id in beside if (contact := work.contacts.get(contact_id)) is not None]

    def _ended(self, work: UnitOfWork, gone: Iterable[OfferId]) -> Iterable[dict[str, Any]]:
        for offer_id in sorted(gone):
            offer = work.offers.get(offer_id)
            outcome = offer.state if offer else OfferState.RESCINDED
            yield {"offer_id": offer_id, "outcome": outcome.value, "contact_id": offer.contact_id if offer else None}

    def _introduce(
        self, work: UnitOfWork, contact: Contact, events: Sequence[Event], *, is_asked: bool = False
    ) -> list[Frame]:
        """The briefing first, true for the moment before the connection, then whatever has happened since.

        `events` are all that is known of the contact; `is_asked`: it is another's, whose agent may have asked for
        company.
        """
        connected = [event.seq for event in events if event.type is EventType.CONTACT_CONNECTED]
        is_on = contact.state in {State.CONNECTED, State.WRAPPING} and connected
        seq = connected[-1] - 1 if is_on else contact.seq
        before = replace(contact, state=State.OFFERED, connected_at=None, ended_at=None, outcome=None)
        briefing = self._briefings.full(work, before, [event for event in events if event.seq <= seq])
        if is_asked:
            briefing["transfer_note"] = company_note(events)
        rest = [event for event in events if event.seq > seq]
        hidden = hidden_until(contact, events)
        return [contact_frame("contact.briefing", seq, work.now, briefing), *self._tell(work, contact, rest, hidden)]

    def _continue(self, work: UnitOfWork, contact: Contact, seen: int) -> list[Frame]:
        """What happened since then. A contact that went away and came back meanwhile is introduced anew."""
        events = work.trail.after(contact.id, seen)
        parted = next((n for n, event in enumerate(events) if parts(event)), None)
        if parted is not None:
            everything = work.trail.after(contact.id, 0)
            return [*self._farewell(contact, events[: parted + 1]), *self._introduce(work, contact, everything)]
        hidden = 0
        if contact.consent is False:
            hidden = hidden_until(contact, work.trail.after(contact.id, 0, frozenset({EventType.CONTACT_CONNECTED})))
        return self._tell(work, contact, events, hidden)

    def _part(self, work: UnitOfWork, contact_id: ContactId, seen: int, *, was_beside: bool) -> list[Frame]:
        """The last frames of a contact that is not this agent's any more; nothing of what came after.

        A supervisor who was beside it is told of its end too.
        """
        contact = work.contacts.get(contact_id)
        if contact is None:
            return []
        events = work.trail.after(contact_id, seen)
        is_last = ends if was_beside else parts
        parted = next((n for n, event in enumerate(events) if is_last(event)), -1)
        return self._farewell(contact, events[: parted + 1])

    def _farewell(self, contact: Contact, events: Sequence[Event]) -> list[Frame]:
        # words of a caller who did not consent: better one too few than one too many
        hidden = contact.seq if contact.consent is False else 0
        frames = [
            handed_over(event) if event.data.get("from_agent_id") else event_frame(contact, event, hidden)
            for event in events
        ]
        return [frame for frame in frames if frame is not None]

    def _tell(self, work: UnitOfWork, contact: Contact, events: Sequence[Event], hidden: int) -> list[Frame]:
        """One frame for each event that the agent sees; of several updates the newest state alone."""
        newest = max((event.seq for event in events if event.type in UPDATES), default=0)
        frames: list[Frame] = []
        for event in events:
            if event.seq == newest:
                summary = self._briefings.summary(work, contact)
                frames.append(contact_frame("contact.updated", event.seq, event.at, summary))
            elif (frame := event_frame(contact, event, hidden)) is not None:
                if event.type is EventType.CONTACT_CLOSED:
                    frame["data"]["wrap_up_until"] = self._briefings.wrap_up_until(work, contact)
                frames.append(frame)
        return frames
