"""What the service logs: JSON lines for machines, sentences for a terminal; never a body, a key or a header."""

import json
import logging
import re
import time
from textwrap import indent
from typing import Any, Literal

from index.characters import visible

Form = Literal["text", "json"]


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, event, and the fields that the event has."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        line = {"time": _time(record), "level": record.levelname.lower(), "event": record.getMessage()}
        line |= fields_of(record)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return visible(json.dumps(line, ensure_ascii=False, default=str))


class TextLines(logging.Formatter):
    """The same for reading: fields as name=value after the event. Nothing that is logged can begin a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line; below it, indented, the rest of what it says and a traceback where there is one."""
        named = [f"{name}={_value(value)}" for name, value in fields_of(record).items()]
        event, *rest = record.getMessage().split("\n")
        if record.exc_info:
            rest.append(self.formatException(record.exc_info))
        line = visible(" ".join([_time(record), record.levelname, event, *named]))
        return "\n".join([line, *(indent(visible(each, lines=True), "  ") for each in rest)])


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """The fields of an event: the request's id, and what it says besides."""
    request_id = getattr(record, "request_id", None)
    return ({"request_id": request_id} if request_id else {}) | getattr(record, "fields", {})


def log_config(form: Form) -> dict[str, Any]:
    """The configuration of `logging` in this form, "json" or "text", as uvicorn hands it to each worker."""
    lines = {"json": JsonLines, "text": TextLines}[form]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": lines}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {name: {"level": "INFO"} for name in ("uvicorn", "recommender", "index")},
    }


def _value(value: object) -> str:
    # In quotes where it could be taken for another field.
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if re.search(r"[\s\"=]", text) or not text else text


def _time(record: logging.LogRecord) -> str:
    moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
    return f"{moment}.{int(record.msecs):03d}Z"
