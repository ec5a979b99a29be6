"""Three articles as a source of each kind, in files or on a website."""

import gzip
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from website import Site, page

TITLES = ("Harbour reopens after the storm", "Ferry talks go on", "Bridge over the river is planned")
BODY = "The harbour council met on Monday and, after a long debate, agreed a plan for the bridge. " * 12

Place = Callable[[Path, Site], str]


def named(number: int) -> str:
    return f"https://a.example/{number}"


def rows() -> list[dict[str, str]]:
    return [{"url": named(number), "title": title, "text": BODY} for number, title in enumerate(TITLES)]


def jsonl(folder: Path, _: Site) -> str:
    (folder / "news.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows()))
    return str(folder / "news.jsonl")


def table(folder: Path, _: Site) -> str:
    lines = [f'{row["url"]},"{row["title"]}","{row["text"]}"' for row in rows()]
    (folder / "news.csv.gz").write_bytes(gzip.compress("\n".join(["url,title,text", *lines]).encode()))
    return str(folder / "news.csv.gz")


def database(folder: Path, _: Site) -> str:
    with closing(sqlite3.connect(folder / "news.db")) as db, db:
        db.execute("create table news (url, title, text)")
        db.executemany("insert into news values (:url, :title, :text)", rows())
    return f"sqlite:///{folder / 'news.db'} select * from news"


def parquet(folder: Path, site: Site) -> str:
    duckdb = pytest.importorskip("duckdb")
    source = str(folder / "news.parquet")
    duckdb.execute(f"copy (select * from read_csv('{table(folder, site)}')) to '{source}' (format parquet)")
    return source


def pages(folder: Path, _: Site) -> str:
    for number, row in enumerate(rows()):
        head = f'<link rel="canonical" href="{row["url"]}">'
        (folder / f"{number}.html").write_text(page(row["title"], row["text"], head))
    return f"pages:{folder}"


def markdown(folder: Path, _: Site) -> str:
    (folder / "content").mkdir()
    for number, row in enumerate(rows()):
        (folder / "content" / f"{number}.md").write_text(f"---\ntitle: {row['title']}\n---\n{BODY}\n")
    return f"markdown:{folder}"


def export(folder: Path, _: Site) -> str:
    items = "".join(
        f"<item><title>{row['title']}</title><link>{row['url']}</link><content:encoded>{BODY}</content:encoded>"
        "<wp:post_type>post</wp:post_type><wp:status>publish</wp:status></item>"
        for row in rows()
    )
    spaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/"'
    (folder / "export.xml").write_text(f"<rss {spaces}><channel>{items}</channel></rss>")
    return f"wxr:{folder / 'export.xml'}"


def feed(folder: Path, _: Site) -> str:
    items = [{"id": row["url"], "url": row["url"], "title": row["title"], "content_text": BODY} for row in rows()]
    whole = {"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": items}
    (folder / "feed.json").write_text(json.dumps(whole))
    return f"feed:{folder / 'feed.json'}"


def put_pages(site: Site) -> list[str]:
    return [site.put(f"/{number}", page(row["title"], row["text"])) for number, row in enumerate(rows())]


def short_feed(_: Path, site: Site) -> str:
    items = "".join(f"<item><title>T</title><link>{url}</link></item>" for url in put_pages(site))
    return "feed:" + site.put("/feed", f"<rss version='2.0'><channel>{items}</channel></rss>", "application/rss+xml")


def sitemap(_: Path, site: Site) -> str:
    lines = "".join(f"<url><loc>{url}</loc></url>" for url in put_pages(site))
    return site.put("/sitemap.xml", f"<urlset>{lines}</urlset>", "application/xml")


def addresses(folder: Path, site: Site) -> str:
    (folder / "list.txt").write_text("\n".join(put_pages(site)))
    return f"urls:{folder / 'list.txt'}"


def wordpress(_: Path, site: Site) -> str:
    posts = [
        {
            "id": number,
            "link": row["url"],
            "title": {"rendered": row["title"]},
            "content": {"rendered": f"<p>{BODY}</p>"},
            "modified_gmt": f"2026-09-0{number + 1}T08:00:00",
        }
        for number, row in enumerate(rows())
    ]
    site.otherwise = lambda _: site.pages["/posts"]
    site.put("/posts", json.dumps(posts), "application/json", headers={"X-WP-Total": "3"})
    return f"wordpress:{site.root}"


KINDS: list[Place] = [jsonl, table, database, parquet, pages, markdown, export, feed, short_feed, sitemap]
KINDS += [addresses, wordpress]
