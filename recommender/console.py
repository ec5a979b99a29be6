"""What a person at a terminal sees: tables, progress, and sentences; colours only where there is a terminal."""

import io
import json
import logging
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.segment import Segment
from rich.table import Column, Table
from rich.text import Text

from index.characters import visible
from recommender.logs import TextLines

SHOWN_REJECTIONS = 20


class Terminal(Console):
    """A console that obeys only us: markup and control characters in what it is given are shown, not followed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(highlight=False, soft_wrap=True, markup=False, emoji=False, **options)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        """What `Console` prints, in any way; only colours and the moves of a progress bar are its own."""
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else visible(text, lines=True), style, control)


out = Terminal()
err = Terminal(stderr=True)


def begin() -> None:
    """Write in any locale, escaping what it lacks, and log to standard error as the service does."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if logging.lastResort:  # what writes the logs where nothing else was set up
        logging.lastResort.setFormatter(TextLines())


def whole(name: str) -> Column:
    """A column whose cells are never cut, however narrow the terminal is: they are to be copied."""
    return Column(name, no_wrap=True)


def table(title: str, columns: Sequence[str | Column], rows: Iterable[Sequence[object]]) -> None:
    """A table on standard output."""
    grid = Table(*columns, title=Text(title), title_justify="left", box=None, pad_edge=False)
    for row in rows:
        grid.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    out.print(grid)


def links(body: Mapping[str, Any]) -> None:
    """The links of an answer, as a reader would get them, each with why it is there."""
    out.print(Text.assemble(("Read more", "bold"), f"  for “{body['source']['title']}”"))
    for item in body["items"]:
        facts = [item["section"], (item["published_at"] or "")[:10], item["relation"].replace("_", " ")]
        facts += [f"{item['score']:.0%}", item["why"]["label"]]
        out.print(Text.assemble(f"{item['position']:>3}  ", (item["title"], "bold")))
        out.print(Text("     " + " · ".join(fact for fact in facts if fact), style="dim"))
        out.print(Text(f"     {item['url']}", style="dim"))
    if body["fallback"]:
        out.print(Text(f"     {body['fallback'].replace('_', ' ')}", style="yellow"))


def page(body: Mapping[str, Any]) -> None:
    """A page as it would be stored: its fields, its text, and the links that its editors picked."""
    article = body["article"]
    fields = [(name, value) for name, value in article.items() if name not in ("title", "text") and value]
    table(article["title"], ("", ""), fields)
    out.print(Text(f"\n{article['text']}\n"))
    picks({"title": "The editors’ picks, kept apart from the text", "picks": body["picks"]})


def picks(page: Mapping[str, Any]) -> None:
    """A page's picks, each with the stored article that it resolves to where that was looked for."""
    out.print(Text(page["title"], style="bold"))
    for pick in page["picks"]:
        resolved = f"→ {pick['resolved']}" if pick.get("resolved") else "not held" if "resolved" in pick else ""
        shown = (pick["title"], pick["url"], pick.get("id"), resolved)
        out.print(Text("  " + " · ".join(part for part in shown if part)))


def print_json(body: Mapping[str, Any]) -> None:
    """One object on standard output, for machines; escaped where a terminal would obey it or the locale lacks it."""
    readable = (sys.stdout.encoding or "").lower().startswith("utf")
    sys.stdout.write(visible(json.dumps(body, ensure_ascii=not readable)) + "\n")


def rejections(rows: Sequence[str], kept_in: object) -> None:
    """The rows that were skipped: the first of them here, all in a file."""
    for row in rows[:SHOWN_REJECTIONS]:
        err.print(Text(f"skipped: {row}", style="yellow"))
    if len(rows) > SHOWN_REJECTIONS:
        err.print(Text(f"skipped: {len(rows) - SHOWN_REJECTIONS:,} more, all of them in {kept_in}", style="yellow"))


def warn(message: str) -> None:
    """Say what did not go well, in one line on standard error."""
    err.print(f"warning: {visible(message)}")


def fail(message: str) -> None:
    """Say what went wrong, on standard error."""
    err.print(Text.assemble(("error: ", "bold red"), message))


class Stages:
    """A build's progress on standard error: a bar a stage on a terminal, a line a stage elsewhere."""

    def __init__(self) -> None:
        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=err,
            disable=not err.is_terminal,
        )
        self._stage, self._task = "", TaskID(0)

    def __enter__(self) -> "Stages":
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """What `index.build.Progress` asks for."""
        name, _, at = stage.partition(": ")
        if name != self._stage:
            self._stage, self._task = name, self._bars.add_task(name, total=total, rate="")
            if not err.is_terminal:
                err.print(f"{name}: {total:,}" if total else name)
        speed = self._bars.tasks[-1].speed
        self._bars.update(self._task, completed=done, rate=f"{speed:,.0f}/s" if speed else "")
        if at:
            self._bars.update(self._task, description=escape(stage))
