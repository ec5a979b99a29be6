"""A snapshot: one immutable built version of the index, a folder of mapped arrays, a FAISS file and a small database.

manifest.json     what is inside: version, model stamp, counts, times, recall, and the SHA-256 of every other file
vectors.faiss     the FAISS index
articles.sqlite   what is shown of each article, by row, id and URL; its terms, text and picks
*.npy             the space, the neighbours, the groups of copies
"""

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.durable import digest_of, sync
from index.neighbours import Neighbours
from index.space import SIGNALS, Space
from index.table import ArticleTable
from index.vectors import VectorIndex

FORMAT = 3
MANIFEST, ARTICLES, WEIGHTS = "manifest.json", "articles.sqlite", "weights.json"
_DAMAGE = (OSError, EOFError, ValueError, LookupError, RuntimeError, SyntaxError, TokenError, sqlite3.Error)
"""What numpy, FAISS and SQLite raise for files that are not whole."""


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
    articles: ArticleTable
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
        arrays = {path.stem: _mapped(path) for path in folder.glob("*.npy")}
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


def _mapped(path: Path) -> NDArray[Any]:
    try:
        # As a plain array: indexing a memmap makes a memmap, which takes longer than the copy itself.
        return np.asarray(np.load(path, mmap_mode="r"))
    except _DAMAGE as error:
        raise ValueError(f"{path.name}: {error}") from error


def verify_snapshot(folder: Path) -> None:
    """Read every file back and compare it with the manifest. Raises SnapshotError."""
    for name, expected in read_manifest(folder)["files"].items():
        path = folder / name
        if not path.is_file() or digest_of(path) != expected:
            raise SnapshotError(f"{path}: missing or damaged; use another version or build again")
