"""What one contact counts for: its part in every sum, told apart by queue and agent.

Sums over parts are all that a report needs; they are made once from the events of a contact, and anew when it has more.
What depends on rules that may change (a queue's target, what is no waiting at all) is decided when they are summed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from assistant.model.contact import AgentId, Channel, ContactId, Outcome, QueueId
from assistant.model.events import Event
from assistant.model.facts import Announcement, ContactFacts, Talk
from assistant.model.measures import ANSWERABLE, LEFT, PASSIVE, PROMOTER, SATISFIED, SECOND, Asked
from assistant.model.offer import OfferState
from assistant.model.place import MICROSECOND

NOBODY = AgentId("")

# What is a queue's, whoever served it, and what is an agent's too.
OF_CONTACTS = (
    "entered",
    "messages",
    "served",
    "answered",
    "called_back",
    "callback_failed",
    "contained",
    "taken_back",
    "spoke",
    "held",
    "refused",
    "verified",
    "helped",
    "saved_micros",
    "scored",
    "in_range",
    "longer",
    "error_micros",
)
OF_AGENTS = (
    "services",
    "handled_micros",
    "transferred",
    "proofs_asked",
    "proofs_asked_again",
    "offers",
    "not_answered",
    "passed_over",
    "unexplained",
    "csat_given",
    "satisfied",
    "nps_given",
    "promoters",
    "detractors",
    "ces_given",
    "ces_sum",
    "resolved_given",
    "resolved",
)
COUNTS = (*OF_CONTACTS, *OF_AGENTS)
BY_RULE = ("waited_micros", "in_target", "abandoned", "short_abandoned")
"""What only the sums have: which of them a contact counts in, the rules say."""


@dataclass(frozen=True, slots=True)
class Part:
    """One contact's part with this queue and agent (`NOBODY`: with none). `counts` are of `COUNTS`, none of them zero.

    `waited_micros`, of the answered, is the wait from entry to connection; `left_micros` the time after which somebody
    left who was never served. Both stand in one part of a contact at most.
    """

    contact_id: ContactId
    entered_at: datetime
    queue: QueueId
    agent_id: AgentId
    channel: Channel
    topic: str | None
    counts: Mapping[str, int]
    waited_micros: int | None = None
    left_micros: int | None = None


@dataclass(frozen=True, slots=True)
class Stale:
    """A contact that has come to `seq` and was not counted since, with its events of `facts.COUNTED` in order."""

    contact_id: ContactId
    seq: int
    events: tuple[Event, ...]


class Parts(Protocol):
    """Where parts are kept. One transaction at a time counts: what was counted later stands."""

    def stale(self, limit: int, *, are_over: bool) -> Sequence[Stale]:
        """Some of the contacts that are over, or of those that are not; locks out others to the commit."""
        ...

    def put(self, found: Sequence[tuple[Stale, Sequence[Part]]]) -> None:
        """In place of what was counted of these contacts before."""
        ...

    def sum_up(self, rules: Asked, before: datetime, limit: int) -> int:
        """Sums up some hours that were over by then, by the rules of what is asked; how many. Locks out others, too.

        An hour of which a contact is counted anew is summed up no longer, until this is called again.
        """
        ...

    def count_all_anew(self) -> None:
        """Every contact is to be counted from its events once more."""
        ...


def parts_of(facts: ContactFacts) -> tuple[Part, ...]:
    """The first one is with the contact's queue and its last agent. Who was merged into another counts for nothing."""
    main = facts.queue, facts.services[-1].agent_id if facts.services else NOBODY
    counts: dict[tuple[QueueId, AgentId], Counter[str]] = defaultdict(Counter, {main: Counter()})
    waited = left = None
    if not facts.was_merged:
        waited, left = _waited(facts), _left(facts)
        _count_contact(counts[main], facts)
        _count_feedback(counts[main], facts.feedback)
        for told in facts.announcements:
            with_agent = main[1] if told.queue == facts.queue else NOBODY
            _count_announcement(counts[told.queue, with_agent], told)
        _count_agents(counts, facts)
    return tuple(
        Part(
            contact_id=facts.id,
            entered_at=facts.entered_at,
            queue=queue,
            agent_id=agent_id,
            channel=facts.channel,
            topic=facts.topic,
            counts={name: number for name, number in counted.items() if number},
            waited_micros=waited if (queue, agent_id) == main else None,
            left_micros=left if (queue, agent_id) == main else None,
        )
        for (queue, agent_id), counted in counts.items()
        if counted or (queue, agent_id) == main
    )


def _waited(facts: ContactFacts) -> int | None:
    if facts.connected_at is None or facts.asked_for_callback:
        return None
    return (facts.connected_at - facts.entered_at) // MICROSECOND


def _left(facts: ContactFacts) -> int | None:
    if facts.connected_at is not None or facts.outcome not in LEFT or facts.ended_at is None:
        return None
    return (facts.ended_at - facts.entered_at) // MICROSECOND


def _count_contact(counts: Counter[str], facts: ContactFacts) -> None:
    is_served = facts.connected_at is not None
    if facts.outcome is Outcome.MESSAGE_LEFT and not is_served:
        counts["messages"] += 1
        return
    counts["entered"] += 1
    counts["served"] += is_served
    counts["answered"] += is_served and not facts.asked_for_callback
    counts["called_back"] += is_served and facts.asked_for_callback
    counts["callback_failed"] += not is_served and facts.outcome is Outcome.CALLBACK_FAILED
    if not is_served and facts.outcome is Outcome.CONTAINED:
        counts["taken_back" if facts.was_taken_back else "contained"] += 1
    if not facts.was_connected_at_once:
        _count_talk(counts, facts.talk, is_served=is_served)


def _count_talk(counts: Counter[str], talk: Talk, *, is_served: bool) -> None:
    counts["spoke" if talk.gave_something else "refused" if talk.sent_away else "held"] += 1
    if is_served:
        counts["verified"] += talk.was_verified
        counts["helped"] += talk.gave_something
        counts["saved_micros"] += talk.asked_micros


def _count_announcement(counts: Counter[str], told: Announcement) -> None:
    if told.connected_at is None:
        return
    waited = (told.connected_at - told.told_at) // MICROSECOND
    counts["scored"] += 1
    counts["in_range"] += told.low_seconds * SECOND <= waited <= told.high_seconds * SECOND
    counts["longer"] += waited > told.high_seconds * SECOND
    counts["error_micros"] += waited - (told.low_seconds + told.high_seconds) * SECOND // 2


def _count_agents(counts: dict[tuple[QueueId, AgentId], Counter[str]], facts: ContactFacts) -> None:
    for service in facts.services:
        if service.freed_at is not None:
            mine = counts[service.queue, service.agent_id]
            mine["services"] += 1
            mine["handled_micros"] += (service.freed_at - service.connected_at) // MICROSECOND
            mine["transferred"] += service.was_transferred
    for proof in facts.proofs:
        counts[proof.queue, proof.agent_id]["proofs_asked"] += 1
        counts[proof.queue, proof.agent_id]["proofs_asked_again"] += proof.again
    for offer in facts.offers:
        mine = counts[offer.queue, offer.agent_id]
        mine["passed_over"] += offer.passed_over
        mine["unexplained"] += offer.unexplained
        if offer.outcome in ANSWERABLE:
            mine["offers"] += 1
            mine["not_answered"] += offer.outcome is OfferState.NOT_ANSWERED


def _count_feedback(counts: Counter[str], given: Mapping[str, Any]) -> None:
    if (csat := given.get("csat")) is not None:
        counts["csat_given"] += 1
        counts["satisfied"] += csat >= SATISFIED
    if (nps := given.get("nps")) is not None:
        counts["nps_given"] += 1
        counts["promoters"] += nps >= PROMOTER
        counts["detractors"] += nps < PASSIVE
    if (ces := given.get("ces")) is not None:
        counts["ces_given"] += 1
        counts["ces_sum"] += ces
    if (resolved := given.get("resolved")) is not None:
        counts["resolved_given"] += 1
        counts["resolved"] += bool(resolved)
