"""OpenTelemetry: on where the environment names a collector and the extra is installed; nothing is sent otherwise."""

import logging
import os
from importlib.util import find_spec

from fastapi.telemetry import TelemetryConfig

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
_OFF: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}

log = logging.getLogger("recommender.api")


def tracing() -> TelemetryConfig:
    """FastAPI's own switch: spans only, since what is counted is at /metrics and what is logged goes to the log."""
    if not os.environ.get(ENDPOINT):
        return _OFF
    if not _installed():
        log.warning("%s is set, but nothing is traced: install related-articles[otel]", ENDPOINT)
        return _OFF
    return {"auto_configure": True, "metrics": False, "logs": False}


def _installed() -> bool:
    names = ("opentelemetry.sdk.trace", "opentelemetry.exporter.otlp.proto.http.trace_exporter")
    try:
        return all(find_spec(name) for name in names)
    except ModuleNotFoundError:  # of a package that the name stands in
        return False
