"""What somebody who works here is: what can be said of them, and what of it is possible at this tenant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import phonenumbers
from uuid_utils import uuid7

from assistant.model.agent import USUAL_PROFICIENCY, Agent, Presence, Role, Slot
from assistant.model.contact import AgentId, Channel, QueueId
from assistant.model.errors import Refused
from assistant.model.redaction import sayable
from assistant.settings.tenant import Tenant

MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class Person:
    """What can be changed of somebody.

    `phone` is a number, `sip:…` or `client:…`; `has_softphone`: calls may be taken in the console; None leaves that as
    it is. With neither they take no calls.
    """

    name: str
    role: Role
    queues: Sequence[str]
    languages: Sequence[str]
    phone: str | None = None
    proficiency: Mapping[str, int] = field(default_factory=dict)
    has_access: bool = True
    has_softphone: bool | None = None

    @classmethod
    def of(cls, agent: Agent) -> Person:
        return cls(
            agent.name,
            agent.role,
            agent.queues,
            agent.languages,
            agent.phone,
            dict(agent.proficiency.items()),
            agent.has_access,
            agent.has_softphone,
        )

    def as_data(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "role": self.role.value,
            "queues": list(self.queues),
            "languages": list(self.languages),
            "phone": self.phone,
            "proficiency": dict(sorted(self.proficiency.items())),
            "has_access": self.has_access,
            "has_softphone": bool(self.has_softphone),
        }


def person_of(data: Mapping[str, Any]) -> Person:
    """The person of `as_data`."""
    return Person(**dict(data) | {"role": Role(data["role"])})


def checked_person(person: Person, tenant: Tenant) -> Person:
    """The person as they are kept. Raises `Refused` `invalid_request`, naming the field and what there is."""
    name = sayable(person.name)
    if not 1 <= len(name) <= MAX_NAME:
        raise _wrong("name", f"from 1 to {MAX_NAME} characters")
    for queue, level in person.proficiency.items():
        if queue not in person.queues:
            raise _wrong(f"proficiency.{queue}", "only of a queue that they serve")
        if not 1 <= level <= 5:
            raise _wrong(f"proficiency.{queue}", "from 1 to 5")
    languages = known("languages", person.languages, tuple(tenant.languages))
    if not languages:
        raise _wrong("languages", "one at least")
    return replace(
        person,
        name=name,
        queues=known("queues", person.queues, tuple(tenant.queues)),
        languages=languages,
        phone=to_ring(person.phone, tenant.callbacks.region) if person.phone else None,
        proficiency={queue: level for queue, level in person.proficiency.items() if level != USUAL_PROFICIENCY},
    )


def known(name: str, asked: Sequence[str], there: tuple[str, ...]) -> tuple[str, ...]:
    """What was asked for, each once. Raises `Refused` `invalid_request` for what the tenant doesn't have."""
    strangers = [each[:MAX_NAME] for each in asked if each not in there]
    if strangers:
        raise _wrong(name, f"the tenant has no {', '.join(strangers)}; it has {', '.join(there)}")
    return tuple(dict.fromkeys(asked))


def to_ring(phone: str, region: str) -> str:
    """A telephone number in E.164, or an address of SIP or of the Voice SDK as it is. Raises `Refused`."""
    text = sayable(phone)
    if text.startswith(("sip:", "client:")) and len(text) <= MAX_NAME:
        return text
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise _wrong("phone", f"{text[:MAX_NAME]!r} is no telephone number, and neither sip: nor client:") from None
    if not phonenumbers.is_valid_number(number):
        raise _wrong("phone", f"{text[:MAX_NAME]!r} is not a number that can be rung")
    if number.extension:
        reason = "nobody dials an extension; give a direct number, sip: or client:"
        raise _wrong("phone", f"{text[:MAX_NAME]!r} is behind a switchboard: {reason}")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _wrong(name: str, reason: str) -> Refused:
    fields = [{"field": name, "code": "value_error", "reason": reason}]
    return Refused("invalid_request", f"{name}: {reason}", fields=fields)


def capacity(tenant: Tenant, person: Person) -> dict[Channel, int]:
    """How many contacts of each channel somebody takes at once: calls only where there is a telephone to ring."""
    return {Channel.CHAT: tenant.chat_slots, Channel.VOICE: 1 if person.phone or person.has_softphone else 0}


def slots_of(agent: Agent, tenant: Tenant) -> list[Slot]:
    agent_id, most = agent.id, capacity(tenant, Person.of(agent))
    return [Slot(agent_id, channel, n, None) for channel, count in most.items() for n in range(1, count + 1)]


def new_agent(username: str, person: Person) -> Agent:
    return with_person(
        Agent(
            id=AgentId(str(uuid7())),
            username=username,
            name=person.name,
            role=person.role,
            presence=Presence.SIGNED_OUT,
            reason=None,
            queues=(),
            languages=(),
            phone=None,
            idle_since=None,
            is_reachable=False,
        ),
        person,
    )


def with_person(agent: Agent, person: Person) -> Agent:
    return replace(
        agent,
        name=person.name,
        role=person.role,
        queues=tuple(QueueId(queue) for queue in person.queues),
        languages=tuple(person.languages),
        phone=person.phone,
        proficiency={QueueId(queue): level for queue, level in person.proficiency.items()},
        has_access=person.has_access,
        has_softphone=agent.has_softphone if person.has_softphone is None else person.has_softphone,
    )
