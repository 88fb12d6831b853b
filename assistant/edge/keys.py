"""Secrets that must survive a restart: from the settings, else made once in the data folder."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path


def kept_secret(data_dir: Path, name: str) -> str:
    """The secret of this name in the data folder; made on first use, readable by its owner only."""
    path = data_dir / name
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text().strip()


def token_hash(token: str) -> str:
    """How a bearer token is stored and looked up."""
    return hashlib.sha256(token.encode()).hexdigest()


def same(left: str, right: str) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())
