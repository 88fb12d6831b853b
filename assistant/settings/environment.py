"""The settings of the service, from the environment or a `.env` file; each default serves the embedded run."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]
REDIS_SCHEMES = ("redis://", "rediss://", "redis+sentinel://", "redis+cluster://")
DEFAULT_TWILIO_API_URL = "https://api.twilio.com"


class SettingsError(Exception):
    """A setting or the tenant file is wrong; the message names the variable or the field, and the reason."""


class Settings(BaseSettings):
    """Typed and frozen. Secrets never show in a representation."""

    model_config = SettingsConfigDict(env_prefix="HOLDFAST_", env_file=".env", frozen=True, extra="ignore")

    tenant: Path = ROOT / "demo" / "tenant.yml"
    data_dir: Path = ROOT / ".holdfast"
    database_url: SecretStr | None = None
    redis_url: SecretStr | None = None
    rasa_url: str | None = None
    rasa_token: SecretStr | None = None
    public_url: str | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    secret_key: SecretStr | None = None
    identity_key: SecretStr | None = None
    back_office_secret: SecretStr | None = None
    twilio_account_sid: str | None = None
    twilio_auth_token: SecretStr | None = None
    twilio_api_url: str | None = None
    twilio_api_key: str | None = None
    twilio_api_key_secret: SecretStr | None = None
    calls_per_second: float = Field(default=1.0, gt=0, le=100)
    emulator_speed: float = Field(default=1.0, gt=0, le=1000)
    rate_limits: Literal["on", "off"] = "on"

    @property
    def is_embedded(self) -> bool:
        """No database was configured: SQLite in the data folder, demo people, everything in one process."""
        return self.database_url is None

    @property
    def origin(self) -> str:
        """What the service is reached at from outside, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def origins(self) -> tuple[str, ...]:
        """Where our own pages may be served from: the public address, and this machine's names in the embedded run."""
        local = (f"http://localhost:{self.port}", f"http://127.0.0.1:{self.port}") if self.is_embedded else ()
        return (self.origin, *local)

    @property
    def has_emulator(self) -> bool:
        """No Twilio account was configured: the built-in telephone emulator stands in."""
        return not self.twilio_account_sid

    @property
    def auth_tokens(self) -> tuple[str, ...]:
        """Twilio's auth tokens, blanks dropped; more than one while rotating."""
        raw = self.twilio_auth_token.get_secret_value() if self.twilio_auth_token else ""
        return tuple(token.strip() for token in raw.split(",") if token.strip())


def load_settings() -> Settings:
    """The settings of this process; raises `SettingsError` naming each wrong variable and why."""
    try:
        settings = Settings()
    except ValidationError as error:
        wrong = [f"HOLDFAST_{str(item['loc'][0]).upper()}: {item['msg']}" for item in error.errors()]
        raise SettingsError("; ".join(wrong)) from None
    web = ("http://", "https://")
    _check_beginning("PUBLIC_URL", settings.public_url, web)
    _check_beginning("RASA_URL", settings.rasa_url, web)
    _check_beginning("TWILIO_API_URL", settings.twilio_api_url, web)
    _check_beginning("DATABASE_URL", settings.database_url, ("postgresql://", "postgres://", "sqlite:///"))
    _check_beginning("REDIS_URL", settings.redis_url, REDIS_SCHEMES)
    if settings.twilio_account_sid and not settings.auth_tokens:
        raise SettingsError("HOLDFAST_TWILIO_AUTH_TOKEN: needed where HOLDFAST_TWILIO_ACCOUNT_SID is set")
    if bool(settings.twilio_api_key) is not bool(settings.twilio_api_key_secret):
        raise SettingsError("HOLDFAST_TWILIO_API_KEY and HOLDFAST_TWILIO_API_KEY_SECRET: each needs the other")
    if settings.twilio_api_key and not settings.twilio_api_key.startswith("SK"):
        raise SettingsError("HOLDFAST_TWILIO_API_KEY: begins with SK; the other one is its secret")
    return settings


def check_for_serving(settings: Settings) -> None:
    """Raises `SettingsError` where a setting is missing that `holdfast serve` cannot do without."""
    needed = {"HOLDFAST_DATABASE_URL": settings.database_url, "HOLDFAST_SECRET_KEY": settings.secret_key}
    missing = [name for name, value in needed.items() if not value]
    if missing:
        raise SettingsError(
            f"{' and '.join(missing)}: needed by `holdfast serve`, the same for all its processes; "
            "`holdfast run` tries everything out without"
        )


def _check_beginning(name: str, value: str | SecretStr | None, beginnings: tuple[str, ...]) -> None:
    """Addresses can hold passwords: only the beginning is told."""
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if text is not None and not text.startswith(beginnings):
        scheme = text.partition("://")[0][:20]
        raise SettingsError(f"HOLDFAST_{name}: must begin with {' or '.join(beginnings)}, not {scheme!r}")
