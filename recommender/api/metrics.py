"""What is counted, for Prometheus: right with one worker and with several, whichever of them is asked.

Workers count in files that they share (PROMETHEUS_MULTIPROC_DIR, which `recommender serve` sets before this is
imported). What the index is like is not counted but looked at when it is asked for, so a worker that has gone leaves
nothing behind but what it has counted.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from index.live import LiveIndex
from index.snapshot import SnapshotError

CONTENT_TYPE = CONTENT_TYPE_LATEST
WORKERS_FILES = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
UNROUTED = "(none)"
METHODS = frozenset(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"])


class Metrics:
    """What one application has counted."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "recommender_request_seconds",
            "Requests and how long their answers took; 413 and 429 are those that a limit refused.",
            ["route", "method", "status"],
            registry=self._registry,
            buckets=BUCKETS,
        )
        self._finished = Counter(
            "recommender_finished_answers",
            "Questions that can be answered as before, by whether they were (hit) or had to be worked out (miss).",
            ["found"],
            registry=self._registry,
        )
        self._fallbacks = Counter(
            "recommender_fallbacks",
            "Answers worked out that have fewer links than were asked for, by why.",
            ["reason"],
            registry=self._registry,
        )
        self._embeddings = Counter(
            "recommender_embeddings", "Texts embedded to answer a request.", registry=self._registry
        )
        # Looking a child up by its labels takes longer than counting.
        self._by_labels: dict[tuple[str, str, int], Histogram] = {}
        self.hit, self.miss = self._finished.labels("hit").inc, self._finished.labels("miss").inc
        self.embedded = self._embeddings.inc

    def observe(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request."""
        labels = (route, method, status)
        if (child := self._by_labels.get(labels)) is None:
            known = method if method in METHODS else "other"
            child = self._by_labels[labels] = self._requests.labels(route, known, str(status))
        child.observe(seconds)

    def answered(self, fallback: str | None) -> None:
        """Count an answer that was worked out."""
        if fallback is not None:
            self._fallbacks.labels(fallback).inc()

    def text(self, live: LiveIndex) -> bytes:
        """All of it in Prometheus's text format, with what the index is like now."""
        registry = self._registry
        if folder := os.environ.get(WORKERS_FILES):
            registry = CollectorRegistry()
            MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call] # the library has no types here
        return generate_latest(registry) + generate_latest(_about(live))


def _about(live: LiveIndex) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_Index(live))
    return registry


class _Index(Collector):
    def __init__(self, live: LiveIndex) -> None:
        self._live = live

    def collect(self) -> Iterator[GaugeMetricFamily | InfoMetricFamily]:
        """What the index is like now; nothing where there is none."""
        try:
            snapshot = self._live.snapshot
        except SnapshotError:
            return
        built = datetime.fromisoformat(snapshot.manifest["built_at"])
        model = str(snapshot.manifest["model"]["name"])
        yield InfoMetricFamily(
            "recommender_index", "What is served.", value={"version": snapshot.version, "model": model}
        )
        numbers = {
            "age_seconds": ("Since the version was built.", max(0.0, (datetime.now(UTC) - built).total_seconds())),
            "articles": ("Articles in the version.", snapshot.manifest["articles"]),
            "fresh_articles": ("Articles pushed since, beside the version.", self._live.fresh),
        }
        for name, (help_text, value) in numbers.items():
            yield GaugeMetricFamily(f"recommender_index_{name}", help_text, value=value)
