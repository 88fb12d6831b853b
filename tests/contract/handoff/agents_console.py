"""The agent's client for these tests, written from the contract: it keeps all frames that arrive."""

from __future__ import annotations

from typing import Any

from journey.wire import Frame, Socket

from assistant.model.contact import Contact

SOON = 30.0


class Console:
    """One agent's console: every frame that arrived, in order, and commands with their answers."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._refs = 0

    @property
    def frames(self) -> list[Frame]:
        return self._socket.heard.frames

    @property
    def snapshot(self) -> dict[str, Any]:
        data: dict[str, Any] = self.frames[0]["data"]
        return data

    async def heard(self, type: str, since: int = 0, **data: Any) -> Frame:
        """The first frame of this type since then whose data holds these values."""

        def fits(frame: Frame) -> bool:
            told = frame.get("data", {})
            return frame["type"] == type and all(told.get(name) == value for name, value in data.items())

        return await self._socket.heard.wait_for(f"{type} {data}", fits, since, SOON)

    async def asks(self, type: str, **fields: Any) -> dict[str, Any]:
        """Sends a command; gives the data of its `ok` or `error`."""
        self._refs += 1
        ref = f"r{self._refs}"
        await self.sends({"type": type, "ref": ref, **fields})
        answer = await self._socket.heard.wait_for(ref, lambda frame: frame.get("ref") == ref, seconds=SOON)
        data: dict[str, Any] = answer["data"]
        return data

    async def does(self, type: str, **fields: Any) -> None:
        """Sends a command that must not be refused."""
        answer = await self.asks(type, **fields)
        assert "code" not in answer, answer

    async def is_refused(self, type: str, **fields: Any) -> str:
        code: str = (await self.asks(type, **fields))["code"]
        return code

    async def sends(self, frame: Frame) -> None:
        await self._socket.send(frame)

    async def sends_raw(self, text: str) -> None:
        await self._socket.send_raw(text)

    async def takes(self, contact: Contact, **accept: Any) -> dict[str, Any]:
        """Accepts the offer of this contact, confirms the briefing and is connected; gives the briefing."""
        offer = await self.heard("offer.made", contact_id=contact.id)
        await self.does("accept", offer_id=offer["data"]["offer_id"], **accept)
        briefing = await self.heard("contact.briefing", contact_id=contact.id)
        await self.does("briefing_shown", contact_id=contact.id)
        await self.heard("contact.connected", contact_id=contact.id)
        data: dict[str, Any] = briefing["data"]
        return data

    def types(self, since: int = 0) -> list[str]:
        return [frame["type"] for frame in self.frames[since:]]

    async def closes(self) -> int:
        return await self._socket.heard.wait_for_close(SOON)

    async def leaves(self) -> None:
        await self._socket.close()
