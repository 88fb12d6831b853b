"""A bank of a few customers behind the port, and the telephone to which its codes go."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any

from assistant.model.errors import Unavailable
from assistant.model.ports import Customer, ServiceOutcome

MAYA, TOMASZ, NOBODY = "10000001", "10000002", "99999999"
PIN = "4821"


@dataclass
class SmallBank:
    """Whoever knows the PIN is the customer of that number."""

    customers: dict[str, Customer] = field(
        default_factory=lambda: {
            MAYA: Customer(MAYA, "Maya Okafor", phone="+442071838750"),
            TOMASZ: Customer(TOMASZ, "Tomasz Zielinski", phone="+442079460102"),
            "10000003": Customer("10000003", "Priya Raman", ("vulnerable",)),
        }
    )
    is_away: bool = False

    async def check_pin(self, customer_number: str, pin: str) -> Customer | None:
        return await self.find(customer_number) if pin == PIN else None

    async def find(self, customer_number: str) -> Customer | None:
        if self.is_away:
            raise Unavailable("back_office_unavailable", "The bank is away.")
        return self.customers.get(customer_number)

    async def look_up(self, customer_number: str, what: str) -> list[dict[str, str]]:
        return []

    async def settle(self, customer_number: str, service: str, arguments: dict[str, Any], key: str) -> ServiceOutcome:
        return ServiceOutcome("refused", "Not here.")


@dataclass
class Telephones:
    """What was sent to whom."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    is_away: bool = False
    takes_seconds: float = 0.0

    async def send(self, number: str, text: str) -> None:
        await asyncio.sleep(self.takes_seconds)
        if self.is_away:
            raise Unavailable("telephone_unavailable", "No texts today.")
        self.sent.append((number, text))

    @property
    def code(self) -> str:
        """The newest code."""
        found = re.search(r"code is (\d+)", self.sent[-1][1])
        assert found is not None
        return found.group(1)
