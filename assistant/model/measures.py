"""The field's measures, each with its formula: counted from the facts of contacts, or by SQL to the same numbers.

Every contact counts in the hour or day in which it entered, whatever happened later. Merged contacts count nowhere: the
place went on as another's. Instants and durations are whole microseconds until the last division, so that two ways of
counting can be compared exactly.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from assistant.model.contact import AgentId, Channel, Outcome, QueueId
from assistant.model.offer import OfferState

LEFT = frozenset({Outcome.LEFT, Outcome.ABANDONED})
ANSWERABLE = frozenset({OfferState.ACCEPTED, OfferState.DECLINED, OfferState.NOT_ANSWERED})
SATISFIED, PROMOTER, PASSIVE = 4, 9, 7  # the lowest CSAT of five, and the lowest NPS of each kind
SECOND = 1_000_000


class By(StrEnum):
    """What measures are told apart by, over the whole time; by hour, day or week they are each queue's."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    QUEUE = "queue"
    CHANNEL = "channel"
    TOPIC = "topic"
    AGENT = "agent"
    NOTHING = "nothing"


STEPS = {By.HOUR: timedelta(hours=1), By.DAY: timedelta(days=1), By.WEEK: timedelta(weeks=1)}
KEYS = (By.QUEUE, By.CHANNEL, By.TOPIC, By.AGENT)


class Counted(Protocol):
    """What a row is told apart by."""

    @property
    def entered_at(self) -> datetime: ...
    @property
    def queue(self) -> QueueId: ...
    @property
    def channel(self) -> Channel: ...
    @property
    def topic(self) -> str | None: ...
    @property
    def agent_id(self) -> AgentId: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """Contacts that entered from `begin` to before `end`. Hours, days and weeks are counted from `begin`.

    `targets` are the seconds of each queue's service level; who leaves within `short_abandon_seconds` has not waited.
    `only` what has these values counts; the values are as in a group's `key`. Without `percentiles`, which are to be
    had of each wait alone, what is left is quick to tell.
    """

    begin: datetime
    end: datetime
    by: By
    targets: Mapping[QueueId, int]
    short_abandon_seconds: float
    only: Mapping[By, str] = field(default_factory=dict)
    percentiles: bool = True

    @property
    def step(self) -> timedelta:
        return STEPS.get(self.by, self.end - self.begin)

    @property
    def key(self) -> By | None:
        """What a group's key is; None where all is one group."""
        if self.by is By.NOTHING:
            return None
        return self.by if self.by in KEYS else By.QUEUE

    @property
    def short_abandon_micros(self) -> int:
        return round(self.short_abandon_seconds * SECOND)

    @property
    def rules(self) -> str:
        """A code of what decides which sums a contact counts in: the same for the same rules."""
        targets = sorted((id, seconds) for id, seconds in self.targets.items())
        return hashlib.sha256(repr((targets, self.short_abandon_micros)).encode()).hexdigest()[:40]

    def begin_of(self, n: int) -> datetime:
        return self.begin + n * self.step

    def group_of(self, counted: Counted) -> Group:
        n = (counted.entered_at - self.begin) // self.step
        return Group(n, "" if self.key is None else self.value_of(counted, self.key))

    def value_of(self, counted: Counted, by: By) -> str:
        values = {
            By.QUEUE: counted.queue,
            By.CHANNEL: counted.channel.value,
            By.TOPIC: counted.topic or "",
            By.AGENT: counted.agent_id,
        }
        return values[by]


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """`n` counts the steps since the beginning; `key` is the queue, channel, topic or agent, empty for none."""

    n: int
    key: str


@dataclass(frozen=True, slots=True)
class Measures:
    """Counts of one group, and what the field makes of them; a rate is None where there is nothing to divide by.

    `served` were connected to an agent, `answered` of them without having asked for a callback, `called_back` after
    it. `abandoned` left while waiting, never served, `short_abandoned` so soon that they count as no waiting at all;
    `contained` said yes to giving up the place because the matter was settled, and were never served; who came back on
    the topic within seven days is `taken_back` instead. `messages` were left by callers who waited for nobody: they
    count in nothing else. `callback_failed` were closed after the last try to call them back. `proofs_asked` counts how
    often agents asked a caller for PIN or code, `proofs_asked_again` how often of a caller who had proved it already.

    Of those with whom the assistant talked, `spoke` gave it something (a matter, a proof, a wish that it carried out),
    `refused` sent it away instead, `held` did neither. Of the served, `verified` had proved who they are before the
    agent came, `helped` had given something; `saved_micros` is the time from their first words to the last of it.
    `median_wait_seconds` and `p90_wait_seconds` are waits, in seconds begun, that half and nine in ten of the answered
    did not exceed (nearest rank). `passed_over` counts older places that were not offered before a younger one,
    `unexplained` those of them with no reason.
    """

    entered: int = 0
    served: int = 0
    answered: int = 0
    called_back: int = 0
    callback_failed: int = 0
    in_target: int = 0
    waited_micros: int = 0
    abandoned: int = 0
    short_abandoned: int = 0
    contained: int = 0
    taken_back: int = 0
    messages: int = 0
    spoke: int = 0
    held: int = 0
    refused: int = 0
    verified: int = 0
    helped: int = 0
    saved_micros: int = 0
    services: int = 0
    handled_micros: int = 0
    transferred: int = 0
    proofs_asked: int = 0
    proofs_asked_again: int = 0
    offers: int = 0
    not_answered: int = 0
    passed_over: int = 0
    unexplained: int = 0
    csat_given: int = 0
    satisfied: int = 0
    nps_given: int = 0
    promoters: int = 0
    detractors: int = 0
    ces_given: int = 0
    ces_sum: int = 0
    resolved_given: int = 0
    resolved: int = 0
    scored: int = 0
    in_range: int = 0
    longer: int = 0
    error_micros: int = 0
    median_wait_seconds: int | None = None
    p90_wait_seconds: int | None = None

    def __add__(self, other: Measures) -> Measures:
        """Both together; the percentiles of a whole are not those of its parts, and are left out."""
        names = [each.name for each in fields(self) if each.name not in PERCENTILES]
        return Measures(**{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def asa_seconds(self) -> float | None:
        """Average speed of answer: mean of connection − entry, over the answered."""
        return _ratio(self.waited_micros, self.answered * SECOND)

    @property
    def service_level(self) -> float | None:
        """Answered within the queue's target ÷ (answered + abandoned); short abandons are left out."""
        return _ratio(self.in_target, self.answered + self.abandoned)

    @property
    def abandonment_rate(self) -> float | None:
        """Abandoned ÷ (served + abandoned): of those who wanted an agent to the end. Short abandons are left out."""
        return _ratio(self.abandoned, self.served + self.abandoned)

    @property
    def containment_rate(self) -> float | None:
        """Contained ÷ (served + abandoned + contained + taken back): settled by the caller's own word, and for good."""
        return _ratio(self.contained, self.served + self.abandoned + self.contained + self.taken_back)

    @property
    def callback_kept_rate(self) -> float | None:
        """Called back ÷ (called back + callbacks that failed at every try)."""
        return _ratio(self.called_back, self.called_back + self.callback_failed)

    @property
    def adoption_rate(self) -> float | None:
        """Gave the assistant something ÷ (gave something + held + sent it away)."""
        return _ratio(self.spoke, self.spoke + self.held + self.refused)

    @property
    def verification_rate(self) -> float | None:
        """Served who had proved who they are before the agent came ÷ served."""
        return _ratio(self.verified, self.served)

    @property
    def saved_seconds(self) -> float | None:
        """Mean of (last thing given to the assistant − first words), over the served who gave it something."""
        return _ratio(self.saved_micros, self.helped * SECOND)

    @property
    def aht_seconds(self) -> float | None:
        """Average handle time: mean of (slot free again − connection), wrap-up included, over finished services."""
        return _ratio(self.handled_micros, self.services * SECOND)

    @property
    def transfer_rate(self) -> float | None:
        """Services that ended in a transfer ÷ finished services."""
        return _ratio(self.transferred, self.services)

    @property
    def asked_again_rate(self) -> float | None:
        """Proof asked for again by agents, of callers who had given it ÷ finished services: nobody is to repeat it."""
        return _ratio(self.proofs_asked_again, self.services)

    @property
    def rona_rate(self) -> float | None:
        """Offers not answered ÷ offers accepted, declined or not answered; rescinded ones are left out."""
        return _ratio(self.not_answered, self.offers)

    @property
    def csat(self) -> float | None:
        """Customer satisfaction: answers of 4 or 5 ÷ answers (1 to 5)."""
        return _ratio(self.satisfied, self.csat_given)

    @property
    def nps(self) -> float | None:
        """Net promoter score, −100 to 100: 100 × (answers of 9 and 10 − answers of 0 to 6) ÷ answers (0 to 10)."""
        return _ratio(100 * (self.promoters - self.detractors), self.nps_given)

    @property
    def ces(self) -> float | None:
        """Customer effort score: mean of the answers (1 to 7)."""
        return _ratio(self.ces_sum, self.ces_given)

    @property
    def fcr(self) -> float | None:
        """First contact resolution as callers say it: answers "it was resolved" ÷ answers to that question."""
        return _ratio(self.resolved, self.resolved_given)

    @property
    def coverage(self) -> float | None:
        """Waits that ended within the range that was told (P10 to P90: four in five) ÷ waits scored."""
        return _ratio(self.in_range, self.scored)

    @property
    def longer_rate(self) -> float | None:
        """Waits that took longer than the range that was told (one in ten) ÷ waits scored."""
        return _ratio(self.longer, self.scored)

    @property
    def mean_error_seconds(self) -> float | None:
        """Mean of (waited since it was told − middle of the range): above zero, waits are longer than told."""
        return _ratio(self.error_micros, self.scored * SECOND)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


PERCENTILES = {"median_wait_seconds": 50, "p90_wait_seconds": 90}


class Reports(Protocol):
    """The measures, summed by the database over what was counted of each contact (see `assistant.model.parts`)."""

    def measures(self, asked: Asked) -> dict[Group, Measures]:
        """Every group in which anything is to be counted."""
        ...

    def with_total(self, asked: Asked) -> tuple[dict[Group, Measures], Measures]:
        """The groups, and all that was asked for together: as by `By.NOTHING`, but the contacts are looked at once."""
        ...
