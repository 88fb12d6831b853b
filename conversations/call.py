"""One scripted call through the built-in telephone company, up to the agent's telephone: both sides, with times."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import aiohttp
from journey.console import AgentConsole
from journey.emulated import CHANCES, EmulatedPhone
from journey.telephone import CARDS_LINE
from journey.wire import Frame

from conversations.chat import ASSISTANT, AWAY, CALLER, NAMES, STAGE, Line, NotAsItIs, is_known_to_be_there
from conversations.script import Script, Step

WORDS_PER_SECOND = 2.6
KEY_SECONDS = 0.4
BREATH_SECONDS = 1.0
SILENCE_SECONDS = 0.6
HEARD = frozenset({"spoken", "caption", "play", "listening", "conference"})


@dataclass
class Call:
    script: Script
    phone: EmulatedPhone
    desk: EmulatedPhone
    agent: AgentConsole
    lines: list[Line] = field(default_factory=list)
    _clock: float = 0.0
    _read: int = 0
    _wants_digits: int | None = None
    _given: dict[str, int] = field(default_factory=dict)
    _answered: set[str] = field(default_factory=set)

    async def run(self) -> list[Line]:
        await self.phone.dial(CARDS_LINE)
        await self._listen()
        for step in self.script.steps:
            await self._answer_questions()
            await self._take(step)
        return self.lines

    async def _take(self, step: Step) -> None:
        match step.kind:
            case "says":
                await self._say(step.value)
            case "keys":
                await self._press(str(step.value), f"presses {step.value}")
            case "agent_takes":
                await self._agent_takes()
            case "agent":
                self._tell("Amira", step.value)
                await self.desk.speaks(step.value)
                await self.phone.hears_other(step.value[:20])
            case "agent_ends":
                contact_id = self.agent.heard.of("contact.briefing")[-1]["data"]["contact_id"]
                await self.agent.command("end", contact_id=contact_id)
                await self.phone.is_in("completed")
                self.lines.append(Line(STAGE, "The call is over.", self._clock))

    async def _agent_takes(self) -> None:
        await self.agent.command("ready")
        offer = await self.agent.is_offered()
        briefing = await self.agent.accept(offer)
        facts = "; ".join(f"{fact['label']}: {fact['value']}" for fact in briefing["facts"])
        text = f"Amira takes it; her telephone rings. On her screen: “{offer['headline']}”; noted: {facts}."
        self.lines.append(Line(STAGE, text, self._clock))
        await self.desk.is_rung()
        await self.desk.answer()
        await self.phone.is_in_conference()
        await self._listen(until="conference")

    async def _say(self, words: str) -> None:
        self._tell(CALLER, words)
        if self.phone.heard.of("conference"):
            await self.phone.speaks(words)
            return
        await self.phone.say(words)
        await self._listen()

    def _tell(self, who: str, words: str) -> None:
        self.lines.append(Line(who, words, self._clock))
        self._clock += len(words.split()) / WORDS_PER_SECOND + BREATH_SECONDS

    async def _press(self, keys: str, shown: str) -> None:
        self.lines.append(Line(STAGE, f"The caller {shown}.", self._clock))
        self._clock += KEY_SECONDS * len(keys) + BREATH_SECONDS
        await self.phone.press(keys)
        await self._listen()

    async def _answer_questions(self) -> None:
        """Keys where keys are asked for, and what the script has an answer for."""
        while True:
            name = {8: "customer_number", 4: "pin", 6: "code"}.get(self._wants_digits or 0)
            if name is not None and self.script.secure.get(name):
                values, count = self.script.secure[name], self._given.get(name, 0)
                self._given[name] = count + 1
                self._wants_digits = None
                await self._press(values[min(count, len(values) - 1)], f"enters the {NAMES[name]} on the keypad")
                continue
            last = next((line.text for line in reversed(self.lines) if line.who == ASSISTANT), "")
            answer = next(
                (each for each in self.script.answers if each[0] in last and each[0] not in self._answered), None
            )
            if answer is None:
                return
            self._answered.add(answer[0])
            await self._say(answer[1])

    async def _listen(self, until: str = "listening") -> None:
        """Reads until the telephone company listens for the caller, or plays music."""
        while True:
            frames = self.phone.heard.frames[self._read :]
            for at, frame in enumerate(frames, 1):
                self._hear(frame)
                if frame["type"] in {until, "play"} and not self._follows(frames[at:]):
                    self._read += at
                    return
            self._read += len(frames)
            await asyncio.sleep(SILENCE_SECONDS / 10)

    def _follows(self, frames: list[Frame]) -> bool:
        return any(frame["type"] in CHANCES for frame in frames)

    def _hear(self, frame: Frame) -> None:
        match frame["type"]:
            case "spoken":
                if AWAY in frame["text"]:
                    raise NotAsItIs(self.script.title)
                self.lines.append(Line(ASSISTANT, frame["text"], self._clock))
                self._clock += frame["seconds"]
            case "listening":
                is_keys = frame["input"] == ["dtmf"]
                self._wants_digits = frame["num_digits"] if is_keys else None
            case "play":
                self.lines.append(Line(STAGE, "Music plays.", self._clock))


async def call(http: aiohttp.ClientSession, url: str, script: Script) -> list[Line]:
    """The lines of the call, with times. Raises `NotAsItIs`."""
    agent = await AgentConsole.sign_in(http, url, "amira")
    await is_known_to_be_there(http, url, script.queue)
    phone = await EmulatedPhone.register(http, url, script.phone or "+442079460103")
    desk = await EmulatedPhone.register(http, url, "client:amira")
    try:
        return await Call(script, phone, desk, agent).run()
    finally:
        for each in (phone, desk, agent):
            await each.close()
