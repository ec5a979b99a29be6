"""The editors' picks of a page: found under labels of many languages, in cards, between paragraphs, and taken out."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree, html

from index.article import Pick
from index.page import labels
from index.page.picks import take_picks, take_picks_from_lines

URL = "https://paper.example/world/harbour-crane-falls-into-the-river-1"
PROSE = "The crane had stood at the quay since the spring, and nobody could say on Monday evening why it fell. " * 2


def page(body: str) -> html.HtmlElement:
    return html.document_fromstring(f"<html><body><article>{body}</article></body></html>")


def taken(body: str, url: str | None = URL) -> tuple[list[str | None], str]:
    """The titles of the picks, and the text that is left."""
    tree = page(body)
    return [pick.title for pick in take_picks(tree, url)], tree.text_content()


def links(*titles: str) -> str:
    return "".join(
        f'<li><a href="/news/{number}-a-story-of-the-day-{number}">{t}</a></li>' for number, t in enumerate(titles)
    )


TWO = ("Divers look for the driver", "Port to check all of its cranes")


@pytest.mark.parametrize(
    "label",
    [
        *("Read more:", "RELATED ARTICLES", "More on this story", "See also", "Also read |", "» Related stories «"),
        *(
            "Lesen Sie auch",
            "Mehr zum Thema",
            "Mehr zum Thema Häfen",
            "À lire aussi :",
            "Lire aussi",
            "Sur le même sujet",
        ),
        *("Leer más", "Te puede interesar", "Noticias relacionadas", "Leia também", "Saiba mais", "Leggi anche:"),
        *("اقرأ أيضًا", "إقرأ أيضاً:", "اقرأ المزيد", "مواضيع ذات صلة", "Читайте также:", "По теме", "【関連記事】"),
        *(
            "あわせて読みたい",
            "相关阅读",
            "延伸閱讀",
            "यह भी पढ़ें:",
            "ये भी पढ़ें",
            "İlgili Haberler",
            "Lees ook",
            "Czytaj także",
        ),
        *("관련 기사", "Baca juga:", "Läs också", "Lue myös:"),
    ],
)
def test_a_list_under_a_label_is_picked_and_taken_out(label: str) -> None:
    titles, left = taken(f"<p>{PROSE}</p><h3>{label}</h3><ul>{links(*TWO)}</ul><p>{PROSE}</p>")
    assert titles == [*TWO]
    assert left == PROSE * 2


@pytest.mark.parametrize(
    "label",
    [
        *(
            "Most read",
            "Trending now",
            "Recommended for you",
            "Latest news",
            "You may like",
            "More from Politics",
            "Tags",
        ),
        *(
            "Meistgelesen",
            "Les plus lus",
            "Lo más leído",
            "Mais lidas",
            "الأكثر قراءة",
            "Самое читаемое",
            "アクセスランキング",
        ),
        *("热门新闻", "Çok okunanlar", "I più letti", "Related topics", "A label that nobody knows"),
    ],
)
def test_other_lists_stay_where_they_are(label: str) -> None:
    titles, left = taken(f"<h3>{label}</h3><ul>{links(*TWO)}</ul>")
    assert titles == []
    assert all(title in left for title in TWO)


def test_picks_have_canonical_addresses_in_the_page_s_order_and_once() -> None:
    tree = page(
        f'<p>{PROSE}</p><p>Read more: <a href="b-second-story-of-may?utm_source=x#top">Second story of the day</a></p>'
        '<h3>Related</h3><ul><li><a href="HTTPS://Paper.example:443/a-first-story-of-may">First story of the day</a>'
        '<li><a href="https://paper.example/world/b-second-story-of-may">Second story, again</a></ul>'
    )
    assert take_picks(tree, URL) == [
        Pick("Second story of the day", "https://paper.example/world/b-second-story-of-may"),
        Pick("First story of the day", "https://paper.example/a-first-story-of-may"),
    ]


def test_links_are_resolved_against_base() -> None:
    tree = html.document_fromstring(
        '<head><base href="https://paper.example/deep/er/"></head><body><h3>Related</h3>'
        '<p><a href="../one-story-of-the-day">One story of the day</a></p></body>'
    )
    assert take_picks(tree, None) == [Pick("One story of the day", "https://paper.example/deep/one-story-of-the-day")]


@pytest.mark.parametrize(
    "href",
    [
        "javascript:open()",
        "mailto:desk@paper.example",
        "tel:123456789",
        "#comments",
        URL,
        "http://[broken",
        "",
        "ftp://x.example/a-b-c",
    ],
)
def test_a_link_that_leads_to_no_other_page_is_no_pick(href: str) -> None:
    titles, _ = taken(f'<h3>Related</h3><ul><li><a href="{href}">A headline with words</a></li>{links(TWO[0])}</ul>')
    assert titles == [TWO[0]]


@pytest.mark.parametrize(
    "path", ["/tag/cranes-and-quays", "/author/ann-lee-river", "/category/news/far-away-places", "/"]
)
def test_topics_and_authors_are_no_picks(path: str) -> None:
    titles, _ = taken(f'<h3>Related</h3><ul><li><a href="{path}">A long name of a topic</a></li>{links(TWO[0])}</ul>')
    assert titles == [TWO[0]]


def test_where_all_links_leave_the_site_they_are_sources() -> None:
    body = (
        '<h3>Read more</h3><ul><li><a href="https://other.example/a-long-report-on-cranes">A long report on cranes</a>'
    )
    titles, left = taken(body)
    assert titles == []
    assert "A long report" in left
    assert taken(body, None)[0] == ["A long report on cranes"]
    assert taken(body + links(TWO[0]))[0] == ["A long report on cranes", TWO[0]]


def test_editions_of_one_publisher_are_one_site() -> None:
    body = '<h3>Related</h3><a href="https://www.paper.co.uk/world/a-long-report-on-cranes">A long report on cranes</a>'
    assert taken(body, "https://paper.com/x")[0] == ["A long report on cranes"]


def test_a_label_may_stand_in_a_head_of_its_own() -> None:
    body = f'<section><header class="related-head"><div><h2>Related</h2></div></header><ul>{links(*TWO)}</ul></section>'
    titles, left = taken(body)
    assert titles == [*TWO]
    assert left == ""


def test_an_empty_related_wrapper_takes_nothing_else() -> None:
    titles, _ = taken(f'<div class="related-posts"><h3>Related posts</h3></div><ul>{links(*TWO)}</ul>')
    assert titles == []


def test_cards_have_the_headline_as_title_and_go_with_excerpt_and_date() -> None:
    card = (
        '<div><a href="/news/cranes-to-be-checked-9"><img alt="x"></a><span>World</span>'
        '<a href="/news/cranes-to-be-checked-9"><em>News</em><h4>Cranes to be\n checked</h4></a>'
        f"<p>{PROSE[:100]}</p><time>Monday</time></div>"
    )
    titles, left = taken(f"<section><h3>Related</h3><span>3 May</span>{card}</section>")
    assert titles == ["Cranes to be checked"]
    assert left == ""


def test_titles_are_what_a_reader_sees() -> None:
    parts = "<style>a {}</style><span>World</span><b>C</b>ranes to be <i>checked</i><time>9 May</time>"
    assert taken(f'<h3>Related</h3><p><a href="/news/4321">{parts}</a></p>')[0] == ["World Cranes to be checked"]
    assert taken('<h3>Related</h3><p><a href="/news/4321" title="Cranes to be checked"><img></a></p>')[0] == [
        "Cranes to be checked"
    ]


def test_a_list_ends_at_the_next_paragraph_heading_or_label() -> None:
    cut = f"<ul>{links('Another story of the day')}</ul>"
    for stop in (f"<p>{PROSE}</p>", "<h3>Sport</h3>", "<p>Elsewhere:</p>", "<div>Most read</div>"):
        titles, left = taken(f"<h3>Related</h3><ul>{links(TWO[0])}</ul>{stop}{cut}")
        assert titles == [TWO[0]]
        assert "Another story" in left


def test_a_headline_may_begin_a_line_that_goes_on_with_an_excerpt() -> None:
    item = f'<p><a href="/news/port-to-check">{TWO[1]}</a><br>It has forty of them, and a hundred more are ordered.</p>'
    assert taken(f"<h3>Related</h3>{item}")[0] == [TWO[1]]
    assert taken(f"<h3>Related</h3>{item.replace('<br>', PROSE)}")[0] == []


def test_labels_may_repeat_among_the_links() -> None:
    first, second = (f'<a href="/news/story-{n}-of-the-day">{title}</a>' for n, title in enumerate(TWO))
    titles, left = taken(f"<div>Related:<br>{first}<br>Related:<br>{second}</div>")
    assert titles == [*TWO]
    assert "of the day" not in left


def test_names_of_the_article_itself_say_nothing_of_its_links() -> None:
    body = f"<div class='comments-open'>{f'<p>{PROSE}</p>' * 25}<h3>Related</h3><ul>{links(*TWO)}</ul></div>"
    assert taken(body)[0] == [*TWO]


def test_a_page_of_text_with_some_links_is_no_list() -> None:
    story = (
        f"<div>{PROSE * 4}</div><div><a href='/news/story-1-of-the-day'>{'A long headline of the day ' * 7}</a></div>"
    )
    assert taken(f"<div>Related</div><div>{story}</div>")[0] == []


def test_a_long_list_is_a_listing() -> None:
    titles, _ = taken(f"<h3>Related</h3><ul>{links(*(f'Story of the day number {n}' for n in range(16)))}</ul>")
    assert titles == []


def test_links_in_a_sentence_stay() -> None:
    body = (
        f'<p>Related <a href="/news/laws-that-were-passed">laws that were passed</a> in May did not help. {PROSE}</p>'
    )
    titles, left = taken(body)
    assert titles == []
    assert "laws that were passed" in left


def test_a_paragraph_with_a_link_is_not_a_list() -> None:
    body = f'<h3>Related</h3><p>{PROSE} <a href="/news/laws-that-were-passed">laws that were passed</a></p>'
    assert taken(body)[0] == []


@pytest.mark.parametrize("body", ["<p>Read more: <a href='{}'>{}</a></p>", "<p><a href='{}'>READ MORE: {}</a></p>"])
def test_a_labelled_line_is_one_pick(body: str) -> None:
    tree = page(f"<p>{PROSE}</p>{body.format('/news/port-to-check', TWO[1])}<p>{PROSE}</p>")
    assert take_picks(tree, URL) == [Pick(TWO[1], "https://paper.example/news/port-to-check")]
    assert tree.text_content() == PROSE * 2


def test_a_labelled_line_without_a_link_is_a_title() -> None:
    titles, left = taken(f"<p>{PROSE}</p><p>Also Read: {TWO[1]}</p><p>{PROSE}</p>")
    assert titles == [TWO[1]]
    assert left == PROSE * 2


def test_a_card_that_is_one_link_may_hold_its_label() -> None:
    titles, left = taken('<div><a href="/news/4321"><span>Read more</span> <h4>Port to check its cranes</h4></a></div>')
    assert titles == ["Port to check its cranes"]
    assert left == ""


@pytest.mark.parametrize("items", ["<p>{}</p><p>{}</p>", "<ul><li>{}</li><li>{}</li></ul>"])
def test_bare_headlines_are_titles(items: str) -> None:
    titles, left = taken(f"<p>{PROSE}</p><p>Read more:</p>{items.format(*TWO)}<p>Trending</p>")
    assert titles == [*TWO]
    assert left == PROSE + "Trending"


def test_running_text_under_a_label_is_no_list_of_headlines() -> None:
    for text in (f"<p>{PROSE}</p>", "<p>It was a quiet day at the port.</p>", "<p>A short one</p>"):
        titles, left = taken(f"<h3>Related</h3>{text}")
        assert titles == []
        assert "Related" in left


def test_a_teaser_s_own_read_more_is_no_label() -> None:
    body = f'<div><a href="/news/one-story-of-the-day">Read more</a></div><ul>{links(*TWO)}</ul>'
    assert taken(body)[0] == []
    assert taken(f'<a href="/join">Read more</a><ul>{links(*TWO)}</ul>')[0] == []
    assert taken(f'<h3><a href="/topic/cranes">Related</a></h3><ul>{links(*TWO)}</ul>')[0] == [*TWO]


@pytest.mark.parametrize(
    "around",
    ["<nav>{}</nav>", '<div class="most-read">{}</div>', '<div id="comments">{}</div>', '<div class="recirc">{}</div>'],
)
def test_labels_in_navigation_comments_and_lists_of_machines_do_not_count(around: str) -> None:
    assert taken(around.format(f"<h3>Related</h3><ul>{links(*TWO)}</ul>"))[0] == []


def test_links_that_tell_of_a_recommender_are_no_picks() -> None:
    body = '<h3>Read more</h3><a href="/news/one-story-of-the-day#intcid=recommendations">One story of the day</a>'
    assert taken(body)[0] == []


def test_a_label_inside_another_list_does_not_count() -> None:
    inner = f"<div><h4>Read more</h4><ul>{links(TWO[0])}</ul></div>"
    assert taken(f"<section><h3>Most read</h3><div>{inner}</div></section>")[0] == []


@pytest.mark.parametrize("inset", ["<p>{}</p>", "<ul><li>{}</li></ul>", "<div><div>{}</div></div>"])
def test_a_link_set_between_two_paragraphs_is_picked(inset: str) -> None:
    link = '<a href="/news/port-to-check-its-cranes">Port to check all its cranes</a>'
    titles, left = taken(f"<p>{PROSE}</p>{inset.format(link)}<h3>Why</h3><p>{PROSE}</p>")
    assert titles == ["Port to check all its cranes"]
    assert left == PROSE + "Why" + PROSE


@pytest.mark.parametrize(
    ("href", "title"),
    [
        ("/news/port-to-check-its-cranes", "All photos here"),
        ("/app", "Get the app of this paper on your phone"),
        ("https://other.example/news/port-to-check-its-cranes", "Port to check all its cranes"),
    ],
)
def test_other_links_between_paragraphs_stay(href: str, title: str) -> None:
    assert taken(f'<p>{PROSE}</p><p><a href="{href}">{title}</a></p><p>{PROSE}</p>')[0] == []


def test_links_after_the_text_without_a_label_stay() -> None:
    neighbours = f"<p>{PROSE}</p><ul>{links(*TWO)}</ul>"
    assert taken(neighbours)[0] == []
    assert taken(f"{neighbours}<div>{'<a href=/x>Menu item</a> ' * 20}</div>")[0] == []
    assert taken(f'<p>{PROSE}</p><ul class="pagination">{links(*TWO)}</ul><p>{PROSE}</p>')[0] == []


def test_at_most_a_hundred() -> None:
    block = "<h3>Related</h3><ul>{}</ul>"
    blocks = (block.format(f'<li><a href="/news/story-{n}-of-the-day">Story {n} of the day</a>') for n in range(120))
    assert len(taken("".join(blocks))[0]) == 100


LINES = [
    "The Secretary spoke on Saturday, the paper says.",
    "",
    "Read more:",
    "",
    *TWO,
    "",
    "Top Content Trending",
    "One",
    "Two",
]


def test_lines_after_a_label_are_picks_up_to_the_footer() -> None:
    assert take_picks_from_lines(LINES) == (LINES[:2], [Pick(TWO[0]), Pick(TWO[1])])
    assert take_picks_from_lines(LINES[:6]) == (LINES[:2], [Pick(TWO[0]), Pick(TWO[1])])


@pytest.mark.parametrize("label", ["اقرأ أيضًا:", "Lesen Sie auch", "关联阅读：", "यह भी पढ़ें", "Читайте также:"])
def test_lines_have_labels_of_many_languages(label: str) -> None:
    assert take_picks_from_lines([PROSE, label, "نائب الوزير يزور الميناء"])[1] == [Pick("نائب الوزير يزور الميناء")]


def test_one_line_with_label_and_headline_is_cut() -> None:
    kept, picks = take_picks_from_lines([PROSE, f"Read more: {TWO[0]}", PROSE, f" See also: {TWO[1]} "])
    assert (kept, picks) == ([PROSE, PROSE], [Pick(TWO[0]), Pick(TWO[1])])


@pytest.mark.parametrize(
    "lines",
    [
        ["Related laws: they did not help, said the minister on Monday.", "More"],
        ["Read more: the minister said it would be no use to anybody at all."],
        ["Related", "It was a quiet day at the port.", "Nobody worked."],
        ["Related", *(f"A headline of the day {n}" for n in range(16))],
        ["Most read", *TWO],
        ["Read more:"],
    ],
)
def test_other_lines_stay(lines: list[str]) -> None:
    assert take_picks_from_lines(lines) == (lines, [])


def test_more_is_a_label_only_with_a_colon() -> None:
    assert (labels.kind("More:"), labels.kind("More"), labels.kind("x" * 81)) == ("picks", None, None)


TAGS = st.sampled_from(
    ["div", "p", "ul", "li", "a", "h3", "span", "nav", "section", "script", "article", "img", "strong"]
)
TEXTS = st.sampled_from(
    ["", " ", "Read more:", "Related", "Most read", "اقرأ أيضا", PROSE, "•", "More on this", "Read next", "See:"]
) | st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=30
)
HREFS = st.sampled_from(
    ["/news/one-story-of-the-day", "javascript:x", "mailto:a@b.c", "http://[", "//other.example/a-b-c-d", URL]
)
NODES = st.recursive(
    st.tuples(TAGS, TEXTS, TEXTS, HREFS, st.just(())),
    lambda inner: st.tuples(TAGS, TEXTS, TEXTS, HREFS, st.lists(inner, max_size=4)),
    max_leaves=25,
)


def grow(parent: html.HtmlElement, node: tuple, serial: list[int]) -> None:
    tag, text, tail, href, children = node
    element = etree.SubElement(parent, tag)
    element.text, element.tail = text, tail
    if tag == "a":
        serial.append(len(serial))
        element.set("href", href)
        element.text = f"{text} headline number {len(serial)} of the page"
    element.append(etree.Comment("note"))
    element.append(etree.ProcessingInstruction("pi", "x"))
    for child in children:
        grow(element, child, serial)


@settings(max_examples=150, deadline=None)
@given(NODES, st.sampled_from([URL, None, "no address", "http://["]))
@example(("a", "Read more", "", "/news/one-story-of-the-day", ()), URL)
def test_no_tree_is_too_odd_and_nothing_that_was_picked_is_left(node: tuple, url: str | None) -> None:
    tree = html.fromstring("<html></html>")
    grow(tree, node, [])
    picks = take_picks(tree, url)
    left = tree.text_content()
    for pick in picks:
        assert pick.url is None or pick.url.startswith(("http://", "https://"))
        assert pick.title == " ".join((pick.title or "").split()) != ""
        assert pick.title not in " ".join(left.split())


@given(st.lists(TEXTS, max_size=12))
def test_no_lines_are_too_odd(lines: list[str]) -> None:
    kept, picks = take_picks_from_lines(lines)
    rest = iter(lines)
    assert all(line in rest for line in kept)  # in their order
    assert all(labels.is_headline(pick.title or "") for pick in picks)


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 20_000,
        "<p>Read more</p>" * 50_000,
        "<h3>Related</h3><p><a href='/news/one-story-of-the-day'>One story of the day</a></p>" * 12_000,
        f"<p>{PROSE}</p><p><a href='/news/one-story-of-the-day'>One story of the day</a></p>" * 5_000,
        "<div><span>Related</span></div>" * 25_000
        + "<a href='/news/one-story-of-the-day'>One story of the day</a>" * 10_000,
    ],
)
def test_large_pages_take_no_more_than_moments(body: str) -> None:
    tree = page(body)
    started = time.process_time()
    take_picks(tree, URL)
    assert time.process_time() - started < 3


def test_a_tree_may_be_no_more_than_a_line() -> None:
    line = html.Element("p")
    line.text = f"Read more: {TWO[0]}"
    assert take_picks(line, None) == [Pick(TWO[0])]


def test_a_comment_between_label_and_link_does_not_part_them() -> None:
    pair = " | ".join(f'<!-- ad --><a href="/news/story-{n}-of-the-day">{title}</a>' for n, title in enumerate(TWO))
    for line in (f"<p>Read more: {pair}</p>", f"<p><strong>Read more:</strong> {pair}</p>"):
        titles, left = taken(f"<p>{PROSE}</p>{line}")
        assert titles == [*TWO]
        assert left.strip(" |") == PROSE.strip()


def test_a_label_far_above_the_links_does_not_reach_them() -> None:
    far = "<div><hr>" * 9 + "<h3>Related</h3>" + "</div>" * 9
    assert taken(f"<p>{PROSE}</p><div><p>x</p>{far}</div><ul>{links(*TWO)}</ul>")[0] == []


def test_a_heading_that_goes_on_after_its_label_heads_the_list_below() -> None:
    titles, rest = taken(f"<p>{PROSE}</p><h2>Read more <span>– chosen by our desk</span></h2><ul>{links(*TWO)}</ul>")
    assert titles == list(TWO)
    assert "chosen by our desk" not in rest
