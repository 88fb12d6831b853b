"""One offer in the replay: what its event tells, held against how the places stood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from assistant.model.audit.findings import Overtake
from assistant.model.audit.past_place import PastPlace
from assistant.model.contact import AgentId, ContactId, QueueId, State
from assistant.model.events import Event
from assistant.model.place import WhyPassed, from_micros
from assistant.model.standing import Standing


@dataclass(frozen=True, slots=True)
class PastOffer:
    """One offer as its event tells it. `at` is its time in the replay, `told_at` what its process took for now."""

    at: datetime
    told_at: datetime
    id: str
    agent_id: AgentId
    contact_id: ContactId
    queue: QueueId
    order_at: int
    is_first: bool
    queues: frozenset[str]
    languages: frozenset[str]
    channels: frozenset[str]
    declined_since: datetime | None
    passed_over: dict[ContactId, str | None]

    @classmethod
    def of(cls, at: datetime, event: Event) -> PastOffer:
        data = event.data
        since: int | None = data.get("declined_since")
        return cls(
            at=at,
            told_at=event.at,
            id=data["offer_id"],
            agent_id=AgentId(data["agent_id"]),
            contact_id=event.contact_id,
            queue=QueueId(data["queue"]),
            order_at=data["order_at"],
            is_first=data["attempt"] == 1,
            queues=frozenset(data["queues"]),
            languages=frozenset(data["languages"]),
            channels=frozenset(data["channels"]),
            declined_since=None if since is None else from_micros(since),
            passed_over={ContactId(each["contact_id"]): each["why"] for each in data["passed_over"]},
        )

    def serves(self, standing: Standing) -> bool:
        """The place is of a queue of the agent's, or for this agent alone."""
        return standing.queue in self.queues or standing.direct_agent_id == self.agent_id

    def reasons_against(self, standing: Standing, refusals: Iterable[tuple[AgentId, datetime]]) -> set[str]:
        """Every reason for which this agent could not be offered a place that stands so, and was refused so."""
        reasons = set()
        if not standing.can_be_reached(self.told_at):
            reasons.add(WhyPassed.AWAY.value)
        if standing.direct_agent_id not in {None, self.agent_id}:
            reasons.add(WhyPassed.DIRECT_TRANSFER.value)
        if standing.language not in self.languages and standing.direct_agent_id is None:
            reasons.add(WhyPassed.LANGUAGE.value)
        if standing.slot_channel not in self.channels:
            reasons.add(WhyPassed.NO_SLOT.value)
        mine = [at for agent, at in refusals if agent == self.agent_id]
        if any(self.declined_since is None or at > self.declined_since for at in mine):
            reasons.add(WhyPassed.DECLINED_RECENTLY.value)
        return reasons

    def tells_truly(self, other: ContactId, place: PastPlace, standing: Standing | None) -> bool:
        """Whether what the offer says of the other place, or its silence, is right if it stood like this."""
        if standing is None or standing.state is not State.WAITING or not self.serves(standing):
            return other not in self.passed_over
        if (standing.order_at, other) > (self.order_at, self.contact_id):
            return other not in self.passed_over
        refusals = chain(place.refusals, place.passed_on)
        return self.passed_over.get(other) in self.reasons_against(standing, refusals)

    def overtakes(self, other: ContactId, cause: str | None) -> Overtake:
        return Overtake(
            self.at, self.id, self.agent_id, self.contact_id, other, self.queue, self.is_first, cause
        )  # fmt: skip
