"""The benchmark of the classifier measures what is shipped, and says what it measured."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import bench_nlu
import pytest
from components.understanding import SentenceClassifier
from conftest import PROJECT

WHERE = ("savings account", "current account", "joint account", "business account", "student account", "isa")
ASKED = {
    "balance": ("how much is in my {}", "what's the balance of my {}", "is there money in my {}"),
    "close": ("please close my {}", "i want to shut my {} down", "get rid of my {}"),
    "open": ("i'd like to open a {}", "how do i start a {}", "set a new {} up for me"),
}


@pytest.fixture
def sentences(tmp_path: Path) -> Path:
    path = tmp_path / "sentences.csv"
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(("text", "category"))
        table.writerows(
            (text.format(where), name) for name, texts in ASKED.items() for text in texts for where in WHERE
        )
    return path


def test_it_prints_each_contender_for_each_fold_and_their_means(sentences: Path) -> None:
    command = [sys.executable, "-W", "ignore", "bench_nlu.py", str(sentences), "--folds", "2"]
    printed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True, timeout=200).stdout
    lines = [line.split() for line in printed.splitlines()]
    assert lines[0][:3] == ["sentences.csv:", "54", "sentences,"]
    assert [(line[0], line[1]) for line in lines[2:]] == [
        (name, fold) for fold in ("1", "2", "mean") for name in ("shipped", "baseline")
    ]
    assert all(float(line[2]) >= 0.8 for line in lines[2:])


def test_it_gives_the_means_as_json(sentences: Path) -> None:
    command = [sys.executable, "-W", "ignore", "bench_nlu.py", str(sentences), "--folds", "2", "--json"]
    printed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True, timeout=200).stdout
    figures = json.loads(printed)
    assert set(figures) == {"shipped", "baseline"}
    assert set(figures["shipped"]) == {"accuracy", "ms_mean", "ms_median", "ms_p95", "train_seconds"}


def test_it_measures_the_component_of_the_pipeline_with_its_settings() -> None:
    assert f"{SentenceClassifier.__module__}.{SentenceClassifier.__name__}" == bench_nlu.COMPONENT
    assert "always" in bench_nlu._settings()


def test_another_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("words,meaning\nhello,greet\n")
    with pytest.raises(SystemExit, match="the columns must be text,category"):
        bench_nlu.read(tmp_path / "other.csv")
