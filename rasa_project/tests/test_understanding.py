"""What the model makes of sentences that were written before its training sentences."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Dict

import ruamel.yaml
import understand
from conftest import PROJECT

TESTS = PROJECT / "tests"


def measured(model: Path, name: str) -> Dict[str, Any]:
    return understand.measures(asyncio.run(understand.judge(model, understand.read(TESTS / name))))


def test_topics_and_what_is_none(model: Path) -> None:
    figures = measured(model, "understanding.csv")
    assert figures["in_scope_accuracy"] >= 0.90
    assert figures["out_of_scope_recall"] >= 0.70
    assert figures["false_refusals"] <= 0.05


def test_manners(model: Path) -> None:
    assert measured(model, "manners.csv")["in_scope_accuracy"] >= 0.85


def test_every_topic_has_forty_examples_and_none_is_a_test_sentence() -> None:
    tested = {
        text.strip().lower()
        for name in ("understanding.csv", "manners.csv")
        for text, _ in understand.read(TESTS / name)
    }
    count: Counter[str] = Counter()
    for file in sorted((PROJECT / "data" / "nlu").glob("*.yml")):
        for block in ruamel.yaml.YAML(typ="safe").load(file)["nlu"]:
            examples = [line[2:].strip().lower() for line in block["examples"].strip().split("\n")]
            assert not tested & set(examples), block["intent"]
            assert len(set(examples)) == len(examples), (
                block["intent"],
                [e for e, n in Counter(examples).items() if n > 1],
            )
            count[block["intent"]] += len(examples)
    domain = ruamel.yaml.YAML(typ="safe").load(PROJECT / "domain" / "topics.yml")
    assert all(count[topic] >= 40 for topic in domain["intents"])


def test_the_command_prints_its_figures_as_json(model: Path, tmp_path: Path) -> None:
    sentences = tmp_path / "own.csv"
    sentences.write_text("text,intent\nwhat's my balance,balance\nwho won the cup,out_of_scope\n")
    command = [sys.executable, "understand.py", str(sentences), "--model", str(model), "--json"]
    printed = subprocess.run(command, cwd=PROJECT, capture_output=True, check=True, timeout=120).stdout
    figures = json.loads(printed)
    assert figures["in_scope_accuracy"] == 1.0
    assert set(figures) == {
        "in_scope_accuracy",
        "out_of_scope_recall",
        "false_refusals",
        "ms_per_message",
        "confusions",
    }
