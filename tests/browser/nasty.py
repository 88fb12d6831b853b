"""Words that no page likes, and lines that are worse than none."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from playwright.async_api import Page, WebSocketRoute

MARKUP = '<img src=x onerror="globalThis.wasRun=1"><script>globalThis.wasRun=1</script><b>bold</b>'
MARKDOWN = "**bold** [link](javascript:globalThis.wasRun=1) `code` ${globalThis.wasRun=1} {name} {n, plural, other {#}}"
TURNED = "\u202eright to left\u202c \u2067isolated\u2069 \u200fשלום\u200e مرحبا"
LONG = "W" * 4000
EMOJI = "👩‍👩‍👧‍👦🏳️‍🌈👍🏽 e\u0301\u0323\u0323 ﷽ \U000e0061"
CONTROLS = "a\x07b\x1bc\u200bd\u2028e\ufeff"
NASTY = (MARKUP, MARKDOWN, TURNED, LONG, EMOJI, CONTROLS)

MALFORMED: tuple[str | bytes, ...] = (
    "",
    "null",
    "[]",
    "{",
    "42",
    '"snapshot"',
    "\x00\x01\x02",
    b"\x00\xff",
    '{"type": 5, "data": {}}',
    '{"type": "from.the.future", "version": 9, "data": {"place": 1}}',
    '{"type": "constructor", "data": {}}',
    '{"type": "message.added", "data": {"author": "stranger", "text": "nobody said this"}}',
    '{"type": "message.added", "data": {"author": "caller", "text": {"html": "nobody said this"}}}',
    '{"type": "message.added", "data": null}',
    '{"type": "place.updated", "data": {"place": {"code": 1, "position": "first", "wait": null}}}',
    '{"type": "place.updated", "data": {"place": {"code": "1", "state": "waiting", "position": [], "wait": {}}}}',
    '{"type": "gathered.updated", "data": {"facts": [{"id": "x"}], "tried": null}}',
    '{"type": "input.requested", "data": {"request_id": 1}}',
    '{"type": "contact.closed", "data": {}}',
    '{"type": "contact.updated", "data": {"contact_id": "CONTACT", "facts": null}, "seq": 999999}',
    '{"type": "contact.updated", "data": {"contact_id": "CONTACT", "customer": "x", "state": 7}, "seq": 999999}',
    '{"type": "contact.briefing", "data": {"contact_id": "CONTACT", "headline": 1}, "seq": 999999}',
    '{"type": "snapshot", "data": {"agent": {"username": "x"}, "offers": [null], "contacts": {}}}',
    '{"type": "offer.made", "data": {"offer_id": 1}, "revision": 9999999999999999}',
    '{"type": "typing", "data": {}}',
    '{"type": "error", "data": {"code": 1}}',
)


async def runs_nothing(page: Page) -> None:
    """No script that came in words was run."""
    assert await page.evaluate("globalThis.wasRun") is None, f"a script was run on {page.url}"


class Line:
    """Stands between a page and its sockets: can hold back either side, delay, and add frames of its own."""

    def __init__(self) -> None:
        self._dead = 0
        self._is_cut = False
        self.answers: Callable[[dict[str, Any]], dict[str, Any] | None] = lambda frame: None
        """What a frame of the page's is answered instead of being sent on; None where it is sent on."""
        self.opened = 0
        self._page: WebSocketRoute | None = None

    @classmethod
    async def of(cls, page: Page, address: str) -> Line:
        line = cls()
        await page.route_web_socket(address, line._stand_between)
        return line

    def dies(self) -> None:
        """Nothing goes through this connection any more, and nobody is told; no other comes about until it `lives`."""
        self._dead, self._is_cut = self.opened, True

    def lives(self) -> None:
        self._is_cut = False

    def tell(self, raw: str | bytes) -> None:
        assert self._page is not None
        self._page.send(raw)

    async def _stand_between(self, page: WebSocketRoute) -> None:
        if self._is_cut:
            await page.close()
            return
        self._page = page
        self.opened += 1
        is_mine = self.opened
        server = page.connect_to_server()

        def on(raw: str | bytes) -> None:
            if is_mine == self._dead:
                return
            answer = self.answers(json.loads(raw))
            if answer is None:
                server.send(raw)
            else:
                page.send(json.dumps(answer))

        def back(raw: str | bytes) -> None:
            if is_mine != self._dead:
                page.send(raw)

        page.on_message(on)
        server.on_message(back)
