"""Pictures: calm abstract drawings that stand in for photographs, so that no page asks another server for an image.

A section gives the motif and the colours, the article's id everything else: the same article always looks the same.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from math import pi, sin

WIDTH, HEIGHT = 600, 400
_NUMBERS = 64


@dataclass(frozen=True, slots=True)
class Palette:
    """A background, four tones from light to dark, and one accent across the colour wheel."""

    paper: str
    tones: tuple[str, str, str, str]
    accent: str


Motif = Callable[[Iterator[float], Palette], Iterator[str]]


UNPLACED = Palette("#ecebe7", ("#d2cfc7", "#a8a398", "#736e63", "#413d36"), "#b5623f")
PALETTES = (
    Palette("#e6ebec", ("#c3d0d4", "#8fa9b2", "#567887", "#2b4553"), "#c98a4b"),
    Palette("#efe6e0", ("#dcc3b6", "#c0917d", "#93574a", "#5a302b"), "#6f8f95"),
    Palette("#e9ebe0", ("#ccd2b8", "#9fa980", "#6b7750", "#3d4730"), "#c7924f"),
    Palette("#ece6ea", ("#d3c3cf", "#a98fa3", "#755a72", "#432f43"), "#c9a35a"),
    Palette("#f1eadb", ("#e2cfa6", "#c8a565", "#94713a", "#574122"), "#5b7f8c"),
    Palette("#e8e9ec", ("#c8ccd4", "#969eae", "#5d677c", "#323a4b"), "#b86b4b"),
    Palette("#e4ebe7", ("#bfd0c7", "#86a697", "#4d7566", "#26443a"), "#d0a052"),
    Palette("#f1e7e4", ("#e0c6c0", "#c79a94", "#9a6468", "#5c3840"), "#7d9a86"),
    Palette("#e3ecec", ("#b9d2d1", "#7caaaa", "#417778", "#1f4547"), "#d58d62"),
)
# Tried until the usual names of sections looked different from one another.
_SALT = b"2254"


def picture(article_id: str, section: str | None) -> str:
    """The SVG of an article."""
    draw, palette = _style(section)
    shapes = "".join(draw(_numbers(article_id), palette))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.paper}"/>{shapes}</svg>'
    )


def _style(section: str | None) -> tuple[Motif, Palette]:
    if section is None:
        return _strata, UNPLACED
    motif, palette = blake2b(section.casefold().encode(), digest_size=2, salt=_SALT).digest()
    return MOTIFS[motif % len(MOTIFS)], PALETTES[palette % len(PALETTES)]


def _numbers(article_id: str) -> Iterator[float]:
    # Numbers from 0 to 1, endless: a motif takes as many as it needs.
    block = 0
    while True:
        digest = blake2b(f"{block}\0{article_id}".encode(), digest_size=_NUMBERS).digest()
        yield from (byte / 255 for byte in digest)
        block += 1


def _hills(numbers: Iterator[float], palette: Palette) -> Iterator[str]:
    yield _circle(80 + 440 * next(numbers), 70 + 90 * next(numbers), 34 + 30 * next(numbers), palette.accent)
    for layer, tone in enumerate(palette.tones):
        height, swell, phase = 170 + 62 * layer, 18 + 34 * next(numbers), 2 * pi * next(numbers)
        length = 180 + 240 * next(numbers)
        crest = " ".join(f"{x},{height + swell * sin(phase + 2 * pi * x / length):.0f}" for x in range(0, 601, 20))
        yield f'<polygon points="0,{HEIGHT} {crest} {WIDTH},{HEIGHT}" fill="{tone}"/>'


def _skyline(numbers: Iterator[float], palette: Palette) -> Iterator[str]:
    yield _circle(90 + 420 * next(numbers), 120 + 60 * next(numbers), 46 + 20 * next(numbers), palette.accent)
    for layer, tone in enumerate(palette.tones[1:]):
        x = -40 * next(numbers)
        while x < WIDTH:
            width, height = 34 + 60 * next(numbers), 250 - 66 * layer - 110 * next(numbers) + 20 * layer
            yield _box(x, HEIGHT - height, width, height, tone)
            x += width + (16 * next(numbers) if layer < 2 else 0)


def _rings(numbers: Iterator[float], palette: Palette) -> Iterator[str]:
    x, y = 120 + 360 * next(numbers), 110 + 180 * next(numbers)
    for ring in range(9, 0, -1):
        yield _circle(x, y, 44 * ring, (palette.paper, *palette.tones[:3])[(ring + int(4 * next(numbers))) % 4])
    yield _circle(x, y, 24, palette.accent)


def _bars(numbers: Iterator[float], palette: Palette) -> Iterator[str]:
    marked = int(12 * next(numbers)) % 12
    for bar in range(12):
        height = 70 + 260 * next(numbers)
        tone = palette.accent if bar == marked else palette.tones[int(3.99 * next(numbers))]
        yield _box(30 + 46 * bar, HEIGHT - height, 34, height, tone)


def _tiles(numbers: Iterator[float], palette: Palette) -> Iterator[str]:
    for x in range(0, WIDTH, 100):
        for y in range(0, HEIGHT, 100):
            ground, corner, pick = next(numbers), int(3.99 * next(numbers)), next(numbers)
            yield _box(x, y, 100, 100, palette.tones[0] if ground > 0.6 else palette.paper)
            yield _quarter(x, y, corner, palette.accent if pick > 0.93 else palette.tones[int(3.99 * pick)])


def _dots(numbers: Iterator[float], palette: Palette) -> Iterator[str]:
    x0, y0, reach = WIDTH * next(numbers), HEIGHT * next(numbers), 260 + 200 * next(numbers)
    for x in range(25, WIDTH, 50):
        for y in range(25, HEIGHT, 50):
            near = max(0.0, 1 - ((x - x0) ** 2 + (y - y0) ** 2) ** 0.5 / reach)
            tone = palette.accent if next(numbers) > 0.97 else palette.tones[1 + round(2 * near)]
            yield _circle(x, y, 5 + 17 * near, tone)


def _discs(numbers: Iterator[float], palette: Palette) -> Iterator[str]:
    for tone in (*palette.tones[:3], palette.accent, palette.tones[3]):
        yield _circle(WIDTH * next(numbers), HEIGHT * next(numbers), 50 + 110 * next(numbers), tone, 0.82)


def _slants(numbers: Iterator[float], palette: Palette) -> Iterator[str]:
    x = -260.0
    while x < WIDTH:
        width, pick = 18 + 74 * next(numbers), next(numbers)
        tone = palette.accent if pick > 0.93 else (palette.paper, *palette.tones)[int(4.99 * pick)]
        yield f'<polygon points="{x:.0f},{HEIGHT} {x + 230:.0f},0 {x + 230 + width:.0f},0 {x + width:.0f},{HEIGHT}"'
        yield f' fill="{tone}"/>'
        x += width


def _strata(numbers: Iterator[float], palette: Palette) -> Iterator[str]:
    y = 90.0 + 60 * next(numbers)
    yield f'<path d="M{140 + 320 * next(numbers):.0f},{y:.0f}m-70,0a70,70 0 0 1 140,0z" fill="{palette.accent}"/>'
    while y < HEIGHT:
        height = 8 + 46 * next(numbers)
        yield _box(0, y, WIDTH, height, palette.tones[int(3.99 * next(numbers))])
        y += height


def _threads(numbers: Iterator[float], palette: Palette) -> Iterator[str]:
    for thread in range(14):
        start, middle, end = (round(HEIGHT * next(numbers)) for _ in range(3))
        tone = palette.accent if thread == 9 else palette.tones[thread % 4]
        yield f'<path d="M0,{start}C200,{start} 200,{middle} 300,{middle}S400,{end} 600,{end}" fill="none"'
        yield f' stroke="{tone}" stroke-width="{3 + 13 * next(numbers):.0f}"/>'


MOTIFS: tuple[Motif, ...] = (
    *(_hills, _skyline, _rings, _bars, _tiles),
    *(_dots, _discs, _slants, _strata, _threads),
)


def _circle(x: float, y: float, radius: float, fill: str, opacity: float = 1) -> str:
    return f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}" fill="{fill}" fill-opacity="{opacity:g}"/>'


def _box(x: float, y: float, width: float, height: float, fill: str) -> str:
    return f'<rect x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height:.0f}" fill="{fill}"/>'


def _quarter(x: int, y: int, corner: int, fill: str) -> str:
    turn = f"translate({x} {y}) rotate({90 * corner} 50 50)"
    return f'<path transform="{turn}" d="M0,0H100A100,100 0 0 1 0,100z" fill="{fill}"/>'
