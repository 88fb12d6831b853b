"""One scripted visitor in web chat, from joining to the end, with an agent where the script brings one."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp
from journey.chat import ChatCaller
from journey.console import AgentConsole
from journey.wire import Frame

from conversations.script import Script, Step

CALLER, ASSISTANT, STAGE = "caller", "assistant", "stage"
SILENCE_SECONDS = 0.8
ANSWER_SECONDS = 8.0
NAMES = {"customer_number": "customer number", "pin": "PIN", "code": "one-time code"}
AWAY = "I'm having trouble answering"


class NotAsItIs(Exception):
    """The machine was too slow for the conversation to be the one that callers have: run it again."""


@dataclass(frozen=True, slots=True)
class Line:
    """`who` says `text`; on the stage something happens instead."""

    who: str
    text: str
    at_seconds: float | None = None


@dataclass
class Visit:
    script: Script
    caller: ChatCaller
    agent: AgentConsole
    lines: list[Line] = field(default_factory=list)
    _read: int = 0
    _is_quiet: bool = False
    _is_with_agent: bool = False
    _asked: dict[str, Any] | None = None
    _given: dict[str, int] = field(default_factory=dict)
    _answered: set[str] = field(default_factory=set)

    async def run(self) -> list[Line]:
        await self._listen(is_answered=False)
        for step in self.script.steps:
            await self._answer_questions()
            await self._take(step)
        await self._answer_questions()
        self.lines.append(Line(STAGE, await self._ending()))
        return self.lines

    async def _take(self, step: Step) -> None:
        match step.kind:
            case "says":
                await self._say(step.value)
            case "corrects":
                ((fact, value),) = step.value.items()
                shown = f"changes the {fact.replace('_', ' ')} to “{value}” on the list of what will be passed on"
                self.lines.append(Line(STAGE, f"The caller {shown}."))
                await self.caller.send("correct", id=fact, value=value)
                await self._listen(is_answered=False)
            case "keys":
                self.lines.append(Line(STAGE, "The caller presses “Just hold my place”."))
                await self.caller.send(step.value)
                await self._listen(is_answered=False)
            case "drops":
                self.lines.append(Line(STAGE, f"The connection is lost; {step.value}."))
                await self.caller.socket.drop()
                await self.caller.open(after=max(self.caller.seqs))
                self._read = 0
                await self._listen(is_answered=False)
            case "agent_takes":
                await self._agent_takes()
            case "agent":
                text = step.value
                await self.agent.command("say", contact_id=self.caller.contact_id, text=text, client_id=str(uuid4()))
                await self._listen(is_answered=False)
            case "agent_ends":
                await self.agent.command("end", contact_id=self.caller.contact_id)
                await self._listen(is_answered=False)

    async def _agent_takes(self) -> None:
        await self.agent.command("ready")
        offer = await self.agent.is_offered(self.caller.contact_id)
        briefing = await self.agent.accept(offer)
        facts = "; ".join(f"{fact['label']}: {fact['value']}" for fact in briefing["facts"])
        tried = "; ".join(f"{tried['label']}: {tried['outcome']}" for tried in briefing["tried"])
        shown = [f"“{offer['headline']}”", facts and f"noted: {facts}", tried and f"tried: {tried}"]
        self.lines.append(Line(STAGE, "Amira takes it. On her screen: " + "; ".join(filter(None, shown)) + "."))
        await self._listen(is_answered=False)

    async def _say(self, words: str) -> None:
        await self.caller.say(words)
        await self._listen(is_answered=not (self._is_quiet or self._is_with_agent))

    async def _answer_questions(self) -> None:
        """What is asked apart is typed there; what the script has an answer for is answered, each once."""
        while True:
            if self._asked is not None and await self._give(self._asked):
                continue
            last = self.lines[-1].text if self.lines[-1].who == ASSISTANT else ""
            answer = next(
                ((text, words) for text, words in self.script.answers if text in last and text not in self._answered),
                None,
            )
            if answer is None or self._asked is not None:
                return
            self._answered.add(answer[0])
            await self._say(answer[1])

    async def _give(self, asked: dict[str, Any]) -> bool:
        name = asked["name"]
        values, count = self.script.secure.get(name, ()), self._given.get(name, 0)
        if not values or (name != "customer_number" and count >= len(values)):
            return False
        self._given[name] = count + 1
        self._asked = None
        self.lines.append(Line(STAGE, f"The caller types the {NAMES[name]} into a field of its own."))
        value = values[min(count, len(values) - 1)]
        await self.caller.send("secure", request_id=asked["request_id"], name=name, value=value)
        await self._listen(is_answered=name != "customer_number")
        return True

    async def _listen(self, *, is_answered: bool) -> None:
        """Reads until it is silent. `is_answered`: something is to come."""
        begun = len(self.lines)
        waited = 0.0
        while True:
            await asyncio.sleep(SILENCE_SECONDS)
            waited += SILENCE_SECONDS
            frames = self.caller.heard.frames[self._read :]
            self._read += len(frames)
            for frame in frames:
                self._hear(frame)
            has_answer = len(self.lines) > begun + 1 or self._asked is not None or self.caller.heard.close_code
            if not frames and (not is_answered or has_answer or waited > ANSWER_SECONDS):
                return

    def _hear(self, frame: Frame) -> None:
        data = frame.get("data", {})
        match frame["type"]:
            case "message.added":
                if AWAY in data["text"]:
                    raise NotAsItIs(self.script.title)
                who = data.get("agent_name") or data["author"]
                self.lines.append(Line(who, data["text"]))
            case "input.requested":
                self._asked = data
                self.lines.append(Line(ASSISTANT, data["prompt"]))
            case "input.ended":
                if self._asked is not None and self._asked["request_id"] == data["request_id"]:
                    self._asked = None
            case "dialogue.changed":
                self._is_quiet = data["dialogue"] == "quiet"
            case "contact.connected":
                self._is_with_agent = True
                self.lines.append(Line(STAGE, f"{data['agent_name']} is there."))

    async def _ending(self) -> str:
        shown = await self.caller.show()
        gathered = shown["gathered"]
        noted = "; ".join(f"{fact['label']}: {fact['value']}" for fact in gathered["facts"])
        passed_on = f" For the agent: {gathered['topic_label'] or 'no topic'}{f' ({noted})' if noted else ''}."
        if shown["state"] == "waiting":
            return f"Still in line, position {shown['place']['position']}.{passed_on}"
        endings = {"contained": "The place was given up at the caller's own yes.", "handled": "Handled by the agent."}
        return endings.get(shown["outcome"], f"In the end: {shown['outcome'] or shown['state']}.")


async def is_known_to_be_there(http: aiohttp.ClientSession, url: str, queue: str) -> None:
    """Waits until somebody who joins would be told that agents are on duty."""
    scout = await (await ChatCaller.join(http, url, queue)).open()
    await scout.heard.wait_for(
        "somebody is on duty", lambda frame: frame["type"] == "place.updated" and frame["data"]["place"]["staffed"]
    )
    await scout.leave()
    await scout.close()


async def visit(http: aiohttp.ClientSession, url: str, script: Script) -> list[Line]:
    """The lines of the conversation. Raises `NotAsItIs`."""
    agent = await AgentConsole.sign_in(http, url, "amira")
    if script.on_duty:
        await is_known_to_be_there(http, url, script.queue)
    else:
        await agent.close()
    ahead = [await (await ChatCaller.join(http, url, script.queue)).open() for _ in range(script.ahead)]
    caller = await (await ChatCaller.join(http, url, script.queue)).open()
    try:
        return await Visit(script, caller, agent).run()
    except AssertionError as error:
        heard = "\n".join(json.dumps(frame) for frame in caller.heard.frames[-20:])
        raise RuntimeError(f"{script.title}: {error}\n{heard}") from error
    finally:
        for each in (caller, *ahead, agent):
            await each.close()
