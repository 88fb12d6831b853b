"""The part of the tenant file that says who is told of what, and the secrets that it names."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.model.texts import CARRIER
from assistant.settings.environment import SettingsError

PREFIX = "whsec_"
SHORTEST_SECRET, LONGEST_SECRET = 24, 64  # bytes; https://www.standardwebhooks.com

type WebhookEvent = Literal[
    "contact.placed",
    "contact.offered",
    "contact.connected",
    "contact.returned",
    "contact.closed",
    "feedback.given",
    "contact.erased",
]


class WebhookPart(BaseModel):
    """One endpoint: where, signed with what, told of which events; see docs/webhooks.md.

    `secret_env` names the variable that holds the secret. `name` is what supervisors and metrics call it: its host
    where none is given. With `briefing` a `contact.connected` holds what the agent is told of the matter.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    secret_env: str = Field(pattern="^[A-Za-z_][A-Za-z0-9_]*$")
    events: list[WebhookEvent] = Field(min_length=1)
    briefing: bool = False
    name: str = Field(default="", pattern=r"^[A-Za-z0-9_.:-]{0,80}$")
    timeout_seconds: float = Field(default=10.0, ge=1, le=15)

    @model_validator(mode="before")
    @classmethod
    def _named_by_its_host(cls, value: object) -> object:
        if isinstance(value, dict) and isinstance(value.get("url"), str) and not value.get("name"):
            return value | {"name": (urlsplit(value["url"]).hostname or "")[:80]}
        return value

    @model_validator(mode="after")
    def _leads_somewhere_safe(self) -> WebhookPart:
        parts = urlsplit(self.url)
        host = parts.hostname
        if parts.scheme not in {"http", "https"} or not host:
            raise ValueError("url: an address that begins with https://")
        if parts.username is not None or parts.password is not None or parts.fragment:
            raise ValueError("url: neither a user, a password nor a fragment")
        if parts.scheme == "http" and not _is_loopback(host):
            raise ValueError("url: must begin with https://; only this machine itself may be told over http://")
        return self


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_webhooks(parts: Sequence[WebhookPart]) -> None:
    """Raises `ValueError` where two endpoints have one name."""
    names = [part.name for part in parts]
    if CARRIER in names:
        raise ValueError(f"webhooks: {CARRIER!r} is how texts are named: give it another name")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"webhooks: two are named {twice!r}: give each a name of its own")


def signing_keys(parts: Sequence[WebhookPart], env_file: Path = Path(".env")) -> Mapping[str, tuple[bytes, ...]]:
    """The keys of each endpoint, by its name; several, comma-separated, while rotating.

    Raises `SettingsError` naming the variable where a secret is missing or is none.
    """
    beside = dotenv_values(env_file) if env_file.exists() else {}
    values = {part.secret_env: os.environ.get(part.secret_env) or beside.get(part.secret_env) for part in parts}
    return {part.name: _keys(part.secret_env, values[part.secret_env]) for part in parts}


def _keys(variable: str, value: str | None) -> tuple[bytes, ...]:
    secrets = [secret.strip() for secret in (value or "").split(",") if secret.strip()]
    if not secrets:
        raise SettingsError(f"{variable}: needed, for the tenant's webhooks name it as their secret")
    return tuple(_key(variable, secret) for secret in secrets)


def _key(variable: str, secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not SHORTEST_SECRET <= len(key) <= LONGEST_SECRET:
        sizes = f"{SHORTEST_SECRET} to {LONGEST_SECRET}"
        raise SettingsError(f"{variable}: a secret is {PREFIX} and {sizes} random bytes in base64")
    return key
