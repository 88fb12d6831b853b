"""Somebody with a mobile telephone who texts, on the emulator's phone socket."""

from __future__ import annotations

import re
import secrets

import aiohttp
from journey.telephone import Line, signature
from journey.wire import Frame, Heard, Socket, assert_no_insides

PROTOCOL = "holdfast.phone.v1"
CARDS_TEXTS = "+442079460000"


class Texter:
    """Writes and reads texts; `to` is the number that is written to, with `whatsapp:` before it or not."""

    def __init__(self, socket: Socket, number: str, to: str) -> None:
        self._socket = socket
        self.number = number
        self.to = to
        self._wrote_at = 0

    @classmethod
    async def with_phone(cls, http: aiohttp.ClientSession, url: str, number: str, to: str = CARDS_TEXTS) -> Texter:
        socket = await Socket.open(http, f"{url}/emulator/phone", PROTOCOL)
        texter = cls(socket, number, to)
        await socket.send({"type": "register", "address": number})
        await texter.heard.wait_for_type("registered")
        return texter

    @property
    def heard(self) -> Heard:
        return self._socket.heard

    @property
    def read(self) -> list[str]:
        """All texts that came, in order."""
        return [frame["body"] for frame in self.heard.of("text") if frame["direction"] == "incoming"]

    async def write(self, body: str, media: int = 0) -> str:
        """Sends a text; gives its MessageSid."""
        self._wrote_at = self.heard.mark
        await self._socket.send({"type": "text", "to": self.to, "body": body, "media": media})
        sent = await self.heard.wait_for("the text is on its way", _is("outgoing"), self._wrote_at)
        sid: str = sent["sid"]
        return sid

    async def reads(self, pattern: str, since: int | None = None) -> str:
        """The first text with this pattern since this telephone last wrote."""

        def matches(frame: Frame) -> bool:
            return _is("incoming")(frame) and re.search(pattern, frame["body"], re.IGNORECASE | re.DOTALL) is not None

        at = self._wrote_at if since is None else since
        frame = await self.heard.wait_for(f"a text: {pattern}", matches, at)
        body: str = frame["body"]
        assert_no_insides(body)
        return body

    async def asks(self, body: str, pattern: str) -> str:
        await self.write(body)
        return await self.reads(pattern)

    async def close(self) -> None:
        await self._socket.close()


def _is(direction: str):  # type: ignore[no-untyped-def]
    return lambda frame: frame["type"] == "text" and frame["direction"] == direction


class SignedTexts:
    """Texts as the telephone company tells of them, without a telephone."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.url = f"{line.public_url}/telephony/messages/incoming"

    def fields(self, body: str, sender: str = "+447700900123", **more: str) -> dict[str, str]:
        sid = more.pop("sid", "SM" + secrets.token_hex(16))
        told = {"AccountSid": "AC" + "0" * 32, "ApiVersion": "2010-04-01", "MessageSid": sid, "SmsSid": sid}
        return told | {"From": sender, "To": CARDS_TEXTS, "Body": body, "NumMedia": "0"} | more

    async def tell(self, fields: dict[str, str], token: str | None = None) -> tuple[int, str]:
        """The status and the document."""
        headers = {"X-Twilio-Signature": signature(token or self.line.token, self.url, fields)}
        answer = await self.line.post(self.url, fields, headers=headers)
        return answer.status, await answer.text()
