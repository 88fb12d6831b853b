"""`holdfast audit`: the proof of order over a stretch of time, printed as it is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from assistant.adapters.memory_bus import MemoryBus
from assistant.adapters.migrate import newest, revision
from assistant.adapters.sql_store import open_store
from assistant.adapters.system_clock import SystemClock
from assistant.bootstrap.parts import database_url
from assistant.model.audit import TOLERANCE, Audit, Fault, Finding
from assistant.model.errors import Unavailable
from assistant.model.history import Survey
from assistant.model.place import rfc3339
from assistant.model.storage import UnitOfWork
from assistant.settings.environment import Settings, SettingsError

HEAD = f"{'at':27}  {'agent':36}  {'offered':36}  {'queue':16}  {'passed over':36}  cause"
NO_CAUSE = "NONE"

type Write = Callable[[str], object]


def instant(text: str, name: str) -> datetime:
    """An RFC 3339 instant; a date alone is its midnight in UTC. Raises `SettingsError`, naming the argument."""
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None and len(text) > len("2026-03-02"):
            raise SettingsError(f"{name}: {text!r} says no time zone; 2026-03-02T09:00:00Z does")
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise SettingsError(f"{name}: {text!r} is no instant, as 2026-03-02T09:00:00Z is one") from None


async def audit(settings: Settings, begin: datetime, end: datetime, *, as_json: bool, write: Write) -> bool:
    """Prints what is found and the sums; True where the order is proved.

    Raises `SettingsError` where there is nothing to look at: the end before the beginning, no database.
    """
    if begin >= end:
        raise SettingsError("--to: it must be later than --from")
    url = database_url(settings)
    await _check_tables(url)
    store = open_store(url, SystemClock(), MemoryBus())
    printers: list[_Table | _Json] = []

    def replay(work: UnitOfWork) -> bool:
        if printers:  # what was printed cannot be taken back
            raise Unavailable("database_unavailable", "The database went away in the middle of the audit.")
        printers.append(_Json(write) if as_json else _Table(write))
        return _replay(work, begin, end, printers[0])

    try:
        return await store.read(replay)
    except Unavailable as error:
        raise SettingsError(f"HOLDFAST_DATABASE_URL: {error.message}") from None
    finally:
        await store.close()


async def _check_tables(url: str) -> None:
    """An audit changes nothing: neither does it make a database, nor does it bring one up to date."""
    try:
        found = await revision(url)
    except Unavailable as error:
        raise SettingsError(f"HOLDFAST_DATABASE_URL: {error.message}") from None
    if found is None:
        raise SettingsError("HOLDFAST_DATABASE_URL: there is no database of the service's")
    if found != newest():
        raise SettingsError(f"HOLDFAST_DATABASE_URL: it is at revision {found}, not {newest()}: see holdfast migrate")


def _replay(work: UnitOfWork, begin: datetime, end: datetime, printer: _Table | _Json) -> bool:
    survey = work.history.survey(begin, end)
    replay = Audit(begin, end, TOLERANCE + survey.skew)
    for contact_id in survey.gaps:
        printer.show(Fault(begin, contact_id, "events of this contact are missing"))
    for at, event in work.history.moves(begin, end):
        for finding in replay.see(at, event):
            printer.show(finding)
    for finding in replay.finish():
        printer.show(finding)
    is_proved = replay.is_proved and not survey.gaps
    printer.end({"from": rfc3339(begin), "to": rfc3339(end)} | _sums(replay, survey) | {"is_proved": is_proved})
    return is_proved


def _sums(replay: Audit, survey: Survey) -> dict[str, Any]:
    causes = {cause: count for cause, count in replay.overtakes.items() if cause is not None and count}
    return {
        "contacts": survey.contacts,
        "events": survey.events,
        "offers": replay.offers,
        "first_offers": replay.first_offers,
        "overtakes": dict(sorted(causes.items())),
        "without_a_cause": replay.overtakes[None],
        "faults": replay.faults + len(survey.gaps),
        "clock_skew_seconds": survey.skew / timedelta(seconds=1),
    }


class _Table:
    """Lines for a person."""

    def __init__(self, write: Write) -> None:
        self._write = write
        write(HEAD)
        write("-" * len(HEAD))

    def show(self, finding: Finding) -> None:
        if isinstance(finding, Fault):
            self._write(f"{rfc3339(finding.at):27}  FAULT  {finding.contact_id:36}  {finding.what}")
            return
        cells = f"{finding.agent_id:36}  {finding.contact_id:36}  {finding.queue:16}  {finding.passed_id:36}"
        self._write(f"{rfc3339(finding.at):27}  {cells}  {finding.cause or NO_CAUSE}")

    def end(self, sums: dict[str, Any]) -> None:
        causes = ", ".join(f"{cause} {count}" for cause, count in sums["overtakes"].items())
        self._write("")
        self._write(f"{sums['offers']} offers ({sums['first_offers']} of them first offers) judged by the events")
        self._write(f"  of {sums['contacts']} contacts; clocks went back by {sums['clock_skew_seconds']:.3f} s at most")
        self._write(f"places passed over with a cause: {causes or 'none'}")
        self._write(f"without a cause: {sums['without_a_cause']}; faults in the trail: {sums['faults']}")
        self._write("The order is proved." if sums["is_proved"] else "The order is NOT proved.")


class _Json:
    """One document, written as it is found."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._is_first = True
        write('{"findings": [')

    def show(self, finding: Finding) -> None:
        kind = "fault" if isinstance(finding, Fault) else "overtake"
        data = {"kind": kind} | asdict(finding) | {"at": rfc3339(finding.at)}
        self._write(("" if self._is_first else ",") + orjson.dumps(data).decode())
        self._is_first = False

    def end(self, sums: dict[str, Any]) -> None:
        self._write("], " + orjson.dumps(sums).decode()[1:])
