"""Corpora of any size, made up but built by the real `build`: only the sentence encoder is replaced.

Articles belong to topics and topics to sections; both shape an article's words, drawn from a Zipf vocabulary, and its
vector, a direction of its section, its topic and its own. Everything follows from the title, so no table is kept.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from articles import SECTIONS, section_of, write_articles
from plan import CACHE, Plan, all_cores
from servers import memory
from tables import table

import index
from index.arrays import Vectors
from index.build import build
from index.meaning import ModelStamp, unit
from index.models import ModelFiles
from index.releases import Releases

DIMENSION = 384
SHARES = (0.7, 1.0, 0.9)
"""How much of a vector is its section's, its topic's and its own direction: cosines of 0.65 inside a topic."""
REPORT = "benchmark.json"


def run(plan: Plan) -> None:
    """How long a build takes by stage apart from embedding, its memory and its size on disk."""
    reports = [report(size, fresh=plan.fresh) for size in plan.sizes]
    stages = list(dict.fromkeys(stage for each in reports for stage in each["timings"] if stage != "embed"))
    rows = [
        (
            f"{each['articles']:,}",
            *(each["timings"].get(stage) for stage in stages),
            sum(each["timings"].values()) - each["timings"].get("embed", 0.0),
            each["peak_mb"],
            each["version_mb"],
            each["recall_at_10"],
        )
        for each in reports
    ]
    columns = ("articles", *(f"{stage} s" for stage in stages), "all s", "peak MB", "version MB", "recall@10")
    table("Building synthetic articles, all but their embedding", columns, rows)


def home(size: int, *, fresh: bool = False) -> Path:
    """A home with a version of `size` synthetic articles, built now or by an earlier run."""
    folder = CACHE / str(size)
    if fresh or not _usable(folder):
        print(f"(building {size:,} synthetic articles under {CACHE}, once)", file=sys.stderr, flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        # In a process of its own, so that its peak of memory is the build's.
        subprocess.run([sys.executable, __file__, str(folder), str(size)], check=True, env=all_cores())
    return folder


def report(size: int, *, fresh: bool = False) -> dict[str, Any]:
    """What the build of `home(size)` reported, with its peak of memory and its size."""
    return dict(json.loads((home(size, fresh=fresh) / REPORT).read_bytes()))


def _usable(folder: Path) -> bool:
    kept = folder / REPORT
    return kept.exists() and json.loads(kept.read_bytes()).get("code") == _code()


def _code() -> str:
    """What builds a home: one that other code built may be opened and then misread."""
    texts = [path.read_bytes() for path in sorted(Path(index.__path__[0]).rglob("*.py"))]
    return blake2b(b"".join(texts), digest_size=8).hexdigest()


def _make(folder: Path, size: int) -> None:
    folder.mkdir(parents=True)
    source, model = folder / "articles.jsonl", folder / "model"
    model.mkdir()
    (model / "model.safetensors").write_bytes(b"directions of sections, topics and titles")
    write_articles(source, size)
    done = build(folder, [str(source)], ModelFiles("synthetic", model), load=SyntheticEmbedder).as_dict()
    source.unlink()
    version = Releases(folder).current_path()
    done["code"] = _code()
    done["version_mb"] = round(sum(path.stat().st_size for path in version.iterdir()) / 1e6)
    done["peak_mb"] = round(memory("self")["VmHWM"])
    (folder / REPORT).write_text(json.dumps(done), "utf-8")


@dataclass
class SyntheticEmbedder:
    """Stands in for a sentence encoder: the vector of a passage follows from its first line, the title."""

    files: ModelFiles

    @property
    def stamp(self) -> ModelStamp:
        """Which model this is."""
        return ModelStamp(self.files.name, None, self.files.weights(), DIMENSION, max_tokens=256)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of unit length, (len(texts), DIMENSION) float32."""
        return unit(np.stack([_sum_of_directions(text.partition("\n")[0]) for text in texts]))


@lru_cache(maxsize=4)
def _sum_of_directions(title: str) -> Vectors:
    topic = title.partition(" ")[0]
    names = (SECTIONS[section_of(topic)], topic, title)
    total: Vectors = np.array(SHARES, np.float32) @ np.stack([_direction(name) for name in names])
    return total


@lru_cache(maxsize=8192)
def _direction(name: str) -> Vectors:
    seed = int.from_bytes(blake2b(name.encode(), digest_size=8).digest())
    drawn: Vectors = np.random.default_rng(seed).normal(scale=DIMENSION**-0.5, size=DIMENSION).astype(np.float32)
    return drawn


if __name__ == "__main__":
    _make(Path(sys.argv[1]), int(sys.argv[2]))
