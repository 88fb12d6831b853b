"""What the conversation knows at one moment, and what it does next. Plain values: nothing here knows Rasa."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Dict, FrozenSet, Mapping, Optional, Tuple

ENOUGH_FOR_MOST = 2
"""The level that a service needs of which nothing else is known."""


class Stage(str, Enum):
    """The question or the order that is open outside of a form. None of them is open while a form asks for facts."""

    VERIFY = "verify"
    VERIFY_AGAIN = "verify_again"
    VERIFY_LATER = "verify_later"
    LOOK_UP = "look_up"
    CHOOSE = "choose"
    HOW_MUCH = "how_much"
    READ_BACK = "read_back"
    SETTLING = "settling"
    ANYTHING_ELSE = "anything_else"
    GO_BACK = "go_back"
    DID_THAT_SETTLE = "did_that_settle"
    GIVE_UP = "give_up"
    OFFER_QUIET = "offer_quiet"
    GUESS = "guess"
    MOVE_QUEUE = "move_queue"
    EARLIER = "earlier"
    CALLBACK_NUMBER = "callback_number"


STEPS: Mapping[Stage, str] = {
    Stage.VERIFY: "identity",
    Stage.VERIFY_AGAIN: "identity",
    Stage.READ_BACK: "confirm",
    Stage.SETTLING: "confirm",
}
"""The stages in which being cut off loses something, and what the wire calls them."""


@dataclass(frozen=True)
class Topic:
    """A matter that a caller may raise: its facts in the order in which they are asked, and what can settle it.

    A service of the topic's own name settles it at once, without a question for its facts; `service` does so once
    they are told. `leads_to` are the topics that bare words ask for while this one is talked about ("and how much?").
    """

    name: str
    facts: Tuple[str, ...]
    spoken: str
    service: Optional[str] = None
    then: Optional[str] = None
    urgent: bool = False
    leads_to: Mapping[str, str] = field(default_factory=dict)

    @property
    def form(self) -> str:
        return f"{self.name}_form"


@dataclass(frozen=True)
class Service:
    """What the service can settle or tell, and how the talk comes to it.

    `by` are the facts that tell one card, bill or account from another; only those that have the value `having` count.
    An `effect` is read back and wants a yes; `sums` is the value of which a part may be meant: the amount of a bill.
    `lists` tells several at once, as transactions do. What is told is worded apart for each status in `varies`. Topics
    in `named` are words for the service itself while it is being settled: "a new card" for the replacement.
    """

    name: str
    by: Tuple[str, ...] = ()
    having: Optional[str] = None
    effect: bool = False
    sums: Optional[str] = None
    lists: bool = False
    varies: Tuple[str, ...] = ()
    named: Tuple[str, ...] = ()


@dataclass(frozen=True)
class Matters:
    """All that callers may raise, and all that can be settled. What is not in `services` is answered by a page."""

    topics: Mapping[str, Topic]
    services: Mapping[str, Service]

    def service(self, name: Optional[str]) -> Service:
        return self.services.get(name or "") or Service(name or "")


@dataclass(frozen=True)
class Reading:
    """One message in its context. `filled` are the facts that this message gave, `corrected` those that it changed."""

    intent: str
    slots: Mapping[str, Any]
    text: str = ""
    confidence: float = 1.0
    data: Mapping[str, Any] = field(default_factory=dict)
    filled: FrozenSet[str] = frozenset()
    corrected: FrozenSet[str] = frozenset()
    form: Optional[str] = None
    last_said: Tuple[str, ...] = ()
    is_first: bool = False

    @property
    def stage(self) -> Optional[Stage]:
        value = self.slots.get("stage")
        return Stage(value) if value else None

    @property
    def topic(self) -> Optional[str]:
        return self.slots.get("topic")

    @property
    def done(self) -> Tuple[str, ...]:
        return tuple(self.slots.get("done") or ())

    @property
    def level(self) -> float:
        """How well it is known who is calling."""
        return float(self.slots.get("verified_level") or 0)

    def offers(self, service: Optional[str]) -> bool:
        """Whether the service can be settled here and now."""
        return bool(service) and service in (self.slots.get("services") or ())

    def needs(self, service: Optional[str]) -> int:
        """The level of verification that the tenant wants for the service."""
        return int((self.slots.get("levels") or {}).get(service, ENOUGH_FOR_MOST))

    def settles(self, topic: Optional[Topic]) -> Optional[str]:
        """The service on offer that settles the topic: the one of its own name before the one after its facts."""
        names = (topic.name, topic.service) if topic else ()
        return next((name for name in names if self.offers(name)), None)

    def after(self, turn: Turn) -> Reading:
        """The same moment with what the turn has noted, for the part of the turn that follows."""
        return replace(self, slots={**self.slots, **turn.note}, form=None if turn.closes_form else self.form)


@dataclass(frozen=True)
class Turn:
    """What to say, as names of responses and forms in their order, and what to note in slots."""

    say: Tuple[str, ...] = ()
    note: Dict[str, Any] = field(default_factory=dict)
    closes_form: bool = False

    def then(self, other: Turn) -> Turn:
        """Both, one after the other."""
        return Turn(self.say + other.say, {**self.note, **other.note}, self.closes_form or other.closes_form)


def say(*names: str, **note: Any) -> Turn:
    return Turn(names, note)
