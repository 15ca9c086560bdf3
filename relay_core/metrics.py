"""Relay's figures in the form that Prometheus reads, measured when they are asked for."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from relay_core.delivery.states import DeliveryState
from relay_core.reports.vitals import LaneState, LaneVitals, Vitals


class WebhookEnd(StrEnum):
    """What became of one request to the webhook."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # without the key
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    TOO_EARLY = "too_early"  # Relay was starting; the channel repeats it
    TOO_SLOW = "too_slow"  # the body did not come
    PUT_OFF = "put_off"  # too many at once; the channel repeats it


class Metrics:
    """The registry of one process: counters of its own, and gauges read from the front desk."""

    def __init__(self, vitals: Callable[[], Vitals]) -> None:
        """Begin to count.

        Args:
            vitals: Measures; called at each look.
        """
        self._registry = CollectorRegistry()
        self._webhooks = Counter(
            "relay_webhook_requests",
            "Requests to the webhook by what became of them",
            ["result"],
            registry=self._registry,
        )
        for end in WebhookEnd:
            self._webhooks.labels(end)
        self._registry.register(_Gauges(vitals))

    def webhook_ended(self, end: WebhookEnd) -> None:
        """Count one request."""
        self._webhooks.labels(end).inc()

    def text(self) -> bytes:
        """Measure, and return everything as text."""
        return generate_latest(self._registry)

    def families(self) -> Iterable[Metric]:
        """Measure, and return everything by name."""
        return self._registry.collect()


def text_of_accounts(metrics: Mapping[str, Metrics], ready: Collection[str]) -> bytes:
    """Measure several accounts, and return everything as text, each figure with its account.

    Args:
        metrics: Of each account.
        ready: Those that can be measured.
    """
    registry = CollectorRegistry()
    registry.register(_Accounts(metrics, ready))
    return generate_latest(registry)


class _Accounts(Collector):
    """Puts figures of the same name together."""

    def __init__(self, metrics: Mapping[str, Metrics], ready: Collection[str]) -> None:
        self._metrics = metrics
        self._ready = ready

    def describe(self) -> list[Metric]:
        """Name nothing beforehand: registering must not measure."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Measure."""
        states = GaugeMetricFamily(
            "relay_account_ready", "Whether the account is answered", labels=["account"]
        )
        found: dict[str, Metric] = {}
        for alias, own in self._metrics.items():
            states.add_metric([alias], alias in self._ready)
            for family in own.families() if alias in self._ready else ():
                all_of_it = found.setdefault(
                    family.name, Metric(family.name, family.documentation, family.type)
                )
                all_of_it.samples += [
                    sample._replace(labels={"account": alias, **sample.labels})
                    for sample in family.samples
                ]
        yield states
        yield from found.values()


class _Gauges(Collector):
    """Turns one measurement into metrics, so that all are of the same moment."""

    def __init__(self, vitals: Callable[[], Vitals]) -> None:
        self._vitals = vitals

    def describe(self) -> list[Metric]:
        """Name nothing beforehand: registering must not measure."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Measure."""
        now = self._vitals()
        yield InfoMetricFamily(
            "relay_build",
            "Version of Relay, and of its file",
            {"version": version("relay"), "schema": str(now.schema_version)},
        )
        yield _one("relay_sending", "Whether this process sends", now.sending)
        deliveries = GaugeMetricFamily(
            "relay_deliveries", "Messages by their state", labels=["state"]
        )
        for state in DeliveryState:
            deliveries.add_metric([state], now.deliveries.get(state, 0))
        yield deliveries
        yield from _lanes(now.lanes)
        for what, age_s in now.ages_s.items():
            yield _one(f"relay_last_{what}_age_seconds", f"Seconds since the latest {what}", age_s)
        yield _one(
            "relay_ledger_lag_seconds",
            "Seconds for which nothing is known of what others wrote to the ledger",
            now.ledger_lag_s,
        )
        yield _one("relay_writer_queue", "Work that waits for the writer", now.writer.waiting)
        yield CounterMetricFamily(
            "relay_commits", "Commits of this process", value=now.writer.commits
        )
        yield CounterMetricFamily(
            "relay_commit_seconds", "Time that these took", value=now.writer.seconds
        )
        yield _one("relay_file_bytes", "Size of Relay's file", now.file_bytes)
        yield _one("relay_file_log_bytes", "Size of the log beside it", now.log_bytes)
        yield _one("relay_disk_free_bytes", "Room on the disk it stands on", now.free_disk_bytes)


def _one(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value=value)


def _lanes(lanes: tuple[LaneVitals, ...]) -> Iterator[Metric]:
    queued = GaugeMetricFamily(
        "relay_lane_queued", "Messages that wait, by integration", labels=["lane"]
    )
    states = GaugeMetricFamily(
        "relay_lane_state", "1 for the state that a lane is in", labels=["lane", "state"]
    )
    for each in lanes:
        queued.add_metric([each.lane], each.queued)
        for state in LaneState:
            states.add_metric([each.lane, state], each.state is state)
    yield queued
    yield states
