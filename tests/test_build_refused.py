"""Builds that publish nothing: each says why and leaves what was there."""

import fcntl
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from newsroom import NEWS, ToyModel, build_toy

from index.corpus import Corpus, CorpusError
from index.models import ModelError
from index.outcome import BuildError, BuildRefusedError
from index.releases import BusyError, Releases
from index.snapshot import SnapshotError, open_snapshot
from index.sources import SourceError

Source = Callable[[Iterable[object]], Path]


def test_a_strict_build_refuses_bad_rows_and_writes_nothing(home: Path, source: Source) -> None:
    path = source([*NEWS, {"id": "x"}, {"id": "y"}])
    with pytest.raises(BuildRefusedError) as caught:
        build_toy(home, path, strict=True)
    assert [rejected.line for rejected in caught.value.rejected] == [15, 16]
    assert str(caught.value).startswith(
        f"2 rows cannot be used and --strict was given; first: {path}, line 15, field title"
    )
    assert Releases(home).versions() == []
    corpus = Corpus(home / "corpus.sqlite")
    assert (len(corpus), corpus.sequence) == (0, 0)
    corpus.close()
    assert build_toy(home, path).articles == 14


@pytest.mark.parametrize("rows", [[], [{"id": "bad"}]])
def test_nothing_to_build_from_says_what_to_give(home: Path, source: Source, rows: list[object]) -> None:
    with pytest.raises(BuildError, match="no article to build from; give a SOURCE with at least one good row"):
        build_toy(home, source(rows))
    assert Releases(home).versions() == []


def test_no_source_and_no_corpus_is_nothing_to_build_from(home: Path) -> None:
    with pytest.raises(BuildError, match="no article to build from"):
        build_toy(home)


def test_a_second_build_at_the_same_time_is_refused_and_the_first_is_not_disturbed(home: Path, source: Source) -> None:
    path, refused = source(NEWS), []

    def intrude(stage: str, done: int, _: int | None) -> None:
        if (stage, done) in {("read", 0), ("write", 0)}:
            with pytest.raises(BusyError, match="another build is running here; wait for it to end") as caught:
                build_toy(home, path)
            refused.append(caught.value)

    assert build_toy(home, path, progress=intrude).published
    assert len(refused) == 2
    assert not build_toy(home, path).published


def test_a_lock_held_by_another_is_respected(home: Path, source: Source) -> None:
    home.mkdir()
    with (home / "build.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(BusyError, match="another build is running here"):
            build_toy(home, source(NEWS))
    assert build_toy(home, source(NEWS)).published


@pytest.mark.parametrize("place", ["missing.jsonl", "news.csv"])
def test_the_only_source_that_cannot_be_read_ends_the_build_and_frees_the_home(
    home: Path, source: Source, place: str
) -> None:
    with pytest.raises(SourceError):
        build_toy(home, place)
    assert Releases(home).versions() == []
    assert build_toy(home, source(NEWS)).articles == 14


@pytest.mark.parametrize("place", ["missing.jsonl", "news.csv"])
def test_one_source_that_cannot_be_read_keeps_no_other_out(home: Path, source: Source, place: str) -> None:
    report = build_toy(home, place, source(NEWS))
    assert (report.published, report.articles) == (True, 14)
    assert [one.error is None for one in report.sources] == [False, True]


def test_a_corpus_that_is_none_is_a_corpus_error(home: Path, source: Source) -> None:
    home.mkdir()
    (home / "corpus.sqlite").write_text("not a database " * 500)
    with pytest.raises(CorpusError, match="restore it from a backup"):
        build_toy(home, source(NEWS))


def test_a_corpus_with_damaged_pages_is_a_build_error_and_the_old_version_stays(home: Path, source: Source) -> None:
    version = build_toy(home, source(NEWS)).version
    path = home / "corpus.sqlite"
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(BuildError, match=r"cannot be read or written \(.*malformed\); restore it from a backup"):
        build_toy(home, source(NEWS))
    assert Releases(home).current() == version
    assert len(open_snapshot(Releases(home).current_path())) == 14
    path.write_bytes(whole)
    assert not build_toy(home, source(NEWS)).published


def test_a_model_that_cannot_be_had_ends_the_build_but_what_was_read_is_kept(home: Path, source: Source) -> None:
    class Broken(ToyModel):
        def load(self) -> None:
            raise ModelError("no such model")

    with pytest.raises(ModelError):
        build_toy(home, source(NEWS), model=Broken())
    report = build_toy(home, source(NEWS))
    assert (report.unchanged, report.embedded, report.published) == (14, 14, True)


def test_a_version_that_cannot_be_written_leaves_the_old_one_current(
    home: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = build_toy(home, source(NEWS[:5])).version

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("index.build.write_snapshot", full)
        with pytest.raises(SnapshotError, match=r"cannot be written \(No space left on device\); make room"):
            build_toy(home, source(NEWS))
    assert Releases(home).versions() == [Releases(home).current()] == [version]
    assert [path.name for path in (home / "versions").iterdir()] == [version]
    report = build_toy(home, source(NEWS))
    assert (report.articles, report.embedded, report.published) == (14, 0, True)
