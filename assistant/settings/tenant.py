"""The tenant file: brand, queues, hours, topics, services and timings, validated as a whole before anything starts."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from assistant.model.contact import QueueId
from assistant.settings.alarms import AlarmsPart
from assistant.settings.calls import RecordingPart, RelayPart, TranscriptionPart
from assistant.settings.environment import SettingsError
from assistant.settings.matters import ServicePart, TopicPart
from assistant.settings.queues import QueuePart
from assistant.settings.reaching import CallbacksPart, FallbackPart, NoticePart, SpokenPart, TextsPart
from assistant.settings.survey import SurveyPart
from assistant.settings.timing import A_DAY, TimingPart
from assistant.settings.webhooks import WebhookPart, check_webhooks


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ConnectorPart(_Part):
    """A back office behind HTTP: see docs/connectors.md. The secret is a setting: `HOLDFAST_BACK_OFFICE_SECRET`."""

    url: str = Field(pattern="^https?://")
    timeout_seconds: float = Field(default=3.0, gt=0, le=30)
    retries: int = Field(default=1, ge=0, le=5)


class HeadStartsPart(_Part):
    """Who starts further ahead, in seconds; all together never more than `cap_seconds`.

    `dropped_call_seconds` for a call that we cut, `topics` by topic, `customers` by a mark that the back office gives
    to a customer (`vulnerable`).
    """

    cap_seconds: int = Field(default=900, ge=0, le=A_DAY)
    dropped_call_seconds: int = Field(default=0, ge=0, le=A_DAY)
    topics: dict[str, Annotated[int, Field(ge=0, le=A_DAY)]] = {}
    customers: dict[Annotated[str, Field(min_length=1, max_length=40)], Annotated[int, Field(ge=0, le=A_DAY)]] = {}


class IdentityPart(_Part):
    """The signed tokens of the host page: the one algorithm, who signs, for whom, and where the customer stands.

    The key is a setting and not part of the file: `HOLDFAST_IDENTITY_KEY`.
    """

    algorithm: Literal["RS256", "ES256", "EdDSA", "HS256"] = "RS256"
    issuer: str = Field(min_length=1)
    audience: str = Field(min_length=1)
    customer_claim: str = "sub"
    name_claim: str = "name"
    leeway_seconds: int = Field(default=30, ge=0, le=300)


class VerificationPart(_Part):
    """How callers prove who they are: number and PIN, a one-time code besides, a signed token of the host page."""

    methods: list[Literal["pin", "code"]] = Field(default=["pin", "code"], min_length=1)
    customer_number_digits: int = Field(default=8, ge=4, le=16)
    pin_digits: int = Field(default=4, ge=4, le=8)
    failures: int = Field(default=5, ge=1, le=100)
    lock_seconds: int = Field(default=900, ge=30)
    code_digits: int = Field(default=6, ge=6, le=10)
    code_seconds: int = Field(default=300, ge=30, le=600)
    identity: IdentityPart | None = None


class SupervisionPart(_Part):
    """Before a supervisor listens or coaches: `nothing`, a `notice` that the caller hears or reads, or `consent`.

    Consent is the caller's own yes to what is passed on (`consent` in chat). Without `agents_see_listeners` an agent is
    not shown who only listens.
    """

    needs: Literal["nothing", "notice", "consent"] = "notice"
    notice: str = Field(default="A colleague of ours may be listening to this conversation.", min_length=1)
    agents_see_listeners: bool = True


type CannedName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
"""What an agent types behind the slash."""

type CannedText = Annotated[str, Field(min_length=1, max_length=2000)]


class Tenant(_Part):
    """Everything about one organisation. Nothing of it stands in the code.

    With `asks_consent` callers are asked once whether what they tell may be noted; with `asks_preferences` customers
    once whether we may remember the channel and language that they would rather have. A caller's last contact informs
    the talk for `remembered_days`.
    """

    brand: str
    asks_consent: bool = True
    asks_preferences: bool = False
    remembered_days: int = Field(default=30, ge=0)
    erased_after_days: int | None = Field(default=None, ge=1)
    default_queue: QueueId
    languages: list[str] = ["en"]
    emergency_number: str | None = None
    queues: dict[QueueId, QueuePart]
    topics: dict[str, TopicPart] = {}
    services: dict[str, ServicePart] = {}
    verification: VerificationPart = VerificationPart()
    supervision: SupervisionPart = SupervisionPart()
    timing: TimingPart = TimingPart()
    callbacks: CallbacksPart = CallbacksPart()
    head_starts: HeadStartsPart = HeadStartsPart()
    texts: TextsPart = TextsPart()
    spoken_messages: SpokenPart = SpokenPart()
    notices: list[NoticePart] = []
    fallback: FallbackPart = FallbackPart()
    survey: SurveyPart = SurveyPart()
    number_languages: dict[str, str] = {}
    alarms: AlarmsPart = AlarmsPart()
    relay: RelayPart | None = None
    transcription: TranscriptionPart | None = None
    recording: RecordingPart | None = None
    webhooks: list[WebhookPart] = []
    chat_slots: int = Field(default=3, ge=1, le=10)
    back_office: str | ConnectorPart
    canned_texts: dict[CannedName, CannedText] = {}
    dispositions: list[str] = ["resolved", "follow_up", "transferred", "wrong_queue", "no_answer", "other"]

    @field_validator("back_office")
    @classmethod
    def _names_a_factory(cls, value: str | ConnectorPart) -> str | ConnectorPart:
        if isinstance(value, str) and value.count(":") != 1:
            raise ValueError("must name a factory, as in package.module:function")
        return value

    @model_validator(mode="after")
    def _is_consistent(self) -> Tenant:
        if self.default_queue not in self.queues:
            raise ValueError(f"default_queue: there is no queue {self.default_queue!r}")
        if len(self.numbers) != len(set(self.numbers)):
            raise ValueError("queues: two queues share a number in dnis")
        for number, language in self.number_languages.items():
            if number not in self.numbers or language not in self.languages:
                raise ValueError(f"number_languages.{number}: a number of a queue, and a language of the tenant's")
        for id, queue in self.queues.items():
            self._check_overflow(id, queue)
        check_webhooks(self.webhooks)
        for topic, part in self.topics.items():
            if part.queue is not None and part.queue not in self.queues:
                raise ValueError(f"topics.{topic}.queue: there is no queue {part.queue!r}")
        for service, settled in self.services.items():
            if settled.later is not None and settled.later.topic not in self.topics:
                raise ValueError(f"services.{service}.later.topic: there is no topic {settled.later.topic!r}")
        for n, notice in enumerate(self.notices):
            for named in notice.queues:
                if named not in self.queues:
                    raise ValueError(f"notices.{n}.queues: there is no queue {named!r}")
        for topic in self.head_starts.topics:
            if topic not in self.topics:
                raise ValueError(f"head_starts.topics: there is no topic {topic!r}")
        return self

    def _check_overflow(self, id: QueueId, queue: QueuePart) -> None:
        """An overflow leads somewhere, and never back to where it began."""
        passed = {id}
        while queue.overflow is not None:
            target = queue.overflow.to
            if target not in self.queues:
                raise ValueError(f"queues.{id}.overflow: there is no queue {target!r}")
            if target in passed:
                raise ValueError(f"queues.{id}.overflow: it leads in a circle, back to {target!r}")
            passed.add(target)
            queue = self.queues[target]

    def language_for(self, asked: str | None) -> str:
        """The language spoken with who asked for this one: itself, it without its country, else the tenant's first."""
        tag = asked or ""
        return next((known for known in (tag, tag.partition("-")[0]) if known in self.languages), self.languages[0])

    def become(self, other: Tenant) -> None:
        """From now on this organisation is as `other` says, for everybody who asks it: see `flow.changing`.

        Its parts are frozen, and one assignment replaces them all, so that nobody sees half of a change. Whoever holds
        a tenant asks it at the time of use, and keeps none of its parts.
        """
        object.__setattr__(self, "__dict__", dict(other.__dict__))

    @property
    def numbers(self) -> list[str]:
        """All that can be dialled, those of the first queue first."""
        return [number for queue in self.queues.values() for number in queue.dnis]

    def queue_of_number(self, dnis: str | None) -> QueueId:
        """The queue that a dialled number belongs to, else the default one."""
        return next((id for id, queue in self.queues.items() if dnis in queue.dnis), self.default_queue)

    def language_of_number(self, dnis: str | None) -> str | None:
        """The language in which a dialled number is answered; None: the tenant's first."""
        return self.number_languages.get(dnis or "")

    def notices_for(self, queue: QueueId, at: datetime) -> list[str]:
        """What whoever comes to this queue now is told first."""
        return [notice.says for notice in self.notices if notice.holds(queue, at)]

    def is_shut(self, queue: QueueId, at: datetime) -> bool:
        """The queue is closed and its run-off is over: nobody is served there until it opens again."""
        part = self.queues.get(queue)
        if part is None or part.hours.is_open(at):
            return False
        closed_at = part.hours.closed_since(at)
        return closed_at is None or at >= closed_at + timedelta(seconds=self.timing.run_off_seconds)

    @property
    def targets(self) -> dict[QueueId, int]:
        """The seconds of each queue's service level."""
        return {id: queue.target_seconds for id, queue in self.queues.items()}

    def topic_label(self, topic: str | None) -> str | None:
        if topic is None:
            return None
        part = self.topics.get(topic)
        return part.label if part else topic.replace("_", " ").capitalize()

    def fact_label(self, topic: str | None, fact: str) -> str:
        part = self.topics.get(topic or "")
        label = part.facts.get(fact) if part else None
        return label or fact.replace("_", " ").capitalize()

    def service_done(self, service: str) -> str:
        """How an agent reads in a few words that the service was carried out."""
        part = self.services.get(service)
        return (part.done if part else None) or f"{self.service_label(service)}: done"

    def service_label(self, service: str) -> str:
        part = self.services.get(service)
        return part.label if part else service.replace("_", " ").capitalize()


def load_tenant(path: Path) -> Tenant:
    """The tenant of this file; raises `SettingsError` naming the file, the field and the reason."""
    try:
        return Tenant.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise SettingsError(f"HOLDFAST_TENANT: cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"HOLDFAST_TENANT: {path} is not UTF-8 text") from None
    except yaml.YAMLError as error:
        raise SettingsError(f"HOLDFAST_TENANT: {path} is not YAML: {error}") from None
    except ValidationError as error:
        wrong = [f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()]
        raise SettingsError(f"HOLDFAST_TENANT: {path}: {'; '.join(wrong)}") from None
