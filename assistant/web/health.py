"""How the service is: alive, ready with each part named, and its figures for Prometheus."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from assistant.edge.errors import json_response
from assistant.flow.line import Lines
from assistant.flow.recovery import Recovery
from assistant.settings.tenant import Tenant

type Probe = Callable[[], Awaitable[str]]
"""Gives `ready`, or what keeps the part from being ready."""

SERVES_ANYWAY = frozenset({"ready", "skewed", "polling", "conflict"})
"""A clock that is wrong is to be set, a bus that polls makes things slower, a change that does not fit the tenant file
of this process waits for another file; none of it keeps a caller from the line."""


class Health:
    def __init__(self, probes: Mapping[str, Probe], registry: CollectorRegistry) -> None:
        self._probes = probes
        self._registry = registry

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/healthz", self.alive),
            web.get("/readyz", self.ready),
            web.get("/metrics", self.metrics),
        ]

    async def alive(self, _: web.Request) -> web.Response:
        return json_response({"status": "alive"})

    async def ready(self, _: web.Request) -> web.Response:
        """200 when every part is ready, or serves all the same, else 503; the parts and their states are named."""
        parts = {name: await probe() for name, probe in self._probes.items()}
        is_ready = all(state in SERVES_ANYWAY for state in parts.values())
        return json_response({"status": "ready" if is_ready else "starting", "parts": parts}, 200 if is_ready else 503)

    async def metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


class LineCollector(Collector):
    """The lengths of the lines, read when Prometheus asks."""

    def __init__(self, lines: Lines, tenant: Tenant) -> None:
        self._lines = lines
        self._tenant = tenant

    def collect(self) -> Iterator[GaugeMetricFamily]:
        length = GaugeMetricFamily("holdfast_line_length", "Places in line now", labels=["queue"])
        for queue in self._tenant.queues:
            length.add_metric([queue], len(self._lines.line(queue)))
        yield length


class ClockCollector(Collector):
    """How far this process's clock is ahead of the database's, read when Prometheus asks."""

    def __init__(self, recovery: Recovery) -> None:
        self._recovery = recovery

    def collect(self) -> Iterator[GaugeMetricFamily]:
        text = "How far this process's clock is ahead of the database's"
        skew = GaugeMetricFamily("holdfast_clock_skew_seconds", text)
        skew.add_metric([], self._recovery.skew_seconds)
        yield skew
