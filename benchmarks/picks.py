"""How well the links that editors picked are found in saved pages, measured on labels made by hand.

    python benchmarks/picks.py [DATA]

DATA holds manifest.jsonl and the pages (default ../shared/data/pages). `picks-labels.json` says which links are picks
and which are unsure: the latter, mostly lists that a plugin made under "Related", count neither for nor against.
A link is known by the first 12 hexadecimal digits of the SHA-256 of its `url_key`, of its title in lower case where it
has no address. What was wrong on these pages was looked at when rules were made: how well pages of other sites are
read is measured on another collection, see the README.
"""

import gzip
import json
import re
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from lxml import html

from index.address import url_key
from index.article import Pick
from index.page.links import Links, headline
from index.page.picks import take_picks

LABELS = Path(__file__).with_name("picks-labels.json")
CUE = re.compile(
    r"related|read (?:more|also|next)|more on|see also|lesen sie|mehr zum|lire aussi|leggi|relacionad|関連|あわせて",
    re.IGNORECASE,
)
Way = Callable[[html.HtmlElement, str], list[Pick]]


def main(data: str = "../shared/data/pages") -> None:
    rows = {row["id"]: row for row in map(json.loads, (Path(data) / "manifest.jsonl").read_text().splitlines())}
    labels = json.loads(LABELS.read_text())
    order = sorted(labels)
    print("| finder | pages | links labelled | precision | recall | F1 | pages with all and no other | unsure taken |")
    print("|---|---|---|---|---|---|---|---|")
    for name, way in {"index.page.picks": take_picks, "links under a heading of the kind": under_a_cue}.items():
        started = time.perf_counter()
        found = {page: _found(Path(data) / rows[page]["file"], rows[page]["url"], way) for page in order}
        print(f"| {name} | {len(order)} | {_row(labels, found)} |")
        print(f"\n{(time.perf_counter() - started) * 1000 / len(order):.0f} ms a page\n")


def under_a_cue(tree: html.HtmlElement, url: str) -> list[Pick]:
    """The rival: every link to an article in the parent of a short text that says so."""
    links, picks = Links(tree, url), []
    for element in tree.iter("h1", "h2", "h3", "h4", "h5", "h6", "p", "strong", "span", "div"):
        if len(element.text_content().strip()) <= 60 and CUE.search(element.text_content()):
            inside = (element.getparent() if element.getparent() is not None else element).iter("a")
            picks += [Pick(headline(link), address) for link in inside if (address := links.article(link))]
    return picks


def known(pick: Pick) -> str:
    """What the labels call this link."""
    return sha256((url_key(pick.url) if pick.url else (pick.title or "").casefold()).encode()).hexdigest()[:12]


def _found(path: Path, url: str, way: Way) -> set[str]:
    tree = html.document_fromstring(gzip.decompress(path.read_bytes()), parser=html.HTMLParser(encoding="utf-8"))
    return set(map(known, way(tree, url)))


def _row(labels: dict[str, dict[str, list[str]]], found: dict[str, set[str]]) -> str:
    right = wrong = missed = unsure = exact = 0
    for page, taken in found.items():
        picks, open_ = set(labels[page]["picks"]), set(labels[page]["unsure"])
        right += len(taken & picks)
        wrong += len(taken - picks - open_)
        missed += len(picks - taken)
        unsure += len(taken & open_)
        exact += taken - open_ == picks
    precision, recall = right / max(right + wrong, 1), right / max(right + missed, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return f"{right + missed} | {precision:.3f} | {recall:.3f} | {f1:.3f} | {exact} | {unsure}"


if __name__ == "__main__":
    main(*sys.argv[1:2])
