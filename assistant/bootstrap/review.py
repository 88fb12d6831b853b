"""The review of what was not understood: a table for a person to fill in, and back into training sentences."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from assistant.adapters.memory_bus import MemoryBus
from assistant.adapters.migrate import migrate
from assistant.adapters.sql_store import open_store
from assistant.adapters.system_clock import SystemClock
from assistant.bootstrap.parts import database_url
from assistant.model.review import Line, lines
from assistant.model.similarity import plain
from assistant.settings.environment import Settings, SettingsError

COLUMNS = ("group", "text", "count", "why", "suggested", "intent")
NEEDED = frozenset({"text", "intent"})
DAYS = re.compile(r"(\d{1,4})d")
HEAD = "# What callers said that was not understood, and what a reviewer says it meant. Written by `holdfast review`.\n"


def since(asked: str, now: datetime) -> datetime:
    """`7d`, or a day as `2026-11-20`; raises `SettingsError` for anything else."""
    days = DAYS.fullmatch(asked)
    if days:
        return now - timedelta(days=int(days.group(1)))
    try:
        day = datetime.fromisoformat(asked)
    except ValueError:
        raise SettingsError(
            f"--since: {asked!r} is neither a number of days, as 7d, nor a day, as 2026-11-20"
        ) from None
    return day if day.tzinfo else day.replace(tzinfo=UTC)


async def collect(settings: Settings, asked: str, training: Path) -> list[Line]:
    """The lines of the review since then; `training` is the folder of the sentences that are known already."""
    clock = SystemClock()
    begin = since(asked, clock.now())
    if settings.is_embedded:  # nobody may have run it yet
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        await migrate(database_url(settings))
    store = open_store(database_url(settings), clock, MemoryBus())
    try:
        return lines(await store.read(lambda work: work.trail.misheard(begin)), examples(training))
    finally:
        await store.close()


def write_table(path: Path, found: Iterable[Line]) -> None:
    """A table with an empty column `intent` for the reviewer; a text that a spreadsheet would run is made harmless."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for line in found:
            text = f"'{line.text}" if line.text.startswith(("=", "+", "-", "@")) else line.text
            table.writerow((line.group, text, line.count, line.why, line.suggested, ""))


def accept(table: Path, into: Path, training: Path) -> int:
    """Adds the lines whose intent is filled in to the training file; gives how many were new.

    Raises `SettingsError` that names every line whose intent has no training sentences, or whose text is one of
    another intent. Nothing is written then.
    """
    known = examples(training)
    intents = set(known.values())
    learnt = {plain(text): intent for text, intent in known.items()}
    accepted, wrong = _filled_in(table), []
    for number, text, intent in accepted:
        if intent not in intents:
            wrong.append(f"line {number}: there is no intent {intent!r}")
        elif learnt.get(plain(text), intent) != intent:
            wrong.append(f"line {number}: {text!r} is a sentence of {learnt[plain(text)]!r} already")
        learnt.setdefault(plain(text), intent)
    if wrong:
        raise SettingsError(f"{table}: {'; '.join(wrong)}")
    before = _read(into) if into.exists() else {}
    added = 0
    have = {plain(text) for text in known} | {plain(text) for text in before}
    for _, text, intent in accepted:
        if plain(text) not in have:
            before[text] = intent
            have.add(plain(text))
            added += 1
    if added:
        _write(into, before)
    return added


def examples(folder: Path) -> dict[str, str]:
    """Every training sentence in a folder's files, in Rasa's format, with its intent."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("**/*.yml")):
        found |= _read(path)
    return found


def _read(path: Path) -> dict[str, str]:
    content: Any = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    return {
        line[2:].strip(): block["intent"]
        for block in content.get("nlu", ())
        if "intent" in block
        for line in str(block["examples"]).splitlines()
        if line.startswith("- ")
    }


def _write(path: Path, sentences: dict[str, str]) -> None:
    """The file whole, replaced in one step, in an order that keeps differences small."""
    out = [HEAD, 'version: "3.1"\nnlu:\n']
    for intent in sorted(set(sentences.values())):
        texts = sorted(text for text, meant in sentences.items() if meant == intent)
        out += [f"  - intent: {intent}\n    examples: |\n", *(f"      - {text}\n" for text in texts)]
    draft = path.with_name(f"{path.name}.draft")
    draft.write_text("".join(out), encoding="utf-8")
    draft.replace(path)


def _filled_in(table: Path) -> list[tuple[int, str, str]]:
    """The lines that a reviewer gave an intent, as `(line, text, intent)`; the text as a training sentence."""
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file)
            if not set(rows.fieldnames or ()) >= NEEDED:
                raise SettingsError(f"{table}: the columns must be {', '.join(COLUMNS)}")
            found = [
                (rows.line_num, _sentence(row["text"] or ""), (row["intent"] or "").strip().lower()) for row in rows
            ]
    except OSError as error:
        raise SettingsError(f"--accept: cannot read {table}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"--accept: {table} is not UTF-8 text") from None
    return [(number, text, intent) for number, text, intent in found if text and intent]


def _sentence(text: str) -> str:
    """One line without the marks that mean something in a training file (Rasa reads `[a](b)` as an entity)."""
    return " ".join(re.sub(r"[\[\](){}|•]", " ", text).removeprefix("'").split()).lstrip("-#/ ").lower()
