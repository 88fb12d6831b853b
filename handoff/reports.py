"""GET /api/v1/supervisor/reports: the field's measures over a stretch of time, and how good the told waits were."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from assistant.edge.errors import json_response
from assistant.model.contact import AgentId
from assistant.model.errors import Refused
from assistant.model.measures import Asked, By, Group, Measures
from assistant.model.place import rfc3339
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant
from handoff.sessions import Sessions, check_supervisor

USUALLY = timedelta(days=1)
LONGEST = {By.HOUR: timedelta(days=31), By.DAY: timedelta(days=400)}
ASKED_BY = (By.HOUR, By.DAY, By.QUEUE, By.AGENT)

OF_AGENT = ("services", "transferred", "proofs_asked", "proofs_asked_again", "offers", "not_answered")
OF_QUEUE = (
    "entered",
    "served",
    "answered",
    "called_back",
    "abandoned",
    "short_abandoned",
    "contained",
    "taken_back",
    "messages",
)
RATES_OF_AGENT = ("aht_seconds", "transfer_rate", "asked_again_rate", "rona_rate", "csat", "nps", "ces", "fcr")
RATES_OF_QUEUE = (
    "asa_seconds",
    "median_wait_seconds",
    "p90_wait_seconds",
    "service_level",
    "abandonment_rate",
    "containment_rate",
)
OF_WAITS = ("scored", "coverage", "longer_rate", "mean_error_seconds")


class ReportsDoor:
    def __init__(self, store: Store, tenant: Tenant, sessions: Sessions) -> None:
        self._store = store
        self._tenant = tenant
        self._sessions = sessions

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/api/v1/supervisor/reports", self.show)]

    async def show(self, request: web.Request) -> web.Response:
        """Raises `Refused`: `unauthorized`, `forbidden` for an agent who is no supervisor, `invalid_request`."""
        check_supervisor((await self._sessions.of_request(request)).agent)
        query = request.query
        return json_response(await self._store.read(lambda work: self.read(work, query)))

    def read(self, work: UnitOfWork, query: Mapping[str, str]) -> dict[str, Any]:
        """`{from, to, by, rows: [{at, queue | agent, …}], total}`; what each figure is, `Measures` says."""
        asked = self._asked(query, work.now)
        counted = work.reports.measures(asked)
        agents = {agent.id: agent for agent in work.agents.all()} if asked.by is By.AGENT else {}
        rows = []
        for group in sorted(counted):
            row: dict[str, Any] = {"at": rfc3339(asked.begin_of(group.n))}
            if asked.by is By.AGENT:
                known = agents.get(AgentId(group.key))
                row["agent"] = {"username": known.username, "name": known.name} if known else None
            else:
                row["queue"] = group.key
            rows.append(row | _told(counted[group], of_queue=asked.by is not By.AGENT))
        of_all = work.reports.measures(Asked(asked.begin, asked.end, By.NOTHING, asked.targets, self._short_seconds))
        return {
            "from": rfc3339(asked.begin),
            "to": rfc3339(asked.end),
            "by": asked.by.value,
            "rows": rows,
            "total": _told(of_all.get(Group(0, ""), Measures()), of_queue=True),
        }

    @property
    def _short_seconds(self) -> float:
        return self._tenant.timing.short_abandon_seconds

    def _asked(self, query: Mapping[str, str], now: datetime) -> Asked:
        by = query.get("by", By.QUEUE.value)
        if by not in ASKED_BY:
            raise Refused("invalid_request", f"by: one of {', '.join(ASKED_BY)}.")
        end = _instant(query, "to", now)
        begin = _instant(query, "from", end - USUALLY)
        if begin >= end:
            raise Refused("invalid_request", "from: it must be earlier than to.")
        longest = LONGEST.get(By(by))
        if longest is not None and end - begin > longest:
            raise Refused("invalid_request", f"from: by {by}, at most {longest.days} days can be told at once.")
        targets = {id: queue.target_seconds for id, queue in self._tenant.queues.items()}
        return Asked(begin, end, By(by), targets, self._short_seconds)


def _instant(query: Mapping[str, str], name: str, default: datetime) -> datetime:
    """An RFC 3339 instant; a plus sign that was not escaped arrives as a space."""
    if name not in query:
        return default
    try:
        at = datetime.fromisoformat(query[name].replace(" ", "+"))
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Refused("invalid_request", f"{name}: an instant with its time zone, as 2026-03-02T09:00:00Z.")


def _told(measures: Measures, *, of_queue: bool) -> dict[str, Any]:
    names = [*OF_AGENT, *RATES_OF_AGENT]
    if not of_queue:
        return {name: _rounded(getattr(measures, name)) for name in names}
    told = {name: _rounded(getattr(measures, name)) for name in [*OF_QUEUE, *RATES_OF_QUEUE, *names]}
    return told | {"told_waits": {name: _rounded(getattr(measures, name)) for name in OF_WAITS}}


def _rounded(value: float | None) -> float | None:
    return round(value, 4) if isinstance(value, float) else value
