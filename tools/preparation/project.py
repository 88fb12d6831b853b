"""Where things are in the project."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".tools"
LOGS = TOOLS / "logs"

SERVICE_ENV = ROOT / ".venv"
SERVICE_PYTHON = SERVICE_ENV / "bin" / "python"

RASA = ROOT / "rasa_project"
RASA_ENV = RASA / ".venv"
RASA_PYTHON = RASA_ENV / "bin" / "python"
MODEL = RASA / "models" / "holdfast.tar.gz"

WEB = ROOT / "web"
WEB_PACKAGES = WEB / "node_modules"
WEB_DIST = WEB / "dist"

CHROMIUM_PATH = TOOLS / "chromium-path"
