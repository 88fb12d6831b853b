"""What `serve.py` leaves out, and what it must not leave out."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest
import without_tensorflow
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
