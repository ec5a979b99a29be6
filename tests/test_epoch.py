"""The signal to all processes, where its file cannot be made or is there no more."""

import errno
import os
from pathlib import Path

import pytest

from index.epoch import Epoch


def test_on_a_full_disk_it_is_not_shared_and_its_signal_ends_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        epoch = Epoch(tmp_path / "e")
    epoch.signal()
    assert (epoch.shared, epoch.value) == (False, bytes(8))
    assert Epoch(tmp_path / "e").shared


def test_its_room_on_the_disk_is_taken_before_it_is_mapped(tmp_path: Path) -> None:
    assert Epoch(tmp_path / "e").value == (tmp_path / "e").read_bytes() != bytes(8)


def test_a_file_that_was_deleted_or_replaced_is_not_shared_any_more(tmp_path: Path) -> None:
    epoch = Epoch(tmp_path / "e")
    assert epoch.shared
    (tmp_path / "e").rename(tmp_path / "old")
    assert not epoch.shared
    other = Epoch(tmp_path / "e")
    assert (epoch.shared, other.shared) == (False, True)
