"""Agents come and go: readiness, consoles, and what happens to their contacts when a console is lost."""

from __future__ import annotations

from dataclasses import replace

from assistant.flow import direct, due, joining, moves, warm
from assistant.flow.offers import Offers
from assistant.flow.overflow import watch
from assistant.model.agent import Agent, Presence, RingsAt
from assistant.model.contact import AgentId, Channel, Contact, State
from assistant.model.errors import Refused
from assistant.model.events import Author
from assistant.model.offer import OfferState
from assistant.model.storage import Deadline, Store, UnitOfWork
from assistant.model.wording import ordinal
from assistant.settings.tenant import Tenant

AGENT_LOST = "agent_lost"


class AgentPresence:
    def __init__(self, store: Store, tenant: Tenant, offers: Offers, process_id: str) -> None:
        self._store = store
        self._tenant = tenant
        self._offers = offers
        self._process_id = process_id

    async def set(self, agent_id: AgentId, presence: Presence, reason: str | None = None) -> None:
        """Starts or stops new offers only: the work in the agent's slots goes on. A pending offer is taken back."""

        is_ready = presence is Presence.READY

        def change(work: UnitOfWork) -> None:
            if not is_ready:
                self._take_nobody(work, agent_id)  # contacts are locked before agents
            agent = work.agents.lock(agent_id)
            if agent is None:
                return
            idle_since = (agent.idle_since or work.now) if is_ready else None
            work.agents.save(replace(agent, presence=presence, reason=reason, idle_since=idle_since))
            if not is_ready:
                self._take_nobody(work, agent_id)  # what was offered until the agent's row was ours

        await self._store.transact(change)

    def _take_nobody(self, work: UnitOfWork, agent_id: AgentId) -> None:
        self.take_back_offers(work, agent_id, "agent_not_ready", accepted_too=False)
        direct.open_kept_places(work, agent_id, "agent_not_ready")

    def take_back_offers(self, work: UnitOfWork, agent_id: AgentId, reason: str, *, accepted_too: bool) -> None:
        """This agent's pending offers, and those accepted and not joined too where it says so; nobody is marked.

        The lines stay as they are, so that no queue is locked: an agent's contacts may be of several, in any order.
        """
        warm.take_back(work, agent_id, reason, ringing_too=accepted_too)
        for contact in sorted(work.contacts.with_agent(agent_id), key=lambda contact: contact.id):
            if contact.state is not State.OFFERED:
                continue
            locked = work.contacts.lock_only(contact.id)
            if locked is None or locked.state is not State.OFFERED or locked.agent_id != agent_id:
                continue
            offer = work.offers.get(locked.offer_id) if locked.offer_id else None
            if accepted_too or (offer is not None and offer.state is OfferState.PENDING):
                self._offers.rescind(work, locked, reason)

    async def console_opened(self, agent_id: AgentId, console_id: str, session: str | None = None) -> None:
        """A console is connected: the agent can be offered contacts again. `session`: by which it was opened."""

        def open_console(work: UnitOfWork) -> None:
            agent = work.agents.lock(agent_id)
            work.agents.add_console(console_id, agent_id, self._process_id, session)
            work.deadlines.clear(due.CONSOLE, agent_id)
            if agent is not None:
                presence = Presence.NOT_READY if agent.presence is Presence.SIGNED_OUT else agent.presence
                work.agents.save(replace(agent, is_reachable=True, presence=presence))

        await self._store.transact(open_console)

    async def console_closed(self, console_id: str) -> None:
        """A console is gone: without another one the agent gets no offers, and after a grace the contacts return."""

        def close_console(work: UnitOfWork) -> None:
            agent_id = work.agents.end_console(console_id)
            if agent_id is not None and not work.agents.has_console(agent_id):
                self.lose_console(work, agent_id)

        await self._store.transact(close_console)

    async def turn_softphone(self, console_id: str, *, is_on: bool) -> None:
        """The console tells that its softphone can be rung, or can't any more."""

        def turn(work: UnitOfWork) -> None:
            agent_id = work.agents.turn_softphone(console_id, is_on=is_on)
            agent = work.agents.lock(agent_id) if agent_id else None
            if agent is not None:
                work.agents.save(agent)  # which tells it

        await self._store.transact(turn)

    async def choose_telephone(self, agent_id: AgentId, choice: RingsAt) -> None:
        """Calls ring there from now on. Raises `Refused` `no_telephone` where this agent has none of that kind."""

        def choose(work: UnitOfWork) -> None:
            agent = work.agents.lock(agent_id)
            if agent is None:
                return
            if not (agent.has_softphone if choice is RingsAt.SOFTPHONE else agent.phone):
                raise Refused("no_telephone", "at: you have no such telephone.")
            work.agents.save(replace(agent, ring_choice=choice))

        await self._store.transact(choose)

    def lose_console(self, work: UnitOfWork, agent_id: AgentId) -> None:
        agent = work.agents.lock(agent_id)
        if agent is not None:
            work.agents.save(replace(agent, is_reachable=False))
            work.deadlines.set(due.CONSOLE, agent_id, work.now + self._tenant.timing.console_grace)

    async def console_grace_ended(self, deadline: Deadline) -> None:
        """The agent did not come back: every chat returns to its own place, with the reason told.

        Who is in a call may still be talking: `Bridges` looks there first.
        """

        def give_back(work: UnitOfWork) -> None:
            agent_id = AgentId(deadline.subject)
            if not due.is_due(work, deadline):
                return
            self._lock_all(work, agent_id)
            if not work.deadlines.take(deadline) or work.agents.has_console(agent_id):
                return
            self.take_back_offers(work, agent_id, AGENT_LOST, accepted_too=True)
            direct.open_kept_places(work, agent_id, AGENT_LOST)
            agent = work.agents.get(agent_id)
            for seen in work.contacts.with_agent(agent_id):
                contact = work.contacts.lock(seen.id)
                if contact is None or contact.agent_id != agent_id:
                    continue
                if contact.state is State.CONNECTED and contact.channel is Channel.VOICE:
                    work.deadlines.set(due.AGENT_ABSENT, contact.id, work.now)
                elif contact.state is State.CONNECTED:
                    contact = moves.return_to_place(work, contact, AGENT_LOST)
                    watch(work, contact, self._tenant.queues)
                    moves.say(work, contact, Author.ASSISTANT, lost_sentence(work, contact, agent))
                elif contact.state is State.WRAPPING:
                    moves.wrap_up(work, contact, None)
            if agent is not None:
                joining.lose(work, agent, AGENT_LOST)
            self._sign_off(work, agent_id)

        await self._store.transact(give_back)

    def _lock_all(self, work: UnitOfWork, agent_id: AgentId) -> None:
        """What this agent has to do with, in the lock order: contacts with their queues, then the agent."""
        asked = [offer.contact_id for offer in work.offers.of_agent(agent_id)]
        asked += [beside.contact_id for beside in work.supervisions.of_agent(agent_id)]
        others = filter(None, map(work.contacts.get, asked))
        held = [*work.contacts.with_agent(agent_id), *work.contacts.kept_for(agent_id), *others]
        for _, contact_id in sorted({(contact.queue, contact.id) for contact in held}):
            work.contacts.lock(contact_id)
        work.agents.lock(agent_id)

    def _sign_off(self, work: UnitOfWork, agent_id: AgentId) -> None:
        agent: Agent | None = work.agents.lock(agent_id)
        if agent is not None and agent.presence is Presence.READY:
            not_ready = replace(agent, presence=Presence.NOT_READY, reason="disconnected", idle_since=None)
            work.agents.save(not_ready)


def lost_sentence(work: UnitOfWork, contact: Contact, agent: Agent | None) -> str:
    """For a caller whose agent is gone, and who is back in line."""
    where = ordinal(work.lines.position(contact))
    who = agent.first_name if agent else "the agent"
    return f"I'm sorry, we lost the connection to {who}. You're back in your place: {where} in line."
