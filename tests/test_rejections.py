"""Why not: the near articles that an answer left out, each with its reason."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from newsroom import row

from index.snapshot import Snapshot
from recommender.api import create_app
from recommender.links import Rules
from recommender.rejections import SHOWN, rejections
from recommender.related import Recommender

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
