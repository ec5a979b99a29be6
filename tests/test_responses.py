"""An answer as JSON: every field, names for answers that stay the same, and bytes."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from newsroom import ToyEmbedder, row

from index.meaning import embed_articles
from index.snapshot import Snapshot
from recommender.links import Answer, Page, Rules
from recommender.related import Recommender
from recommender.responses import answer_body, article_body, encode, request_id, zulu
from recommender.texts import unseen_article

RULES = Rules(k=1, section="Business")
OTHER_RULES = [
    replace(RULES, k=2),
    replace(RULES, section="Politics"),
    replace(RULES, section=None),
    replace(RULES, language="en"),
    replace(RULES, after=0.0),
    replace(RULES, before=4e9),
    replace(RULES, min_score=0.1),
    replace(RULES, exclude=frozenset(["a"])),
    replace(RULES, exclude=frozenset(["a", "b"])),
]


@pytest.fixture
def answer(snapshot: Snapshot) -> Answer:
    return Recommender(snapshot).by_id("minister-resigns", replace(RULES, exclude=frozenset()))


def unseen(snapshot: Snapshot, **fields: Any) -> Page:
    article = unseen_article({"title": "Flood", "text": "flood"} | fields)
    return Recommender(snapshot).unseen(article, embed_articles(ToyEmbedder(), [article])[0])


def test_a_body_says_all_there_is_to_say(snapshot: Snapshot) -> None:
    rules = Rules(k=2, section="Business")
    body = answer_body(snapshot, Recommender(snapshot).by_id("minister-resigns", rules), rules)
    link = body["items"][0]
    walkout = row("harbour-walkout" if link["id"] == "harbour-walkout" else "harbour-walkout-wire")
    assert body == {
        "request_id": body["request_id"],
        "index": {"version": snapshot.version, "built_at": zulu(snapshot.manifest["built_at"])},
        "source": {
            "id": "minister-resigns",
            "url": "https://news.example/2026/09/01/minister-resigns",
            "title": "Minister resigns over harbour contract",
            "published_at": row("minister-resigns")["published"].replace("+00:00", "Z"),
            "language": "en",
            "known": True,
        },
        "items": [
            {
                "position": 1,
                "id": walkout["id"],
                "url": walkout["url"],
                "title": walkout["title"],
                "published_at": walkout["published"].replace("+00:00", "Z"),
                "section": "Business",
                "language": "en",
                "image": walkout.get("image"),
                "excerpt": None,
                "score": link["score"],
                "relation": link["relation"],
                "why": link["why"],
            }
        ],
        "returned": 1,
        "fallback": "fewer_than_asked",
    }
    assert 0 < link["score"] < 1
    assert link["why"]["signals"]["tags"] > 0
    assert link["why"]["shared"][0] == "Harbour"
    assert link["why"]["label"] == "Also about: " + ", ".join(link["why"]["shared"][:3])


def test_an_article_that_lacks_everything_is_shown_with_nulls() -> None:
    named = {"id": "a", "url": "urn:article:a", "title": "T"}
    lacking = dict.fromkeys(("published", "section", "language", "image", "excerpt", "author"), None)
    nulls = dict.fromkeys(("published_at", "section", "language", "image", "excerpt"), None)
    assert article_body(named | lacking | {"tags": []}) == named | nulls


def test_the_same_question_has_the_same_bytes(snapshot: Snapshot) -> None:
    def bytes_now() -> bytes:
        return encode(answer_body(snapshot, Recommender(snapshot).by_id("minister-resigns", Rules()), Rules()))

    assert bytes_now() == bytes_now()


def test_bytes_are_compact_utf8_in_any_script() -> None:
    assert encode({"title": "إضراب “x”", "n": [1, None]}) == '{"title":"إضراب “x”","n":[1,null]}'.encode()
    assert json.loads(encode({"a": 0.5})) == {"a": 0.5}


def test_a_request_has_a_short_name_of_its_own(answer: Answer) -> None:
    name = request_id("v", answer.page, RULES)
    assert len(name) == 24
    assert int(name, 16) >= 0
    assert name == request_id("v", answer.page, Rules(k=1, section="Business"))


def test_every_rule_and_the_version_change_the_name_of_a_request(answer: Answer) -> None:
    names = [request_id("v", answer.page, rules) for rules in (RULES, *OTHER_RULES)]
    assert len({*names, request_id("w", answer.page, RULES)}) == len(OTHER_RULES) + 2


def test_the_order_of_what_is_excluded_does_not_change_the_name(answer: Answer) -> None:
    one, two = (replace(RULES, exclude=frozenset(names)) for names in ("abc", "cba"))
    assert request_id("v", answer.page, one) == request_id("v", answer.page, two)


def test_another_page_is_another_request(snapshot: Snapshot) -> None:
    names = {request_id("v", Recommender(snapshot).stored(row), RULES) for row in range(len(snapshot))}
    assert len(names) == len(snapshot)


def test_a_stored_page_needs_no_vector_for_its_name(answer: Answer) -> None:
    lazy = replace(answer.page, probe=lambda: pytest.fail("the probe was made"))
    assert request_id("v", lazy, RULES) == request_id("v", answer.page, RULES)


@pytest.mark.parametrize(
    "known",
    [
        {"text": "flood and moon"},
        {"title": "Floods"},
        {"language": "en"},
        {"published": "2026-09-01"},
        {"section": "Weather"},
        {"tags": ["Flood"]},
        {"author": "Lena Okoro"},
        {"id": "x2"},
        {"url": "https://news.example/x"},
    ],
    ids=lambda known: next(iter(known)),
)
def test_whatever_is_known_of_an_unseen_text_changes_the_name(snapshot: Snapshot, known: dict[str, Any]) -> None:
    plain = request_id("v", unseen(snapshot, id="x"), RULES)
    assert plain == request_id("v", unseen(snapshot, id="x"), RULES)
    assert plain != request_id("v", unseen(snapshot, **({"id": "x"} | known)), RULES)


def test_the_source_of_an_unseen_text_is_not_known_and_has_no_address(snapshot: Snapshot) -> None:
    page = unseen(snapshot, language="ar")
    body = answer_body(snapshot, Answer(page, (), "none_found"), RULES)
    assert np.isnan(page.published)
    told = {"title": "Flood", "published_at": None, "language": "ar", "known": False}
    assert body["source"] == {"id": page.id, "url": None} | told
    assert str(page.id).startswith("text-")
    assert (body["items"], body["returned"], body["fallback"]) == ([], 0, "none_found")


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        ("2026-09-14T07:45:00+00:00", "2026-09-14T07:45:00Z"),
        ("2026-09-14T07:45:00.250000+00:00", "2026-09-14T07:45:00.250000Z"),
        (None, None),
    ],
)
def test_moments_are_written_as_rfc_3339_with_a_z(moment: str | None, written: str | None) -> None:
    assert zulu(moment) == written
