"""The commands that copy versions to and from elsewhere: publish, pull."""

from collections.abc import Callable
from typing import Annotated

import typer

from recommender import console

PLACE = "s3://BUCKET/…, gs://BUCKET/…, az://CONTAINER/… or file:///FOLDER; credentials come from the environment."

Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, all else on standard error.")]


def publish(
    context: typer.Context,
    to: Annotated[str, typer.Option("--to", metavar="URL", help=PLACE)],
    version: Annotated[
        str | None, typer.Argument(help="A name that `versions` lists; by default the served one.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Copy a version elsewhere, and have `pull` and `serve --from` take it."""
    from index.releases import Releases
    from index.remote import Remote

    releases = Releases(context.obj)
    name = version or releases.current_path().name
    sent = Remote(to).publish(releases, name)
    said = {"version": name, "to": to, "files_sent": sent}
    console.print_json(said) if as_json else console.out.print(f"{name} is published; {sent} files were sent")


def pull(
    context: typer.Context,
    origin: Annotated[str, typer.Option("--from", metavar="URL", help=PLACE)],
    as_json: Json = False,
) -> None:
    """Fetch the version that was published elsewhere, and serve it; running servers notice within a second."""
    from index.releases import Releases
    from index.remote import Remote

    version = Remote(origin).pull(Releases(context.obj))
    console.print_json({"current": version}) if as_json else console.out.print(f"{version} is served now")


COMMANDS: tuple[Callable[..., None], ...] = (publish, pull)
