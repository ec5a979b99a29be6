"""A snapshot: what is written is what is opened, by row, id and URL, from any thread and any folder."""

import json
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from newsroom import TOY_STAMP, article, articles

from index.article import Pick
from index.snapshot import ARTICLES, ArticleTable, Snapshot, open_snapshot, verify_snapshot, write_snapshot
from index.terms import telling_terms
from index.words import count, inverse_document_frequency


def table(folder: Path, *rows: dict[str, Any]) -> ArticleTable:
    given = [article(**fields) for fields in rows]
    return ArticleTable.write(folder / ARTICLES, given, inverse_document_frequency(count(one.text for one in given)))


def rewritten(snapshot: Snapshot, folder: Path, **manifest: Any) -> Path:
    """The same snapshot, written anew."""
    folder.mkdir(parents=True)
    ArticleTable.write(folder / ARTICLES, articles(), snapshot.space.idf)
    parts = (snapshot.space, snapshot.neighbours, snapshot.duplicates, snapshot.index)
    said = {name: snapshot.manifest[name] for name in ("articles", "model", "built_at")}
    write_snapshot(folder, said | {"version": "v1"} | manifest, *parts)
    return folder


def test_the_manifest_says_what_is_inside_with_the_sha_256_of_every_other_file(snapshot: Snapshot) -> None:
    manifest = json.loads((snapshot.folder / "manifest.json").read_text("utf-8"))
    assert manifest == snapshot.manifest
    assert (manifest["articles"], manifest["copies"], manifest["recall_at_10"]) == (14, 1, 1.0)
    assert manifest["model"] == TOY_STAMP.as_dict()
    assert manifest["version"] == snapshot.version == snapshot.folder.name
    others = {path.name for path in snapshot.folder.iterdir()} - {"manifest.json"}
    assert set(manifest["files"]) == others
    for name in others:
        assert manifest["files"][name] == sha256((snapshot.folder / name).read_bytes()).hexdigest()


def test_what_is_opened_is_what_was_written(snapshot: Snapshot, tmp_path: Path) -> None:
    folder = rewritten(snapshot, tmp_path / "v1", hello="wörld")
    verify_snapshot(folder)
    opened = open_snapshot(folder)
    assert (opened.version, len(opened), opened.manifest["hello"]) == ("v1", 14, "wörld")
    for name, array in snapshot.space.arrays().items():
        assert np.array_equal(opened.space.arrays()[name], array, equal_nan=array.dtype.kind == "f"), name
    assert np.array_equal(opened.neighbours.rows, snapshot.neighbours.rows)
    assert np.array_equal(opened.neighbours.signals, snapshot.neighbours.signals)
    assert opened.duplicates.tolist() == snapshot.duplicates.tolist()
    query = snapshot.space.probe(4).vector
    assert opened.index.search(query, 2).tolist() == snapshot.index.search(query, 2).tolist() == [4, 5]


def test_a_snapshot_cannot_be_changed_by_accident(snapshot: Snapshot) -> None:
    with pytest.raises(ValueError, match="read-only"):
        snapshot.space.published[0] = 0
    with pytest.raises(AttributeError):
        snapshot.manifest = {}  # type: ignore[misc]


def test_every_article_comes_back_whole_by_its_row(snapshot: Snapshot) -> None:
    found = [snapshot.articles.article(row) for row in range(14)]
    assert found == articles()
    assert [one.picks for one in found] == [one.picks for one in articles()]


def test_a_card_holds_what_is_shown(snapshot: Snapshot) -> None:
    walkout, undated = snapshot.articles.cards(np.array([4, 0]))
    assert walkout == {
        "id": "harbour-walkout",
        "url": "https://news.example/2026/09/03/harbour-walkout",
        "title": "Dockers walk out at the harbour",
        "published": "2026-09-03T06:00:00+00:00",
        "section": "Business",
        "language": "en",
        "image": {"src": "https://img.example/dock.jpg", "width": 1200, "height": 800, "alt": "Ships at anchor"},
        "excerpt": None,
        "tags": ["Harbour", "Strikes"],
        "author": "Tom Reyes",
        "terms": ["walk", "Friday", "Wednesday", "dockers", "out", "harbour", "the"],
    }
    assert (undated["id"], undated["published"], undated["image"]) == ("moon-dust", None, None)


def test_the_telling_terms_of_an_article_are_kept_with_it(snapshot: Snapshot) -> None:
    for row, one in enumerate(articles()):
        assert snapshot.articles.cards([row])[0]["terms"] == telling_terms(one, snapshot.space.idf)
    assert snapshot.articles.cards([11])[0]["terms"][:3] == ["vaccine", "queues", "measles"]


def test_a_row_is_found_by_its_id_and_by_no_other(snapshot: Snapshot) -> None:
    assert [snapshot.articles.row_of_id(one.id) for one in articles()] == list(range(14))
    assert snapshot.articles.row_of_id("Flood-town") is None
    assert snapshot.articles.row_of_id("") is None


@pytest.mark.parametrize(
    ("url", "row"),
    [
        ("https://news.example/2026/09/03/harbour-walkout", 4),
        ("HTTP://www.News.Example/2026/09/03/harbour-walkout/?utm_source=mail#top", 4),
        ("urn:article:goal-final", 13),
        ("https://news.example/2026/09/03/", None),
        ("harbour-walkout", None),
        ("\ud800", None),
    ],
)
def test_a_row_is_found_by_any_spelling_of_its_url(snapshot: Snapshot, url: str, row: int | None) -> None:
    assert snapshot.articles.row_of_url(url) == row


def test_what_no_id_can_hold_is_found_nowhere(snapshot: Snapshot) -> None:
    assert [snapshot.articles.row_of_id(id_) for id_ in ("\ud800", "a\0b", "x" * 10_000)] == [None, None, None]


def test_two_articles_at_one_address_give_the_newer_row(tmp_path: Path) -> None:
    found = table(tmp_path, {"id": "old", "url": "https://a.example/x"}, {"id": "new", "url": "http://a.example/x/"})
    assert found.row_of_url("https://www.a.example/x") == 1


def test_picks_are_found_by_id_and_by_url_in_their_order(snapshot: Snapshot) -> None:
    walkout = Pick(url="https://www.news.example/2026/09/03/harbour-walkout/")
    assert articles()[1].picks == (Pick(id="minister-sworn-in"), walkout, Pick(id="gone"))
    assert snapshot.articles.rows_of_picks(1) == [3, 4]
    assert snapshot.articles.rows_of_picks(0) == []


def test_a_pick_counts_once_and_never_the_article_itself(tmp_path: Path) -> None:
    picks: Sequence[str] = ["c", "https://a.example/c", "a", "b", "c", "https://a.example/"]
    found = table(
        tmp_path,
        {"id": "a", "url": "https://a.example/", "picks": picks},
        {"id": "b"},
        {"id": "c", "url": "https://a.example/c"},
    )
    assert found.rows_of_picks(0) == [2, 1]


def test_a_bare_headline_finds_its_article_however_it_is_typed(tmp_path: Path) -> None:
    found = table(
        tmp_path,
        {
            "id": "page",
            "picks": [{"title": "‘Won’t sign’: Minister on the harbour deal - The Calder Post"}, "FLOOD gate fails"],
        },
        {"id": "deal", "title": "'Won't sign': minister on the  harbour deal"},
        {"id": "flood", "title": "Flood gate fails | Calder Daily"},
    )
    assert found.rows_of_picks(0) == [1, 2]
    assert [row for _, row in found.picks(0)] == [1, 2]


def test_of_two_articles_with_one_headline_a_pick_means_the_last_before_its_page(tmp_path: Path) -> None:
    rows = [{"id": str(place), "title": "Morning briefing"} for place in range(4)]
    found = table(tmp_path, *rows[:2], rows[2] | {"title": "Page", "picks": [{"title": "Morning Briefing"}]}, rows[3])
    assert found.rows_of_picks(2) == [1]


def test_an_address_that_is_not_held_falls_back_on_the_headline(tmp_path: Path) -> None:
    moved = {"title": "Ferry runs again", "url": "https://a.example/old-address"}
    found = table(
        tmp_path,
        {"id": "page", "picks": [moved, moved | {"title": "Unheard of"}]},
        {"id": "b", "title": "Ferry runs again"},
    )
    assert [row for _, row in found.picks(0)] == [1, None]


def test_a_folder_may_have_any_name(snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = rewritten(snapshot, tmp_path / "100% of it? yes #1 é" / "v 1")
    assert open_snapshot(folder).articles.row_of_id("flood-town") == 7
    monkeypatch.chdir(folder.parent)
    assert open_snapshot(Path("v 1")).articles.row_of_id("flood-town") == 7


def test_every_thread_reads_the_articles_on_its_own(snapshot: Snapshot) -> None:
    found: dict[int, list[str]] = {}

    def read(number: int) -> None:
        found[number] = [snapshot.articles.article(row).id for row in range(14)]

    threads = [Thread(target=read, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(found.values()) == [[one.id for one in articles()]] * 4


def test_what_is_open_is_read_by_new_threads_after_its_folder_was_deleted(snapshot: Snapshot, tmp_path: Path) -> None:
    opened = open_snapshot(shutil.copytree(snapshot.folder, tmp_path / "version"))
    shutil.rmtree(opened.folder)
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(opened.articles.row_of_id, ["flood-town"] * 40))
    assert set(rows) == {snapshot.articles.row_of_id("flood-town")} != {None}
