"""A tenant file that is wrong is refused with the field and the reason; the demo's is right."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.model.hours import ALWAYS
from assistant.settings.environment import ROOT, SettingsError
from assistant.settings.tenant import Tenant, load_tenant

SMALL: dict[str, Any] = {
    "brand": "Small Bank",
    "default_queue": "cards",
    "queues": {"cards": {"name": "Cards", "dnis": ["+442079460000"]}},
    "back_office": "package.module:function",
}
REMOVED = object()
TO_A_PERSON = {"bereavement", "complaint", "danger_to_life", "hardship", "scam_in_progress"}


def written(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "tenant.yml"
    path.write_text(content, encoding="utf-8")
    return path


def small_with(path: str, value: Any) -> dict[str, Any]:
    """The small tenant with one thing changed, at a dotted path."""
    tenant: dict[str, Any] = yaml.safe_load(yaml.safe_dump(SMALL))
    *parents, last = path.split(".")
    part = tenant
    for name in parents:
        part = part.setdefault(name, {})
    if value is REMOVED:
        del part[last]
    else:
        part[last] = value
    return tenant


def test_a_small_file_is_enough(tmp_path: Path) -> None:
    tenant = load_tenant(written(tmp_path, yaml.safe_dump(SMALL)))
    assert tenant.queues["cards"].hours is ALWAYS
    assert (tenant.chat_slots, tenant.timing.grace_seconds, tenant.verification.failures) == (3, 120, 5)


@pytest.mark.parametrize(
    ("path", "value", "field", "reason"),
    [
        ("brand", REMOVED, "brand", "required"),
        ("brannd", "Small Bank", "brannd", "not permitted"),
        ("queues.cards.nmae", "Cards", "queues.cards.nmae", "not permitted"),
        ("queues.cards.name", REMOVED, "queues.cards.name", "required"),
        ("relay", {"tts_provider": "Polly"}, "relay.tts_provider", "'Google', 'Amazon' or 'ElevenLabs'"),
        ("relay", {"voice": "Amy"}, "relay.voice", "not permitted"),
        ("relay", {"silence_seconds": 0}, "relay.silence_seconds", "greater than 0"),
        ("recording", {"needs": "luck"}, "recording.needs", "'nothing', 'notice' or 'consent'"),
        ("recording", {"notice": ""}, "recording.notice", "at least 1 character"),
        ("recording", {"kept_days": 0}, "recording.kept_days", "greater than or equal to 1"),
        ("transcription", {"needs": "luck"}, "transcription.needs", "'nothing', 'notice' or 'consent'"),
        ("transcription", {"notice": ""}, "transcription.notice", "at least 1 character"),
        ("default_queue", "loans", "default_queue", "no queue 'loans'"),
        ("queues.other", {"name": "Other", "dnis": ["+442079460000"]}, "queues", "share a number"),
        ("number_languages", {"+442079469999": "en"}, "number_languages.+442079469999", "a number of a queue"),
        ("number_languages", {"+442079460000": "ka"}, "number_languages.+442079460000", "a language of the tenant's"),
        ("queues.cards.overflow", {"to": "loans", "after_seconds": 60}, "overflow", "no queue 'loans'"),
        ("queues.cards.overflow", {"to": "cards", "after_seconds": 60}, "overflow", "in a circle"),
        ("queues.cards.overflow", {"to": "cards", "after_seconds": 0}, "after_seconds", "greater than 0"),
        ("queues.cards.limit", 0, "queues.cards.limit", "greater than or equal to 1"),
        ("head_starts", {"topics": {"flood": 60}}, "head_starts.topics", "no topic 'flood'"),
        ("callbacks", {"first": "whoever"}, "callbacks.first", "'agent' or 'customer'"),
        ("queues.cards.hours", "sometimes", "queues.cards.hours", "dictionary"),
        ("queues.cards.hours", {"weekly": {}}, "queues.cards.hours", "never open"),
        ("queues.cards.hours", {"weekly": {"monday": ["09:00-17:00"]}}, "queues.cards.hours", "monday"),
        ("queues.cards.hours", {"weekly": {"mon": ["9 to 5"]}}, "queues.cards.hours", "no span of a day"),
        (
            "queues.cards.hours",
            {"time_zone": "Europe/Londres", "weekly": {"mon": ["09:00-17:00"]}},
            "queues.cards.hours",
            "unknown time zone 'Europe/Londres'",
        ),
        ("queues.cards.expected_handle_seconds", 0, "queues.cards.expected_handle_seconds", "greater than 0"),
        ("verification", {"pin_digits": 2}, "verification.pin_digits", "greater than or equal to 4"),
        ("timing", {"offer_seconds": "soon"}, "timing.offer_seconds", "valid number"),
        ("services", {"freeze_card": {"label": "Freeze", "level": 9}}, "services.freeze_card.level", "less than"),
        (
            "services",
            {"fees": {"label": "Fees", "level": 2, "page": {"title": "Fees", "says": "None."}}},
            "services.fees",
            "a page is for everybody",
        ),
        (
            "services",
            {"balance": {"label": "Balance", "level": 1, "looks_up": "accounts"}},
            "services.balance",
            "needs level 2 or 3",
        ),
        ("topics", {"balance": {}}, "topics.balance.label", "required"),
        ("topics", {"theft": {"label": "Theft", "queue": "police"}}, "topics.theft.queue", "no queue 'police'"),
        (
            "services",
            {"order": {"label": "Order", "later": {"topic": "when", "spoken": "the order"}}},
            "services.order.later.topic",
            "no topic 'when'",
        ),
        ("asks_consent", "perhaps", "asks_consent", "boolean"),
        ("callbacks", {"region": "ZZ"}, "callbacks.region", "'ZZ' is no country"),
        ("callbacks", {"countries": ["GB", "uk"]}, "callbacks.countries", "'uk' is no country"),
        ("callbacks", {"first": "both"}, "callbacks.first", "'agent' or 'customer'"),
        ("notices", [{"says": ""}], "notices.0.says", "at least 1 character"),
        ("notices", [{"says": "x", "queues": ["cads"]}], "notices.0.queues", "no queue 'cads'"),
        ("notices", [{"says": "x", "begin": "2026-03-02T09:00:00"}], "notices.0.begin", "timezone"),
        (
            "notices",
            [{"says": "x", "begin": "2026-03-02T09:00:00Z", "end": "2026-03-02T09:00:00Z"}],
            "notices.0",
            "later than begin",
        ),
        ("fallback", {"number": "0800 1111"}, "fallback.number", "match pattern"),
        ("spoken_messages", {"longest_seconds": 121}, "spoken_messages.longest_seconds", "less than or equal to 120"),
        ("chat_slots", 0, "chat_slots", "greater than or equal to 1"),
        ("back_office", "package.module", "back_office", "package.module:function"),
    ],
)
def test_a_wrong_field_is_named_with_the_reason(tmp_path: Path, path: str, value: Any, field: str, reason: str) -> None:
    file = written(tmp_path, yaml.safe_dump(small_with(path, value)))
    with pytest.raises(SettingsError) as refused:
        load_tenant(file)
    message = str(refused.value)
    assert message.startswith(f"HOLDFAST_TENANT: {file}: ")
    assert field in message
    assert reason in message


def test_every_wrong_field_is_named_at_once(tmp_path: Path) -> None:
    file = written(tmp_path, yaml.safe_dump(small_with("chat_slots", 99) | {"back_office": "nothing"}))
    with pytest.raises(SettingsError, match=r"(?s)chat_slots.*back_office|back_office.*chat_slots"):
        load_tenant(file)


@pytest.mark.parametrize("content", ["", "- a list", "just words", "brand: [unclosed", "a: b: c"])
def test_a_file_that_is_no_tenant_at_all_is_refused(tmp_path: Path, content: str) -> None:
    file = written(tmp_path, content)
    with pytest.raises(SettingsError, match=re.escape(str(file))):
        load_tenant(file)


def test_a_file_that_is_not_there_is_told_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"HOLDFAST_TENANT: cannot read .*nowhere.yml: No such file"):
        load_tenant(tmp_path / "nowhere.yml")


def test_hours_of_the_file_are_hours_in_their_zone() -> None:
    hours = {
        "time_zone": "Europe/London",
        "weekly": {"mon": ["09:00-12:00", "13:00-24:00"]},
        "holidays": ["2026-03-09"],
    }
    queue = Tenant.model_validate(small_with("queues.cards.hours", hours)).queues["cards"]
    times = [datetime(2026, 3, 2, hour, 30, tzinfo=UTC) for hour in (8, 9, 12, 23)]
    assert [queue.hours.is_open(at) for at in times] == [False, True, False, True]
    assert not queue.hours.is_open(datetime(2026, 3, 9, 10, tzinfo=UTC))


def test_a_dialled_number_leads_to_its_queue_and_any_other_to_the_default(fernhill: Tenant) -> None:
    numbers = ["+442079460000", "+442079460001", "+442079460002", "+15550001111", None]
    assert [fernhill.queue_of_number(dnis) for dnis in numbers] == ["cards", "accounts", "fraud", "cards", "cards"]


def test_labels_are_the_file_s_and_readable_where_it_has_none(fernhill: Tenant) -> None:
    assert fernhill.topic_label("report_lost_card") == "Lost or stolen card"
    assert fernhill.topic_label("something_else") == "Something else"
    assert fernhill.topic_label(None) is None
    assert fernhill.fact_label("report_lost_card", "card_last4") == "Last four digits"
    assert fernhill.fact_label(None, "favourite_colour") == "Favourite colour"
    assert fernhill.service_label("freeze_card") == "Freeze the card"
    assert fernhill.service_label("make_tea") == "Make tea"


def test_the_demo_has_its_queues_topics_and_services(fernhill: Tenant) -> None:
    assert fernhill.brand == "Fernhill Bank"
    assert list(fernhill.queues) == ["cards", "accounts", "fraud"]
    assert {queue.hours for queue in fernhill.queues.values()} == {ALWAYS}
    assert len(fernhill.topics) == 30 + len(TO_A_PERSON)
    levels = {name: service.level for name, service in fernhill.services.items()}
    assert {name for name, level in levels.items() if level == 3} == {"pay_bill"}
    pages = {name for name, service in fernhill.services.items() if service.page is not None}
    assert {name for name, level in levels.items() if level == 0} == pages
    assert {name for name, level in levels.items() if level == 2} >= {"freeze_card", "balance", "pin_change"}


def test_the_demo_labels_every_fact_that_the_dialogue_asks_for(fernhill: Tenant) -> None:
    forms = yaml.safe_load((ROOT / "rasa_project" / "domain" / "topics.yml").read_text(encoding="utf-8"))["forms"]
    asked = {name.removesuffix("_form"): set(form["required_slots"]) for name, form in forms.items()}
    assert set(asked) | TO_A_PERSON == set(fernhill.topics)
    assert {topic: facts - set(fernhill.topics[topic].facts) for topic, facts in asked.items()} == {
        topic: set() for topic in asked
    }


def test_what_goes_straight_to_a_person_is_what_the_dialogue_sends_there(fernhill: Tenant) -> None:
    policies = yaml.safe_load((ROOT / "rasa_project" / "config.yml").read_text(encoding="utf-8"))["policies"]
    assert set(policies[0]["to_a_person"]) == TO_A_PERSON
    assert set(fernhill.head_starts.topics) == {"scam_in_progress", "danger_to_life"}
    assert fernhill.emergency_number == "999"


def test_the_demo_asks_for_consent_and_sends_a_fraud_to_its_own_line(fernhill: Tenant) -> None:
    assert fernhill.asks_consent
    elsewhere = {topic: part.queue for topic, part in fernhill.topics.items() if part.queue is not None}
    assert elsewhere == {"report_fraud": "fraud"}


def test_a_longer_circle_of_overflows_is_refused_too(tmp_path: Path) -> None:
    tenant = small_with("queues.cards.overflow", {"to": "loans", "after_seconds": 60})
    tenant["queues"]["loans"] = {"name": "Loans", "overflow": {"to": "savings", "after_seconds": 60}}
    tenant["queues"]["savings"] = {"name": "Savings", "overflow": {"to": "loans", "after_seconds": 60}}
    with pytest.raises(SettingsError, match="in a circle, back to 'loans'"):
        load_tenant(written(tmp_path, yaml.safe_dump(tenant)))


def test_a_language_is_known_with_and_without_its_country() -> None:
    tenant = Tenant.model_validate(SMALL | {"languages": ["en", "ar", "pt-BR"]})
    asked = ("ar", "ar-EG", "pt-BR", "pt", "cy", "", None)
    assert [tenant.language_for(tag) for tag in asked] == ["ar", "ar", "pt-BR", "en", "en", "en", "en"]
