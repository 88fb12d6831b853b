"""The measures counted from the facts of contacts: what the database counts from its tables must be the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from assistant.model.contact import AgentId, Outcome, QueueId
from assistant.model.facts import Announcement, ContactFacts
from assistant.model.measures import ANSWERABLE, LEFT, PASSIVE, PROMOTER, SATISFIED, SECOND, Asked, By, Group, Measures
from assistant.model.offer import OfferState
from assistant.model.place import MICROSECOND


def measured(facts: Iterable[ContactFacts], asked: Asked) -> dict[Group, Measures]:
    """As `Reports.measures` promises; contacts that entered at another time are left out."""
    count = _Count(asked)
    for each in facts:
        if asked.begin <= each.entered_at < asked.end and not each.was_merged:
            count.see(each)
    return count.measures()


class _Count:
    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._counts: dict[Group, Counter[str]] = defaultdict(Counter)
        self._waits: dict[Group, list[int]] = defaultdict(list)

    def measures(self) -> dict[Group, Measures]:
        return {
            group: Measures(
                **counts,
                median_wait_micros=nearest_rank(self._waits[group], 50),
                p90_wait_micros=nearest_rank(self._waits[group], 90),
            )
            for group, counts in self._counts.items()
        }

    def see(self, facts: ContactFacts) -> None:
        n = (facts.entered_at - self._asked.begin) // self._asked.step
        if self._asked.by is not By.AGENT:
            self._count_contact(self._group(n, facts.queue), facts)
            for told in facts.announcements:
                self._count_announcement(self._group(n, told.queue), told)
        for service in facts.services:
            if service.freed_at is not None:
                counts = self._counts[self._group(n, service.queue, service.agent_id)]
                counts["services"] += 1
                counts["handled_micros"] += (service.freed_at - service.connected_at) // MICROSECOND
                counts["transferred"] += service.was_transferred
        for proof in facts.proofs:
            counts = self._counts[self._group(n, proof.queue, proof.agent_id)]
            counts["proofs_asked"] += 1
            counts["proofs_asked_again"] += proof.again
        for offer in facts.offers:
            if offer.outcome in ANSWERABLE:
                counts = self._counts[self._group(n, offer.queue, offer.agent_id)]
                counts["offers"] += 1
                counts["not_answered"] += offer.outcome is OfferState.NOT_ANSWERED
        last = facts.services[-1].agent_id if facts.services else None
        if facts.feedback and (last is not None or self._asked.by is not By.AGENT):
            _count_feedback(self._counts[self._group(n, facts.queue, last)], facts.feedback)

    def _group(self, n: int, queue: QueueId, agent_id: AgentId | None = None) -> Group:
        if self._asked.by is By.NOTHING:
            return Group(n, "")
        return Group(n, agent_id or "" if self._asked.by is By.AGENT else queue)

    def _count_contact(self, group: Group, facts: ContactFacts) -> None:
        counts = self._counts[group]
        if facts.outcome is Outcome.MESSAGE_LEFT and facts.connected_at is None:
            counts["messages"] += 1
            return
        counts["entered"] += 1
        if facts.connected_at is not None:
            counts["served"] += 1
            waited = (facts.connected_at - facts.entered_at) // MICROSECOND
            counts["called_back"] += facts.asked_for_callback
            if not facts.asked_for_callback:
                counts["answered"] += 1
                counts["waited_micros"] += waited
                target = self._asked.targets.get(facts.queue)
                counts["in_target"] += target is not None and waited <= target * SECOND
                self._waits[group].append(waited)
        elif facts.outcome in LEFT and facts.ended_at is not None:
            is_short = (facts.ended_at - facts.entered_at) <= timedelta(seconds=self._asked.short_abandon_seconds)
            counts["short_abandoned" if is_short else "abandoned"] += 1
        elif facts.outcome is Outcome.CONTAINED:
            counts["taken_back" if facts.was_taken_back else "contained"] += 1

    def _count_announcement(self, group: Group, told: Announcement) -> None:
        if told.connected_at is None:
            return
        waited = (told.connected_at - told.told_at) // MICROSECOND
        counts = self._counts[group]
        counts["scored"] += 1
        counts["in_range"] += told.low_seconds * SECOND <= waited <= told.high_seconds * SECOND
        counts["longer"] += waited > told.high_seconds * SECOND
        counts["error_micros"] += waited - (told.low_seconds + told.high_seconds) * SECOND // 2


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


def nearest_rank(values: list[int], percent: int) -> int | None:
    """The smallest of the values that so many per cent of them do not exceed; None of none."""
    rank = (percent * len(values) + 99) // 100
    return sorted(values)[rank - 1] if values else None
