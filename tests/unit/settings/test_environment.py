"""The service's settings: defaults for the embedded run, refusals that name the variable, secrets that never show."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant.settings.environment import Settings, SettingsError, load_settings


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of whoever runs the tests, and no `.env` file."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("HOLDFAST_")]:
        monkeypatch.delenv(name)


def test_without_settings_everything_is_embedded() -> None:
    settings = load_settings()
    assert settings.is_embedded
    assert settings.has_emulator
    assert (settings.origin, settings.auth_tokens) == ("http://127.0.0.1:8080", ())
    assert settings.tenant.name == "tenant.yml"


def test_a_file_beside_gives_what_the_environment_does_not(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("HOLDFAST_PORT=9000\nHOLDFAST_HOST=0.0.0.0\n")
    monkeypatch.setenv("HOLDFAST_PORT", "9001")
    settings = load_settings()
    assert (settings.host, settings.port) == ("0.0.0.0", 9001)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("RATE_LIMITS", "maybe"),
        ("PUBLIC_URL", "bank.example"),
        ("RASA_URL", "localhost:5005"),
        ("DATABASE_URL", "mysql://user:canary@host/db"),
        ("REDIS_URL", "http://user:canary@host"),
    ],
)
def test_a_wrong_value_names_its_variable_and_shows_no_secret(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"HOLDFAST_{name}", value)
    with pytest.raises(SettingsError, match=f"HOLDFAST_{name}: ") as refused:
        load_settings()
    assert "canary" not in str(refused.value)


def test_an_account_without_a_token_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_TWILIO_ACCOUNT_SID", "AC" + "0" * 32)
    monkeypatch.setenv("HOLDFAST_TWILIO_AUTH_TOKEN", " , ")
    with pytest.raises(SettingsError, match="HOLDFAST_TWILIO_AUTH_TOKEN"):
        load_settings()


def test_blank_tokens_are_dropped_while_rotating(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_TWILIO_AUTH_TOKEN", "new, ,old,")
    assert load_settings().auth_tokens == ("new", "old")


def test_the_public_address_has_no_slash_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_PUBLIC_URL", "https://bank.example/")
    assert load_settings().origin == "https://bank.example"


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = ("DATABASE_URL", "REDIS_URL", "RASA_TOKEN", "SECRET_KEY", "TWILIO_AUTH_TOKEN")
    beginnings = {"DATABASE_URL": "postgresql://", "REDIS_URL": "redis://"}
    for name in secrets:
        monkeypatch.setenv(f"HOLDFAST_{name}", f"{beginnings.get(name, '')}canary")
    assert "canary" not in repr(load_settings())


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]
