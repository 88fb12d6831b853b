"""A small reference model of lines, offers and agents: what the flow is held against, step by step.

Plain lists and numbers, no database, no concurrency: short enough to be believed by reading it. What time brings is in
`reference_time`, callbacks and calls are in `reference_calls`, what agents pass on to each other in
`reference_transfers`.
"""

from __future__ import annotations

from collections.abc import Iterator

from reference_place import DECLINED, IN_LINE, OVER, Person, Place

GRACE, OFFER, BRIEFING, WRAP_UP, RECLAIM, CONSOLE, DIRECT = 120.0, 20.0, 1.0, 180.0, 600.0, 30.0, 60.0


class ReferenceLine:
    def __init__(self, people: list[Person]) -> None:
        self.now = 0.0
        self.places: dict[str, Place] = {}
        self.people = {person.id: person for person in people}
        self.deadlines: dict[tuple[str, str], float] = {}

    # ---- looking

    def line(self, queue: str) -> list[str]:
        inside = (place for place in self.places.values() if place.queue == queue and place.state in IN_LINE)
        return [place.id for place in sorted(inside, key=lambda place: place.order)]

    def held(self, person: Person) -> list[str]:
        return [place.id for place in self.places.values() if person.id in (place.agent, *place.beside)]

    def is_present(self, person: Person) -> bool:
        return person.is_ready and person.is_reachable

    def has_room(self, person: Person, channel: str) -> bool:
        """A call takes all that an agent can take."""
        taken = [place.slot for place in self.places.values() if person.id in (place.agent, *place.beside)]
        if not taken:
            return True
        return channel == "chat" and "voice" not in taken and len(taken) < person.slots

    def _eligible(self, person: Person) -> list[Place]:
        if not self.is_present(person):
            return []
        return [
            place
            for place in self.places.values()
            if place.state == "waiting"
            and place.can_be_reached(self.now)
            and self.has_room(person, place.served_on)
            and self._is_for(place, person)
        ]

    def _is_for(self, place: Place, person: Person) -> bool:
        """What is kept for one agent is for nobody else, whatever was turned down before."""
        if place.kept_for is not None:
            return place.kept_for == person.id
        return place.queue in person.queues and self.now - place.turned_down.get(person.id, -1e9) >= DECLINED

    def next_offer(self) -> tuple[str, str] | None:
        """The oldest place that anybody can take, to the one who has been idle longest."""
        heads = [
            (min(place.order for place in eligible), person)
            for person in self.people.values()
            if (eligible := self._eligible(person))
        ]
        if not heads:
            return None
        (_, place_id), person = min(heads, key=lambda head: (head[0], head[1].idle_first))
        return place_id, person.id

    # ---- callers

    def enter(self, id: str, queue: str, order_at: int) -> None:
        self.places[id] = Place(id, queue, order_at)
        self._set("grace", id, GRACE)

    def come(self, id: str) -> None:
        place = self.places[id]
        if place.state in OVER:
            return
        place.leg = place.channel
        if place.reach != "callback":
            self._come_back(place)
            place.reach = "present"
            self._clear("grace", id)

    def drop(self, id: str) -> None:
        place = self.places[id]
        had_leg, place.leg = place.leg is not None, None
        if had_leg and place.state not in OVER:
            self._lost(place)

    def _lost(self, place: Place) -> None:
        """Nobody gives up a place by losing a connection."""
        if place.reach == "callback" or (place.state == "waiting" and place.reach == "away"):
            return
        self._set("grace", place.id, GRACE)
        if place.state == "offered":
            self._back(place)
        place.reach = "away"

    def leave(self, id: str, state: str = "abandoned") -> None:
        place = self.places[id]
        if place.state == "connected":
            self._part(place)
        elif place.state in IN_LINE:
            self._back(place)
            self._leave_line(place, state)
            self._set("reclaim", id, RECLAIM)

    def claim(self, id: str) -> bool:
        """On another device, or after it was given up: whether the place is had."""
        place = self.places[id]
        if place.state in {"contained", "abandoned"} and ("reclaim", id) in self.deadlines:
            self._clear("reclaim", id)
            place.state = "waiting"
        if place.state != "waiting":
            return False
        place.channel = "chat"
        self._come_back(place)
        place.stands("present")
        place.leg = None
        self._set("grace", id, GRACE)
        return True

    # ---- agents

    def ready(self, id: str) -> None:
        person = self.people[id]
        person.is_ready = True
        person.idle_since = self.now if person.idle_since is None else person.idle_since

    def not_ready(self, id: str) -> None:
        self._stop(self.people[id])
        for place in self._with(id, "offered"):
            if not place.is_accepted:
                self._back(place)
        self._open_kept(id)

    def open_console(self, id: str) -> None:
        self.people[id].is_reachable = True
        self._clear("console", id)

    def lose_console(self, id: str) -> None:
        self.people[id].is_reachable = False
        self._set("console", id, CONSOLE)

    # ---- offers

    def offer(self, place_id: str, person_id: str) -> None:
        self.places[place_id].is_offered_to(person_id)
        self._set("offer", place_id, OFFER)

    def accept(self, id: str) -> None:
        self.places[id].is_accepted = True
        self._clear("offer", id)
        self._set("briefing", id, BRIEFING)

    def show_briefing(self, id: str) -> None:
        """Nothing more stands before the connection."""
        self._clear("briefing", id)
        self._connect(self.places[id])

    def decline(self, id: str) -> None:
        place = self.places[id]
        assert place.agent is not None
        person_id = place.agent
        place.turned_down[person_id] = self.now
        self._back(place)
        if place.kept_for == person_id:
            self._open(place)

    def end(self, id: str) -> None:
        self._part(self.places[id])

    def wrap_up(self, id: str) -> None:
        place = self.places[id]
        assert place.agent is not None
        self.people[place.agent].idle_since = self.now
        place.state, place.agent = "closed", None
        self._clear("wrap_up", id)

    # ---- inside

    def _with(self, person_id: str, state: str) -> Iterator[Place]:
        return iter([place for place in self.places.values() if (place.agent, place.state) == (person_id, state)])

    def _connect(self, place: Place) -> None:
        place.state, place.last_agent = "connected", place.agent
        self._open(place)

    def _back(self, place: Place) -> None:
        place.state, place.agent, place.is_accepted = "waiting", None, False
        for kind in ("offer", "briefing"):
            self._clear(kind, place.id)

    def _is_parked(self, place: Place) -> bool:
        return place.state == "waiting" and place.reach == "away" and ("parked", place.id) in self.deadlines

    def _come_back(self, place: Place) -> None:
        """Who was parked is there again: for the same agent, if that one can take a contact more."""
        if not self._is_parked(place):
            return
        self._clear("parked", place.id)
        person = self.people[place.last_agent or ""]
        if self.is_present(person) and self.has_room(person, place.channel):
            self._keep(place, person)

    def _keep(self, place: Place, person: Person) -> None:
        place.kept_for = person.id
        self._set("direct", place.id, DIRECT)

    def _open(self, place: Place) -> None:
        place.kept_for = None
        self._clear("direct", place.id)

    def _open_kept(self, person_id: str) -> None:
        for place in self.places.values():
            if place.kept_for == person_id and place.state == "waiting":
                self._open(place)

    def _leave_line(self, place: Place, state: str) -> None:
        place.state = state
        place.stands("away")
        self._open(place)
        for kind in ("grace", "parked"):
            self._clear(kind, place.id)

    def _part(self, place: Place) -> None:
        place.state = "wrapping"
        self._clear("grace", place.id)
        self._set("wrap_up", place.id, WRAP_UP)

    def _take_off(self, person: Person) -> None:
        """Who has left an offer unanswered gets no more of them."""
        self._open_kept(person.id)
        self._stop(person)

    def _stop(self, person: Person) -> None:
        person.is_ready, person.idle_since = False, None

    def _set(self, kind: str, subject: str, seconds: float) -> None:
        self.deadlines[kind, subject] = self.now + seconds

    def _clear(self, kind: str, subject: str) -> None:
        self.deadlines.pop((kind, subject), None)
