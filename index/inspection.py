"""The inspection of a version before it is served: whether it is whole, opens, holds what it may, and answers.

What comes from elsewhere may be made to harm, and what was built here may have met a fault of ours. Nothing in a
version is executed; everything in it is read through, a part at a time.
"""

from pathlib import Path

import numpy as np

from index.contents import check_contents
from index.documents import as_object, read_json
from index.manifest import ARTICLES, WEIGHTS
from index.neighbours import POOL
from index.shown import shown
from index.snapshot import Snapshot, SnapshotError, open_snapshot, verify_snapshot
from index.table_rows import check_rows

MOST_WEIGHT = 1e6
ASKED = 16
"""Articles that are asked about, evenly spaced over all."""


def inspect(folder: Path) -> Snapshot:
    """A version that may be served, open. Raises SnapshotError."""
    verify_snapshot(folder)
    snapshot = open_snapshot(folder)
    try:
        check_contents(snapshot.space, snapshot.neighbours, snapshot.duplicates)
        check_rows(folder / ARTICLES, len(snapshot))
        check_weights(folder / WEIGHTS)
        _ask(snapshot)
    except Exception as error:
        # Whatever an answer would have met.
        raise SnapshotError(f"{folder}: cannot be served ({error}); use another version or build again") from error
    return snapshot


def check_weights(path: Path) -> None:
    """Refuse weights that are not a JSON object of numbers; a version need not have any. Raises ValueError, OSError."""
    try:
        document = as_object(read_json(path))
        numbers = as_object(document.get("coefficients", {})) | {"intercept": document.get("intercept", 0)}
        strange = [name for name, value in numbers.items() if not _is_number(value)]
    except FileNotFoundError:
        return
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error
    if strange:
        raise ValueError(f"{path.name}: {shown(strange[0])} is not a number")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and abs(value) < MOST_WEIGHT


def _ask(snapshot: Snapshot) -> None:
    step = max(1, len(snapshot) // ASKED)
    for row in range(0, len(snapshot), step):
        _ask_about(snapshot, row)


def _ask_about(snapshot: Snapshot, row: int) -> None:
    """What an answer about the article in this row is made of."""
    space, table = snapshot.space, snapshot.articles
    article, (card,) = table.article(row), table.cards([row])
    if table.row_of_id(card["id"]) != row or table.row_of_url(card["url"]) is None:
        raise ValueError(f"row {row}: its article is not found by id or URL")
    near, _ = snapshot.neighbours.of(row)
    found = snapshot.index.search(space.probe(row).vector, POOL)
    signals = space.signals(space.probe(row), np.concatenate([near, found]))
    if not np.isfinite(signals).all():
        raise ValueError(f"row {row}: cannot be compared")
    table.cards([*near, *found])
    table.rows_of_picks(row)
    table.row_of_headline(article.title, row)
