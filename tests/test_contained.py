"""What nobody foresaw in one page, entry, row or source costs only itself: the rest is published, and it is told."""

import json
import logging
from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import kinds
import pytest
import troubles
from kinds import BODY, KINDS, TITLES, Place
from newsroom import build_toy
from website import Site, website

from index import build as build_module
from index.article import Article, parse_article
from index.corpus import Corpus
from index.outcome import BuildReport
from index.politeness import Policy
from index.sources import KINDS as MODULES
from index.workers import Workers

VICTIM = TITLES[1]
POLICY = Policy(allow_private=True, delay_s=0)
PARSERS = {
    "jsonl": "index.sources.jsonl.parse_article",
    "table": "index.sources.cells.parse_article",
    "database": "index.sources.cells.parse_article",
    "parquet": "index.sources.cells.parse_article",
    "export": "index.sources.cells.parse_article",
    "markdown": "index.sources.cells.parse_article",
    "feed": "index.sources.bodies.parse_article",
    "wordpress": "index.sources.bodies.parse_article",
}
"""What makes an article of a row, of each kind; of all others it is what makes one of a page."""
ERRORS = [RecursionError("too deep"), MemoryError(), KeyError("title"), TypeError("odd")]


@pytest.fixture
def site() -> Iterator[Site]:
    with website() as up:
        yield up


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(1) as started:
        yield started


def built(home: Path, *places: str) -> BuildReport:
    return build_toy(home, *places, policy=POLICY)


def titles(home: Path) -> list[str]:
    with closing(Corpus(home / "corpus.sqlite")) as corpus:
        return sorted(article.title for article in corpus)


def break_one(monkeypatch: pytest.MonkeyPatch, parser: str, error: Exception) -> None:
    """Let a parser raise where it meets the victim, in this process."""
    module, _, name = parser.rpartition(".")
    whole: Any = getattr(__import__(module, fromlist=[name]), name)

    def broken(row: Any) -> Any:
        if row.get("title") == VICTIM:
            raise error
        return whole(row)

    monkeypatch.setattr(parser, broken)
    monkeypatch.setattr(build_module, "Workers", lambda: Workers(0))


def break_at(monkeypatch: pytest.MonkeyPatch, name: str, when: Any) -> None:
    """Let a function or method raise when it is time, in this process."""
    module, *inner = name.split(".")
    owner: Any = __import__(module)
    for part in inner[:-1]:
        owner = getattr(owner, part)
    whole: Any = getattr(owner, inner[-1])

    def broken(*args: Any, **more: Any) -> Any:
        if when():
            raise RecursionError("too deep")
        return whole(*args, **more)

    monkeypatch.setattr(owner, inner[-1], broken)
    monkeypatch.setattr(build_module, "Workers", lambda: Workers(0))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_workers_read_every_kind(
    home: Path, tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch, workers: Workers, kind: Place
) -> None:
    monkeypatch.setattr(build_module, "Workers", lambda: nullcontext(workers))
    report = built(home, kind(tmp_path, site))
    assert (report.articles, report.rejected, report.sources[0].error) == (3, [], None)
    assert titles(home) == sorted(TITLES)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_one_entry_that_nobody_foresaw_costs_no_other(
    home: Path, tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture, kind: Place, error: Exception,
) -> None:  # fmt: skip
    break_one(monkeypatch, PARSERS.get(kind.__name__, "index.page.parse_article"), error)
    with caplog.at_level(logging.ERROR, "index"):
        report = built(home, kind(tmp_path, site))
    assert (report.published, report.articles, report.sources[0].error) == (True, 2, None)
    (told,) = [row.reason for row in report.rejected]
    if isinstance(error, MemoryError) and kind is not kinds.jsonl:
        assert told.startswith("takes more memory to read than")
    else:
        assert told.startswith(f"cannot be read: {type(error).__name__} in ")
        assert told.endswith("; please report it")
        assert "Traceback (most recent call last)" in caplog.text


SEAMS = [
    (kinds.short_feed, "index.sources.feeds.canonical_url"),
    (kinds.feed, "index.sources.feeds.not_asked"),
    (kinds.sitemap, "index.sources.sitemaps.urljoin"),
    (kinds.sitemap, "index.sources.web.sent_with"),
    (kinds.sitemap, "index.fetching.Fetched.mark"),
    (kinds.addresses, "index.sources.urls.canonical_url"),
    (kinds.wordpress, "index.sources.wordpress.canonical_url"),
    (kinds.wordpress, "index.sources.wordpress.Mark"),
    (kinds.pages, "index.sources.folder.is_gzip"),
    (kinds.pages, "index.sources.folder.Mark"),
    (kinds.jsonl, "index.ingest.detected"),
    (kinds.jsonl, "index.corpus.to_row"),
    (kinds.table, "index.corpus.Corpus.upsert"),
    (kinds.pages, "index.marks.Marks.remember"),
]
"""What is called for each entry outside its parser."""


@pytest.mark.parametrize(("kind", "seam"), SEAMS, ids=lambda value: value if isinstance(value, str) else value.__name__)
def test_one_entry_that_fails_outside_its_parser_costs_no_other(
    home: Path, tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch, kind: Place, seam: str
) -> None:
    place, calls = kind(tmp_path, site), []
    break_at(monkeypatch, seam, lambda: calls.append(seam) or len(calls) == 2)
    report = built(home, place)
    assert (report.published, report.sources[0].error) == (True, None)
    assert report.articles >= 2
    assert [row.reason.partition(" in ")[0] for row in report.rejected] == ["cannot be read: RecursionError"]


@pytest.mark.parametrize("at_once", [False, True])
@pytest.mark.parametrize("kind", MODULES)
def test_one_source_that_nobody_foresaw_costs_no_other(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    kind: str, at_once: bool,
) -> None:  # fmt: skip
    def broken(*_: object) -> Iterator[Article]:
        yield parse_article({"id": "first", "title": "What came first", "text": BODY})
        raise RecursionError("too deep")

    def broken_at_once(*_: object) -> None:
        raise RecursionError("too deep")

    other, good = "csv" if kind == "jsonl" else "jsonl", tmp_path / "good"
    row = {"id": "good", "title": "A good one"}
    good.write_text("id,title\ngood,A good one" if other == "csv" else json.dumps(row))
    monkeypatch.setattr(f"index.sources.{MODULES[kind]}.read", broken_at_once if at_once else broken)
    report = built(home, f"{kind}:{tmp_path}", f"{other}:{good}")
    assert report.published
    assert titles(home) == ["A good one", "What came first"][: 2 - at_once]
    assert str(report.sources[0].error).startswith(f"{kind}:{tmp_path}: cannot be read: RecursionError")
    assert report.sources[1].error is None
    assert "Traceback" in caplog.text


@pytest.mark.parametrize(
    ("kind", "parser", "trouble"),
    [
        (kinds.pages, "index.sources.pages._article", troubles.hang_on_file),
        (kinds.sitemap, "index.sources.web._article", troubles.hang_on_page),
        (kinds.table, "index.sources.columns.article_of", troubles.hang_on_row),
        (kinds.wordpress, "index.sources.wordpress._article", troubles.hang_on_row),
        (kinds.feed, "index.sources.feeds.article_of_body", troubles.hang_on_body),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_one_entry_that_never_ends_is_ended_and_costs_no_other(
    home: Path, tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch, kind: Place, parser: str, trouble: Any
) -> None:
    monkeypatch.setattr(parser, trouble)
    monkeypatch.setattr(build_module, "Workers", lambda: Workers(1, 0.5))
    report = built(home, kind(tmp_path, site))
    assert (report.published, report.articles, report.sources[0].error) == (True, 2, None)
    assert [row.reason for row in report.rejected] == ["took longer than 0.5 s to read; please report it"]


@pytest.mark.parametrize(
    ("kind", "parser"),
    [(kinds.feed, "index.sources.feeds._entries"), (kinds.sitemap, "index.sources.sitemaps._packed")],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_listing_that_never_ends_is_an_error_of_its_source(
    home: Path, tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch, kind: Place, parser: str
) -> None:
    monkeypatch.setattr(parser, troubles.pause)
    monkeypatch.setattr(build_module, "Workers", lambda: Workers(1, 0.5))
    (tmp_path / "other").mkdir()
    report = built(home, kind(tmp_path, site), kinds.jsonl(tmp_path / "other", site))
    assert (report.published, report.articles) == (True, 3)
    assert "(took longer than 0.5 s to read; please report it)" in str(report.sources[0].error)
