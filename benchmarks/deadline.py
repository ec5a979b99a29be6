"""What workers with a deadline cost: the same sources read here, by one and by two: `python benchmarks/deadline.py`.

Pages are those of FOLDER (gzipped HTML), all else is generated. Rounds are taken in turn; figures are medians.
"""

import argparse
import csv
import gzip
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

from plan import ROOT
from tables import machine, median, table
from wxr import export

sys.path.insert(0, str(ROOT))

from index.corpus import Corpus
from index.fetching import Fetcher, Policy
from index.page import read_page
from index.sources import Reading, Source, read_source, sitemaps
from index.workers import Workers

PAGES = ROOT.parent / "shared" / "data" / "pages"
COUNTS = (0, 1, 2)
LINE = "<url><loc>https://news.example/2026/{}/a-title</loc><lastmod>2026-09-14T06:45:00Z</lastmod></url>"


def sources(folder: Path, pages: Path, size: int) -> Iterator[tuple[str, str, dict[str, str]]]:
    """(name, place, columns) of each source."""
    saved = folder / "pages"
    saved.mkdir()
    for file in sorted(pages.glob("*.html.gz"))[:size]:
        shutil.copy(file, saved)
    yield "saved pages", f"pages:{saved}", {"url": "https://news.example/{path}"}
    for name, marked_up, count in (
        ("posts of a WXR, plain", False, 20 * size),
        ("posts of a WXR, HTML", True, 4 * size),
    ):
        file = folder / f"{marked_up}.xml"
        with file.open("w") as stream:
            stream.writelines(export(count, marked_up=marked_up))
        yield name, f"wxr:{file}", {}
    with (folder / "rows.csv").open("w") as stream:
        lines = csv.writer(stream)
        lines.writerow(("url", "title", "text"))
        lines.writerows(
            (f"https://news.example/{n}", f"Title {n}", f"Harbour talks {n}. " * 120) for n in range(40 * size)
        )
    yield "rows of a CSV, 2 KB", f"csv:{folder / 'rows.csv'}", {}


Spent = tuple[float, float, int]
"""Seconds, processor seconds of this process and the workers, and items."""


def of_source(source: Source, corpus: Corpus, fetcher: Fetcher) -> Callable[[Workers], int]:
    return lambda workers: sum(1 for _ in read_source(Reading(source, corpus, fetcher, workers)))


def of_sitemap(content: bytes) -> Callable[[Workers], int]:
    return lambda workers: sum(1 for _ in sitemaps._unpacked(workers.run(sitemaps._packed, content)))  # noqa: SLF001


def spent(read: Callable[[Workers], int], workers: Workers) -> Spent:
    began, before = time.perf_counter(), _processor_s(workers)
    count = read(workers)
    return time.perf_counter() - began, _processor_s(workers) - before, count


def _processor_s(workers: Workers) -> float:
    own = time.process_time()
    for worker in list(workers._live):  # noqa: SLF001 - nothing else asks
        fields = Path(f"/proc/{worker._process.pid}/stat").read_text().rpartition(")")[2].split()  # noqa: SLF001
        own += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own


def measured(read: Callable[[Workers], int], rounds: int) -> list[list[Spent]]:
    """What each number of workers spent in each round, once they have read it before."""
    with ExitStack() as stack:
        pools = [stack.enter_context(Workers(count)) for count in COUNTS]
        for pool in pools:
            read(pool)
        return [[spent(read, pool) for pool in pools] for _ in range(rounds)]


def starts(rounds: int) -> Iterator[float]:
    """The processor seconds of a worker until it has read its first page."""
    for _ in range(rounds):
        with Workers(1) as workers:
            before = time.process_time()
            workers.run(read_page, "<h1>Harbour reopens</h1><p>The harbour reopened.</p>")
            yield _processor_s(workers) - before


def in_turn(pages: list[bytes], rounds: int) -> tuple[float, float]:
    """Processor seconds of reading pages here and by a worker, each page in turn: both meet the same machine."""
    here, there = 0.0, 0.0
    with Workers(1) as workers:
        for number in range(rounds + 1):
            for page in pages:
                began = time.process_time()
                with suppress(ValueError):
                    read_page(page)
                here += (time.process_time() - began) * (number > 0)  # the first round only warms
                began = _processor_s(workers)
                with suppress(ValueError):
                    workers.run(read_page, page)
                there += (_processor_s(workers) - began) * (number > 0)
    return here, there


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=PAGES)
    parser.add_argument("--size", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus, fetcher = Corpus(folder / "corpus.sqlite"), Fetcher(Policy())
        runs = [
            (told, of_source(Source(place, columns), corpus, fetcher))
            for told, place, columns in sources(folder, given.folder, given.size)
        ]
        content = f"<urlset>{''.join(LINE.format(number) for number in range(200 * given.size))}</urlset>".encode()
        runs.append(("lines of a sitemap", of_sitemap(content)))
        rows = [(told, *_row(measured(read, given.rounds))) for told, read in runs]
        columns = ("what", "how many", "here s", "one worker s", "two s", "here CPU s", "one worker CPU s", "more CPU")
        table("Parsing under a deadline", columns, rows)
    pages = [gzip.decompress(file.read_bytes()) for file in sorted(given.folder.glob("*.html.gz"))[: given.size]]
    here, there = in_turn(pages, given.rounds)
    print(f"\nPages in turn: {here:.2f} s of processor time here, {there:.2f} by a worker, {there / here - 1:+.1%}.")
    print(f"\nA worker starts in {median(starts(given.rounds)):.2f} s of processor time, its first page included.")


def _row(taken: list[list[Spent]]) -> tuple[int | float | str, ...]:
    walls, processor = ([median(each[n][part] for each in taken) for n in range(len(COUNTS))] for part in (0, 1))
    return taken[0][0][2], *walls, *processor[:2], f"{100 * (processor[1] / processor[0] - 1):+.1f} %"


if __name__ == "__main__":
    main()
