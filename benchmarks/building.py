"""Builds of real texts with the real encoder by `recommender build`: how fast, and where the time goes."""

import gzip
import json
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from plan import CACHE, ROOT, Plan, all_cores
from tables import table

NEWSROOM = ROOT / "recommender" / "newsroom" / "articles.jsonl"
DIGITALGOV = ROOT.parent / "shared" / "data" / "digitalgov-news" / "articles.jsonl.gz"
ABOUT = 1_000
CHANGED = 0.01
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Built:
    """One build: of what, and what it reported."""

    name: str
    characters: int
    report: dict[str, Any]


def run(_: Plan) -> None:
    """For each corpus a first build, the same again, and one after a hundredth of the articles were rewritten."""
    built = [each for name, rows in _corpora().items() for each in _builds(name, rows)]
    columns = ("build", "articles", "characters each", "embedded", "seconds", "articles/s")
    table("Builds with all-MiniLM-L6-v2", columns, map(_summary, built))
    stages = list(dict.fromkeys(stage for each in built for stage in each.report["timings"]))
    shares = ((each.name, *(each.report["timings"].get(stage) for stage in stages)) for each in built)
    table("Seconds by stage", ("build", *stages), shares)


def _summary(built: Built) -> tuple[str | int | float, ...]:
    report = built.report
    rate = report["articles"] / report["seconds"]
    return built.name, report["articles"], built.characters, report["embedded"], report["seconds"], rate


def _corpora() -> dict[str, list[Row]]:
    found = {"newsroom": list(_varied(_rows(NEWSROOM)))}
    if DIGITALGOV.exists():
        found["digitalgov-news"] = _rows(DIGITALGOV)
    return found


def _rows(path: Path) -> list[Row]:
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in text.splitlines()]


def _varied(rows: list[Row]) -> Iterator[Row]:
    """About ABOUT articles: the bundled ones, then others whose paragraphs come from all over their section."""
    rng = np.random.default_rng(3)
    paragraphs: dict[str | None, list[str]] = defaultdict(list)
    for row in rows:
        paragraphs[row.get("section")] += row["text"].split("\n\n")
    for copy in range(ABOUT // len(rows) + 1):
        for row in rows:
            texts = row["text"].split("\n\n")
            mixed = texts if copy == 0 else rng.choice(paragraphs[row.get("section")], len(texts)).tolist()
            suffix = f"-{copy}" if copy else ""
            yield row | {"id": row["id"] + suffix, "url": row["url"] + suffix, "text": "\n\n".join(mixed)}


def _builds(name: str, rows: list[Row]) -> Iterator[Built]:
    home, source = CACHE / name, CACHE / f"{name}.jsonl"
    shutil.rmtree(home, ignore_errors=True)
    CACHE.mkdir(exist_ok=True)
    characters = sum(len(row["text"]) for row in rows) // len(rows)
    rewritten = [row | {"text": "Corrected. " + row["text"]} for row in rows[:: round(1 / CHANGED)]]
    for title, written in (("first", rows), ("again", rows), ("1 % rewritten", rewritten)):
        source.write_text("".join(json.dumps(row) + "\n" for row in written), "utf-8")
        yield Built(f"{name}, {title}", characters, _build(home, source))
    source.unlink()


def _build(home: Path, source: Path) -> dict[str, Any]:
    command = [str(Path(sys.executable).with_name("recommender")), "--home", str(home), "build", str(source), "--json"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=all_cores())
    assert done.returncode in (0, 4), done.stderr
    return dict(json.loads(done.stdout))
