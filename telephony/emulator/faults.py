"""What can go wrong between Twilio and us, made to happen on purpose.

A fault is armed for a part of an address and a number of times; what it hits first uses it up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from fnmatch import fnmatchcase


class FaultKind(StrEnum):
    """On webhooks: `duplicate` (sent twice), `reorder` (told after the next one of its call or room), `delay`, `drop`
    (never arrives), `time_out` (arrives, its answer does not), `error` (never arrives, and a proxy answers 502).

    On REST: `refuse` (answered with `code`, nothing done), `lose_answer` (done, but the connection breaks before the
    answer). On texts, matched by `text:` and the number: `undelivered` (taken, and lost on its way, with `code`). On
    recordings, matched by the address that is told of the text: `unwritten` (can't be written down).
    """

    DUPLICATE = "duplicate"
    REORDER = "reorder"
    DELAY = "delay"
    DROP = "drop"
    TIME_OUT = "time_out"
    REFUSE = "refuse"
    LOSE_ANSWER = "lose_answer"
    ERROR = "error"
    UNDELIVERED = "undelivered"
    UNWRITTEN = "unwritten"


REST_FAULTS = frozenset({FaultKind.REFUSE, FaultKind.LOSE_ANSWER})
TEXT_FAULTS = frozenset({FaultKind.UNDELIVERED})
SPEECH_FAULTS = frozenset({FaultKind.UNWRITTEN})
WEBHOOK_FAULTS = frozenset(FaultKind) - REST_FAULTS - TEXT_FAULTS - SPEECH_FAULTS


@dataclass(frozen=True, slots=True)
class Fault:
    """`match` is a part of the address, in which `*` stands for anything (`/agent/*/answer`); `seconds` belongs to
    `delay`, `code` (of Twilio's list) to `refuse`."""

    kind: FaultKind
    match: str
    times: int = 1
    seconds: float = 0.0
    code: int = 20500


class Faults:
    """The armed faults, in the order in which they were armed."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []

    def arm(self, fault: Fault) -> None:
        self._armed.append(fault)

    def disarm(self) -> None:
        self._armed.clear()

    @property
    def are_spent(self) -> bool:
        """Whether all that were armed have struck."""
        return not self._armed

    def hit(self, address: str, kinds: frozenset[FaultKind] = WEBHOOK_FAULTS) -> Fault | None:
        """The first armed fault of these kinds for this address, used up by one; None when all is well."""
        for index, fault in enumerate(self._armed):
            if fault.kind in kinds and fnmatchcase(address, f"*{fault.match}*"):
                if fault.times > 1:
                    self._armed[index] = replace(fault, times=fault.times - 1)
                else:
                    del self._armed[index]
                return fault
        return None
