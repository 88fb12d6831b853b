"""What whoever came now would be told, if the settings were so: for the one who changes them to read before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistant.flow.admission import greeting, new_contact, refusal
from assistant.flow.line import Lines
from assistant.model.contact import Channel, QueueId, State
from assistant.model.place import PlaceView, rfc3339
from assistant.model.storage import UnitOfWork
from assistant.model.waiting import UNKNOWN
from assistant.settings.folding import document_of, with_section
from assistant.settings.sections import Section
from assistant.settings.tenant import Tenant

TOLD_TO_CALLERS = frozenset({"hours", "notices", "names", "queues"})


@dataclass(frozen=True, slots=True)
class Preview:
    """One queue as somebody finds it who comes now. Instants are None where nothing changes within a year."""

    queue: QueueId
    name: str
    is_open: bool
    opens_at: datetime | None
    closes_at: datetime | None
    says: str

    def as_data(self) -> dict[str, Any]:
        return {
            "queue": self.queue,
            "name": self.name,
            "is_open": self.is_open,
            "opens_at": rfc3339(self.opens_at) if self.opens_at else None,
            "closes_at": rfc3339(self.closes_at) if self.closes_at else None,
            "says": self.says,
        }


def previews(work: UnitOfWork, tenant: Tenant, lines: Lines, section: Section, value: Any) -> Sequence[Preview]:
    """Of every queue that the section is told in. Raises `Refused` as the change itself would."""
    asked = section.checked(value)
    wanted = with_section(document_of(tenant), section, asked)
    if section.kind.name not in TOLD_TO_CALLERS:
        return []
    queues = [QueueId(section.name)] if section.name else list(wanted.queues)
    return [_preview(work, wanted, lines, queue, is_followed=queue in tenant.queues) for queue in queues]


def _preview(work: UnitOfWork, tenant: Tenant, lines: Lines, queue: QueueId, *, is_followed: bool) -> Preview:
    part, now = tenant.queues[queue], work.now
    length = work.lines.length(queue) if is_followed else 0
    refused = refusal(work, tenant, queue, length, None)
    is_open = part.hours.is_open(now)
    return Preview(
        queue=queue,
        name=part.name,
        is_open=is_open,
        opens_at=None if is_open else part.hours.next_opening(now),
        closes_at=part.hours.closes_at(now),
        says=refused.message if refused else _greeting(work, tenant, lines, queue, length, is_followed=is_followed),
    )


def _greeting(work: UnitOfWork, tenant: Tenant, lines: Lines, queue: QueueId, length: int, *, is_followed: bool) -> str:
    """As `flow.intake` greets: the notices, then that the place stands, and what is true of the wait."""
    contact = new_contact(work, tenant, Channel.CHAT, queue, None, order_at=0)
    wait = lines.wait(queue, contact.channel, length) if is_followed else UNKNOWN
    place = PlaceView("", queue, State.WAITING, length + 1, work.now, wait)
    staffing = lines.staffing(queue, contact.language)
    return " ".join([*tenant.notices_for(queue, work.now), greeting(tenant, contact, place, staffing, work.now)])
