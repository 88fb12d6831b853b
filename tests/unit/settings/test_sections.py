"""What can be changed of a tenant, what a value of it must be, and where it stands."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.model.errors import Refused
from assistant.settings.folding import document_of, with_section
from assistant.settings.sections import AT_THE_START, KINDS, section_of, sections_of
from assistant.settings.tenant import Tenant

LONG = "W" * 4000
OFFICE = {"time_zone": "Europe/London", "weekly": {"mon": ["09:00-17:30"]}}


def changed(tenant: Tenant, name: str, value: Any) -> Tenant:
    section = section_of(name)
    return with_section(document_of(tenant), section, section.checked(value))


def refused(tenant: Tenant, name: str, value: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        changed(tenant, name, value)
    return caught.value


def test_a_tenant_is_the_same_after_it_was_written_and_read(fernhill: Tenant) -> None:
    hours = changed(fernhill, "hours.cards", OFFICE | {"holidays": ["2026-12-25"]})
    for tenant in (fernhill, hours):
        assert Tenant.model_validate(document_of(tenant)) == tenant


def test_every_section_of_the_demo_can_be_laid_on_itself(fernhill: Tenant) -> None:
    document = document_of(fernhill)
    sections = list(sections_of(document))
    assert {section.kind.name for section in sections} == set(KINDS)
    for section in sections:
        assert changed(fernhill, str(section), section.read(document)) == fernhill


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("hours.cards", "sometimes", ""),
        ("hours.cards", {"weekly": {}}, "weekly"),
        ("hours.cards", {"weekly": {"mon": ["09:00-17:00", "25:00-26:00"]}}, "weekly.mon.1"),
        ("hours.cards", {"weekly": {"mon": [LONG]}}, "weekly.mon.0"),
        ("hours.cards", {"weekly": {"mon": ["09:00-17:00"]}, "time_zone": f"../{LONG}"}, "time_zone"),
        ("hours.cards", {"weekly": {"mon": ["09:00-17:00"]}, "holidays": ["2026-02-30"]}, "holidays.0"),
        ("queues.cards", {"name": ""}, "name"),
        ("queues.cards", {"name": LONG}, "name"),
        ("queues.cards", {"name": "\u0000\u0007"}, "name"),
        ("queues.cards", {"name": "Cards", "limit": 0}, "limit"),
        ("queues.cards", {"name": "Cards", "overflow": {"to": "nowhere", "after_seconds": 60}}, "overflow"),
        ("queues.cards", {"name": "Cards", "overflow": {"to": "cards", "after_seconds": 60}}, "overflow"),
        ("queues.cards", {"name": "Cards", "hours": "always"}, "hours"),
        ("queues.cards", {"name": "Cards", "dnis": ["+442079460001"]}, ""),
        ("notices", [{"says": "Closed."}, {"says": LONG}], "1.says"),
        ("notices", [{"says": "Closed.", "queues": ["nowhere"]}], "0.queues"),
        ("notices", [{"says": "Closed.", "begin": "2026-12-01T00:00:00"}], "0.begin"),
        ("notices", {"says": "Closed."}, ""),
        ("canned_texts", {"no space": "Hello."}, "no space"),
        ("canned_texts", {"hello": LONG}, "hello"),
        ("knowledge.opening_hours", {"title": "", "says": "We open at nine."}, "title"),
        ("head_starts", {"topics": {"nothing": 60}}, "topics"),
        ("head_starts", {"customers": {"vulnerable": -1}}, "customers.vulnerable"),
        ("timing", {"grace_seconds": 0}, "grace_seconds"),
        ("timing", {"grace_seconds": 1e300}, "grace_seconds"),
        ("timing", {"grace_seconds": float("nan")}, "grace_seconds"),
        ("queues.cards", {"name": "Cards", "limit": 10**30}, "limit"),
        ("head_starts", {"customers": {"\u0000": 60}}, "customers."),
        ("hours.cards", {"weekly": {"mon": ["09:00-17:00"]}, "time_zone": "Europe"}, "time_zone"),
        ("timing", {"patience_seconds": 1}, "patience_seconds"),
        ("alarms", {"longest_wait": 0}, "longest_wait"),
        ("alarms", {"longest_wait": float("nan")}, "longest_wait"),
        ("alarms", {"waiting": 0}, "waiting"),
        ("alarms", {"waiting": 1.5}, "waiting"),
        ("alarms", {"waiting": 10**30}, "waiting"),
        ("alarms", {"service_level": 50}, "service_level"),
        ("alarms", {"at_least": None}, "at_least"),
        ("alarms", {"too_quiet": 1}, "too_quiet"),
        ("names", {"brand": "", "dispositions": ["resolved"]}, "brand"),
        ("names", {"brand": "Fernhill", "dispositions": []}, "dispositions"),
        ("names", None, ""),
    ],
)
def test_what_is_impossible_is_refused_with_its_field(fernhill: Tenant, name: str, value: Any, field: str) -> None:
    error = refused(fernhill, name, value)
    assert error.code == "invalid_request"
    assert error.details["fields"][0]["field"] == field
    assert error.details["fields"][0]["reason"] in error.message
    assert len(error.message) < 600  # nobody's four thousand letters come back


def test_every_wrong_field_is_named_at_once(fernhill: Tenant) -> None:
    error = refused(fernhill, "timing", {"grace_seconds": 0, "offer_seconds": -1})
    assert [each["field"] for each in error.details["fields"]] == ["grace_seconds", "offer_seconds"]
    assert [each["gt"] for each in error.details["fields"]] == [0, 0]


@pytest.mark.parametrize("name", ["", "hours", "hours.", "hours.Cards", "hours.a/b", "notices.cards", "nothing", LONG])
def test_what_is_no_section_is_told_so(name: str) -> None:
    with pytest.raises(Refused) as caught:
        section_of(name)
    assert caught.value.code == "no_such_section"


@pytest.mark.parametrize("name", ["languages", "back_office", "webhooks", "asks_consent"])
def test_what_only_the_file_can_say_is_refused_with_the_reason(name: str) -> None:
    with pytest.raises(Refused) as caught:
        section_of(name)
    assert caught.value.code == "needs_restart"
    assert AT_THE_START.get(name, "tenant file") in caught.value.message


def test_every_field_of_a_tenant_can_be_changed_or_is_refused_with_a_reason() -> None:
    in_sections = {"brand", "emergency_number", "dispositions", *KINDS} - {"names", "hours", "knowledge"}
    for name in Tenant.model_fields.keys() - in_sections:
        with pytest.raises(Refused, match="start the service anew"):
            section_of(name)


@pytest.mark.parametrize("name", ["hours.nowhere", "knowledge.nothing", "knowledge.balance"])
def test_what_the_tenant_does_not_have_cannot_be_changed(fernhill: Tenant, name: str) -> None:
    value = "always" if name.startswith("hours") else {"title": "A page", "says": "A sentence."}
    assert refused(fernhill, name, value).code == "no_such_section"


def test_a_new_queue_is_always_open_until_its_hours_are_set(fernhill: Tenant) -> None:
    tenant = changed(fernhill, "queues.travel", {"name": "Travel"})
    assert tenant.queues["travel"].hours.is_always
    later = changed(tenant, "hours.travel", OFFICE)
    assert not later.queues["travel"].hours.is_always
    assert later.queues["travel"].name == "Travel"


def test_what_nobody_can_say_is_left_out_and_everything_else_kept(fernhill: Tenant) -> None:
    says = "<b>Sorry</b>: \u202eהמתן\u202c — lines are down.\u0000 🙏"
    (notice,) = changed(fernhill, "notices", [{"says": says}]).notices
    assert notice.says == says.replace("\u0000", "")
