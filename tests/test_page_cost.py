"""What a page costs grows no faster than the page, however it is made; and any page is an article or refused."""

import pytest
from growth import LINEAR, exponent
from hostile_pages import ODD, PAGES, page

from index.article import Article
from index.page import PageError, read_page
from index.page.document import MAX_ATTRIBUTES, tree_of
from index.page.furniture import is_furniture
from index.page.references import unescape
from index.page.shape import MAX_BESIDE, MAX_CHILDREN, MAX_DEPTH, MAX_NAMES

URL = "https://news.example/2026/harbour"
SIZE, TRIES = 50_000, 3


def read(content: str) -> Article | None:
    try:
        return read_page(content, URL)
    except PageError:
        return None


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """What is loaded for the first page is no cost of any other."""
    read(page("<p>x</p><time>1 January 2026</time>" * 99))
    read("<noscript><p>x</p></noscript>" * 99)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_four_times_as_large_costs_about_four_times_as_much(name: str) -> None:
    assert any(exponent(PAGES[name], read, SIZE, rounds=1) < LINEAR for _ in range(TRIES))


@pytest.mark.parametrize("content", ODD.values(), ids=ODD)
def test_an_odd_page_is_an_article_or_refused(content: str) -> None:
    article = read(content)
    assert article is None or article.title


def test_what_stands_behind_thousands_of_siblings_is_left_out() -> None:
    tree = tree_of("<p>" + "<b>x</b>y" * (MAX_CHILDREN + 5) + "</p><p>z</p>")
    assert len(tree.find(".//p")) == MAX_CHILDREN
    assert tree.findall(".//p")[1].text == "z"


def test_what_stands_behind_very_long_texts_between_siblings_is_left_out() -> None:
    tree = tree_of("<div>" + f"<b>x</b>{'y' * (MAX_BESIDE // 2 - 1)}" * 5 + "</div><p>z</p>")
    assert (len(tree.find(".//div")), tree.find(".//p").text) == (2, "z")


def test_what_is_nested_deeper_than_on_any_real_page_is_left_out() -> None:
    tree = tree_of("<div>" * (MAX_DEPTH + 5) + "x" + "</div>" * (MAX_DEPTH + 5) + "<p>z</p>")
    assert max(sum(1 for _ in element.iterancestors()) for element in tree.iter()) == MAX_DEPTH
    assert tree.find(".//p").text == "z"


def test_a_long_class_is_cut() -> None:
    assert len(tree_of(f"<p class='{'x ' * MAX_NAMES}'>y</p>").find(".//p").get("class")) == MAX_NAMES


@pytest.mark.parametrize("before", ["", "<!-- <p a=' -->", "<script>a = '<p b=\"'</script>", "<title>'</title>"])
@pytest.mark.parametrize("value", ["", "=1", "='<'", '=">"', "='<p>'"])
def test_a_tag_of_too_many_attributes_is_left_out(before: str, value: str) -> None:
    tag = "<p " + " ".join(f"a{number}{value}" for number in range(MAX_ATTRIBUTES + 5)) + ">"
    tree = tree_of(f"{before}{tag}<b c{value}>y</b>")
    assert max(len(element.attrib) for element in tree.iter()) == 1
    assert tree.find(".//b") is not None


def test_a_long_text_in_an_attribute_is_kept() -> None:
    value = "a = b, c > d; " * 2_000
    assert tree_of(f'<p data-x="{value}">y</p>').find(".//p").get("data-x") == value


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("Updated 14 September 2026, 10:30 am", True),
        ("Published Mon. 14 Sept. 2026 at 10.30", True),
        ("Published on one of two or three or four days in 2026", False),
        ("Published by Skerry Press in 2026. It sold well.", False),
        ("Updated 2026" + "x" * 200, False),
    ],
)
def test_a_line_with_a_date_is_told_from_a_sentence(line: str, is_one: bool) -> None:
    assert is_furniture(line) is is_one


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        ("&amp;&#65;&#x41;&eacute;", "&AAé"),
        ("&#00000000000065;", "A"),
        (f"x&#{'9' * 5_000};y", "x\ufffdy"),
        (f"x&#{'9' * 5_000}", "x\ufffd"),
    ],
)
def test_a_reference_to_no_character_is_replaced(text: str, resolved: str) -> None:
    assert unescape(text) == resolved
