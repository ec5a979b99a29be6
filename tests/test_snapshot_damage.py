"""Damaged snapshots: reading them back finds every flipped bit, and opening them raises nothing but SnapshotError."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.snapshot import FORMAT, Snapshot, SnapshotError, open_snapshot, read_manifest, verify_snapshot

FILES = (
    *("articles.sqlite", "vectors.faiss", "vectors.npy", "idf.npy", "published.npy", "language.npy", "section.npy"),
    *(f"{rows}.{part}.npy" for rows in ("words", "titles", "tags") for part in ("starts", "buckets", "values")),
    *("author.npy", "neighbours.npy", "signals.npy", "duplicates.npy"),
)


@pytest.fixture
def folder(snapshot: Snapshot, tmp_path: Path) -> Path:
    """A copy of the snapshot to be damaged."""
    return shutil.copytree(snapshot.folder, tmp_path / "version")


def flip(path: Path, byte: int, bit: int = 0) -> None:
    content = bytearray(path.read_bytes())
    content[byte] ^= 1 << bit
    path.write_bytes(content)


def overwrite(keep: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    return lambda path: void(path.write_bytes(keep(path.read_bytes())))


def void(_: object) -> None:
    return None


def test_the_files_of_a_snapshot_are_these(snapshot: Snapshot) -> None:
    assert set(snapshot.manifest["files"]) == set(FILES)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "damage",
    [
        lambda path: flip(path, 0),
        lambda path: flip(path, -1, 7),
        lambda path: flip(path, path.stat().st_size // 2, 3),
        overwrite(lambda whole: whole[:-1]),
        overwrite(lambda whole: whole + b"\0"),
        overwrite(lambda _: b""),
        Path.unlink,
    ],
    ids=["first bit", "last bit", "a bit in the middle", "cut", "grown", "empty", "missing"],
)
def test_damage_to_any_file_is_found_when_it_is_read_back(
    folder: Path, name: str, damage: Callable[[Path], None]
) -> None:
    verify_snapshot(folder)
    damage(folder / name)
    with pytest.raises(SnapshotError) as caught:
        verify_snapshot(folder)
    assert str(caught.value) == f"{folder / name}: missing or damaged; use another version or build again"


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "damage",
    [
        Path.unlink,
        overwrite(lambda _: b""),
        overwrite(lambda whole: whole[:7]),
        overwrite(lambda whole: whole[:60]),
        overwrite(lambda whole: b"\0" * len(whole)),
    ],
    ids=["missing", "empty", "7 bytes", "60 bytes", "zeros"],
)
def test_a_missing_or_cut_file_is_a_snapshot_error_when_it_is_opened(
    folder: Path, name: str, damage: Callable[[Path], None]
) -> None:
    damage(folder / name)
    with pytest.raises(SnapshotError) as caught:
        open_snapshot(folder)
    assert str(caught.value).startswith(f"{folder}: cannot be opened (")
    # A missing array is missed by what it is for, SQLite and FAISS say in their own words what they found.
    assert not name.endswith(".npy") or name.removesuffix(".npy") in str(caught.value)
    assert str(caught.value).endswith("); use another version or build again")


def test_a_flipped_bit_in_the_header_of_an_array_raises_nothing_but_snapshot_errors(folder: Path) -> None:
    path = folder / "published.npy"
    whole = path.read_bytes()
    refused = 0
    for place in range(128):
        flip(path, place, place % 7)
        try:
            open_snapshot(folder)
        except SnapshotError:
            refused += 1
        path.write_bytes(whole)
    # Some flips only move a space; most are noticed even without reading the files back.
    assert refused > 50


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"{}",
        json.dumps({"format": FORMAT}).encode(),
        json.dumps({"format": FORMAT, "version": "v", "articles": 14}).encode(),
        json.dumps({"format": FORMAT, "version": "v", "articles": 14, "files": 7}).encode(),
        json.dumps({"format": FORMAT, "version": "v", "files": {}}).encode(),
        b"[" * 100_000,
        b'{"format": 3, "version": ' + b"[" * 100_000,
        b" " * (2 << 20),
    ],
)
def test_a_manifest_that_says_too_little_is_a_snapshot_error(folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)
    for use in (read_manifest, open_snapshot, verify_snapshot):
        with pytest.raises(SnapshotError, match=r"no readable manifest\.json .*; use another version or build"):
            use(folder)


def test_a_folder_without_a_manifest_is_a_snapshot_error(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match=r"no readable manifest\.json"):
        read_manifest(tmp_path / "missing")


def with_manifest(folder: Path, **changes: Any) -> None:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_text(json.dumps(manifest | changes))


def test_another_format_is_refused_with_both_numbers(folder: Path) -> None:
    with_manifest(folder, format=99)
    with pytest.raises(SnapshotError, match=rf"format 99, this installation reads {FORMAT}; build again"):
        open_snapshot(folder)


def test_files_that_disagree_on_how_many_articles_there_are_are_refused(folder: Path) -> None:
    with_manifest(folder, articles=13)
    with pytest.raises(SnapshotError, match=r"vectors\.npy: its shape is \(14, 519\), not \(13, 519\)"):
        open_snapshot(folder)
    with_manifest(folder, articles=14)
    np.save(folder / "neighbours.npy", np.zeros((13, 64), np.int32))
    with pytest.raises(SnapshotError, match=r"neighbours\.npy: its shape is \(13, 64\), not \(14, 64\)"):
        open_snapshot(folder)


def test_signals_of_another_release_are_refused(folder: Path) -> None:
    np.save(folder / "signals.npy", np.zeros((14, 64, 3), np.float16))
    with pytest.raises(SnapshotError, match=r"shape is \(14, 64, 3\), not \(14, 64, 7\)"):
        open_snapshot(folder)
