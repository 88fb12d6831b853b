"""Somebody who takes part over a socket: does what is planned when it is due, and hears what is told in between."""

from __future__ import annotations

import asyncio

from practice.pace import Act, Pace, Plan
from practice.wire import Frame, Socket


class Actor:
    """Acts until `is_over`. Subclasses take frames in `hear` and say what a lost line means in `line_lost`."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.plan = Plan(pace)
        self.is_over = False
        self.socket: Socket | None = None
        self._reader: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    def hear(self, frame: Frame) -> None:
        """One frame of the socket that is listened to."""
        raise NotImplementedError

    async def run(self) -> None:
        """From beginning to end."""
        raise NotImplementedError

    async def line_lost(self) -> None:
        """The socket was closed by the other side, or fell."""
        raise NotImplementedError

    async def act_until_over(self) -> None:
        while not self.is_over:
            if self._news.is_set():
                self._news.clear()
                await self._look_at_line()
            elif (act := self.plan.take_due()) is not None:
                await act()
            else:
                await self._wait()

    def do_now(self, act: Act) -> None:
        """From outside: whatever else was planned, this comes first."""
        self.plan.soon(0, act)
        self._news.set()

    def over(self) -> None:
        self.is_over = True
        self._news.set()

    def listen(self, socket: Socket) -> None:
        self.socket = socket
        self._reader = asyncio.create_task(self._read(socket))

    async def hang_up(self) -> None:
        """Closes the line politely; nothing more is heard."""
        socket, self.socket = self.socket, None
        if socket is not None:
            await socket.close()
        await self._end_reading()

    async def drop(self) -> None:
        """Loses the line without a word."""
        socket, self.socket = self.socket, None
        if socket is not None:
            socket.drop()
        await self._end_reading()

    async def tell(self, type: str, **fields: object) -> None:
        """Nothing is told where there is no line just now."""
        if self.socket is not None:
            await self.socket.send(type, **fields)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout_at(self.plan.next_loop_time):
                await self._news.wait()
        except TimeoutError:
            return

    async def _read(self, socket: Socket) -> None:
        try:
            async for frame in socket.frames():
                if self.socket is not socket:
                    return
                self.hear(frame)
                self._news.set()
        finally:
            self._news.set()

    async def _look_at_line(self) -> None:
        reader = self._reader
        if reader is None or not reader.done():
            return
        self._reader = None
        reader.result()
        if self.socket is not None:
            self.socket = None
            await self.line_lost()

    async def _end_reading(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.cancel()
            await asyncio.wait([reader])
            if not reader.cancelled():
                reader.result()
