"""The moves of callers in chats and of agents at their consoles."""

from __future__ import annotations

from uuid import uuid4

from hypothesis import strategies as some
from hypothesis.stateful import initialize, precondition, rule
from machine import A_PICK, A_QUEUE, ANYBODY, PEOPLE, Machine
from reference_line import GRACE
from reference_place import IN_LINE, OVER

from assistant.flow.claims import Claim
from assistant.flow.intake import JoinRequest
from assistant.model.agent import Presence
from assistant.model.contact import AgentId, Channel, ContactId, QueueId
from assistant.model.errors import Refused
from assistant.model.storage import LegKind


class DeskMachine(Machine):
    @initialize()
    def open(self) -> None:
        self.begin()
        for name in PEOPLE:  # a day begins
            self.pass_time(1.531)
            self._open_console(name)
            self._ready(name)
        for queue in ("cards", "accounts", "cards", "cards"):
            self.enter(queue)

    # ---- callers

    @rule(queue=A_QUEUE)
    def enter(self, queue: str) -> None:
        joined = self.do(self.desk.intake.join(JoinRequest(Channel.CHAT, QueueId(queue))))
        self.tokens[joined.contact.id] = joined.contact.code, joined.token
        self.model.enter(joined.contact.id, queue, joined.contact.order_at)
        assert joined.place.position == len(self.model.line(queue)), "the announced place is the last one"

    @precondition(lambda self: self.those("waiting", "offered", "connected", "wrapping"))
    @rule(pick=A_PICK)
    def come(self, pick: int) -> None:
        self.come_to(self.one(pick, "waiting", "offered", "connected", "wrapping"))

    def come_to(self, id: str) -> None:
        self.legs[id] = self.legs.get(id) or str(uuid4())
        is_call = self.model.places[id].channel == "voice"
        kind = LegKind.CALL if is_call else LegKind.SOCKET
        self.do(self.desk.legs.connected(ContactId(id), self.legs[id], kind))
        self.model.come(id)

    @precondition(lambda self: self.those("waiting", "offered", "connected", "wrapping"))
    @rule(pick=A_PICK)
    def drop(self, pick: int) -> None:
        self.drop_from(self.one(pick, "waiting", "offered", "connected", "wrapping"))

    def drop_from(self, id: str) -> None:
        leg = self.legs.pop(id, None)
        if leg is None:
            return
        self.do(self.desk.legs.lost(leg))
        if self.model.places[id].leg == "voice":
            self.model.hang_up(id)
        else:
            self.model.drop(id)

    @precondition(lambda self: self.those("waiting", "offered", "connected", "closed"))
    @rule(pick=A_PICK)
    def leave(self, pick: int) -> None:
        id = self.one(pick, "waiting", "offered", "connected", "closed")
        self.do(self.desk.conversation.leave(ContactId(id)))
        self.model.leave(id)

    @precondition(lambda self: self.those("waiting", "offered", "connected"))
    @rule(pick=A_PICK)
    def give_up(self, pick: int) -> None:
        id = self.one(pick, "waiting", "offered", "connected")
        was_in_line = self.model.places[id].state in IN_LINE
        assert self.refused(self.desk.conversation.give_up_place(ContactId(id))) is not was_in_line
        if was_in_line:
            self.model.leave(id, "contained")

    @precondition(lambda self: self.those("waiting", "offered", "connected", "abandoned", "contained"))
    @rule(pick=A_PICK)
    def claim(self, pick: int) -> None:
        """By the token, which is another one afterwards; also how a place is reclaimed."""
        id = self.one(pick, "waiting", "offered", "connected", "abandoned", "contained")
        code, token = self.tokens[id]
        try:
            claimed = self.do(self.desk.claims.claim(Claim(code, Channel.CHAT, token=token)))
        except Refused:
            assert not self.model.claim(id)
            return
        assert self.model.claim(id)
        self.tokens[id] = code, claimed.token
        self.legs.pop(id, None)
        assert claimed.place.position == self.model.line(self.model.places[id].queue).index(id) + 1

    # ---- agents

    @rule(name=ANYBODY, what=some.sampled_from(["ready", "not_ready", "open_console", "lose_console"]))
    def turn_to_work(self, name: str, what: str) -> None:
        getattr(self, f"_{what}")(name)

    def _ready(self, name: str) -> None:
        self.do(self.desk.presence.set(self.ids[name], Presence.READY))
        self.model.ready(self.ids[name])

    def _not_ready(self, name: str) -> None:
        self.do(self.desk.presence.set(self.ids[name], Presence.NOT_READY, "break"))
        self.model.not_ready(self.ids[name])

    def _open_console(self, name: str) -> None:
        if name not in self.consoles:
            self.consoles[name] = str(uuid4())
            self.do(self.desk.presence.console_opened(self.ids[name], self.consoles[name]))
            self.model.open_console(self.ids[name])

    def _lose_console(self, name: str) -> None:
        console = self.consoles.pop(name, None)
        if console is not None:
            self.do(self.desk.presence.console_closed(console))
            self.model.lose_console(self.ids[name])

    # ---- offers and conversations

    @precondition(lambda self: self.those("waiting"))
    @rule(times=some.integers(1, 3))
    def offer(self, times: int) -> None:
        for _ in range(times):
            self.offer_one()

    def offer_one(self) -> None:
        expected = self.model.next_offer()
        made = self.do(self.desk.router.assign())
        assert (None if made is None else (made.contact_id, made.agent_id)) == expected
        if expected is not None:
            self.model.offer(*expected)

    @precondition(lambda self: self.those("offered"))
    @rule(pick=A_PICK)
    def accept(self, pick: int) -> None:
        self.accept_this(self.one(pick, "offered"))

    def accept_this(self, id: str) -> None:
        place = self.model.places[id]
        was_accepted = place.is_accepted
        accepting = self.desk.offers.accept(self.offer_of(id), AgentId(str(place.agent)))
        assert self.refused(accepting) is was_accepted, "an offer is accepted once"
        if not was_accepted:
            self.model.accept(id)

    @precondition(lambda self: self.those("offered"))
    @rule(pick=A_PICK)
    def decline(self, pick: int) -> None:
        id = self.one(pick, "offered")
        place = self.model.places[id]
        if not place.is_accepted:
            self.do(self.desk.offers.decline(self.offer_of(id), AgentId(str(place.agent)), "busy"))
            self.model.decline(id)

    @precondition(lambda self: self.those("offered", "connected"))
    @rule(pick=A_PICK)
    def show_briefing(self, pick: int) -> None:
        self.show_briefing_of(self.one(pick, "offered", "connected"))

    def show_briefing_of(self, id: str) -> None:
        place = self.model.places[id]
        self.do(self.desk.offers.briefing_shown(ContactId(id), AgentId(str(place.agent))))
        if place.state == "offered" and place.is_accepted:
            self.model.show_briefing(id)

    @precondition(lambda self: self.those("connected"))
    @rule(pick=A_PICK)
    def end(self, pick: int) -> None:
        id = self.one(pick, "connected")
        self.do(self.desk.conversation.end(ContactId(id), AgentId(str(self.model.places[id].agent))))
        self.model.end(id)

    @precondition(lambda self: self.those("wrapping"))
    @rule(pick=A_PICK)
    def wrap_up(self, pick: int) -> None:
        id = self.one(pick, "wrapping")
        agent = self.do(self.store.read(lambda work: work.agents.get(AgentId(str(self.model.places[id].agent)))))
        assert agent is not None
        self.do(self.desk.conversation.wrap_up(ContactId(id), agent, "resolved", ""))
        self.model.wrap_up(id)

    def accept_next(self) -> str | None:
        """Who is next, with an agent who has accepted and sees the briefing; seldom all this by chance."""
        expected = self.model.next_offer()
        if expected is None:
            return None
        id, _ = expected
        self.offer_one()
        self.accept_this(id)
        self.show_briefing_of(id)
        return id

    @rule()
    def be_connected(self) -> None:
        self.accept_next()

    @rule(comes_back=some.booleans(), again=some.sampled_from([1.5, 65.0, 610.0, 650.0]))
    def be_lost_while_connected(self, comes_back: bool, again: float) -> None:
        """Seldom by chance: who is next is connected, drops for longer than the grace, and is parked."""
        id = self.accept_next()
        if id is None or self.model.places[id].state != "connected":
            return
        self.come_to(id)
        self.drop_from(id)
        self.pass_time(GRACE)
        assert self.model.places[id].reach == "away"
        self.pass_time(again)
        if comes_back and self.model.places[id].state not in OVER:
            self.come_to(id)
