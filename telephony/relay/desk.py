"""What every relayed call of this process stands on, and the works that outlive their sockets."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from assistant.settings.calls import RelayPart
from telephony.last_heard import LastHeard
from telephony.voice_flow import VoiceFlow
from telephony.voice_steps import VoiceSteps
from telephony.voice_turns import VoiceTurns

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RelayDesk:
    flow: VoiceFlow
    turns: VoiceTurns
    steps: VoiceSteps
    part: RelayPart
    heard: LastHeard
    music_url: str
    works: set[asyncio.Task[Any]] = field(default_factory=set)

    def keep(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Done to its end, even when the socket over which it was asked for is over."""
        task = asyncio.ensure_future(work)
        self.works.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self.works.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a relayed call's work failed", exc_info=error)

    async def finished(self) -> None:
        """Everything that was begun has been done."""
        await asyncio.gather(*self.works, return_exceptions=True)


def now() -> float:
    """Seconds of the running loop, which no clock that is set can disturb."""
    return asyncio.get_running_loop().time()
