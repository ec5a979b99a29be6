"""The settings file: what it says is what is done, and what it may not say is named."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from index.gates import Limits
from index.politeness import Policy
from index.sources import Source
from recommender.settings import Settings, SettingsError, SourceSettings, read_settings

WHOLE = """
site = "The Calder Post"
home = "index"
model = "distiluse"

[fetch]
user_agent = "calder-bot/1.0"
concurrency = 4
delay_s = 0.25
allow_private = true

[limits]
texts_per_minute = 0

[[source]]
place = "feed:https://calderpost.example/feed"

[[source]]
place = "posts.csv"
columns = {title = "headline"}

[[source]]
place = "postgresql://reader:${CALDER_PASSWORD}@db.example/news"
query = "select * from posts"
"""


def settings(folder: Path, text: str) -> Settings:
    (folder / "recommender.toml").write_text(text, encoding="utf-8")
    return read_settings(folder / "recommender.toml")


def test_a_whole_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALDER_PASSWORD", "s3cret")
    read = settings(tmp_path, WHOLE)
    assert (read.site, read.home, read.model) == ("The Calder Post", tmp_path / "index", "distiluse")
    assert read.policy == Policy("calder-bot/1.0", concurrency=4, delay_s=0.25, allow_private=True)
    assert read.limits.model_dump() == {"texts_per_minute": 0, "writes_per_minute": 600}
    assert read.sources(tmp_path) == [
        Source("feed:https://calderpost.example/feed"),
        Source(str(tmp_path / "posts.csv"), {"title": "headline"}),
        Source("postgresql://reader:s3cret@db.example/news", {}, "select * from posts"),
    ]


def test_an_empty_file_says_what_no_file_says(tmp_path: Path) -> None:
    assert settings(tmp_path, "") == Settings(home=tmp_path / "var")
    assert Settings().policy == Policy()


def test_a_password_is_in_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALDER_PASSWORD", "s3cret")
    names = [source.name for source in settings(tmp_path, WHOLE).sources(tmp_path)]
    assert names[2] == "postgresql://reader:***@db.example/news"
    assert Source("https://calderpost.example/feed?a=b:c@d").name == "https://calderpost.example/feed?a=b:c@d"


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("posts.jsonl", "{}/posts.jsonl"),
        ("pages:saved", "pages:{}/saved"),
        ("/srv/posts.jsonl", "/srv/posts.jsonl"),
        ("markdown:/srv/site", "markdown:/srv/site"),
        ("https://a.example/feed", "https://a.example/feed"),
        ("sitemap:https://a.example/map", "sitemap:https://a.example/map"),
        ("sqlite:///news.db", "sqlite:///news.db"),
        ("-", "-"),
    ],
)
def test_files_are_looked_for_beside_the_settings(tmp_path: Path, place: str, found: str) -> None:
    (source,) = settings(tmp_path, f"[[source]]\nplace = '{place}'").sources(tmp_path)
    assert source.place == found.format(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sit = 'x'", "sit: no such setting; there are site, home, model, source, fetch, gates, serve, limits"),
        ("[[source]]\nplace = 'x'\nurl = 'y'", "source.0.url: no such setting; there are place, columns, query"),
        ("[[source]]\nplace = ''", "source.0.place: String should have at least 1 character, not ''"),
        ("[[source]]\nurl = 'x'", "source.0.place: Field required"),
        ("[fetch]\ndelay_s = -1", "fetch.delay_s: Input should be greater than or equal to 0, not -1"),
        ("[fetch]\nuser_agent = ' '", "fetch.user_agent: String should match pattern"),
        ("[gates]\nrecall = 95", "gates.recall: Input should be less than or equal to 1, not 95"),
        ("site = ", "not TOML ("),
        ("source = 3", "source: Input should be a valid list, not 3"),
    ],
)
def test_what_is_wrong_is_named_with_its_file_and_field(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        settings(tmp_path, text)
    assert str(tmp_path / "recommender.toml") in str(caught.value)
    assert said in str(caught.value)


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere.toml: cannot be read .*; `recommender init URL` writes one"):
        read_settings(tmp_path / "nowhere.toml")
    (tmp_path / "recommender.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings(tmp_path / "recommender.toml")


def test_an_environment_variable_that_is_not_set_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CALDER_PASSWORD", raising=False)
    with pytest.raises(SettingsError, match=r"\$\{CALDER_PASSWORD\}: no such environment variable; set it before"):
        settings(tmp_path, WHOLE).sources(tmp_path)


def test_gates_are_set_one_by_one(tmp_path: Path) -> None:
    assert settings(tmp_path, "").gate_limits == Limits(shrink=0.2, recall=0.95, broken=0.01, worse=0.02)
    assert settings(tmp_path, "[gates]\nshrink = 0.5\nworse = 0").gate_limits == Limits(shrink=0.5, worse=0)


def test_the_documentation_shows_every_setting_with_what_holds_without_it(tmp_path: Path) -> None:
    shown = (
        (Path(__file__).parents[1] / "docs" / "settings.md").read_text("utf-8").split("```toml\n")[1].split("```")[0]
    )
    told, without = settings(tmp_path, shown), settings(tmp_path, "")
    assert told.model_copy(update={"site": None, "source": []}) == without
    assert {one for source in told.source for one in source.model_fields_set} == set(SourceSettings.model_fields)
    for name, table in told:
        assert not isinstance(table, BaseModel) or table.model_fields_set == set(type(table).model_fields), name
    assert told.model_fields_set == set(Settings.model_fields)


def test_a_settings_file_that_never_ends_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"^/dev/zero: not TOML \(over 1,000,000 characters\)"):
        read_settings(Path("/dev/zero"))
