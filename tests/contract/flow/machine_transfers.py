"""The moves of agents who pass contacts on to each other."""

from __future__ import annotations

from hypothesis import strategies as some
from hypothesis.stateful import precondition, rule
from machine import A_PICK, A_QUEUE, ANYBODY
from machine_calls import CallsMachine

from assistant.flow.supervising import Supervising
from assistant.flow.transfers import Mode, Target
from assistant.model.agent import Agent
from assistant.model.contact import AgentId, Contact, ContactId, OfferId, QueueId
from assistant.model.storage import UnitOfWork
from assistant.model.supervision import Beside


class NoTelephones:
    """Of those who come to a contact, for none of these is a call."""

    async def ring(self, contact: Contact, supervisor: Agent) -> None: ...
    async def change(self, contact: Contact, supervisor: Agent, beside: Beside) -> None: ...
    async def take_out(self, contact: Contact, supervisor: Agent) -> None: ...
    async def announce(self, contact: Contact) -> None: ...


class TransfersMachine(CallsMachine):
    @precondition(lambda self: self.those("connected"))
    @rule(pick=A_PICK, queue=A_QUEUE, colleague=some.none() | ANYBODY, mode=some.sampled_from(Mode))
    def transfer(self, pick: int, queue: str, colleague: str | None, mode: Mode) -> None:
        """To the colleague where there is one, else to the queue."""
        id = self.one(pick, "connected")
        place = self.model.places[id]
        if mode is not Mode.COLD and place.channel == "voice":
            return  # a conference of three is `test_warm_calls` and `test_joining`
        by = self.do(self.store.read(lambda work: work.agents.get(AgentId(str(place.agent)))))
        assert by is not None
        to = Target(agent=colleague) if colleague else Target(QueueId(queue))
        is_refused = self.refused(self.desk.transfers.transfer(ContactId(id), by, to, mode, "a note"))
        asked = {"colleague": str(self.ids[colleague])} if colleague else {"queue": queue}
        if mode is Mode.COLD:
            assert is_refused is not self.model.pass_on(id, **asked)
        else:
            assert is_refused is not self.model.ask(id, **asked, is_for_company=mode is Mode.JOIN)

    def _handed_over(self) -> list[str]:
        return [id for id in self.those("connected") if self.model.places[id].warm]

    @precondition(lambda self: self._handed_over())
    @rule(pick=A_PICK, takes=some.booleans())
    def answer_colleague(self, pick: int, takes: bool) -> None:
        asked = self._handed_over()
        id = asked[pick % len(asked)]
        colleague = AgentId(str(self.model.places[id].warm))
        if takes:
            taking = self.desk.offers.accept(self._warm_offer(id), colleague)
            assert self.refused(taking) is not self.model.say_yes(id)
        else:
            self.do(self.desk.offers.decline(self._warm_offer(id), colleague, "busy"))
            self.model.turn_away(id)

    def _accompanied(self) -> list[tuple[str, str]]:
        return [(id, person) for id in self.those("connected") for person in self.model.places[id].beside]

    @precondition(lambda self: self._accompanied())
    @rule(pick=A_PICK)
    def leave_company(self, pick: int) -> None:
        company = self._accompanied()
        id, person = company[pick % len(company)]
        agent = self.do(self.store.read(lambda work: work.agents.get(AgentId(person))))
        assert agent is not None
        supervising = Supervising(self.store, self.tenant, NoTelephones())
        self.do(supervising.leave(ContactId(id), agent))
        self.model.leave_company(id, person)

    def _warm_offer(self, id: str) -> OfferId:
        def look(work: UnitOfWork) -> OfferId:
            offer = work.offers.pending_of(ContactId(id))
            assert offer is not None
            assert offer.agent_id == self.model.places[id].warm
            return offer.id

        return self.do(self.store.read(look))
