"""A site of toy articles whose editors have one habit that the weights of the package do not know."""

import random
from typing import Any

from newsroom import TOPICS

SECTIONS = ("Politics", "Business", "Weather", "Health")
_WORDS = ["crane", "quay", "rope", "river", "school", "dust", "cup", "vote", "tax", "road", "bridge", "tram", "bakery"]
_WORDS += [words[0] for words in TOPICS]


def habitual(size: int) -> list[dict[str, Any]]:
    """Articles of words at random, one a day, whose editors always pick the three before it in the same section."""
    dice, rows = random.Random(1), list[dict[str, Any]]()  # noqa: S311 - toys
    for number in range(size):
        section = SECTIONS[number % len(SECTIONS)]
        row = {
            "id": f"a{number:03d}",
            "title": " ".join(dice.sample(_WORDS, 4)).title(),
            "text": " ".join(dice.choices(_WORDS, k=30)),
            "published": f"2026-{1 + number // 28:02d}-{1 + number % 28:02d}",
            "section": section,
            "language": "en",
            "picks": [one["id"] for one in rows if one["section"] == section][-3:],
        }
        rows.append(row)
    return rows
