"""Where a label stands, what it says of who chose, and what a page calls its parts decide what is an editors' pick."""

import pytest
from test_picks import PROSE, TWO, URL, links, page, taken

from index.article import Pick
from index.page import labels
from index.page.picks import take_picks, take_picks_from_lines

LINK = '<a href="/news/port-to-check-its-cranes">Port to check all its cranes</a>'
TITLE = "Port to check all its cranes"
LIST = f"<ul>{links(*TWO)}</ul>"


@pytest.mark.parametrize("href", [f"{URL}/pictures/4", "/gallery/9/harbour-crane-falls-into-the-river-1"])
def test_an_article_s_own_pictures_and_pages_are_no_picks(href: str) -> None:
    assert taken(f'<h3>Related</h3><a href="{href}">A picture of the crane in the river</a>')[0] == []
    elsewhere = "https://paper.example/world/another-story-1"
    assert len(taken(f'<h3>Related</h3><a href="{href}">A picture of the crane in the river</a>', elsewhere)[0]) == 1


def test_a_page_whose_address_is_its_site_s_has_picks() -> None:
    assert taken(f"<h3>Related</h3>{LIST}", "https://paper.example/")[0] == [*TWO]


def test_an_opinion_is_an_article_and_its_section_is_none() -> None:
    body = '<h3>Related</h3><a href="{}">What the fall of a crane says</a>'
    assert taken(body.format("/comment/what-the-fall-of-a-crane-says"))[0] == ["What the fall of a crane says"]
    for listing in ("/comment", "/story-of-the-day-4/comments/"):
        assert taken(body.format(listing))[0] == []


def test_a_card_is_called_by_its_highest_heading() -> None:
    card = f'<a href="/news/4321"><h5>From our harbour desk</h5><h4>{TITLE}</h4></a>'
    assert taken(f"<h3>Related</h3><div>{card}</div>")[0] == [TITLE]


@pytest.mark.parametrize(
    "name", ["jp-relatedposts", "yarpp yarpp-related", "crp_related", "rp4wp-related", "zergnet-widget", "pagination"]
)
def test_lists_that_known_programs_make_are_no_picks(name: str) -> None:
    assert taken(f'<div class="{name}"><h3>Related</h3>{LIST}</div>')[0] == []


def test_a_name_that_only_begins_like_pagination_says_nothing() -> None:
    assert taken(f'<div class="teasers"><h3 class="x-pagination__hidden">Related</h3>{LIST}</div>')[0] == [*TWO]


def test_where_editors_say_that_they_recommend_it_was_no_machine() -> None:
    box = '<div class="recommended"><h3>{}</h3>{}</div>'
    assert taken(box.format("La rédaction vous conseille", LIST))[0] == [*TWO]
    assert taken(box.format("À lire aussi", LIST))[0] == []


@pytest.mark.parametrize("unit", ["section", "aside"])
def test_a_unit_that_waits_for_its_list_takes_none_from_the_next(unit: str) -> None:
    left_empty = f"<{unit}><div><h3>Related</h3></div><div></div></{unit}>"
    assert taken(f"<div>{left_empty}<{unit}><b>Columns</b>{LIST}</{unit}></div>")[0] == []


@pytest.mark.parametrize("label", ["Read next", "Read this next", "On Paper.example", "Also on paper"])
def test_some_labels_count_only_between_paragraphs(label: str) -> None:
    box = f"<div><h4>{label}</h4><div>{LINK}<p>What the port said.</p></div></div>"
    assert taken(f"<p>{PROSE}</p>{box}<p>{PROSE}</p>") == ([TITLE], PROSE * 2)
    assert taken(f"<p>{PROSE}</p>{box}")[0] == []


@pytest.mark.parametrize("word", ["See", "READ", "Opinion", "(Photos", "Siehe", "Voir", "Lee", "Entenda", "Смотрите"])
def test_a_word_before_a_link_counts_behind_a_paragraph(word: str) -> None:
    line = f"<p>{word}: {LINK}</p>"
    assert taken(f"<p>{PROSE}</p>{line}") == ([TITLE], PROSE)
    assert taken(f"<ul><li>{word}: {LINK}</li><li>{word}: {LINK}</li></ul>")[0] == []
    assert taken(f"<p>{PROSE}</p><p>{word}: {TITLE}</p>")[0] == []


def test_read_next_with_a_colon_is_as_good_as_read_more() -> None:
    assert taken(f"<ul><li>Read next: {LINK}</li></ul>")[0] == [TITLE]


@pytest.mark.parametrize("label", ["On Paper.example:", "En Paper |", "Auch auf paper example –"])
def test_a_line_may_name_its_own_site(label: str) -> None:
    assert taken(f"<p>{label} {LINK}</p>")[0] == [TITLE]
    assert taken(f"<p>{label} {LINK}</p>", "https://gazette.example/x")[0] == []


@pytest.mark.parametrize("label", ["More on Paper.example", "Mehr auf Paper", "Más en Paper"])
def test_more_on_the_site_is_whatever_it_has(label: str) -> None:
    assert taken(f"<h3>{label}</h3>{LIST}")[0] == []


@pytest.mark.parametrize(
    "label",
    [
        *("Related News On Harbour Post:", "From the archives", "Para saber más", "Confira também", "Da leggere anche"),
        *("Notre dossier", "Beiträge zum Thema", "На эту тему", "相关内容", "参考記事", "यह भी देखें", "مقالات مشابهة"),
        *("この記事の編集者は以下の記事をオススメしています", "この記事の関連ニュース"),
        *("Related Harbour Reviews", "Related features", "Read more on this case", "More about the issue"),
        *("編集部が選ぶ関連記事", "クレーンの関連ニュース", "港口延伸阅读", "항구 관련 기사"),
        *("เรื่องที่เกี่ยวข้อง", "Читайте на эту тему"),
    ],
)
def test_more_labels_of_picks(label: str) -> None:
    assert taken(f"<h3>{label}</h3>{LIST}")[0] == [*TWO]


@pytest.mark.parametrize(
    "label",
    [
        "Trending Stories",
        "Recent posts",
        "Up next",
        "Watch now",
        "この記事を読んだ人におすすめ",
        "人気記事",
        "Related Whitepaper",
        "Related white papers",
        "Related topics",
        "関連スポンサーコンテンツ",
        "Новости партнеров",
        "En ce moment",
    ],
)
def test_more_labels_of_other_lists(label: str) -> None:
    assert taken(f"<p>{PROSE}</p><div><h4>{label}</h4>{LIST}</div><p>{PROSE}</p>")[0] == []


def test_one_label_may_follow_another() -> None:
    assert taken(f'<h3>Related</h3><a href="/cranes">More on Cranes</a>{LIST}')[0] == [*TWO]
    assert taken(f"<h3>Related</h3><p>Most read</p>{LIST}")[0] == []


def test_more_on_a_topic_in_one_line_is_a_link_to_the_topic() -> None:
    assert taken('<div>Más sobre <a href="/cranes-of-the-port-t62235">grúas del puerto</a></div>')[0] == []
    assert taken(f"<div>Más sobre {LINK}</div>")[0] == [TITLE]


def test_words_cut_out_of_a_sentence_are_no_headline() -> None:
    line = '<p><a href="/news/port-to-check-its-cranes">{} to check all its cranes</a></p>'
    assert taken(f"<p>{PROSE}</p>{line.format('Port')}<p>{PROSE}</p>")[0] == [TITLE]
    assert taken(f"<p>{PROSE}</p>{line.format('port')}<p>{PROSE}</p>")[0] == []


def test_a_bare_list_may_end_a_text_of_some_paragraphs() -> None:
    assert taken(f"{f'<p>{PROSE}</p>' * 3}{LIST}<p>First published by the harbour desk</p>")[0] == [*TWO]
    assert taken(f"{f'<p>{PROSE}</p>' * 2}<h3>Why</h3>{LIST}")[0] == []
    assert taken(f"{f'<p>{PROSE}</p>' * 3}<div>{LIST}</div>")[0] == []


def test_a_list_of_machines_set_between_paragraphs_is_none() -> None:
    box = f'<div><div class="trending">{LIST}</div></div>'
    assert taken(f"<p>{PROSE}</p>{box}<p>{PROSE}</p>")[0] == []


def test_a_line_in_brackets_is_a_pick_without_them() -> None:
    tree = page(f"<p>{PROSE}</p><p>(MORE: {LINK})</p>")
    assert take_picks(tree, URL) == [Pick(TITLE, "https://paper.example/news/port-to-check-its-cranes")]
    assert labels.labelled("Read more: The crane (and the port)") == ("picks", "The crane (and the port)")


def test_lines_of_plain_text_need_a_label_that_counts_anywhere() -> None:
    lines = [PROSE, f"See: {TITLE}", f"Most read: {TITLE}"]
    assert take_picks_from_lines(lines) == (lines, [])


def test_a_headline_may_recommend_and_only_a_machine_s_statistics_count() -> None:
    body = f'<h3>Related</h3><a href="{{}}">{TITLE}</a>'
    assert taken(body.format("/news/board-recommends-to-check-cranes"))[0] == [TITLE]
    assert taken(body.format("/news/port-to-check-its-cranes?from=recommended"))[0] == []


@pytest.mark.parametrize("listing", ["etiqueta", "mot-cle", "schlagwort", "assuntos", "argomenti", "etiketler", "tagi"])
def test_lists_of_tags_have_addresses_in_many_languages(listing: str) -> None:
    assert (
        taken(f'<h3>Related</h3><a href="/{listing}/cranes-of-the-old-harbour-1">Cranes of the old harbour</a>')[0]
        == []
    )


def test_a_list_ends_where_a_part_begins_with_another_label() -> None:
    other = '<div><h4>Most read</h4><a href="/news/a-ship-comes-in-at-last-1">A ship comes in at last</a></div>'
    assert taken(f"<div><h3>Related</h3>{LIST}{other}</div>")[0] == [*TWO]


@pytest.mark.parametrize(("label", "found"), [("Related", [*TWO]), ("Harbour", [])])
def test_another_label_s_list_may_be_left_empty(label: str, found: list[str]) -> None:
    assert taken(f"<div><p>Most read</p><p>{label}</p>{LIST}</div>")[0] == found


def test_navigation_that_is_called_related_holds_picks() -> None:
    for start, end in (('<nav class="related-links">', "</nav>"), ('<div class="related"><nav>', "</nav></div>")):
        assert taken(f"{start}<h3>Read more</h3>{LIST}{end}")[0] == [*TWO]
    assert taken(f'<nav class="topics"><h3>Read more</h3>{LIST}</nav>')[0] == []


def test_what_a_site_s_header_goes_on_with_is_no_pick() -> None:
    line = f"<p>Read next: {LINK}</p>"
    assert taken(f'<header><nav><a href="/">Paper</a></nav>{line}</header>')[0] == []
    assert taken(f"<header><h1>Crane falls</h1>{line}</header>")[0] == [TITLE]


def test_signs_make_no_headline_of_a_button() -> None:
    href = "/news/port-to-check-its-cranes"
    assert taken(f'<h3>Related</h3><div><a href="{href}">More »</a> <a href="{href}">{TITLE}</a></div>')[0] == [TITLE]
    assert all(map(labels.is_fragment, ("Read »", "„Go on…“")))
    assert not labels.is_fragment("クレーンが倒れた")


def test_an_item_of_a_list_is_not_set_into_a_text() -> None:
    between = f"<li><p>{PROSE}</p></li><li>{LINK}</li><li><p>{PROSE}</p></li>"
    assert taken(f"<ul>{between}</ul>")[0] == []
    assert taken(between.replace("li>", "div>"))[0] == [TITLE]


@pytest.mark.parametrize("start", ["<aside>", '<div class="related-card">'])
def test_a_card_with_an_excerpt_may_be_set_into_a_text(start: str) -> None:
    end = start.partition(" ")[0].strip("<>")
    excerpt = "The port said that it would look at every crane in the harbour."
    card = f'{start}{LINK}<p>{excerpt} <a href="/news/port-to-check-its-cranes">Read more</a></p></{end}>'
    assert taken(f"<p>{PROSE}</p>{card}<p>{PROSE}</p>") == ([TITLE], PROSE * 2)
    assert taken(f"<p>{PROSE}</p>{card.replace(start, '<div>').replace(end, 'div')}<p>{PROSE}</p>")[0] == []


def test_a_line_without_a_link_must_be_a_whole_headline() -> None:
    assert taken(f"<ul><li>Related: {TITLE}</li></ul>")[0] == [TITLE]
    assert taken("<ul><li>Related to each other: for example, a crane and a ship</li></ul>")[0] == []


@pytest.mark.parametrize("label", ["More on Cranes", "Mehr zu Kränen", "Más sobre grúas", "Altro su gru"])
def test_more_on_a_topic_counts_with_a_colon_or_between_paragraphs(label: str) -> None:
    assert taken(f"<h3>{label}</h3>{LIST}")[0] == []
    assert taken(f"<h3>{label}:</h3>{LIST}")[0] == [*TWO]
    assert taken(f"<p>{PROSE}</p><div><h3>{label}</h3>{LIST}</div><p>{PROSE}</p>")[0] == [*TWO]


@pytest.mark.parametrize(
    "label",
    ["Read our report", "Lesen Sie hierzu das Interview", "Lire notre enquête", "Leggi l’intervista", "Don’t miss"],
)
def test_a_request_to_read_counts_before_a_link_behind_a_paragraph(label: str) -> None:
    assert taken(f"<p>{PROSE}</p><p>{label}: {LINK}</p>") == ([TITLE], PROSE)
    assert taken(f"<p>{label}: {LINK}</p>")[0] == []


@pytest.mark.parametrize("label", ["Read this article", "Lesen Sie diesen Artikel"])
def test_a_button_to_read_a_teaser_s_article_is_none(label: str) -> None:
    assert taken(f"<p>{PROSE}</p><div><p>{label}: {LINK}</p><p>Harbour</p></div>")[0] == []


@pytest.mark.parametrize("label", ["Le puede interesar", "Ti potrebbe interessare anche", "قد يهمك أيضا"])
def test_what_may_interest_readers_counts_between_paragraphs(label: str) -> None:
    box = f"<div><h4>{label}</h4>{LIST}</div>"
    assert taken(f"<p>{PROSE}</p>{box}<p>{PROSE}</p>")[0] == [*TWO]
    assert taken(f"<p>{PROSE}</p>{box}")[0] == []


def test_topics_that_others_searched_for_are_no_picks() -> None:
    topics = ("harbour cranes of the north", "how a crane is built", "Calder harbour opening hours")
    assert taken(f"<h3>See also</h3><ul>{links(*topics)}</ul>")[0] == []
    titles = ("eBay to move into the old harbour", "Port to check all its cranes")  # a name may begin so
    assert taken(f"<h3>See also</h3><ul>{links(*titles)}</ul>")[0] == [*titles]
