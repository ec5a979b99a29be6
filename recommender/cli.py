"""The `recommender` command.

Exit codes: 0 done; 1 failed, and nothing changed; 2 wrong use; 3 refused (`--strict`); 4 built, but rows were skipped;
5 not found.
"""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from recommender import console
from recommender.links import DEFAULT_K, MAX_K
from recommender.measuring import COMMANDS

FAILED, WRONG_USE, SKIPPED = 1, 2, 4

app = typer.Typer(
    help="The “Read more” links an editor would pick, for any article.",
    epilog="Exit codes: 0 done, 1 failed, 2 wrong use, 3 refused, 4 built but rows were skipped, 5 not found.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, all else on standard error.")]
ModelName = Annotated[str, typer.Option("--model", help="A folder, the bundled model's name, or a hub id[@revision].")]
Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(min=1, max=65_535, help="Port to listen on.")]


@app.callback()
def _home(
    context: typer.Context,
    home: Annotated[Path, typer.Option(envvar="RECOMMENDER_HOME", help="Where corpus and versions live.")] = Path(
        "var"
    ),
) -> None:
    context.obj = home.expanduser()


@app.command()
def build(
    context: typer.Context,
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE…", help="Files of JSON Lines (.jsonl, .jsonl.gz), or -.")
    ],
    strict: Annotated[bool, typer.Option(help="Refuse to build where a row is bad.")] = False,
    model: ModelName = "all-MiniLM-L6-v2",
    as_json: Json = False,
) -> None:
    """Read articles, embed what is new, and publish a version of all of them."""
    report = _build(context.obj, sources, model, strict)
    rejected = report["rejected"]
    console.rejections(rejected, context.obj / "rejected.txt")
    for warning in report["warnings"]:
        console.err.print(f"warning: {warning}", markup=False)
    report["rejected"] = rejected[: console.SHOWN_REJECTIONS]
    if as_json:
        console.print_json(report)
    else:
        names = [name for name in report if name not in ("timings", "rejected", "warnings")]
        console.table("Built" if report["published"] else "Nothing changed", ("", ""), [(n, report[n]) for n in names])
    if rejected:
        raise typer.Exit(SKIPPED)


@app.command()
def related(
    context: typer.Context,
    stdin: Annotated[str | None, typer.Argument(metavar="[-]", help="- reads an article from standard input.")] = None,
    article_id: Annotated[str | None, typer.Option("--id", help="A stored article's id.")] = None,
    url: Annotated[str | None, typer.Option(help="A stored article's address.")] = None,
    title: Annotated[str | None, typer.Option(help="The title of an article that need not be stored.")] = None,
    text: Annotated[str, typer.Option(help="Its text.")] = "",
    k: Annotated[int, typer.Option(min=1, max=MAX_K, help="How many links at most.")] = DEFAULT_K,
    section: Annotated[str | None, typer.Option(help="Only this section.")] = None,
    language: Annotated[str | None, typer.Option(help="The page's own by default; en,fr: in turn; *: any.")] = None,
    after: Annotated[str | None, typer.Option(help="Published at this date or time, or later.")] = None,
    before: Annotated[str | None, typer.Option(help="Published before this date or time.")] = None,
    exclude: Annotated[list[str] | None, typer.Option(help="An id or URL not to link to; repeatable.")] = None,
    min_score: Annotated[float, typer.Option(min=0, max=1, help="Only links at least so probable.")] = 0.0,
    as_json: Json = False,
) -> None:
    """The links for a stored article, or for any text."""
    from recommender.asking import Asked, answer

    rules = {
        "k": k,
        "section": section,
        "language": language,
        "after": after,
        "before": before,
        "exclude": exclude or [],
        "min_score": min_score,
    }
    asked = Asked(article_id, url, title, text, sys.stdin.read() if stdin == "-" else None)
    body = answer(context.obj, asked, rules)
    console.print_json(body) if as_json else console.links(body)


@app.command()
def serve(
    context: typer.Context,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="How many processes answer.")] = 1,
    pages: Annotated[bool, typer.Option(help="Also serve the articles as pages to look at, at /.")] = False,
) -> None:
    """Answer over HTTP. New versions are picked up without a restart."""
    from recommender.serving import serve as run

    run(context.obj, host, port, workers, pages)


@app.command()
def versions(context: typer.Context, as_json: Json = False) -> None:
    """The built versions, the newest last, and which one is served."""
    from index.releases import Releases

    releases = Releases(context.obj)
    names = ("version", "built_at", "articles", "recall_at_10")
    rows = [_version(releases, version, names) for version in releases.versions()]
    current = releases.current()
    if as_json:
        console.print_json({"current": current, "versions": rows})
    else:
        marked = [("→" if row["version"] == current else "", *row.values()) for row in rows]
        console.table("Versions" if rows else "No version yet: run build first", ("", *names), marked)


@app.command()
def use(
    context: typer.Context,
    version: Annotated[str, typer.Argument(help="A name that `versions` lists.")],
    as_json: Json = False,
) -> None:
    """Serve another version from now on: roll back, or forward again. Running servers notice within a second."""
    from index.releases import Releases

    Releases(context.obj).use(version)
    console.print_json({"current": version}) if as_json else console.out.print(f"{version} is served now")


@app.command()
def demo(context: typer.Context, host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Build the bundled newsroom, in a home of its own, and serve it with pages to look at."""
    from importlib.resources import as_file, files

    from recommender.serving import check_free
    from recommender.serving import serve as run

    home = context.obj / "demo"
    check_free(host, port)
    with as_file(files("recommender").joinpath("newsroom/articles.jsonl")) as articles:
        report = _build(home, [str(articles)], "all-MiniLM-L6-v2", strict=True)
    console.err.print(
        f"The Calder Post, {report['articles']} articles, opens at http://{host}:{port}/ (Ctrl-C ends it)"
    )
    run(home, host, port, workers=1, pages=True, site="The Calder Post")


@app.command()
def doctor(context: typer.Context, model: ModelName = "all-MiniLM-L6-v2", as_json: Json = False) -> None:
    """What is installed, which model there is, and whether the index opens and is fresh."""
    from recommender.doctor import examine

    findings = examine(context.obj, model)
    healthy = all(finding.ok for finding in findings)
    if as_json:
        console.print_json({"ok": healthy, "checks": [finding.as_dict() for finding in findings]})
    else:
        rows = [("ok" if finding.ok else "FAILED", finding.name, finding.detail) for finding in findings]
        console.table("Doctor", ("", "check", "finding"), rows)
    if not healthy:
        raise typer.Exit(FAILED)


for command in COMMANDS:
    app.command()(command)


def main() -> None:
    """Run the command; errors that we know leave as one sentence and an exit code, never as a traceback."""
    try:
        app()
    except SystemExit as ended:
        if ended.code == WRONG_USE and "--json" in sys.argv:
            console.print_json({"error": {"code": WRONG_USE, "detail": "wrong use; standard error says how"}})
        raise
    except Exception as error:  # noqa: BLE001 - exit_code raises again what it does not know
        from recommender.failures import exit_code

        code = exit_code(error)
        console.fail(str(error))
        if "--json" in sys.argv:
            console.print_json({"error": {"code": code, "detail": str(error)}})
        sys.exit(code)


def _version(releases: Any, version: str, names: tuple[str, ...]) -> dict[str, Any]:
    from index.snapshot import SnapshotError

    try:
        return {name: releases.manifest(version).get(name) for name in names}
    except SnapshotError:
        return dict.fromkeys(names) | {"version": version, "built_at": "damaged"}


def _build(home: Path, sources: list[str], model: str, strict: bool) -> dict[str, Any]:
    from index.build import build as run
    from index.models import find_model

    with console.Stages() as stages:
        report = run(home, sources, find_model(model), strict=strict, progress=stages).as_dict()
    (home / "rejected.txt").write_text("".join(f"{row}\n" for row in report["rejected"]), encoding="utf-8")
    return report
