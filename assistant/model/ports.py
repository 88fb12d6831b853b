"""The ports: what the flow needs of the world besides storage, as Protocols named by role."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from assistant.model.agent import Agent
from assistant.model.contact import Channel, Contact, OfferId, QueueId
from assistant.model.supervision import Beside


class Clock(Protocol):
    """Time as a port: tests move it."""

    def now(self) -> datetime: ...


class Bus(Protocol):
    """Wakes whoever follows a topic, in this process and others. It may lose notices; it is never the truth.

    An empty payload means that something may have been missed: look for yourself. An `event` comes along within the
    process that committed it, and spares a look; it never leaves the process.
    """

    @property
    def is_connected(self) -> bool:
        """Whether what other processes tell is heard at once."""
        ...

    def publish(self, topic: str, payload: dict[str, Any]) -> None: ...

    def subscribe(self, topic: str, callback: Callable[[dict[str, Any]], None]) -> Callable[[], None]:
        """Calls back for each notice; the returned function ends the subscription."""
        ...


@dataclass(frozen=True, slots=True)
class OtherMatter:
    """A matter beside the one that is talked about, with its own facts; one that was taken back has the value None."""

    topic: str
    facts: Mapping[str, str | None]
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class OtherLine:
    """A line that handles a topic better than the one in which the caller stands; `name` as it is said aloud."""

    queue: QueueId
    name: str


@dataclass(frozen=True, slots=True)
class EarlierContact:
    """What the caller was last in touch about. `spoken` None: as the engine calls the topic; `facts` are known."""

    topic: str
    spoken: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How the caller stands with us just now.

    `consent` is `asked`, `given`, `refused` or None. `agent_waits`: an agent has accepted, and waits for the step to
    end. `suits` are topics that another line handles. `is_familiar`: they were in touch before; None: nobody looked.
    `spoke_before`: the words were said before the caller could have heard the assistant's last ones.
    """

    asks_consent: bool = False
    consent: str | None = None
    agent_waits: bool = False
    suits: Mapping[str, OtherLine] = field(default_factory=dict)
    earlier: EarlierContact | None = None
    is_familiar: bool | None = None
    spoke_before: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """What the dialogue engine is told: words or one structured message, never both, and what is known.

    `done` are the services that have been carried out.
    """

    conversation: str
    words: str | None
    structured: tuple[str, dict[str, Any]] | None
    channel: Channel
    language: str
    verified_level: int
    topic: str | None
    facts: Mapping[str, str | None]
    customer_name: str | None
    done: tuple[str, ...] = ()
    also: tuple[OtherMatter, ...] = ()
    circumstances: Circumstances = Circumstances()


@dataclass(frozen=True, slots=True)
class Saying:
    """One message of the assistant; its text may hold live placeholders."""

    text: str
    buttons: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """What the assistant asks the service to carry out."""

    name: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """The engine's answer to one turn. `topic`, `facts`, `also` and `consent` are the whole current state."""

    sayings: tuple[Saying, ...]
    order: Order | None
    topic: str | None
    facts: dict[str, str]
    step: str | None
    intent: str | None = None
    confidence: float | None = None
    is_urgent: bool = False
    also: tuple[OtherMatter, ...] = ()
    consent: str | None = None


class DialogueEngine(Protocol):
    """Decides what to say; never calls back. Raises `Unavailable` when away, slow or talking rubbish."""

    async def turn(self, turn: Turn) -> Reply: ...
    async def is_ready(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as the back office knows one. `marks`, as `vulnerable`, may give a head start by the tenant's rules;
    `phone` is the number on file, to which one-time codes go.
    """

    number: str
    name: str
    marks: tuple[str, ...] = ()
    phone: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ServiceOutcome:
    """How a service ended: `done`, `already_done`, `refused` or `failed`, with a sentence for the caller."""

    outcome: str
    text: str


class BackOffice(Protocol):
    """The tenant's own systems. Effects are idempotent by `key`. Raises `Unavailable` when away."""

    async def check_pin(self, customer_number: str, pin: str) -> Customer | None:
        """The customer when the PIN is right; takes as long when the number does not exist."""
        ...

    async def find(self, customer_number: str) -> Customer | None:
        """The customer of this number, whoever asks: nothing of it is told to a caller who has proved nothing."""
        ...

    async def look_up(self, customer_number: str, what: str) -> list[dict[str, str]]: ...
    async def settle(
        self, customer_number: str, service: str, arguments: dict[str, Any], key: str
    ) -> ServiceOutcome: ...


class Messenger(Protocol):
    """Sends a text to a telephone. Raises `Unavailable` when it is certain that none was sent."""

    async def send(self, number: str, text: str) -> None: ...


class CallControl(Protocol):
    """What the flow asks of the telephone company. Raises `Unavailable` when it cannot be reached."""

    async def ring_agent(self, offer_id: OfferId, contact: Contact, agent: Agent) -> None:
        """Begins the agent's leg; its answer arrives as `Handover.bridged`."""
        ...

    async def fetch_agent(self, offer_id: OfferId, contact: Contact, agent: Agent) -> None:
        """As `ring_agent`, for an agent who is in this contact's conference, and need not be rung for that."""
        ...

    async def call_customer(self, offer_id: OfferId, contact: Contact) -> None:
        """Begins the call to a customer who is called back; who takes it arrives as `CallingBack.taken`.

        `number_refused`: this number can't be called, now or later.
        """
        ...

    async def release(self, contact: Contact) -> None:
        """Ends this contact's conversation: the agent's leg, what still rings, and the caller's leg unless the
        contact waits again.
        """
        ...


class Softphones(Protocol):
    """The telephones that consoles can be, all of one kind."""

    @property
    def kind(self) -> str: ...

    def credentials(self, identity: str) -> dict[str, Any]:
        """What a console needs to be rung under this name; secret, and of short life."""
        ...


class ConferenceControl(Protocol):
    """What the flow asks of the conference in which caller and agent are.

    Each may be repeated. Raises `Refused` `not_connected` where the conference is over or was never begun, and
    `Unavailable` when the telephone company cannot be reached.
    """

    async def hold(self, contact: Contact, *, is_held: bool) -> None:
        """The caller hears music and nobody, or is back in the talk."""
        ...

    async def mute(self, contact: Contact, *, is_muted: bool) -> None:
        """The agent is not heard, or is heard again."""
        ...

    async def take_aside(self, contact: Contact, call_sid: str) -> None:
        """The caller leaves the conference to be asked for keys, and comes back; the agent waits there meanwhile."""
        ...

    async def transcribe(self, contact: Contact, call_sid: str, *, is_on: bool) -> None:
        """What is said on the caller's call is written down from now on, or is not any more."""
        ...

    async def has_agent(self, contact: Contact) -> bool:
        """Whether the agent is in this contact's conference now, be it alone."""
        ...


class SupervisorCalls(Protocol):
    """The supervisors' telephones. Raises `Unavailable` when the telephone company cannot be reached."""

    async def ring(self, contact: Contact, supervisor: Agent) -> None:
        """Rings the supervisor's telephone, to come into the contact's conference."""
        ...

    async def change(self, contact: Contact, supervisor: Agent, beside: Beside) -> None:
        """How the supervisor takes part there. Whose telephone rings still is asked when it is answered."""
        ...

    async def take_out(self, contact: Contact, supervisor: Agent) -> None: ...

    async def announce(self, contact: Contact) -> None:
        """Everybody in the conference hears that somebody may be listening. Raises `Refused` `not_connected`."""
        ...
