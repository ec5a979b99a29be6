"""Languages that are found where none is stated, and the warning where the model does not speak them."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from newsroom import NEWS, ToyModel, article, build_toy

from index import languages
from index.languages import counted, detected, unspoken
from index.models import DEFAULT_MODEL, MULTILINGUAL_MODEL, ModelFiles
from index.releases import Releases
from index.snapshot import Snapshot, open_snapshot
from recommender import doctor
from recommender.doctor import examine
from recommender.texts import unseen_article

WARNING = "3 of 14 articles are in ar, which all-MiniLM-L6-v2 does not speak; use --model multilingual"

Source = Callable[[Iterable[object]], Path]


@pytest.mark.parametrize(
    ("title", "text", "language"),
    [
        ("Flood drives hundreds from their homes", "Boats took four hundred people off their roofs.", "en"),
        ("فيضان يغمر المدينة القديمة", "غمر فيضان المدينة القديمة ليلا. ونقلت القوارب أربعمئة شخص من السطوح.", "ar"),
        ("Las inundaciones dejan cientos de desplazados", "Los vecinos pasaron la noche en los tejados.", "es"),
        ("Hochwasser vertreibt Hunderte", "Die Boote holten vierhundert Menschen von den Dächern.", "de"),
    ],
)
def test_the_language_of_title_and_lead_is_found(title: str, text: str, language: str) -> None:
    assert detected(article(title=title, text=text)) == replace(article(title=title, text=text), language=language)


def test_a_stated_language_is_kept_whatever_the_text() -> None:
    stated = article(title="Flood drives hundreds from their homes", language="fr")
    assert detected(stated) is stated


@pytest.mark.parametrize(("letters", "asked"), [("a" * 24 + " 1234567890", 0), ("a" * 25, 1)])
def test_too_few_letters_tell_nothing(letters: str, asked: int, monkeypatch: pytest.MonkeyPatch) -> None:
    identifier = Identifier("en", 0.9)
    monkeypatch.setattr(languages, "_identifier", lambda: identifier)
    detected(article(title=letters))
    assert len(identifier.asked) == asked


class Identifier:
    """Answers what it was made with, and remembers what it was asked."""

    def __init__(self, language: str, probability: float) -> None:
        self.answer, self.asked = (language, probability), list[str]()

    def classify(self, text: str) -> tuple[str, float]:
        self.asked.append(text)
        return self.answer


@pytest.mark.parametrize(
    ("answer", "language"),
    [(("en", 0.5), "en"), (("en", 0.49), None), (("arz", 0.9), "ar"), (("yue", 0.9), "zh"), (("zxx", 0.9), None)],
)
def test_an_unsure_answer_is_none_and_dialects_are_filed_under_their_language(
    answer: tuple[str, float], language: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    identifier = Identifier(*answer)
    monkeypatch.setattr(languages, "_identifier", lambda: identifier)
    assert detected(article(title="T" * 30, text="x" * 1000)).language == language
    assert identifier.asked == ["T" * 30 + "\n" + "x" * 600]


def test_an_unseen_text_gets_its_language_too_and_keeps_its_name() -> None:
    row = {"title": "Flood drives hundreds from their homes", "text": "Boats took people off their roofs."}
    assert unseen_article(row).language == "en"
    assert unseen_article(row).id == unseen_article(row | {"language": "en"}).id
    assert unseen_article(row | {"url": "https://news.example/a"}).language == "en"


def test_a_build_detects_counts_and_repeats_itself(home: Path, source: Source) -> None:
    path = source([{name: value for name, value in row.items() if name != "language"} for row in NEWS])
    report = build_toy(home, path)
    assert report.languages_detected == 14
    snapshot = open_snapshot(Releases(home).current_path())
    assert counted(snapshot.space, snapshot.articles) == {"en": 11, "ar": 3}
    again = build_toy(home, path)
    assert (again.unchanged, again.changed, again.published) == (14, 0, False)


def test_languages_are_counted_and_those_of_none_left_out(snapshot: Snapshot) -> None:
    assert counted(snapshot.space, snapshot.articles) == {"en": 11, "ar": 3}
    space = replace(snapshot.space, language=snapshot.space.language.copy())
    space.language[:] = languages.UNKNOWN
    assert counted(space, snapshot.articles) == {}


def test_the_warning_names_the_languages_and_the_remedy() -> None:
    assert unspoken(DEFAULT_MODEL, {"en": 128, "ar": 18}, 146) == [
        "18 of 146 articles are in ar, which all-MiniLM-L6-v2 does not speak; use --model multilingual"
    ]
    assert unspoken(DEFAULT_MODEL, {"ar": 900, "fr": 80, "es": 60, "de": 1, "en": 1}, 1100) == [
        (
            "1,041 of 1,100 articles are in ar, fr, es and others, which all-MiniLM-L6-v2 does not speak; "
            "use --model multilingual"
        )
    ]
    assert unspoken(MULTILINGUAL_MODEL, {"en": 5, "sw": 10}, 15) == [
        (
            "10 of 15 articles are in sw, which universal-sentence-encoder-multilingual does not speak; "
            "words alone relate them; use a model of that language"
        )
    ]


@pytest.mark.parametrize(
    ("model", "found", "articles", "warned"),
    [
        (DEFAULT_MODEL, {"en": 991, "ar": 9}, 1000, False),
        (DEFAULT_MODEL, {"en": 990, "ar": 10}, 1000, True),
        (DEFAULT_MODEL, {"en": 96, "ar": 4}, 100, False),
        (DEFAULT_MODEL, {"en": 95, "ar": 5}, 100, True),
        (DEFAULT_MODEL, {"en": 10}, 10, False),
        (DEFAULT_MODEL, {}, 10, False),
        ("some/model", {"ar": 100}, 100, False),
        (MULTILINGUAL_MODEL, {"ar": 100, "zh": 20}, 120, False),
    ],
)
def test_a_few_articles_or_a_model_nobody_knows_are_not_worth_a_warning(
    model: str, found: dict[str, int], articles: int, warned: bool
) -> None:
    assert bool(unspoken(model, found, articles)) is warned


def test_a_build_warns_also_where_nothing_changed_and_doctor_says_it_without_failing(
    home: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = source(NEWS)
    assert build_toy(home, path, model=ToyModel(DEFAULT_MODEL)).warnings == [WARNING]
    assert build_toy(home, path, model=ToyModel(DEFAULT_MODEL)).warnings == [WARNING]
    monkeypatch.setattr(doctor, "find_model", lambda name: cast("ModelFiles", ToyModel(name)))
    (found,) = [finding for finding in examine(home, DEFAULT_MODEL) if finding.name == "model of the index"]
    assert (found.ok, found.detail) == (True, f"all-MiniLM-L6-v2, 7 numbers, 256 tokens; {WARNING}")


def test_a_build_with_a_model_nobody_knows_does_not_warn(home: Path, source: Source) -> None:
    assert build_toy(home, source(NEWS)).warnings == []
