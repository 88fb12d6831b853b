"""GET /api/v1/supervisor/reports: the field's measures over a stretch of time, and how good the told waits were."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from aiohttp import web

from assistant.edge.errors import json_response
from assistant.flow.recounting import Recounting
from assistant.model.contact import AgentId
from assistant.model.errors import Refused
from assistant.model.measures import Asked, By, Measures
from assistant.model.place import rfc3339
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant
from handoff.asked import asked_by, asked_over, told_apart
from handoff.sessions import Sessions, check_supervisor

PATH = "/api/v1/supervisor/reports"
LONGEST = {By.HOUR: timedelta(days=31), By.DAY: timedelta(days=400), By.WEEK: timedelta(days=2800)}
COUNTING_SECONDS = 1.0
QUICK_SECONDS = 0.2  # where the quick figures are asked for first, and all of them after

OF_AGENT = (
    "services",
    "transferred",
    "proofs_asked",
    "proofs_asked_again",
    "offers",
    "not_answered",
    "passed_over",
    "unexplained",
    "aht_seconds",
    "transfer_rate",
    "asked_again_rate",
    "rona_rate",
    "csat",
    "nps",
    "ces",
    "fcr",
)
OF_QUEUE = (
    "entered",
    "served",
    "answered",
    "called_back",
    "callback_failed",
    "abandoned",
    "short_abandoned",
    "contained",
    "taken_back",
    "messages",
    "spoke",
    "held",
    "refused",
    "verified",
    "helped",
    "asa_seconds",
    "median_wait_seconds",
    "p90_wait_seconds",
    "service_level",
    "abandonment_rate",
    "containment_rate",
    "callback_kept_rate",
    "adoption_rate",
    "verification_rate",
    "saved_seconds",
)
OF_WAITS = ("scored", "coverage", "longer_rate", "mean_error_seconds")


class ReportsDoor:
    def __init__(self, store: Store, tenant: Tenant, sessions: Sessions, recounting: Recounting) -> None:
        self._store = store
        self._tenant = tenant
        self._sessions = sessions
        self._recounting = recounting

    def routes(self) -> list[web.RouteDef]:
        return [web.get(PATH, self.show)]

    async def show(self, request: web.Request) -> web.Response:
        """Raises `Refused`: `unauthorized`, `forbidden` for an agent who is no supervisor, `invalid_request`."""
        check_supervisor((await self._sessions.of_request(request)).agent)
        query = request.query
        within = QUICK_SECONDS if query.get("percentiles") == "no" else COUNTING_SECONDS
        is_complete = await self._recounting.catch_up(within)
        report = await self._store.read(lambda work: self.read(work, query))
        return json_response(report | {"is_complete": is_complete})

    def read(self, work: UnitOfWork, query: Mapping[str, str]) -> dict[str, Any]:
        """`{from, to, by, only, rows: [{at, queue | channel | topic | agent, …}], total}`; figures as in `Measures`."""
        asked = self._asked(work, query)
        counted, of_all = work.reports.with_total(asked)
        is_of_agents = asked.by is By.AGENT
        needs_names = is_of_agents or By.AGENT in asked.only
        names = {agent.id: agent for agent in work.agents.all()} if needs_names else {}
        rows = []
        for group in sorted(counted):
            row: dict[str, Any] = {"at": rfc3339(asked.begin_of(group.n))}
            if is_of_agents:
                known = names.get(AgentId(group.key))
                row["agent"] = {"username": known.username, "name": known.name} if known else None
            elif asked.by is By.TOPIC:
                row |= {"topic": group.key, "topic_label": self._tenant.topic_label(group.key or None)}
            else:
                row["channel" if asked.by is By.CHANNEL else "queue"] = group.key
            rows.append(row | _told(counted[group], of_queue=not is_of_agents))
        return {
            "from": rfc3339(asked.begin),
            "to": rfc3339(asked.end),
            "by": asked.by.value,
            "only": told_apart(asked, self._tenant, names),
            "has_percentiles": asked.percentiles,
            "queues": {id: part.name for id, part in self._tenant.queues.items()},
            "rules": {"short_abandon_seconds": asked.short_abandon_seconds, "target_seconds": dict(asked.targets)},
            "rows": rows,
            "total": _told(of_all, of_queue=True),
        }

    def _asked(self, work: UnitOfWork, query: Mapping[str, str]) -> Asked:
        by = asked_by(query)
        asked = asked_over(work, self._tenant, query, by)
        longest = LONGEST.get(by)
        if longest is not None and asked.end - asked.begin > longest:
            raise Refused("invalid_request", f"from: by {by}, at most {longest.days} days can be told at once.")
        return asked


def _told(measures: Measures, *, of_queue: bool) -> dict[str, Any]:
    if not of_queue:
        return {name: _rounded(getattr(measures, name)) for name in OF_AGENT}
    told = {name: _rounded(getattr(measures, name)) for name in [*OF_QUEUE, *OF_AGENT]}
    return told | {"told_waits": {name: _rounded(getattr(measures, name)) for name in OF_WAITS}}


def _rounded(value: float | None) -> float | None:
    return round(value, 4) if isinstance(value, float) else value
