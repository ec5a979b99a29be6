"""The commands that gather articles: build, rebuild, init, read, picks."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from recommender import console
from recommender.failures import UsageError
from recommender.settings import DEFAULT_MODEL, SETTINGS_FILE, FetchSettings, Settings, read_settings

FAILED, SKIPPED = 1, 4

Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, all else on standard error.")]
ModelName = Annotated[str, typer.Option("--model", help="A folder, the bundled model's name, or a hub id[@revision].")]
Strict = Annotated[bool, typer.Option(help="Refuse to build where a row is bad.")]
Reread = Annotated[bool, typer.Option("--reread", help="Read everything again, also what has not changed.")]
Force = Annotated[bool, typer.Option("--force", help="Publish even what the gates refuse.")]
SettingsFile = Annotated[Path, typer.Option("--settings", help="The settings file.", envvar="RECOMMENDER_SETTINGS")]

AllowPrivate = Annotated[bool, typer.Option(help="The site is on this machine or in a private network.")]

SOURCES = "Files, folders or addresses: JSON Lines, CSV, pages, Markdown, feeds, sitemaps, WordPress, SQL; or -."


def build(
    context: typer.Context,
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE…", help=SOURCES)],
    column: Annotated[list[str] | None, typer.Option(help="title=headline: how a table calls our field.")] = None,
    strict: Strict = False,
    reread: Reread = False,
    force: Force = False,
    allow_private: AllowPrivate = False,
    model: ModelName = DEFAULT_MODEL,
    as_json: Json = False,
) -> None:
    """Read articles, embed what is new, and publish a version of all of them."""
    from index.sources import Source

    columns = dict(_column(text) for text in column or ())
    named = [Source(place, columns, reread=reread) for place in sources]
    report = run(context.obj, lambda: (named, model, _settings(allow_private)), strict=strict, force=force)
    tell(report, context.obj, as_json)


def rebuild(
    context: typer.Context,
    settings: SettingsFile = Path(SETTINGS_FILE),
    strict: Strict = False,
    reread: Reread = False,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Read all sources of the settings file and publish a version: what a timer runs at night."""
    report = run(context.obj, lambda: _planned(settings, reread), strict=strict, force=force, command="rebuild")
    tell(report, context.obj, as_json)


def init(
    url: Annotated[str, typer.Argument(help="The address of your site's home page.")],
    settings: SettingsFile = Path(SETTINGS_FILE),
    allow_private: AllowPrivate = False,
    proxy: Annotated[str, typer.Option(help="Read the web through this proxy: http://user:${NAME}@host:port.")] = "",
    force: Annotated[bool, typer.Option(help="Replace a settings file that is there.")] = False,
    as_json: Json = False,
) -> None:
    """Look at a site, say which feeds, sitemaps or WordPress it has, and write the settings file."""
    from index.fetching import Fetcher
    from recommender.discovery import discover
    from recommender.initial import chosen, written
    from recommender.links import NotFoundError

    if settings.exists() and not force:
        raise UsageError(f"{settings}: is there already; edit it, or replace it with --force")
    with Fetcher(Settings(fetch=FetchSettings(allow_private=allow_private, proxy=proxy)).policy) as fetcher:
        discovery = discover(url, fetcher)
    if not discovery.offers:
        raise NotFoundError(f"{discovery.url}: names no feed, no sitemap and no WordPress; name a source to `build`")
    settings.write_text(written(discovery, allow_private, proxy), encoding="utf-8")
    taken = chosen(discovery.offers)
    rows = [(offer.kind, offer.url, offer.found, offer in taken) for offer in discovery.offers]
    if as_json:
        names = ("kind", "url", "found", "used")
        console.print_json(
            {
                "site": discovery.site,
                "settings": str(settings),
                "offers": [dict(zip(names, row, strict=True)) for row in rows],
            }
        )
        return
    console.table(discovery.site, ("", "kind", "address", "found"), [("→" if row[3] else "", *row[:3]) for row in rows])
    console.out.print(f"{settings} is written; `recommender rebuild` reads what is marked →")


def read(
    place: Annotated[str, typer.Argument(metavar="FILE|URL", help="A saved page, or a page's address.")],
    url: Annotated[str | None, typer.Option(help="Where a saved page was found, if it does not say.")] = None,
    allow_private: AllowPrivate = False,
    as_json: Json = False,
) -> None:
    """Show one page as it would be stored: what is taken, which links its editors picked, what is cut."""
    from recommender.single import read_place

    body = read_place(place, url, _settings(allow_private).policy)
    console.print_json(body) if as_json else console.page(body)


def picks(
    context: typer.Context,
    unresolved: Annotated[bool, typer.Option("--unresolved", help="Only pages with a pick that is not held.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="Show at most so many pages; --json gives all.")] = 20,
    as_json: Json = False,
) -> None:
    """The links that editors picked, and how many of them the index holds."""
    from index.releases import Releases
    from index.snapshot import open_snapshot
    from recommender.picked import picked

    body = picked(open_snapshot(Releases(context.obj).current_path()), unresolved)
    if as_json:
        console.print_json(body)
        return
    for page in body["items"][:limit]:
        console.picks(page)
    console.out.print(
        f"{body['picks']:,} picks on {body['pages']:,} of {body['articles']:,} pages; {body['resolved']:,} resolve"
    )


COMMANDS: tuple[Callable[..., None], ...] = (build, rebuild, init, read, picks)


def run(
    home: Path,
    plan: Callable[[], tuple[Sequence[Any], str, Settings]],
    *,
    strict: bool = False,
    force: bool = False,
    command: str = "build",
) -> dict[str, Any]:
    """Build with progress on standard error; keeps a report in the home, and all that is no article in `rejected.txt`.

    The plan is the sources, the model and the settings. It is made in here, so that one that cannot be is on record.
    """
    from index.build import build as start
    from index.gatekeeper import Gatekeeper
    from index.models import find_model
    from recommender.judging import judge
    from recommender.reports import Recorder

    with console.Stages() as stages, Recorder(home, command, stages) as record:
        sources, model, settings = plan()
        report = start(
            home,
            sources,
            find_model(model),
            strict=strict,
            policy=settings.policy,
            gates=Gatekeeper(settings.gate_limits, judge, force),
            report=record.report,
            progress=record,
        ).as_dict()
    with suppress(OSError):  # a version is served by now, and the report holds the first of them
        rows = dict.fromkeys(report["rejected"] + [str(row) for row in record.report.no_articles])
        (home / "rejected.txt").write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    return report


def tell(report: dict[str, Any], home: Path, as_json: bool) -> None:
    """Show a build's report; exits with SKIPPED where a row or a source could not be used."""
    from index.ingest import COUNTS

    rejected, sources = report["rejected"], report["sources"]
    console.rejections(rejected, home / "rejected.txt")
    forced = [f"published although {reason}" for reason in report["overridden"]]
    for warning in forced + report["warnings"] + [source["error"] for source in sources if source["error"]]:
        console.warn(warning)
    report["rejected"] = rejected[: console.SHOWN_REJECTIONS]
    if as_json:
        console.print_json(report)
    else:
        if len(sources) > 1:
            names = ("source", *COUNTS)
            columns = [name.replace("_", " ") for name in names]
            console.table("Sources", columns, [[source[name] for name in names] for source in sources])
        shown = [name for name, value in report.items() if not isinstance(value, dict | list | None)]
        if judged := report["judged"]:
            report[judged["measure"]] = f"{judged['old']:.3f} → {judged['new']:.3f}"
            shown.append(judged["measure"])
        console.table("Built" if report["published"] else "Nothing changed", ("", ""), [(n, report[n]) for n in shown])
    if rejected or any(source["error"] for source in sources):
        raise typer.Exit(SKIPPED)


def _planned(path: Path, reread: bool) -> tuple[Sequence[Any], str, Settings]:
    settings = read_settings(path)
    if not (sources := settings.sources(path.parent)):
        raise UsageError(f"{path}: names no [[source]]; add one, or let `recommender init URL` find them")
    return [replace(source, reread=reread) for source in sources], settings.model, settings


def _settings(allow_private: bool) -> Settings:
    path = Path(SETTINGS_FILE)
    settings = read_settings(path) if path.is_file() else Settings()
    fetch = settings.fetch.model_copy(update={"allow_private": settings.fetch.allow_private or allow_private})
    return settings.model_copy(update={"fetch": fetch})


def _column(text: str) -> tuple[str, str]:
    ours, equals, theirs = text.partition("=")
    if not (ours and equals and theirs):
        raise UsageError(f"--column {text}: write our field, =, and the table's column, as in title=headline")
    return ours, theirs
