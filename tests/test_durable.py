"""Files that are replaced as a whole: what they hold afterwards, who may read them, and what a failure leaves."""

import os
import stat
from pathlib import Path

import pytest

from index.durable import replace_whole


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "report.json"


def test_a_file_is_made_and_replaced_and_nothing_stays_beside_it(path: Path) -> None:
    for text in ("old", "new, and longer: ø"):
        replace_whole(path, text)
        assert path.read_text("utf-8") == text
        assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(("mode", "left"), [(0o666, 0o640), (0o600, 0o600)])
def test_it_may_be_read_as_far_as_mode_and_mask_let(path: Path, mode: int, left: int) -> None:
    before = os.umask(0o027)
    try:
        replace_whole(path, "x", mode)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == left


def test_contents_are_on_disk_before_the_name_and_the_name_before_the_end(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_text("old", "utf-8")
    forced: list[tuple[bool, str]] = []

    def fsync(handle: int) -> None:
        forced.append((stat.S_ISDIR(os.fstat(handle).st_mode), path.read_text("utf-8")))

    monkeypatch.setattr(os, "fsync", fsync)
    replace_whole(path, "new")
    assert forced == [(False, "old"), (True, "new")]


def test_a_failure_leaves_what_was_there_and_nothing_else(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError("No space left on device")

    path.write_text("old", "utf-8")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        replace_whole(path, "new")
    assert [(one.name, one.read_text("utf-8")) for one in path.parent.iterdir()] == [("report.json", "old")]


def test_what_utf_8_cannot_hold_is_written_out(path: Path) -> None:
    replace_whole(path, "Größe \udcf6\n")
    assert path.read_bytes() == "Größe \\udcf6\n".encode()
