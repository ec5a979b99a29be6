"""A WordPress export streamed: items a second, and that the memory does not grow: `python benchmarks/wxr.py [N]`."""

import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from plan import ROOT
from tables import table

sys.path.insert(0, str(ROOT))

from index.corpus import Corpus
from index.fetching import Fetcher, Policy
from index.sources import Reading, Source, read_source

WORDS = ("harbour", "quay", "ferry", "board", "talks", "strike", "night", "minister", "vote", "river", "flood", "moon")
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><rss xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:wp="http://wordpress.org/export/1.2/"><channel>'
)


def export(count: int, *, marked_up: bool) -> Iterator[str]:
    """The parts of an export of so many posts of some 400 words, with a list of links below where `marked_up`."""
    chance = random.Random(7)
    yield HEAD
    for number in range(count):
        lines = [" ".join(chance.choices(WORDS, k=50)).capitalize() + f" {number}." for _ in range(8)]
        body = "\n\n".join(lines)
        if marked_up:
            links = (
                f'<li><a href="/2026/{near}/some-title/">Some title of {near} here</a></li>' for near in (number, 1)
            )
            body = "".join(f"<p>{line}</p>" for line in lines) + f"<h3>Read more</h3><ul>{''.join(links)}</ul>"
        yield (
            f"<item><title>Title {number}</title><link>https://news.example/2026/{number}/a-title/</link>"
            f"<content:encoded><![CDATA[{body}]]></content:encoded><wp:post_type>post</wp:post_type>"
            "<wp:status>publish</wp:status><wp:post_date_gmt>2026-09-14 06:45:00</wp:post_date_gmt></item>\n"
        )
    yield "</channel></rss>"


def measured(count: int, folder: Path, *, marked_up: bool) -> Iterator[tuple[str | int | float, ...]]:
    """A row when a tenth, half and all of an export are read."""
    file = folder / "export.xml"
    with file.open("w") as stream:
        stream.writelines(export(count, marked_up=marked_up))
    reading = Reading(Source(f"wxr:{file}"), Corpus(folder / "corpus.sqlite"), Fetcher(Policy()))
    name, size = "HTML" if marked_up else "plain", file.stat().st_size / 1e6
    started = time.perf_counter()
    for number, _ in enumerate(read_source(reading), 1):
        if number in (count // 10, count // 2, count):
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            yield name, round(size), number, number / (time.perf_counter() - started), round(peak)


def main() -> None:
    """Both kinds of bodies; those of HTML a tenth as many, for each is read like a page."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        rows = [*measured(count, Path(folder), marked_up=False), *measured(count // 10, Path(folder), marked_up=True)]
    table("A WordPress export, streamed", ("bodies", "file MB", "items", "items/s", "peak resident MB"), rows)


if __name__ == "__main__":
    main()
