"""What a server counts of its work, as Prometheus has it: names, units and bounds. `vae/web/metrics.py` hands it out."""

from __future__ import annotations

from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

from vae.live.wire.frames import STATUSES
from vae.live.wire.schema import OPERATIONS

REGISTRY = CollectorRegistry()
SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)  # upper bounds of what is timed
SIZES = tuple(2**power for power in range(12))  # of a batch: 1 to 2,048

disable_created_metrics()  # a second series for each, which says when it began

ANSWERED = Counter(
    "continuum_live_requests", "Requests of the live channel that were answered.", ("socket", "operation", "status"), registry=REGISTRY
)
WAITED = Histogram(
    "continuum_live_request_seconds",
    "From a request of the live channel to its reply.",
    ("socket", "operation"),
    registry=REGISTRY,
    buckets=SECONDS,
)
OPEN = Gauge("continuum_live_connections", "Connections of the live channel that are open.", ("socket",), registry=REGISTRY)
BATCH_CODES = Histogram("continuum_batch_codes", "Codes that were decoded together.", registry=REGISTRY, buckets=SIZES)
BATCH_REQUESTS = Histogram("continuum_batch_requests", "Requests whose codes were decoded together.", registry=REGISTRY, buckets=SIZES)
HTTP_ANSWERED = Counter("continuum_http_requests", "HTTP requests that were answered.", ("subject", "method", "status"), registry=REGISTRY)
HTTP_SECONDS = Histogram(
    "continuum_http_request_seconds", "From an HTTP request to the end of its answer.", ("subject",), registry=REGISTRY, buckets=SECONDS
)

_NAMES: dict[tuple[str, int], str] = {(operation.socket, operation.number): operation.name for operation in OPERATIONS}


def answered(socket: str, operation: int, status: int, seconds: float) -> None:
    """Count a reply of the live channel. What strangers send as an operation makes one series, "unknown", however many they think of.

    Parameters
    ----------
    socket : "live", "studio" or "training"
    operation : its number there; −1 where a frame could not be read
    status : of the reply, an index of `frames.STATUSES`
    seconds : since the request came
    """
    name = _NAMES.get((socket, operation), "unknown")
    counter, histogram = _children(socket, name, status)
    counter.inc()
    histogram.observe(seconds)


@cache  # finding them by their labels takes longer than counting; there are as many as operations and statuses
def _children(socket: str, operation: str, status: int) -> tuple[Counter, Histogram]:
    return ANSWERED.labels(socket, operation, STATUSES[status]), WAITED.labels(socket, operation)
