"""Calls that are carried by a socket, as ConversationRelay does it: how long a turn takes between two of its frames."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import aiohttp
from journey.telephone import Line, SignedCall, signature

PATIENCE_SECONDS = 15.0


@dataclass
class RelayedCall:
    """The telephone company's end of one socket. Whatever it is told to say has been said at once."""

    socket: aiohttp.ClientWebSocketResponse
    took: list[float]
    is_music: bool = False
    _said: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self) -> None:
        """Until the socket is over."""
        async for message in self.socket:
            told: dict[str, Any] = json.loads(message.data)
            self.is_music = told["type"] == "play"
            if told["type"] == "text":
                self._said.set()
                await self._tells("info", name="tokensPlayed", value=told["token"])
                await self._tells("info", name="agentSpeaking", value="off")

    async def says(self, words: str) -> None:
        """One turn: from what the recogniser has understood to the first words of the answer."""
        await self._turns("prompt", voicePrompt=words, lang="en-GB", last=True)

    async def presses(self, digit: str) -> None:
        await self._turns("dtmf", digit=digit)

    async def _turns(self, type: str, **fields: object) -> None:
        self._said.clear()
        begun = perf_counter()
        await self._tells(type, **fields)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._said.wait()
        self.took.append(perf_counter() - begun)

    async def _tells(self, type: str, **fields: object) -> None:
        await self.socket.send_json({"type": type, **fields})


@asynccontextmanager
async def relayed_call(line: Line, number: str, took: list[float]) -> AsyncIterator[RelayedCall]:
    """A call to the service, with its socket open and the greeting spoken."""
    call = SignedCall(line, number)
    document = await call.fetch(f"{line.public_url}/telephony/voice/incoming", CallStatus="ringing")
    relay = document.find("Connect/ConversationRelay")
    assert relay is not None, "this tenant has no relay"
    address = relay.attrib["url"]
    headers = {"X-Twilio-Signature": signature(line.token, address, {})}
    given = {each.attrib["name"]: each.attrib["value"] for each in relay.findall("Parameter")}
    async with line.http.ws_connect(address, headers=headers) as socket:
        relayed = RelayedCall(socket, took)
        await socket.send_json({"type": "setup", "callSid": call.sid, "customParameters": given})
        listening = asyncio.create_task(relayed.listen())
        try:
            yield relayed
        finally:
            listening.cancel()
    await call.hang_up()


async def talk(
    line: Line, number: str, words: tuple[str, ...], chance: random.Random, between: float, until: float
) -> list[float]:
    """One caller who says something every few seconds; one who has been led into silence is woken by a key."""
    took: list[float] = []
    said = chance.randrange(len(words))
    async with relayed_call(line, number, took) as call:
        while True:
            await asyncio.sleep(chance.expovariate(1 / between))
            if perf_counter() > until:
                return took
            if call.is_music:
                await call.presses("1")
            else:
                await call.says(words[said % len(words)])
                said += 1
