"""How well a saved page becomes an article, beside what else reads pages.

FOLDER holds `manifest.jsonl`, one page a line: `file` (gzipped HTML), `url`, and what is true of it: `title`,
`published`, `truth_body`, `author`, `tags`, or phrases that its text `must_contain` and `must_not_contain`. A rival
that is not installed is left out; `pip install --no-deps readability-lxml chardet cssselect` adds one.
"""

import argparse
import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lxml import html
from tables import machine, median, table
from trafilatura import bare_extraction

from index.page import PageError, read_page

try:
    from readability import Document
except ImportError:
    Document = None

PAGES = Path(__file__).resolve().parents[2] / "shared" / "data" / "pages"
WORD = re.compile(r"\w+")
NEAR = timedelta(minutes=1)  # truth is cut to the minute on some pages


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of a page."""

    title: str = ""
    text: str = ""
    published: datetime | str | None = None
    author: str = ""
    tags: tuple[str, ...] = ()


def ours(content: bytes, url: str) -> Reading:
    try:
        article = read_page(content, url)
    except PageError:
        return Reading()
    return Reading(article.title, article.text, article.published, article.author or "", article.tags)


def trafilatura_alone(content: bytes, url: str) -> Reading:
    found: Any = bare_extraction(content, url=url, with_metadata=True, include_comments=False)
    if not found:
        return Reading()
    author = (found.author or "").replace("; ", ", ")
    tags = tuple(tag.strip() for group in found.tags or () for tag in group.split(","))
    return Reading(found.title or "", found.text or "", found.date, author, tags)


def readability_alone(content: bytes, _url: str) -> Reading:
    document = Document(content.decode("utf-8", "replace"))
    try:
        return Reading(document.short_title(), "\n".join(html.fromstring(document.summary()).itertext()))
    except ValueError:  # control characters
        return Reading()


def readers() -> Iterator[tuple[str, Callable[[bytes, str], Reading]]]:
    yield "ours", ours
    yield "trafilatura", trafilatura_alone
    if Document:
        yield "readability-lxml", readability_alone


def spaced(text: str) -> str:
    return " ".join(text.replace("\u200b", "").split())


def same_day(found: datetime | str | None, truth: datetime) -> bool:
    if isinstance(found, datetime) and truth.tzinfo:
        found = found.astimezone(truth.tzinfo)
    return str(found)[:10] == str(truth)[:10]


def same_instant(found: datetime | str | None, truth: datetime) -> bool:
    return isinstance(found, datetime) and abs(found - truth.astimezone(UTC)) <= NEAR


def token_f1(found: str, truth: str) -> float:
    counts, true = (Counter(WORD.findall(text.lower())) for text in (found, truth))
    return 2 * (counts & true).total() / max(1, counts.total() + true.total())


def tags_f1(found: tuple[str, ...], truth: list[str]) -> float:
    got, true = ({tag.casefold() for tag in tags} for tags in (found, truth))
    return 2 * len(got & true) / max(1, len(got) + len(true))


def share(values: list[bool]) -> float | None:
    return sum(values) / len(values) if values else None


def mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def measured(pages: list[dict[str, Any]], found: list[Reading]) -> list[float | None]:
    both = list(zip(pages, found, strict=True))
    bodies = [(page, got) for page, got in both if page.get("truth_body")]
    dated = [(datetime.fromisoformat(page["published"]), got.published) for page, got in bodies]
    wanted = [phrase in spaced(got.text) for page, got in both for phrase in page.get("must_contain", ())]
    leaked = [phrase in spaced(got.text) for page, got in both for phrase in page.get("must_not_contain", ())]
    return [
        share([spaced(page["title"]) == spaced(got.title) for page, got in bodies]),
        share([same_day(got, truth) for truth, got in dated]),
        share([same_instant(got, truth) for truth, got in dated if truth.tzinfo]),
        mean([token_f1(got.text, page["truth_body"]) for page, got in bodies]),
        share([", ".join(page["author"]) == got.author for page, got in bodies if page.get("author")]),
        mean([tags_f1(got.tags, page["tags"]) for page, got in bodies if page.get("tags")]),
        share(wanted),
        share(leaked),
    ]


COLUMNS = ("reader", "title", "day", "instant", "body F1", "author", "tags F1", "wanted", "leaked", "ms a page")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=PAGES)
    parser.add_argument("--wrong", action="store_true", help="also print what ours gets wrong")
    options = parser.parse_args()
    pages = [json.loads(line) for line in (options.folder / "manifest.jsonl").read_text("utf-8").splitlines()]
    contents = [gzip.decompress((options.folder / page["file"]).read_bytes()) for page in pages]
    rows = []
    for name, read in readers():
        found, times = [], []
        for page, content in zip(pages, contents, strict=True):
            started = time.perf_counter()
            found.append(read(content, page["url"]))
            times.append(1_000 * (time.perf_counter() - started))
        rows.append([name, *measured(pages, found), median(times)])
        if options.wrong and name == "ours":
            show_wrong(pages, found)
    print(machine())
    table(f"{len(pages)} pages", COLUMNS, rows)


def show_wrong(pages: list[dict[str, Any]], found: list[Reading]) -> None:
    for page, got in zip(pages, found, strict=True):
        if spaced(page["title"]) != spaced(got.title):
            print(f"{page['id']} title:\n  is   {got.title}\n  true {spaced(page['title'])}")
        if page.get("truth_body") and not same_day(got.published, datetime.fromisoformat(page["published"])):
            print(f"{page['id']} published: is {got.published}, true {page['published']}")
        if (body := page.get("truth_body")) and (score := token_f1(got.text, body)) < 0.95:
            print(f"{page['id']} body F1: {score:.3f}")


if __name__ == "__main__":
    main()
