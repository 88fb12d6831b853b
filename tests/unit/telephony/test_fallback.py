"""The document for the day when the service is gone: hours as people say them, numbers as they are dialled."""

from __future__ import annotations

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from assistant.model.contact import QueueId
from assistant.model.hours import ALWAYS, Hours
from assistant.settings.reaching import FallbackPart
from assistant.settings.tenant import Tenant
from telephony import fallback
from telephony.twiml_check import problems_of

OFFICE = ((time(9), time(17, 30)),)
MORNING = ((time(10), time(12)), (time(13), time(16)))
NIGHT = ((time(22), time(0)),)
LONDON = ZoneInfo("Europe/London")
CHRISTMAS = frozenset({date(2026, 12, 25)})


@pytest.mark.parametrize(
    ("hours", "phrase"),
    [
        (ALWAYS, "day and night"),
        (Hours(LONDON, (OFFICE,) * 5 + ((), ())), "Monday to Friday from 9:00 to 17:30"),
        (
            Hours(LONDON, (OFFICE,) * 5 + (MORNING, ())),
            "Monday to Friday from 9:00 to 17:30 and Saturday from 10:00 to 12:00 and from 13:00 to 16:00",
        ),
        (
            Hours(LONDON, (OFFICE, OFFICE, (), (), OFFICE, (), ())),
            "Monday and Tuesday from 9:00 to 17:30 and Friday from 9:00 to 17:30",
        ),
        (Hours(LONDON, ((), (), (), (), (), NIGHT, ())), "Saturday from 22:00 to midnight"),
        (Hours(LONDON, (OFFICE,) + ((),) * 6, CHRISTMAS), "Monday from 9:00 to 17:30, but not on holidays"),
    ],
)  # fmt: skip
def test_hours_are_said_as_people_say_them(hours: Hours, phrase: str) -> None:
    assert fallback.weekly_phrase(hours) == phrase


@pytest.mark.parametrize(
    ("number", "said"),
    [("+442079460999", "0 2 0, 7 9 4 6, 0 9 9 9"), ("999", "9 9 9"), ("+1 212 555 0100", "2 1 2, 5 5 5, 0 1 0 0")],
)
def test_a_number_is_said_as_it_is_dialled_at_home(number: str, said: str) -> None:
    assert fallback.digits(number) == said


def test_queues_of_other_hours_are_told_apart_and_one_of_them_alone(fernhill: Tenant) -> None:
    cards = QueueId("cards")
    part = fernhill.queues[cards].model_copy(update={"hours": Hours(LONDON, (OFFICE,) * 5 + ((), ()))})
    tenant = fernhill.model_copy(update={"queues": fernhill.queues | {cards: part}})
    told = fallback.opening_hours(dict(tenant.queues))
    assert told == [
        "Cards is open Monday to Friday from 9:00 to 17:30.",
        "Accounts and payments is open day and night.",
        "Fraud is open day and night.",
    ]
    assert "We're open Monday to Friday from 9:00 to 17:30." in fallback.call(tenant, cards)
    assert "day and night" not in fallback.call(tenant, cards)


@pytest.mark.parametrize("part", [FallbackPart(), FallbackPart(says="Our app works.", number="+44 20 7946 0999")])
def test_every_document_passes_the_grammar(fernhill: Tenant, part: FallbackPart) -> None:
    tenant = fernhill.model_copy(update={"fallback": part})
    document = fallback.call(tenant)
    assert problems_of(document) == []
    assert ("Our app works." in document) == (part.says is not None)
    assert "telephony" not in document, "it needs nothing of the service"
