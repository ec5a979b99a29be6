"""A paper of sixteen articles that can be checked by eye, and a toy model to build it with, for the service's tests.

Three English stories (bridge, harbour flood, Rovers), one recipe without a date or an address, one note in no stated
language, two Arabic articles and a German one. `wire` is the text of `shut` again, under another headline.
"""

import json
import shutil
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest

from index.arrays import Vectors
from index.build import BuildReport, build
from index.meaning import ModelStamp, unit
from index.models import ModelFiles
from index.releases import Releases
from index.snapshot import Snapshot, open_snapshot
from recommender.texts import TextEmbedder

WIDTH = 64
SHUT = (
    "The old bridge was shut to all traffic on Thursday after an inspection found that two of its steel hangers had "
    "cracked. The city engineer said that nobody could promise how long the repair would take, and that buses would "
    "go round by the northern road until the hangers had been replaced."
)
ROWS: list[dict[str, Any]] = [
    {"id": "cracks", "title": "Cracks found in the old bridge", "published": "2026-09-01", "section": "City"}
    | {
        "text": "Inspectors found cracks in a steel hanger of the old bridge. Lorries must go round.",
        "tags": ["Bridge"],
    },
    {"id": "shut", "title": "Old bridge shut to all traffic", "published": "2026-09-03T08:00:00Z", "section": "City"}
    | {"text": SHUT, "tags": ["Bridge", "Transport"], "author": "Ada Quill", "excerpt": "Two hangers have cracked."}
    | {"image": {"src": "https://paper.test/shut.jpg", "width": 800, "height": 600, "alt": "The bridge"}},
    {"id": "wire", "title": "Bridge closes after check", "published": "2026-09-03T12:00:00Z", "section": "Business"}
    | {"text": SHUT + " Shares in the toll company fell.", "tags": ["Bridge"]},
    {"id": "ferry", "title": "Free ferry while the bridge is shut", "published": "2026-09-10", "section": "City"}
    | {"text": "A free ferry carries people across while the old bridge stays shut.", "tags": ["bridge", "Ferries"]},
    {"id": "reopens", "title": "Old bridge reopens to cars", "published": "2026-10-25", "section": "City"}
    | {"text": "Cars cross the old bridge again: new hangers replace the cracked ones.", "tags": ["Bridge"]},
    {"id": "storm", "title": "Storm floods the harbour", "published": "2026-09-02", "section": "Climate"}
    | {"text": "A storm drove the sea over the harbour wall and flooded cellars.", "tags": ["Flood"]},
    {"id": "pumps", "title": "Pumps clear the flooded harbour", "published": "2026-09-05", "section": "Climate"}
    | {"text": "Pumps clear the flooded cellars of the harbour after the storm.", "tags": ["Flood"]},
    {"id": "barrier", "title": "Inquiry into the harbour flood barrier", "published": "2026-10-02"}
    | {"text": "Why did the barrier of the harbour fail in the storm?", "tags": ["Flood"], "section": "Climate"},
    {"id": "derby", "title": "Rovers win the derby", "published": "2026-09-06", "section": "Sport"}
    | {"text": "Rovers beat Town by two goals to one.", "tags": ["Rovers"]},
    {"id": "cup", "title": "Rovers reach the cup final", "published": "2026-09-27", "section": "Sport"}
    | {"text": "Rovers beat City on penalties and are in the final of the cup.", "tags": ["Rovers"]},
    {"id": "striker", "title": "Rovers striker injured", "published": "2026-09-04", "section": "Sport"}
    | {"text": "The striker of Rovers hurt his knee and misses the derby.", "tags": ["Rovers"]},
    {
        "id": "soup",
        "title": "Lentil soup for a cold day",
        "text": "Lentils, onions, cumin and lemon.",
        "section": "Food",
    },
    {"id": "note", "title": "Bridge toll", "published": "2026-09-09", "text": "Who pays the toll of the old bridge?"},
    {"id": "jisr-shut", "title": "إغلاق الجسر القديم", "published": "2026-09-03", "section": "المدينة"}
    | {"text": "أغلقت المدينة الجسر القديم أمام السيارات.", "tags": ["الجسر"]},
    {"id": "jisr-opens", "title": "فتح الجسر القديم", "published": "2026-10-25", "section": "المدينة"}
    | {"text": "عادت السيارات إلى الجسر القديم.", "tags": ["الجسر"]},
    {"id": "sperrung", "title": "Alte Brücke gesperrt", "published": "2026-09-03", "text": "Die alte Brücke ist zu."},
]
LANGUAGES = {"note": None, "jisr-shut": "ar", "jisr-opens": "ar", "sperrung": "de"}
for _row in ROWS:
    _row["language"] = LANGUAGES.get(_row["id"], "en")
    if _row["id"] != "soup":
        _row["url"] = f"https://paper.test/{_row['id']}"


class Toy:
    """Words, hashed into a few numbers: texts with the same words have the same meaning."""

    def __init__(self, files: ModelFiles) -> None:
        self.stamp = ModelStamp(files.name, files.revision, files.weights(), WIDTH, 256)

    def embed(self, texts: Sequence[str]) -> Vectors:
        places = ([crc32(word.encode()) % WIDTH for word in text.lower().split()] for text in texts)
        return unit(np.array([np.bincount(row, minlength=WIDTH) for row in places], np.float32))


def toy_texts() -> TextEmbedder:
    return TextEmbedder(load=Toy)


def toy_model(folder: Path, weights: bytes = b"toy") -> ModelFiles:
    """The toy's files: a folder that the command takes as --model."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.safetensors").write_bytes(weights)
    assert ModelFiles("toy", folder).weights() == sha256(weights).hexdigest()
    return ModelFiles(str(folder), folder)


def write_rows(path: Path, rows: Sequence[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def build_with(home: Path, model: ModelFiles, *rows: dict[str, Any]) -> BuildReport:
    """Build a home with more rows."""
    home.mkdir(parents=True, exist_ok=True)
    return build(home, [write_rows(home.parent / f"{home.name}.jsonl", rows)], model, load=Toy)


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> ModelFiles:
    return toy_model(tmp_path_factory.getbasetemp() / "toy-model")


@pytest.fixture(scope="session")
def shared_paper(model: ModelFiles, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built paper, once for all test files: only to be read."""
    home = tmp_path_factory.getbasetemp() / "paper"
    if not home.exists():
        build_with(home, model, *ROWS)
    return home


@pytest.fixture(scope="session")
def edition(shared_paper: Path) -> Snapshot:
    return open_snapshot(Releases(shared_paper).current_path())


@pytest.fixture
def paper(shared_paper: Path, tmp_path: Path) -> Path:
    """The built paper, a copy that a test may change."""
    return Path(shutil.copytree(shared_paper, tmp_path / "paper", symlinks=True))
