"""Marks: what is remembered of a page, who lists it, and which article goes when it goes."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.article import parse_article
from index.corpus import MIGRATIONS, Corpus
from index.marks import Mark

PAGE = "https://a.example/1"


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    opened = Corpus(tmp_path / "corpus.sqlite")
    opened.upsert([parse_article({"id": name, "title": name}) for name in ("one", "two")])
    yield opened
    opened.close()


def test_what_is_remembered_of_a_page_comes_back_with_the_time_it_was_looked_at(corpus: Corpus) -> None:
    before = corpus.marks.begin("feed")
    assert corpus.marks.get(PAGE) is None
    corpus.marks.remember("feed", "one", Mark(PAGE, '"v1"', "Mon", "2026-09-14"))
    kept = corpus.marks.get(PAGE)
    assert kept is not None
    assert (kept.key, kept.etag, kept.last_modified, kept.listed) == (PAGE, '"v1"', "Mon", "2026-09-14")
    assert kept.at >= before
    corpus.marks.touch(PAGE, listed="2026-09-15")
    touched = corpus.marks.get(PAGE)
    assert touched is not None
    assert (touched.etag, touched.listed) == ('"v1"', "2026-09-15")
    assert touched.at >= kept.at


def test_a_listing_knows_its_own_pages_until_it_names_them_no_more(corpus: Corpus) -> None:
    for number, listing in enumerate(("feed", "feed", "sitemap")):
        corpus.marks.remember(listing, "one", Mark(str(number)))
    corpus.marks.touch("1", listing="")
    assert (corpus.marks.of("feed"), corpus.marks.of("sitemap")) == (["0"], ["2"])


def test_an_article_goes_with_its_last_page(corpus: Corpus) -> None:
    corpus.marks.remember("feed", "one", Mark(PAGE))
    corpus.marks.remember("sitemap", "one", Mark(PAGE + "?print"))
    assert corpus.vanish(PAGE) == 0
    assert corpus.get("one") is not None
    assert corpus.vanish(PAGE + "?print") == 1
    assert (corpus.get("one"), corpus.vanish(PAGE), len(corpus)) == (None, 0, 1)


def test_a_page_that_became_another_article_gives_back_the_one_it_was(corpus: Corpus) -> None:
    assert corpus.marks.remember("feed", "one", Mark(PAGE)) is None
    assert corpus.marks.remember("feed", "one", Mark(PAGE)) is None
    assert corpus.marks.remember("feed", "two", Mark(PAGE)) == "one"


def test_a_listing_s_own_mark_is_no_article(corpus: Corpus) -> None:
    corpus.marks.remember(None, "", Mark("https://a.example/feed", '"f1"'))
    assert corpus.marks.remember(None, "", Mark("https://a.example/feed", '"f2"')) is None
    assert corpus.vanish("https://a.example/feed") == 0


def test_a_reading_that_was_killed_goes_on_from_its_beginning_and_an_ended_one_begins_anew(corpus: Corpus) -> None:
    first = corpus.marks.begin("feed")
    assert corpus.marks.begin("feed") == first
    corpus.marks.end("feed")
    assert corpus.marks.begin("feed") > first


def test_marks_inside_a_batch_are_kept_together_or_not_at_all(corpus: Corpus) -> None:
    def killed() -> None:
        with corpus.batch():
            corpus.marks.remember("feed", "one", Mark(PAGE))
            corpus.upsert([parse_article({"id": "three", "title": "three"})])
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        killed()
    assert (corpus.marks.get(PAGE), corpus.get("three")) == (None, None)


def test_looking_at_a_page_without_asking_for_it_leaves_when_it_was_asked_for(corpus: Corpus) -> None:
    corpus.marks.clock = lambda: 1_000.0
    corpus.marks.remember("feed", "one", Mark(PAGE, changed=500.0))
    corpus.marks.clock = lambda: 2_000.0
    assert corpus.marks.touch(PAGE, "2026-09-15", asked=False) is None
    assert corpus.marks.get(PAGE) == Mark(PAGE, listed="2026-09-15", at=1_000.0, changed=500.0)
    corpus.marks.touch(PAGE)
    assert corpus.marks.get(PAGE) == Mark(PAGE, listed="2026-09-15", at=2_000.0, changed=500.0)


def test_what_is_no_article_is_known_with_its_reason(corpus: Corpus) -> None:
    for number, listing in enumerate(("feed", "sitemap")):
        corpus.marks.remember(listing, "", Mark(str(number), rejected=f"reason {number}"))
    corpus.marks.remember("feed", "one", Mark(PAGE))
    assert [(mark.key, mark.rejected) for mark in corpus.marks.rejected()] == [("0", "reason 0"), ("1", "reason 1")]
    assert [mark.key for mark in corpus.marks.rejected("feed")] == ["0"]
    assert (corpus.marks.touch("0"), corpus.vanish("0"), corpus.marks.touch("0")) == ("reason 0", 0, None)


def test_sitemaps_that_their_index_has_left_are_kept_while_they_have_pages_and_are_no_pages_themselves(
    corpus: Corpus,
) -> None:
    marks = corpus.marks
    marks.name_sitemaps("index", ["a", "b", "c"])
    marks.remember("a", "one", Mark(PAGE))
    for listing in ("a", "b"):
        marks.remember(None, "", Mark(listing, '"1"'))
    marks.remember("feed", "two", Mark("c"))  # an article's page that was named as a sitemap
    marks.name_sitemaps("index", ["d"])
    assert marks.sitemaps("index") == ["a", "d"]
    assert (marks.get("a"), marks.get("b")) == (None, None)
    assert marks.get("c") is not None
    assert corpus.vanish(PAGE) == 1
    marks.name_sitemaps("index", ["d"])
    assert marks.sitemaps("index") == ["d"]


def test_a_file_from_before_pages_had_ages_takes_them_from_their_articles(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    with sqlite3.connect(path) as db:
        for statement in ";".join(MIGRATIONS[:2]).split(";"):
            db.execute(statement)
        db.execute("pragma user_version = 2")
        db.execute("insert into article values ('old', 'u', 500.0, x'00', x'00', 1, '{}')")
        db.execute("insert into article values ('undated', 'u', null, x'00', x'00', 2, '{}')")
        for key, name in (("a", "old"), ("b", "undated"), ("c", "")):
            db.execute("insert into page values (?, 'feed', ?, '\"1\"', null, '2026', 900.0)", (key, name))
    db.close()
    corpus = Corpus(path)
    marks = [corpus.marks.get(key) for key in "abc"]
    corpus.close()
    assert marks == [Mark(key, '"1"', None, "2026", 900.0, age) for key, age in (("a", 500), ("b", 900), ("c", 900))]
