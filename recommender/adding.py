"""The commands that change what is served without a build: add, remove."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recommender import console

if TYPE_CHECKING:
    from index.article import Article
    from index.sources import Rejected

SKIPPED = 4
AT_ONCE = 100
"""So many articles are durable, and served, together."""

Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, all else on standard error.")]
Files = Annotated[list[Path], typer.Argument(metavar="FILE…", allow_dash=True, help="JSON Lines, as for build; or -.")]
Names = Annotated[list[str], typer.Argument(metavar="ID|URL…", help="Articles by id, or by address.")]


def add(context: typer.Context, files: Files, as_json: Json = False) -> None:
    """Put articles beside the version that is served: running servers show them at once."""
    from index.batches import batched
    from index.live import LiveIndex
    from recommender.pushing import Pushes
    from recommender.texts import TextEmbedder

    snapshot, pushes = LiveIndex(context.obj).snapshot, Pushes(context.obj, TextEmbedder())
    rejected: list[Rejected] = []
    stored = new = 0
    with console.Stages() as stages:
        for batch in batched(_good(files, rejected), AT_ONCE):
            new += pushes.put(batch, snapshot)
            stored += len(batch)
            stages("add", stored, None)
    _tell({"stored": stored, "new": new, "rejected": [str(row) for row in rejected]}, context.obj, as_json)


def remove(context: typer.Context, names: Names, as_json: Json = False) -> None:
    """Remove articles at once, and keep them out, whatever sources say, until they are added again."""
    from recommender.links import NotFoundError
    from recommender.pushing import Pushes
    from recommender.texts import TextEmbedder

    pushes = Pushes(context.obj, TextEmbedder())
    found = {name: pushes.ids_of(name) for name in names}
    if missing := [name for name, ids in found.items() if not ids]:
        raise NotFoundError(f"{', '.join(missing)}: no article there; nothing is removed")
    ids = list(dict.fromkeys(name for each in found.values() for name in each))
    body = {"removed": pushes.remove(ids), "kept_out": len(ids)}
    if as_json:
        console.print_json(body)
    else:
        console.out.print(f"{body['removed']:,} removed; {body['kept_out']:,} kept out until added again")


COMMANDS: tuple[Callable[..., None], ...] = (add, remove)


def _good(files: Iterable[Path], rejected: "list[Rejected]") -> "Iterable[Article]":
    from index.sources import Rejected, jsonl

    for path in files:
        for item in jsonl.rows(str(path)):
            if isinstance(item, Rejected):
                rejected.append(item)
            else:
                yield item


def _tell(body: dict[str, Any], home: Path, as_json: bool) -> None:
    rejected, kept_in = body["rejected"], home / "rejected.txt"
    if rejected:
        kept_in.write_text("".join(f"{row}\n" for row in rejected), encoding="utf-8")
    console.rejections(rejected, kept_in)
    if as_json:
        console.print_json(body | {"rejected": rejected[: console.SHOWN_REJECTIONS]})
    else:
        console.out.print(f"{body['stored']:,} added, {body['new']:,} of them new; running servers show them now")
    if rejected:
        raise typer.Exit(SKIPPED)
