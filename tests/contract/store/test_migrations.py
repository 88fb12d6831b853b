"""The migrations make exactly the tables that the code works on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from assistant.adapters.migrate import alembic_config, migrate, newest
from assistant.adapters.sql_schema import metadata
from assistant.adapters.sql_store import postgres_engine, sqlite_engine, sqlite_path
from assistant.model.errors import Unavailable


@pytest.fixture(params=["sqlite", "postgres"])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'bare.db'}"
    url: str = request.getfixturevalue("bare_postgres_url")
    return url


async def within[T](url: str, work: Callable[[Connection], T]) -> T:
    if url.startswith("sqlite"):
        engine = sqlite_engine(sqlite_path(url), begin="BEGIN IMMEDIATE")
        try:
            with engine.begin() as connection:
                return work(connection)
        finally:
            engine.dispose()
    asynchronous = postgres_engine(url)
    try:
        async with asynchronous.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await asynchronous.dispose()


def tables_of(connection: Connection) -> dict[str, Any]:
    """Everything that the database knows of its tables, whatever order it lists it in."""
    found = inspect(connection)
    return {
        name: {
            "columns": {column["name"]: str(column) for column in found.get_columns(name)},
            "primary key": found.get_pk_constraint(name),
            "foreign keys": sorted(map(str, found.get_foreign_keys(name))),
            "indexes": sorted(index_text(index) for index in found.get_indexes(name)),
            "unique": sorted(map(str, found.get_unique_constraints(name))),
        }
        for name in found.get_table_names()
        if name != "alembic_version"
    }


def index_text(index: Any) -> str:
    options = {name: str(option) for name, option in index.get("dialect_options", {}).items()}
    return str(index | {"dialect_options": options})


async def test_a_migrated_database_differs_in_nothing_from_the_schema_in_the_code(bare_url: str) -> None:
    def differences(connection: Connection) -> list[Any]:
        options = {"compare_type": True, "compare_server_default": True}
        return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)

    await migrate(bare_url)
    assert await within(bare_url, differences) == []


async def test_a_migrated_database_has_the_same_tables_as_one_made_from_the_schema(bare_url: str) -> None:
    def make(connection: Connection) -> dict[str, Any]:
        metadata.create_all(connection)
        made = tables_of(connection)
        metadata.drop_all(connection)
        return made

    made = await within(bare_url, make)
    await migrate(bare_url)
    assert await within(bare_url, tables_of) == made


async def test_migrating_again_changes_nothing_and_says_where_the_database_was(bare_url: str) -> None:
    assert await migrate(bare_url) is None
    assert await migrate(bare_url) == newest()


async def test_several_processes_that_start_at_once_migrate_once(bare_url: str) -> None:
    found = await asyncio.gather(*(migrate(bare_url) for _ in range(6)))
    assert sorted(found, key=str) == [newest()] * 5 + [None]


async def test_a_database_of_a_later_version_is_refused_and_left_alone(bare_url: str) -> None:
    await migrate(bare_url)
    await within(
        bare_url, lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    )
    with pytest.raises(Unavailable, match="9999") as refused:
        await migrate(bare_url)
    assert refused.value.code == "database_newer"
    assert not refused.value.retryable


async def test_a_database_that_is_away_is_told_as_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        await migrate("postgresql://nobody@127.0.0.1:1/nothing")
    (tmp_path / "rubbish.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(Unavailable):
        await migrate(f"sqlite:///{tmp_path / 'rubbish.db'}")


def test_the_revisions_form_one_line_named_by_their_files() -> None:
    revisions = list(ScriptDirectory.from_config(alembic_config()).walk_revisions())
    assert [script.revision for script in revisions] == [f"{n:04d}" for n in range(len(revisions), 0, -1)]
    assert newest() == revisions[0].revision
