"""How a live run goes: one line, rewritten in place on a terminal, else a new one every few seconds."""

from __future__ import annotations

from shutil import get_terminal_size
from typing import TextIO

from practice.floor import Floor
from practice.tally import as_time

EVERY_SECONDS = 5.0
ON_TERMINAL_SECONDS = 0.5
ERASE = "\r\x1b[2K"


class Progress:
    def __init__(self, floor: Floor, minutes: float, out: TextIO) -> None:
        self._floor = floor
        self._whole = minutes * 60
        self._out = out
        self._is_terminal = out.isatty()

    async def show_until_closing(self) -> None:
        while not self._floor.closing.is_set():
            self._show()
            await self._floor.wait(ON_TERMINAL_SECONDS if self._is_terminal else EVERY_SECONDS)
        if self._is_terminal:
            self._out.write(ERASE)

    def _show(self) -> None:
        line = self.line()
        if self._is_terminal:
            line = ERASE + line[: get_terminal_size().columns - 1]
        self._out.write(line if self._is_terminal else f"{line}\n")
        self._out.flush()

    def line(self) -> str:
        """`2:30 of 10:00 · 4 wait, 6 talk · 41 came, 30 served, 5 left, 2 settled · longest wait 3:10`."""
        floor = self._floor
        pace, total = floor.pace, floor.tally.total
        waits = [pace.now - since for since in floor.waiting.values()]
        parts = [
            f"{as_time(pace.real(pace.now))} of {as_time(self._whole)}",
            f"{len(waits)} wait, {len(floor.talking)} talk",
            f"{total.came} came, {total.served} served, {total.abandoned} left, {total.contained} settled",
            f"longest wait {as_time(max([total.longest, *waits]))}",
        ]
        if floor.tally.otherwise:
            parts.append(f"{floor.tally.otherwise.total()} ended otherwise")
        if floor.tally.violations:
            parts.append(f"{len(floor.tally.violations)} VIOLATIONS")
        return " · ".join(parts)
