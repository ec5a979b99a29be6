"""The `recommender` command.

Exit codes: 0 done; 1 failed, and nothing changed; 2 wrong use; 3 refused, by `--strict` or by the gates; 4 built, but
rows were skipped; 5 not found.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from recommender import adding, console, copying, gathering, keying
from recommender.allowance import TEXTS, WRITES, Allowance
from recommender.counts import DEFAULT_K, MAX_K
from recommender.logs import Form
from recommender.measuring import COMMANDS
from recommender.operation import DRAIN_S, Operation
from recommender.settings import DEFAULT_MODEL, MAX_AGE_H, SETTINGS_FILE, Settings, SettingsError, read_settings

FAILED, WRONG_USE = 1, 2
READ_THEMSELVES = ("doctor", "init", "rebuild")

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
    home: Annotated[
        Path | None,
        typer.Option(envvar="RECOMMENDER_HOME", help="Where corpus and versions live; var, or what the settings say."),
    ] = None,
) -> None:
    settings = _settings(context.invoked_subcommand)
    context.obj = (home or settings.home).expanduser()
    context.default_map = {name: {"model": settings.model} for name in ("build", "doctor")}
    context.default_map["serve"] = settings.limits.model_dump() | settings.serve.model_dump()


def _settings(command: str | None) -> Settings:
    try:
        return read_settings(Path(SETTINGS_FILE)) if Path(SETTINGS_FILE).is_file() else Settings()
    except SettingsError:
        # A broken settings file is no obstacle to what would help to mend it, and a rebuild's failure goes on record.
        if command in READ_THEMSELVES:
            return Settings()
        raise


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
    from recommender.asking import Asked, answer, read_stdin

    rules = {
        "k": k,
        "section": section,
        "language": language,
        "after": after,
        "before": before,
        "exclude": exclude or [],
        "min_score": min_score,
    }
    asked = Asked(article_id, url, title, text, read_stdin() if stdin == "-" else None)
    body = answer(context.obj, asked, rules)
    console.print_json(body) if as_json else console.links(body)


@app.command()
def serve(
    context: typer.Context,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="How many processes answer.")] = 1,
    pages: Annotated[bool, typer.Option(help="Also serve the articles as pages to look at, at /.")] = False,
    texts_per_minute: Annotated[
        int, typer.Option(min=0, envvar=TEXTS, help="Unseen texts for one address, by each worker; 0: no limit.")
    ] = Allowance.texts_per_minute,
    writes_per_minute: Annotated[
        int, typer.Option(min=0, envvar=WRITES, help="Requests that write with one key, by each worker; 0: no limit.")
    ] = Allowance.writes_per_minute,
    max_age_h: Annotated[
        float, typer.Option(min=0, help="/healthz fails after so long without a rebuild.")
    ] = MAX_AGE_H,
    drain_s: Annotated[float, typer.Option(min=0, help="So long /readyz says no before the service ends.")] = DRAIN_S,
    log: Annotated[Form | None, typer.Option(help="By default text on a terminal, json elsewhere.")] = None,
    access_log: Annotated[bool, typer.Option(help="Log each request, not only what failed or was slow.")] = False,
    origin: Annotated[
        str | None, typer.Option("--from", metavar="URL", help="Serve what `publish` copied there, and follow it.")
    ] = None,
) -> None:
    """Answer over HTTP. New versions are picked up without a restart; SIGHUP replaces the workers one by one."""
    from recommender.serving import serve as run

    allowance, operation = Allowance(texts_per_minute, writes_per_minute), Operation(max_age_h, drain_s, access_log)
    run(
        context.obj,
        host,
        port,
        workers,
        pages,
        allowance=allowance,
        operation=operation,
        log=log or _form(),
        origin=origin,
    )


@app.command()
def versions(context: typer.Context, as_json: Json = False) -> None:
    """The built versions, the newest last, and which one is served."""
    from recommender.listing import cells, listed

    body = listed(context.obj)
    if as_json:
        console.print_json(body)
        return
    rows = [("→" if row["version"] == body["current"] else "", *cells(row)) for row in body["versions"]]
    names = ("", console.whole("version"), "built", "articles", "recall", "report")
    console.table("Versions" if rows else "No version yet: run build first", names, rows)


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
        # The gates guard what readers see; the demo has none.
        report = gathering.run(home, lambda: ([str(articles)], DEFAULT_MODEL, Settings()), strict=True, force=True)
    console.err.print(
        f"The Calder Post, {report['articles']} articles, opens at http://{host}:{port}/ (Ctrl-C ends it)"
    )
    run(home, host, port, workers=1, pages=True, site="The Calder Post")


@app.command()
def doctor(
    context: typer.Context,
    model: ModelName = DEFAULT_MODEL,
    settings: gathering.SettingsFile = Path(SETTINGS_FILE),
    units: Annotated[Path | None, typer.Option(metavar="DIR", help="Also look at the unit files there.")] = None,
    as_json: Json = False,
) -> None:
    """What is installed, whether the index opens and is fresh, and what the next rebuild may stumble over."""
    from recommender.doctor import examine, examine_units

    findings = examine(context.obj, model, settings)
    if units:
        findings.append(examine_units(units, typer.main.get_command(app)))
    healthy = all(finding.ok for finding in findings)
    if as_json:
        console.print_json({"ok": healthy, "checks": [finding.as_dict() for finding in findings]})
    else:
        rows = [("ok" if finding.ok else "FAILED", finding.name, finding.detail) for finding in findings]
        console.table("Doctor", ("", "check", "finding"), rows)
    if not healthy:
        raise typer.Exit(FAILED)


for command in (*gathering.COMMANDS, *adding.COMMANDS, *COMMANDS, *copying.COMMANDS):
    app.command()(command)
app.add_typer(keying.app, name="keys")


def main() -> None:
    """Run the command; errors that we know leave as one sentence and an exit code, never as a traceback."""
    console.begin()
    try:
        app()
    except SystemExit as ended:
        if ended.code == WRONG_USE and "--json" in sys.argv:
            console.print_json({"error": {"code": WRONG_USE, "detail": "wrong use; standard error says how"}})
        raise
    except Exception as error:  # noqa: BLE001 - exit_code raises again what it does not know
        from recommender.failures import exit_code, sentence

        code = exit_code(error)
        console.fail(said := sentence(error))
        if "--json" in sys.argv:
            console.print_json({"error": {"code": code, "detail": said}})
        sys.exit(code)


def _form() -> Form:
    return "text" if sys.stderr.isatty() else "json"
