"""Pages that grow: each builder makes one of about so many characters, of a kind that once took too long."""

from collections.abc import Callable

Build = Callable[[int], str]

PARAGRAPH = (
    "The harbour of Skerry reopened on Monday after three weeks of repairs to its outer wall, the port master said."
)
LINK = "<a href=/2026/09/14/the-harbour-of-skerry-reopens>The harbour of Skerry reopens</a>"
LABEL = "<p>Read more:</p>"


def page(body: str = "", head: str = "", title: str = "Harbour reopens") -> str:
    paragraphs = f"<p>{PARAGRAPH}</p>" * 3
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title>{head}</head>"
        f"<body><article><h1>{title}</h1>{paragraphs}{body}<p>{PARAGRAPH}</p></article></body></html>"
    )


def bare(piece: str, before: str = "", after: str = "") -> Build:
    """A page of nothing but a piece again and again, each with its own number for `#`."""
    return lambda n: before + _times(piece, n) + after


def body(piece: str, before: str = "", after: str = "") -> Build:
    return lambda n: page(before + _times(piece, n) + after)


def head(piece: str, before: str = "", after: str = "") -> Build:
    return lambda n: page(head=before + _times(piece, n) + after)


def stating(piece: str, before: str, after: str) -> Build:
    """A page whose JSON-LD states a value that grows."""
    opening = '<script type="application/ld+json">{"@type": "NewsArticle", '
    return head(piece, opening + before, after + "}</script>")


def titled(piece: str, before: str = "", after: str = "") -> Build:
    return lambda n: page(title=before + _times(piece, n) + after)


def _twice(title: str) -> str:
    return f"<meta property=og:title content='{title}'><meta name=twitter:title content='{title}'>"


def _long(n: int) -> str:
    return "x " * min(n // 4, 20_000)


def _times(piece: str, n: int) -> str:
    count = max(1, n // (len(piece) + 3 * piece.count("#")))
    return "".join(piece.replace("#", str(number)) for number in range(count)) if "#" in piece else piece * count


ALIKE: dict[str, Build] = {
    "headings": body("<h1>x</h1>"),
    "headings and classes": lambda n: page(_times("<h1>x</h1>", n // 2) + _times("<i class=x></i>", n // 2)),
    "second headings and links": lambda n: page(_times("<h2>x</h2>", n // 2) + _times("<a href=/></a>", n // 2)),
    "bylines": body("<p class=byline>By Ann Smith</p>"),
    "bylines of nobody": body("<p class=byline>By</p>"),
    "headings and bylines": bare("<h1>Harbour</h1><p class=byline># some words</p>\n"),
    "bold words": body("<b>x</b> y ", "<p>", "</p>"),
    "spans": body("<span>x</span>", "<p>", "</p>"),
    "line breaks": body("x<br>", "<p>", "</p>"),
    "links in a sentence": body("<a href=/x>x</a> y ", "<p>", "</p>"),
    "forms and words": body("<form>x</form> y "),
    "scripts and words": body("<script>x</script> y "),
    "navigations and words": body("<nav>x</nav> y "),
    "nothing and words": body("<i></i> yyy "),
    "paragraphs unseen": body("<noscript><p>x</p></noscript>"),
    "labels in navigation": body(LABEL, "<nav>", "</nav>"),
    "paragraphs in lists": body("<ul><li><p>x</p></ul>"),
    "paragraphs in boxes": body("<div>" + "<p>x</p>" * 100 + "</div>"),
}
DEEP: dict[str, Build] = {
    "boxes": body("<div>"),
    "boxes around boxes": body("<div>x</div>", "<div>" * 80),
    "tables": body("<td>x</td>", "<table><tr><td>" * 25 + "<table><tr>"),
    "items": body("<b></b>", "<ul><li>" * 40 + "Read more: The harbour"),
    "captions": body("<b>x </b>", "<figcaption><div>" * 40),
    "bylines in bylines": body("<i></i>", "<div class=byline>" * 80 + "By Ann"),
    "links in bylines": body("<a><h3>x</h3></a>", "<div class=author>" * 80),
    "headers": body(LABEL, "<header>" * 80, "<nav>x</nav>"),
    "insets": body("<i></i>", "<aside>" * 80 + LINK),
}
WORDS: dict[str, Build] = {
    "separators in a title": titled("a | "),
    "separators in a headline": stating("a | ", '"headline": "', '"'),
    "separators in a shared title": lambda n: page(head=_twice("a - " * min(n // 8, 12_000))),
    "shared titles": lambda n: page(
        _times(f"<h1>{'harbour ' * 20}</h1>", n // 2), _times(_twice("Skerry " * 20), n // 2)
    ),
    "digits behind a date": stating("1", '"datePublished": "Mon, 1 Jan 2024 10:00:00 +0000 ', '"'),
    "years behind a date": stating("2024Z ", '"datePublished": "Mon, 1 Jan 2024 10:00:00 +0000 ', 'x"'),
    "spaces behind a date": stating(" ", '"datePublished": "2024-01-01T10:00:00', 'x"'),
    "colons as a date": stating("1:", '"datePublished": "', '"'),
    "a word behind a date": body(f"<p>updated 2024{'x' * 26}!</p>"),
    "words behind a date": body(f"<p>published 2024{' xx' * 9}!</p>"),
    "places to follow": body(f"<p>for all the latest {'follow ' * 8}{'on x ' * 25}!</p>"),
    "an invitation": body(f"<p>follow us {'on x ' * 40}!</p>"),
    "months": lambda n: f"<p>Harbour reopens 2024 {'jan' * (n // 3)}</p>",
    "months in Spanish": lambda n: f"<p>Harbour reopens 2024 {'ene' * (n // 3)}</p>",
    "months and numbers": lambda n: f"<p>Harbour reopens 2024 {'jan 1 ' * (n // 6)}</p>",
    "question marks": body("?", "<p>Related:</p><a href='/2026/the-harbour-reopens", f"'>{'The harbour reopens'}</a>"),
    "many question marks": body(f"<p>Related:</p><a href='/2026/the-harbour-{'?' * 20_000}'>The harbour reopens</a>"),
    "a long base": lambda n: page(_times("<a href=x>The harbour</a>", n // 2), f"<base href='/{_long(n)}'>"),
    "a long class": lambda n: page(f"<div class='{_long(n)}'>{_times(LABEL, n // 2)}</div>"),
    "beginnings of the description": lambda n: page(
        _times("<i>Harbour</i>", n), f"<meta name=description content='{'Harbour of Skerry is open. ' * 60}'>"
    ),
    "labels under a header": body(LABEL, "<header>", "<nav>x</nav></header>"),
    "lines of a stated text": stating("The harbour # reopened.\\n", '"articleBody": "', '"'),
    "nodes": stating('{"@type": "NewsArticle", "author": "Ann #"}, ', '"@graph": [', "{}]"),
    "labels as text": bare("Related articles\n"),
    "the title as text": bare("T\n"),
    "spaces as text": bare(" ", "x", "y"),
    "labels and headlines as text": bare("Related:\nThe harbour of Skerry reopens\n\n"),
}
TAGS: dict[str, Build] = {
    "attributes": body("a#='<' ", "<p ", ">x</p>"),
    "attributes behind a comment": body("a#='>' ", "<!-- <p a=' --><p ", ">x</p>"),
    "attributes of a script": body("a#='>' ", "<script ", "></script>"),
    "attributes like tags": body("<a# ", "<p ", ">x</p>"),
    "tags without an end": body("<p a='<p b=\""),
    "comments without an end": body("<!-- "),
    "signs": body("<"),
    "references": body("&amp;"),
}
PAGES: dict[str, Build] = {**ALIKE, **DEEP, **WORDS, **TAGS}

NUMBER = "9" * 5_000
NAMES = '{"name": ' * 900 + "1" + "}" * 900
ODD: dict[str, str] = {
    "a number in a headline": stating(" ", f'"name": "&#{NUMBER};"', "")(1),
    "a number in a description": page(head=f"<meta name=description content='&amp;#{NUMBER};'>"),
    "a number in a title": page(title=f"Harbour &amp;#{NUMBER}"),
    "a number in a text": page(f"<p>x &#{NUMBER}; &#x{NUMBER};</p>"),
    "a number as a headline": stating(" ", f'"name": {NUMBER}', "")(1),
    "names in names": stating(" ", f'"author": {NAMES}', "")(1),
    "lists in lists": page(head='<script type="application/ld+json">' + "[" * 100_000 + "</script>"),
    "half characters": page("\ud800", head=stating(" ", '"name": "\\ud800"', "")(1)),
    "characters beyond the first plane": page("\U0001f600" * 9_000, title="\U0001f600" * 900),
    "addresses that are none": page("<a href='http://[x'>The harbour</a><a href='//\u2100/'>x</a><img src='http://['>"),
    "a base that is none": page(LINK, "<base href='http://[x'><link rel=canonical href='http://[x'>"),
    "nothing but the beginning of a tag": "<!doctype " * 900,
    "frames": "<frameset><frame src=x>" * 900,
    "no text": "<title>" * 900,
    "zeroes": "\x00" + page() + "\x00\x1b",
}
