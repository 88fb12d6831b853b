"""Settings that change while the service runs.

The tenant file is the base; the latest change of each section stands on top of it, and the whole is validated as the
file is. A change is a row: every process learns of it by the bus, or by looking once a second, lays the rows on its own
file, and from then on the one tenant that everybody asks is another.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any

from assistant.flow.change_log import check_seen, checked_comment, to_undo
from assistant.flow.line import Lines
from assistant.model.agent import Agent, Role
from assistant.model.changes import Change
from assistant.model.errors import HoldfastError, Refused
from assistant.model.ports import Bus
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.environment import SettingsError
from assistant.settings.folding import document_of, folded, with_section
from assistant.settings.sections import Section, section_of
from assistant.settings.tenant import Tenant

SWEEP_SECONDS = 1.0
CHANGED, HOLDS = "settings", "settings.hold"
CHANGERS = {Role.ADMIN: 2, Role.SUPERVISOR: 1, Role.AGENT: 0}

log = logging.getLogger(__name__)


def may_change(role: Role, least: Role) -> bool:
    return CHANGERS[role] >= CHANGERS[least]


class Changing:
    """Keeps `tenant` as the file and the changes say. `tenant` is the file's until `begin`."""

    def __init__(self, store: Store, bus: Bus, tenant: Tenant, lines: Lines | None = None) -> None:
        self._store = store
        self._bus = bus
        self._tenant = tenant
        self._lines = lines
        self._file = tenant.model_copy()
        self._version = 0
        self._turn = asyncio.Lock()
        self._woken = asyncio.Event()
        self.is_in_conflict = False
        """Something was changed elsewhere that does not fit this process's file: it goes on with what it held."""

    @property
    def file(self) -> Tenant:
        """As the tenant file alone has it."""
        return self._file

    async def begin(self) -> None:
        """Takes up what was changed in earlier runs, before any line is followed.

        Raises `SettingsError` where it does not fit the file.
        """
        version, changes = await self._read()
        try:
            self._tenant.become(folded(self._file, changes))
            self._version = version
        except SettingsError as error:
            raise SettingsError(
                f"HOLDFAST_TENANT: what was changed on the settings page does not fit this file: {error}. "
                "Put the file right, or take a change back: holdfast settings undo VERSION"
            ) from None

    async def run(self) -> None:
        """Follows the changes of all processes."""
        end = self._bus.subscribe(CHANGED, lambda _: self._woken.set())
        try:
            while True:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(SWEEP_SECONDS):
                        await self._woken.wait()
                self._woken.clear()
                with contextlib.suppress(HoldfastError):
                    await self.catch_up()
        finally:
            end()

    async def catch_up(self) -> None:
        """Holds what has been changed since the last look. What does not fit this process's file is told in the log."""
        if await self._store.read(lambda work: work.changes.latest()) == self._version:
            return
        async with self._turn:
            version, changes = await self._read()
            if version <= self._version:
                return
            try:
                await self._hold(version, folded(self._file, changes))
            except SettingsError as error:
                self._version, self.is_in_conflict = version, True
                log.error("a change does not fit the tenant file of this process", extra={"conflict": str(error)})

    def held(self, work: UnitOfWork) -> tuple[Tenant, dict[str, Change]]:
        """What holds in this transaction, and the latest change of each section, of people too."""
        changes = work.changes.current()
        return folded(self._file, changes), {change.section: change for change in changes}

    async def _read(self) -> tuple[int, list[Change]]:
        return await self._store.read(lambda work: (work.changes.latest(), list(work.changes.current())))

    async def _hold(self, version: int, tenant: Tenant) -> None:
        """New lines are followed before anybody can be led to them."""
        if self._lines is not None:
            await self._lines.follow(tenant.queues)
        self._tenant.become(tenant)
        self._version, self.is_in_conflict = version, False
        self._bus.publish(HOLDS, {"version": version})

    async def change(self, by: Agent, section: Section, value: Any, seen: int, comment: str | None = None) -> Change:
        """Changes one section for all processes; holds here when it returns. `seen`: the version that was changed.

        Raises `Refused`: `forbidden`; `invalid_request` naming every wrong field; `settings_changed`, with who was
        first; `no_such_section`.
        """
        check_may(by, section)
        asked, comment = section.checked(value), checked_comment(comment)

        def change(work: UnitOfWork) -> Change:
            work.changes.lock()
            check_seen(work, str(section), seen)
            return self._lay(work, by, section, asked, comment)

        return await self._changed(change)

    async def undo(self, by: Agent, version: int, comment: str | None = None) -> Change:
        """The section is again as it was before that change; a change of its own, which can be undone like any.

        Raises `Refused`: `no_such_version`, `forbidden`, `settings_changed` where it was changed again since;
        `cannot_be_undone`; `invalid_request` where what was before is impossible now.
        """
        comment = checked_comment(comment)

        def undo(work: UnitOfWork) -> Change:
            work.changes.lock()
            undone = to_undo(work, version)
            section = section_of(undone.section)
            check_may(by, section)
            earlier = work.changes.of_section(undone.section, version)
            value = earlier.after if earlier else None
            return self._lay(work, by, section, value, comment, undoes=version)

        return await self._changed(undo)

    async def _changed(self, work: Callable[[UnitOfWork], Change]) -> Change:
        change = await self._store.transact(work)
        with contextlib.suppress(HoldfastError):  # it is kept; the next look holds it
            await self.catch_up()
        return change

    def _lay(
        self,
        work: UnitOfWork,
        by: Agent,
        section: Section,
        value: Any,
        comment: str | None,
        undoes: int | None = None,
    ) -> Change:
        """`value` None: as the file has it."""
        current = folded(self._file, work.changes.current())
        document = document_of(current)
        before = section.read(document)
        wanted = section.read(document_of(self._file)) if value is None else value
        if wanted is None:
            raise Refused("cannot_be_undone", NOT_WHILE_RUNNING)
        if before is None and not section.makes_anew:
            raise Refused("no_such_section", f"{section}: the tenant has no {section.name!r}.")
        if wanted == before:
            raise Refused("nothing_changed", "This is what it says already.")
        queues = with_section(document, section, wanted).queues
        if new := sorted(queues.keys() - current.queues.keys()):
            work.lines.ensure(new)
        return work.changes.append(str(section), by.id, before=before, after=value, comment=comment, undoes=undoes)


NOT_WHILE_RUNNING = "A queue can't be taken away while the service runs: close its hours instead."


def check_may(by: Agent, section: Section) -> None:
    """Raises `Refused` `forbidden` where this is not theirs to change."""
    if not may_change(by.role, section.kind.least):
        who = "an admin" if section.kind.least is Role.ADMIN else "a supervisor"
        raise Refused("forbidden", f"Only {who} may change this.")
