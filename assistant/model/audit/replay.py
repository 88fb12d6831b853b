"""The proof that offers followed the order of the line, from the audit trail alone.

The events are replayed, in the order of time, into how every place stood; at each offer the older places that waited in
the agent's queues are looked up. Each of them must be named in the offer with a reason that the replay bears out, else
somebody was overtaken. Instants of several processes may differ by a tolerance: what would be in order if two events
within it had happened the other way round is called `simultaneous`.

Memory grows with the contacts that are open at one time, not with the events.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from datetime import datetime, timedelta

from assistant.model.audit.findings import SIMULTANEOUS, Fault, Finding
from assistant.model.audit.past_offer import PastOffer
from assistant.model.audit.past_place import PastPlace
from assistant.model.contact import AgentId, ContactId, State
from assistant.model.events import Event, EventType
from assistant.model.line_steps import cause_of, steps_between
from assistant.model.offer import OfferState
from assistant.model.place import EntryCause
from assistant.model.standing import Standing

TOLERANCE = timedelta(seconds=1)
REMEMBERED = timedelta(minutes=15)  # a place that was given up can be had back for a while
TURNED_DOWN = {OfferState.DECLINED.value, OfferState.NOT_ANSWERED.value}


class Audit:
    """Feed it with events in the order of their times, each contact's by `seq`; it gives what it finds.

    Offers from `begin` to before `end` are judged; what came earlier is only the picture they are judged by.
    """

    def __init__(self, begin: datetime, end: datetime, tolerance: timedelta = TOLERANCE) -> None:
        self._begin, self._end = begin, end
        self._tolerance = tolerance
        self._places: dict[ContactId, PastPlace] = defaultdict(PastPlace)
        self._lines: dict[str, list[tuple[int, ContactId]]] = defaultdict(list)
        self._undecided: deque[tuple[PastOffer, ContactId]] = deque()
        self._over: deque[tuple[datetime, ContactId]] = deque()
        self.offers = self.first_offers = self.faults = 0
        self.overtakes: Counter[str | None] = Counter()

    @property
    def is_proved(self) -> bool:
        return not self.faults and not self.overtakes[None]

    def see(self, at: datetime, event: Event) -> list[Finding]:
        """What is found once this event is known; `at` is its time, never before that of an event seen already."""
        found = self._decide(at - self._tolerance)
        try:
            found += self._replay(at, event)
        except (KeyError, TypeError, ValueError):
            found.append(Fault(at, event.contact_id, f"{event.type} does not tell what it should"))
        self._forget(at)
        return self._count(found)

    def _replay(self, at: datetime, event: Event) -> list[Finding]:
        standing = Standing.of_data(event.data["place"])
        place = self._places[event.contact_id]
        before = place.standing
        found = self._check_move(at, event, before, standing)
        if event.type is EventType.OFFER_MADE and standing.state is State.OFFERED and self._begin <= at < self._end:
            found += self._judge(PastOffer.of(at, event), before, standing)
        _remember_agents(place, event)
        self._stand(event.contact_id, before, standing)
        place.stands(standing, at, at - 2 * self._tolerance)
        if standing.state.is_over:
            self._over.append((at, event.contact_id))
        return found

    def finish(self) -> list[Finding]:
        """What was still undecided when the last event had been seen."""
        return self._count(self._decide(None))

    def _count(self, found: list[Finding]) -> list[Finding]:
        for finding in found:
            if isinstance(finding, Fault):
                self.faults += 1
            else:
                self.overtakes[finding.cause] += 1
        return found

    def _check_move(self, at: datetime, event: Event, before: Standing | None, now: Standing) -> list[Finding]:
        """A place moves for a reason of the closed list, and never to a younger order."""
        if before is None and event.seq > 1:
            return []  # its beginning was forgotten
        what = None
        if before is not None and now.order_at > before.order_at:
            what = f"{event.type} made the place younger"
        elif steps_between(before, now) and cause_of(event) is None:
            what = f"{event.type} moved the place without a reason"
        return [Fault(at, event.contact_id, what)] if what else []

    def _judge(self, offer: PastOffer, before: Standing | None, standing: Standing) -> list[Finding]:
        self.offers += 1
        self.first_offers += offer.is_first
        # what an agent has turned down may be passed on to this very agent
        refusals = [] if standing.direct_agent_id else self._places[offer.contact_id].refusals
        against = [f"it was offered although {why} was so" for why in sorted(offer.reasons_against(standing, refusals))]
        if (standing.order_at, standing.queue) != (offer.order_at, offer.queue):
            against.append("the offer tells another place than the contact has")
        if not offer.serves(standing) or (before is not None and before.state is not State.WAITING):
            against.append("what was offered was not this agent's to take")
        found: list[Finding] = [Fault(offer.at, offer.contact_id, what) for what in against]
        for other in {*self._older(offer), *offer.passed_over}:
            place = self._places[other] if other in self._places else PastPlace()
            if not offer.tells_truly(other, place, place.standing):
                self._undecided.append((offer, other))
            elif other in offer.passed_over:
                found.append(offer.overtakes(other, offer.passed_over[other]))
        return found

    def _older(self, offer: PastOffer) -> Iterator[ContactId]:
        """Who waits before the offered contact, in the queues of this agent and for this agent alone."""
        for line in (*offer.queues, _direct(offer.agent_id)):
            waiting = self._lines[line]
            for _, contact_id in waiting[: bisect_left(waiting, (offer.order_at, offer.contact_id))]:
                yield contact_id

    def _decide(self, until: datetime | None) -> list[Finding]:
        """Settles what could not be told before everything near its time was known."""
        found: list[Finding] = []
        while self._undecided and (until is None or self._undecided[0][0].at < until):
            offer, other = self._undecided.popleft()
            place = self._places[other] if other in self._places else PastPlace()
            near = place.between(offer.at - self._tolerance, offer.at + self._tolerance)
            is_near = any(offer.tells_truly(other, place, standing) for standing in near)
            found.append(offer.overtakes(other, SIMULTANEOUS if is_near else None))
        return found

    def _stand(self, contact_id: ContactId, before: Standing | None, now: Standing) -> None:
        for standing, is_now in ((before, False), (now, True)):
            if standing is None or standing.state is not State.WAITING:
                continue
            place = standing.order_at, contact_id
            direct = [_direct(standing.direct_agent_id)] if standing.direct_agent_id else []
            for waiting in (self._lines[line] for line in (standing.queue, *direct)):
                if is_now:
                    insort(waiting, place)
                else:
                    del waiting[bisect_left(waiting, place)]

    def _forget(self, at: datetime) -> None:
        """Drops the contacts that have been over for long."""
        while self._over and self._over[0][0] < at - REMEMBERED - 2 * self._tolerance:
            over_at, contact_id = self._over.popleft()
            place = self._places.get(contact_id)
            if place is not None and place.history[-1][0] == over_at:
                del self._places[contact_id]


def _remember_agents(place: PastPlace, event: Event) -> None:
    """Who turned this place down, who has it in hand, and who passed it on."""
    if event.type is EventType.OFFER_ENDED and event.data["outcome"] in TURNED_DOWN:
        place.refusals.append((AgentId(event.data["agent_id"]), event.at))
    is_passed_on = event.type is EventType.CONTACT_RETURNED and cause_of(event) == EntryCause.TRANSFERRED_IN
    if place.served_by is not None and is_passed_on:
        place.passed_on.append((place.served_by, event.at))
    if event.type is EventType.CONTACT_CONNECTED:
        place.served_by = AgentId(event.data["agent_id"])


def _direct(agent_id: AgentId) -> str:
    """The name under which the places for this agent alone are kept; no queue's, for those have no slash."""
    return f"agent/{agent_id}"
