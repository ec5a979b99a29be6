"""A snapshot: one immutable built version of the index, a folder of mapped arrays, a FAISS file and a small database.

manifest.json     what is inside: version, model stamp, counts, times, recall, and the SHA-256 of every other file
vectors.faiss     the FAISS index
articles.sqlite   what is shown of each article, by row, id and URL; its terms, text and picks
*.npy             the space, the neighbours, the groups of copies
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.documents import as_object, read_json
from index.durable import digest_of, sync
from index.layout import map_arrays
from index.manifest import ARTICLES, MANIFEST, VECTORS, WEIGHTS, check_manifest
from index.neighbours import Neighbours
from index.shown import shown
from index.space import Space
from index.table import ArticleTable
from index.table_schema import check_schema
from index.vectors import VectorIndex

__all__ = ["ARTICLES", "FORMAT", "MANIFEST", "WEIGHTS", "ArticleTable", "Snapshot", "SnapshotError"]
__all__ += ["open_snapshot", "read_manifest", "verify_snapshot", "write_manifest", "write_snapshot"]

FORMAT = 3


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
    sequence: str | None = None
    """Up to which change of the corpus this is live, and what of it waits; None where nothing was pushed since."""

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
    index.save(folder / VECTORS)
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
    """The manifest of a version, with all that a manifest must say. Raises SnapshotError."""
    try:
        manifest = as_object(read_json(folder / MANIFEST))
        if manifest.get("format", FORMAT) != FORMAT:
            said = shown(manifest["format"])
            raise SnapshotError(f"{folder}: format {said}, this installation reads {FORMAT}; build again")
        check_manifest(manifest)
    except (OSError, ValueError) as error:
        raise SnapshotError(f"{folder}: no readable manifest.json ({error}); use another version or build") from error
    return manifest


def open_snapshot(folder: Path) -> Snapshot:
    """Open a version by mapping its files; reads no more than tells whether they can be used. Raises SnapshotError."""
    manifest = read_manifest(folder)
    try:
        return _opened(folder, manifest)
    except Exception as error:
        # Whatever numpy, FAISS and SQLite make of files that are broken or made to harm.
        raise SnapshotError(f"{folder}: cannot be opened ({error}); use another version or build again") from error


def _opened(folder: Path, manifest: dict[str, Any]) -> Snapshot:
    arrays = map_arrays(folder, manifest["articles"], manifest["model"]["dimension"])
    space = Space.of(arrays)
    neighbours, duplicates = Neighbours(arrays["neighbours"], arrays["signals"]), arrays["duplicates"]
    index = VectorIndex.open(folder / VECTORS, space.vectors)
    check_schema(folder / ARTICLES)
    articles = ArticleTable(folder / ARTICLES)
    articles.row_of_id("")
    return Snapshot(folder, manifest, space, neighbours, duplicates, index, articles)


def verify_snapshot(folder: Path) -> None:
    """Read every file back and compare it with the manifest. Raises SnapshotError."""
    for name, expected in read_manifest(folder)["files"].items():
        path = folder / name
        if not _holds(path, expected):
            raise SnapshotError(f"{path}: missing or damaged; use another version or build again")


def _holds(path: Path, digest: str) -> bool:
    try:
        return path.is_file() and not path.is_symlink() and digest_of(path) == digest
    except OSError:  # a disk that is failing, or a file that is removed right now
        return False
