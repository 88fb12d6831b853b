"""What `serve.py` leaves out, and what it must not leave out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest
import without_tensorflow
from caller import Server
from conftest import PROJECT

FOLDED = "import sys; sys.path.insert(0, '.'); import without_tensorflow; from pathlib import Path; "


def model_of(folder: Path, *uses: str) -> Path:
    nodes = {str(number): {"uses": use} for number, use in enumerate(uses)}
    described = json.dumps({"predict_schema": {"nodes": nodes}}).encode()
    path = folder / "model.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo("metadata.json")
        entry.size = len(described)
        archive.addfile(entry, BytesIO(described))
    return path


@pytest.mark.parametrize(
    ("use", "left_out"),
    [
        ("components.facts.FactSpotter", "True"),
        ("rasa.nlu.classifiers.diet_classifier.DIETClassifier", "False"),
        ("somebody.elses.Component", "False"),
    ],
)
def test_tensorflow_is_left_out_only_where_nothing_needs_it(tmp_path: Path, use: str, left_out: str) -> None:
    code = FOLDED + f"print(without_tensorflow.leave_it_out(Path({str(model_of(tmp_path, use))!r})))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == left_out


def test_the_trained_model_needs_none(model: Path) -> None:
    assert all(use.startswith(without_tensorflow._DOES_WITHOUT) for use in without_tensorflow._uses(model))


def test_one_that_stands_alone_needs_nothing_on_its_standard_input(model: Path) -> None:
    server = Server(PROJECT, model, alone=True)
    try:
        server.wait_until_ready()
        server.process.terminate()
        assert server.process.wait(timeout=15) == 0
    finally:
        server.process.kill()


def test_without_a_token_it_says_so_and_does_not_start(model: Path) -> None:
    without = {name: value for name, value in os.environ.items() if name != "HOLDFAST_RASA_TOKEN"}
    command = [sys.executable, "serve.py", "--port", "1", "--model", str(model)]
    done = subprocess.run(command, cwd=PROJECT, env=without, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "HOLDFAST_RASA_TOKEN" in done.stderr
