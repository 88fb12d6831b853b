"""The dialogue engine behind our connector in the Rasa project.

A turn has a deadline, and a circuit breaker keeps a sick engine from costing every caller that deadline. Whatever
comes back that is not a reply as agreed counts as a failure: nothing of it reaches the caller.
"""

from __future__ import annotations

from typing import Any

import aiohttp
import orjson

from assistant.adapters.breaker import Breaker
from assistant.model.errors import Unavailable
from assistant.model.ports import Circumstances, Clock, Order, OtherMatter, Reply, Saying, Turn

TURN_SECONDS = 1.5
MAX_MESSAGES = 6
CONSENTS = {None, "asked", "given", "refused"}


class RasaChannel:
    """Implements the port `DialogueEngine` over HTTP."""

    def __init__(self, url: str, token: str, services: dict[str, int], clock: Clock) -> None:
        """`services` are on offer, each with the level of verification that it needs."""
        self._turn_url = f"{url.rstrip('/')}/webhooks/holdfast/turn"
        self._ready_url = f"{url.rstrip('/')}/webhooks/holdfast/ready"
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._levels = services
        self._breaker = Breaker(clock)
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=TURN_SECONDS),
            connector=aiohttp.TCPConnector(limit=100, keepalive_timeout=60),
        )

    async def turn(self, turn: Turn) -> Reply:
        if self._breaker.is_open:
            raise Unavailable("dialogue_unavailable", "The dialogue engine is away.")
        try:
            async with self._session.post(self._turn_url, data=self._body(turn), headers=self._headers) as response:
                if response.status != 200:
                    raise self._failed(f"status {response.status}")
                reply = _reply(orjson.loads(await response.read()))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise self._failed(type(error).__name__) from error
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._failed("a reply that makes no sense") from error
        self._breaker.succeeded()
        return reply

    async def is_ready(self) -> bool:
        try:
            async with self._session.get(self._ready_url, headers=self._headers) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    async def close(self) -> None:
        await self._session.close()

    def _failed(self, why: str) -> Unavailable:
        self._breaker.failed()
        return Unavailable("dialogue_unavailable", f"The dialogue engine did not answer ({why}).")

    def _body(self, turn: Turn) -> bytes:
        structured = None
        if turn.structured is not None:
            structured = {"name": turn.structured[0], "data": turn.structured[1]}
        known = {
            "topic": turn.topic,
            "facts": turn.facts,
            "customer_name": turn.customer_name,
            "done": turn.done,
            "also": [{"topic": other.topic, "facts": other.facts} for other in turn.also],
        }
        return orjson.dumps(
            {
                "conversation": turn.conversation,
                "words": turn.words,
                "structured": structured,
                "metadata": {
                    "channel": turn.channel.value,
                    "language": turn.language,
                    "verified_level": turn.verified_level,
                    "services": list(self._levels),
                    "levels": self._levels,
                    "known": known,
                    "circumstances": _told(turn.circumstances),
                },
            }
        )


def _told(now: Circumstances) -> dict[str, Any]:
    earlier = now.earlier
    return {
        "asks_consent": now.asks_consent,
        "consent": now.consent,
        "agent_waits": now.agent_waits,
        "suits": {topic: {"queue": line.queue, "name": line.name} for topic, line in now.suits.items()},
        "earlier": {"topic": earlier.topic, "spoken": earlier.spoken, "facts": earlier.facts} if earlier else None,
        "is_familiar": now.is_familiar,
        "spoke_before": now.spoke_before,
    }


def _also(other: dict[str, Any]) -> OtherMatter:
    facts = {str(key): str(value) for key, value in other["facts"].items() if value is not None}
    return OtherMatter(str(other["topic"]), facts, bool(other.get("urgent")))


def _reply(body: dict[str, Any]) -> Reply:
    """Reads a reply as agreed; raises KeyError, TypeError, ValueError or AttributeError for anything else."""
    messages = body["messages"]
    if not isinstance(messages, list) or len(messages) > MAX_MESSAGES:
        raise ValueError("messages")
    sayings = []
    for message in messages:
        if not isinstance(message["text"], str):
            raise ValueError("text")
        buttons = tuple({"title": str(b["title"]), "say": str(b["say"])} for b in message.get("buttons") or ())
        sayings.append(Saying(message["text"], buttons))
    order = body.get("order")
    gathered = body["gathered"]
    intent = body.get("intent") or {}
    return Reply(
        sayings=tuple(sayings),
        order=Order(str(order["name"]), dict(order.get("data") or {})) if order else None,
        topic=gathered["topic"],
        facts={str(key): str(value) for key, value in gathered["facts"].items() if value is not None},
        step=body.get("step"),
        intent=intent.get("name"),
        confidence=intent.get("confidence"),
        is_urgent=bool(gathered.get("urgent")),
        also=tuple(_also(other) for other in gathered.get("also") or ()),
        consent=_consent(gathered.get("consent")),
    )


def _consent(told: Any) -> str | None:
    if told not in CONSENTS:
        raise ValueError("consent")
    return None if told is None else str(told)
