"""Receipts: what became of a text that we have sent. They come late, twice and out of order; a life goes one way.

The address of a receipt says which text it is about, so that one whose answer was lost is known by its receipt.
https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.model.contact import ContactId
from assistant.model.events import EventType
from assistant.model.storage import UnitOfWork
from assistant.model.texts import (
    CARRIER,
    FINAL,
    LOST,
    STATUSES,
    TEMPLATE_PART,
    USELESS_AFTER,
    WHATSAPP,
    SentText,
    is_later,
)
from telephony.addresses import MESSAGES_STATUS, Addresses
from telephony.payloads import MalformedWebhook, count, number

STOPPED = 21610
OUTSIDE_WINDOW = 63016
"""Twilio's codes: the number has said STOP; WhatsApp takes no free words, as nothing was heard from there for a day."""
MESSAGE_SID = re.compile(r"(?:SM|MM)[0-9A-Za-z]{1,64}", re.ASCII)
ERROR_CODE = re.compile(r"[0-9]{1,6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Receipt:
    """`text` is the text as it was sent, where the address says so; `to` whom it was to reach, with the prefix."""

    sid: str
    status: str
    error: str | None
    text: SentText | None = None
    to: str = ""

    def is_refusal(self, code: int) -> bool:
        return self.status in LOST and self.error == str(code)


def receipt_url(addresses: Addresses, contact_id: ContactId, seq: int, part: int) -> str:
    """Where the receipts of this part of what this event told are to go."""
    return addresses.of(MESSAGES_STATUS, contact=contact_id, seq=seq, part=part)


def receipt(query: Mapping[str, str], fields: Mapping[str, str]) -> Receipt:
    """Reads a receipt. Raises `MalformedWebhook`."""
    sid, error = message_sid(fields), fields.get("ErrorCode", "")
    contact_id, seq, part = query.get("contact", ""), count(query.get("seq", "")), count(query.get("part", ""))
    is_told = bool(contact_id) and seq is not None and part is not None
    text = SentText(sid, ContactId(contact_id), seq or 0, part or 0, STATUSES[0]) if is_told else None
    known_error = error if ERROR_CODE.fullmatch(error) else None
    return Receipt(sid, fields.get("MessageStatus", ""), known_error, text, _address(fields.get("To", "")))


def _address(to: str) -> str:
    """How the thread is named."""
    prefix = WHATSAPP if to.startswith(WHATSAPP) else ""
    return prefix + (number(to.removeprefix(WHATSAPP)) or "")


def message_sid(fields: Mapping[str, str]) -> str:
    """The message's id. Raises `MalformedWebhook`."""
    sid = fields.get("MessageSid", "") or fields.get("SmsSid", "")
    if not MESSAGE_SID.fullmatch(sid):
        raise MalformedWebhook("MessageSid is missing or is none")
    return sid


def note(work: UnitOfWork, told: Receipt) -> None:
    """Keeps how far this text has come; its end is an event of its contact. What was refused has its consequence."""
    known = work.texts.lock_sent(told.sid)
    if known is not None and not is_later(told.status, known.status):
        return  # news that is older than what is known
    if told.is_refusal(STOPPED):
        work.texts.stop(told.to)  # threads are locked before contacts
    if told.text is not None and work.contacts.get(told.text.contact_id) is not None:
        work.texts.add_sent(told.text)  # the answer to our request was lost, or is slower than this
    seen = work.texts.lock_sent(told.sid)
    if seen is None or not is_later(told.status, seen.status):
        return  # a text that is not ours, or that somebody else has noted meanwhile
    contact = work.contacts.lock_only(seen.contact_id)
    work.texts.save_status(told.sid, told.status, told.error)
    if contact is None or told.status not in FINAL:
        return
    data = {"seq": seen.seq, "part": seen.part, "status": told.status, "error": told.error}
    work.trail.append(contact, EventType.TEXT_LOST if told.status in LOST else EventType.TEXT_DELIVERED, data)
    if told.is_refusal(OUTSIDE_WINDOW) and _is_first_refusal(work, seen):
        work.deliveries.again(CARRIER, seen.contact_id, seen.seq, work.now + USELESS_AFTER)


def _is_first_refusal(work: UnitOfWork, seen: SentText) -> bool:
    """Whether no other part of the same event was refused so before: one template follows all of them."""
    others = [text for text in work.texts.sent_of(seen.contact_id, seen.seq).values() if text.sid != seen.sid]
    return seen.part != TEMPLATE_PART and not any(text.error == str(OUTSIDE_WINDOW) for text in others)
