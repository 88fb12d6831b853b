"""The reference model, whole: agents pass connected contacts on, cold or warm, or ask for company in them."""

from __future__ import annotations

from reference_calls import ReferenceCalls
from reference_line import OFFER
from reference_place import DECLINED, Person, Place


class Reference(ReferenceCalls):
    def pass_on(self, id: str, *, queue: str | None = None, colleague: str | None = None) -> bool:
        """Cold: back in line where it stood, for one agent alone or for everybody in a queue."""
        place = self.places[id]
        assert place.agent is not None
        by, to = self.people[place.agent], self.people.get(colleague or "")
        if to is not None:
            if to is by or not self.is_present(to):
                return False
            queue = place.queue if place.queue in to.queues else to.queues[0]
        assert queue is not None
        place.turned_down[by.id] = self.now
        self._back(place)
        place.queue = queue
        if to is not None:
            self._keep(place, to)
        by.idle_since = self.now
        return True

    def ask(
        self, id: str, *, queue: str | None = None, colleague: str | None = None, is_for_company: bool = False
    ) -> bool:
        """Warm, or to come too: the caller stays where they are. Whether somebody is asked."""
        place = self.places[id]
        to = self.people[colleague] if colleague else self._next_of(place, queue or "")
        if to is None or to.id == place.agent or not self.is_present(to):
            return False
        if is_for_company and to.id in place.beside:
            return False
        place.warm, place.warm_queue, place.is_for_company = to.id, queue, is_for_company
        self._set("warm", id, OFFER)
        return True

    def say_yes(self, id: str) -> bool:
        """Whether the colleague who was asked has room for it; if not, nobody is asked any more."""
        place = self.places[id]
        to, first = self.people[place.warm or ""], self.people[place.agent or ""]
        queue, is_for_company = place.warm_queue, place.is_for_company
        self._end_warm(place)
        if to.id not in place.beside and not self.has_room(to, place.channel):
            return False
        if is_for_company:
            place.beside.append(to.id)
            return True
        self._leave_alone(place)
        place.turned_down[first.id] = first.idle_since = self.now
        place.agent = place.last_agent = to.id
        place.queue = queue or place.queue
        return True

    def turn_away(self, id: str) -> None:
        place = self.places[id]
        assert place.warm is not None
        place.unwilling[place.warm] = place.turned_down[place.warm] = self.now
        self._end_warm(place)

    def leave_company(self, id: str, person_id: str) -> None:
        self.places[id].beside.remove(person_id)
        self.people[person_id].idle_since = self.now

    # ---- time

    def outage(self, seconds: float) -> None:
        for place in self.places.values():
            self._end_warm(place)
        super().outage(seconds)

    def _warm_ended(self, id: str) -> None:
        person = self.people[self.places[id].warm or ""]
        self.turn_away(id)
        self._take_off(person)

    # ---- agents

    def not_ready(self, id: str) -> None:
        self._ask_no_more(id)
        super().not_ready(id)

    def _console_ended(self, id: str) -> None:
        self._ask_no_more(id)
        for place in self.places.values():
            if id in place.beside:
                self.leave_company(place.id, id)
        super()._console_ended(id)

    # ---- inside

    def _next_of(self, place: Place, queue: str) -> Person | None:
        """Who has been idle longest and could take it, if nobody who waits were overtaken by it."""
        fitting = [
            person
            for person in self.people.values()
            if person.id != place.agent
            and queue in person.queues
            and self.is_present(person)
            and self.has_room(person, place.channel)
            and self.now - place.unwilling.get(person.id, -1e9) >= DECLINED
            and not any(other.order < place.order for other in self._eligible(person))
        ]
        return min(fitting, key=lambda person: person.idle_first, default=None)

    def _ask_no_more(self, person_id: str) -> None:
        for place in self.places.values():
            if place.warm == person_id:
                self._end_warm(place)

    def _end_warm(self, place: Place) -> None:
        place.warm, place.warm_queue, place.is_for_company = None, None, False
        self._clear("warm", place.id)

    def _back(self, place: Place) -> None:
        super()._back(place)
        self._end_warm(place)
        self._leave_alone(place)

    def _part(self, place: Place) -> None:
        super()._part(place)
        self._end_warm(place)
        self._leave_alone(place)

    def _leave_alone(self, place: Place) -> None:
        """With the agent's part everybody's is over who came to it."""
        for person_id in list(place.beside):
            self.leave_company(place.id, person_id)
