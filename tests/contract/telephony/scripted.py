"""What stands behind the voice door in its tests: an engine that answers by script, and a bank with one customer."""

from __future__ import annotations

import asyncio
from typing import Any

from assistant.model.errors import Unavailable
from assistant.model.ports import Customer, Order, Reply, Saying, ServiceOutcome, Turn


class ScriptedEngine:
    """Answers as the tests expect Rasa to; `gate` holds a reply back, `is_away` loses it."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.is_away = False

    async def is_ready(self) -> bool:
        return not self.is_away

    async def turn(self, turn: Turn) -> Reply:
        self.turns.append(turn)
        await self.gate.wait()
        if self.is_away:
            raise Unavailable("dialogue_away", "Rasa is away.")
        text, order, step = self._reply(turn)
        return Reply((Saying(text),), order, turn.topic, turn.facts, step)

    def _reply(self, turn: Turn) -> tuple[str, Order | None, str | None]:
        words, structured = (turn.words or "").lower(), turn.structured
        if structured and structured[0] == "verified":
            return f"Thank you, {structured[1]['name']}. What would you like me to do?", None, None
        if structured and structured[0] == "not_verified":
            return "That didn't match.", None, None
        if structured:
            return "I'm listening again.", None, None
        if "lost" in words:
            return "I'm sorry to hear that. First I'll check who you are.", Order("verify", {"level": 2}), "identity"
        if "agent" in words:
            return "Of course. You're <position> in line. I'll be quiet.", Order("hold_quietly"), None
        if "give up" in words:
            return "All right, I've given up your place.", Order("give_up_place"), None
        return f"You said {words}.", None, None


class SmallBank:
    """One customer: 10000001 with PIN 4821."""

    async def check_pin(self, customer_number: str, pin: str) -> Customer | None:
        return Customer("10000001", "Maya Okafor") if (customer_number, pin) == ("10000001", "4821") else None

    async def find(self, customer_number: str) -> Customer | None:
        return Customer("10000001", "Maya Okafor") if customer_number == "10000001" else None

    async def look_up(self, customer_number: str, what: str) -> list[dict[str, str]]:
        return []

    async def settle(self, customer_number: str, service: str, arguments: dict[str, Any], key: str) -> ServiceOutcome:
        return ServiceOutcome("done", "Done.")
