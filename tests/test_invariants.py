"""What must hold of every answer, for any page and any rules; checked against the rows, not against the index."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from newsroom import NEWS, ToyEmbedder, row
from service import EXTRA, edition

from index.address import canonical_url, url_key
from index.meaning import embed_articles
from recommender.links import ANY, Rules
from recommender.related import Recommender
from recommender.responses import answer_body, encode
from recommender.texts import unseen_article

REVISED = row("flood-town") | {
    "id": "flood-revised",
    "url": "http://www.news.example/2026/09/05/flood-town/?utm_source=feed",
    "title": "What is known of the flood by noon",
    "text": "The water has begun to fall. The flood took nobody's life, the mayor said at noon.",
}
ROWS: dict[str, dict[str, Any]] = {one["id"]: one for one in [*NEWS, *EXTRA, REVISED]}
ONE_TEXT = [{"harbour-walkout", "harbour-walkout-wire"}, {"flood-town", "flood-revised"}]
ADDRESSES = [one["url"] for one in ROWS.values() if one.get("url")]
SECTIONS = ["Politics", "business", "WEATHER", "سياسة", "Nowhere"]


def moment(text: str) -> float:
    parsed = datetime.fromisoformat(text)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()


MOMENTS = [moment("2026-01-01"), *sorted(moment(one["published"]) for one in ROWS.values() if one["published"])]


def sometimes(values: list[Any]) -> st.SearchStrategy[Any]:
    return st.none() | st.sampled_from(values)


RULES = st.builds(
    Rules,
    k=st.integers(1, 12) | st.just(50),
    section=st.none() | sometimes(SECTIONS),
    language=st.none() | sometimes(["en", "ar", "de", "fr", ANY]),
    then=st.just(()) | st.sampled_from([("ar",), ("fr", "en"), ("de", ANY), (ANY, "en")]),
    after=sometimes(MOMENTS),
    before=sometimes(MOMENTS),
    exclude=st.frozensets(st.sampled_from([*ROWS, *ADDRESSES, "unknown", "", "https://x.example/"]), max_size=6),
    min_score=st.sampled_from([0.0, 0.0, 0.01, 0.2, 0.9]),
)
UNSEEN = st.fixed_dictionaries(
    {"title": st.sampled_from(["A minister and a flood", "goal", "Nothing", "فيضان"])},
    optional={
        "text": st.sampled_from([one["text"] for one in ROWS.values()]),
        "language": st.sampled_from(["en", "ar", "fr"]),
        "id": st.sampled_from([*ROWS, "mine"]),
        "url": st.sampled_from([*ADDRESSES, "https://elsewhere.example/"]),
        "published": st.sampled_from(["2026-09-03", "2031-01-01"]),
        "tags": st.lists(st.sampled_from(["Flood", "harbour", "x"]), max_size=3),
    },
)


Ask = Callable[[dict[str, Any], Rules], dict[str, Any]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """The body for a stored article (only its id is given) or for a text; always from a new recommender."""
    paper = edition(tmp_path_factory.mktemp("invariants"), REVISED)

    def body(page: dict[str, Any], rules: Rules) -> dict[str, Any]:
        recommender = Recommender(paper)
        if page.keys() == {"id"}:
            return answer_body(paper, recommender.by_id(page["id"], rules), rules)
        article = unseen_article(page)
        return answer_body(paper, recommender.by_text(article, embedded(article.title, article.text), rules), rules)

    return body


@cache
def embedded(title: str, text: str) -> Any:
    return embed_articles(ToyEmbedder(), [unseen_article({"title": title, "text": text})])[0]


PAGES = st.sampled_from([{"id": article_id} for article_id in ROWS]) | UNSEEN


def same_as(page: dict[str, Any]) -> set[str]:
    """Ids of what is the page itself or the same text, by id, by address and by text."""
    stored = ROWS.get(page.get("id", ""), {}) if page.keys() == {"id"} else page
    key = url_key(stored.get("url") or "none")
    own = {one["id"] for one in ROWS.values() if one["id"] == page.get("id") or url_key(one.get("url") or "") == key}
    # A headline weighs more than two sentences: only longer bodies are told to be the same under another one.
    own |= {one["id"] for one in ROWS.values() if len(one["text"]) > 200 and one["text"] == stored.get("text")}
    return own.union(*(group for group in ONE_TEXT if group & own))


@settings(max_examples=250)
@given(page=PAGES, rules=RULES)
@example(
    page={"title": "A minister and a flood", "text": row("minister-resigns")["text"], "id": "flood-town"},
    rules=Rules(k=12),
)
def test_an_answer_never_breaks_a_rule_and_never_repeats_the_page_or_itself(
    ask: Ask, page: dict[str, Any], rules: Rules
) -> None:
    body = ask(page, rules)
    linked = [ROWS[item["id"]] for item in body["items"]]
    names = [one["id"] for one in linked]
    own = (ROWS[page["id"]] if page.keys() == {"id"} else page).get("language")
    spoken = {rules.language or own or rules.one_language, *rules.then}

    assert not set(names) & same_as(page)
    assert not set(names) & rules.exclude
    assert not {url_key(one["url"]) for one in linked if one.get("url")} & {url_key(name) for name in rules.exclude}
    assert all(len(group & set(names)) <= 1 for group in ONE_TEXT)
    assert len(set(names)) == len(names) <= rules.k

    for one in linked:
        assert spoken & {None, ANY} or one.get("language") in spoken | ({None} if rules.language is None else set())
        assert rules.section is None or one["section"].casefold() == rules.section.casefold()
        dated = moment(one["published"]) if one["published"] else None
        assert rules.after is None or (dated is not None and dated >= rules.after)
        assert rules.before is None or (dated is not None and dated < rules.before)


@given(page=PAGES, rules=RULES)
def test_every_link_is_ready_to_be_shown(ask: Ask, page: dict[str, Any], rules: Rules) -> None:
    body = ask(page, rules)
    for position, item in enumerate(body["items"], start=1):
        stored = ROWS[item["id"]]
        assert (item["position"], item["title"]) == (position, stored["title"])
        assert item["url"] == (canonical_url(stored["url"]) if stored["url"] else f"urn:article:{item['id']}")
        assert rules.min_score - 5e-5 <= item["score"] <= 1
        assert item["why"]["label"] is None or item["why"]["label"].startswith(("Also about: ", "Also in "))
        assert item["relation"] in {"same_story", "follow_up", "background"}
    assert body["returned"] == len(body["items"])
    missing = {0: {"none_found"}, rules.k: {None}}.get(body["returned"], {"fewer_than_asked"})
    assert body["fallback"] in missing | ({"below_min_score"} if rules.min_score and missing != {None} else set())


@given(page=PAGES, rules=RULES)
def test_the_same_question_has_the_same_bytes(ask: Ask, page: dict[str, Any], rules: Rules) -> None:
    again = replace(rules, exclude=frozenset(sorted(rules.exclude, reverse=True)))
    assert encode(ask(page, rules)) == encode(ask(dict(page), again))


@given(page=PAGES, rules=RULES)
def test_there_are_as_many_links_as_asked_for_wherever_there_are_as_many_to_show(
    ask: Ask, page: dict[str, Any], rules: Rules
) -> None:
    few, all_there_are = (ask(page, Rules(k, rules.section, rules.language)) for k in (rules.k, 50))
    assert few["returned"] == min(rules.k, all_there_are["returned"])


@given(page=st.sampled_from(list(ROWS)), name=st.sampled_from(list(ROWS)))
def test_excluding_what_was_not_linked_changes_no_link(ask: Ask, page: str, name: str) -> None:
    usual = ask({"id": page}, Rules())["items"]
    without = ask({"id": page}, Rules(exclude=frozenset([name])))["items"]
    groups = [group for group in ONE_TEXT if name in group] or [{name}]
    if not groups[0] & {item["id"] for item in usual}:
        assert [item["id"] for item in without] == [item["id"] for item in usual]
