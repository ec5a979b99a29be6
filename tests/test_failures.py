"""Errors of the system as sentences."""

import errno
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
from newsroom import NEWS, build_toy

from index.corpus import Corpus
from index.releases import Releases
from index.vectors import VectorIndex
from recommender.failures import sentence


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device; make room on the disk"),
        (OSError(errno.EROFS, "Read-only file system", "h/build.lock"), "h/build.lock: Read-only file system; mount"),
        (PermissionError(errno.EACCES, "Permission denied", "x"), "x: Permission denied; see who may read and write"),
        (
            FileNotFoundError(errno.ENOENT, "No such file or directory", "x"),
            "x: No such file or directory; check the path",
        ),
        (OSError("8 requested and 4 written"), "8 requested and 4 written"),
        (ValueError("wrong"), "wrong"),
    ],
)
def test_they_name_the_file_what_is_wrong_and_what_helps(error: Exception, said: str) -> None:
    assert sentence(error).startswith(said)
    assert "Errno" not in sentence(error)


def test_an_index_that_cannot_be_written_is_an_error_of_the_system(tmp_path: Path) -> None:
    index = VectorIndex.build(np.eye(4, dtype=np.float16))
    with pytest.raises(OSError, match="No such file"):
        index.save(tmp_path / "missing" / "vectors.faiss")


def test_vectors_that_cannot_be_forgotten_are_no_reason_to_call_a_version_failed(
    home: Path, source: Callable[[Iterable[object]], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Corpus) -> int:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Corpus, "forget_vectors", full)
    assert build_toy(home, source(NEWS)).version == Releases(home).current()
