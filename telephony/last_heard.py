"""When each call was last heard of: a call that says nothing for long may have ended without our being told."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime

from assistant.model.ports import Clock

KEPT_CALLS = 20_000


class LastHeard:
    """What this process has heard. A call that it never heard of counts from the process's own beginning."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began_at = clock.now()
        self._heard: OrderedDict[str, datetime] = OrderedDict()

    def note(self, call_sid: str) -> None:
        self._heard[call_sid] = self._clock.now()
        self._heard.move_to_end(call_sid)
        while len(self._heard) > KEPT_CALLS:
            self._heard.popitem(last=False)

    def silent_seconds(self, call_sid: str) -> float:
        return (self._clock.now() - self._heard.get(call_sid, self._began_at)).total_seconds()
