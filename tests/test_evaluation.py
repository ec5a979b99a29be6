"""One evaluation: the systems over the same questions, what each showed, and the summary in its documented form."""

import numpy as np
import pytest
from service import edition, ids_of, row_of

from index.arrays import Rows
from index.snapshot import Snapshot
from recommender.evaluation.judgements import JudgementError, Judgements, picks_of
from recommender.evaluation.protocol import Protocol, Question
from recommender.evaluation.run import OURS, ask, default_measures, evaluate, recommender, summary
from recommender.evaluation.statistics import difference_p, interval
from recommender.links import Rules
from recommender.ranking import FEATURES, Weights
from recommender.related import Recommender

WHOLE = Protocol("whole")
PARTNERS = {
    "minister-resigns": "minister-sworn-in",
    "flood-barrier": "flood-town",
    "measles-vaccine": "measles-school",
    "moon-landing": "moon-dust",
    "ar-flood": "ar-harbour",
}
BEYOND = {"coverage", "similarity", "copies", "same_story", "empty", "short"}
AGES = {"within a week", "within a month", "within a year"}


def partners(snapshot: Snapshot) -> Judgements:
    gold = {row_of(snapshot, page): {row_of(snapshot, link): 2.0} for page, link in PARTNERS.items()}
    return Judgements("partners", gold, 7)


def only(feature: str) -> Weights:
    coefficients = np.zeros(len(FEATURES), np.float32)
    coefficients[FEATURES.index(feature)] = 1
    return Weights(0.0, coefficients, {})


def oracle(question: Question, k: int) -> Rows:
    return np.array(list(question.gold), np.int64)[:k]


def silent(question: Question, k: int) -> Rows:
    assert question.row >= 0 < k
    return np.empty(0, np.int64)


def test_the_summary_has_its_documented_keys_and_ours_comes_first(snapshot: Snapshot) -> None:
    body = summary(evaluate(snapshot, partners(snapshot), WHOLE, ["newest", "tags"], k=4))
    systems = body.pop("systems")
    assert body == {
        "judgements": "partners",
        "unknown_pairs": 7,
        "protocol": "whole",
        "queries": 5,
        "k": 4,
        "index": snapshot.version,
    }
    assert list(systems) == [OURS, "newest", "tags"]
    measures = ["nDCG@4", "recall@50", "hit@3", "MRR", "precision@3"]
    assert default_measures(4) == measures
    for figures in systems.values():
        assert list(figures) == [*measures, "interval", "p_against_ours", "beyond", "latency_ms"]
        assert list(figures["interval"]) == measures
        assert figures["beyond"].keys() == BEYOND | AGES
        assert 0 <= figures["latency_ms"]["p50"] <= figures["latency_ms"]["p99"]
    assert [figures["p_against_ours"] is None for figures in systems.values()] == [True, False, False]


def test_figures_are_means_over_the_pages_with_their_intervals_and_p_against_ours(snapshot: Snapshot) -> None:
    found = evaluate(snapshot, partners(snapshot), WHOLE, ["newest"], others={"oracle": oracle}, measures=["MRR"])
    ours, newest, perfect = (result.values["MRR"] for result in found.results)
    # From the last: goal-final, moon-landing, two on measles, flood-barrier, ar-flood, flood-town, ar-harbour, the two
    # of the walkout, minister-sworn-in; without the page itself, and with what has no date at the end.
    assert newest.tolist() == pytest.approx([1 / 11, 1 / 7, 1 / 6, 1 / 3, 1 / 13])
    assert perfect.tolist() == [1] * 5
    systems = summary(found)["systems"]
    assert systems["newest"]["MRR"] == round(newest.mean(), 4)
    assert systems["newest"]["interval"]["MRR"] == [round(end, 4) for end in interval(newest)]
    assert systems["newest"]["p_against_ours"] == {"MRR": round(difference_p(ours, newest), 4)}
    assert systems["oracle"]["MRR"] == 1
    assert systems["oracle"]["interval"]["MRR"] == [1, 1]


def test_ours_is_what_readers_get_as_of_the_page_s_day(snapshot: Snapshot) -> None:
    (question,) = Protocol().questions(snapshot.space, Judgements("here", {7: {9: 1.0}}))
    served = Recommender(snapshot).by_id("flood-town", Rules(k=3, before=question.before))
    assert recommender(snapshot)(question, 3).tolist() == [link.row for link in served.links]
    earlier = {"minister-resigns", "minister-sworn-in", "harbour-walkout", "harbour-walkout-wire", "flood-barrier"}
    found = ids_of(snapshot, recommender(snapshot)(question, 50))
    # Of the two copies of one text, one is linked.
    assert (len(found), set(found) <= earlier) == (4, True)


def test_ours_keeps_to_the_section_of_the_page_where_all_do(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("sections")
    near = [{"id": f"near-{n}", "title": f"Harbour {n}", "text": "harbour quay", "section": "Port"} for n in range(70)]
    far = [{"id": f"far-{n}", "title": f"Moon {n}", "text": "moon", "section": "Rare"} for n in range(3)]
    paper = edition(folder, *near, *far, {"id": "page", "title": "Harbour", "text": "harbour quay", "section": "Rare"})
    judged = Judgements("here", {row_of(paper, "page"): {row_of(paper, "far-0"): 1.0}})
    protocol = Protocol("whole", same_section=True)
    found = evaluate(paper, judged, protocol, ["tfidf"], k=3, measures=["recall@3"])
    for result in found.results:
        assert set(ids_of(paper, result.shown[0].rows)) == {"far-0", "far-1", "far-2"}
        assert result.values["recall@3"].tolist() == [1]


def test_other_weights_can_be_evaluated(snapshot: Snapshot) -> None:
    judged = Judgements("here", {row_of(snapshot, "minister-sworn-in"): {row_of(snapshot, "minister-resigns"): 1.0}})
    for feature, author in (("author", 1.0), ("within_a_year", 0.0)):
        found = evaluate(snapshot, judged, WHOLE, [], measures=["hit@1"], k=1, weights=only(feature))
        assert found.results[0].values["hit@1"].tolist() == [author], feature


def test_what_is_shown_first_is_what_k_links_are_and_what_follows_is_from_a_longer_list() -> None:
    def varied(_: Question, k: int) -> Rows:
        return np.array([1, 5, 9]) if k == 3 else np.array([1, 2, 3, 5, 4])

    asked: list[tuple[str, int, int | None]] = []
    questions = [Question(row, np.ones(10, np.bool_), {4: 1.0}, None) for row in (0, 6)]
    result = ask("varied", varied, questions, 3, ["MRR"], lambda *told: asked.append(told))
    assert [one.rows.tolist() for one in result.shown] == [[1, 5, 9, 2, 3, 4]] * 2
    assert result.values["MRR"].tolist() == pytest.approx([1 / 6, 1 / 6])
    assert asked == [("varied", 1, 2), ("varied", 2, 2)]
    assert (len(result.seconds), result.seconds.min() >= 0) == (2, True)


def test_what_labels_cannot_see_is_about_the_first_k(snapshot: Snapshot) -> None:
    found = evaluate(snapshot, partners(snapshot), WHOLE, ["random"], k=1, others={"silent": silent})
    systems = summary(found)["systems"]
    assert systems["silent"]["beyond"]["empty"] == 1
    assert systems["silent"]["nDCG@1"] == systems["silent"]["recall@50"] == 0
    assert systems["random"]["recall@50"] == 1
    assert systems["random"]["beyond"]["coverage"] <= 5 / 14
    assert systems["random"]["beyond"]["short"] == 0


def test_each_system_is_told_of_while_it_is_prepared_and_asked(snapshot: Snapshot) -> None:
    told: list[tuple[str, int, int | None]] = []
    evaluate(
        snapshot, partners(snapshot), WHOLE, ["tags"], others={"x": silent}, progress=lambda *one: told.append(one)
    )
    assert [one for one in told if one[1] in (0, 5)] == [
        (OURS, 5, 5),
        ("prepare tags", 0, None),
        ("tags", 5, 5),
        ("x", 5, 5),
    ]


def test_where_no_page_is_left_another_protocol_is_named(snapshot: Snapshot) -> None:
    # Both picks of the newsroom were published more than a day after their page.
    with pytest.raises(JudgementError, match="picks: no judged page is left under this protocol; try --protocol whole"):
        evaluate(snapshot, picks_of(snapshot), Protocol(), [])
    assert len(evaluate(snapshot, picks_of(snapshot), WHOLE, []).questions) == 1


def test_unknown_rivals_and_measures_are_refused(snapshot: Snapshot) -> None:
    with pytest.raises(KeyError, match="oracle"):
        evaluate(snapshot, partners(snapshot), WHOLE, ["oracle"])
    with pytest.raises(ValueError, match="'F1' is no measure"):
        evaluate(snapshot, partners(snapshot), WHOLE, [], measures=["F1"])
