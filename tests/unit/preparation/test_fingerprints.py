"""A fingerprint changes exactly when what it stands for changes."""

from pathlib import Path

import pytest
from preparation.fingerprints import fingerprint, is_stamped, write_stamp
from preparation.locks import FOREIGN
from preparation.web import is_new_enough


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "nlu.yml").write_text("nlu: []")
    (tmp_path / "config.yml").write_text("language: en")
    return tmp_path


def test_it_is_the_same_for_the_same_sources(sources: Path):
    assert fingerprint(sources, ["data", "config.yml"]) == fingerprint(sources, ["data", "config.yml"])


def test_a_changed_a_renamed_and_an_added_file_each_change_it(sources: Path):
    seen = {fingerprint(sources, ["data"])}
    (sources / "data" / "nlu.yml").write_text("nlu: [1]")
    seen.add(fingerprint(sources, ["data"]))
    (sources / "data" / "nlu.yml").rename(sources / "data" / "more.yml")
    seen.add(fingerprint(sources, ["data"]))
    (sources / "data" / "stories.yml").write_text("")
    seen.add(fingerprint(sources, ["data"]))
    assert len(seen) == 4


def test_caches_do_not_change_it(sources: Path):
    before = fingerprint(sources, ["."])
    (sources / "data" / "__pycache__").mkdir()
    (sources / "data" / "__pycache__" / "x.pyc").write_text("")
    (sources / "node_modules").mkdir()
    (sources / "node_modules" / "x.js").write_text("")
    assert fingerprint(sources, ["."]) == before


def test_a_stamp_holds_for_its_own_fingerprint_only(tmp_path: Path):
    stamp = tmp_path / "models" / "stamp"
    assert not is_stamped(stamp, "one")
    write_stamp(stamp, "one")
    assert is_stamped(stamp, "one")
    assert not is_stamped(stamp, "two")


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://mirror.example/simple",
        "--find-links wheels",
        "rasa @ file:///srv/wheels/rasa.whl",
        "    #   -r /srv/project/requirements.in",
    ],
)
def test_a_lock_line_of_one_machine_is_found(line: str):
    assert FOREIGN.search(line)


@pytest.mark.parametrize(
    "line",
    [
        "aiohttp==3.14.5 \\",
        "    --hash=sha256:0133c3c3b54a0bf1e71fa5c1ad95c93f07fd54e24ef1fe182f5122e1573d2bf1 \\",
        "pycparser==3.12 ; implementation_name != 'PyPy' \\",
        "    #   -c requirements.lock",
        "    #   holdfast (pyproject.toml)",
    ],
)
def test_a_plain_lock_line_passes(line: str):
    assert not FOREIGN.search(line)


@pytest.mark.parametrize("version", ["v20.19.0", "v22.12.0", "v24.1.0"])
def test_a_node_that_the_build_knows_is_taken(version: str):
    assert is_new_enough(version)


@pytest.mark.parametrize("version", ["", "v18.20.0", "v20.18.3", "v21.7.0", "v22.11.0"])
def test_an_older_node_is_passed_over(version: str):
    assert not is_new_enough(version)
