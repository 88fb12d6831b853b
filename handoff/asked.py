"""What a query of reports asks for: the stretch of time, what to tell apart, and what alone is to count."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from assistant.model.agent import Agent
from assistant.model.contact import AgentId, QueueId
from assistant.model.errors import Refused
from assistant.model.measures import KEYS, Asked, By
from assistant.model.storage import UnitOfWork
from assistant.settings.tenant import Tenant

USUALLY = timedelta(days=1)
ASKED_BY = tuple(by for by in By if by is not By.NOTHING)


def asked_by(query: Mapping[str, str]) -> By:
    """By queue where nothing is said. Raises `Refused` `invalid_request`."""
    by = query.get("by", By.QUEUE.value)
    if by not in ASKED_BY:
        raise Refused("invalid_request", f"by: one of {', '.join(ASKED_BY)}.")
    return By(by)


def asked_over(work: UnitOfWork, tenant: Tenant, query: Mapping[str, str], by: By = By.NOTHING) -> Asked:
    """The last day where no time is said; `agent` is a username. Raises `Refused` `invalid_request`."""
    end = instant(query, "to", work.now)
    begin = instant(query, "from", end - USUALLY)
    if begin >= end:
        raise Refused("invalid_request", "from: it must be earlier than to.")
    only = {key: query[key.value] for key in KEYS if key.value in query}
    if By.AGENT in only:
        found = work.agents.by_username(only[By.AGENT])
        if found is None:
            raise Refused("invalid_request", "agent: nobody has that username.")
        only[By.AGENT] = found[0].id
    if query.get("percentiles", "yes") not in {"yes", "no"}:
        raise Refused("invalid_request", "percentiles: yes or no.")
    percentiles = query.get("percentiles") != "no"
    return Asked(begin, end, by, tenant.targets, tenant.timing.short_abandon_seconds, only, percentiles)


def told_apart(asked: Asked, tenant: Tenant, agents: Mapping[AgentId, Agent]) -> dict[str, dict[str, str | None]]:
    """What alone counts, `{topic: {value, label}}`: as it is asked for, and as a person reads it.

    A channel and "no topic" are the page's own words: their `label` is null.
    """
    told: dict[str, dict[str, str | None]] = {}
    for by, key in asked.only.items():
        value, label = key, None
        if by is By.TOPIC:
            label = tenant.topic_label(key or None)
        elif by is By.QUEUE and (queue := tenant.queues.get(QueueId(key))) is not None:
            label = queue.name
        elif by is By.AGENT and (agent := agents.get(AgentId(key))) is not None:
            value, label = agent.username, agent.name
        told[by.value] = {"value": value, "label": label}
    return told


def instant(query: Mapping[str, str], name: str, default: datetime) -> datetime:
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
