"""The one path from a question to its links, on the newsroom that can be checked by eye."""

from dataclasses import replace
from pathlib import Path

import pytest
from newsroom import NEWS, ToyEmbedder, row
from service import edition, ids_of, row_of

from index.article import parse_article
from index.meaning import embed_articles
from index.snapshot import Snapshot
from recommender.links import ANY, Answer, NotFoundError, Rules
from recommender.ranking import FEATURES, Weights
from recommender.related import Recommender
from recommender.texts import unseen_article

PARTNERS = [
    ("minister-resigns", "minister-sworn-in"),
    ("flood-town", "flood-barrier"),
    ("measles-school", "measles-vaccine"),
    ("moon-landing", "moon-dust"),
]
BOTH_WALKOUTS = {"harbour-walkout", "harbour-walkout-wire"}


@pytest.fixture
def recommender(snapshot: Snapshot) -> Recommender:
    return Recommender(snapshot)


def ids(answer: Answer) -> list[str]:
    return [link.card["id"] for link in answer.links]


def about(recommender: Recommender, rules: Rules, **fields: object) -> Answer:
    article = unseen_article({"language": "en"} | fields)
    return recommender.by_text(article, embed_articles(ToyEmbedder(), [article])[0], rules)


@pytest.mark.parametrize(("page", "partner"), [*PARTNERS, *[pair[::-1] for pair in PARTNERS]])
def test_the_other_article_of_a_story_comes_first(recommender: Recommender, page: str, partner: str) -> None:
    answer = recommender.by_id(page, Rules())
    assert ids(answer)[0] == partner
    assert answer.links[0].score > answer.links[1].score


@pytest.mark.parametrize(
    "spelling",
    [
        "https://news.example/2026/09/05/flood-town",
        "http://www.news.example/2026/09/05/flood-town/",
        " HTTPS://News.Example:443/2026/09/05/flood-town?utm_source=mail#top ",
    ],
)
def test_a_page_is_found_by_any_spelling_of_its_address(recommender: Recommender, spelling: str) -> None:
    assert recommender.by_url(spelling, Rules()).links == recommender.by_id("flood-town", Rules()).links


def test_what_the_index_does_not_hold_is_refused_with_what_to_do_next(recommender: Recommender) -> None:
    with pytest.raises(NotFoundError, match="no article with id 'nope' in this index; build with it, or POST its text"):
        recommender.by_id("nope", Rules())
    with pytest.raises(NotFoundError, match=r"no article at 'https://x\.example/' in this index; build with it, or"):
        recommender.by_url("https://x.example/", Rules())


def test_the_page_of_an_answer_is_the_article_that_was_asked_about(recommender: Recommender) -> None:
    page, asked = recommender.by_id("minister-resigns", Rules()).page, parse_article(row("minister-resigns"))
    assert asked.published is not None
    assert (page.id, page.url, page.title, page.language) == (asked.id, asked.url, asked.title, asked.language)
    assert (page.section, page.tags, page.published) == (asked.section, asked.tags, asked.published.timestamp())
    assert page.row == row_of(recommender.snapshot, "minister-resigns")


def test_a_link_shows_the_card_its_label_and_its_telling_signals(recommender: Recommender) -> None:
    link = recommender.by_id("flood-town", Rules(k=1)).links[0]
    assert link.card == recommender.snapshot.articles.cards([link.row])[0]
    assert link.shared[0] == "Flood"
    assert link.label == "Also about: " + ", ".join(link.shared[:3])
    assert link.signals["section"] == link.signals["author"] == 1
    # One of one tag and one of two: 1 / sqrt(1 * 2).
    assert link.signals["tags"] == pytest.approx(0.707)
    assert link.score == round(link.score, 4)


@pytest.mark.parametrize("k", [1, 2, 3, 9, 50])
def test_as_many_links_as_asked_for_or_all_there_are(recommender: Recommender, k: int) -> None:
    # Eleven English articles, of which one is the page and two are one text.
    answer = recommender.by_id("flood-town", Rules(k=k))
    assert len(answer.links) == min(k, 9)
    assert answer.fallback == (None if k <= 9 else "fewer_than_asked")


def test_where_nothing_can_be_linked_the_answer_says_so(recommender: Recommender) -> None:
    answer = recommender.by_id("flood-town", Rules(section="Nowhere"))
    assert (answer.links, answer.fallback) == ((), "none_found")


def test_links_that_are_less_probable_than_asked_for_are_left_out(recommender: Recommender) -> None:
    every = recommender.by_id("flood-town", Rules(k=9)).links
    scores = sorted((link.score for link in every), reverse=True)
    answer = recommender.by_id("flood-town", Rules(k=9, min_score=scores[1] - 1e-4))
    assert {link.score for link in answer.links} == set(scores[:2])
    assert answer.fallback == "below_min_score"
    assert recommender.by_id("flood-town", Rules(k=1, min_score=scores[1] - 1e-4)).fallback is None
    assert recommender.by_id("flood-town", Rules(min_score=1)).links == ()
    assert recommender.by_id("flood-town", Rules(section="Nowhere", min_score=1)).fallback == "none_found"


def test_languages_are_asked_in_turn_while_links_are_missing(recommender: Recommender) -> None:
    arabic = [link.card["id"] for link in recommender.by_id("flood-town", Rules(k=9, language="ar")).links]
    english = [link.card["id"] for link in recommender.by_id("flood-town", Rules(k=9, language="en")).links]
    assert ids(recommender.by_id("flood-town", Rules(2, language="ar", then=("en",)))) == arabic[:2]
    both = recommender.by_id("flood-town", Rules(5, language="ar", then=("fr", "en")))
    assert (ids(both)[:3], ids(both)[3], both.fallback) == (arabic, english[0], None)
    few = recommender.by_id("flood-town", Rules(5, language="ar", then=("fr", "de")))
    assert (ids(few), few.fallback) == (arabic, "fewer_than_asked")
    enough = max(link.score for link in few.links) - 1e-4
    again = recommender.by_id("minister-resigns", Rules(50, language="en", then=(ANY,)))
    assert len(set(ids(again)) & BOTH_WALKOUTS) == 1
    cut = recommender.by_id("flood-town", Rules(5, language="ar", then=("fr",), min_score=enough))
    assert (len(cut.links), cut.fallback) == (1, "below_min_score")
    assert recommender.by_id("flood-town", Rules(5, language="fr", then=("de",))).fallback == "none_found"


def test_any_language_is_every_language_at_once(recommender: Recommender) -> None:
    answer = recommender.by_id("flood-town", Rules(k=50, language=ANY))
    assert {link.card["language"] for link in answer.links} == {"en", "ar"}
    assert len(answer.links) == 12
    assert answer.links[0].score == max(link.score for link in answer.links)


def test_of_two_copies_one_is_linked_and_from_neither_the_other(recommender: Recommender) -> None:
    assert len(set(ids(recommender.by_id("minister-resigns", Rules(k=50)))) & BOTH_WALKOUTS) == 1
    for page in BOTH_WALKOUTS:
        assert not set(ids(recommender.by_id(page, Rules(k=50)))) & BOTH_WALKOUTS


@pytest.mark.parametrize("excluded", ["flood-barrier", "https://www.news.example/2026/09/06/flood-barrier/"])
def test_what_is_excluded_by_id_or_by_address_is_not_linked(recommender: Recommender, excluded: str) -> None:
    usual, without = (recommender.by_id("flood-town", Rules(3, exclude=frozenset(x))) for x in ([], [excluded]))
    assert "flood-barrier" in ids(usual)
    assert "flood-barrier" not in ids(without)
    assert len(without.links) == 3


def test_an_excluded_text_takes_its_copies_with_it(recommender: Recommender) -> None:
    rules = Rules(k=50, exclude=frozenset(["harbour-walkout-wire", "unknown", ""]))
    assert not set(ids(recommender.by_id("minister-resigns", rules))) & BOTH_WALKOUTS


def test_an_unseen_text_gets_the_links_of_its_topic(recommender: Recommender) -> None:
    answer = about(recommender, Rules(k=2), title="Measles spreads", text="More measles in schools.")
    assert set(ids(answer)) == {"measles-school", "measles-vaccine"}
    assert answer.page.row is None
    assert answer.page.url is None


def test_a_copy_of_an_unseen_text_is_not_linked_under_any_headline(recommender: Recommender) -> None:
    answer = about(recommender, Rules(k=50), title="Port at a standstill", text=row("harbour-walkout")["text"])
    assert len(answer.links) == 9
    assert not set(ids(answer)) & BOTH_WALKOUTS


@pytest.mark.parametrize("name", [{"id": "flood-town"}, {"url": "http://www.news.example/2026/09/05/flood-town/"}])
def test_a_stored_article_given_as_text_is_not_linked_from_itself(
    recommender: Recommender, name: dict[str, str]
) -> None:
    answer = about(recommender, Rules(k=50), title="Rewritten from top to bottom", text="flood barrier", **name)
    assert ids(answer)[0] == "flood-barrier"
    assert "flood-town" not in ids(answer)


def test_what_is_known_of_an_unseen_text_counts(recommender: Recommender) -> None:
    bare = {"title": "Nothing is known here", "text": "Something else entirely."}
    carried = bare | {"tags": ["Space"], "section": "Science"}
    answer = about(recommender, Rules(k=2), **carried)
    assert ids(answer)[0] == "moon-landing"
    assert answer.links[0].label == "Also about: Space"
    assert answer.links[0].shared == ("Space",)
    assert answer.links[0].score > about(recommender, Rules(k=2), **bare).links[0].score


def test_an_unseen_text_in_no_stated_language_may_lead_to_any(recommender: Recommender) -> None:
    answer = about(recommender, Rules(k=50), title="flood فيضان", language=None)
    assert {link.card["language"] for link in answer.links} == {"en", "ar"}


def test_other_weights_make_another_order(snapshot: Snapshot) -> None:
    nearest = dict.fromkeys(FEATURES, 0) | {"within_a_year": 1}
    only_recent = {"intercept": 0, "coefficients": nearest, "provenance": {}}
    answer = Recommender(snapshot, Weights.of(only_recent)).by_id("measles-vaccine", Rules(k=2))
    assert ids(answer) == ["moon-landing", "measles-school"]


def test_the_same_question_has_the_same_answer(recommender: Recommender) -> None:
    for one in NEWS:
        first = recommender.by_id(one["id"], Rules(k=9)).links
        assert Recommender(replace(recommender.snapshot)).by_id(one["id"], Rules(k=9)).links == first


def test_revisions_at_one_address_are_one_link_and_none_from_each_other(tmp_path: Path) -> None:
    address, again = row("flood-town")["url"], "http://www.news.example/2026/09/05/flood-town/?utm_source=feed"
    revised = row("flood-town") | {"id": "flood-revised", "url": again, "title": "Flood: what is known by noon"}
    revised["published"] = "2026-09-05T12:00:00Z"
    revised["text"] = "The water has begun to fall. The flood took nobody's life, the mayor said at noon."
    paper = edition(tmp_path, revised)
    recommender, both = Recommender(paper), {"flood-town", "flood-revised"}
    assert len(set(paper.duplicates[[row_of(paper, one) for one in both]])) == 2
    for page in both:
        answer = recommender.by_id(page, Rules(k=50))
        assert not set(ids(answer)) & both
        assert (len(answer.links), answer.fallback) == (10, "fewer_than_asked")
    assert ids(recommender.by_id("flood-barrier", Rules(k=3)))[0] in both
    assert len(set(ids(recommender.by_id("flood-barrier", Rules(k=50)))) & both) == 1
    assert not set(ids(recommender.by_id("flood-barrier", Rules(50, exclude=frozenset([address]))))) & both
    in_turn = recommender.by_id("flood-barrier", Rules(50, language="en", then=(ANY,)))
    assert len(set(ids(in_turn)) & both) == 1
    assert ids_of(paper, [recommender.by_url(address, Rules()).page.row or 0]) == ["flood-revised"]
