"""A newsroom of fourteen short articles and an embedder whose vectors can be checked by eye; no model is needed."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from index.arrays import Vectors
from index.article import Article, parse_article
from index.build import build
from index.gatekeeper import Gatekeeper
from index.gates import Limits
from index.meaning import ModelStamp, unit
from index.models import ModelFiles
from index.outcome import BuildReport

TOPICS = (
    ("minister", "وزير"),
    ("harbour", "ميناء"),
    ("flood", "فيضان"),
    ("measles",),
    ("moon",),
    ("goal",),
)
TOY_STAMP = ModelStamp("toy", None, "0" * 64, len(TOPICS) + 1, 256)
TOY_LIMITS = Limits(broken=1.0)
"""To the toy, two texts about a topic are one."""

_WALKOUT = (
    "Dockers at the harbour walked out on Wednesday after talks over night shifts broke down, leaving eleven ships at "
    "anchor. The union said its members would stay away until Friday at the earliest. Hauliers warned that fruit was "
    "already rotting in the sheds."
)


def _row(
    id_: str, title: str, text: str, published: str, section: str, tags: Sequence[str], **more: Any
) -> dict[str, Any]:
    day = published[:10].replace("-", "/")
    plain = {"id": id_, "url": f"https://news.example/{day}/{id_}", "title": title, "text": text, "language": "en"}
    return plain | {"published": published, "section": section, "tags": list(tags)} | more


NEWS: list[dict[str, Any]] = [
    _row(
        "minister-resigns",
        "Minister resigns over harbour contract",
        "The minister for transport resigned on Tuesday. Auditors had found that a harbour contract went to her "
        "brother without a tender.",
        "2026-09-01T08:00:00+00:00",
        "Politics",
        ["Cabinet", "Harbour"],
        author="Ines Falk",
        picks=["minister-sworn-in", "https://www.news.example/2026/09/03/harbour-walkout/", "gone"],
    ),
    _row(
        "minister-sworn-in",
        "New minister takes the oath",
        "The new minister was sworn in at noon. The minister promised to publish every contract of the last ten years.",
        "2026-09-02T12:00:00+00:00",
        "Politics",
        ["Cabinet"],
        author="Ines Falk",
    ),
    _row(
        "harbour-walkout",
        "Dockers walk out at the harbour",
        _WALKOUT,
        "2026-09-03T06:00:00+00:00",
        "Business",
        ["Harbour", "Strikes"],
        author="Tom Reyes",
        image={"src": "https://img.example/dock.jpg", "width": 1200, "height": 800, "alt": "Ships at anchor"},
    ),
    _row(
        "harbour-walkout-wire",
        "Stoppage brings harbour to a halt",
        _WALKOUT,
        "2026-09-03T07:30:00+00:00",
        "Business",
        ["Harbour"],
        author="Wire",
    ),
    _row(
        "flood-town",
        "Flood drives hundreds from their homes",
        "A flood swept through the lower town overnight. Boats took four hundred people off their roofs.",
        "2026-09-05T05:00:00+00:00",
        "Weather",
        ["Flood"],
        author="Lena Okoro",
    ),
    _row(
        "flood-barrier",
        "Why the flood barrier stayed open",
        "The barrier should have held the flood back. Its motor had not been tested since spring, engineers said.",
        "2026-09-06T05:00:00+00:00",
        "Weather",
        ["Flood", "Inquiry"],
        author="Lena Okoro",
    ),
    _row(
        "measles-school",
        "Measles closes two schools",
        "Nineteen pupils have measles and two schools are shut. Doctors ask parents to look for a rash.",
        "2026-09-08T09:00:00+00:00",
        "Health",
        ["Measles", "Schools"],
    ),
    _row(
        "measles-vaccine",
        "Queues for the measles vaccine",
        "Parents queued around the block for the measles vaccine. The clinic stayed open until ten in the evening.",
        "2026-09-09T09:00:00+00:00",
        "Health",
        ["Measles"],
    ),
    _row(
        "moon-landing",
        "Probe sets down on the moon",
        "The probe Kite touched the moon at dawn. Its first picture shows the rim of a crater.",
        "2026-09-10T04:00:00+00:00",
        "Science",
        ["Space"],
    ),
    _row(
        "moon-dust",
        "What dust from the moon can tell us",
        "Dust from the moon is sharp as glass. Chemists want a spoonful of it.",
        "",
        "Science",
        ["Space"],
    ),
    _row(
        "goal-final",
        "Late goal wins Rovers the cup",
        "A goal in the last minute won the cup for Rovers. It was only the second goal of the captain's career.",
        "2026-09-12T20:00:00+00:00",
        "Sport",
        ["Football"],
        url=None,
    ),
    _row(
        "ar-minister",
        "استقالة وزير النقل",
        "استقال وزير النقل يوم الثلاثاء. قال الوزير إن العقد لم يطرح في مناقصة.",
        "2026-09-01T10:00:00+00:00",
        "سياسة",
        ["الحكومة"],
        language="ar",
    ),
    _row(
        "ar-harbour",
        "إضراب في ميناء المدينة",
        "أضرب عمال الميناء يوم الأربعاء. وبقيت إحدى عشرة سفينة في البحر.",
        "2026-09-03T10:00:00+00:00",
        "اقتصاد",
        ["إضراب"],
        language="ar",
    ),
    _row(
        "ar-flood",
        "فيضان يغمر المدينة القديمة",
        "غمر فيضان المدينة القديمة ليلا. ونقلت القوارب أربعمئة شخص من السطوح.",
        "2026-09-05T10:00:00+00:00",
        "طقس",
        ["فيضان"],
        language="ar",
    ),
]


class ToyEmbedder:
    """One axis a topic, counting how often its words occur, and a small constant one, so that no vector is zero."""

    def __init__(self, stamp: ModelStamp = TOY_STAMP) -> None:
        self.stamp, self.asked = stamp, list[str]()

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        counts = [[sum(map(text.lower().count, words)) for words in TOPICS] for text in texts]
        constant = np.full((len(texts), 1), 0.01, np.float32)
        return unit(np.hstack([np.array(counts, np.float32).reshape(len(texts), len(TOPICS)), constant]))


@dataclass(frozen=True)
class ToyModel:
    """Stands for `ModelFiles`; remembers the embedders it loaded."""

    name: str = TOY_STAMP.name
    digest: str = TOY_STAMP.weights
    loaded: list[ToyEmbedder] = field(default_factory=list)

    def weights(self) -> str:
        return self.digest

    def load(self) -> ToyEmbedder:
        self.loaded.append(ToyEmbedder(replace(TOY_STAMP, name=self.name, weights=self.digest)))
        return self.loaded[-1]


def row(id_: str) -> dict[str, Any]:
    """A copy of the row of NEWS with this id."""
    return next(dict(one) for one in NEWS if one["id"] == id_)


def article(**fields: Any) -> Article:
    """An article from the given fields and a title."""
    return parse_article({"id": "a", "title": "A title"} | fields)


def articles() -> list[Article]:
    """NEWS in the order of a corpus, which is also that of a snapshot's rows: the undated one first, then by time."""
    return sorted(map(parse_article, NEWS), key=lambda one: (str(one.published or ""), one.id))


def write_jsonl(path: Path, rows: Iterable[object]) -> Path:
    """A JSON Lines file of `rows`."""
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows), encoding="utf-8")
    return path


def build_toy(home: Path, *sources: Path | str, model: ToyModel | None = None, **options: Any) -> BuildReport:
    """`build` with the toy embedder, whose vectors the gates let through."""
    files, given = cast("ModelFiles", model or ToyModel()), {"gates": Gatekeeper(TOY_LIMITS)} | options
    return build(home, [str(source) for source in sources], files, load=lambda toy: toy.load(), **given)
