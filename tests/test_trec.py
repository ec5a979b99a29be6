"""TREC run files: ours go out and come in again, and any other system's come in as they are."""

from pathlib import Path

import numpy as np
import pytest
from service import ids_of, row_of

from index.snapshot import Snapshot
from recommender.evaluation.beyond import Shown
from recommender.evaluation.judgements import JudgementError
from recommender.evaluation.protocol import Question
from recommender.evaluation.trec import read_run, write_run


def question(snapshot: Snapshot, page: str, *forbidden: str) -> Question:
    allowed = np.ones(len(snapshot), np.bool_)
    allowed[[row_of(snapshot, one) for one in (page, *forbidden)]] = False
    return Question(row_of(snapshot, page), allowed, {}, None)


def shown(snapshot: Snapshot, page: str, *links: str) -> Shown:
    return Shown(question(snapshot, page), np.array([row_of(snapshot, link) for link in links], np.int64))


def answers(snapshot: Snapshot, path: Path, page: str, *forbidden: str, k: int = 10) -> list[str]:
    return ids_of(snapshot, read_run(path, snapshot)(question(snapshot, page, *forbidden), k))


def test_a_run_is_written_as_trec_reads_it(snapshot: Snapshot, tmp_path: Path) -> None:
    lists = [shown(snapshot, "flood-town", "moon-dust", "goal-final", "ar-flood"), shown(snapshot, "goal-final")]
    write_run(tmp_path / "ours.run", snapshot, lists, "recommender")
    assert (tmp_path / "ours.run").read_text("utf-8") == (
        "flood-town\tQ0\tmoon-dust\t1\t1.000000\trecommender\n"
        "flood-town\tQ0\tgoal-final\t2\t0.500000\trecommender\n"
        "flood-town\tQ0\tar-flood\t3\t0.333333\trecommender\n"
    )


def test_a_written_run_answers_as_the_system_did(snapshot: Snapshot, tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    lists = [Shown(question(snapshot, page), random.permutation(14)[:9]) for page in ("flood-town", "goal-final")]
    lists = [Shown(one.question, one.rows[one.rows != one.question.row]) for one in lists]
    write_run(tmp_path / "ours.run", snapshot, lists, "x")
    system = read_run(tmp_path / "ours.run", snapshot)
    for one in lists:
        assert system(one.question, 50).tolist() == one.rows.tolist()
        assert system(one.question, 3).tolist() == one.rows[:3].tolist()


def test_scores_make_the_order_and_neither_ranks_nor_lines_do(snapshot: Snapshot, tmp_path: Path) -> None:
    path = tmp_path / "other.run"
    path.write_text(
        "flood-town Q0 moon-dust 1 -3.5 x\n"
        "flood-town Q0 goal-final 2 1e2 x\n\n"
        "flood-town\tQ0\tar-flood\t3\tinf\tx\n"
        "goal-final Q0 flood-town 1 0 x\n",
        encoding="utf-8",
    )
    assert answers(snapshot, path, "flood-town") == ["ar-flood", "goal-final", "moon-dust"]
    assert answers(snapshot, path, "goal-final") == ["flood-town"]
    assert answers(snapshot, path, "moon-dust") == []


def test_what_is_unknown_forbidden_or_there_twice_is_left_out(snapshot: Snapshot, tmp_path: Path) -> None:
    path = tmp_path / "other.run"
    links = ("gone", "flood-town", "moon-dust", "goal-final", "moon-dust", "ar-flood")
    lines = [f"flood-town Q0 {link} {rank} {-rank} x\n" for rank, link in enumerate(links)]
    path.write_text("".join([*lines, "gone Q0 moon-dust 1 1 x\n"]), encoding="utf-8")
    assert answers(snapshot, path, "flood-town") == ["moon-dust", "goal-final", "ar-flood"]
    assert answers(snapshot, path, "flood-town", "goal-final") == ["moon-dust", "ar-flood"]
    assert answers(snapshot, path, "flood-town", "moon-dust", k=1) == ["goal-final"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("flood-town moon-dust 1", "3 columns; a TREC run has 6"),
        ("flood-town Q0 moon-dust 1 0.5 my tag", "7 columns; a TREC run has 6"),
        ("flood-town Q0 moon-dust 1 high x", "'high' is no score; write a number"),
        ("flood-town Q0 moon-dust 1 nan x", "'nan' is no score; write a number"),
    ],
)
def test_a_line_that_is_no_answer_is_named(snapshot: Snapshot, tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "other.run"
    path.write_text(f"flood-town Q0 goal-final 1 1 x\n{line}\n", encoding="utf-8")
    with pytest.raises(JudgementError) as raised:
        read_run(path, snapshot)
    assert str(raised.value) == f"{path}, line 2: {said}"


def test_a_run_that_cannot_be_read_is_named(snapshot: Snapshot, tmp_path: Path) -> None:
    (tmp_path / "binary.run").write_bytes(b"\x80\xff")
    for name in ("none.run", "binary.run"):
        with pytest.raises(JudgementError, match=f"{name}: cannot be read"):
            read_run(tmp_path / name, snapshot)
