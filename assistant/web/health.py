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
from assistant.settings.tenant import Tenant

type Probe = Callable[[], Awaitable[str]]
"""Gives `ready`, or what keeps the part from being ready."""


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
        """200 when every part is ready, else 503; the parts and their states are named either way."""
        parts = {name: await probe() for name, probe in self._probes.items()}
        is_ready = all(state == "ready" for state in parts.values())
        return json_response({"status": "ready" if is_ready else "starting", "parts": parts}, 200 if is_ready else 503)

    async def metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


class LineCollector(Collector):
    """The lengths of the lines, read when Prometheus asks."""

    def __init__(self, lines: Lines, tenant: Tenant) -> None:
        self._lines = lines
        self._queues = tuple(tenant.queues)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        length = GaugeMetricFamily("holdfast_line_length", "Places in line now", labels=["queue"])
        for queue in self._queues:
            length.add_metric([queue], len(self._lines.line(queue)))
        yield length
