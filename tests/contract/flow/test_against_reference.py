"""Callers and agents do anything in any order: after each step the flow is where the reference model is.

They enter, leave, drop, return, claim, reclaim, ask to be called back and are called; agents accept, decline, let
offers expire, pass contacts on cold and warm, come and go; everything is killed and starts again. At the end of each
life its order is proved from its events. `HOLDFAST_MODEL_RUNS` and `HOLDFAST_MODEL_STEPS` say how many lives are tried
and how long each is; `HOLDFAST_MODEL_SHRINK=1` finds the shortest life that fails, which takes minutes.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from machine_transfers import TransfersMachine

from assistant.adapters.sql_ledger import SqlProcesses
from assistant.adapters.sql_schema import metadata
from assistant.settings.tenant import Tenant

RUNS = int(os.environ.get("HOLDFAST_MODEL_RUNS", "12"))
STEPS = int(os.environ.get("HOLDFAST_MODEL_STEPS", "40"))


async def emptied(url: str) -> str:
    """The same PostgreSQL database with nothing in it."""
    connection = await asyncpg.connect(url)
    try:
        for table in reversed(metadata.sorted_tables):
            await connection.execute(f"DELETE FROM {table.name}")
    finally:
        await connection.close()
    return url


async def copied(empty: Path, to: Path) -> str:
    shutil.copy(empty, to)
    return f"sqlite:///{to}"


@pytest.mark.timeout(600 + 20 * RUNS)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_whatever_happens_the_flow_is_where_the_reference_model_is(
    kind: str,
    request: pytest.FixtureRequest,
    fernhill: Tenant,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # the database's own clock is the moved one, as everybody's here
    monkeypatch.setattr(SqlProcesses, "now", lambda self: self._work.now)
    if kind == "postgres":
        url: str = request.getfixturevalue("postgres_url")
        TransfersMachine.fresh = lambda _: emptied(url)
    else:
        empty: Path = request.getfixturevalue("empty_sqlite")
        TransfersMachine.fresh = lambda _: copied(empty, tmp_path / f"{uuid4()}.db")
    TransfersMachine.tenant = fernhill
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    lives = settings(
        max_examples=RUNS,
        stateful_step_count=STEPS,
        phases=(Phase.generate, Phase.shrink) if "HOLDFAST_MODEL_SHRINK" in os.environ else (Phase.generate,),
        deadline=None,
        suppress_health_check=slow,
        database=None,
    )
    run_state_machine_as_test(TransfersMachine, settings=lives)
