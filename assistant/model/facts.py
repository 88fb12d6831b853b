"""What became of one contact, folded from its events: one record, from which every measure is counted.

The assistant's talk is no part of it: a wait runs from the entry to the connection with an agent, a service from the
connection until the agent's slot is free. So a talk with the assistant, or a chat that stays open for days, is nobody's
answer time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from assistant.model.contact import AgentId, Channel, ContactId, DialogueMode, Outcome, QueueId, Reach
from assistant.model.events import TELLS_STANDING, Author, Event, EventType
from assistant.model.offer import OfferState
from assistant.model.place import MICROSECOND, EntryCause
from assistant.model.standing import Standing

PROVED = 2
COUNTED = TELLS_STANDING | {
    EventType.MESSAGE_ADDED,
    EventType.GATHERED_UPDATED,
    EventType.VERIFICATION_ATTEMPTED,
    EventType.VERIFICATION_ASKED,
    EventType.SERVICE_TRIED,
    EventType.DIALOGUE_CHANGED,
    EventType.FEEDBACK_GIVEN,
    EventType.WAIT_ANNOUNCED,
    EventType.CONTAINMENT_TAKEN_BACK,
}
"""The events that have anything to tell here."""


@dataclass(frozen=True, slots=True)
class Service:
    """One agent's work on a contact, from the connection to the end of the wrap-up, or until it was passed on."""

    agent_id: AgentId
    queue: QueueId
    connected_at: datetime
    freed_at: datetime | None = None
    was_transferred: bool = False


@dataclass(frozen=True, slots=True)
class Offered:
    """One offer, counted in the queue in which it was made; `outcome` None: it is pending.

    `passed_over` older places were not offered before it, `unexplained` of them for no reason that is known.
    """

    agent_id: AgentId
    queue: QueueId
    outcome: OfferState | None = None
    passed_over: int = 0
    unexplained: int = 0


@dataclass(frozen=True, slots=True)
class AskedForProof:
    """An agent asked the caller who it is; `again`: of somebody who had proved it already."""

    agent_id: AgentId
    queue: QueueId
    again: bool


@dataclass(frozen=True, slots=True)
class Announcement:
    """A range that was told. `connected_at` is when the wait ended by service, if it can be held against it.

    That it can be only for who was there all the time: a caller who was away, asked for a callback or gave up in
    between waited longer than the range was about.
    """

    queue: QueueId
    low_seconds: int
    high_seconds: int
    told_at: datetime
    connected_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """What came of the assistant's talk with the caller until an agent came, or the end.

    `gave_something`: a matter was noted, a proof passed or a service tried; the last of them at `given_at`.
    `sent_away`: it fell quiet, as the caller wished. `was_verified`: by PIN, code or token.
    """

    first_words_at: datetime | None = None
    given_at: datetime | None = None
    was_verified: bool = False
    sent_away: bool = False

    @property
    def gave_something(self) -> bool:
        return self.given_at is not None

    @property
    def asked_micros(self) -> int:
        """From the caller's first words to the last thing that was given: so long nobody has to ask any more."""
        if self.given_at is None or self.first_words_at is None:
            return 0
        return max(0, (self.given_at - self.first_words_at) // MICROSECOND)


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """`queue`, `channel` and `connected_at` are those of the first connection, or else where the contact is now.

    `topic` is the last that was told, None where nothing may be passed on. `asked_for_callback` before the first
    connection. `was_merged`: the place went on as another contact's. `was_taken_back`: what it was given up for as
    settled has brought the same caller back. `was_connected_at_once`: somebody was free, and no talk was begun.
    """

    id: ContactId
    queue: QueueId
    entered_at: datetime
    channel: Channel = Channel.CHAT
    topic: str | None = None
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    asked_for_callback: bool = False
    was_merged: bool = False
    was_taken_back: bool = False
    was_connected_at_once: bool = False
    talk: Talk = Talk()
    services: tuple[Service, ...] = ()
    offers: tuple[Offered, ...] = ()
    proofs: tuple[AskedForProof, ...] = ()
    announcements: tuple[Announcement, ...] = ()
    feedback: Mapping[str, Any] = field(default_factory=dict)


def replayed(events: Iterable[Event]) -> ContactFacts:
    """The facts of one contact from all its events, or those of `COUNTED`, in order of `seq`.

    Raises `ValueError` where none of them tells how the place stands.
    """
    fold: _Fold | None = None
    for event in events:
        if fold is None and event.type in TELLS_STANDING:
            fold = _Fold(event)
        if fold is not None:
            fold.see(event)
    if fold is None:
        raise ValueError("nothing is told of the place")
    return fold.facts()


class _Fold:
    def __init__(self, first: Event) -> None:
        standing = Standing.of_data(first.data["place"])
        self._facts = ContactFacts(first.contact_id, standing.queue, standing.entered_at)
        self._talk = Talk()
        self._services: list[Service] = []
        self._offers: dict[str, Offered] = {}
        self._proofs: list[AskedForProof] = []
        self._announcements: list[Announcement] = []
        self._open_announcements: list[int] = []

    def facts(self) -> ContactFacts:
        return replace(
            self._facts,
            talk=self._talk,
            services=tuple(self._services),
            offers=tuple(self._offers.values()),
            proofs=tuple(self._proofs),
            announcements=tuple(self._announcements),
        )

    def see(self, event: Event) -> None:
        if event.type in TELLS_STANDING:
            self._stand(Standing.of_data(event.data["place"]))
        if self._facts.connected_at is None:
            self._listen(event)
        match event.type:
            case EventType.CONTACT_PLACED if event.data.get("connecting"):
                self._facts = replace(self._facts, was_connected_at_once=True)
            case EventType.CONTACT_PLACED:
                self._announce(event)
            case EventType.GATHERED_UPDATED:
                self._facts = replace(self._facts, topic=event.data.get("topic"))
            case EventType.WAIT_ANNOUNCED:
                self._announce(event)
            case EventType.OFFER_MADE:
                self._offers[event.data["offer_id"]] = _offered(event.data)
            case EventType.OFFER_ENDED:
                offer_id = event.data["offer_id"]
                self._offers[offer_id] = replace(self._offers[offer_id], outcome=OfferState(event.data["outcome"]))
            case EventType.VERIFICATION_ASKED:
                asked = event.data
                self._proofs.append(AskedForProof(AgentId(asked["by"]), QueueId(asked["queue"]), bool(asked["again"])))
            case EventType.CONTACT_CONNECTED:
                self._connect(event)
            case EventType.CONTACT_RETURNED:
                self._free(event.at, was_transferred=event.data.get("cause") == EntryCause.TRANSFERRED_IN)
            case EventType.CONTACT_WRAPPED:
                self._free(event.at, was_transferred=False)
            case EventType.CONTACT_CLOSED:
                self._facts = replace(self._facts, outcome=Outcome(event.data["outcome"]), ended_at=event.at)
            case EventType.PLACE_RECLAIMED:
                self._facts = replace(self._facts, outcome=None, ended_at=None)
            case EventType.PLACES_MERGED if event.data.get("into"):
                self._facts = replace(self._facts, was_merged=True)
            case EventType.CONTAINMENT_TAKEN_BACK:
                self._facts = replace(self._facts, was_taken_back=True)
            case EventType.FEEDBACK_GIVEN:
                self._facts = replace(self._facts, feedback={**event.data, **self._facts.feedback})

    def _stand(self, standing: Standing) -> None:
        facts = replace(self._facts, entered_at=standing.entered_at)
        if facts.connected_at is None:
            asks = standing.reach is Reach.CALLBACK
            asks = facts.asked_for_callback or asks
            facts = replace(facts, queue=standing.queue, channel=standing.channel, asked_for_callback=asks)
        self._facts = facts
        is_there = standing.reach is Reach.PRESENT and not standing.state.is_over
        if not is_there:
            self._open_announcements = []

    def _listen(self, event: Event) -> None:
        """What the caller says to the assistant, and what it makes of it."""
        data, talk = event.data, self._talk
        match event.type:
            case EventType.MESSAGE_ADDED if data.get("author") == Author.CALLER and talk.first_words_at is None:
                self._talk = replace(talk, first_words_at=event.at)
            case EventType.DIALOGUE_CHANGED if data.get("dialogue") == DialogueMode.QUIET:
                self._talk = replace(talk, sent_away=True)
            case EventType.VERIFICATION_ATTEMPTED if data.get("level", 0) >= PROVED:
                self._talk = replace(talk, was_verified=True, given_at=event.at)
            case EventType.GATHERED_UPDATED if data.get("topic") is not None:
                self._talk = replace(talk, given_at=event.at)
            case EventType.SERVICE_TRIED:
                self._talk = replace(talk, given_at=event.at)

    def _announce(self, event: Event) -> None:
        wait = event.data.get("wait")
        if wait and wait["known"]:
            queue, low, high = QueueId(event.data["queue"]), wait["low_seconds"], wait["high_seconds"]
            self._open_announcements.append(len(self._announcements))
            self._announcements.append(Announcement(queue, low, high, event.at))

    def _connect(self, event: Event) -> None:
        queue = QueueId(event.data["place"]["queue"])
        if self._facts.connected_at is None:
            channel = Channel(event.data["place"]["channel"])
            self._facts = replace(self._facts, queue=queue, channel=channel, connected_at=event.at)
        self._free(event.at, was_transferred=True)
        self._services.append(Service(AgentId(event.data["agent_id"]), queue, event.at))
        for n in self._open_announcements:
            self._announcements[n] = replace(self._announcements[n], connected_at=event.at)
        self._open_announcements = []

    def _free(self, at: datetime, *, was_transferred: bool) -> None:
        """The agent's work on it, if any is under way, is done."""
        if self._services and self._services[-1].freed_at is None:
            self._services[-1] = replace(self._services[-1], freed_at=at, was_transferred=was_transferred)


def _offered(data: Mapping[str, Any]) -> Offered:
    passed_over = data.get("passed_over", ())
    unexplained = sum(each["why"] is None for each in passed_over)
    return Offered(AgentId(data["agent_id"]), QueueId(data["queue"]), None, len(passed_over), unexplained)
