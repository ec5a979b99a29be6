"""The pictures that stand in for photographs: each motif drawn with known numbers, and what all have in common."""

from collections import Counter
from itertools import cycle
from xml.etree import ElementTree as ET

import pytest

from recommender.pages.pictures import HEIGHT, MOTIFS, PALETTES, UNPLACED, WIDTH, Motif, Palette, picture

PALETTE = Palette("paper", ("light", "pale", "dark", "black"), "accent")
HILLS, SKYLINE, RINGS, BARS, TILES, DOTS, DISCS, SLANTS, STRATA, THREADS = MOTIFS
Shape = dict[str, str]


def drawn(motif: Motif, *numbers: float) -> list[Shape]:
    """The shapes of a motif, the tag of each among its attributes, from these numbers again and again."""
    return parsed("".join(["<svg>", *motif(cycle(numbers), PALETTE), "</svg>"]))


def parsed(svg: str) -> list[Shape]:
    return [{"tag": shape.tag, **shape.attrib} for shape in ET.fromstring(svg)]  # noqa: S314 - our own


def colours(shapes: list[Shape]) -> Counter[str]:
    return Counter(shape["stroke"] if "stroke" in shape else shape["fill"] for shape in shapes)


@pytest.mark.parametrize(
    ("motif", "tags", "found"),
    [
        (HILLS, {"circle": 1, "polygon": 4}, {"accent": 1, "light": 1, "pale": 1, "dark": 1, "black": 1}),
        (SKYLINE, {"circle": 1, "rect": 28}, {"accent": 1, "pale": 9, "dark": 9, "black": 10}),
        (RINGS, {"circle": 10}, {"accent": 1, "paper": 2, "light": 2, "pale": 2, "dark": 3}),
        (BARS, {"rect": 12}, {"accent": 1, "pale": 11}),
        (TILES, {"rect": 24, "path": 24}, {"paper": 24, "pale": 24}),
        (DOTS, {"circle": 96}, {"pale": 20, "dark": 64, "black": 12}),
        (DISCS, {"circle": 5}, {"light": 1, "pale": 1, "dark": 1, "accent": 1, "black": 1}),
        (SLANTS, {"polygon": 16}, {"pale": 16}),
        (STRATA, {"path": 1, "rect": 10}, {"accent": 1, "pale": 10}),
        (THREADS, {"path": 14}, {"light": 4, "pale": 3, "dark": 3, "black": 3, "accent": 1}),
    ],
)
def test_a_motif_has_these_shapes_in_these_colours(motif: Motif, tags: dict[str, int], found: dict[str, int]) -> None:
    shapes = drawn(motif, 0.5)
    assert Counter(shape["tag"] for shape in shapes) == tags
    assert colours(shapes) == found


@pytest.mark.parametrize(
    ("motif", "first", "last"),
    [
        (SKYLINE, {"cx": "300", "cy": "150", "r": "56"}, {"x": "556", "y": "297", "width": "64", "height": "103"}),
        (RINGS, {"cx": "300", "cy": "200", "r": "396"}, {"cx": "300", "cy": "200", "r": "24"}),
        (BARS, {"x": "30", "y": "200", "width": "34", "height": "200"}, {"x": "536", "y": "200"}),
        (DOTS, {"cx": "25", "cy": "25", "r": "7"}, {"cx": "575", "cy": "375", "r": "7"}),
        (SLANTS, {"points": "-260,400 -30,0 25,0 -205,400"}, {"points": "565,400 795,0 850,0 620,400"}),
        (STRATA, {"d": "M300,120m-70,0a70,70 0 0 1 140,0z"}, {"x": "0", "y": "399", "width": "600", "height": "31"}),
        (THREADS, {"d": "M0,200C200,200 200,200 300,200S400,200 600,200"}, {"stroke-width": "10"}),
    ],
)
def test_a_motif_begins_and_ends_here(motif: Motif, first: Shape, last: Shape) -> None:
    shapes = drawn(motif, 0.5)
    assert first.items() <= shapes[0].items()
    assert last.items() <= shapes[-1].items()


@pytest.mark.parametrize("motif", MOTIFS)
@pytest.mark.parametrize("numbers", [(0.0,), (1.0,), (0.0, 1.0), (1.0, 0.0, 0.0)])
def test_whatever_the_numbers_a_motif_ends_and_keeps_to_its_colours(motif: Motif, numbers: tuple[float, ...]) -> None:
    known = {PALETTE.paper, *PALETTE.tones, PALETTE.accent}
    assert colours(drawn(motif, *numbers)).keys() <= known


def test_a_tile_that_is_picked_has_the_accent_and_light_ground() -> None:
    ground, quarter = drawn(TILES, 0.7, 0.99, 0.95, 0.1, 0.0, 0.1)[:2]
    assert (ground["fill"], quarter["fill"]) == ("light", "accent")
    assert quarter["transform"] == "translate(0 0) rotate(270 50 50)"


def test_a_picture_is_the_same_for_the_same_article_and_another_for_another() -> None:
    ground, *shapes = parsed(text := picture("a", "City"))
    assert (ground["width"], ground["height"]) == (str(WIDTH), str(HEIGHT))
    assert len(shapes) > 1
    assert picture("a", "City") == picture("a", "CITY") == text
    assert len({picture(name, "City") for name in "abcdefgh"}) == 8


def test_the_usual_sections_look_different_and_none_has_a_look_of_its_own() -> None:
    assert parsed(picture("a", None))[0]["fill"] == UNPLACED.paper
    looks = {picture("a", name) for name in ("World", "Politics", "City", "Business", "Culture", "Sport", "Science")}
    assert len(looks) == 7
    assert len({palette.paper for palette in (*PALETTES, UNPLACED)}) == len(PALETTES) + 1
