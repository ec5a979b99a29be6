"""The commands that measure and learn: evaluate, tune, compare."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from recommender import console
from recommender.failures import UsageError

Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, all else on standard error.")]
Qrels = Annotated[Path | None, typer.Option(help="A qrels file of 3 or 4 columns; the corpus's own picks by default.")]
Clicks = Annotated[Path | None, typer.Option(help="Sessions, `session article` a line: co-clicks are judgements.")]
ProtocolName = Annotated[str, typer.Option("--protocol", help="as-of the page's date, or the whole pool.")]
Depth = Annotated[int, typer.Option(min=1, max=50, help="How many links are looked at.")]
Rivals = Annotated[str | None, typer.Option(help="Rivals by name, with commas between; all of them by default; none.")]
SameSection = Annotated[bool, typer.Option(help="Candidates of the page's section only.")]
SameLanguage = Annotated[bool, typer.Option(help="Candidates of the page's language only.")]


def evaluate(
    context: typer.Context,
    qrels: Qrels = None,
    clicks: Clicks = None,
    protocol: ProtocolName = "as-of",
    k: Depth = 5,
    rivals: Rivals = None,
    measures: Annotated[str | None, typer.Option(help="Measures by name, for example nDCG@5,recall@50.")] = None,
    sample: Annotated[int | None, typer.Option(min=1, help="Ask only this many pages.")] = None,
    later: Annotated[bool, typer.Option("--later", help="Only the later 40 %: what tune is judged on.")] = False,
    same_section: SameSection = False,
    same_language: SameLanguage = False,
    run: Annotated[Path | None, typer.Option(help="A TREC run file of another system: one more rival.")] = None,
    run_out: Annotated[Path | None, typer.Option(help="Write our own answers as a TREC run file.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write a report to look at: one HTML file.")] = None,
    pairs: Annotated[Path | None, typer.Option(help="Human ratings of pairs, with tabs: likeness only.")] = None,
    as_json: Json = False,
) -> None:
    """Measure the links against judgements, beside rivals."""
    if pairs:
        _evaluate_pairs(context.obj, pairs, as_json)
        return
    from recommender.evaluation.run import OURS
    from recommender.evaluation.run import evaluate as measure
    from recommender.evaluation.trec import read_run

    snapshot, judged = _opened(context.obj, qrels, clicks)
    beside = _rivals(rivals)
    with console.Stages() as stages:
        evaluation = measure(
            snapshot,
            judged,
            _protocol(protocol, same_section, same_language, later, sample),
            beside,
            k=k,
            measures=_measures(measures),
            others={_free(run.stem, [OURS, *beside]): read_run(run, snapshot)} if run else {},
            progress=stages,
        )
    _tell(evaluation, run_out, report, as_json)


def tune(
    context: typer.Context,
    qrels: Qrels = None,
    clicks: Clicks = None,
    protocol: ProtocolName = "as-of",
    k: Depth = 5,
    rivals: Rivals = "tfidf,bm25,embedding",
    dry_run: Annotated[bool, typer.Option(help="Measure, but change nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Learn the site's own weights from its picks; adopt them only if they are better on its later pages."""
    from index.releases import Releases
    from recommender.tuning import publish
    from recommender.tuning import tune as learn

    snapshot, judged = _opened(context.obj, qrels, clicks)
    with console.Stages() as stages:
        found, weights = learn(snapshot, judged, _protocol(protocol), _rivals(rivals), k=k, progress=stages)
    if weights is not None and not dry_run:
        found.version = publish(Releases(context.obj), weights)
    if as_json:
        console.print_json(found.as_dict())
        return
    console.table("Later pages", ("system", found.measure), found.quality.items())
    console.out.print(("adopted, " if found.version else "") + found.reason)


def compare(
    context: typer.Context,
    old: Annotated[str, typer.Argument(help="A version that `versions` lists.")],
    new: Annotated[str, typer.Argument(help="Another one.")],
    qrels: Qrels = None,
    clicks: Clicks = None,
    k: Depth = 5,
    as_json: Json = False,
) -> None:
    """What changed between two versions, to be read before `use`."""
    from index.releases import Releases
    from index.snapshot import open_snapshot
    from recommender.evaluation.compare import compare as contrast

    releases = Releases(context.obj)
    versions = [open_snapshot(releases.path(version)) for version in (old, new)]
    body = contrast(versions[0], versions[1], k).as_dict()
    body["measures"] = {snapshot.version: _quality(snapshot, qrels, clicks, k) for snapshot in versions}
    if as_json:
        console.print_json(body)
        return
    facts = [(name, value) for name, value in body.items() if name not in ("most_changed", "measures")]
    console.table("Compared", ("", ""), facts + list(body["measures"].items()))
    changed = [(c["id"], f"{c['kept']:.0%}", " | ".join(c["old"]), " | ".join(c["new"])) for c in body["most_changed"]]
    console.table("Most changed", ("page", "kept", "old links", "new links"), changed)


def _tell(evaluation: Any, run_out: Path | None, report: Path | None, as_json: bool) -> None:
    from recommender.evaluation.report import write_report
    from recommender.evaluation.run import summary
    from recommender.evaluation.trec import write_run

    if run_out:
        write_run(run_out, evaluation.snapshot, evaluation.results[0].shown, evaluation.results[0].name)
    if report:
        write_report(evaluation, report)
    body = summary(evaluation)
    console.print_json(body) if as_json else _table(body)


def _opened(home: Path, qrels: Path | None, clicks: Path | None) -> tuple[Any, Any]:
    from index.releases import Releases
    from index.snapshot import open_snapshot

    snapshot = open_snapshot(Releases(home).current_path())
    return snapshot, _judgements(snapshot, qrels, clicks)


def _evaluate_pairs(home: Path, path: Path, as_json: bool) -> None:
    from index.releases import Releases
    from index.snapshot import open_snapshot
    from recommender.evaluation.pairs import measure_pairs, read_pairs

    snapshot = open_snapshot(Releases(home).current_path())
    body = measure_pairs(snapshot, read_pairs(path, snapshot))
    if as_json:
        return console.print_json(body)
    columns = [f"{group} ({size:,})" for group, size in body["sizes"].items()]
    rows = [(name, *(f"{r:.3f}" for r in figures.values())) for name, figures in body["systems"].items()]
    return console.table(f"{body['pairs']:,} rated pairs, Pearson's r", ("system", *columns), rows)


def _judgements(snapshot: Any, qrels: Path | None, clicks: Path | None) -> Any:
    from recommender.evaluation.judgements import picks_of, read_clicks, read_qrels

    if qrels and clicks:
        raise UsageError("give --qrels or --clicks, not both")
    if qrels:
        return read_qrels(qrels, snapshot)
    return read_clicks(clicks, snapshot) if clicks else picks_of(snapshot)


def _quality(snapshot: Any, qrels: Path | None, clicks: Path | None, k: int) -> Any:
    from recommender.evaluation.judgements import JudgementError
    from recommender.evaluation.protocol import Protocol
    from recommender.evaluation.run import default_measures
    from recommender.evaluation.run import evaluate as measure

    try:
        ours = measure(snapshot, _judgements(snapshot, qrels, clicks), Protocol(), [], k=k).results[0]
    except JudgementError as error:
        return str(error)
    return {name: round(float(ours.values[name].mean()), 4) for name in default_measures(k)}


def _protocol(name: str, *choices: Any) -> Any:
    from recommender.evaluation.protocol import Protocol

    if name not in ("as-of", "whole"):
        raise UsageError(f"--protocol: {name!r} is none; write as-of or whole")
    return Protocol("as-of" if name == "as-of" else "whole", *choices)


def _rivals(names: str | None) -> list[str]:
    from recommender.evaluation.rivals import DEFAULT_RIVALS, RIVALS

    if names is None:
        return list(DEFAULT_RIVALS)
    chosen = [name.strip() for name in names.split(",") if name.strip() not in ("", "none")]
    if unknown := [name for name in chosen if name not in RIVALS]:
        raise UsageError(f"--rivals: {unknown[0]!r} is none; there are {', '.join(RIVALS)}")
    return chosen


def _free(name: str, taken: list[str]) -> str:
    return f"{name} (run)" if name in taken else name


def _measures(names: str | None) -> list[str] | None:
    from recommender.evaluation.measures import measure

    if names is None:
        return None
    try:
        return [name for name in map(str.strip, names.split(",")) if measure(name)]
    except ValueError as error:
        raise UsageError(f"--measures: {error}") from error


def _table(body: Mapping[str, Any]) -> None:
    rows = []
    for system, figures in body["systems"].items():
        (name, (low, high)), *_ = figures["interval"].items()
        first, *rest = (f"{figures[each]:.3f}" for each in figures["interval"])
        p = figures["p_against_ours"]
        rows.append((system, first, f"{low:.3f}–{high:.3f}", *rest, p and p[name]))
    name, *others = next(iter(body["systems"].values()))["interval"]
    title = f"{body['queries']:,} pages, {body['protocol']}, judged by {body['judgements']}"
    console.table(title, ("system", name, "95 %", *others, "p"), rows)


COMMANDS: tuple[Callable[..., None], ...] = (evaluate, tune, compare)
