"""Judgements from qrels, picks and clicks: rows with their grades, or a sentence that says what is wrong."""

from pathlib import Path

import pytest
from service import edition, row_of

from index.snapshot import Snapshot
from recommender.evaluation.judgements import Gold, JudgementError, picks_of, read_clicks, read_qrels

BOM = "\ufeff"


def written(folder: Path, text: str) -> Path:
    path = folder / "judged.tsv"
    path.write_text(text, encoding="utf-8")
    return path


def named(snapshot: Snapshot, gold: Gold) -> dict[str, dict[str, float]]:
    ids = [card["id"] for card in snapshot.articles.cards(range(len(snapshot)))]
    return {ids[page]: {ids[link]: grade for link, grade in links.items()} for page, links in gold.items()}


@pytest.mark.parametrize(
    "text",
    [
        "flood-town\tflood-barrier\t2\nflood-town\tmoon-dust\t1\n",
        "flood-town\t0\tflood-barrier\t2\nflood-town\t0\tmoon-dust\t1",
        "flood-town 0 flood-barrier 2.0\r\n\r\n  flood-town   0 moon-dust 1 \r\n",
        BOM + "flood-town flood-barrier 2\nflood-town\tmoon-dust\t1.00\n",
    ],
    ids=["three columns", "four columns", "spaces and blank lines", "mixed, with a byte order mark"],
)
def test_qrels_have_three_columns_or_the_four_of_trec(snapshot: Snapshot, tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    judged = read_qrels(path, snapshot)
    assert named(snapshot, judged.gold) == {"flood-town": {"flood-barrier": 2, "moon-dust": 1}}
    assert (judged.source, judged.unknown, len(judged)) == (str(path), 0, 1)


def test_only_a_grade_above_zero_is_relevant_and_no_page_leads_to_itself(snapshot: Snapshot, tmp_path: Path) -> None:
    text = "flood-town flood-barrier 0.5\nflood-town moon-dust 0\nflood-town moon-landing -1\nflood-town flood-town 3\n"
    judged = read_qrels(written(tmp_path, text), snapshot)
    assert named(snapshot, judged.gold) == {"flood-town": {"flood-barrier": 0.5}}


def test_judged_pairs_that_the_index_does_not_hold_are_counted(snapshot: Snapshot, tmp_path: Path) -> None:
    text = "flood-town flood-barrier 1\ngone flood-town 1\nflood-town gone 1\ngone gone 0\n"
    judged = read_qrels(written(tmp_path, text), snapshot)
    assert named(snapshot, judged.gold) == {"flood-town": {"flood-barrier": 1}}
    assert judged.unknown == 2


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("flood-town flood-barrier", "flood-town flood-barrier"),
        ("flood-town", "flood-town"),
        ("flood-town Q0 flood-barrier 1 0.5 tag", "flood-town Q0 flood-barrier 1 0.5 tag"),
        ("flood-town flood-barrier good", "flood-town flood-barrier good"),
        ("flood-town flood-barrier 1e3", "flood-town flood-barrier 1e3"),
        ("flood-town\tflood-barrier\t", "flood-town flood-barrier "),
        ("q " * 500 + "1", "q " * 30),
    ],
)
def test_a_line_that_is_no_judgement_is_named(snapshot: Snapshot, tmp_path: Path, line: str, shown: str) -> None:
    path = written(tmp_path, "flood-town flood-barrier 1\n" * 1_233 + f"{line}\n")
    with pytest.raises(JudgementError) as raised:
        read_qrels(path, snapshot)
    assert str(raised.value) == f"{path}, line 1,234: {shown!r} is no judgement; write query, doc and grade"


@pytest.mark.parametrize("read", [read_qrels, read_clicks])
def test_a_file_that_cannot_be_read_is_named(snapshot: Snapshot, tmp_path: Path, read: object) -> None:
    assert callable(read)
    with pytest.raises(JudgementError, match=rf"{tmp_path}/none: cannot be read \(.*No such file"):
        read(tmp_path / "none", snapshot)
    (tmp_path / "binary").write_bytes(b"\x80\xff")
    with pytest.raises(JudgementError, match=rf"{tmp_path}/binary: cannot be read \('utf-8' codec"):
        read(tmp_path / "binary", snapshot)


@pytest.mark.parametrize(("text", "count"), [("", 0), ("a b 1\nb a 2\n", 2), ("a b 0\n", 0)])
def test_judgements_of_another_index_are_refused(snapshot: Snapshot, tmp_path: Path, text: str, count: int) -> None:
    with pytest.raises(JudgementError, match=f"none of its {count} judged pairs is in this index; build with its"):
        read_qrels(written(tmp_path, text), snapshot)


def test_picks_are_the_links_of_the_articles_own_editors_by_id_or_address(snapshot: Snapshot) -> None:
    judged = picks_of(snapshot)
    assert named(snapshot, judged.gold) == {"minister-resigns": {"minister-sworn-in": 1, "harbour-walkout": 1}}
    assert (judged.source, judged.unknown) == ("picks", 0)


def test_an_index_without_picks_says_what_to_give_instead(tmp_path: Path) -> None:
    paper = edition(tmp_path, {"id": "minister-resigns", "title": "Minister resigns", "picks": ["gone"]})
    with pytest.raises(JudgementError, match="no article of this index carries picks; name a judgement file with --qr"):
        picks_of(paper)


def test_articles_that_several_sessions_read_together_are_judged_by_how_many(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    sessions = {
        "anna": ["flood-town", "flood-barrier", "moon-dust", "flood-town"],
        "ben": ["flood-barrier", "flood-town"],
        "cleo": ["flood-barrier", "flood-town", "gone"],
        "dara": ["moon-dust", "gone", "measles-school"],
        "emil": ["moon-landing"],
    }
    text = "".join(f"{session}\t{article}\n" for session, articles in sessions.items() for article in articles)
    judged = read_clicks(written(tmp_path, text), snapshot)
    # Any other two were read together once, which may be chance.
    assert named(snapshot, judged.gold) == {"flood-town": {"flood-barrier": 3}, "flood-barrier": {"flood-town": 3}}
    assert judged.unknown == 0


def test_a_session_has_one_article_a_line(snapshot: Snapshot, tmp_path: Path) -> None:
    path = written(tmp_path, "anna flood-town\n\nanna flood-barrier 3\n")
    with pytest.raises(JudgementError) as raised:
        read_clicks(path, snapshot)
    assert str(raised.value) == f"{path}, line 3: 3 columns; write session and article"


def test_an_id_with_a_space_in_it_is_read_between_tabs(tmp_path: Path) -> None:
    paper = edition(tmp_path, {"id": "flood town 2", "title": "Flood again"})
    judged = read_qrels(written(tmp_path, "flood town 2\tflood-town\t1\n"), paper)
    assert judged.gold == {row_of(paper, "flood town 2"): {row_of(paper, "flood-town"): 1}}
