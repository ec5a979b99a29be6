"""Questions about texts at the command line: a title, an article on standard input, and what is wrong with them."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from newsroom import ToyEmbedder, row
from service import toy_texts

from recommender import asking, cli
from recommender.asking import Asked, answer
from recommender.counts import DEFAULT_K
from recommender.failures import UsageError
from recommender.texts import TextEmbedder

NO_RULES: dict[str, Any] = {
    "k": DEFAULT_K,
    "section": None,
    "language": None,
    "after": None,
    "before": None,
    "exclude": [],
    "min_score": 0.0,
}


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = toy_texts(monkeypatch)
    monkeypatch.setattr(asking, "TextEmbedder", lambda: texts)


def ids(body: dict[str, Any]) -> list[str]:
    return [item["id"] for item in body["items"]]


def test_a_title_alone_is_enough(built: Path) -> None:
    body = answer(built, Asked(title="The minister and the harbour"), NO_RULES)
    assert body["source"]["title"] == "The minister and the harbour"
    assert body["source"]["known"] is False
    assert body["returned"] == 3


def test_a_text_makes_a_title_clearer(built: Path) -> None:
    body = answer(built, Asked(title="Spots", text="measles, measles"), NO_RULES | {"k": 2, "language": "EN"})
    assert set(ids(body)) == {"measles-school", "measles-vaccine"}
    assert body["source"]["language"] == "en"


def test_an_article_on_standard_input_may_be_an_object_with_all_that_is_known(built: Path) -> None:
    given = row("harbour-walkout") | {"id": "elsewhere", "url": None, "title": "Port at a standstill"}
    body = answer(built, Asked(stdin=" \n" + json.dumps(given)), NO_RULES | {"k": 50})
    assert not set(ids(body)) & {"harbour-walkout", "harbour-walkout-wire"}
    assert body["items"][0]["why"]["label"] == "Also about: Harbour"
    assert body["source"] == {
        "id": "elsewhere",
        "url": "urn:article:elsewhere",
        "title": "Port at a standstill",
        "published_at": "2026-09-03T06:00:00Z",
        "language": "en",
        "known": False,
    }


def test_an_article_on_standard_input_may_be_plain_text_with_its_title_first(built: Path) -> None:
    body = answer(built, Asked(stdin="\nMeasles {again}\n\nMore measles.\nIn schools.\n"), NO_RULES | {"k": 2})
    assert body["source"]["title"] == "Measles {again}"
    assert set(ids(body)) == {"measles-school", "measles-vaccine"}


def test_the_language_rule_stands_in_for_a_language_that_is_not_given(built: Path) -> None:
    rules = NO_RULES | {"language": "ar"}
    assert answer(built, Asked(stdin="فيضان"), rules)["source"]["language"] == "ar"
    given = json.dumps({"title": "فيضان", "language": "en"})
    assert answer(built, Asked(stdin=given), rules)["source"]["language"] == "en"


@pytest.mark.parametrize(("language", "own"), [("*", None), ("AR,en", "ar"), ("*,en", None)])
def test_of_several_languages_a_text_is_taken_to_be_in_the_first_or_in_none(
    built: Path, language: str, own: str | None
) -> None:
    body = answer(built, Asked(title="flood فيضان"), NO_RULES | {"language": language, "k": 50})
    assert body["source"]["language"] == own
    assert {item["language"] for item in body["items"]} == {"en", "ar"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked(stdin='{"title": '), "standard input: not JSON (Expecting value"),
        (Asked(stdin=""), "field title: None is missing or empty; every article needs a title"),
        (Asked(title=" "), "field title: ' ' is blank; every article needs a title"),
        (Asked(stdin='{"title": "T", "url": "ftp://x"}'), "field url: 'ftp://x' is no web address"),
        (Asked(), "say which article"),
        (Asked(article_id="a", url="b"), "say which article"),
    ],
)
def test_what_is_no_question_is_wrong_use(built: Path, asked: Asked, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        answer(built, asked, NO_RULES)
    assert str(refused.value).startswith(said)


def test_a_dash_reads_standard_input_and_anything_else_there_is_wrong_use(
    built: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"Goal\nA goal \xff and another goal.")))
    monkeypatch.setattr("sys.argv", ["recommender", "--home", str(built), "related", "-", "--json"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0
    assert json.loads(capsys.readouterr().out)["source"]["title"] == "Goal"
    monkeypatch.setattr("sys.argv", ["recommender", "--home", str(built), "related", "goal"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2


def test_the_toy_embeds_what_the_command_was_given(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    embedders: list[ToyEmbedder] = []

    def load(_: object) -> ToyEmbedder:
        embedders.append(ToyEmbedder())
        return embedders[-1]

    monkeypatch.setattr(asking, "TextEmbedder", lambda: TextEmbedder(load))
    answer(built, Asked(title="T", text="x"), NO_RULES)
    answer(built, Asked(article_id="flood-town"), NO_RULES)
    assert [embedder.asked for embedder in embedders] == [["T\nx"]]
