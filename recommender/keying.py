"""The commands for keys: keys add, keys list, keys remove."""

from typing import Annotated

import typer

from recommender import console
from recommender.failures import UsageError

Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, all else on standard error.")]
Name = Annotated[str, typer.Argument(help="What you call it: who writes with it, for example cms.")]

app = typer.Typer(help="The keys that articles may be put and removed with over HTTP.", no_args_is_help=True)


@app.command()
def add(context: typer.Context, name: Name, as_json: Json = False) -> None:
    """Make a key and show it, once. Running servers take it within a second."""
    from recommender.keys import Keys

    if not name.isprintable() or not 0 < len(name.strip()) <= 64:
        raise UsageError(f"{name!r}: is no name; give up to 64 plain characters")
    given = Keys(context.obj).add(name)
    if as_json:
        console.print_json({"name": name, "key": given})
        return
    console.err.print("Keep it where your CMS keeps its secrets: it is not shown again.")
    console.out.print(given)


@app.command(name="list")
def list_(context: typer.Context, as_json: Json = False) -> None:
    """The names of the keys, and when each was added."""
    from recommender.keys import Keys

    rows = [(key.name, key.added) for key in Keys(context.obj)]
    if as_json:
        console.print_json({"keys": [{"name": name, "added": added} for name, added in rows]})
    else:
        console.table("Keys" if rows else "No key: nobody can write over HTTP", ("name", "added"), rows)


@app.command()
def remove(context: typer.Context, name: Name, as_json: Json = False) -> None:
    """Let nobody write with this key any more. Running servers refuse it within a second."""
    from recommender.keys import Keys

    Keys(context.obj).remove(name)
    console.print_json({"removed": name}) if as_json else console.out.print(f"{name}: removed")
