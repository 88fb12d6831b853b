"""What is asked for on the command line is taken as meant, or refused with the reason."""

from __future__ import annotations

import argparse
import io

import pytest

from practice.command import add_options, crowd_of, simulate_command


def options(*given: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_options(parser)
    return parser.parse_args(given)


@pytest.mark.parametrize(("given", "per_hour"), [("120/h", 120), ("2/min", 120), ("0.5/s", 1800), ("90", 90)])
def test_rates_are_an_hour_unless_they_say_otherwise(given: str, per_hour: float) -> None:
    assert crowd_of(options("--arrivals", given)).arrivals_per_hour == per_hour


def test_queues_have_weights_and_agents_are_named_once() -> None:
    crowd = crowd_of(options("--queues", "cards=3,accounts", "--agents", "amira, ben,amira", "--calls", "0.5"))
    assert crowd.queues == {"cards": 3, "accounts": 1}
    assert crowd.agents == ("amira", "ben")
    assert crowd.shares.calls == 0.5


@pytest.mark.parametrize(
    ("option", "wrong", "reason"),
    [
        ("--arrivals", "lots", "no rate"),
        ("--arrivals", "0/h", "no rate"),
        ("--speed", "0", "not above zero"),
        ("--speed", "inf", "not above zero"),
        ("--minutes", "ten", "no number"),
        ("--drops", "1.5", "not a share"),
        ("--agents", " , ", "nobody is named"),
        ("--queues", "cards=0", "not above zero"),
        ("--numbers", "cards", "QUEUE=NUMBER"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(
    option: str, wrong: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        options(option, wrong)
    assert refused.value.code == 2
    said = capsys.readouterr().err
    assert option in said
    assert reason in said


def test_a_dry_run_prints_the_table_of_waits_without_a_service() -> None:
    out = io.StringIO()
    code = simulate_command(options("--dry", "--minutes", "480", "--url", "http://127.0.0.1:9"), out)
    assert code == 0
    assert "nine of ten within" in out.getvalue()
    assert "violations" not in out.getvalue(), "nobody promised anything"


def test_where_nothing_answers_nothing_begins(capsys: pytest.CaptureFixture[str]) -> None:
    out = io.StringIO()
    assert simulate_command(options("--url", "http://127.0.0.1:9"), out) == 2
    assert "nothing answers on http://127.0.0.1:9" in capsys.readouterr().err
    assert not out.getvalue()
