"""Why not: the near articles that an answer left out, each with its reason."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from newsroom import ToyEmbedder, row
from service import edition

from index.meaning import embed_articles
from index.snapshot import Snapshot
from recommender.api import create_app
from recommender.links import ANY, Rules
from recommender.rejections import SHOWN, rejections
from recommender.related import Recommender
from recommender.texts import unseen_article

LESS = "less probable, or less varied, than the links"
FLOOD = "/v1/related?id=flood-town"


def told(snapshot: Snapshot, article_id: str, rules: Rules) -> list[dict[str, Any]]:
    recommender = Recommender(snapshot)
    return rejections(recommender, recommender.by_id(article_id, rules), rules)


def reasons(snapshot: Snapshot, article_id: str, rules: Rules) -> dict[str, str]:
    return {one["id"]: one["reason"] for one in told(snapshot, article_id, rules)}


def test_each_article_that_is_not_linked_is_told_of_once_with_a_reason(snapshot: Snapshot) -> None:
    links = {link.card["id"] for link in Recommender(snapshot).by_id("flood-town", Rules()).links}
    found = told(snapshot, "flood-town", Rules())
    names = [one["id"] for one in found]
    assert len(names) == len(set(names)) == 14 - 1 - len(links)
    assert not set(names) & (links | {"flood-town"})
    assert all(one["reason"] and one["title"] == row(one["id"])["title"] for one in found)
    assert all(0 <= one["score"] <= 1 for one in found)
    assert len(names) <= SHOWN


@pytest.mark.parametrize(
    ("rules", "article_id", "reason"),
    [
        (Rules(), "ar-flood", "language"),
        (Rules(language="ar"), "flood-barrier", "language"),
        (Rules(k=1), "measles-school", LESS),
        (Rules(section="Health"), "flood-barrier", "section"),
        (Rules(after=1788652800.0), "minister-resigns", "too old"),
        (Rules(before=1788652800.0), "goal-final", "too new"),
        (Rules(before=1788652800.0), "moon-dust", "too new"),
        (Rules(exclude=frozenset(["flood-barrier"])), "flood-barrier", "copy or excluded"),
        (Rules(min_score=0.99), "flood-barrier", "below min_score"),
        (Rules(section="Health", min_score=0.99), "flood-barrier", "section, below min_score"),
    ],
)
def test_a_reason_names_the_rule_that_an_article_broke(
    snapshot: Snapshot, rules: Rules, article_id: str, reason: str
) -> None:
    assert reasons(snapshot, "flood-town", rules)[article_id] == reason


def test_a_copy_of_the_page_and_a_copy_of_a_link_are_told_of_as_such(snapshot: Snapshot) -> None:
    assert reasons(snapshot, "harbour-walkout", Rules())["harbour-walkout-wire"] == "copy or excluded"
    links = {link.card["id"] for link in Recommender(snapshot).by_id("minister-resigns", Rules()).links}
    (other,) = {"harbour-walkout", "harbour-walkout-wire"} - links
    assert reasons(snapshot, "minister-resigns", Rules())[other] == "copy of a link"


def test_over_http_they_are_told_to_who_asks_for_them_and_kept_apart(built: Path, snapshot: Snapshot) -> None:
    client = TestClient(create_app(built))
    plain, debug = client.get(FLOOD), client.get(f"{FLOOD}&debug=true")
    assert debug.json() == plain.json() | {"rejected": told(snapshot, "flood-town", Rules())}
    assert "rejected" not in plain.json()
    assert plain.headers["etag"] != debug.headers["etag"]
    assert client.get(f"{FLOOD}&debug=1", headers={"if-none-match": debug.headers["etag"]}).status_code == 304


def test_languages_that_are_asked_in_turn_are_no_reason(snapshot: Snapshot) -> None:
    rules = Rules(k=1, language="en", then=("ar",))
    assert reasons(snapshot, "flood-town", rules)["ar-flood"] == LESS
    assert reasons(snapshot, "flood-town", Rules(k=1, language="fr", then=("ar",)))["flood-barrier"] == "language"
    assert "language" not in reasons(snapshot, "flood-town", Rules(language=ANY)).values()


def test_a_revision_of_the_page_or_of_a_link_under_another_id_is_told_of_as_such(tmp_path: Path) -> None:
    again = row("flood-town")["url"] + "?utm_source=feed"
    revised = row("flood-town") | {"id": "revised", "url": again, "title": "What is known by noon"}
    paper = edition(tmp_path, revised | {"text": "The water has begun to fall. The flood took nobody's life."})
    same = "same address as the page or a link"
    assert reasons(paper, "flood-town", Rules())["revised"] == same
    assert same in {reasons(paper, "flood-barrier", Rules()).get(one) for one in ("revised", "flood-town")}


def test_of_an_unseen_text_nothing_is_itself(snapshot: Snapshot) -> None:
    recommender, article = Recommender(snapshot), unseen_article({"title": "Flood", "text": "flood", "language": "en"})
    answer = recommender.by_text(article, embed_articles(ToyEmbedder(), [article])[0], Rules())
    assert len(rejections(recommender, answer, Rules())) == 14 - len(answer.links)
