"""The moves of those who are called back, and of the telephones that ring for it."""

from __future__ import annotations

from uuid import uuid4

from hypothesis import strategies as some
from hypothesis.stateful import precondition, rule
from machine import A_PICK
from machine_desk import DeskMachine

from assistant.model.contact import ContactId, OfferId

A_NUMBER = some.sampled_from(["+442071838750", "+442071838751", "+442071838752"])
AN_END = some.sampled_from(["taken", "busy", "nobody"])


class CallsMachine(DeskMachine):
    """The customer is called for the offer `called[contact]`, the last one for which anybody was."""

    def begin(self) -> None:
        super().begin()
        self.called: dict[str, OfferId] = {}

    @precondition(lambda self: self.those("waiting", "offered", "connected", "abandoned"))
    @rule(pick=A_PICK, number=A_NUMBER, later=some.sampled_from([0.0, 0.0, 0.0, 97.003]))
    def ask_to_be_called_back(self, pick: int, number: str, later: float) -> None:
        id = self.one(pick, "waiting", "offered", "connected", "abandoned")
        self.ask_callback(id, number, later)

    def ask_callback(self, id: str, number: str, later: float = 0.0) -> None:
        begin = (
            None if not later else self.clock.at.fromtimestamp(self.clock.at.timestamp() + later, self.clock.at.tzinfo)
        )
        is_refused = self.refused(self.desk.callbacks.request(ContactId(id), number, begin))
        assert is_refused is not self.model.ask_callback(id, number, later)

    @precondition(lambda self: self.those("waiting", "offered", "connected"))
    @rule(pick=A_PICK)
    def take_callback_back(self, pick: int) -> None:
        id = self.one(pick, "waiting", "offered", "connected")
        is_refused = self.refused(self.desk.callbacks.cancel(ContactId(id)))
        assert is_refused is not self.model.cancel_callback(id)

    def _ringing(self) -> list[str]:
        """Whose agent's telephone rings."""
        return [id for id in self.those("offered") if self.model.places[id].is_rung]

    @precondition(lambda self: self._ringing())
    @rule(pick=A_PICK)
    def agent_answers(self, pick: int) -> None:
        ringing = self._ringing()
        self.agent_answers_for(ringing[pick % len(ringing)])

    def agent_answers_for(self, id: str) -> None:
        offer_id = self.offer_of(id)
        was_called = self.model.places[id].is_called
        is_waiting = self.do(self.desk.calling_back.agent_answered(offer_id, ContactId(id)))
        assert (is_waiting is None) is (self.model.places[id].reach != "callback")
        if is_waiting is None:
            self.do(self.desk.offers.bridged(offer_id))
        elif not was_called:
            self.called[id] = offer_id
        self.model.agent_answers(id)

    def _called(self) -> list[str]:
        return sorted(id for id in self.called if self.model.places[id].call)

    @precondition(lambda self: self._called())
    @rule(pick=A_PICK, what=some.sampled_from(["answers", "takes", "ends"]))
    def customer_is_rung(self, pick: int, what: str) -> None:
        called = self._called()
        self.customer(called[pick % len(called)], what)

    def customer(self, id: str, what: str) -> None:
        offer_id, contact_id = self.called[id], ContactId(id)
        if what == "ends":
            self.do(self.desk.calling_back.ended(offer_id, contact_id, "busy"))
            self.model.call_ends(id)
        elif what == "answers" and self.model.places[id].call == "up":
            is_wanted = self.do(self.desk.calling_back.answered(offer_id, contact_id))
            assert is_wanted is self.model.customer_answers(id)
        elif what == "takes" and self.model.places[id].call == "up":
            call_sid = f"CA{uuid4()}"
            is_wanted = self.do(self.desk.calling_back.taken(offer_id, contact_id, call_sid))
            assert is_wanted is self.model.customer_takes(id)
            if is_wanted:
                self.legs[id] = call_sid

    @rule(number=A_NUMBER, end=AN_END)
    def be_called_back(self, number: str, end: str) -> None:
        """Seldom by chance: who is next is called back instead, as soon as an agent can call."""
        expected = self.model.next_offer()
        if expected is None or any(place.number == number for place in self.model.places.values()):
            return
        id, _ = expected
        self.ask_callback(id, number)
        if self.accept_next() != id or not self.model.places[id].is_rung:
            return
        self.agent_answers_for(id)
        if not self.model.places[id].is_called:
            return
        if end == "nobody":
            self.pass_time(65.337)
        else:
            self.customer(id, "answers")
            self.customer(id, "takes" if end == "taken" else "ends")
