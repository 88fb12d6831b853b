"""docs/known-failures.md says which test holds which failure of others: it names only tests that there are, and misses
none that is named after a complaint or a tracker."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "known-failures.md"
ROW = re.compile(r"^\| (?P<id>[A-Z]\d+) \|", re.MULTILINE)
FILE_OR_TEST = re.compile(r"\[(?P<label>[^\]]+)\]\((?P<file>\.\./tests/[^)]+)\)|`::(?P<test>[^`]+)`")
COMPLAINT = re.compile(r"^test_c(\d+)_")
TRACKERS = (
    *("amazon_connect", "asterisk", "chatwoot", "freepbx", "freeswitch", "fusionpbx", "genesys", "livehelperchat"),
    *("livekit", "officedocs", "pipecat", "rasahq", "rocket_chat", "service_cloud_voice", "twilio_labs", "zammad"),
)

type Test = tuple[str, str]
"""A file below the root, and the name of a test in it."""


@cache
def there_are() -> frozenset[Test]:
    """Every test of the repository."""
    found = set()
    for file in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                found.add((file.relative_to(ROOT).as_posix(), node.name))
    return frozenset(found)


def rows() -> dict[str, str]:
    lines = [(found["id"], line) for line in PAGE.read_text().splitlines() if (found := ROW.match(line))]
    assert len(dict(lines)) == len(lines), "an id stands for one failure"
    return dict(lines)


def named_in(row: str) -> set[Test]:
    """A test is that of the file before it."""
    named, file = set(), ""
    for found in FILE_OR_TEST.finditer(row):
        if found["file"]:
            file = found["file"].removeprefix("../")
            assert found["label"] == file, "a link leads where it says"
        else:
            named.add((file, found["test"]))
    return named


def all_named() -> set[Test]:
    return set().union(*(named_in(row) for row in rows().values()))


def test_every_test_that_is_named_exists() -> None:
    assert sorted(all_named() - there_are()) == []


def test_every_failure_has_a_test_that_holds_it() -> None:
    assert [id for id, row in rows().items() if not named_in(row)] == []
    assert {f"C{n}" for n in range(1, 26)} <= rows().keys()


def test_every_test_that_is_named_after_a_complaint_stands_under_its_number() -> None:
    missing = [
        (f"C{found[1]}", file, test)
        for file, test in there_are()
        if (found := COMPLAINT.match(test)) and (file, test) not in named_in(rows().get(f"C{found[1]}", ""))
    ]
    assert sorted(missing) == []


def test_no_test_stands_under_the_number_of_another_complaint() -> None:
    strangers = [
        (id, test)
        for id, row in rows().items()
        for _, test in named_in(row)
        if (found := COMPLAINT.match(test)) and id != f"C{found[1]}"
    ]
    assert strangers == []


def test_every_test_that_is_named_after_a_tracker_is_named() -> None:
    after_trackers = {(file, test) for file, test in there_are() if any(name in test for name in TRACKERS)}
    assert len(after_trackers) > 10
    assert sorted(after_trackers - all_named()) == []
