"""An answer as what other software takes in: the HTML fragment for includes, and the RSS feed."""

import re
from email.utils import format_datetime
from html import escape
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from index.article import parse_moment
from recommender.pages.cards import web_address
from recommender.pages.wording import wording
from recommender.templating import templates_in

# What XML 1.0 has no way to write.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

templates = templates_in("recommender.widget")


def fragment(body: dict[str, Any], heading: str | None = None) -> str:
    """The links of an answer as a `<nav>`, the same that the element makes; nothing at all where there are none."""
    shown = heading or wording(body["source"]["language"]).read_more
    return templates.get_template("fragment.html").render(items=_links(body), heading=shown)


def feed(body: dict[str, Any]) -> bytes:
    """The links of an answer as RSS 2.0."""
    source, rss = body["source"], Element("rss", version="2.0")
    channel, heading = SubElement(rss, "channel"), wording(source["language"]).read_more
    _fill(
        channel,
        title=f"{heading}: {source['title']}",
        link=source["url"],
        description=escape(f"{heading}: {source['title']}", quote=False),
        language=source["language"],
        lastBuildDate=_rfc822(body["index"]["built_at"]),
    )
    for item in _links(body):
        _fill(SubElement(channel, "item"), **_entry(item))
    indent(rss)
    return bytes(tostring(rss, encoding="utf-8", xml_declaration=True))


def _links(body: dict[str, Any]) -> list[dict[str, Any]]:
    # An article without an address has a urn, which leads nowhere.
    return [item for item in body["items"] if web_address(item["url"])]


def _entry(item: dict[str, Any]) -> dict[str, str | None]:
    return {
        "title": item["title"],
        "link": item["url"],
        "guid": item["url"],
        "pubDate": _rfc822(item["published_at"]),
        "category": item["section"],
        # Readers take a description for HTML, and ours is plain text.
        "description": item["excerpt"] and escape(item["excerpt"], quote=False),
    }


def _fill(parent: Element, **texts: str | None) -> None:
    for name, text in texts.items():
        if text:
            SubElement(parent, name).text = _NOT_XML.sub("\ufffd", text)


def _rfc822(moment: str | None) -> str | None:
    return moment and format_datetime(parse_moment(moment), usegmt=True)
