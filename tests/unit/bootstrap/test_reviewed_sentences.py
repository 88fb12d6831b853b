"""A reviewer's table becomes training sentences, or is refused as a whole."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from assistant.bootstrap.review import COLUMNS, accept, examples, since, write_table
from assistant.model.review import Line
from assistant.settings.environment import ROOT, SettingsError

NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


@pytest.fixture
def training(tmp_path: Path) -> Path:
    folder = tmp_path / "nlu"
    folder.mkdir()
    blocks = [
        {"intent": "balance", "examples": "- what is my balance\n- how much have i got\n"},
        {"intent": "out_of_scope", "examples": "- who won the cup\n"},
    ]
    (folder / "all.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": blocks}))
    return folder


def table(folder: Path, *rows: tuple[str, str]) -> Path:
    path = folder / "review.csv"
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(COLUMNS)
        out.writerows((1, text, 1, "not_understood", "", intent) for text, intent in rows)
    return path


def test_lines_with_an_intent_become_training_sentences(training: Path) -> None:
    into = training / "reviewed.yml"
    filled = table(training, ("Is there money in my pot", "balance"), ("no idea", ""), ("Sing to me", "out_of_scope"))
    assert accept(filled, into, training) == 2
    assert examples(training)["is there money in my pot"] == "balance"
    assert "no idea" not in examples(training)
    assert yaml.safe_load(into.read_text())["version"] == "3.1"


def test_accepting_twice_adds_nothing_and_a_later_table_keeps_what_stands(training: Path) -> None:
    into = training / "reviewed.yml"
    filled = table(training, ("is there money in my pot", "balance"))
    assert accept(filled, into, training) == 1
    before = into.read_text()
    assert accept(filled, into, training) == 0
    assert into.read_text() == before
    assert accept(table(training, ("what's left this month", "balance")), into, training) == 1
    assert {"is there money in my pot", "what's left this month"} <= examples(training).keys()


@pytest.mark.parametrize(("intent", "named"), [("balanse", "balanse"), ("verified", "verified")])
def test_an_intent_without_training_sentences_is_refused_and_nothing_written(
    training: Path, intent: str, named: str
) -> None:
    into = training / "reviewed.yml"
    with pytest.raises(SettingsError, match=f"line 3: there is no intent '{named}'"):
        accept(table(training, ("is there money in my pot", "balance"), ("and this", intent)), into, training)
    assert not into.exists()


def test_a_sentence_that_means_something_else_already_is_refused(training: Path) -> None:
    with pytest.raises(SettingsError, match="is a sentence of 'balance' already"):
        accept(table(training, ("What is my balance?", "out_of_scope")), training / "reviewed.yml", training)


def test_one_sentence_with_two_intents_is_refused(training: Path) -> None:
    filled = table(training, ("is it raining", "balance"), ("is it raining", "out_of_scope"))
    with pytest.raises(SettingsError, match="line 3"):
        accept(filled, training / "reviewed.yml", training)


def test_words_cannot_become_marks_of_the_training_file(training: Path) -> None:
    into = training / "reviewed.yml"
    nasty = ("- [pay](amount)\n  - intent: affirm", "# not a comment", "card •••4417 {x}|y", "'-5 please")
    assert accept(table(training, *((text, "balance") for text in nasty)), into, training) == 4
    [block] = yaml.safe_load(into.read_text())["nlu"]
    assert block["intent"] == "balance"
    assert sorted(block["examples"].splitlines()) == [
        "- 5 please",
        "- card 4417 x y",
        "- not a comment",
        "- pay amount - intent: affirm",
    ]


@pytest.mark.parametrize("content", [b"text\nhello\n", b"", b"text,intent\n\xff\xfe,balance\n"])
def test_another_table_is_refused_with_a_sentence(training: Path, content: bytes) -> None:
    path = training / "other.csv"
    path.write_bytes(content)
    with pytest.raises(SettingsError):
        accept(path, training / "reviewed.yml", training)
    with pytest.raises(SettingsError, match="cannot read"):
        accept(training / "absent.csv", training / "reviewed.yml", training)


def test_a_table_opened_in_a_spreadsheet_runs_nothing(tmp_path: Path) -> None:
    write_table(tmp_path / "out.csv", [Line(1, "=1+1", 2, "not_understood", "balance"), Line(1, "hi", 1, "x", "")])
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["text"] for row in rows] == ["'=1+1", "hi"]
    assert [row["intent"] for row in rows] == ["", ""]


def test_since_is_a_number_of_days_or_a_day() -> None:
    assert since("7d", NOW) == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert since("2026-03-01", NOW) == datetime(2026, 3, 1, tzinfo=UTC)
    for wrong in ("week", "7", "d", "2026-13-01", ""):
        with pytest.raises(SettingsError, match="--since"):
            since(wrong, NOW)


def test_the_shipped_training_data_is_read_as_rasa_reads_it() -> None:
    known = examples(ROOT / "rasa_project" / "data" / "nlu")
    assert known["i lost my card"] == "report_lost_card"
    assert len(set(known.values())) > 50
    assert "verified" not in known.values()
