"""Preparation makes what is stale, once, in the order of needs."""

import threading
from pathlib import Path

import pytest
from preparation import plan, progress
from preparation.plan import Step, prepare
from preparation.progress import CannotPrepare, Progress


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "TOOLS", tmp_path)
    monkeypatch.setattr(progress, "LOGS", tmp_path / "logs")
    monkeypatch.setattr(progress, "_stopping", threading.Event())


class Bench:
    """Steps that only note that they were made."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def step(self, name: str, *needs: str, failing: bool = False) -> Step:
        def make(_: Progress) -> None:
            if failing:
                raise CannotPrepare(f"no {name} to be had")
            self.made.append(name)

        return Step(name, needs, lambda: name in self.made, make)


def test_what_a_product_needs_is_made_before_it():
    bench = Bench()
    assert prepare([bench.step("model", "rasa"), bench.step("rasa")], ["model"])
    assert bench.made == ["rasa", "model"]


def test_nothing_is_made_twice():
    bench = Bench()
    steps = [bench.step("model", "rasa"), bench.step("rasa")]
    prepare(steps, ["model"])
    assert prepare(steps, ["model", "rasa"])
    assert bench.made == ["rasa", "model"]


def test_what_nobody_asked_for_is_left_alone():
    bench = Bench()
    assert prepare([bench.step("rasa"), bench.step("web")], ["web"])
    assert bench.made == ["web"]


def test_steps_that_need_nothing_of_each_other_run_at_once():
    both = threading.Barrier(2, timeout=10)
    steps = [Step(name, (), lambda: False, lambda _: both.wait() and None) for name in ("service", "rasa")]
    assert prepare(steps, ["service", "rasa"])


def test_a_failure_is_said_and_what_needs_it_is_not_tried(capsys: pytest.CaptureFixture[str]):
    bench = Bench()
    assert not prepare([bench.step("model", "rasa"), bench.step("rasa", failing=True)], ["model"])
    assert bench.made == []
    assert "[rasa] no rasa to be had" in capsys.readouterr().err


def test_a_failed_command_shows_the_end_of_its_output_and_the_advice(tmp_path: Path):
    with pytest.raises(CannotPrepare, match=r"(?s)the reason.*get another shell"):
        Progress("shell").run(["sh", "-c", "echo the reason; exit 3"], cwd=tmp_path, advice="get another shell")


def test_a_program_that_is_not_there_is_named_with_the_advice(tmp_path: Path):
    with pytest.raises(CannotPrepare, match=r"no-such-program is not there\. get it"):
        Progress("shell").run(["no-such-program"], cwd=tmp_path, advice="get it")
