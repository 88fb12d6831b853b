"""Everything asks the tenant at the time of use: whoever kept a part would go on by yesterday's settings.

The whole service is wired with a tenant of values that occur nowhere else, and every object of it is searched for them.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from types import FunctionType, MethodType
from typing import Any

import pytest
from pydantic import SecretStr

from assistant.bootstrap.application import open_service
from assistant.model.hours import Hours
from assistant.model.waiting.queue import QueueWaits
from assistant.settings.environment import Settings
from assistant.settings.folding import document_of
from assistant.settings.sections import sections_of
from assistant.settings.tenant import Tenant

OURS = ("assistant.", "handoff.", "telephony.")
BRAND = "An Unmistakable Bank"
HOURS = {"time_zone": "Europe/London", "weekly": {"wed": ["09:07-17:23"]}}


@pytest.fixture
def unmistakable(fernhill: Tenant) -> Tenant:
    document = document_of(fernhill)
    document["brand"] = BRAND
    document["timing"] = {name: 7000.5 + n * 13 for n, name in enumerate(document["timing"])}
    for n, queue in enumerate(document["queues"].values()):
        queue |= {"name": f"Unmistakable queue {n}", "target_seconds": 8100 + n, "expected_handle_seconds": 8200.5 + n}
        queue |= {"limit": 8300 + n, "hours": HOURS}
    document["head_starts"] |= {"cap_seconds": 8401, "dropped_call_seconds": 8402}
    document["canned_texts"] = {"hello": "An unmistakable greeting."}
    document["notices"] = [{"says": "An unmistakable notice."}]
    document["dispositions"] = ["unmistakably_resolved"]
    document["emergency_number"] = "8999"
    return Tenant.model_validate(document)


def changeable(tenant: Tenant) -> frozenset[int]:
    """The ids of the parts that a change replaces; the others stand in the file alone, and may be kept."""
    names = {"queues", "services", "notices", "canned_texts", "head_starts", "timing", "dispositions"}
    return frozenset(id(getattr(tenant, name)) for name in names)


def scalars(value: Any) -> Iterator[Any]:
    match value:
        case Mapping():
            for each in value.values():
                yield from scalars(each)
        case list():
            for each in value:
                yield from scalars(each)
        case float() | int() if not isinstance(value, bool) and value > 6000:
            yield from (value, timedelta(seconds=value))
        case str() if "nmistakabl" in value or value == "8999":
            yield value


def parts_of(value: Any) -> Iterator[tuple[str, Any]]:
    """What an object holds, with how it is called there."""
    match value:
        case Mapping():
            yield from ((f"[{key!r}]", each) for key, each in value.items())
        case list() | tuple() | set() | frozenset():
            yield from ((f"[{n}]", each) for n, each in enumerate(value))
        case MethodType():
            yield ".__self__", value.__self__
        case FunctionType():
            yield from ((f".closure[{n}]", cell.cell_contents) for n, cell in enumerate(value.__closure__ or ()))
        case functools.partial():
            yield from (("()", each) for each in (value.func, *value.args, *value.keywords.values()))
        case _ if type(value).__module__.startswith(OURS):
            names = [*getattr(value, "__dict__", {}), *(s for c in type(value).__mro__ for s in slots_of(c))]
            yield from ((f".{name}", getattr(value, name)) for name in names if hasattr(value, name))


def slots_of(kind: type) -> tuple[str, ...]:
    slots = getattr(kind, "__slots__", ())
    return (slots,) if isinstance(slots, str) else tuple(slots)


def kept(root: Any, wanted: set[Any], parts: frozenset[int]) -> list[str]:
    """Where one of these values, or of the parts with these ids, stands outside of a tenant.

    What the waits expect of a queue is a part of the forecast, and is told anew with every look at the line.
    """
    found: list[str] = []
    seen: set[int] = set()
    todo = [("service", root)]
    while todo:
        path, value = todo.pop()
        is_scalar = isinstance(value, int | float | str | timedelta)
        if isinstance(value, Tenant | QueueWaits):
            continue
        if id(value) in parts or isinstance(value, Hours) or (is_scalar and value in wanted):
            found.append(path)
            continue
        if is_scalar or id(value) in seen:
            continue
        seen.add(id(value))
        todo += [(path + name, each) for name, each in parts_of(value)]
    return found


def kinds_of(root: Any) -> set[str]:
    """The names of everything that the search comes by."""
    seen: dict[int, Any] = {}
    todo = [root]
    while todo:
        value = todo.pop()
        if id(value) not in seen:
            seen[id(value)] = value
            todo += [each for _, each in parts_of(value)]
    return {type(value).__name__ for value in seen.values()}


@pytest.fixture
async def wired(tmp_path: Path, sqlite_url: str, unmistakable: Tenant) -> AsyncIterator[Any]:
    """The whole service: whatever answers a request, and whatever runs by itself."""
    settings = Settings(
        data_dir=tmp_path,
        database_url=SecretStr(sqlite_url),
        rasa_url="http://127.0.0.1:9",
        secret_key=SecretStr("key"),
    )
    async with open_service(settings, unmistakable) as app:
        handlers = [route.handler for route in app.router.routes()]
        loops = [coroutine.cr_frame.f_locals for coroutine in map(coroutine_of, asyncio.all_tasks())]
        yield [handlers, list(app.on_shutdown), loops]


def coroutine_of(task: asyncio.Task[Any]) -> Any:
    return task.get_coro()


async def test_no_object_of_the_service_keeps_what_can_be_changed(wired: Any, unmistakable: Tenant) -> None:
    document = document_of(unmistakable)
    wanted = {value for section in sections_of(document) for value in scalars(section.read(document))}
    parts = changeable(unmistakable)
    assert len(wanted) > 50
    assert {"Router", "Closing", "Overflow", "Lines", "TwilioCallControl"} <= kinds_of(wired)
    assert kept(wired, wanted, parts) == []


async def test_the_search_finds_what_is_kept(unmistakable: Tenant) -> None:
    grace = timedelta(seconds=unmistakable.timing.grace_seconds)
    wanted = set(scalars(document_of(unmistakable)))
    parts = changeable(unmistakable)

    def closure() -> timedelta:
        return grace

    for keeping in (grace, unmistakable.timing, [unmistakable.queues], closure, functools.partial(print, BRAND)):
        assert len(kept({"somebody": keeping}, wanted, parts)) == 1
    assert kept([unmistakable], wanted, parts) == []
