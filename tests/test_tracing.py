"""Traces: none and no network without a collector, and spans by FastAPI's own switch with one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from recommender.api import create_app
from recommender.api.tracing import ENDPOINT, tracing

FLOOD = "/v1/related?id=flood-town"
OFF = {"tracing": False, "metrics": False, "logs": False}


def test_without_a_collector_nothing_is_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENDPOINT, raising=False)
    assert tracing() == OFF


def test_a_collector_without_the_extra_is_told_of_and_nothing_breaks(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, built: Path
) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:9")
    for find in (missing, lambda _: None):
        monkeypatch.setattr("recommender.api.tracing.find_spec", find)
        assert tracing() == OFF
    assert "install related-articles[otel]" in caplog.text
    assert TestClient(create_app(built)).get(FLOOD).status_code == 200


def test_with_both_fastapi_is_told_to_send_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:9")
    found: Callable[[str], str] = str
    monkeypatch.setattr("recommender.api.tracing.find_spec", found)
    assert tracing() == {"auto_configure": True, "metrics": False, "logs": False}


def test_a_request_is_a_span_with_its_route(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sdk = pytest.importorskip("opentelemetry.sdk.trace")
    export = pytest.importorskip("opentelemetry.sdk.trace.export")
    memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter").InMemorySpanExporter()
    provider = sdk.TracerProvider()
    provider.add_span_processor(export.SimpleSpanProcessor(memory))
    told = {"tracer_provider": provider, "metrics": False, "logs": False}
    monkeypatch.setattr("recommender.api.app.tracing", lambda: told)
    with TestClient(create_app(built)) as client:
        client.get(FLOOD, headers={"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})
    (span,) = [each for each in memory.get_finished_spans() if each.kind.name == "SERVER"]
    assert (span.name, span.attributes["http.response.status_code"]) == ("GET /v1/related", 200)
    assert span.context.trace_id == 0x0AF7651916CD43DD8448EB211C80319C
