"""A snapshot: one immutable built version of the index, a folder of mapped arrays, a FAISS file and a small database.

manifest.json     what is inside: version, model stamp, counts, times, recall, and the SHA-256 of every other file
vectors.faiss     the FAISS index
articles.sqlite   what is shown of each article, by row, id and URL; its terms, text and picks
*.npy             the space, the neighbours, the groups of copies
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import local
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.address import url_key
from index.arrays import Vectors
from index.article import Article, Pick, clean, parse_article, to_row
from index.durable import digest_of, sync
from index.headline import headline_keys
from index.neighbours import Neighbours
from index.space import SIGNALS, Space
from index.terms import telling_terms
from index.vectors import VectorIndex

FORMAT = 2
MANIFEST, ARTICLES, WEIGHTS = "manifest.json", "articles.sqlite", "weights.json"
_DAMAGE = (OSError, EOFError, ValueError, LookupError, RuntimeError, SyntaxError, TokenError, sqlite3.Error)
"""What numpy, FAISS and SQLite raise for files that are not whole."""
_CARD = ("id", "url", "title", "published", "section", "language", "image", "excerpt", "tags", "author")


class SnapshotError(Exception):
    """A snapshot that cannot be used: says which file, why, and what to do next."""


@dataclass(frozen=True)
class Snapshot:
    """A built version, open for reading; any number of threads and processes may share it."""

    folder: Path
    manifest: dict[str, Any]
    space: Space
    neighbours: Neighbours
    duplicates: NDArray[np.int32]
    index: VectorIndex
    articles: "ArticleTable"
    gone: NDArray[np.bool_] | None = None
    """Which rows are removed since, (n,); None where nothing is."""
    sequence: int | None = None
    """The change of the corpus up to which this is live; None where nothing was pushed since it was built."""

    @property
    def version(self) -> str:
        """The name of this version."""
        return str(self.manifest["version"])

    @property
    def state(self) -> str:
        """The version, and what was pushed since: what answers depend on."""
        return self.version if self.sequence is None else f"{self.version}+{self.sequence}"

    def __len__(self) -> int:
        return len(self.space)


class ArticleTable:
    """The articles of a snapshot by row, id or URL; read-only, a connection a thread."""

    def __init__(self, path: Path) -> None:
        self._path, self._local = path, local()
        self._shared: sqlite3.Connection | None = None

    @classmethod
    def write(cls, path: Path, articles: Iterable[Article], idf: Vectors) -> "ArticleTable":
        """Make the file; row i is the i-th article. `idf` says which of an article's terms are telling."""
        with sqlite3.connect(path) as db:
            db.executescript(
                """pragma journal_mode = off; pragma synchronous = off;
                create table article
                    (row integer primary key, id text, url_key text, card text, terms text, rest text);
                create table headline (key text, row integer, whole integer);"""
            )
            for row, article in enumerate(articles):
                db.execute("insert into article values (?, ?, ?, ?, ?, ?)", _record(row, article, idf))
                keys = [(key, row, not place) for place, key in enumerate(headline_keys(article.title))]
                db.executemany("insert into headline values (?, ?, ?)", keys)
            db.executescript(
                """create unique index by_id on article (id); create index by_url on article (url_key);
                create index by_headline on headline (key); analyze;"""
            )
        db.close()
        return cls(path)

    @property
    def _db(self) -> sqlite3.Connection:
        if not hasattr(self._local, "db"):
            self._local.db = self._opened()
        db: sqlite3.Connection = self._local.db
        return db

    def _opened(self) -> sqlite3.Connection:
        address = f"{self._path.absolute().as_uri()}?mode=ro&immutable=1"
        try:
            db = sqlite3.connect(address, uri=True, check_same_thread=False)
        except sqlite3.OperationalError:
            if self._shared is None:
                raise
            return self._shared  # the file was deleted under a service: what is open reads on, if threads share it
        self._shared = self._shared or db
        return db

    def row_of_id(self, article_id: str) -> int | None:
        """The row of the article with this id, or None."""
        found = self._db.execute("select row from article where id = ?", (clean(article_id),)).fetchone()
        return found and int(found[0])

    def row_of_url(self, url: str) -> int | None:
        """The row of the newest article at this address in any spelling, or None."""
        query = "select row from article where url_key = ? order by row desc"
        found = self._db.execute(query, (url_key(clean(url)),)).fetchone()
        return found and int(found[0])

    def cards(self, rows: Iterable[int]) -> list[dict[str, Any]]:
        """What is shown of each article: id, url, title, published, section, language, image, excerpt, tags, author."""
        get = self._db.execute
        return [json.loads(get("select card from article where row = ?", (int(row),)).fetchone()[0]) for row in rows]

    def terms(self, row: int) -> list[str]:
        """The telling terms of an article, most telling first."""
        found = self._db.execute("select terms from article where row = ?", (int(row),)).fetchone()
        return list(json.loads(found[0]))

    def article(self, row: int) -> Article:
        """The whole article in this row."""
        card, rest = self._db.execute("select card, rest from article where row = ?", (int(row),)).fetchone()
        return parse_article(json.loads(card) | json.loads(rest))

    def picks(self, row: int) -> list[tuple[Pick, int | None]]:
        """The links that the article's editors picked, in their order, each with its row where it is held here."""
        return [(pick, self._row_of_pick(pick, row)) for pick in self.article(row).picks]

    def rows_of_picks(self, row: int) -> list[int]:
        """Rows of the links that the article's editors picked, in their order, where they are in this snapshot."""
        return list(dict.fromkeys(other for _, other in self.picks(row) if other not in (None, row)))

    def _row_of_pick(self, pick: Pick, page: int) -> int | None:
        found = None if pick.id is None else self.row_of_id(pick.id)
        if found is None and pick.url:
            found = self.row_of_url(pick.url)
        return self.row_of_headline(pick.title or pick.id or "", page) if found is None else found

    def row_of_headline(self, title: str, page: int) -> int | None:
        """The row of the article with this headline, however it is typed; of several the last before `page`."""
        for key in headline_keys(title):
            query = "select row from headline where key = ? and row <> ? order by whole desc, row > ?, abs(row - ?)"
            if held := self._db.execute(query, (key, page, page, page)).fetchone():
                return int(held[0])
        return None


def card_of(article: Article) -> dict[str, Any]:
    """What is shown of an article."""
    fields = to_row(article)
    return {name: fields[name] for name in _CARD}


def _record(row: int, article: Article, idf: Vectors) -> tuple[int, str, str, str, str, str]:
    fields = {name: value for name, value in to_row(article).items() if name not in _CARD}
    card = json.dumps(card_of(article), ensure_ascii=False, separators=(",", ":"))
    terms = json.dumps(telling_terms(article, idf), ensure_ascii=False)
    return row, article.id, article.url_key, card, terms, json.dumps(fields, ensure_ascii=False)


def write_snapshot(
    folder: Path,
    manifest: dict[str, Any],
    space: Space,
    neighbours: Neighbours,
    duplicates: NDArray[np.int32],
    index: VectorIndex,
) -> None:
    """Write what is missing of a version beside its `ARTICLES` file, the manifest last, and force all to disk."""
    arrays = space.arrays() | {"neighbours": neighbours.rows, "signals": neighbours.signals, "duplicates": duplicates}
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    index.save(folder / "vectors.faiss")
    write_manifest(folder, manifest)


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest over all files that are in the folder, and force everything to disk."""
    files = {path.name: digest_of(path) for path in sorted(folder.iterdir()) if path.name != MANIFEST}
    text = json.dumps(manifest | {"format": FORMAT, "files": files}, indent=1, ensure_ascii=False)
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    for path in folder.iterdir():
        sync(path)
    sync(folder)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a version. Raises SnapshotError."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        if manifest["format"] != FORMAT:
            raise SnapshotError(f"{folder}: format {manifest['format']}, this installation reads {FORMAT}; build again")
        _ = manifest["version"], manifest["articles"], dict(manifest["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SnapshotError(f"{folder}: no readable manifest.json ({error}); use another version or build") from error
    return dict(manifest)


def open_snapshot(folder: Path) -> Snapshot:
    """Open a version by mapping its files; reads no more than is asked for. Raises SnapshotError."""
    manifest = read_manifest(folder)
    try:
        # As plain arrays: indexing a memmap makes a memmap, which takes longer than the copy itself.
        arrays = {path.stem: np.asarray(np.load(path, mmap_mode="r")) for path in folder.glob("*.npy")}
        space = Space.of(arrays)
        neighbours, duplicates = Neighbours(arrays["neighbours"], arrays["signals"]), arrays["duplicates"]
        index = VectorIndex.open(folder / "vectors.faiss", space.vectors)
        articles = ArticleTable(folder / ARTICLES)
        articles.row_of_id("")
    except _DAMAGE as error:
        raise SnapshotError(f"{folder}: cannot be opened ({error}); use another version or build again") from error
    if {len(space), len(index), len(neighbours.rows)} != {manifest["articles"]}:
        raise SnapshotError(f"{folder}: its files disagree on how many articles there are; build again")
    if neighbours.signals.shape[2:] != (len(SIGNALS),):
        raise SnapshotError(f"{folder}: built by another release; build again")
    return Snapshot(folder, manifest, space, neighbours, duplicates, index, articles)


def verify_snapshot(folder: Path) -> None:
    """Read every file back and compare it with the manifest. Raises SnapshotError."""
    for name, expected in read_manifest(folder)["files"].items():
        path = folder / name
        if not path.is_file() or digest_of(path) != expected:
            raise SnapshotError(f"{path}: missing or damaged; use another version or build again")
