"""The agent's desk: carries out what the console asks, through the flow that decides every race."""

from __future__ import annotations

from assistant.flow import beside
from assistant.flow.asked_verification import AskedVerification
from assistant.flow.conversation import Conversation
from assistant.flow.holding import Holding
from assistant.flow.offers import RONA, Offers
from assistant.flow.presence import AgentPresence
from assistant.flow.supervising import Supervising
from assistant.flow.transfers import Target, Transfers
from assistant.model.agent import Agent, Presence
from assistant.model.contact import AgentId, Channel, ContactId, OfferId, QueueId
from assistant.model.errors import Refused, no_such_contact
from assistant.model.storage import Store, UnitOfWork
from assistant.model.supervision import Beside
from handoff.console_protocol import (
    Accept,
    BriefingShown,
    ClientFrame,
    Decline,
    End,
    Hold,
    LeaveContact,
    MoveContact,
    Mute,
    Note,
    NotReady,
    Ready,
    RequestVerification,
    Ring,
    Say,
    SetPresence,
    StandBeside,
    SupervisorFrame,
    TakeOut,
    Transfer,
    WrapUp,
)
from handoff.sessions import check_supervisor

OURS = frozenset({RONA, "disconnected"})
OF_THE_TELEPHONE = "phone_"
"""Reasons that the service itself gives: an agent who could choose them would falsify the record."""


class Desk:
    def __init__(
        self,
        store: Store,
        offers: Offers,
        conversation: Conversation,
        transfers: Transfers,
        presence: AgentPresence,
        holding: Holding,
        supervising: Supervising,
        asked_verification: AskedVerification,
    ) -> None:
        self._store = store
        self._offers = offers
        self._conversation = conversation
        self._transfers = transfers
        self._presence = presence
        self._holding = holding
        self._supervising = supervising
        self._asked_verification = asked_verification

    async def carry_out(self, agent: Agent, frame: ClientFrame) -> None:
        """Carries out one frame of this agent.

        Raises `Refused`: `no_such_offer`, `offer_ended`, `no_slot`, `no_such_contact` (also for another agent's),
        `not_connected`, `contact_closed`, `unknown_reason`, `unknown_disposition`, `empty_text`, `text_too_long`,
        `forbidden`, `no_such_agent`, and those of `Transfers`, `Holding`, `Supervising` and `AskedVerification`; and
        `Unavailable`.
        """
        match frame:
            case Ready() | NotReady() | Accept() | Decline() | Ring():
                await self._take_offers(agent, frame)
            case SetPresence() | MoveContact() | TakeOut() | StandBeside():
                check_supervisor(agent)
                await self._supervise(agent, frame)
            case LeaveContact():
                await self._supervising.leave(ContactId(frame.contact_id), agent)
            case Hold():
                is_held = frame.type == "hold"
                await self._holding.hold(ContactId(frame.contact_id), agent, is_held=is_held)
            case Mute():
                await self._holding.mute(ContactId(frame.contact_id), agent, is_muted=frame.muted)
            case RequestVerification():
                await self._asked_verification.ask(ContactId(frame.contact_id), agent, frame.method)
            case Transfer():
                to = Target(QueueId(frame.to.queue) if frame.to.queue else None, frame.to.agent)
                await self._transfers.transfer(ContactId(frame.contact_id), agent, to, frame.mode, frame.note)
            case BriefingShown() | Say() | Note() | End() | WrapUp():
                await self._serve(agent, frame)

    async def _take_offers(self, agent: Agent, frame: Ready | NotReady | Accept | Decline | Ring) -> None:
        match frame:
            case Ready():
                await self._presence.set(agent.id, Presence.READY)
            case NotReady():
                await self._presence.set(agent.id, Presence.NOT_READY, _agents_reason(frame.reason))
            case Ring():
                await self._presence.choose_telephone(agent.id, frame.at)
            case Accept():
                await self._offers.accept(OfferId(frame.offer_id), agent.id, frame.when)
            case Decline():
                await self._offers.decline(OfferId(frame.offer_id), agent.id, frame.reason)

    async def _serve(self, agent: Agent, frame: BriefingShown | Say | Note | End | WrapUp) -> None:
        contact_id = ContactId(frame.contact_id)
        match frame:
            case BriefingShown():
                if await self._is_own(agent, contact_id):
                    await self._offers.briefing_shown(contact_id, agent.id)
            case Say():
                await self._say(agent, frame)
            case Note():
                await self._conversation.note(contact_id, agent, frame.text)
            case End():
                await self._conversation.end(contact_id, agent.id)
            case WrapUp():
                await self._conversation.wrap_up(contact_id, agent, frame.disposition, frame.notes)

    async def _say(self, agent: Agent, frame: Say) -> None:
        """To the caller of one's own contact; who stands beside another's says it there."""
        contact_id = ContactId(frame.contact_id)
        contact = await self._store.read(lambda work: work.contacts.get(contact_id))
        if contact is None or contact.agent_id != agent.id:
            await self._supervising.say(contact_id, agent, frame.text, frame.client_id)
        elif contact.channel is Channel.VOICE:
            raise Refused("not_supported", "A caller on the telephone cannot read.")
        else:
            await self._conversation.say(contact_id, agent, frame.text, frame.client_id)

    async def _supervise(self, supervisor: Agent, frame: SupervisorFrame) -> None:
        match frame:
            case StandBeside():
                await self._supervising.stand_beside(ContactId(frame.contact_id), supervisor, Beside(frame.type))
            case MoveContact():
                contact_id, queue = ContactId(frame.contact_id), QueueId(frame.queue)
                await self._transfers.move(contact_id, supervisor, queue, frame.reason)
            case TakeOut():
                await self._conversation.take_out(ContactId(frame.contact_id), supervisor, frame.reason)
            case SetPresence():
                agent_id = await self._agent_named(frame.agent)
                reason = None if frame.presence is Presence.READY else _agents_reason(frame.reason or "supervisor")
                await self._presence.set(agent_id, frame.presence, reason)

    async def _is_own(self, agent: Agent, contact_id: ContactId) -> bool:
        """Or that of an agent beside whom this one stands. Raises `Refused` `no_such_contact` for any other."""

        def look(work: UnitOfWork) -> bool:
            contact = work.contacts.get(contact_id)
            if contact is None or (contact.agent_id != agent.id and beside.find(work, contact_id, agent.id) is None):
                raise no_such_contact()
            return contact.agent_id == agent.id

        return await self._store.read(look)

    async def _agent_named(self, username: str) -> AgentId:
        found = await self._store.read(lambda work: work.agents.by_username(username))
        if found is None:
            raise Refused("no_such_agent", "agent: there is nobody of that name.")
        return found[0].id


def _agents_reason(reason: str) -> str:
    if reason in OURS or reason.startswith(OF_THE_TELEPHONE):
        raise Refused("unknown_reason", f"reason: {reason} is given by the service alone.")
    return reason
