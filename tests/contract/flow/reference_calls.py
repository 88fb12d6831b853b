"""The reference model, continued: places that are called back, and contacts on the telephone. Agents are rung first."""

from __future__ import annotations

from reference_place import IN_LINE, OVER, Place
from reference_time import ReferenceTime

RING, CALL, TAKING, GOODBYE, SNOOZE, TRIES = 30.0, 45.0, 60.0, 30.0, 300.0, 3
A_MICROSECOND = 1e-6


class ReferenceCalls(ReferenceTime):
    # ---- callers

    def ask_callback(self, id: str, number: str, later: float) -> bool:
        """Whether the place is, or is already, to be called back."""
        place = self.places[id]
        if place.state not in IN_LINE:
            return False
        if place.state == "offered" and place.number == number and not later:
            return True
        if any(other is not place and other.number == number for other in self.places.values()):
            return False
        if place.leg == "voice" and ("callback_ring", id) not in self.deadlines:
            self._set("callback_ring", id, GOODBYE)  # who is told goodbye is not rung meanwhile
        if place.state == "offered":
            self._back(place)
        for kind in ("grace", "parked"):
            self._clear(kind, id)
        place.tries = place.tries if place.number == number else 0
        place.reach, place.number = "callback", number
        place.call_at, place.waits_for_end = self.now + later, False
        self._wait_for_end(place)
        return True

    def cancel_callback(self, id: str) -> bool:
        place = self.places[id]
        if place.state not in IN_LINE:
            return False
        if place.reach == "callback":
            if place.state == "offered":
                self._back(place)
            place.stands("present" if place.leg else "away")
            if not place.leg:
                self._set("grace", id, 120.0)
        return True

    def hang_up(self, id: str) -> None:
        """The caller's call has ended, and with it the wish to wait on the telephone."""
        place = self.places[id]
        place.leg = None
        if place.state in OVER:
            return
        if place.reach == "callback":
            self._call_is_over(place)
        elif place.state != "waiting" or place.reach == "present":
            self.leave(id)

    def customer_answers(self, id: str) -> bool:
        """Somebody, or a machine. Whether a key is to be pressed."""
        place = self.places[id]
        if not self._can_be_taken(place):
            return False
        if place.waits_for_end:
            place.call_at, place.waits_for_end = self.now, False
        self._set("callback_ring", id, TAKING)
        if place.state == "waiting":
            self._wait_for_end(place)
        return True

    def customer_takes(self, id: str) -> bool:
        place = self.places[id]
        if not self._can_be_taken(place):
            return False
        self._clear("callback_ring", id)
        place.stands("present")
        place.channel = place.leg = "voice"
        place.call = "taken"
        if place.state == "offered":
            self._connect(place)
        return True

    def call_ends(self, id: str) -> None:
        place = self.places[id]
        if place.call is None:
            return
        place.call = None
        if place.state == "offered" and place.reach == "callback" and place.is_called:
            self._tried(place)
        elif place.state == "waiting":
            self._call_is_over(place)

    # ---- agents

    def show_briefing(self, id: str) -> None:
        place = self.places[id]
        if place.served_on == "chat":
            super().show_briefing(id)
            return
        self._clear("briefing", id)
        if not place.is_rung:
            place.is_rung = True
            self._set("ring", id, RING)

    def agent_answers(self, id: str) -> None:
        """The telephone that rings for an accepted offer."""
        place = self.places[id]
        if place.reach == "callback":
            self._clear("ring", id)
            if not place.is_called:
                place.is_called, place.call = True, "up"
                self._set("callback_ring", id, CALL)
        elif place.leg == "voice":
            self._clear("ring", id)
            self._connect(place)

    # ---- time

    def _ring_ended(self, id: str) -> None:
        place = self.places[id]
        person = self.people[place.agent or ""]
        self._back(place)
        self._take_off(person)

    def _callback_ring_ended(self, id: str) -> None:
        place = self.places[id]
        if place.state == "offered" and place.reach == "callback" and place.is_called and place.call:
            place.call = None
            self._tried(place)

    # ---- inside

    def _can_be_taken(self, place: Place) -> bool:
        is_of_offer = place.state == "offered" and place.is_called
        return place.call == "up" and place.reach == "callback" and (place.state == "waiting" or is_of_offer)

    def _tried(self, place: Place) -> None:
        self._clear("callback_ring", place.id)
        self._back(place)
        place.tries += 1
        place.call_at, place.waits_for_end = self.now + SNOOZE, False
        if place.tries == TRIES:
            self._leave_line(place, "closed")

    def _wait_for_end(self, place: Place) -> None:
        """Nobody is called twice at once."""
        until = self.deadlines.get(("callback_ring", place.id))
        if until is None or place.reach != "callback":
            return
        place.waits_for_end = place.waits_for_end or place.call_at <= self.now
        place.call_at = until if place.waits_for_end else max(place.call_at, until + A_MICROSECOND)

    def _call_is_over(self, place: Place) -> None:
        self._clear("callback_ring", place.id)
        if place.state == "waiting" and place.waits_for_end:
            place.call_at, place.waits_for_end = self.now, False

    def _back(self, place: Place) -> None:
        super()._back(place)
        self._clear("ring", place.id)
        place.waits_for_end = False
        self._wait_for_end(place)

    def _connect(self, place: Place) -> None:
        super()._connect(place)
        self._clear("ring", place.id)

    def _leave_line(self, place: Place, state: str) -> None:
        super()._leave_line(place, state)
        self._clear("callback_ring", place.id)
