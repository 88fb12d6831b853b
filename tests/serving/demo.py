"""The demo's tenant with a few things changed, and a look into the demo bank's own books."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import yaml

from serving.service import ROOT

TENANT = ROOT / "demo" / "tenant.yml"


def changed_tenant(
    folder: Path,
    queues: dict[str, dict[str, Any]] | None = None,
    parts: dict[str, Any] | None = None,
    **timing: float,
) -> dict[str, str]:
    """The setting that serves the demo's tenant with these timings (in seconds), fields of queues and of parts."""
    tenant = yaml.safe_load(TENANT.read_text(encoding="utf-8"))
    tenant["timing"] = tenant.get("timing", {}) | timing
    for name, fields in (queues or {}).items():
        tenant["queues"][name] |= fields
    for name, fields in (parts or {}).items():
        given = tenant.get(name)
        tenant[name] = given | fields if isinstance(given, dict) else fields
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "tenant.yml"
    path.write_text(yaml.safe_dump(tenant, sort_keys=False), encoding="utf-8")
    return {"HOLDFAST_TENANT": str(path)}


def card_status(data_dir: Path, card_id: str) -> str:
    """What the demo bank's own database says about a card."""
    with closing(sqlite3.connect(f"file:{data_dir / 'bank.db'}?mode=ro", uri=True)) as bank:
        (status,) = bank.execute("SELECT status FROM cards WHERE id = ?", (card_id,)).fetchone()
        return str(status)


def shows(secret: str, text: object) -> bool:
    """Whether the secret stands anywhere as a word of its own: the digits of an id may hold it by chance."""
    return re.search(rf"(?<![\w-]){re.escape(secret)}(?![\w-])", str(text)) is not None
