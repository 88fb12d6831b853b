"""The reference model, continued: what happens by itself, and after everything was killed."""

from __future__ import annotations

from reference_line import RECLAIM, ReferenceLine
from reference_place import OVER

LATE = 30.0
POSTPONED = {"grace", "wrap_up", "reclaim", "console", "direct", "parked"}


class ReferenceTime(ReferenceLine):
    def pass_time(self, seconds: float) -> None:
        """Everything that falls due within this time happens at its end, in the order in which it fell due."""
        self.now += seconds
        while due := sorted((at, key) for key, at in self.deadlines.items() if at <= self.now):
            at, (kind, subject) = due[0]
            del self.deadlines[kind, subject]
            if kind == "parked" and self.now - at > LATE:
                self._set(kind, subject, RECLAIM)  # the clock was set, or nobody was there: the time anew
                continue
            getattr(self, f"_{kind}_ended")(subject)

    def outage(self, seconds: float) -> None:
        """The service was away: its time counts for nobody, offers are taken back, all connections are gone."""
        self.now += seconds
        for key, at in self.deadlines.items():
            if key[0] in POSTPONED:
                self.deadlines[key] = at + seconds
        for place in self.places.values():
            if place.state == "offered":
                self._back(place)
        for place in self.places.values():
            if place.leg is not None and place.state not in OVER:
                self._lost(place)
            place.leg = None
        for person in self.people.values():
            if person.is_reachable:
                self.lose_console(person.id)

    def _grace_ended(self, id: str) -> None:
        place = self.places[id]
        if place.state != "connected" or place.channel != "chat":
            self.leave(id)
            return
        assert place.agent is not None
        self.people[place.agent].idle_since = self.now
        self._back(place)
        place.reach = "away"
        self._set("parked", id, RECLAIM)

    def _parked_ended(self, id: str) -> None:
        self._leave_line(self.places[id], "closed")

    def _direct_ended(self, id: str) -> None:
        self.places[id].kept_for = None

    def _offer_ended(self, id: str) -> None:
        place = self.places[id]
        assert place.agent is not None
        person = self.people[place.agent]
        self.decline(id)
        self._take_off(person)

    def _briefing_ended(self, id: str) -> None:
        self.show_briefing(id)

    def _wrap_up_ended(self, id: str) -> None:
        self.wrap_up(id)

    def _reclaim_ended(self, id: str) -> None:
        pass  # the place is gone for good

    def _console_ended(self, id: str) -> None:
        for place in self._with(id, "offered"):
            self._back(place)
        self._open_kept(id)
        for place in self._with(id, "connected"):
            if place.channel == "voice":
                self._set("absent", place.id, 0.0)  # the two may be talking: it is looked at after what fell due before
            else:
                self._back(place)
        for place in self._with(id, "wrapping"):
            self.wrap_up(place.id)
        if self.people[id].is_ready:
            self._stop(self.people[id])

    def _absent_ended(self, id: str) -> None:
        place = self.places[id]
        if place.state == "connected" and not self.people[place.agent or ""].is_reachable:
            self._back(place)
