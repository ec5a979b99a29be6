"""One attack on whichever tree stands first in PYTHONPATH: `attacked.py JOB LIMIT_S < INPUT` prints what it costs.

What a job calls is imported by its name, so that trees of different age can be measured.
"""

import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

Job = Callable[[bytes, Path], Callable[[], object]]
"""Prepares whatever is not measured; what it returns is."""
SMALL = {"markdown": b"---\ntitle: A\n---\nText", "wxr": b"<rss><channel><item/></channel></rss>"}
DECLARED = ("PageError", "SourceError", "InvalidFieldError", "TooLargeError", "ValueError")


def called(name: str) -> Any:
    """An object by its module and name."""
    module, _, attribute = name.partition(":")
    return getattr(import_module(module), attribute)


def function(name: str, *more: object, decoded: bool = False) -> Job:
    """A call with the input; of a generator all that it yields."""

    def prepare(content: bytes, _: Path) -> Callable[[], object]:
        call, given = called(name), content.decode() if decoded else content

        def run(given: bytes | str = given) -> None:
            found = call(given, *more)
            if hasattr(found, "__next__"):
                list(found)

        for small in ("<p>A title</p>", "x" * 1_100):  # so that all is imported
            with suppress(Exception):
                run(small if decoded else small.encode())
        return run

    return prepare


def file(kind: str, name: str) -> Job:
    """A source that is a file."""

    def prepare(content: bytes, folder: Path) -> Callable[[], object]:
        source = called("index.sources:Source")(f"{kind}:{folder / name}")
        reading = called("index.sources:Reading")(source, called("index.corpus:Corpus")(folder / "corpus"), None)
        read = called("index.sources:read_source")

        def run() -> None:
            for _ in read(reading):
                pass

        (folder / name).write_bytes(SMALL[kind])
        run()  # so that all is imported
        (folder / name).write_bytes(content)
        return run

    return prepare


def question(content: bytes, folder: Path) -> Callable[[], object]:
    """A body that is posted."""
    rows = called("newsroom:NEWS")
    return asked(rows, folder, "POST", "", content)


def crowd(content: bytes, folder: Path) -> Callable[[], object]:
    """A page that is near to very many which are all at one address."""
    rows = [
        {"id": f"{number}", "url": "https://news.example/", "title": "Storm at the coast", "language": "en"}
        | {"text": f"storm coast wind gust{number % 23} mast{number} sail{number}", "published": "2026-09-01"}
        for number in range(int(content))
    ]
    return asked(rows, folder, "GET", f"id={int(content) // 2}", b"")


def asked(rows: Any, folder: Path, method: str, query: str, body: bytes) -> Callable[[], object]:
    """A request to a service over these rows."""
    called("newsroom:build_toy")(folder / "home", called("newsroom:write_jsonl")(folder / "rows.jsonl", rows))
    texts = called("service:toy_texts")(called("pytest:MonkeyPatch")())
    app, ask = called("recommender.api:create_app")(folder / "home", texts=texts), called("service:ask")
    message = {"type": "http.request", "body": body, "more_body": False}
    headers = [("content-type", "application/json"), ("host", "news.example")]
    ask(app, "/readyz", "", "GET", headers)

    def run() -> str:
        answer = ask(app, "/v1/related", query, method, headers, [message])
        return f"{answer.status}, {len(answer.body):,} bytes"

    return run


JOBS: dict[str, Job] = {
    "text": function("index.fields:clean", decoded=True),
    "page": function("index.page:read_page", "https://news.example/1"),
    "feed": function("index.sources.feed_entries:feed_entries", "https://news.example/feed"),
    "sitemap": function("index.sources.sitemap_entries:sitemap_lines"),
    "packed": function("index.inflate:gunzip", 50_000_000),
    "markdown": file("markdown", "a.md"),
    "wxr": file("wxr", "a.xml"),
    "question": question,
    "crowd": crowd,
}


def main() -> None:
    """Do the job, and print its cost; what ends it is printed too, unless that is what it declares."""
    job, limit_s = sys.argv[1:]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="attacked-")))
        run, ended = JOBS[job](sys.stdin.buffer.read(), folder), None
        signal.setitimer(signal.ITIMER_PROF, float(limit_s))
        began = time.process_time()
        try:
            ended = run()
        except Exception as error:  # noqa: BLE001 - it is what is measured
            ended = None if type(error).__name__ in DECLARED else type(error).__name__
        cost = time.process_time() - began
        signal.setitimer(signal.ITIMER_PROF, 0)
        print(f"{cost:.3f}" + (f", {ended}" if ended else ""))


if __name__ == "__main__":
    main()
