"""Callers who wait on sockets and do nothing but look at their position: as light as ten thousand of them must be."""

from __future__ import annotations

import asyncio
import os
import struct
from base64 import b64encode
from collections.abc import Callable
from time import perf_counter

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
POSITION = b'"position":'

type OnPosition = Callable[[int, float], None]
"""Called with a position and when it was received."""


class Watcher(asyncio.Protocol):
    """One WebSocket of the wire's subprotocol, read as bytes."""

    def __init__(self, path: str, hello: bytes, on_position: OnPosition) -> None:
        self._path = path
        self._hello = hello
        self._on_position = on_position
        self._buffer = b""
        self._is_open = False
        self._transport: asyncio.Transport | None = None
        self.told = asyncio.get_running_loop().create_future()
        """Done with the first position, or the error that came instead."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport) or hasattr(transport, "write")
        self._transport = transport  # type: ignore[assignment]
        key = b64encode(os.urandom(16)).decode()
        lines = (
            f"GET {self._path} HTTP/1.1",
            "Host: 127.0.0.1",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Protocol: holdfast.v1",
        )
        self._write("\r\n".join((*lines, "", "")).encode())

    def _write(self, data: bytes) -> None:
        assert self._transport is not None
        self._transport.write(data)

    def _send(self, kind: int, data: bytes) -> None:
        length = bytes((0x80 | len(data),)) if len(data) < 126 else struct.pack("!BH", 0x80 | 126, len(data))
        self._write(bytes((0x80 | kind,)) + length + bytes(4) + data)  # masked with zeros

    def data_received(self, data: bytes) -> None:
        at = perf_counter()
        self._buffer += data
        if not self._is_open:
            head, separator, rest = self._buffer.partition(b"\r\n\r\n")
            if not separator:
                return
            if b" 101 " not in head:
                self._fail(head.decode())
                return
            self._is_open, self._buffer = True, rest
            self._send(TEXT, self._hello)
        while len(self._buffer) >= 2:
            length, begin = self._buffer[1], 2
            if length == 126:
                if len(self._buffer) < 4:
                    return
                (length,) = struct.unpack_from("!H", self._buffer, 2)
                begin = 4
            if len(self._buffer) < begin + length:
                return
            frame, kind = self._buffer[begin : begin + length], self._buffer[0] & 0xF
            self._buffer = self._buffer[begin + length :]
            self._read(kind, frame, at)

    def _read(self, kind: int, frame: bytes, at: float) -> None:
        if kind == PING:
            self._send(PONG, frame)
        elif kind == CLOSE:
            self._send(CLOSE, frame)
            self._fail(f"closed: {frame!r}")
        elif kind == TEXT and b'"place.updated"' in frame:
            begin = frame.index(POSITION) + len(POSITION)
            digits = frame[begin : frame.index(b",", begin)]
            if digits.isdigit():
                self._on_position(int(digits), at)
                if not self.told.done():
                    self.told.set_result(int(digits))

    def connection_lost(self, error: Exception | None) -> None:
        self._fail(f"lost: {error!r}")

    def _fail(self, why: str) -> None:
        if not self.told.done():
            self.told.set_exception(ConnectionError(why))

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
