"""The command in this process: what each subcommand prints, on which stream, and with which exit code."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from commands import Run
from newsroom import NEWS, row

from index.releases import Releases

Source = Callable[[Iterable[object]], Path]
KEYS = {"version", "articles", "embedded", "skipped", "seconds", "recall_at_10", "new", "changed", "unchanged"}


def test_a_build_reports_what_it_did_as_one_object(run: Run, source: Source, home: Path) -> None:
    done = run("build", source(NEWS), "--json")
    report = done.json
    assert report.keys() >= KEYS
    counts = ("articles", "new", "embedded", "skipped", "copies", "without_url", "recall_at_10")
    assert [report[name] for name in counts] == [14, 14, 14, 0, 1, 1, 1.0]
    assert (report["published"], report["rejected"]) == (True, [])
    assert report["version"] == Releases(home).current()
    assert report["seconds"] > 0
    assert {"read", "embed: 14"} <= set(done.err.splitlines())


def test_a_build_shows_a_table_to_people_and_the_second_says_that_nothing_changed(run: Run, source: Source) -> None:
    first, second = run("build", source(NEWS)), run("build", source(NEWS))
    assert first.out.split()[:5] == ["Built", "version", first.out.split()[2], "articles", "14"]
    assert second.out.startswith("Nothing changed")
    assert run("build", source(NEWS), "--json").json["unchanged"] == 14


def test_bad_rows_are_skipped_named_on_standard_error_and_kept_in_a_file(run: Run, source: Source, home: Path) -> None:
    path = source([{"id": "untitled"}, *NEWS, [1]])
    done = run("build", path, "--json", code=4)
    told = [
        f"{path}, line 1, field title: None is missing or empty; every article needs a title",
        f"{path}, line 16, not a JSON object; write one object a line",
    ]
    assert (done.json["skipped"], done.json["articles"], done.json["rejected"]) == (2, 14, told)
    assert [line for line in done.err.splitlines() if line.startswith("skipped")] == [f"skipped: {x}" for x in told]
    assert (home / "rejected.txt").read_text("utf-8").splitlines() == told
    assert run("versions", "--json").json["current"] == done.json["version"]


def test_of_many_bad_rows_twenty_are_shown_and_all_are_kept(run: Run, source: Source, home: Path) -> None:
    done = run("build", source([*NEWS, *[{}] * 30]), "--json", code=4)
    assert (done.json["skipped"], len(done.json["rejected"])) == (30, 20)
    assert f"skipped: 10 more, all of them in {home / 'rejected.txt'}" in done.err
    assert len((home / "rejected.txt").read_text("utf-8").splitlines()) == 30


def test_a_strict_build_refuses_bad_rows_and_changes_nothing(run: Run, source: Source, home: Path) -> None:
    first = run("build", source(NEWS), "--json").json["version"]
    done = run("build", source([row("flood-town") | {"title": "Changed"}, {}]), "--strict", "--json", code=3)
    assert done.json["error"]["code"] == 3
    assert "1 rows cannot be used and --strict was given; first: " in done.json["error"]["detail"]
    assert "line 2" in done.err
    assert Releases(home).versions() == [first]
    assert run("build", source(NEWS), "--strict", "--json").json["unchanged"] == 14


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("missing.jsonl", "missing.jsonl: no such file or folder; check the path, or give - to read standard input"),
        ("pyproject.toml", "pyproject.toml: unknown kind of source; known endings are "),
    ],
)
def test_a_source_that_cannot_be_read_is_a_failure_in_one_sentence(run: Run, name: str, said: str) -> None:
    done = run("build", name, "--json", code=1)
    assert done.json["error"]["code"] == 1
    assert done.json["error"]["detail"].startswith(said)
    assert f"error: {said}" in done.err


def test_a_build_without_a_good_row_publishes_nothing(run: Run, source: Source, home: Path) -> None:
    assert "no article to build from" in run("build", source([{}]), "--json", code=1).json["error"]["detail"]
    assert Releases(home).versions() == []


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (("--id", "flood-town", "--k", "1"), ["flood-barrier"]),
        (("--url", "http://www.news.example/2026/09/05/flood-town/", "--k", "1"), ["flood-barrier"]),
        (("--id", "flood-town", "--section", "health", "--before", "2026-09-09T08:00Z"), ["measles-school"]),
        (("--id", "flood-town", "--after", "2026-09-10", "--before", "2026-09-11"), ["moon-landing"]),
        (("--id", "flood-town", "--language", "AR", "--section", "طقس"), ["ar-flood"]),
        (("--id", "moon-dust", "--section", "Science", "--exclude", "moon-landing", "--exclude", "x"), []),
    ],
)
def test_links_are_found_by_id_or_address_under_rules(
    run: Run, built: Path, words: tuple[str, ...], ids: list[str]
) -> None:
    body = run("related", *words, "--json", at=built).json
    assert [item["id"] for item in body["items"]] == ids


def test_links_below_a_probability_are_left_out(run: Run, built: Path) -> None:
    body = run("related", "--id", "flood-town", "--min-score", "0.1", "--json", at=built).json
    assert ([item["id"] for item in body["items"]], body["fallback"]) == (["flood-barrier"], "below_min_score")


def test_links_are_shown_to_people_with_their_reasons(run: Run, built: Path) -> None:
    lines = run("related", "--id", "flood-town", "--k", "1", at=built).out.splitlines()
    assert lines[0] == "Read more  for “Flood drives hundreds from their homes”"
    assert lines[1].strip() == "1  Why the flood barrier stayed open"
    assert lines[2].strip().startswith("Weather · 2026-09-06 · ")
    assert "% · Also about: Flood" in lines[2]
    assert lines[3].strip() == "https://news.example/2026/09/06/flood-barrier"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--id", "nope"), 5, "no article with id 'nope' in this index; build with it, or POST its text"),
        (("--url", "https://x.example/"), 5, "no article at 'https://x.example/' in this index"),
        ((), 2, "say which article: give exactly one of --id, --url, --title and -"),
        (("--id", "a", "--title", "b"), 2, "say which article: give exactly one of --id, --url, --title and -"),
        (("--id", "a", "--after", "soon"), 2, "--after: 'soon' is no date; write for example 2026-09-14 or "),
        (("--id", "a", "--before", "0001-01-01T00:00+14:00"), 2, "--before: '0001-01-01T00:00+14:00' is no date"),
        (("--id", "a", "--k", "0"), 2, "wrong use; standard error says how"),
        (("--id", "a", "--nope"), 2, "wrong use; standard error says how"),
    ],
)
def test_questions_that_cannot_be_answered_are_one_object_too(
    run: Run, built: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    done = run("related", *words, "--json", code=code, at=built)
    assert done.json["error"]["code"] == code
    assert done.json["error"]["detail"].startswith(said)
    assert done.err


def test_without_json_an_error_is_only_on_standard_error(run: Run, built: Path) -> None:
    done = run("related", "--id", "nope", code=5, at=built)
    assert done.out == ""
    assert done.err == "error: no article with id 'nope' in this index; build with it, or POST its text\n"
    assert run("related", "--k", "0", code=2, at=built).out == ""


def test_where_nothing_is_built_every_question_says_to_build(run: Run, home: Path) -> None:
    told = f"{home}: nothing is built here yet; run build first, or name another --home"
    assert run("related", "--id", "a", "--json", code=1).json["error"]["detail"] == told
    assert run("versions", "--json").json == {"current": None, "versions": []}
    assert run("versions").out.startswith("No version yet: run build first")


def test_versions_are_listed_and_one_can_be_used_again(run: Run, source: Source) -> None:
    first = run("build", source(NEWS[:9]), "--json").json["version"]
    second = run("build", source(NEWS), "--json").json["version"]
    listed = run("versions", "--json").json
    assert listed["current"] == second
    assert {one["version"]: one["articles"] for one in listed["versions"]} == {first: 9, second: 14}
    assert run("use", first, "--json").json == {"current": first}
    shown = run("versions").out.splitlines()
    assert [line.split()[:2] for line in shown if "→" in line] == [["→", first]]
    assert any(line.split()[0] == second for line in shown)
    assert run("use", second).out == f"{second} is served now\n"
    done = run("use", "nope", "--json", code=1)
    assert done.json["error"]["detail"] == f"nope: no such version; there are: {', '.join(sorted([first, second]))}"


def test_an_error_that_nobody_foresaw_is_a_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("index.releases.Releases.versions", broken)
    with pytest.raises(ZeroDivisionError):
        run("versions", "--json")
