"""Crowds: many articles at one address, or of one text, cost an answer no more work and hide nothing else."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from growth import LINEAR, exponent
from newsroom import ToyEmbedder, article, build_toy, write_jsonl
from service import row_of
from starlette.requests import Request

from index.article import parse_article
from index.duplicates import _root
from index.meaning import embed_articles
from index.neighbours import NEIGHBOURS
from index.releases import Releases
from index.shelf import Shelf, freshen
from index.snapshot import Snapshot, open_snapshot
from index.table import ArticleTable
from index.words import BUCKETS
from recommender.allowance import Allowance
from recommender.api.messages import StoredQuery
from recommender.api.metrics import Metrics
from recommender.api.rates import Rates
from recommender.api.unseen import UnseenTexts
from recommender.links import Rules
from recommender.rejections import rejections
from recommender.related import Recommender, SearchNeededError
from recommender.texts import TextEmbedder

HOME_PAGE = "https://news.example/"
COUNT = 300


def crowd(kind: str, count: int = COUNT) -> list[dict[str, Any]]:
    """Articles near to each other: at one address, or copies of one text, or neither but of one tag."""
    return [
        {
            "id": f"crowd-{number}",
            "url": HOME_PAGE if kind == "address" else f"https://news.example/{number}",
            "title": "Storm at the coast",
            "text": "storm coast wind wave harbour "
            + (f"gust{number % 23} mast{number} sail{number}" * 3 if kind != "copies" else "boat"),
            "language": "en",
            "published": "2026-09-01",
            "tags": ["Storm"],
        }
        for number in range(count)
    ]


OTHERS = [
    {
        "id": f"other-{number}",
        "url": f"https://news.example/other/{number}",
        "title": f"Storm number {number}",
        "text": " ".join(["storm", "wind", *(f"{word}{number}" for word in ("rain", "keel", "deck", "rope", "stern"))]),
        "language": "en",
        "published": "2026-08-01",
    }
    for number in range(8)
]


@pytest.fixture(scope="module", params=["address", "copies", "tag"])
def crowded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("crowd")
    build_toy(folder / "home", write_jsonl(folder / "crowd.jsonl", [*crowd(request.param), *OTHERS]))
    return open_snapshot(Releases(folder / "home").current_path())


@pytest.fixture
def counted(crowded: Snapshot, monkeypatch: pytest.MonkeyPatch) -> tuple[Snapshot, list[int]]:
    """The snapshot, and how many articles each search of its index asks for."""
    searches: list[int] = []
    search = type(crowded.index).search

    def counting(index: Any, query: Any, k: int, *rest: Any) -> Any:
        searches.append(k)
        return search(index, query, k, *rest)

    monkeypatch.setattr(type(crowded.index), "search", counting)
    return crowded, searches


def texts_and_addresses(snapshot: Snapshot, rows: list[int]) -> tuple[int, int]:
    return len(set(snapshot.duplicates[rows].tolist())), len(set(snapshot.articles.addresses[rows].tolist()))


@pytest.mark.parametrize("page", ["crowd-5", "other-3"])
@pytest.mark.parametrize("excluded", [(), ("other-4",), tuple(f"crowd-{number}" for number in range(200))])
def test_an_answer_near_a_crowd_takes_two_searches_at_most_and_is_full(
    counted: tuple[Snapshot, list[int]], page: str, excluded: tuple[str, ...]
) -> None:
    snapshot, searches = counted
    rules = Rules(k=6, exclude=frozenset(excluded))
    recommender = Recommender(snapshot)
    answer = recommender.by_id(page, rules)
    assert len(searches) <= 2
    assert len(answer.links) == 6
    rows = [link.row for link in answer.links]
    assert texts_and_addresses(snapshot, rows) == (6, 6)
    assert not {link.card["id"] for link in answer.links} & rules.exclude
    told = rejections(recommender, answer, rules)
    assert len(searches) <= 3
    assert not {one["id"] for one in told} & {link.card["id"] for link in answer.links}


def test_a_copy_of_the_page_among_its_neighbours_hides_no_crowd(tmp_path: Path) -> None:
    page = crowd("address", 1)[0] | {"id": "page", "url": f"{HOME_PAGE}page"}
    rows = [*crowd("address", NEIGHBOURS + 10), page, page | {"id": "copy", "url": f"{HOME_PAGE}copy"}, *OTHERS]
    build_toy(tmp_path / "home", write_jsonl(tmp_path / "a.jsonl", rows))
    snapshot = open_snapshot(Releases(tmp_path / "home").current_path())
    assert len(snapshot.neighbours.of(row_of(snapshot, "page"))[0]) == NEIGHBOURS
    assert len(Recommender(snapshot).by_id("page", Rules(k=6)).links) == 6


@pytest.mark.parametrize("kind", ["address", "copies"])
def test_a_pushed_crowd_is_one_link(snapshot: Snapshot, kind: str) -> None:
    shelf = Shelf(snapshot)
    for one in map(parse_article, [*crowd(kind, NEIGHBOURS + 10), *OTHERS]):
        shelf.put(freshen(one, embed_articles(ToyEmbedder(), [one])[0], snapshot))
    now = shelf.beside(1)
    if kind == "copies":
        now.duplicates[len(snapshot) : -len(OTHERS)] = len(snapshot)
    answer = Recommender(now).by_id("other-3", Rules(k=8))
    ids = [link.card["id"] for link in answer.links]
    assert sum(name.startswith("crowd") for name in ids) == 1
    assert len(ids) == 8


def test_without_searching_what_needs_a_search_says_so(snapshot: Snapshot) -> None:
    quick = Recommender(snapshot, searching=False)
    assert quick.by_id("flood-town", Rules(k=3)).links == Recommender(snapshot).by_id("flood-town", Rules(k=3)).links
    with pytest.raises(SearchNeededError):
        quick.by_id("flood-town", Rules(k=3, section="Health"))


def test_an_excluded_id_takes_what_is_at_its_address_with_it(tmp_path: Path) -> None:
    build_toy(tmp_path / "home", write_jsonl(tmp_path / "a.jsonl", [*crowd("address", 5), *OTHERS]))
    recommender = Recommender(open_snapshot(Releases(tmp_path / "home").current_path()))
    answer = recommender.by_id("other-0", Rules(k=20, exclude=frozenset(["crowd-1"])))
    assert not any(link.card["id"].startswith("crowd") for link in answer.links)
    assert len(answer.links) == 7


def table_of(tmp_path: Path) -> Callable[[int], ArticleTable]:
    def make(count: int) -> ArticleTable:
        rows = (article(id=str(number), url=HOME_PAGE, title="The same headline") for number in range(count))
        path = tmp_path / f"{count}.sqlite"
        path.unlink(missing_ok=True)
        return ArticleTable.write(path, rows, np.ones(BUCKETS, np.float32))

    return make


def test_who_is_at_which_address_is_found_in_linear_time(tmp_path: Path) -> None:
    table = table_of(tmp_path)(3)
    assert table.addresses.tolist() == [0, 0, 0]
    assert (table.row_of_url(HOME_PAGE), list(table.rows_at_url(HOME_PAGE))) == (2, [2, 1, 0])

    def read(table: ArticleTable) -> None:
        table.__dict__.pop("addresses", None)
        _ = table.addresses

    assert exponent(table_of(tmp_path), read, 2_000) < LINEAR


def test_of_many_articles_with_one_headline_the_last_before_a_page_is_found_at_once(tmp_path: Path) -> None:
    table = table_of(tmp_path)(50)
    found = [table.row_of_headline("The same headline", page) for page in (0, 1, 30, 49)]
    assert found == [1, 0, 29, 48]
    plan = " ".join(
        row[3]
        for row in table._db.execute(
            "explain query plan select row from headline where key = 'a' and whole = 1 and row < 3 order by row desc"
        )
    )
    assert "row<?" in plan
    assert "TEMP B-TREE" not in plan


def test_of_those_at_one_address_the_newest_that_is_not_removed_is_found(tmp_path: Path) -> None:
    build_toy(tmp_path / "home", write_jsonl(tmp_path / "a.jsonl", [*crowd("address", 4), *OTHERS]))
    shelf = Shelf(snapshot := open_snapshot(Releases(tmp_path / "home").current_path()))
    newest = snapshot.articles.cards([snapshot.articles.row_of_url(HOME_PAGE) or 0])[0]["id"]
    shelf.remove(newest)
    left = shelf.beside(1).articles.row_of_url(HOME_PAGE)
    assert left is not None
    assert left != row_of(snapshot, newest)
    for number in range(4):
        shelf.remove(f"crowd-{number}")
    assert shelf.beside(2).articles.row_of_url(HOME_PAGE) is None


def test_a_chain_of_thousands_of_copies_is_walked_once() -> None:
    def chain(count: int) -> np.ndarray:
        return np.maximum(np.arange(-1, count - 1, dtype=np.int32), 0)

    def walk(parents: np.ndarray) -> None:
        assert {_root(parents, row) for row in range(len(parents) - 1, -1, -1)} == {0}

    assert exponent(chain, lambda parents: walk(parents.copy()), 1_000) < LINEAR


def test_between_two_questions_of_a_batch_others_have_their_turn(snapshot: Snapshot) -> None:
    unseen = UnseenTexts(TextEmbedder(), Rates(Allowance(0, 0)), Metrics())
    queries = [StoredQuery.model_validate({"id": "flood-town"})] * 32
    turns = list[int]()

    async def others(batch: "asyncio.Task[Any]") -> None:
        while not batch.done():
            turns.append(1)
            await asyncio.sleep(0)

    async def both() -> None:
        request = Request({"type": "http", "client": ("127.0.0.1", 1), "headers": []})
        await others(asyncio.create_task(unseen.batch(snapshot, queries, request)))

    asyncio.run(both())
    assert len(turns) >= 32
