"""A caller who writes: joins, talks while waiting, may lose the line, settle, be called back or lose patience."""

from __future__ import annotations

import random
from functools import partial
from typing import Any
from uuid import uuid4

from practice.actor import Actor
from practice.arrivals import Arrival
from practice.callback import Callback
from practice.floor import Floor
from practice.joining import PATH, join
from practice.promises import LOST, Promises
from practice.tally import Scored
from practice.wire import Away, Frame, Refused
from practice.words import Words

PROTOCOL = "holdfast.v1"
SAYS_AFTER = (3.0, 15.0)
SAYS_EVERY = (20.0, 70.0)
TYPES_FOR = (3.0, 9.0)
LOOKS_EVERY = 5.0
# On the wall's clock: how fast anybody types, how long a goodbye is waited for, when a lost line is tried again.
FASTEST_SECONDS = 0.5
FAREWELL_SECONDS = 5.0
BACK_OFF_SECONDS = (0.2, 1.0, 2.0, 5.0, 10.0, 10.0, 20.0)
OVER = frozenset({"wrapping", "closed", "contained", "abandoned"})


class ChatCaller(Actor):
    def __init__(self, floor: Floor, queue: str, arrival: Arrival, chance: random.Random) -> None:
        super().__init__(floor.pace)
        self._floor = floor
        self._queue = queue
        self._counts = floor.tally.queues[queue]
        self._arrival = arrival
        self._chance = chance
        self._verifies = arrival.habits.verifies and floor.customer.take(self)
        self._words = Words(chance, verifies=self._verifies)
        self._failures = 0
        self._is_served = self._has_dropped = False
        self._first_state: str | None = None
        self._ending = "closed by the service"
        self._callback: Callback | None = None

    async def run(self) -> None:
        """From arrival to end."""
        try:
            joined = await join(self._floor, self._queue)
            if joined is not None:
                await self._visit(joined)
        finally:
            self._floor.customer.give_back(self)

    async def _visit(self, joined: dict[str, Any]) -> None:
        self._settle_in(joined)
        try:
            await self._connect()
            if self._floor.closing.is_set():
                self.leave_now()
            await self.act_until_over()
        finally:
            self._depart()
            await self.hang_up()
            if self._callback is not None:
                await self._callback.end()

    def _settle_in(self, joined: dict[str, Any]) -> None:
        place, wait = joined["place"], joined["place"]["wait"]
        self._id, self._token = joined["contact_id"], joined["token"]
        self._promises = Promises(self._id, place, self._floor.tally.violations)
        self._range = (wait["low_seconds"], wait["high_seconds"]) if wait["known"] else None
        self._counts.came += 1
        self._floor.callers.add(self)
        self._floor.work[self._id] = self._arrival.work
        self._wait_in_line(self.pace.now)
        habits = self._arrival.habits
        for after, act in (
            (habits.drops_after, self._lose_line),
            (habits.settles_after, self._settle),
            (habits.asks_callback_after, self._ask_callback),
        ):
            if after is not None:
                self.plan.soon(after, act)

    def _wait_in_line(self, since: float) -> None:
        self._floor.talking.discard(self)
        self._floor.waiting[self] = since
        self.plan.soon(self._chance.uniform(*SAYS_AFTER), self._say)
        if self._arrival.patience is not None:
            self.plan.soon(self._arrival.patience, self._give_up)

    def _depart(self) -> None:
        """What became of this caller goes into the tally."""
        floor, counts = self._floor, self._counts
        floor.callers.discard(self)
        floor.talking.discard(self)
        since = floor.waiting.pop(self, None)
        if since is not None:
            counts.has_waited(self.pace.now - since)
        if self._is_served:
            return
        match self._ending:
            case "abandoned":
                counts.abandoned += 1
            case "contained":
                counts.contained += 1
            case "closing time":
                counts.waiting += 1
            case other:
                floor.tally.otherwise[other] += 1

    # -- the line -------------------------------------------------------------------------------------------------

    async def _connect(self) -> None:
        try:
            socket = await self._floor.door.socket(f"{PATH}/{self._id}/socket?after={self._promises.seq}", PROTOCOL)
        except (Refused, Away):
            self._try_again()
            return
        self._promises.new_connection()
        await socket.send("hello", token=self._token)
        self.listen(socket)

    async def line_lost(self) -> None:
        if self._callback is not None:
            self.plan.soon(LOOKS_EVERY, self._look)
        else:
            self._try_again()

    def _try_again(self) -> None:
        if self._failures >= len(BACK_OFF_SECONDS):
            self._ending = "lost sight of the service"
            self.over()
            return
        self.plan.soon(self.pace.crowds(BACK_OFF_SECONDS[self._failures]), self._connect)
        self._failures += 1

    async def _lose_line(self) -> None:
        if self.socket is None:
            return
        self._has_dropped = True
        await self.drop()
        longest = self.pace.crowds(self._floor.grace_seconds / 2)
        self.plan.soon(min(self._arrival.habits.away_seconds, longest), self._come_back)

    async def _come_back(self) -> None:
        self._counts.dropped += 1
        await self._connect()

    async def _look(self) -> None:
        """How the contact is, without a socket."""
        try:
            shown = await self._floor.door.ask("GET", f"{PATH}/{self._id}", token=self._token)
        except Refused as refused:
            self._hear_refusal(refused.code)
            return
        except Away:
            shown = {}
        if (shown.get("state") == "connected" or shown.get("outcome") == "handled") and self in self._floor.waiting:
            self._meet()
        if shown.get("state") in OVER:
            self._ending = str(shown.get("outcome"))
            self.over()
        self.plan.soon(LOOKS_EVERY, self._look)

    # -- what is heard --------------------------------------------------------------------------------------------

    def hear(self, frame: Frame) -> None:
        self._failures = 0
        self._promises.hears(frame)
        data = frame.get("data") or {}
        match frame.get("type"):
            case "place.updated" if self._first_state is None:
                self._first_state = data["place"]["state"]
            case "contact.connected":
                self._meet()
            case "contact.returned":
                self._wait_in_line(self.pace.now)
            case "contact.closed":
                if self._ending == "closed by the service":
                    self._ending = f"closed as {data.get('outcome')}"
                self.over()
            case "input.requested":
                self.plan.soon(self._chance.uniform(*TYPES_FOR), partial(self._answer, data))
            case "message.added" if data.get("author") == "agent":
                self.plan.soon(self._chance.uniform(*TYPES_FOR), self._reply)
            case "error" if data.get("code") in LOST:
                self._ending = str(data["code"])
                self.over()

    def _hear_refusal(self, code: str) -> None:
        self._promises.refuses(code)
        if code in LOST:
            self._ending = code
            self.over()

    def _meet(self) -> None:
        """An agent is there: whatever was planned for the wait is forgotten."""
        self.plan.forget()
        since = self._floor.waiting.pop(self, None)
        self._floor.talking.add(self)
        if self._is_served or since is None:
            return
        self._is_served = True
        had = self.pace.now - since
        self._counts.was_served(had)
        # Who found somebody free was told so, and no range; who dropped has made the wait longer.
        if self._range is not None and self._first_state == "waiting" and not self._has_dropped:
            low, high = (self.pace.crowds(seconds) for seconds in self._range)
            self._counts.told.append(Scored(low, high, had))

    # -- what is done ---------------------------------------------------------------------------------------------

    async def _say(self) -> None:
        await self._type(self._words.while_waiting())
        pause = self._chance.uniform(*SAYS_EVERY)
        self.plan.soon(max(pause, self.pace.crowds(FASTEST_SECONDS)), self._say)

    async def _reply(self) -> None:
        await self._type(self._words.to_agent())

    async def _type(self, text: str) -> None:
        await self.tell("say", text=text, client_id=str(uuid4()))

    async def _answer(self, asked: dict[str, Any]) -> None:
        """To what is asked for apart from the talk: the truth, or that it will not be given."""
        customer = self._floor.customer
        value = {"customer_number": customer.number, "pin": customer.pin}.get(asked["name"])
        if self._verifies and value is not None:
            await self.tell("secure", request_id=asked["request_id"], name=asked["name"], value=value)
            self.plan.soon(self._chance.uniform(*TYPES_FOR), self._refuse)
        else:
            await self._refuse()

    async def _refuse(self) -> None:
        if self not in self._floor.talking:
            await self._type(self._words.refusal())

    async def _settle(self) -> None:
        if self.socket is None:
            self.plan.soon(LOOKS_EVERY, self._settle)
            return
        self._ending = "contained"
        self._promises.may_end("contained")
        await self.tell("settled", give_up_place=True)
        self._await_farewell()

    async def _ask_callback(self) -> None:
        self._counts.callbacks += 1
        try:
            self._callback = await Callback.ask(self._floor, self._id, self._token, self._chance)
        except Refused as refused:
            self._hear_refusal(refused.code)
        if self._callback is not None:
            self.plan.forget()
            if self.socket is None:
                self.plan.soon(LOOKS_EVERY, self._look)

    async def _give_up(self) -> None:
        self._ending = "abandoned"
        if self.socket is None or (self._arrival.habits.leaves_silently and not self._verifies):
            await self.drop()
            self._floor.forsaken[self._id] = self._token
            self.over()
            return
        self._promises.may_end("left")
        await self.tell("leave")
        self._await_farewell()

    def leave_now(self) -> None:
        """The run is closing."""
        self.plan.forget()
        self.do_now(self._leave)

    async def _leave(self) -> None:
        if self not in self._floor.talking:
            self._ending = "closing time"
        self._promises.may_end("left")
        try:
            await self._floor.door.ask("DELETE", f"{PATH}/{self._id}", token=self._token)
        except (Refused, Away):
            self.over()
        if self.socket is None:
            self.over()
        self._await_farewell()

    def _await_farewell(self) -> None:
        self.plan.forget()
        self.plan.soon(self.pace.crowds(FAREWELL_SECONDS), self._end)

    async def _end(self) -> None:
        """No goodbye came: nothing of this caller is left in line."""
        self._floor.forsaken[self._id] = self._token
        self.over()
