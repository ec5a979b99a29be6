"""A website on loopback for tests: what stands where, what it answers in turn, and who asked for what."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import stamina

from index.article import Article
from index.corpus import Corpus
from index.fetching import Fetcher, Policy
from index.ingest import COUNTS, SourceReport, ingest
from index.sources import Item, Reading, Rejected, Source, read_source


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its path with the query, its headers in lower case, and when it came."""

    path: str
    headers: Mapping[str, str]
    at: float


@dataclass(slots=True)
class Answer:
    """What stands at a path. Of several statuses each is answered once, the last one for ever."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    statuses: list[int] = field(default_factory=lambda: [200])
    headers: Mapping[str, str] = field(default_factory=dict)
    conditional: bool = True
    before: Callable[[], None] = lambda: None


class Site:
    """The website. `url("/a")` is where a page of it stands; `asked` is the log of all requests."""

    def __init__(self, port: int, host: str) -> None:
        self.root = f"http://{host}:{port}"
        self.asked: list[Asked] = []
        self.pages: dict[str, Answer] = {}
        self.otherwise: Callable[[str], Answer] = lambda _: Answer(b"not found", statuses=[404])
        self.busy = self.busiest = 0
        self.lock = threading.Lock()

    def url(self, path: str) -> str:
        return self.root + path

    def put(
        self,
        path: str,
        body: str | bytes = "",
        content_type: str = "text/html; charset=utf-8",
        *,
        status: int | list[int] = 200,
        headers: Mapping[str, str] | None = None,
        etag: str | None = None,
        modified: float | None = None,
        before: Callable[[], None] = lambda: None,
    ) -> str:
        """Put something at a path, `{site}` in a text being this site's root; returns its URL."""
        content = body.replace("{site}", self.root).encode() if isinstance(body, str) else body
        all_headers = dict(headers or {})
        if etag:
            all_headers["ETag"] = etag
        if modified is not None:
            all_headers["Last-Modified"] = formatdate(modified, usegmt=True)
        statuses = [status] if isinstance(status, int) else list(status)
        self.pages[path] = Answer(content, content_type, statuses, all_headers, before=before)
        return self.url(path)

    def redirect(self, path: str, target: str, status: int = 301) -> str:
        """Put a redirect at a path; returns its URL."""
        return self.put(path, status=status, headers={"Location": target})

    def take(self, path: str, status: int = 404) -> None:
        """Take a page away."""
        self.put(path, "gone", status=status)

    def paths(self) -> list[str]:
        """What was asked for since the log was last cleared, without robots.txt."""
        return [one.path for one in list(self.asked) if one.path != "/robots.txt"]

    def forget(self) -> None:
        """Clear the log."""
        self.asked.clear()


def _handler(site_of: Callable[[], Site]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            site = site_of()
            with site.lock:
                headers = {name.lower(): value for name, value in self.headers.items()}
                site.asked.append(Asked(self.path, headers, time.monotonic()))
                site.busy += 1
                site.busiest = max(site.busiest, site.busy)
                answer = site.pages.get(self.path) or site.otherwise(self.path)
                status = answer.statuses.pop(0) if len(answer.statuses) > 1 else answer.statuses[0]
            try:
                answer.before()
                self._answer(answer, 304 if status == 200 and _is_current(answer.headers, headers) else status)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the reader had enough
            finally:
                with site.lock:
                    site.busy -= 1

        def _answer(self, answer: Answer, status: int) -> None:
            body = b"" if status in (204, 304) else answer.body
            headers = {"Content-Type": answer.content_type, "Content-Length": str(len(body))} | dict(answer.headers)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _is_current(headers: Mapping[str, str], asked: Mapping[str, str]) -> bool:
    if "if-none-match" in asked:
        return asked["if-none-match"] == headers.get("ETag")
    return "if-modified-since" in asked and asked["if-modified-since"] == headers.get("Last-Modified")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        pass  # a reader that hangs up is no news


@contextmanager
def website(host: str = "127.0.0.1") -> Iterator[Site]:
    """A website that is up inside the `with`."""
    held: list[Site] = []
    server = _Server((host, 0), _handler(lambda: held[0]))
    held.append(Site(server.server_address[1], host))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield held[0]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


PARAGRAPH = "The harbour council met on Monday and, after a long debate, agreed a plan for the bridge over the river. "


def page(title: str, text: str = PARAGRAPH * 4, head: str = "") -> str:
    """An article's page with this headline."""
    head = f'<meta charset="utf-8"><title>{title}</title>{head}'
    return (
        f'<!doctype html><html lang="en"><head>{head}</head><body><article><h1>{title}</h1><p>{text}</p>'
        "</article></body></html>"
    )


@dataclass(slots=True)
class Visit:
    """What one reading of a source brought: what it yielded, and what became of it in the corpus."""

    items: list[Item] = field(default_factory=list)
    report: SourceReport = field(default_factory=lambda: SourceReport("test"))
    rejected: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """What is not nought in the report."""
        names = COUNTS
        return {name: count for name in names if (count := getattr(self.report, name))}


def visit(
    folder: Path,
    place: str | Path,
    policy: Policy = Policy(allow_private=True, delay_s=0),  # noqa: B008
    *,
    now: float | None = None,
    reread: bool = False,
) -> Visit:
    """Read a source into the corpus of a folder, as a build does, and remember what was read."""
    done, rejected = Visit(), list[Rejected]()
    with (
        closing(Corpus(folder / "corpus.sqlite")) as corpus,
        closing(Fetcher(policy, sleep=lambda _: None)) as fetcher,
        stamina.set_testing(True, attempts=4, cap=True),  # nobody waits before another try
    ):
        if now is not None:
            corpus.marks.clock = lambda: now
        reading = Reading(Source(str(place), reread=reread), corpus, fetcher)
        _ = reading.started

        def items() -> Iterator[Item]:
            for item in read_source(reading):
                done.items.append(item)
                yield item

        ingest(corpus, items(), done.report, rejected, lambda *_: None, set())
        corpus.marks.end(reading.source.name)
    done.rejected = [str(row) for row in rejected]
    return done


def articles(folder: Path) -> dict[str, Article]:
    """What is in the corpus of a folder, by headline."""
    with closing(Corpus(folder / "corpus.sqlite")) as corpus:
        return {article.title: article for article in corpus}
