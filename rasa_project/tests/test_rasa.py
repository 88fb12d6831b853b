"""Rasa's own commands do what Rasa people expect of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from conftest import PROJECT


def rasa(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-m", "rasa", *arguments]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False)


def test_rasa_test_finds_every_story_as_told(model: Path, tmp_path: Path) -> None:
    story = str(PROJECT / "tests" / "test_stories.yml")
    ended = rasa("test", "core", "--e2e", "--stories", story, "--model", str(model), "--out", str(tmp_path),
                 "--fail-on-prediction-errors")  # fmt: skip
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]


def test_the_training_data_is_sound() -> None:
    ended = rasa("data", "validate", "--domain", "domain")
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]
