"""Who wrote an article, on pages that do not state it for machines: the byline that readers see."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.page import read_page
from index.page.authors import authors_of
from index.page.document import tree_of
from index.page.people import MAX_NAME, MAX_WORDS, is_name, names_in, split_names
from index.page.structured import statements

TEXT = "<p>" + "The harbour reopened on Monday after three weeks of repairs, the council said. " * 5 + "</p>"


def author(byline: str, *, head: str = "", before: str = "", after: str = "") -> str | None:
    page = f"<html><head>{head}</head><body>{before}<h1>Harbour reopens</h1>{byline}{TEXT}{after}</body></html>"
    return read_page(page, "https://www.calderpost.example/2026/harbour").author


CALDER = {"@type": "Organization", "name": "Calder Post"}


def stated(**fields: object) -> str:
    data = json.dumps({"@type": "NewsArticle", "headline": "Harbour reopens", **fields})
    return f'<script type="application/ld+json">{data}</script>'


@pytest.mark.parametrize(
    "byline",
    [
        "<a rel=author href=/ada>Ada Quill</a>",
        "<a rel='nofollow author' href=/ada>Ada Quill</a>",
        "<div itemprop=author itemscope><meta itemprop=name content='Ada Quill'></div>",
        "<p itemprop=author>By <a href=/ada><span itemprop=name>Ada Quill</span></a>, <i>Staff Writer</i></p>",
        "<p property=author>Ada Quill</p>",
        "<div class=byline>By Ada Quill, Harbour Correspondent</div>",
        "<div class='byline'>Monday September 14, 2026 10:44 am PST by <a href=/ada>Ada Quill</a></div>",
        "<span class=article__byline><span class=byline__name>Ada Quill</span><span>Chief Editor</span></span>",
        "<p class=cnnbyline>by Ada Quill @adaquill Sept 14, 2026: 12:10 PM</p>",
        "<p class=storyAuthor>Ada Quill</p>",
        "<div class=author><img class=author-image alt=x><div class=author-name>Ada Quill</div>Reporter</div>",
        "<span class=vcard><a class='url fn' href=/x>Ada Quill</a></span>",
        "<div class=contributor>Words by Ada Quill | Skerry</div>",
        "<div id=byline>Ada Quill for Calder Radio</div>",
        "<p class=autor>Von Ada Quill</p>",
        "<p class=auteur>Par : Ada Quill</p>",
        "<div class=meta><a href='/author/ada-quill/'>Ada Quill</a></div>",
        "<div class=x7>By <span class=q>Ada Quill</span></div>",
        "<div class=x7><span>Von</span> <span>Ada Quill</span></div>",
        "<div class=x7>By Ada Quill</div>",
        "<footer><a rel=author href=/ada>Ada Quill</a></footer>",
        "<div class=byline><span>Ada Quill</span><script>var Bo = 'Bo Reed'</script><button>Follow</button></div>",
    ],
)
def test_a_byline_is_read_in_any_usual_markup(byline: str) -> None:
    assert author(byline) == "Ada Quill"


@pytest.mark.parametrize(
    "byline",
    [
        "<p class=byline>By Ada Quill and Bo Reed</p>",
        "<p class=byline>By <a href=/authors/ada>Ada Quill</a> and <a href=/authors/bo>Bo Reed</a></p>",
        "<p class=byline><a href=/authors/a>Ada Quill</a> <a href=/topics/sea>Sea</a> <a href=/authors/b>Bo Reed</a>",
        "<p class=byline>Von Ada Quill und Bo Reed, Redakteur</p>",
        "<p class=byline>Par Ada Quill et Bo Reed</p>",
        "<p class=byline>Por Ada Quill y Bo Reed</p>",
        "<p class=byline>Di Ada Quill e Bo Reed</p>",
        "<p class=byline>By Ada Quill, Bo Reed, Calder News</p>",
        "<p class=byline>Ada Quill &amp; Bo Reed</p>",
        "<p><a rel=author href=/ada>Ada Quill</a>, <a rel=author href=/bo>Bo Reed</a></p>",
        "<div class=byline><span class=simple>Ada Quill</span> <span class=simple>Bo Reed</span></div>",
    ],
)
def test_several_authors_are_told_apart(byline: str) -> None:
    assert author(byline) == "Ada Quill, Bo Reed"


@pytest.mark.parametrize(
    "byline",
    [
        "<div class=byline>Staff Writer</div>",
        "<div class=byline>September 14, 2026</div>",
        "<div class=byline>Monday</div>",
        "<div class=author><a href=/author/ada>View author archive</a></div>",
        "<div class=author><a href=/ada>See full bio</a></div>",
        "<div class=author>About the author</div>",
        "<div class=author>12345</div>",
        "<div class=author>ada@calderpost.example</div>",
        "<div class=author>It was the third time this year that ferries had to stay in the harbour</div>",
        "<div class=author-photo>Ada Quill</div>",
        "<div class='byline-item post-category'>Harbours</div>",
        "<p class=authority>Ada Quill</p>",
        "<div class='grid [grid-area:author]'>Harbour Life</div>",
        "<div>By Monday</div>",
        "<div>By the sea</div>",
        "<blockquote><p class=author>Ada Quill</p></blockquote>",
    ],
)
def test_what_is_no_name_is_no_author(byline: str) -> None:
    assert author(byline) is None


@pytest.mark.parametrize(
    "part",
    [
        "<div class=comments><a rel=author href=/bo>Bo Reed</a></div>",
        "<div itemscope itemtype=https://schema.org/Comment><a rel=author href=/bo>Bo Reed</a></div>",
        "<div><h3><a href=/other>Ferry sinks</a></h3><a rel=author href=/bo>Bo Reed</a></div>",
        "<a href=/other><h3>Ferry sinks</h3><p class=byline>Bo Reed</p></a>",
        "<nav><a href=/author/bo-reed>Bo Reed</a></nav>",
        "<div class=most-read><p class=byline>Bo Reed</p></div>",
    ],
)
def test_the_authors_of_other_texts_are_not_the_articles(part: str) -> None:
    assert author("", after=part) is None
    assert author("", before=part) is None
    assert author("<p class=byline>Ada Quill</p>", before=part, after=part) == "Ada Quill"


def test_the_byline_nearest_to_the_headline_counts_and_one_before_it_too() -> None:
    other = "<div><p class=byline>Bo Reed</p></div>"
    assert author("<p class=byline>Ada Quill</p>", after=other) == "Ada Quill"
    assert author("", before=other + "<i class=x></i>" * 30 + "<p class=byline>Ada Quill</p>") == "Ada Quill"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (
            stated(author=CALDER, publisher=CALDER),
            "Ada Quill",
        ),
        (stated(author={"@type": "Person", "name": "Calderpost "}), "Ada Quill"),
        (stated(author={"@type": "Organization", "name": "Skerry Agency"}), "Skerry Agency"),
        (stated(author={"name": "Bo Reed"}, publisher={"name": "Calder Post"}), "Bo Reed"),
        ('<meta name=author content="105092">', "Ada Quill"),
        ('<meta name=author content="https://calderpost.example/bo">', "Ada Quill"),
        ('<meta property="article:author" content="Bo Reed"><meta name=author content="Calder Media">', "Bo Reed"),
        ('<meta property="og:article:author" content="Bo Reed (brd)">', "Bo Reed"),
    ],
)
def test_the_byline_adds_to_what_names_only_the_site(head: str, name: str) -> None:
    assert author("<a rel=author href=/ada>Ada Quill</a>", head=head) == name


def test_a_site_is_its_own_author_where_its_byline_names_no_person() -> None:
    head = stated(author=CALDER, publisher=CALDER)
    for byline in (
        "",
        "<a rel=author>Calder Post</a>",
        "<a rel=author>Skerry News Agency</a>",
        "<p class=byline>Bo Reed",
    ):
        assert author(byline, head=head) == "Calder Post"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("文：高木 浩光", ["高木 浩光"]),
        ("取材・文=山田太郎", ["山田太郎"]),
        ("記者 谢若含", ["谢若含"]),
        ("山田太郎、鈴木花子", ["山田太郎", "鈴木花子"]),
        ("홍길동 기자", ["홍길동"]),
        ("Ada Quill 著、嶋田 健志 監訳", ["Ada Quill"]),
        ("Автор: Ярослав Кузишин", ["Ярослав Кузишин"]),
        ("लेखक रवि कुमार", ["लेखक रवि कुमार"]),
        ("Juli Clover", ["Juli Clover"]),
        ("José Ortega y Gasset", ["José Ortega y Gasset"]),
        ("Ludwig van der Berg, Jr.", ["Ludwig van der Berg Jr"]),
        ("Kommentar von Ada Quill", ["Ada Quill"]),
        ("Ada Quill, New Skerry University", ["Ada Quill"]),
        ("Ada Quill, Skerry", ["Ada Quill"]),
        ("Ada Quill – Skerry", ["Ada Quill"]),
    ],
)
def test_names_are_read_in_many_languages(text: str, names: list[str]) -> None:
    assert names_in([text]) == names


def test_a_stated_text_of_several_whole_names_is_split_and_no_other() -> None:
    assert split_names("Ada Quill, Bo Reed and Cy Ames") == ["Ada Quill", "Bo Reed", "Cy Ames"]
    assert split_names("Le Figaro et AFP") == ["Le Figaro et AFP"]
    assert split_names("Ada Quill, Staff Writer") == ["Ada Quill, Staff Writer"]


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=120), max_size=8), st.booleans())
def test_whatever_a_byline_says_only_names_are_read(pieces: list[str], lower: bool) -> None:
    for name in names_in(pieces, lower=lower):
        assert is_name(name, lower=lower)
        assert 1 < len(name) <= MAX_NAME
        assert len(name.split()) <= MAX_WORDS
        assert not any(sign.isdigit() or sign in "@|<>:" for sign in name if sign.isascii())


FIRST = st.sampled_from(["Ada", "Bo", "Zoë", "Íñigo", "Ярослав", "Anna-Lena", "D'Arcy"])
LAST = st.sampled_from(["Quill", "Reed", "de la Cruz", "Guðmundsson", "Кузишин", "O'Neill", "St. John"])


@given(st.lists(st.builds("{} {}".format, FIRST, LAST), min_size=1, max_size=4, unique=True))
def test_what_is_joined_is_told_apart_again(names: list[str]) -> None:
    joined = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    assert names_in([f"By {joined}"]) == names
    assert names_in(["By ", *(piece for name in names for piece in (name, ", "))]) == names


@pytest.mark.parametrize(
    "part",
    [
        "<div class=author>" * 100 + "<i></i>" * 25_000 + "x",
        "<a rel=author href=/author/x></a>" * 25_000,
        "<div class=author>" + "<a><h3></h3></a>" * 12_000 + "</div>",
        "<p class=author>" + "by " * 100_000,
        "<p class=author>By" + " " * 200_000 + "x",
        "<p class='" + "author-" * 6_000 + "'>x</p>",
        "<p class=byline>" + "A" * 200_000,
    ],
)
def test_hostile_bylines_take_no_longer_than_they_are(part: str) -> None:
    tree = tree_of(f"<h1>Harbour reopens</h1>{part}")
    started = time.process_time()
    assert authors_of(tree, statements(tree), "Harbour reopens", "") == []
    assert time.process_time() - started < 5
