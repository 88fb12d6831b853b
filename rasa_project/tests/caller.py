"""A caller with a service behind them: what the tests say, and what the service would answer to each order."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

TOKEN = "a-token-for-tests"
START_SECONDS = 60
CARDS = [
    {"id": "card-1", "label": "debit card ending 4417"},
    {"id": "card-2", "label": "credit card ending 0926"},
]
SERVICES: Dict[str, int] = {"freeze_card": 2, "order_replacement_card": 2}
OFFERED: Dict[str, int] = {
    **SERVICES,
    **dict.fromkeys(
        ("application_status", "apr", "balance", "bill_balance", "bill_due", "credit_limit", "expiration_date",
         "min_payment", "pin_change", "redeem_rewards", "replacement_card_duration", "rewards_balance", "transactions"),
        2,
    ),
    "pay_bill": 3,
    **dict.fromkeys(("international_fees", "opening_hours", "routing"), 0),
}  # fmt: skip
"""What the demonstration's bank offers, with the levels that it wants."""

PAGE = {"page": "Fees abroad", "says": "Paying by card abroad costs 2.75 percent."}


class Server:
    """`serve.py` as a child, reached as the service reaches it; or one that stands alone, with nothing to read."""

    def __init__(self, project: Path, model: Path, *, alone: bool = False) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "serve.py", "--port", str(self.port), "--model", str(model)] + ["--child"] * (not alone),
            cwd=project,
            env={**os.environ, "HOLDFAST_RASA_TOKEN": TOKEN},
            stdin=subprocess.DEVNULL if alone else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.output = b""

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if self.ask("GET", "ready")[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"serve.py did not get ready (exit {self.process.poll()})")

    def ask(
        self, method: str, path: str, body: Optional[bytes] = None, token: Optional[str] = TOKEN
    ) -> Tuple[int, Dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Content-Type": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        connection.request(method, f"/webhooks/holdfast/{path}", body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, json.loads(content)

    def turn(self, body: Any, **about: Any) -> Tuple[int, Dict[str, Any]]:
        return self.ask("POST", "turn", json.dumps(body).encode(), **about)

    def stop(self) -> bytes:
        """Closes its standard input, as the end of its parent does, and gives what it wrote."""
        self.output, _ = self.process.communicate(timeout=15)
        return self.output


@dataclass
class Caller:
    """Says words; answers `verify`, `look_up` and `settle` at once, as the service does, unless told otherwise.

    `verifications` are the outcomes of coming attempts: None is success. `outcomes` are those of coming effects.
    `items` is what is found, by service; cards where nothing is said, and a page where anybody may ask.
    `circumstances` are told with every turn, as the connector has them; `consent` is told back as it was heard.
    """

    server: Server
    conversation: str
    services: Dict[str, int] = field(default_factory=lambda: dict(SERVICES))
    items: Dict[str, List[Dict[str, str]]] = field(default_factory=dict)
    cards: List[Dict[str, str]] = field(default_factory=lambda: list(CARDS))
    verifications: List[Optional[Dict[str, Any]]] = field(default_factory=list)
    outcomes: List[Tuple[str, str]] = field(default_factory=list)
    answers: bool = True
    level: int = 0
    name: Optional[str] = None
    topic: Optional[str] = None
    facts: Dict[str, str] = field(default_factory=dict)
    done: List[str] = field(default_factory=list)
    also: List[Dict[str, Any]] = field(default_factory=list)
    consent: Optional[str] = None
    circumstances: Dict[str, Any] = field(default_factory=dict)
    heard: List[str] = field(default_factory=list)
    orders: List[Dict[str, Any]] = field(default_factory=list)
    reply: Dict[str, Any] = field(default_factory=dict)

    def say(self, words: str) -> str:
        """What the assistant says to these words, up to where it waits for the caller again."""
        return self._turn(words, None)

    def tell(self, name: str, /, **data: Any) -> str:
        """What the assistant says to a structured message."""
        return self._turn(None, {"name": name, "data": data})

    def rasa_is_started_anew(self) -> None:
        """Whatever Rasa knew of this conversation is lost; the service knows what it knew."""
        self.conversation += "-anew"

    def _turn(self, words: Optional[str], structured: Optional[Dict[str, Any]]) -> str:
        known = {"topic": self.topic, "facts": self.facts, "customer_name": self.name, "done": self.done}
        known["also"] = self.also
        metadata = {"channel": "chat", "language": "en", "verified_level": self.level, "services": list(self.services)}
        metadata["levels"] = self.services
        circumstances = {**self.circumstances, "consent": self.consent}
        body = {"conversation": self.conversation, "words": words, "structured": structured}
        metadata = {**metadata, "known": known, "circumstances": circumstances}
        status, self.reply = self.server.turn({**body, "metadata": metadata})
        assert status == 200, self.reply
        gathered = self.reply["gathered"]
        self.topic, self.facts, self.also = gathered["topic"], gathered["facts"], gathered["also"]
        self.consent = gathered["consent"]
        texts = [message["text"] for message in self.reply["messages"]]
        self.heard += texts
        order = self.reply["order"]
        if order:
            self.orders.append(order)
        followed = self._carry_out(order) if order and self.answers else ""
        return " ".join([*texts, followed]).strip()

    def _carry_out(self, order: Dict[str, Any]) -> str:
        if order["name"] == "verify":
            failure = self.verifications.pop(0) if self.verifications else None
            if failure:
                return self.tell("not_verified", **failure)
            is_code = self.level >= 2 and order["data"]["level"] == 3
            self.level, self.name = (3 if is_code else max(self.level, 2)), "Maya"
            return self.tell("verified", level=self.level, name="Maya")
        if order["name"] == "look_up":
            service = order["data"]["service"]
            found = [PAGE] if self.services[service] == 0 else self.items.get(service, self.cards)
            return self.tell("found", service=service, items=found)
        if order["name"] == "settle":
            outcome, text = self.outcomes.pop(0) if self.outcomes else ("done", "That has been seen to.")
            service = order["data"]["service"]
            self.done += [service] if outcome in ("done", "already_done") else []
            return self.tell("settled", service=service, outcome=outcome, text=text)
        return ""

    @property
    def order(self) -> Optional[str]:
        """The name of the order of the latest reply."""
        return self.reply["order"]["name"] if self.reply["order"] else None

    @property
    def effects(self) -> List[Dict[str, Any]]:
        """The effects that were ordered, as `{service, attempt, arguments}`."""
        return [order["data"] for order in self.orders if order["name"] == "settle"]

    @property
    def settled(self) -> List[Tuple[str, str]]:
        """The effects on cards that were ordered, as `(service, card id)`."""
        return [(effect["service"], effect["arguments"]["card_id"]) for effect in self.effects]

    @property
    def told(self) -> List[str]:
        """The services whose answer the service was to record as told."""
        return [order["data"]["service"] for order in self.orders if order["name"] == "told"]
