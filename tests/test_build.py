"""The rebuild: what a build does, and what it does not do again."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from newsroom import NEWS, TOY_LIMITS, TOY_STAMP, ToyModel, article, articles, build_toy, row, write_jsonl

from index import build as build_module
from index import meaning
from index.corpus import Corpus
from index.gatekeeper import Gatekeeper
from index.releases import KEPT, Releases
from index.snapshot import WEIGHTS, Snapshot, open_snapshot

Source = Callable[[Iterable[object]], Path]


def current(home: Path) -> Snapshot:
    return open_snapshot(Releases(home).current_path())


def titles(home: Path) -> dict[str, str]:
    snapshot = current(home)
    return {card["id"]: card["title"] for card in snapshot.articles.cards(range(len(snapshot)))}


def changed(id_: str, **fields: object) -> list[dict[str, object]]:
    """NEWS with one row changed."""
    return [one | fields if one["id"] == id_ else one for one in NEWS]


def test_a_first_build_reports_what_it_did(home: Path, source: Source) -> None:
    report = build_toy(home, source(NEWS))
    assert (report.articles, report.new, report.changed, report.unchanged) == (14, 14, 0, 0)
    assert (report.embedded, report.skipped, report.duplicate_ids, report.without_url) == (14, 0, 0, 1)
    assert (report.copies, report.recall_at_10, report.published) == (1, 1.0, True)
    assert list(report.timings) == [
        "read",
        "embed",
        "words",
        "index",
        "neighbours",
        "copies",
        "write",
        "gates",
        "publish",
    ]
    assert 0 < sum(report.timings.values()) <= report.seconds + 0.01
    assert report.version == Releases(home).current() == current(home).version
    assert titles(home) == {one["id"]: one["title"] for one in NEWS}


def test_a_second_build_of_the_same_articles_embeds_nothing_and_publishes_nothing(home: Path, source: Source) -> None:
    first = build_toy(home, source(NEWS))
    model = ToyModel()
    second = build_toy(home, source(reversed(NEWS)), model=model)
    assert (second.new, second.changed, second.unchanged, second.embedded) == (0, 0, 14, 0)
    assert (second.published, second.version, second.articles) == (False, first.version, 14)
    assert (second.copies, second.recall_at_10) == (1, 1.0)
    assert model.loaded == []
    assert Releases(home).versions() == [first.version]


def test_another_way_of_pooling_embeds_everything_again_and_publishes_it(
    home: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build_toy(home, source(NEWS))
    monkeypatch.setattr(meaning, "PASSAGES", meaning.PASSAGES + 1)
    second = build_toy(home, source(NEWS))
    assert (second.unchanged, second.embedded, second.published) == (14, 14, True)
    assert Releases(home).versions() == [first.version, second.version]


def test_one_changed_text_embeds_one(home: Path, source: Source) -> None:
    build_toy(home, source(NEWS))
    model = ToyModel()
    report = build_toy(home, source(changed("moon-dust", text="The minister went to the moon.")), model=model)
    assert (report.changed, report.unchanged, report.embedded, report.published) == (1, 13, 1, True)
    assert model.loaded[0].asked == ["What dust from the moon can tell us\nThe minister went to the moon."]
    assert current(home).articles.article(0).text == "The minister went to the moon."


def test_a_change_outside_the_text_embeds_nothing_but_is_published(home: Path, source: Source) -> None:
    build_toy(home, source(NEWS))
    report = build_toy(home, source(changed("flood-town", section="World")))
    assert (report.changed, report.embedded, report.published) == (1, 0, True)
    assert current(home).articles.cards([7])[0]["section"] == "World"


def test_a_text_that_two_articles_share_is_embedded_once(home: Path, source: Source) -> None:
    report = build_toy(home, source([*NEWS, row("flood-town") | {"id": "again"}]))
    assert (report.articles, report.embedded, report.copies) == (15, 14, 2)


def test_articles_that_the_sources_no_longer_hold_stay(home: Path, source: Source) -> None:
    build_toy(home, source(NEWS[:10]))
    report = build_toy(home, source(NEWS[10:]))
    assert (report.new, report.unchanged, report.articles, report.embedded) == (4, 0, 14, 4)


def test_a_removed_article_is_gone_from_the_next_version_and_so_is_its_vector(home: Path, source: Source) -> None:
    build_toy(home, source(NEWS))
    corpus = Corpus(home / "corpus.sqlite")
    corpus.remove(["flood-town"])
    corpus.close()
    report = build_toy(home)
    assert (report.articles, report.embedded, report.published) == (13, 0, True)
    assert "flood-town" not in titles(home)
    assert build_toy(home, source(NEWS)).embedded == 1


def test_bad_rows_are_skipped_counted_and_named(home: Path, source: Source) -> None:
    path = source([*NEWS[:2], {"id": "x"}, "text", *NEWS[2:]])
    report = build_toy(home, path)
    assert (report.articles, report.skipped) == (14, 2)
    assert report.as_dict()["rejected"] == [
        f"{path}, line 3, field title: None is missing or empty; every article needs a title",
        f"{path}, line 4, not a JSON object; write one object a line",
    ]
    assert json.loads(json.dumps(report.as_dict()))["articles"] == 14


def test_the_last_of_two_rows_with_one_id_wins(home: Path, source: Source) -> None:
    report = build_toy(home, source([*NEWS, row("flood-town") | {"title": "Flood recedes"}]))
    assert (report.articles, report.duplicate_ids, report.new, report.changed) == (14, 1, 14, 1)
    assert titles(home)["flood-town"] == "Flood recedes"


def test_several_sources_are_read_in_their_order(home: Path, tmp_path: Path) -> None:
    one = write_jsonl(tmp_path / "one.jsonl", NEWS[:8])
    other = write_jsonl(tmp_path / "other.jsonl", [row("flood-town") | {"title": "Flood recedes"}, *NEWS[8:]])
    report = build_toy(home, one, other)
    assert (report.articles, report.duplicate_ids) == (14, 1)
    assert titles(home)["flood-town"] == "Flood recedes"


def test_a_strict_build_of_good_rows_is_a_build(home: Path, source: Source) -> None:
    assert build_toy(home, source(NEWS), strict=True).articles == 14


def test_progress_goes_through_the_stages_and_ends_at_their_totals(
    home: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_module, "EMBEDDED_AT_ONCE", 5)
    told: list[tuple[str, int, int | None]] = []
    said: list[str] = []

    def hear(stage: str, done: int, total: int | None) -> None:
        told.append((stage.partition(": ")[0], done, total))
        said.append(stage)

    build_toy(home, source(NEWS), progress=hear)
    assert [(done, total) for stage, done, total in told if stage == "embed"] == [(0, 14), (5, 14), (10, 14), (14, 14)]
    assert [done for stage, done, _ in told if stage == "read"] == [*range(15), 14]
    assert f"read: {source(NEWS)}, 14 new" in said
    assert [(done, total) for stage, done, total in told if stage == "neighbours"][-1] == (14, 14)
    stages = ["read", "embed", "words", "index", "neighbours", "copies", "write", "gates", "publish"]
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == stages


def test_short_texts_are_embedded_first(home: Path, source: Source) -> None:
    model = ToyModel()
    build_toy(home, source([{"id": size, "title": "x" * size} for size in (30, 10, 20)]), model=model)
    assert model.loaded[0].asked == ["x" * 10, "x" * 20, "x" * 30]


def test_another_model_embeds_all_anew_and_its_stamp_is_published(home: Path, source: Source) -> None:
    build_toy(home, source(NEWS))
    forced = Gatekeeper(TOY_LIMITS, force=True)
    report = build_toy(home, source(NEWS), model=ToyModel("other", "1" * 64), gates=forced)
    assert (report.unchanged, report.embedded, report.published) == (14, 14, True)
    assert current(home).manifest["model"] == replace(TOY_STAMP, name="other", weights="1" * 64).as_dict()
    again = build_toy(home, source(NEWS), gates=forced)
    assert (again.embedded, again.published) == (0, True)
    assert current(home).manifest["model"] == TOY_STAMP.as_dict()


def test_a_damaged_current_version_is_built_again(home: Path, source: Source) -> None:
    first = build_toy(home, source(NEWS))
    (Releases(home).current_path() / "idf.npy").write_bytes(b"")
    report = build_toy(home, source(NEWS))
    assert (report.embedded, report.published) == (0, True)
    assert report.version == current(home).version != first.version


def test_a_new_corpus_of_as_many_other_articles_is_published(home: Path, source: Source) -> None:
    build_toy(home, source(NEWS[:3]))
    for path in home.glob("corpus.sqlite*"):
        path.unlink()
    assert build_toy(home, source(NEWS[3:6])).published
    assert set(titles(home)) == {one["id"] for one in NEWS[3:6]}


def test_another_release_of_the_software_builds_again(
    home: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_toy(home, source(NEWS))
    monkeypatch.setattr(build_module, "installed_version", lambda _: "99.0")
    report = build_toy(home, source(NEWS))
    assert (report.embedded, report.published) == (0, True)
    assert current(home).manifest["software"] == "99.0"


def test_no_more_than_five_versions_are_kept(home: Path, source: Source) -> None:
    titles_ = [f"Dust {number}" for number in range(KEPT + 2)]
    built = [build_toy(home, source(changed("moon-dust", title=title))).version for title in titles_]
    assert Releases(home).versions() == built[2:]
    assert Releases(home).current() == built[-1]


def test_weights_that_a_site_has_learned_go_from_version_to_version(home: Path, source: Source) -> None:
    build_toy(home, source(NEWS))
    assert not (Releases(home).current_path() / WEIGHTS).exists()
    tuned = Releases(home).revise({WEIGHTS: b"{}"}, {})
    assert (build_toy(home, source(NEWS)).published, Releases(home).current()) == (False, tuned)
    build_toy(home, source(changed("moon-dust", title="Dust")))
    assert (Releases(home).current_path() / WEIGHTS).read_bytes() == b"{}"
    assert WEIGHTS in current(home).manifest["files"]


def test_the_articles_of_a_snapshot_are_in_the_order_of_the_corpus(built: Path) -> None:
    snapshot = current(built)
    assert [snapshot.articles.article(number) for number in range(14)] == articles()
    assert snapshot.articles.article(0) != article()
