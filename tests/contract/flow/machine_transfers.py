"""The moves of agents who pass contacts on to each other."""

from __future__ import annotations

from hypothesis import strategies as some
from hypothesis.stateful import precondition, rule
from machine import A_PICK, A_QUEUE, ANYBODY
from machine_calls import CallsMachine

from assistant.flow.transfers import Mode, Target
from assistant.model.contact import AgentId, ContactId, OfferId, QueueId
from assistant.model.storage import UnitOfWork

PASSES_ON = (Mode.COLD, Mode.WARM)
"""Whoever is asked to join changes nothing of where a contact is: see `test_joining`."""


class TransfersMachine(CallsMachine):
    @precondition(lambda self: self.those("connected"))
    @rule(pick=A_PICK, queue=A_QUEUE, colleague=some.none() | ANYBODY, mode=some.sampled_from(PASSES_ON))
    def transfer(self, pick: int, queue: str, colleague: str | None, mode: Mode) -> None:
        """To the colleague where there is one, else to the queue."""
        id = self.one(pick, "connected")
        place = self.model.places[id]
        if mode is Mode.WARM and place.channel == "voice":
            return  # a conference of three is `test_warm_calls`
        by = self.do(self.store.read(lambda work: work.agents.get(AgentId(str(place.agent)))))
        assert by is not None
        to = Target(agent=colleague) if colleague else Target(QueueId(queue))
        is_refused = self.refused(self.desk.transfers.transfer(ContactId(id), by, to, mode, "a note"))
        model = self.model.pass_on if mode is Mode.COLD else self.model.hand_over
        asked = {"colleague": str(self.ids[colleague])} if colleague else {"queue": queue}
        assert is_refused is not model(id, **asked)

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
            assert self.refused(taking) is not self.model.take_over(id)
        else:
            self.do(self.desk.offers.decline(self._warm_offer(id), colleague, "busy"))
            self.model.turn_away(id)

    def _warm_offer(self, id: str) -> OfferId:
        def look(work: UnitOfWork) -> OfferId:
            offer = work.offers.pending_of(ContactId(id))
            assert offer is not None
            assert offer.agent_id == self.model.places[id].warm
            return offer.id

        return self.do(self.store.read(look))
