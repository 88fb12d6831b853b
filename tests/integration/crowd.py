"""Callers who join and talk while the service is killed under them, and who remember what they were promised."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field

import aiohttp
from journey.chat import ChatCaller, join
from journey.wire import Frame

CUT = (aiohttp.ClientError, ConnectionError, OSError, TimeoutError)
QUESTIONS = (
    "where am I in the queue?",
    "I lost my card",
    "hello?",
    "thank you",
    "are you still there?",
    "how long will it take?",
)


@dataclass
class Member:
    """One acknowledged caller, with the words that the service has promised to keep."""

    caller: ChatCaller
    promised: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.caller.contact_id


class Crowd:
    """`members` are in no order; what was sent and not answered stands in `open_joins` and `open_words`."""

    def __init__(self, http: aiohttp.ClientSession, url: str, chance: random.Random) -> None:
        self.members: list[Member] = []
        self.open_joins: list[str] = []
        self.open_words: list[tuple[Member, str, str]] = []
        self._http = http
        self._url = url
        self._chance = chance
        self._count = 0

    def _next(self, what: str) -> str:
        self._count += 1
        return f"{what}-{self._count:06d}-of-this-run-of-the-kill-test"

    async def arrive_and_talk(self) -> None:
        """Several at once, until the service is gone or everything is said."""
        joining = [self._join_some(3) for _ in range(4)]
        talking = [self._talk(12) for _ in range(3)]
        listening = [self._talk_on_a_socket(8) for _ in range(2)]
        await asyncio.gather(*joining, *talking, *listening)

    async def repeat_what_was_cut(self) -> None:
        """Whoever got no answer asks again with the same key; whoever did not hear an echo says it again."""
        keys, self.open_joins = self.open_joins, []
        for key in keys:
            await self._join(key)
        words, self.open_words = self.open_words, []
        for member, client_id, text in words:
            await self._post(member, client_id, text)
        assert not self.open_joins
        assert not self.open_words

    async def _join_some(self, times: int) -> None:
        for _ in range(times):
            await asyncio.sleep(self._chance.uniform(0, 0.15))  # arrivals are spread, not waited for
            if not await self._join(self._next("arrival")):
                return

    async def _join(self, key: str) -> bool:
        try:
            _, joined = await join(self._http, self._url, {"channel": "chat", "queue": "cards", "idempotency_key": key})
        except CUT:
            self.open_joins.append(key)
            return False
        self.members.append(Member(ChatCaller(self._http, self._url, joined)))
        return True

    async def _talk(self, times: int) -> None:
        for _ in range(times):
            await asyncio.sleep(self._chance.uniform(0, 0.08))
            if self.members and not await self._post(
                self._chance.choice(self.members), self._next("words"), self._chance.choice(QUESTIONS)
            ):
                return

    async def _post(self, member: Member, client_id: str, text: str) -> bool:
        try:
            await member.caller.post(text, client_id)
        except CUT:
            self.open_words.append((member, client_id, text))
            return False
        member.promised[client_id] = text
        return True

    async def _talk_on_a_socket(self, times: int) -> None:
        """A caller of the last round comes back, and talks there until the line is cut."""
        if not self.members:
            return
        member = self._chance.choice(self.members)
        device = member.caller.another_device()
        try:
            await device.open()
            for _ in range(times):
                client_id, text = self._next("said"), self._chance.choice(QUESTIONS)
                self.open_words.append((member, client_id, text))
                await device.say(text, client_id)
                self.open_words.remove((member, client_id, text))
                member.promised[client_id] = text
        except (*CUT, AssertionError):
            return  # the socket closed before the echo: the words stay open
        finally:
            await device.close()

    async def places(self) -> dict[str, dict[str, object]]:
        """What each member is told of itself now."""
        shown = await asyncio.gather(*(member.caller.show() for member in self.members))
        return {told["contact_id"]: told for told in shown}

    async def assert_words_are_kept(self) -> None:
        """Everything promised is in the transcript, once, as it was said."""
        for member in self.members:
            kept = kept_words(await member.caller.events())
            for client_id, text in member.promised.items():
                assert kept.count((client_id, text)) == 1, f"{member.name}: {client_id} {text!r} in {kept}"

    async def has_been_answered(self) -> bool:
        """Whether nobody's last words are without an answer."""
        for member in self.members:
            messages = [frame for frame in await member.caller.events() if frame["type"] == "message.added"]
            if messages[-1]["data"]["author"] == "caller":
                return False
        return True


def kept_words(events: list[Frame]) -> list[tuple[str, str]]:
    messages = [frame["data"] for frame in events if frame["type"] == "message.added"]
    return [(data["client_id"], data["text"]) for data in messages if data["author"] == "caller"]
