"""The Chromium that `make test` has found or installed, and how it is started."""

from __future__ import annotations

import shutil
from pathlib import Path

from serving.service import ROOT

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",  # as for a page that somebody has clicked in
)


def chromium_path() -> str:
    noted = ROOT / ".tools" / "chromium-path"
    path = noted.read_text().strip() if noted.exists() else shutil.which("chromium")
    assert path is not None, "no Chromium: `make test` finds or installs one"
    assert Path(path).exists(), f"{path} is missing: `make test` finds or installs a Chromium"
    return path
