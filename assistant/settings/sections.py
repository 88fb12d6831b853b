"""What of a tenant can be changed while the service runs: each section's shape, where it stands, and who may.

A section is a kind, or a kind and a name: `notices`, `hours.cards`. Everything else stands in the tenant file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from assistant.model.agent import Role
from assistant.model.errors import Refused
from assistant.model.redaction import sayable
from assistant.settings.alarms import AlarmsPart
from assistant.settings.matters import PagePart
from assistant.settings.queues import HoursPart, QueueRules
from assistant.settings.reaching import NoticePart
from assistant.settings.tenant import CannedName, CannedText, HeadStartsPart, Tenant
from assistant.settings.timing import TimingPart

type Document = dict[str, Any]
"""A tenant as JSON can say it."""

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
NAMED = re.compile(r"(?P<field>[\w.-]+): (?P<reason>.*)", re.DOTALL)
"""What a check of several fields together says: which one, and why."""
RULES = frozenset(QueueRules.model_fields)


type WrittenHours = Annotated[
    Annotated[HoursPart, Tag("by hours")] | Annotated[Literal["always"], Tag("at all hours")],
    Discriminator(lambda value: "at all hours" if value == "always" else "by hours"),
]
TAGS = frozenset({"by hours", "at all hours", "[key]"})


class NamesPart(BaseModel):
    """What the organisation is called, whom to call in danger, and how contacts may end."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    brand: str = Field(min_length=1, max_length=80)
    emergency_number: str | None = Field(default=None, pattern=r"^[0-9+ ]{2,20}$")
    dispositions: list[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]{0,39}$")]] = Field(min_length=1, max_length=50)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of section. `least` is who may change it; `of` is the part of the file that its names come from."""

    name: str
    least: Role
    shape: TypeAdapter[Any]
    of: str | None = None


KINDS = {
    kind.name: kind
    for kind in (
        Kind("names", Role.ADMIN, TypeAdapter(NamesPart)),
        Kind("queues", Role.ADMIN, TypeAdapter(QueueRules), "queues"),
        Kind("hours", Role.SUPERVISOR, TypeAdapter(WrittenHours), "queues"),
        Kind("notices", Role.SUPERVISOR, TypeAdapter(Annotated[list[NoticePart], Field(max_length=20)])),
        Kind(
            "canned_texts",
            Role.SUPERVISOR,
            TypeAdapter(Annotated[dict[CannedName, CannedText], Field(max_length=200)]),
        ),
        Kind("knowledge", Role.SUPERVISOR, TypeAdapter(PagePart), "services"),
        Kind("alarms", Role.SUPERVISOR, TypeAdapter(AlarmsPart)),
        Kind("head_starts", Role.ADMIN, TypeAdapter(HeadStartsPart)),
        Kind("timing", Role.ADMIN, TypeAdapter(TimingPart)),
    )
}
"""In the order in which they are laid on top of the file: queues before what stands in them."""

AT_THE_START = {
    "languages": "voices and the dialogue engine are set up for them",
    "back_office": "its connection is opened then",
    "webhooks": "their addresses and keys are read then",
    "verification": "secrets that are being asked for have its form",
    "services": "the dialogue engine is told them then; what a page of theirs says can be changed here",
    "topics": "the dialogue engine's model knows them",
    "chat_slots": "everybody has their slots by it",
}
"""What is read when the service starts, and why: it stands in the tenant file alone."""


@dataclass(frozen=True, slots=True)
class Section:
    """One section of one tenant, as `hours.cards`."""

    kind: Kind
    name: str | None = None

    def __str__(self) -> str:
        return self.kind.name if self.name is None else f"{self.kind.name}.{self.name}"

    @property
    def makes_anew(self) -> bool:
        """Whether a section of this kind may be of a name that the tenant does not have yet."""
        return self.kind.name == "queues"

    def read(self, document: Document) -> Any:
        """The section's value; None where the tenant has no such thing."""
        match self.kind.name:
            case "names":
                return {name: document[name] for name in NamesPart.model_fields}
            case "queues":
                queue = document["queues"].get(self.name)
                return queue and {name: value for name, value in queue.items() if name in RULES}
            case "hours":
                return document["queues"].get(self.name, {}).get("hours")
            case "knowledge":
                return document["services"].get(self.name, {}).get("page")
            case whole:
                return document[whole]

    def write(self, document: Document, value: Any) -> None:
        """Puts the value in its place. Raises `LookupError` where the tenant has no such thing."""
        match self.kind.name:
            case "names":
                document.update(value)
            case "queues":
                document["queues"].setdefault(self.name, {}).update(value)
            case "hours":
                document["queues"][self.name]["hours"] = value
            case "knowledge":
                page = document["services"][self.name]
                if page["page"] is None:
                    raise LookupError(self.name)
                page["page"] = value
            case whole:
                document[whole] = value

    def checked(self, value: Any) -> Any:
        """The value in its full form, without what nobody can say. Raises `Refused` with every wrong field."""
        try:
            part = self.kind.shape.validate_python(_sayable(value))
        except ValidationError as error:
            raise wrong_fields(error) from None
        return self.kind.shape.dump_python(part, mode="json")


def section_of(text: str) -> Section:
    """The section of this name. Raises `Refused`: `no_such_section`; `needs_restart` for what only the file can say."""
    kind_name, _, name = text.partition(".")
    kind = KINDS.get(kind_name)
    if kind is None and text in Tenant.model_fields:
        why = AT_THE_START.get(text, "it stands in the tenant file alone")
        message = f"{text} can't be changed while the service runs: {why}. Change the file and start the service anew."
        raise Refused("needs_restart", message)
    if kind is None or (kind.of is None) != (name == "") or (name and not NAME.fullmatch(name)):
        raise Refused("no_such_section", f"There is nothing named {text[:80]!r} to be changed.")
    return Section(kind, name or None)


def sections_of(document: Document) -> Iterator[Section]:
    """Everything of this tenant that can be changed."""
    for kind in KINDS.values():
        names = [None] if kind.of is None else document[kind.of]
        for section in (Section(kind, name) for name in names):
            if section.read(document) is not None:
                yield section


def wrong_fields(error: ValidationError, section: Section | None = None) -> Refused:
    """Every wrong field and why, the first one as the sentence; of the section its own fields, as it is written.

    Each is `{field, code, reason}`, with the bound that was not kept, if it is one.
    """
    fields = [_wrong_field(item, section) for item in error.errors(include_url=False, include_input=False)]
    first = fields[0]
    message = f"{first['field']}: {first['reason']}" if first["field"] else first["reason"]
    return Refused("invalid_request", message, fields=fields)


def _wrong_field(item: ErrorDetails, section: Section | None) -> dict[str, Any]:
    field = ".".join(str(part) for part in item["loc"] if part not in TAGS)
    reason = item["msg"].removeprefix("Value error, ")
    if not field and (named := NAMED.fullmatch(reason)):
        field, reason = named["field"], named["reason"]
    bounds = {name: bound for name, bound in item.get("ctx", {}).items() if isinstance(bound, int | float)}
    return {"field": _within(field, section), "code": item["type"], "reason": reason, **bounds}


def _within(field: str, section: Section | None) -> str:
    """The field of the whole tenant, as the section has it: `queues.cards.overflow` is `overflow` of `queues.cards`."""
    if section is None:
        return field
    inner = field.removeprefix(str(section))
    return inner.removeprefix(".") if inner != field else "" if str(section).startswith(f"{field}.") else field


def _sayable(value: Any) -> Any:
    match value:
        case str():
            return sayable(value)
        case list():
            return [_sayable(each) for each in value]
        case dict():
            return {_sayable(name): _sayable(each) for name, each in value.items()}
    return value
