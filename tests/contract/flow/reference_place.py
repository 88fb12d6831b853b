"""What the reference model knows of a place and of an agent."""

from __future__ import annotations

from dataclasses import dataclass, field

IN_LINE = {"waiting", "offered"}
OVER = {"wrapping", "closed", "contained", "abandoned"}
DECLINED = 60.0


@dataclass
class Place:
    id: str
    queue: str
    order_at: int
    state: str = "waiting"
    channel: str = "chat"
    reach: str = "present"
    leg: str | None = None
    """The channel of the one connection that is up."""
    agent: str | None = None
    slot: str | None = None
    is_accepted: bool = False
    kept_for: str | None = None
    """The only agent who is offered the place."""
    last_agent: str | None = None
    turned_down: dict[str, float] = field(default_factory=dict)
    # of a callback
    number: str | None = None
    call_at: float = 0.0
    waits_for_end: bool = False
    """It would be called now, but for a call that may be up."""
    tries: int = 0
    is_rung: bool = False
    """The agent's telephone was rung for the present offer."""
    is_called: bool = False
    """The customer was called for the present offer."""
    call: str | None = None
    """The last call to the customer, which has not ended: `up` or `taken`."""
    # of a contact that an agent wants to pass on warm
    warm: str | None = None
    """The colleague who is asked."""
    warm_queue: str | None = None
    is_for_company: bool = False
    """The colleague is asked to come too, and not to take over."""
    beside: list[str] = field(default_factory=list)
    """Colleagues who have come; each takes a slot for it."""
    unwilling: dict[str, float] = field(default_factory=dict)

    @property
    def order(self) -> tuple[int, str]:
        return self.order_at, self.id

    @property
    def served_on(self) -> str:
        return "voice" if self.reach == "callback" else self.channel

    def can_be_reached(self, now: float) -> bool:
        return self.reach == "present" or (self.reach == "callback" and self.call_at <= now)

    def is_offered_to(self, person_id: str) -> None:
        self.state, self.agent, self.slot = "offered", person_id, self.served_on
        self.is_accepted = self.is_rung = self.is_called = False

    def stands(self, reach: str) -> None:
        """Not to be called back, or not any more."""
        self.reach, self.number, self.waits_for_end, self.tries = reach, None, False, 0


@dataclass
class Person:
    id: str
    queues: tuple[str, ...]
    slots: int
    is_ready: bool = False
    is_reachable: bool = False
    idle_since: float | None = None

    @property
    def idle_first(self) -> tuple[bool, float, str]:
        return self.idle_since is None, self.idle_since or 0.0, self.id
