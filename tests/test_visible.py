"""Two workers in processes of their own answer what was acknowledged elsewhere, however much waits before it."""

import shutil
from pathlib import Path
from threading import Thread

import pytest
from newsroom import TOY_STAMP, ToyEmbedder, row
from service import Server, eventually, serving, workers

from index.article import Article, parse_article
from index.corpus import MOST_JOURNAL, Corpus
from index.meaning import embed_articles
from index.releases import Releases

BULK, SINGLES, ASKED = 200, 4, 4


def articles(name: str, count: int, title: str = "Pumps arrive") -> list[Article]:
    rows = ({"id": f"{name}-{n}", "url": f"https://news.example/{name}/{n}", "title": title} for n in range(count))
    return [parse_article(row("flood-town") | one) for one in rows]


def put(corpus: Corpus, given: list[Article]) -> None:
    corpus.put(given, TOY_STAMP, embed_articles(ToyEmbedder(), given))


def wrong(server: Server, article: Article, status: int) -> list[str]:
    """What workers answer otherwise, asked at once, each time by another connection."""
    paths = (f"/v1/articles/{article.id}", f"/v1/related?id={article.id}", f"/v1/related?url={article.url}")
    answers = [(path, server.get(path)) for path in paths * ASKED]
    found = [f"{path}: {answer.status}" for path, answer in answers if answer.status != status]
    titles = [answer.json["title"] for path, answer in answers if answer.status == 200 and path == paths[0]]
    return found + [title for title in titles if title != article.title]


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built, tmp_path / "home", symlinks=True)


def test_while_bulks_are_written_each_single_article_is_answered_from_its_acknowledgement_on(home: Path) -> None:
    given = articles("bulk", BULK)
    found: list[str] = []

    def write_bulks() -> None:
        for _ in range(4):
            bulks = Corpus(home / "corpus.sqlite")
            put(bulks, given)
            bulks.close()

    with serving(home, "--workers", "2") as server:
        eventually(lambda: len(workers(server)) == 2, within=30)
        corpus, writing = Corpus(home / "corpus.sqlite"), Thread(target=write_bulks)
        writing.start()
        put(corpus, given)
        for number, single in enumerate(articles("single", SINGLES)):
            put(corpus, [single])
            found += wrong(server, single, 200)
            changed = articles("single", SINGLES, "Pumps leave")[number]
            put(corpus, [changed])
            found += wrong(server, changed, 200)
            corpus.withdraw([single.id])
            found += wrong(server, single, 404)
        found += wrong(server, given[-1], 200)
        corpus.withdraw([given[-1].id, "flood-barrier"])
        found += wrong(server, given[-1], 404)
        links = [server.get("/v1/related?id=flood-town&k=50").json["items"] for _ in range(ASKED)]
        writing.join()
        corpus.close()
    assert found == []
    assert not {item["id"] for items in links for item in items} & {"flood-barrier", given[-1].id}


def test_a_version_chosen_while_articles_are_removed_brings_none_of_them_back(home: Path) -> None:
    first = Releases(home).current_path().name
    Releases(home).revise({}, {})
    with serving(home, "--workers", "2") as server:
        corpus, second = Corpus(home / "corpus.sqlite"), Releases(home).current_path().name
        (article,) = articles("single", 1)
        found: list[str] = []
        for version in (first, second, first):
            put(corpus, [article])
            Releases(home).use(version)
            found += wrong(server, article, 200)
            corpus.withdraw([article.id])
            found += wrong(server, article, 404)
        corpus.close()
    assert found == []


def test_what_a_long_reader_made_the_journal_grow_by_is_given_back(home: Path) -> None:
    path, journal = home / "corpus.sqlite", home / "corpus.sqlite-wal"
    reader, writer = Corpus(path), Corpus(path)
    given = articles("bulk", 50, "A title of some length " * 20)
    with reader.pinned():
        for number in range(60):
            put(writer, [parse_article(row("flood-town") | {"id": f"long-{number}", "text": f"{number} " * 50_000})])
        grown = journal.stat().st_size
        assert grown > MOST_JOURNAL
        assert not writer.shrink_journal()
    assert writer.shrink_journal()
    assert journal.stat().st_size == 0
    put(writer, given)
    assert len(reader) == len(writer) == 14 + 60 + 50
