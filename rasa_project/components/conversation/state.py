"""What the conversation knows at one moment, and what it does next. Plain values: nothing here knows Rasa."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Dict, FrozenSet, Mapping, Optional, Tuple


class Stage(str, Enum):
    """The question or the order that is open outside of a form. None of them is open while a form asks for facts."""

    VERIFY = "verify"
    VERIFY_AGAIN = "verify_again"
    VERIFY_LATER = "verify_later"
    LOOK_UP = "look_up"
    CHOOSE_CARD = "choose_card"
    READ_BACK = "read_back"
    SETTLING = "settling"
    ANYTHING_ELSE = "anything_else"
    GO_BACK = "go_back"
    DID_THAT_SETTLE = "did_that_settle"
    GIVE_UP = "give_up"
    OFFER_QUIET = "offer_quiet"
    GUESS = "guess"


STEPS: Mapping[Stage, str] = {
    Stage.VERIFY: "identity",
    Stage.VERIFY_AGAIN: "identity",
    Stage.READ_BACK: "confirm",
    Stage.SETTLING: "confirm",
}
"""The stages in which being cut off loses something, and what the wire calls them."""


@dataclass(frozen=True)
class Topic:
    """A matter that a caller may raise: its facts in the order in which they are asked, and what can settle it."""

    name: str
    facts: Tuple[str, ...]
    spoken: str
    service: Optional[str] = None
    then: Optional[str] = None
    urgent: bool = False

    @property
    def form(self) -> str:
        return f"{self.name}_form"


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

    def offers(self, service: Optional[str]) -> bool:
        """Whether the service can be settled here and now."""
        return bool(service) and service in (self.slots.get("services") or ())

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
