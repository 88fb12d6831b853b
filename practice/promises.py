"""What the service promised to one writing caller, checked against what it tells.

The place is never lost, never gets worse without a reason of the closed list, nobody is connected twice, everything is
told once and in order. A position is compared with what the same connection told before: a new connection begins with
the place as it is, and states no reasons.
"""

from __future__ import annotations

from typing import Any

from practice.wire import Frame

REASONS = frozenset(
    {"head_start", "returned", "reconnected", "reclaimed", "transferred_in", "overflowed_in", "supervisor"}
)
IN_LINE = frozenset({"waiting", "offered"})
OTHERS_ENDINGS = frozenset({"removed", "message_left", "callback_failed"})  # a supervisor's, and closing time's
LOST = frozenset({"unauthorized", "no_such_contact", "claimed_elsewhere"})


class Promises:
    """Of one contact, from the place that was secured. Adds to `broken` a sentence for each, with the contact's id."""

    def __init__(self, contact_id: str, place: dict[str, Any], broken: list[str]) -> None:
        self._broken = broken
        self.seq = 0
        self.is_connected = False
        self.was_connected = False
        self._contact_id = contact_id
        self._code = place.get("code")
        self._position: int | None = None
        self._own_endings: set[str] = set()
        self._take_place(place, None)
        self._position = None

    def may_end(self, outcome: str) -> None:
        """The caller did something that ends the contact so."""
        self._own_endings.add(outcome)

    def new_connection(self) -> None:
        self._position = None

    def hears(self, frame: Frame) -> None:
        """One frame as it came."""
        data = frame.get("data") or {}
        if "seq" in frame:
            self._take_seq(int(frame["seq"]))
        match frame.get("type"):
            case "place.updated":
                self._take_place(data.get("place") or {}, data.get("reason"))
            case "contact.connected":
                if self.is_connected:
                    self._breaks("connected twice")
                self.is_connected = self.was_connected = True
                self._position = None
            case "contact.returned":
                self.is_connected = False
            case "contact.closed":
                self._close(str(data.get("outcome")))
            case "error":
                self.refuses(str(data.get("code")))

    def refuses(self, code: str) -> None:
        """A refusal that says that there is no such place any more."""
        if code in LOST:
            self._breaks(f"the place is lost: {code}")

    def _take_seq(self, seq: int) -> None:
        if seq <= self.seq:
            self._breaks(f"told {seq} after {self.seq}")
        self.seq = max(self.seq, seq)

    def _take_place(self, place: dict[str, Any], reason: str | None) -> None:
        position = place.get("position")
        if place.get("code") != self._code:
            self._breaks("the place has another code")
        if place.get("state") in IN_LINE:
            if not isinstance(position, int) or position < 1 or place.get("ahead") != position - 1:
                self._breaks(f"in line without a position: {position}, {place.get('ahead')} ahead")
                return
            if self._position is not None and position > self._position and reason not in REASONS:
                self._breaks(f"from position {self._position} to {position}, the reason told being {reason}")
            self._position = position

    def _close(self, outcome: str) -> None:
        endings = self._own_endings | OTHERS_ENDINGS | ({"handled"} if self.was_connected else set())
        if outcome not in endings:
            self._breaks(f"the place is lost: closed as {outcome}, which the caller did not do")
        self.is_connected = False

    def _breaks(self, what: str) -> None:
        self._broken.append(f"contact {self._contact_id}: {what}")
