"""Every parser as a function of bytes. It raises FaultError for whatever it should not do; all else is as it should be.

All that the fuzzers import of the project is imported here.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast
from urllib.parse import quote_from_bytes

import pytest
from newsroom import NEWS, build_toy, write_jsonl
from service import Sent, ask, toy_texts

from index.article import Article, parse_article, to_row
from index.corpus import Corpus
from index.fetching import Fetched, FetchError, Policy
from index.inflate import gunzip
from index.inspection import check_weights
from index.page import PageError, read_page
from index.politeness import Robots
from index.remote import Remote, RemoteError
from index.snapshot import SnapshotError, read_manifest
from index.sources import Reading, Rejected, Source, SourceError, read_source
from index.sources.items import Found
from recommender.allowance import Allowance
from recommender.api import create_app
from recommender.keys import Keys
from recommender.settings import SettingsError, read_settings

UNFORESEEN = "please report it"
MOST_SAID = 6_000
"""Characters of one refusal, and"""
MOST_ANSWERED = 20_000
"""bytes of a refused request's answer."""
URL = "https://news.example/2026/09/14/a-title"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

Parser = Callable[[bytes], object]


class FaultError(AssertionError):
    """Something that a parser should not do."""


@dataclass
class Web:
    """Stands for the web: the same is at every address, `times` times."""

    content: bytes
    times: float = 1
    policy: Policy = field(default_factory=Policy)

    def get(self, url: str, *_: object, **__: object) -> Fetched:
        self.times -= 1
        if self.times < 0:
            raise FetchError("answered 404", 404)
        return Fetched(url, self.content, "text/html", None, None, {})

    def robots(self, _: str) -> Robots:
        return Robots("", "related-articles")


@contextmanager
def parsers() -> Iterator[dict[str, Parser]]:
    """All parsers by name, with a folder to work in."""
    with TemporaryDirectory(prefix="fuzz-") as folder, pytest.MonkeyPatch.context() as patch:
        # Errors that nobody foresaw are told, and then are faults here.
        for name in ("index", "recommender"):
            logging.getLogger(name).addHandler(logging.NullHandler())
            patch.setattr(logging.getLogger(name), "propagate", False)
        yield {**_of_files(Path(folder)), **_of_versions(Path(folder)), **_of_requests(Path(folder), patch)}


def _of_files(folder: Path) -> dict[str, Parser]:
    corpus = Corpus(folder / "corpus.sqlite")

    def file(kind: str, name: str, columns: dict[str, str] | None = None) -> Parser:
        path = folder / kind / name
        path.parent.mkdir(exist_ok=True, parents=True)

        def read(content: bytes) -> None:
            path.write_bytes(content)
            _read(Source(f"{kind}:{path}", columns or {}), corpus, Web(b"", 0))

        return read

    def site(kind: str, times: float) -> Parser:
        return lambda content: _read(Source(f"{kind}:https://news.example/"), corpus, Web(content, times))

    def configuration(name: str) -> Parser:
        top = folder / name
        (top / "content" / "_posts").mkdir(parents=True, exist_ok=True)
        for path in ("content/a.md", "content/_posts/2026-09-14-a.md"):
            (top / path).write_text("---\ntitle: A title\ncategories: [a b, c]\n---\nText")

        def read(content: bytes) -> None:
            (top / name).write_bytes(content)
            _read(Source(f"markdown:{top}"), corpus, Web(b"", 0))

        return read

    return {
        "jsonl": file("jsonl", "news.jsonl"),
        "csv": file("csv", "news.csv"),
        "tsv": file("csv", "news.tsv"),
        "feed": file("feed", "feed.xml"),
        "sitemap": file("sitemap", "sitemap.xml"),
        "urls": file("urls", "list.txt"),
        "wxr": file("wxr", "export.xml"),
        "markdown": file("markdown", "post.md", {"url": "https://site.example"}),
        "pages": file("pages", "a.html", {"url": "https://site.example/{path}"}),
        "hugo": configuration("hugo.toml"),
        "jekyll": configuration("_config.yml"),
        "wordpress": site("wordpress", 4),
        "address": site("address", 1),
        "page": _page,
        "gzip": lambda content: _allowed(ValueError, lambda: gunzip(content, 1 << 24)),
        "robots": _robots,
    }


def _read(source: Source, corpus: Corpus, web: Web) -> None:
    try:
        for item in read_source(Reading(source, corpus, cast("Any", web))):
            if isinstance(item, Rejected):
                _check_sentence(str(item))
            elif isinstance(item, Found | Article):
                _check_article(item.article if isinstance(item, Found) else item)
    except SourceError as error:
        _check_sentence(str(error), 10_000)


def _page(content: bytes) -> None:
    try:
        _check_article(read_page(content, URL))
    except PageError as error:
        _check_sentence(str(error))


def _robots(content: bytes) -> None:
    robots = Robots(content.decode("utf-8", "replace"), "related-articles")
    if not 0 <= robots.delay_s <= 30:
        raise FaultError(f"a delay of {robots.delay_s} s")
    for path in ("", "/", "/a/b?c=d", "/%C3%A9"):
        robots.allows("https://news.example" + path)
    json.dumps(robots.sitemaps)


def _of_versions(folder: Path) -> dict[str, Parser]:
    version, place = folder / "version", folder / "place"
    version.mkdir()
    place.mkdir()

    def named(name: str, read: Callable[[Path], object], *errors: type[Exception]) -> Parser:
        def parse(content: bytes) -> None:
            (folder / name).write_bytes(content)
            _allowed(errors, lambda: read(folder / name))

        return parse

    return {
        "settings": named("recommender.toml", _settings, SettingsError),
        "manifest": named("version/manifest.json", lambda path: read_manifest(path.parent), SnapshotError),
        "weights": named("version/weights.json", check_weights, ValueError),
        "pointer": named("place/current.json", lambda path: Remote(path.parent.as_uri()).pointer(), RemoteError),
    }


def _settings(path: Path) -> None:
    settings = read_settings(path)
    _ = settings.policy, settings.gate_limits, settings.sources(path.parent)


def _allowed(errors: Any, read: Callable[[], object]) -> None:
    try:
        read()
    except errors as error:
        _check_sentence(str(error), 10_000)


def _of_requests(folder: Path, patch: pytest.MonkeyPatch) -> dict[str, Parser]:
    home = folder / "home"
    build_toy(home, write_jsonl(folder / "news.jsonl", NEWS))
    key = Keys(home).add("fuzz")
    app = create_app(home, pages=True, texts=toy_texts(patch), allowance=Allowance(0, 0))

    def asked(method: str, path: str, kind: str = "application/json", *, body: bool = True) -> Parser:
        headers = [("host", "news.example"), ("content-type", kind), ("authorization", f"Bearer {key}")]

        def parse(content: bytes) -> None:
            query = "" if body else quote_from_bytes(content, "=&%+;,:/?-._~!'()*")
            message = {"type": "http.request", "body": content if body else b"", "more_body": False}
            _check_answer(ask(app, path, query, method, headers, [message]))

        return parse

    return {
        "question": asked("POST", "/v1/related"),
        "put": asked("PUT", "/v1/articles/a"),
        "bulk": asked("POST", "/v1/articles", "application/x-ndjson"),
        **{
            name: asked("GET", path, body=False)
            for name, path in {"query": "/v1/related", "html": "/v1/related.html", "rss": "/v1/related.rss"}.items()
        },
    }


def _check_answer(answer: Sent) -> None:
    if answer.status >= 500:
        raise FaultError(f"answered {answer.status}: {answer.body[:300]!r}")
    if answer.headers.get("content-type", "").endswith("json"):
        with suppress(ValueError):
            json.loads(answer.body)
            answer.body.decode()
            if answer.status < 400 or len(answer.body) <= MOST_ANSWERED:
                return
        raise FaultError(f"{len(answer.body):,} bytes, {answer.body[:300]!r}")


def _check_sentence(said: str, most: int = MOST_SAID) -> None:
    if UNFORESEEN in said:
        raise FaultError(said[-400:])
    if len(said) > most:
        raise FaultError(f"a sentence of {len(said):,} characters, {said[:200]!r}")


def _check_article(article: Article) -> None:
    row = json.loads(json.dumps(to_row(article), ensure_ascii=False).encode())
    if parse_article(row) != article or parse_article(row).picks != article.picks:
        raise FaultError(f"an article that is another once it is written and read again: {article!r:.400}")
    if _CONTROL.search(article.title) or not article.url.startswith(("http://", "https://", "urn:article:")):
        raise FaultError(f"{article.title!r} at {article.url!r}")


def place_of(error: BaseException) -> str:
    """What tells two faults apart: the kind of the error, and the line of the project that it came from."""
    if isinstance(error, FaultError):
        told = re.search(rf"cannot be read: [^;]*(?=; {UNFORESEEN})", str(error))
        return told[0] if told else re.sub(r"['\"{].*|\d+", "", str(error))[:80]
    trace, place = error.__traceback__, ""
    while trace:
        path = Path(trace.tb_frame.f_code.co_filename)
        if {"index", "recommender"} & set(path.parts) and "site-packages" not in path.parts:
            place = f"{path.name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} {place}"
