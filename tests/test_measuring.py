"""The commands that measure and learn, in this process: what each prints, writes and refuses, and with which code."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from habits import SECTIONS, habitual
from newsroom import NEWS, build_toy, write_jsonl
from threadpoolctl import threadpool_limits

from index.releases import Releases
from recommender import cli
from recommender.evaluation.rivals import DEFAULT_RIVALS, RIVALS
from recommender.evaluation.run import OURS
from recommender.tuning import FEWEST_PAGES

Run = Callable[..., "Done"]
QUICK = ("--rivals", "newest")
WHOLE = ("--protocol", "whole")


class Done:
    """What a command said."""

    def __init__(self, out: str, err: str) -> None:
        self.out, self.err = out, err

    @property
    def json(self) -> Any:
        """The one object on standard output."""
        assert self.out.count("\n") == 1, self.out
        return json.loads(self.out)


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    # Many small products: threads that wait for each other take longer than one.
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a site of habits; not to be changed."""
    folder = tmp_path_factory.mktemp("habits")
    build_toy(folder / "home", write_jsonl(folder / "site.jsonl", habitual(120)))
    return folder / "home"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], built: Path) -> Run:
    monkeypatch.setenv("COLUMNS", "200")

    def main(*words: object, code: int = 0, at: Path = built) -> Done:
        monkeypatch.setattr(sys, "argv", ["recommender", "--home", str(at), *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        assert int(ended.value.code or 0) == code, out + err
        return Done(out, err)

    return main


@pytest.fixture
def qrels(tmp_path: Path) -> Path:
    path = tmp_path / "judged.tsv"
    path.write_text("flood-barrier flood-town 1\nmoon-landing moon-dust 1\nar-flood ar-harbour 1\n", "utf-8")
    return path


def own(home: Path, tmp_path: Path) -> Path:
    return Path(copytree(home, tmp_path / "own", symlinks=True))


def test_an_evaluation_is_one_object_on_standard_output_and_its_progress_on_the_other(run: Run, qrels: Path) -> None:
    done = run("evaluate", "--qrels", qrels, "--json")
    body = done.json
    assert (body["judgements"], body["queries"], body["protocol"], body["k"]) == (str(qrels), 2, "as-of", 5)
    assert list(body["systems"]) == [OURS, *DEFAULT_RIVALS]
    assert "recommender: 2" in done.err
    assert "prepare tfidf" in done.err


def test_the_corpus_s_own_picks_are_the_judgements_where_none_are_named(run: Run) -> None:
    body = run("evaluate", *WHOLE, "--rivals", "none", "--json").json
    assert (body["judgements"], body["queries"], list(body["systems"])) == ("picks", 1, [OURS])


def test_clicks_can_be_the_judgements(run: Run, tmp_path: Path) -> None:
    clicks = tmp_path / "clicks.tsv"
    clicks.write_text("".join(f"{who}\t{page}\n" for who in "ab" for page in ("flood-town", "goal-final")), "utf-8")
    body = run("evaluate", "--clicks", clicks, *WHOLE, *QUICK, "--measures", "hit@1", "--json").json
    assert body["queries"] == 2
    assert body["systems"]["newest"]["hit@1"] == 0.5


def test_choices_of_pages_measures_and_rivals_are_kept(run: Run, qrels: Path) -> None:
    chosen = ("--sample", 1, "--measures", "hit@1, MRR@2", "--rivals", "newest, random,", "--k", 2)
    body = run("evaluate", "--qrels", qrels, *WHOLE, *chosen, "--json").json
    assert (body["queries"], body["k"], list(body["systems"])) == (1, 2, [OURS, "newest", "random"])
    assert list(body["systems"][OURS]["interval"]) == ["hit@1", "MRR@2"]
    later = run("evaluate", "--qrels", qrels, *WHOLE, "--later", *QUICK, "--json").json
    assert later["queries"] == 2
    same = run("evaluate", "--qrels", qrels, *WHOLE, "--same-section", *QUICK, "--json").json
    assert (same["queries"], same["systems"][OURS]["recall@50"]) == (2, 1)
    assert run("evaluate", "--qrels", qrels, *WHOLE, "--same-language", *QUICK, "--json").json["queries"] == 3


def test_an_evaluation_is_a_table_to_people(run: Run, qrels: Path) -> None:
    done = run("evaluate", "--qrels", qrels, *WHOLE, *QUICK)
    title, head, ours, newest = done.out.splitlines()
    assert title == f"3 pages, whole, judged by {qrels}"
    assert head.split() == ["system", "nDCG@5", "95", "%", "recall@50", "hit@3", "MRR", "precision@3", "p"]
    assert ours.split()[:2] == [OURS, "1.000"]
    assert len(ours.split()) == 7
    assert (newest.split()[0], len(newest.split())) == ("newest", 8)


def test_runs_go_out_and_come_in_as_one_more_system(run: Run, qrels: Path, tmp_path: Path) -> None:
    out, report = tmp_path / "recommender.run", tmp_path / "report.html"
    asked = ("evaluate", "--qrels", qrels, *WHOLE, *QUICK, "--json")
    first = run(*asked, "--run-out", out, "--report", report).json
    assert out.read_text("utf-8").startswith("ar-flood\tQ0\tar-harbour\t1\t1.000000\trecommender\n")
    assert "<!doctype html>" in report.read_text("utf-8").lower()
    # Of the same name as ours: it must not take our place.
    second = run(*asked, "--run", out).json["systems"]
    assert list(second) == [OURS, "newest", "recommender (run)"]
    measures = list(second[OURS]["interval"])
    again = second["recommender (run)"]
    assert {name: again[name] for name in measures} == {name: first["systems"][OURS][name] for name in measures}
    assert again["p_against_ours"] == dict.fromkeys(measures, 1.0)
    other = out.rename(tmp_path / "other.run")
    assert list(run(*asked, "--run", other).json["systems"]) == [OURS, "newest", "other"]


def test_a_report_on_enough_pages_compares_sections_and_months(run: Run, site: Path, tmp_path: Path) -> None:
    run("evaluate", *QUICK, "--later", "--report", tmp_path / "report.html", at=site)
    html = (tmp_path / "report.html").read_text("utf-8")
    assert all(said in html for said in ("By section", "By month of the page", "Ages of the links", *SECTIONS))


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--rivals", "oracle"), 2, f"--rivals: 'oracle' is none; there are {', '.join(RIVALS)}"),
        (("--measures", "F1"), 2, "--measures: 'F1' is no measure; write one of nDCG, recall, precision, hit, MRR, "),
        (("--measures", ""), 2, "--measures: '' is no measure"),
        (("--measures", "recall@100"), 2, "--measures: 'recall@100' looks too far; lists of 50 links are measured"),
        (("--protocol", "future"), 2, "--protocol: 'future' is none; write as-of or whole"),
        (("--qrels", "a", "--clicks", "b"), 2, "give --qrels or --clicks, not both"),
        (("--qrels", "/none"), 1, "/none: cannot be read ("),
        (("--run", "/none", *WHOLE), 1, "/none: cannot be read ("),
        ((), 1, "picks: no judged page is left under this protocol; try --protocol whole"),
        ((*WHOLE, "--report", "/none/report.html"), 1, "/none/.report.html."),
    ],
)
def test_an_evaluation_that_cannot_be_is_refused_in_one_sentence(
    run: Run, words: tuple[str, ...], code: int, said: str
) -> None:
    rivals = () if "--rivals" in words else QUICK
    done = run("evaluate", *words, *rivals, "--json", code=code)
    error = done.json["error"]
    assert error["code"] == code
    assert error["detail"].startswith(said)
    assert f"error: {said}" in done.err


@pytest.mark.parametrize("command", ["evaluate", "tune"])
def test_where_nothing_is_built_there_is_nothing_to_measure(run: Run, home: Path, command: str) -> None:
    assert "nothing is built here yet" in run(command, "--json", code=1, at=home).json["error"]["detail"]


def test_tuning_publishes_better_weights_as_a_version_of_their_own(run: Run, site: Path, tmp_path: Path) -> None:
    releases = Releases(own(site, tmp_path))
    before = releases.current()
    body = run("tune", *QUICK, "--json", at=releases.home).json
    assert body["adopted"]
    assert (body["version"], body["pages"]) == (releases.current(), 116)
    assert list(body["quality"]) == [OURS, "tuned", "newest"]
    assert (releases.current_path() / "weights.json").is_file()
    assert run("use", before, "--json", at=releases.home).json == {"current": before}
    assert not (releases.current_path() / "weights.json").exists()


def test_a_dry_run_of_tuning_changes_nothing(run: Run, site: Path) -> None:
    before = Releases(site).versions()
    body = run("tune", "--dry-run", *QUICK, "--json", at=site).json
    assert (body["adopted"], body["version"]) == (True, None)
    assert Releases(site).versions() == before


def test_tuning_is_told_to_people(run: Run, site: Path, built: Path, tmp_path: Path) -> None:
    done = run("tune", *QUICK, at=own(site, tmp_path))
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines[2:5]] == [OURS, "tuned", "newest"]
    assert lines[-1].startswith("adopted, better: +0.")
    few = run("tune", *WHOLE, at=built).out.splitlines()
    assert few[-1] == f"1 pages with judged links are too few to learn from; {FEWEST_PAGES} are needed"


def test_tuning_refuses_what_it_does_not_know(run: Run) -> None:
    for words in (("--rivals", "oracle"), ("--protocol", "future")):
        assert run("tune", *words, "--json", code=2).json["error"]["code"] == 2


def test_two_versions_are_compared_before_one_is_used(run: Run, tmp_path: Path) -> None:
    home, source = tmp_path / "own", tmp_path / "news.jsonl"
    old = build_toy(home, write_jsonl(source, NEWS)).version
    new = build_toy(home, write_jsonl(source, [NEWS[0] | {"picks": []}, {"id": "x", "title": "Goal"}])).version
    body = run("compare", old, new, "--json", at=home).json
    assert (body["old"], body["new"], body["common"], body["only_new"]) == (old, new, 14, 1)
    # The picks of the old one came too late for their page, the new one has none: no reason not to compare.
    assert body["measures"] == {
        old: "picks: no judged page is left under this protocol; try --protocol whole",
        new: "no article of this index carries picks; name a judgement file with --qrels or --clicks",
    }
    assert len(body["most_changed"]) > 0
    shown = run("compare", old, new, at=home).out
    assert "Most changed" in shown
    assert body["most_changed"][0]["id"] in shown


def test_versions_are_compared_by_their_quality_too(run: Run, qrels: Path, built: Path) -> None:
    version = Releases(built).current()
    body = run("compare", version, version, "--qrels", qrels, "--k", 2, "--json").json
    assert (body["kept"], body["unchanged"], body["most_changed"]) == (1, 1, [])
    quality = run("evaluate", "--qrels", qrels, "--k", 2, "--rivals", "none", "--json").json["systems"][OURS]
    measures = ("nDCG@2", "recall@50", "hit@3", "MRR", "precision@3")
    assert body["measures"] == {version: {name: quality[name] for name in measures}}


def test_a_version_that_is_not_there_is_named_with_those_that_are(run: Run, built: Path) -> None:
    version = Releases(built).current()
    detail = run("compare", version, "v0", "--json", code=1).json["error"]["detail"]
    assert detail == f"v0: no such version; there are: {version}"
    assert run("compare", version, "--json", code=2).json["error"]["code"] == 2
