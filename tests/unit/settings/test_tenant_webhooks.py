"""The tenant's webhooks: a safe address, known events, names that tell them apart, secrets that are secrets."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from assistant.settings.environment import SettingsError
from assistant.settings.tenant import Tenant
from assistant.settings.webhooks import WebhookPart, signing_keys

KEY = base64.b64encode(bytes(range(32))).decode()


def part(**changes: Any) -> WebhookPart:
    fields = {"url": "https://crm.example/hooks", "secret_env": "CRM_SECRET", "events": ["contact.placed"]}
    return WebhookPart.model_validate(fields | changes)


def tenant(*parts: dict[str, Any]) -> Tenant:
    queues = {"cards": {"name": "Cards"}}
    fields = {"brand": "Small Bank", "default_queue": "cards", "back_office": "demo.bank:open_bank", "queues": queues}
    return Tenant.model_validate(fields | {"webhooks": [part(**each).model_dump() for each in parts]})


def test_an_endpoint_is_named_by_its_host_unless_it_has_a_name() -> None:
    assert part().name == "crm.example"
    assert part(name="crm").name == "crm"
    assert [each.name for each in tenant({}, {"name": "other"}).webhooks] == ["crm.example", "other"]
    with pytest.raises(ValidationError, match=r"two are named 'crm\.example'"):
        tenant({}, {"url": "https://crm.example/more"})


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "http://localhost/x", "http://[::1]:80/x", "https://10.0.0.8"])
def test_this_machine_may_be_told_in_the_clear(url: str) -> None:
    assert part(url=url).url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://crm.example/hooks",
        "http://10.0.0.8/hooks",
        "http://localhost.example/hooks",
        "https://user:password@crm.example/hooks",
        "https://crm.example/hooks#part",
        "ftp://crm.example",
        "file:///etc/passwd",
        "https://",
        "crm.example",
    ],
)
def test_an_address_that_is_not_safe_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="url"):
        part(url=url)


@pytest.mark.parametrize(
    "changes",
    [
        {"events": []},
        {"events": ["contact.eaten"]},
        {"secret_env": "not a name"},
        {"secret": "whsec_x"},
        {"timeout_seconds": 60},
        {"name": "two words"},
    ],
)
def test_what_is_wrong_with_an_endpoint_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=next(iter(changes))):
        part(**changes)


def test_the_secret_comes_from_the_environment_or_the_file_beside(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    beside = tmp_path / ".env"
    beside.write_text(f"CRM_SECRET=whsec_{KEY}\n")
    assert signing_keys([part()], beside) == {"crm.example": (bytes(range(32)),)}
    other = base64.b64encode(bytes(32)).decode()
    monkeypatch.setenv("CRM_SECRET", f"whsec_{other}, whsec_{KEY}")
    assert signing_keys([part()], beside) == {"crm.example": (bytes(32), bytes(range(32)))}


@pytest.mark.parametrize("secret", ["", " , ", KEY, "whsec_", "whsec_short", f"whsec_{KEY}!", "whsec_" + KEY * 3])
def test_a_secret_that_is_none_names_its_variable_and_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, secret: str
) -> None:
    monkeypatch.setenv("CRM_SECRET", secret)
    with pytest.raises(SettingsError, match="CRM_SECRET") as refused:
        signing_keys([part()], tmp_path / "none")
    assert KEY not in str(refused.value)
