"""Made-up articles as JSON Lines: words from a Zipf vocabulary, topics in sections, dates around a topic's own."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

SECTIONS = ("World", "Politics", "Business", "Science", "Culture", "Sport", "Travel", "Health", "Opinion", "Local")
VOCABULARY, TOPIC_WORDS, SECTION_WORDS = 50_000, 40, 400
TOPIC_SHARE, SECTION_SHARE = 0.25, 0.15
ARTICLES_A_TOPIC = 40
COPIED = 0.01
FIRST_DAY = datetime(2021, 11, 24, tzinfo=UTC)
DAYS = 5 * 365
Words = NDArray[np.str_]


def section_of(topic: str) -> int:
    """The number of the section that a topic stands in."""
    return crc32(topic.encode()) % len(SECTIONS)


def article_id(number: int) -> str:
    """The id of the article with this number."""
    return f"s-{number:06}"


def write_articles(path: Path, count: int, seed: int = 7) -> None:
    """Write `count` articles; the same every time."""
    with path.open("w", encoding="utf-8") as file:
        for row in _articles(count, np.random.default_rng(seed)):
            file.write(json.dumps(row) + "\n")


def _articles(count: int, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    words, cumulative = _vocabulary(rng), zipf(VOCABULARY, 1.0)
    topics = max(1, count // ARTICLES_A_TOPIC)
    of_topic = rng.integers(500, VOCABULARY, (topics, TOPIC_WORDS))
    of_section = rng.integers(200, VOCABULARY, (len(SECTIONS), SECTION_WORDS))
    starts, drawn = rng.uniform(0, DAYS, topics), np.searchsorted(zipf(topics, 0.8), rng.random(count))
    body = ""
    for number, topic in enumerate(drawn):
        own = of_topic[topic]
        section = section_of(str(words[own[0]]))
        if not body or rng.random() >= COPIED:
            body = _body(rng, words, cumulative, own, of_section[section])
        # Its topic's name, what makes it one of a kind, and a few words of the topic.
        title = " ".join([words[own[0]], words[number % VOCABULARY], *words[rng.choice(own[1:], 4)]])
        day = starts[topic] + rng.exponential(30)
        yield {
            "id": article_id(number),
            "url": f"https://synthetic.example/{number}",
            "title": f"{title} {number}",
            "text": body,
            "excerpt": body[:140],
            "published": (FIRST_DAY + timedelta(days=float(day))).isoformat(timespec="seconds"),
            "section": SECTIONS[section],
            "language": "en",
            "tags": [str(words[own[0]]), str(words[rng.choice(own[:8])])],
            "author": f"Author {rng.integers(200)}",
            "image": f"https://synthetic.example/{number}.jpg" if number % 2 else None,
        }


def _body(
    rng: np.random.Generator, words: Words, cumulative: NDArray[np.float64], topic: NDArray[Any], section: NDArray[Any]
) -> str:
    length = int(np.clip(rng.lognormal(5.7, 0.5), 60, 2_000))
    numbers, lot = np.searchsorted(cumulative, rng.random(length)), rng.random(length)
    # The first words of a topic and a section are the more frequent ones.
    skewed = rng.random(length) ** 2
    of_topic, of_section = lot < TOPIC_SHARE, lot > 1 - SECTION_SHARE
    numbers[of_topic] = topic[(skewed[of_topic] * len(topic)).astype(int)]
    numbers[of_section] = section[(skewed[of_section] * len(section)).astype(int)]
    return " ".join(words[numbers])


def _vocabulary(rng: np.random.Generator) -> Words:
    syllables = np.array([a + b for a in "bcdfghklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er", "on")])
    drawn = {"".join(rng.choice(syllables, rng.integers(1, 5))): None for _ in range(3 * VOCABULARY)}
    return np.array(list(drawn)[:VOCABULARY])


def zipf(count: int, exponent: float) -> NDArray[np.float64]:
    """Cumulative probabilities of `count` ranks, for `np.searchsorted`."""
    weights = np.arange(1, count + 1) ** -exponent
    cumulative: NDArray[np.float64] = np.cumsum(weights) / weights.sum()
    return cumulative
