"""The file of a FAISS index: what it says of itself is held against what must be so before FAISS believes it."""

from pathlib import Path
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray

from index import vectors
from index.vectors import VectorIndex
from index.vectors_file import check_file

ROWS, WIDTH = 600, 16


@pytest.fixture(scope="module")
def stored() -> NDArray[np.float16]:
    drawn = np.random.default_rng(1).normal(size=(ROWS, WIDTH)).astype(np.float32)
    unit: NDArray[np.float16] = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float16)
    return unit


@pytest.fixture(params=["flat", "lists"])
def path(
    request: pytest.FixtureRequest,
    stored: NDArray[np.float16],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """An index of each kind that we write."""
    monkeypatch.setattr(vectors, "FLAT_LIMIT", {"flat": ROWS, "lists": 10}[request.param])
    VectorIndex.build(stored).save(tmp_path / "vectors.faiss")
    return tmp_path / "vectors.faiss"


@pytest.mark.parametrize("width", [1, 7, 8, 9, 64, 65, 71, 519])
@pytest.mark.parametrize("limit", [10, ROWS])
def test_what_we_write_is_let_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int, limit: int) -> None:
    monkeypatch.setattr(vectors, "FLAT_LIMIT", limit)
    VectorIndex.build(np.ones((200, width), np.float16)).save(tmp_path / "i")
    check_file(tmp_path / "i", 200, width)
    for rows, wide in ((199, width), (200, width + 1)):
        with pytest.raises(ValueError, match=f"holds 200 vectors of {width} numbers, not {rows} of {wide}"):
            check_file(tmp_path / "i", rows, wide)


def test_every_bit_that_is_another_is_refused_or_does_no_harm(path: Path, stored: NDArray[np.float16]) -> None:
    whole, random, refused = path.read_bytes(), Random(7), 0  # noqa: S311 - repeatable
    places = [*range(130), *(random.randrange(len(whole)) for _ in range(30))]
    for place in places:
        content = bytearray(whole)
        content[place] ^= 1 << random.randrange(8)
        path.write_bytes(content)
        try:
            index = VectorIndex.open(path, stored)
        except ValueError as error:
            assert str(error).startswith("vectors.faiss: ")  # noqa: PT017 - not each is refused
            refused += 1
        else:
            found = index.search(np.asarray(stored[5], np.float32), 10)
            assert ((found >= 0) & (found < ROWS)).all()
    assert refused > 40


@pytest.mark.parametrize("change", [lambda whole: whole[:-1], lambda whole: whole + b"\0", lambda whole: whole[:90]])
def test_a_file_that_is_cut_or_grown_is_refused(path: Path, change: object) -> None:
    path.write_bytes(change(path.read_bytes()))  # type: ignore[operator]
    with pytest.raises(ValueError, match=r"vectors\.faiss: "):
        check_file(path, ROWS, WIDTH)
