"""Who is given a place and who is not, what is offered instead, and what is said at the door."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from uuid_utils import uuid7

from assistant.flow import moves
from assistant.flow.conversation import MAX_TEXT
from assistant.flow.numbers import is_number
from assistant.model.briefing import Fact
from assistant.model.contact import Channel, Contact, ContactId, DialogueMode, QueueId, Reach, State
from assistant.model.errors import Refused
from assistant.model.events import Author, EventType
from assistant.model.place import PlaceView, Staffing, rfc3339
from assistant.model.redaction import redacted, sayable
from assistant.model.storage import UnitOfWork
from assistant.model.wording import (
    MESSAGE_KEPT,
    MISSING,
    callback_sentence,
    closed_sentence,
    opening_phrase,
    secured_sentence,
    unstaffed_sentence,
)
from assistant.settings.queues import QueuePart
from assistant.settings.tenant import Tenant

CALLBACK, MESSAGE = "callback", "message"
REPLY_TO = "reply_to"
MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


@dataclass(frozen=True, slots=True)
class LeftMessage:
    """What somebody writes who does not want to wait, and where the answer is to go: a mail address or a number."""

    text: str = field(repr=False)
    reply_to: str = field(repr=False)


def checked_message(message: LeftMessage, tenant: Tenant) -> LeftMessage:
    """The message as it is kept. Raises `Refused`: `empty_text`, `text_too_long`, `invalid_reply_to`."""
    text, reply_to = sayable(message.text), sayable(message.reply_to)
    if not text:
        raise Refused("empty_text", "message.text: nothing was said.")
    if len(text) > MAX_TEXT:
        raise Refused("text_too_long", f"message.text: at most {MAX_TEXT} characters.")
    is_address = MAIL.fullmatch(reply_to) or is_number(reply_to, tenant.callbacks.region)
    if not is_address or redacted(reply_to) != reply_to:
        raise Refused("invalid_reply_to", "message.reply_to: a mail address or a telephone number is needed.")
    return LeftMessage(redacted(text), reply_to)


def refusal(work: UnitOfWork, tenant: Tenant, queue: QueueId, length: int, callback: str | None) -> Refused | None:
    """Why there is no place for this arrival; the queue's row is locked, and has so many places already.

    Who is turned away is told first what everybody is told who comes.
    """
    refused = _refusal(work, tenant, queue, length, callback)
    notices = tenant.notices_for(queue, work.now)
    if refused is None or not notices:
        return refused
    return Refused(refused.code, " ".join([*notices, refused.message]), **refused.details)


def _refusal(work: UnitOfWork, tenant: Tenant, queue: QueueId, length: int, callback: str | None) -> Refused | None:
    part = tenant.queues[queue]
    is_full = part.limit is not None and length >= part.limit
    if not part.hours.is_open(work.now):
        opens_at = part.hours.next_opening(work.now)
        if callback is None or opens_at is None:
            return _closed(tenant, part, opens_at, work.now, is_full=is_full)
    if is_full:
        message = f"{part.name} cannot take anybody more at the moment."
        return Refused("queue_full", message, instead=[MESSAGE])
    if callback is not None and work.contacts.by_callback_number(callback) is not None:
        return Refused("callback_open", "We are to call this number back already.")
    return None


def _closed(tenant: Tenant, part: QueuePart, opens_at: datetime | None, now: datetime, *, is_full: bool) -> Refused:
    """When the queue opens, and what can be had instead."""
    return Refused(
        "queue_closed",
        closed_sentence(part.name, opening_phrase(opens_at, now, part.hours.zone) if opens_at else None),
        opens_at=rfc3339(opens_at) if opens_at else None,
        instead=[CALLBACK, MESSAGE] if opens_at and tenant.callbacks.countries and not is_full else [MESSAGE],
    )


def new_contact(
    work: UnitOfWork, tenant: Tenant, channel: Channel, queue: QueueId, language: str | None, **fields: Any
) -> Contact:
    """Who arrives now, in a language of the tenant's; not kept yet. Waits, and is present, unless `fields` differ."""
    return Contact(
        id=ContactId(str(uuid7())),
        channel=channel,
        queue=queue,
        language=tenant.language_for(language),
        dialogue=DialogueMode.SPEAKING,
        entered_at=work.now,
        code=f"{secrets.randbelow(10**8):08d}",
        **({"state": State.WAITING, "reach": Reach.PRESENT} | fields),
    )


def reach_of(tenant: Tenant, queue: QueueId, callback: str | None, now: datetime) -> dict[str, Any]:
    """How the place begins: present, or called back when its turn comes and the queue is open."""
    if callback is None:
        return {"reach": Reach.PRESENT}
    callback_at = tenant.queues[queue].hours.open_from(now)
    return {"reach": Reach.CALLBACK, "callback_number": callback, "callback_at": callback_at}


def greeting(tenant: Tenant, contact: Contact, place: PlaceView, staffing: Staffing, now: datetime) -> str:
    """The first breath, for whoever waits: that the place stands, where, and what is true of the wait."""
    if contact.reach is Reach.CALLBACK:
        at, zone = contact.callback_at, tenant.queues[contact.queue].hours.zone
        return callback_sentence(place, tenant.brand, opening_phrase(at, now, zone) if at and at > now else None)
    if staffing in MISSING:
        return unstaffed_sentence(place, tenant.brand, staffing)
    return secured_sentence(place, tenant.brand)


def keep_message(work: UnitOfWork, contact: Contact, message: LeftMessage) -> Contact:
    """The words of a contact that is over as it begins: kept for the team, and never in a line."""
    contact = moves.say(work, contact, Author.CALLER, message.text)
    work.trail.put_fact(contact.id, Fact(REPLY_TO, "Reply to", message.reply_to))
    contact = work.trail.append(contact, EventType.GATHERED_UPDATED)
    contact = moves.say(work, contact, Author.ASSISTANT, MESSAGE_KEPT)
    return work.trail.append(contact, EventType.CONTACT_CLOSED, {"outcome": contact.outcome})
