"""A dialogue engine gone mad: whatever it is asked, it answers what the test puts in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

GOOD = {
    "messages": [{"text": "All is well."}],
    "order": None,
    "gathered": {"topic": None, "facts": {}},
    "step": None,
    "intent": {"name": "greet", "confidence": 0.9},
}

NOTHING_KNOWN = '"gathered": {"topic": null, "facts": {}}'

# Not a reply as agreed: nothing of it may reach the caller.
RUBBISH: dict[str, dict[str, Any]] = {
    "a page": {"text": "<html>Traceback (most recent call last): File 'x.py'</html>", "content_type": "text/html"},
    "nothing": {"text": ""},
    "a list": {"text": "[]"},
    "null": {"text": "null"},
    "no messages": {"text": f"{{{NOTHING_KNOWN}}}"},
    "messages of a wrong kind": {"text": f'{{"messages": "hello", {NOTHING_KNOWN}}}'},
    "a text of a wrong kind": {"text": f'{{"messages": [{{"text": 7}}], {NOTHING_KNOWN}}}'},
    "too many messages": {"text": f'{{"messages": [{", ".join(["{}"] * 500)}], {NOTHING_KNOWN}}}'},
    "half of it": {"text": '{"messages": [{"text": "hel'},
    "no UTF-8": {"body": b"\xff\xfe\x00"},
    "an error": {"text": '{"error": "turn_failed"}', "status": 500},
    "a refusal": {"text": '{"error": "unauthorized"}', "status": 401},
    "an order of a wrong kind": {"text": f'{{"messages": [], "order": [1], {NOTHING_KNOWN}}}'},
    "facts of a wrong kind": {"text": '{"messages": [], "order": null, "gathered": {"topic": 7, "facts": [1]}}'},
    "digits without end": {"text": "9" * 100_000},
}

# Replies in form, with something in them that nobody agreed on: they may do nothing, and must not break anything.
ODD: dict[str, dict[str, Any]] = {
    "an unknown order": GOOD | {"order": {"name": "open_the_vault", "data": {}}},
    "a service that is none": GOOD | {"order": {"name": "settle", "data": {"service": "rob", "arguments": {"a": 1}}}},
    "a service without arguments": GOOD | {"order": {"name": "settle", "data": {"service": "freeze_card"}}},
    "arguments of a wrong kind": GOOD
    | {"order": {"name": "settle", "data": {"service": "freeze_card", "arguments": [1]}}},
    "a look into nothing": GOOD | {"order": {"name": "look_up", "data": {"what": None}}},
    "a topic that is none": GOOD | {"gathered": {"topic": "alchemy", "facts": {"metal": "lead"}}},
    "a topic that is a number": GOOD | {"gathered": {"topic": 7, "facts": {}}},
    "a topic without end": GOOD | {"gathered": {"topic": "t" * 5000, "facts": {"f" * 5000: "v" * 50_000}}},
    "facts in facts": GOOD | {"gathered": {"topic": None, "facts": {"card": {"kind": ["debit"]}}}},
    "a step that is none": GOOD | {"step": 7},
    "signs that nobody can read": GOOD | {"messages": [{"text": "a\x00b\ud800c"}]},
    "an empty text": GOOD | {"messages": [{"text": ""}]},
    "a text without end": GOOD | {"messages": [{"text": "word " * 20_000}]},
    "nothing to say": GOOD | {"messages": []},
}


@dataclass
class MadEngine:
    """`answer` names what it answers with: a key of `RUBBISH` or `ODD`, `good`, or `late` (never in time)."""

    url: str
    answer: str = "good"

    async def serve(self, request: web.Request) -> web.Response:
        if request.path.endswith("/ready"):
            return web.json_response({"ready": True, "model": "none"})
        if self.answer == "late":
            await asyncio.sleep(60)
        if self.answer in RUBBISH:
            return web.Response(**RUBBISH[self.answer])
        return web.json_response(ODD.get(self.answer, GOOD))


@asynccontextmanager
async def mad_engine() -> AsyncIterator[MadEngine]:
    engine = MadEngine("")
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", engine.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    engine.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield engine
    finally:
        await runner.cleanup()
