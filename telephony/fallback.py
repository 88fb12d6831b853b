"""What the telephone company answers by itself on the day when the service is gone: TwiML made from the tenant file.

It promises nothing that needs the service: who called before the service was gone has a row that says so, and has the
place back by calling again. https://www.twilio.com/docs/usage/webhooks/webhooks-faq
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from itertools import groupby

import phonenumbers
from twilio.twiml.messaging_response import MessagingResponse  # type: ignore[import-untyped]

from assistant.model.contact import QueueId
from assistant.model.hours import Hours, Span
from assistant.model.wording import DAYS
from assistant.settings.queues import QueuePart
from assistant.settings.tenant import Tenant
from telephony import twiml
from telephony.voice_wording import speaker_for

SORRY = "I'm sorry: our telephone service can't be reached just now, so nobody can take your call."
PLACE_KEPT = "If you had a place in line, call again once we're back, and you have it back."
SORRY_IN_TEXT = "we can't take texts just now. A place that you had in line is kept. Please text again in a while."


def call(tenant: Tenant, queue: QueueId | None = None) -> str:
    """What a caller hears: who speaks, what is wrong, what to do, a number, and the hours; then the call ends."""
    parts = tenant.fallback
    lines = [f"{tenant.brand}. {SORRY}", PLACE_KEPT]
    if parts.says:
        lines.append(parts.says)
    if parts.number:
        spoken = digits(parts.number)
        lines.append(f"You can call {spoken} instead. Once more: {spoken}.")
    lines += opening_hours({queue: tenant.queues[queue]} if queue else tenant.queues)
    if tenant.emergency_number:
        lines.append(f"In an emergency, call {digits(tenant.emergency_number)}.")
    return twiml.goodbye([*lines, "Goodbye."], speaker=speaker_for(tenant.languages[0]))


def text(tenant: Tenant) -> str:
    """What somebody reads who texts."""
    number = tenant.fallback.number
    instead = f" Or call {_national(number)}." if number else ""
    response = MessagingResponse()
    response.message(f"{tenant.brand}: {SORRY_IN_TEXT}{instead}")
    document: str = response.to_xml()
    return document


def opening_hours(queues: dict[QueueId, QueuePart]) -> list[str]:
    """When each is open, in one sentence where it is the same for all."""
    told = {part.name: weekly_phrase(part.hours) for part in queues.values()}
    if len(set(told.values())) == 1:
        return [f"We're open {next(iter(told.values()))}."]
    return [f"{name} is open {phrase}." for name, phrase in told.items()]


def weekly_phrase(hours: Hours) -> str:
    """`day and night`; `Monday to Friday from 9:00 to 17:30, and Saturday from 10:00 to 12:00`."""
    if hours.is_always:
        return "day and night"
    days = [(day, spans) for day, spans in zip(DAYS, hours.weekly, strict=True) if spans]
    runs: list[tuple[list[str], tuple[Span, ...]]] = []
    for day, spans in days:
        follows = runs and runs[-1][1] == spans and DAYS.index(day) == DAYS.index(runs[-1][0][-1]) + 1
        if follows:
            runs[-1][0].append(day)
        else:
            runs.append(([day], spans))
    phrases = [f"{_days(names)} {_listed(map(_span, spans))}" for names, spans in runs]
    return _listed(phrases) + (", but not on holidays" if hours.holidays else "")


def digits(number: str) -> str:
    """A number as it is dialled at home and said: `0 2 0, 7 9 4 6, 0 0 0 0`."""
    groups = (each for is_digit, each in groupby(_national(number), str.isdigit) if is_digit)
    return ", ".join(" ".join(group) for group in groups)


def _national(number: str) -> str:
    if not number.startswith("+"):
        return number
    parsed = phonenumbers.parse(number)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


def _days(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} {'and' if len(names) == 2 else 'to'} {names[-1]}"


def _span(span: Span) -> str:
    begin, end = span
    return f"from {_clock(begin)} to {_clock(end)}"


def _clock(at: time) -> str:
    return "midnight" if at == time(0) else f"{at.hour}:{at.minute:02d}"


def _listed(phrases: Iterable[str]) -> str:
    *before, last = phrases
    return f"{', '.join(before)}, and {last}" if len(before) > 1 else " and ".join([*before, last])
