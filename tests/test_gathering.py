"""The commands that gather: what a newsroom developer types in the first ten minutes, and what goes wrong there."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Run
from newsroom import NEWS, write_jsonl
from website import Site, website

ARTICLE = """<html lang=en><head><title>{title}</title><link rel=canonical href="{site}{path}"></head><body>
<article><h1>{title}</h1><p>{text}</p><p>{text} Twice.</p>
<h3>Read more</h3><ul><li><a href="{site}/2026/09/14/{pick}">{picked}</a></li></ul></article></body></html>"""


@pytest.fixture
def site() -> Iterator[Site]:
    with website() as up:
        titles = {
            "flood-in-the-lower-town": "Flood in the lower town rises through the night",
            "flood-pumps-on-their-way": "Flood pumps are on their way to the lower town",
        }
        names = list(titles)
        for name, title in titles.items():
            other = names[1 - names.index(name)]
            path = f"/2026/09/14/{name}"
            text = f"The {title.lower()}, and people in the cellars were told to leave before the morning came at last."
            up.put(
                path,
                ARTICLE.replace("{site}", up.root).format(
                    title=title, path=path, text=text, pick=other, picked=titles[other]
                ),
                etag=f'"{name}"',
            )
        locs = "".join(f"<url><loc>{up.root}/2026/09/14/{name}</loc></url>" for name in names)
        up.put("/sitemap.xml", f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{locs}</urlset>")
        up.put("/", "<html><head><meta property='og:site_name' content='The Calder Post'></head></html>")
        yield up


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the commands are typed."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_ten_minutes_from_a_site_s_address_to_links_on_it(site: Site, run: Run, desk: Path) -> None:
    first = run("init", site.root, "--allow-private")
    assert "The Calder Post" in first.out
    assert "recommender.toml is written; `recommender rebuild` reads what is marked →" in first.out
    with (desk / "recommender.toml").open("a") as file:
        file.write("delay_s = 0\n")
    report = run("rebuild", "--json").json
    assert (report["articles"], report["new"], report["skipped"]) == (2, 2, 0)
    assert report["sources"][0]["source"] == f"sitemap:{site.root}/sitemap.xml"
    held = run("picks", "--json").json
    assert (held["pages"], held["picks"], held["resolved"]) == (2, 2, 2)
    one, other = held["items"]
    assert one["picks"][0]["resolved"] == other["id"]
    assert other["picks"][0]["resolved"] == one["id"]
    assert run("related", "--id", one["id"], "--json").json["items"][0]["id"] == other["id"]
    site.forget()
    assert run("rebuild", "--json").json["sources"][0]["not_due"] == 2  # their addresses say that they are old
    assert site.paths() == ["/sitemap.xml"]


def test_the_settings_file_is_not_overwritten_unasked(site: Site, run: Run, desk: Path) -> None:
    (desk / "recommender.toml").write_text("site = 'Mine'\n")
    refused = run("init", site.root, "--allow-private", code=2)
    assert "recommender.toml: is there already; edit it, or replace it with --force" in refused.err
    offers = run("init", site.root, "--allow-private", "--force", "--json").json["offers"]
    assert offers == [{"kind": "sitemap", "url": f"{site.root}/sitemap.xml", "found": "2 pages", "used": True}]


def test_a_site_that_names_nothing_is_told_what_to_do(site: Site, run: Run, desk: Path) -> None:
    site.take("/sitemap.xml")
    assert (
        "no feed, no sitemap and no WordPress; name a source to `build`"
        in run("init", site.root, "--allow-private", code=5).err
    )
    assert not (desk / "recommender.toml").exists()


def test_a_private_site_is_not_looked_at_unasked(site: Site, run: Run) -> None:
    assert "127.0.0.1 is a private address" in run("init", site.root, code=1).err


def test_rebuild_without_settings_or_sources_says_what_to_write(run: Run, desk: Path) -> None:
    assert "recommender.toml: cannot be read" in run("rebuild", code=2).err
    (desk / "recommender.toml").write_text("site = 'Post'\n")
    assert "names no [[source]]; add one, or let `recommender init URL` find them" in run("rebuild", code=2).err


def test_one_source_that_fails_does_not_keep_the_others_out(site: Site, run: Run, desk: Path) -> None:
    write_jsonl(desk / "news.jsonl", NEWS)
    (desk / "recommender.toml").write_text(
        "[fetch]\nallow_private = true\n[[source]]\nplace = 'news.jsonl'\n"
        f"[[source]]\nplace = 'feed:{site.root}/gone'\n"
    )
    done = run("rebuild", "--json", code=4)
    good, bad = done.json["sources"]
    assert (good["new"], good["error"], bad["new"]) == (14, None, 0)
    assert "answered 404" in bad["error"]
    assert "answered 404" in done.err
    assert "failed" in run("rebuild", code=4).out


def test_pages_that_are_no_articles_are_told_once_and_named_for_ever(site: Site, run: Run, home: Path) -> None:
    site.put("/report", b"%PDF-1.7", "application/pdf")
    lines = f"<url><loc>{site.url('/report')}</loc></url></urlset>".encode()
    site.pages["/sitemap.xml"].body = site.pages["/sitemap.xml"].body.replace(b"</urlset>", lines)
    run("init", site.root, "--allow-private")
    said = f"{site.url('/report')}: is application/pdf, not a page"
    first = run("rebuild", code=4)
    assert f"skipped: {said}" in first.err.replace("\n", "")
    again = run("rebuild", "--json")
    assert (again.json["skipped"], again.json["no_article"], again.json["not_due"]) == (0, 1, 2)
    assert (home / "rejected.txt").read_text() == f"{said}\n"
    all_again = run("rebuild", "--reread", "--json").json
    assert (all_again["no_article"], all_again["unchanged"]) == (1, 2)


def test_a_page_is_shown_as_it_would_be_stored_and_stored(site: Site, run: Run) -> None:
    address = site.url("/2026/09/14/flood-in-the-lower-town")
    assert "or give --allow-private, to read from it" in run("read", address, code=1).err
    body = run("read", address, "--allow-private", "--json").json
    assert body["article"]["title"] == "Flood in the lower town rises through the night"
    assert "Read more" not in body["article"]["text"]
    pick = {
        "title": "Flood pumps are on their way to the lower town",
        "url": site.url("/2026/09/14/flood-pumps-on-their-way"),
    }
    assert body["picks"] == [pick]
    shown = run("read", address, "--allow-private").out
    assert run("build", address, "--allow-private", "--json").json["new"] == 1
    assert pick["title"] in shown
    assert "The editors’ picks, kept apart from the text" in shown


def test_a_saved_page_is_read_plain_or_gzipped(run: Run, desk: Path) -> None:
    text = "Flood rises\n\nThe flood rose through the night, and people left.\n\nRead more:\n\nPumps are on their way\n"
    (desk / "page.txt").write_text(text)
    (desk / "page.txt.gz").write_bytes(gzip.compress(text.encode()))
    for name in ("page.txt", "page.txt.gz"):
        body = run("read", name, "--url", "https://a.example/flood", "--json").json
        assert body["article"]["title"] == "Flood rises"
        assert body["picks"] == [{"title": "Pumps are on their way", "url": None}]
        assert run("read", name, "--json").json["article"]["url"].startswith("urn:article:page-")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("gone.html", None, "gone.html: [Errno 2] No such file or directory"),
        ("empty.html", b"", "empty.html: the page is empty"),
        ("photo.html", b"\xff\xd8\xff\xe0" + bytes(200), "photo.html: this is no text"),
        ("cut.html.gz", gzip.compress(b"<html>" * 99)[:20] + b"xx", "cut.html.gz: "),
    ],
)
def test_a_page_that_cannot_be_read_is_a_sentence(
    run: Run, desk: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (desk / name).write_bytes(content)
    assert said in run("read", name, code=1).err


def test_picks_that_are_not_held_are_listed(run: Run, desk: Path) -> None:
    run("build", write_jsonl(desk / "news.jsonl", NEWS))
    shown = run("picks").out
    assert "minister-sworn-in" in shown
    assert "not held" in shown
    assert "3 picks on 1 of 14 pages; 2 resolve" in shown
    assert len(run("picks", "--unresolved", "--json").json["items"]) == 1


def test_a_table_s_columns_are_named_on_the_command_line(run: Run, desk: Path) -> None:
    (desk / "posts.csv").write_text("key,headline\n1,Flood rises in the town\n")
    run("build", "posts.csv", "--column", "id=key", "--column", "title=headline")
    assert run("related", "--id", "1", "--json").json["source"]["title"] == "Flood rises in the town"
    assert (
        "--column headline: write our field, =, and the table's column"
        in run("build", "posts.csv", "--column", "headline", code=2).err
    )


def test_a_broken_settings_file_is_named(run: Run, desk: Path) -> None:
    (desk / "recommender.toml").write_text("sit = 'Post'\n")
    assert "recommender.toml, sit: no such setting" in run("picks", code=2).err
