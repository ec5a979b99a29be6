"""A service with an embedder that costs nothing, in real processes on loopback, for what does not depend on meaning.

`python toys.py serve HOME PORT WORKERS` serves a home, and at /pid tells which process answers; `python toys.py build
HOME FILE` builds one.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, cast

import numpy as np

HERE = Path(__file__).resolve().parent
DIMENSION = 32


@dataclass(frozen=True)
class Toy:
    """A model and its embedder in one: a bag of hashed words."""

    name: str = "toy"

    @property
    def stamp(self) -> Any:
        from index.meaning import ModelStamp

        return ModelStamp(self.name, None, self.weights(), DIMENSION, 256)

    def weights(self) -> str:
        return "0" * 64

    def load(self) -> "Toy":
        return self

    def embed(self, texts: Sequence[str]) -> Any:
        vectors = np.full((len(texts), DIMENSION), 0.01, np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                vectors[row, blake2b(word.encode(), digest_size=1).digest()[0] % DIMENSION] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def app() -> Any:
    """The service as each worker makes it: with the toy, or where REAL_MODEL is set with the index's own model."""
    from recommender import texts
    from recommender.allowance import Allowance
    from recommender.api import create_app

    embedder = texts.TextEmbedder()
    if not os.environ.get("REAL_MODEL"):
        texts.find_model = cast("Any", lambda _: Toy())
        embedder = texts.TextEmbedder(load=cast("Any", Toy.load))
    service = create_app(Path(os.environ["TOYS_HOME"]), texts=embedder, allowance=Allowance(0, 0))
    service.add_api_route("/pid", os.getpid)
    return service


def serve(home: str, port: str, workers: str) -> None:
    os.environ |= {"TOYS_HOME": home, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    from recommender.supervisor import supervise

    supervise(
        "toys:app",
        factory=True,
        port=int(port),
        workers=int(workers),
        http="recommender.protocol:GuardedProtocol",
        log_level="critical",
        access_log=False,
    )


def build(home: str, source: str) -> None:
    from index.build import build as start

    start(Path(home), [source], cast("Any", Toy()), load=cast("Any", Toy.load))


def started(*words: object) -> subprocess.Popen[bytes]:
    """One of the two, in a process group of its own that can be killed as one."""
    command = [sys.executable, str(HERE / "toys.py"), *map(str, words)]
    return subprocess.Popen(command, start_new_session=True, env=os.environ | {"PYTHONPATH": str(HERE)})


def until(ready: Any, within: float = 60.0, every: float = 0.02) -> None:
    deadline = time.monotonic() + within
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {within} s")
        time.sleep(every)


if __name__ == "__main__":
    {"serve": serve, "build": build}[sys.argv[1]](*sys.argv[2:])
