"""The commands that build where the gates refuse: exit codes, --force, settings, and what is left on record."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from commands import Run
from newsroom import NEWS, row
from test_gates import shrink

from index.models import ModelError
from recommender import reports

Source = Callable[[Iterable[object]], Path]


def last_report(home: Path) -> dict[str, Any]:
    report = reports.last_report(home)
    assert report is not None
    return report


def test_a_version_that_the_gates_refuse_is_exit_code_3_and_force_publishes_it(
    run: Run, source: Source, home: Path
) -> None:
    old = run("build", source(NEWS), "--json").json["version"]
    shrink(home)
    done = run("build", source([row("flood-barrier")]), "--json", code=3)
    assert done.json["error"]["detail"] == (
        "Not published: 11 articles after 14 are 21.4% fewer, 20% are let through. "
        f"{old} serves on; --force publishes anyway"
    )
    assert run("versions", "--json").json["current"] == old
    report = last_report(home)
    assert (report["outcome"], report["reason"]) == ("refused", done.json["error"]["detail"])
    done = run("build", source([row("flood-barrier")]), "--force", "--json")
    assert (done.json["published"], done.json["overridden"]) == (
        True,
        ["11 articles after 14 are 21.4% fewer, 20% are let through"],
    )
    assert "warning: published although 11 articles after 14 are 21.4% fewer" in done.err
    listed = run("versions", "--json").json["versions"]
    assert [one["report"]["articles"] for one in listed] == [14, 11]
    assert "forced" in run("versions").out.splitlines()[-1]


def test_gates_are_as_strict_as_the_settings_say(
    run: Run, source: Source, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = source(NEWS)
    (tmp_path / "recommender.toml").write_text(f'[gates]\nshrink = 0.25\n[[source]]\nplace = "{path}"\n')
    run("rebuild")
    shrink(home)
    source(NEWS[:1])
    assert run("rebuild", "--json").json["articles"] == 11
    report = last_report(home)
    assert (report["outcome"], report["command"]) == ("published", "rebuild")


def test_a_model_that_cannot_be_found_is_on_record(
    run: Run, source: Source, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: str) -> None:
        raise ModelError("nope: no such model")

    monkeypatch.setattr("index.models.find_model", missing)
    run("build", source(NEWS), "--json", code=1)
    report = last_report(home)
    assert (report["outcome"], report["reason"], report["version"]) == ("failed", "nope: no such model", None)


def test_a_rebuild_whose_settings_cannot_be_used_is_on_record(run: Run, home: Path, tmp_path: Path) -> None:
    path = tmp_path / "some.toml"
    path.write_text('[[source]]\nplace = "postgresql://me:${NO_SUCH_PASSWORD}@db.example/news"\n')
    done = run("rebuild", "--settings", path, "--json", code=2)
    report = last_report(home)
    assert (report["outcome"], report["command"], report["reason"]) == (
        "failed",
        "rebuild",
        done.json["error"]["detail"],
    )
    assert report["reason"].startswith("${NO_SUCH_PASSWORD}: no such environment variable")


def test_so_is_one_whose_settings_are_broken_where_it_runs(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "recommender.toml").write_text("[gates\n")
    run("rebuild", code=2)
    assert last_report(home)["reason"].startswith("recommender.toml: not TOML (")
