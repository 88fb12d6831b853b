"""How what is told to the outside stands, for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from assistant.flow.couriers import Couriers
from assistant.model.deliveries import DeliveryState
from assistant.model.ports import Clock


class DeliveryCollector(Collector):
    """The backlog as all processes share it, and this process's attempts by how they ended."""

    def __init__(self, couriers: Couriers, clock: Clock) -> None:
        self._couriers = couriers
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        now, backlog = self._clock.now(), {(each.endpoint, each.state): each for each in self._couriers.backlog}
        waiting = GaugeMetricFamily(
            "holdfast_deliveries", "Webhook messages and texts that are not delivered", labels=["endpoint", "state"]
        )
        oldest = GaugeMetricFamily(
            "holdfast_delivery_oldest_seconds", "Age of the oldest pending webhook message or text", labels=["endpoint"]
        )
        attempts = CounterMetricFamily(
            "holdfast_delivery_attempts",
            "Attempts to deliver webhooks and texts",
            labels=["endpoint", "outcome"],
        )
        for courier in self._couriers.couriers:
            for state in (DeliveryState.PENDING, DeliveryState.PARKED):
                each = backlog.get((courier.endpoint, state))
                waiting.add_metric([courier.endpoint, state.value], each.count if each else 0)
            pending = backlog.get((courier.endpoint, DeliveryState.PENDING))
            oldest.add_metric([courier.endpoint], (now - pending.oldest_at).total_seconds() if pending else 0)
            for outcome, count in courier.attempts.items():
                attempts.add_metric([courier.endpoint, outcome], count)
        yield from (waiting, oldest, attempts)
