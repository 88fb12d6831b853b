"""What was changed on the settings page, for the operator: what holds by it, the list, and taking a change back."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence

from assistant.adapters.memory_bus import MemoryBus
from assistant.adapters.migrate import newest, revision
from assistant.adapters.sql_store import open_store
from assistant.adapters.system_clock import SystemClock
from assistant.bootstrap.parts import database_url
from assistant.flow.change_log import to_undo, who
from assistant.model.changes import Change, is_of_people
from assistant.model.errors import Refused
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.environment import Settings, SettingsError
from assistant.settings.folding import document_of, folded
from assistant.settings.sections import section_of
from assistant.settings.tenant import Tenant, load_tenant

SHOWN = 50


@contextlib.asynccontextmanager
async def _store(settings: Settings) -> AsyncIterator[Store | None]:
    """None where no service has run yet, or only one of an earlier version: nothing was changed then."""
    url = database_url(settings)
    if await revision(url) != newest():
        yield None
        return
    store = open_store(url, SystemClock(), MemoryBus())
    try:
        yield store
    finally:
        await store.close()


async def held_tenant(settings: Settings) -> Tenant:
    """The tenant file with what was changed since. Raises `SettingsError` where they do not fit; `Unavailable`."""
    file = load_tenant(settings.tenant)
    async with _store(settings) as store:
        changes = await store.read(lambda work: work.changes.current()) if store else []
    try:
        return folded(file, changes)
    except SettingsError as error:
        raise SettingsError(f"HOLDFAST_TENANT: what was changed on the settings page does not fit: {error}") from None


async def listed(settings: Settings) -> Sequence[str]:
    """The latest changes as lines, the newest first."""

    def read(work: UnitOfWork) -> list[str]:
        return [_line(work, change) for change in work.changes.listed(SHOWN)]

    async with _store(settings) as store:
        return await store.read(read) if store else []


def _line(work: UnitOfWork, change: Change) -> str:
    by = who(work, change.by)
    undoes = f"; takes {change.undoes} back" if change.undoes else ""
    comment = f"; {change.comment}" if change.comment else ""
    name = by["username"] if by else "the operator"
    return f"{change.version:6} {change.at:%Y-%m-%d %H:%M:%S} UTC  {name:16} {change.section}{undoes}{comment}"


async def undo(settings: Settings, version: int) -> Change:
    """Takes a change of the settings back, also one that fits the tenant file no more; running processes follow.

    Raises `SettingsError` where there is no such change, or it can't be taken back.
    """
    file = document_of(load_tenant(settings.tenant))

    def take_back(work: UnitOfWork) -> Change:
        work.changes.lock()
        undone = to_undo(work, version)
        if is_of_people(undone.section):
            raise Refused("cannot_be_undone", "Changes of people are undone on the settings page.")
        earlier = work.changes.of_section(undone.section, version)
        after = earlier.after if earlier else None
        section = section_of(undone.section)
        if after is None and section.makes_anew and section.read(file) is None:
            raise Refused("cannot_be_undone", "A queue can't be taken away: close its hours instead.")
        return work.changes.append(undone.section, None, before=undone.after, after=after, undoes=version)

    async with _store(settings) as store:
        if store is None:
            raise SettingsError("VERSION: nothing was changed on this database")
        try:
            return await store.transact(take_back)
        except Refused as refused:
            raise SettingsError(f"VERSION: {refused.message}") from None
