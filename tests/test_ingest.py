"""Sources into the corpus: each item does what it says, and is counted once."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index import ingest as module
from index.article import Article, parse_article
from index.corpus import Corpus
from index.ingest import SourceReport, ingest
from index.marks import Mark
from index.sources.items import Found, Gone, Item, Listing, Rejected, Unchanged


def article(number: int, title: str = "Harbour strike ends after nine days of talks") -> Article:
    return parse_article({"url": f"https://a.example/{number}", "title": title, "text": "The port reopens today."})


def found(number: int, key: str | None = None, etag: str = "") -> Found:
    one = article(number)
    return Found(one, Mark(key or one.url, etag), "feed")


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    opened = Corpus(tmp_path / "corpus.sqlite")
    yield opened
    opened.close()


def read(corpus: Corpus, *items: Item) -> dict[str, object]:
    report, rejected, seen = SourceReport("feed"), [], set[str]()
    ingest(corpus, items, report, rejected, lambda *_: None, seen)
    assert len(rejected) == report.failed
    return {name: value for name, value in asdict(report).items() if value and name != "source"}


def test_new_changed_unchanged_failed_and_removed_are_counted(corpus: Corpus) -> None:
    assert read(corpus, found(1), found(2)) == {"new": 2, "languages_detected": 2}
    changed = Found(article(1, "Harbour strike goes on into its tenth day"), Mark("https://a.example/1"), "feed")
    told = read(corpus, changed, Unchanged("https://a.example/2"), Rejected("feed", None, "answered 500"))
    assert told == {"changed": 1, "unchanged": 1, "failed": 1, "languages_detected": 1}
    assert read(corpus, Gone("https://a.example/2", "answered 404")) == {"removed": 1}
    assert [one.title for one in corpus] == ["Harbour strike goes on into its tenth day"]


def test_a_page_that_is_gone_but_never_was_removes_nothing(corpus: Corpus) -> None:
    assert read(corpus, Gone("https://a.example/9", "answered 404")) == {}


def test_a_page_that_became_another_article_takes_the_old_one_with_it(corpus: Corpus) -> None:
    read(corpus, found(1, key="https://a.example/page"))
    assert read(corpus, found(2, key="https://a.example/page")) == {"new": 1, "removed": 1, "languages_detected": 1}
    assert [one.url for one in corpus] == ["https://a.example/2"]


def test_pages_that_are_not_due_or_no_articles_are_counted_apart(corpus: Corpus) -> None:
    none = Rejected("https://a.example/3", None, "no headline", Mark("https://a.example/3", rejected="no headline"), "")
    assert read(corpus, found(1), found(2), none) == {"new": 2, "failed": 1, "languages_detected": 2}
    seen = (Unchanged(f"https://a.example/{number}", due=number != 2) for number in (1, 2, 3))
    assert read(corpus, *seen) == {"unchanged": 1, "not_due": 1, "no_article": 1}


def test_a_page_is_as_old_as_its_article_says_until_it_is_seen_to_change(corpus: Corpus) -> None:
    dated, undated, future = ("2026-09-14T00:00:00Z", None, "2031-01-01T00:00:00Z")
    now = datetime(2026, 11, 24, tzinfo=UTC).timestamp()

    def changed(number: int, published: str | None, title: str, at: float) -> float:
        corpus.marks.clock = lambda: at
        row = {"url": f"https://a.example/{number}", "title": title, "published": published}
        read(corpus, Found(parse_article(row), Mark(row["url"] or ""), "feed"))
        mark = corpus.marks.get(f"https://a.example/{number}")
        return mark.changed if mark else 0.0

    for number, (date, age) in enumerate(((dated, 71), (undated, 0), (future, 0))):
        assert changed(number, date, "The same headline for a while", now) == now - age * 86_400
        assert changed(number, date, "The same headline for a while", now + 50) == now - age * 86_400
        assert changed(number, date, "Another headline in the end", now + 99) == now + 99


def test_a_listing_is_remembered_and_counts_for_nothing(corpus: Corpus) -> None:
    assert read(corpus, Listing(Mark("https://a.example/feed", '"f1"'))) == {}
    kept = corpus.marks.get("https://a.example/feed")
    assert kept is not None
    assert kept.etag == '"f1"'


def test_one_article_twice_is_counted_as_a_duplicate(corpus: Corpus) -> None:
    assert read(corpus, article(1), article(1))["duplicate_ids"] == 1


def test_what_was_read_before_an_error_is_kept_when_a_batch_was_full(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 2)

    def items() -> Iterator[Item]:
        yield from (article(1), article(2), article(3))
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        ingest(corpus, items(), SourceReport("feed"), [], lambda *_: None, set())
    assert len(corpus) == 2


def test_a_slow_source_is_written_when_its_time_is_up(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH_S", -1.0)
    lengths = []

    def items() -> Iterator[Item]:
        for number in range(3):
            lengths.append(len(corpus))
            yield article(number)

    ingest(corpus, items(), SourceReport("feed"), [], lambda *_: None, set())
    assert lengths == [0, 1, 2]
