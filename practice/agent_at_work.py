"""An agent at the console: takes offers after a moment, talks for as long as the matter takes, wraps up, has breaks."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import uuid4

from practice import words
from practice.actor import Actor
from practice.draws import Draw
from practice.floor import Floor
from practice.telephones import DeskPhone
from practice.wire import Away, Frame, Refused
from practice.workload import Workload

SESSION = "/api/v1/agent/session"
SOCKET = "/api/v1/agent/socket"
PROTOCOL = "holdfast.agent.v1"
FORGETS, DECLINES = 0.01, 0.03
ANSWERS_AFTER = (1.0, 4.0)
GREETS_AFTER = (1.0, 4.0)
SPEAKS_EVERY = (20.0, 60.0)
NOTICES_AFTER = (20.0, 60.0)  # that the console says "not ready"
BACK_OFF_SECONDS = 1.0
FAREWELL_SECONDS = 5.0
LAST = "last"


class AgentAtWork(Actor):
    """`work` is drawn for contacts that are not of this crowd; `shift` says when the agent stops and starts taking."""

    def __init__(
        self, floor: Floor, username: str, work: Draw, shift: Iterator[tuple[float, bool]], chance: random.Random
    ) -> None:
        super().__init__(floor.pace)
        self.username = username
        self._floor = floor
        self._load = Workload(floor, username, work, chance)
        self._shift = shift
        self._chance = chance
        self._written: set[str] = set()
        self._offers: set[str] = set()
        self._calls: set[str] = set()
        self._is_taking = True
        self._is_closing = self._has_noticed = False
        self._plan_number = 0
        self._token = ""
        self._disposition = "resolved"
        self.phone: DeskPhone | None = None

    async def sign_in(self, password: str) -> None:
        """Raises `Refused` and `Away`."""
        body = {"username": self.username, "password": password, "want_token": True}
        signed_in = await self._floor.door.ask("POST", SESSION, body=body)
        self._token = signed_in["token"]
        address = str(signed_in["agent"].get("phone") or "")
        if self._floor.exchange is not None and address.startswith("client:"):
            self.phone = DeskPhone(self._floor.exchange, self.pace, address, self._chance)

    async def run(self) -> None:
        """Until everything is put in order after `leave_now`."""
        self._plan_shift()
        await self._connect()
        await self.act_until_over()
        await self.hang_up()
        try:
            await self._floor.door.ask("DELETE", SESSION, token=self._token)
        except (Refused, Away):
            return

    def stop_taking(self) -> None:
        """The run is closing: no more offers."""
        self._is_taking, self._is_closing = False, True
        self.do_now(self._pause)

    def leave_now(self) -> None:
        """The run is closing: what is in hand is ended."""
        self.plan.forget()
        self.do_now(self._leave)

    # -- the console ----------------------------------------------------------------------------------------------

    async def _connect(self) -> None:
        try:
            socket = await self._floor.door.socket(SOCKET, PROTOCOL)
        except (Refused, Away):
            self.plan.soon(self.pace.crowds(BACK_OFF_SECONDS), self._connect)
            return
        await socket.send("hello", token=self._token)
        self.listen(socket)

    async def line_lost(self) -> None:
        self._load.out_of_sight()
        self.plan.soon(self.pace.crowds(BACK_OFF_SECONDS), self._connect)

    def hear(self, frame: Frame) -> None:
        data = frame.get("data") or {}
        contact_id = str(data.get("contact_id", ""))
        match frame["type"]:
            case "snapshot":
                self._look_around(data)
            case "agent.updated":
                self._see_presence(data)
            case "offer.made":
                self._consider(data)
            case "offer.ended":
                self._offers.discard(data["offer_id"])
            case "contact.briefing":
                self.plan.soon(0, partial(self.tell, "briefing_shown", contact_id=contact_id))
            case "contact.connected":
                self._begin(contact_id)
            case "contact.returned":
                self._put_down(contact_id)
            case "contact.closed" if contact_id in self._load:
                self._begin_wrap_up(contact_id)
            case "contact.updated" if data.get("state") == "closed":
                self._put_down(contact_id)
            case "ok" | "error" if frame.get("ref") == LAST or data.get("code") == "unauthorized":
                self.over()

    def _look_around(self, snapshot: dict[str, Any]) -> None:
        """Every connection begins with everything as it is."""
        self._disposition = next(iter(snapshot.get("dispositions") or ()), self._disposition)
        self._see_presence(snapshot["agent"])
        states = {contact["contact_id"]: contact.get("state") for contact in snapshot["contacts"]}
        for contact_id in self._load.contacts:
            if contact_id not in states:
                self._put_down(contact_id)
        for contact_id, state in states.items():
            if state == "wrapping":
                self._begin_wrap_up(contact_id)
            elif state == "connected" and contact_id in self._load:
                self._load.go_on(contact_id)
            elif state == "connected":
                self._begin(contact_id)
        for offer in snapshot["offers"]:
            self._consider(offer)
        if self._is_taking:
            self.plan.soon(0, self._go_ready)

    def _see_presence(self, agent: dict[str, Any]) -> None:
        self._load.set_slots(sum(slot["channel"] == "chat" for slot in agent["slots"]))
        if agent["presence"] == "ready" or not self._is_taking:
            self._has_noticed = False
        elif not self._has_noticed:
            self._has_noticed = True
            self.plan.soon(self._chance.uniform(*NOTICES_AFTER), self._go_ready)

    async def _go_ready(self) -> None:
        self._has_noticed = False
        if self._is_taking:
            await self.tell("ready")

    async def _pause(self) -> None:
        await self.tell("not_ready", reason="practice over" if self._is_closing else "break")

    def _plan_shift(self) -> None:
        change = next(self._shift, None)
        if change is not None:
            self.plan.at(change[0], partial(self._change_over, change[1]))

    async def _change_over(self, is_taking: bool) -> None:
        self._plan_shift()
        if not self._is_closing:
            self._is_taking = is_taking
            await (self._go_ready() if is_taking else self._pause())

    # -- offers ---------------------------------------------------------------------------------------------------

    def _consider(self, offer: dict[str, Any]) -> None:
        """Most are taken after a moment, some declined, one in a hundred is forgotten."""
        offer_id = offer["offer_id"]
        if offer_id in self._offers:
            return
        self._offers.add(offer_id)
        dice = self._chance.random()
        is_call = offer["channel"] == "voice"
        if is_call:
            self._calls.add(offer["contact_id"])
        if (is_call and self.phone is None) or FORGETS <= dice < FORGETS + DECLINES:
            answer = partial(self._decline, offer_id)
        elif dice >= FORGETS + DECLINES:
            when = "after_step" if offer.get("in_step") and dice > 0.5 else "now"
            answer = partial(self._accept, offer_id, when)
        else:
            return
        self.plan.soon(self._chance.uniform(*ANSWERS_AFTER), answer)

    async def _decline(self, offer_id: str) -> None:
        if offer_id in self._offers:
            await self.tell("decline", offer_id=offer_id, reason="busy")

    async def _accept(self, offer_id: str, when: str) -> None:
        if offer_id in self._offers:
            await self.tell("accept", offer_id=offer_id, when=when)

    # -- contacts -------------------------------------------------------------------------------------------------

    def _begin(self, contact_id: str) -> None:
        self._load.begin(contact_id)
        self._plan_work()
        if contact_id not in self._calls:
            self.plan.soon(self._chance.uniform(*GREETS_AFTER), partial(self._speak, contact_id))

    def _put_down(self, contact_id: str) -> None:
        self._written.discard(contact_id)
        self._load.put_down(contact_id)
        self._plan_work()

    def _begin_wrap_up(self, contact_id: str) -> None:
        self._load.wrap_up(contact_id)
        self._plan_work()

    def _plan_work(self) -> None:
        """When the next in hand will be done, if nothing else happens before."""
        self._plan_number += 1
        following = self._load.next_done
        if following is not None:
            when, contact_id = following
            self.plan.at(when, partial(self._finish, contact_id, self._plan_number))

    async def _finish(self, contact_id: str, planned: int) -> None:
        if planned != self._plan_number:
            return
        if self._load.is_talking(contact_id):
            self._begin_wrap_up(contact_id)
            if contact_id in self._written:
                await self._write(contact_id, self._chance.choice(words.FAREWELLS))
            await self.tell("end", contact_id=contact_id)
        else:
            self._put_down(contact_id)
            await self._wrap_up(contact_id)

    async def _speak(self, contact_id: str) -> None:
        if not self._load.is_talking(contact_id):
            return
        greeting = self._chance.choice(words.GREETINGS).format(name=self.username.capitalize())
        is_first = contact_id not in self._written
        self._written.add(contact_id)
        await self._write(contact_id, greeting if is_first else self._chance.choice(words.ANSWERS))
        self.plan.soon(self._chance.uniform(*SPEAKS_EVERY), partial(self._speak, contact_id))

    async def _write(self, contact_id: str, text: str) -> None:
        await self.tell("say", contact_id=contact_id, text=text, client_id=str(uuid4()))

    async def _wrap_up(self, contact_id: str) -> None:
        await self.tell("wrap_up", contact_id=contact_id, disposition=self._disposition, notes="")

    # -- the end --------------------------------------------------------------------------------------------------

    async def _leave(self) -> None:
        for contact_id in self._load.contacts:
            await self.tell("end", contact_id=contact_id)
            await self._wrap_up(contact_id)
        await self.tell("not_ready", reason="practice over", ref=LAST)
        self.plan.soon(self.pace.crowds(FAREWELL_SECONDS), self._give_up_farewell)

    async def _give_up_farewell(self) -> None:
        self.over()
