"""WordPress sites: what their interface says of a post, what is asked for again, and what vanished."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from website import PARAGRAPH, Answer, Site, articles, visit

from index.fields import Image, Pick
from index.sources import SourceError

START = datetime(2026, 11, 2, 10)
JSON = "application/json; charset=UTF-8"


class WordPress:
    """A site that runs WordPress, as far as its posts go; `posts` is what is published on it."""

    def __init__(self, site: Site) -> None:
        self.site, self.posts = site, list[dict[str, Any]]()
        self.asked: list[dict[str, str]] = []
        self.after_page = lambda _: None
        site.otherwise = self.answer

    def publish(self, number: int, minute: int | None = None, **fields: Any) -> dict[str, Any]:
        """Publish a post, or publish it anew."""
        self.posts = [post for post in self.posts if post["id"] != number]
        modified = (START + timedelta(minutes=number if minute is None else minute)).isoformat()
        post = {
            "id": number,
            "link": self.site.url(f"/post-{number}/"),
            "date_gmt": START.isoformat(),
            "modified_gmt": modified,
            "title": {"rendered": f"Post &#8220;{number}&#8221;"},
            "content": {"rendered": f"<p>{PARAGRAPH}</p>" * 3, "protected": False},
            "excerpt": {"rendered": "<p>In short.</p>\n"},
            "_embedded": {},
        }
        self.posts.append(post | fields)
        return self.posts[-1]

    def answer(self, path: str) -> Answer:
        parts = urlsplit(path)
        if parts.path != "/wp-json/wp/v2/posts":
            return Answer(b"<html>not here</html>", statuses=[404])
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.append(query)
        number, size = int(query.get("page", 1)), int(query["per_page"])
        chosen = self._chosen(query)
        if number > 1 and (number - 1) * size >= len(chosen):
            return Answer(b'{"code": "rest_post_invalid_page_number"}', JSON, [400])
        body = json.dumps(chosen[(number - 1) * size : number * size]).encode()
        self.after_page(number)
        return Answer(body, JSON, headers={"X-WP-Total": str(len(chosen))})

    def _chosen(self, query: dict[str, str]) -> list[dict[str, Any]]:
        since = query.get("modified_after", "").removesuffix("Z")
        ids = [int(number) for number in query.get("include", "").split(",") if number]
        chosen = [post for post in self.posts if post["modified_gmt"] > since and (not ids or post["id"] in ids)]
        key = "modified_gmt" if query.get("orderby") == "modified" else "id"
        return sorted(chosen, key=lambda post: (post[key], post["id"]))


@pytest.fixture
def blog(site: Site) -> WordPress:
    return WordPress(site)


def test_a_post_has_all_that_wordpress_says_of_it(blog: WordPress, tmp_path: Path) -> None:
    link = f"<a href='{blog.site.url('/ferry/')}'>The ferry that nobody takes any more</a>"
    more = f"<p>Read more:</p><ul><li>{link}</li></ul>"
    terms = [
        [{"taxonomy": "category", "name": "Arts &amp; Culture", "slug": "arts"}],
        [{"taxonomy": "post_tag", "name": "Bridges", "slug": "bridges"}, {"taxonomy": "post_tag", "name": "River"}],
    ]
    picture = {
        "source_url": blog.site.url("/b.jpg"),
        "alt_text": "A bridge",
        "media_details": {"width": 640, "height": 480},
    }
    blog.publish(
        7,
        content={"rendered": f"<p>{PARAGRAPH}</p>" * 5 + more, "protected": False},
        _embedded={"author": [{"name": "Ada Quill"}], "wp:term": terms, "wp:featuredmedia": [picture]},
    )
    assert visit(tmp_path, f"wordpress:{blog.site.root}/").counts() == {"new": 1}
    article = articles(tmp_path)["Post “7”"]
    assert article.url == blog.site.url("/post-7/")
    assert article.published == datetime(2026, 11, 2, 10, tzinfo=UTC)
    assert article.updated == datetime(2026, 11, 2, 10, 7, tzinfo=UTC)
    assert (article.author, article.section, article.tags) == ("Ada Quill", "Arts & Culture", ("Bridges", "River"))
    assert (article.excerpt, article.image) == ("In short.", Image(blog.site.url("/b.jpg"), 640, 480, "A bridge"))
    assert article.text.startswith("The harbour council")
    assert "Read more" not in article.text
    assert article.picks == (Pick("The ferry that nobody takes any more", blog.site.url("/ferry/")),)


@pytest.mark.parametrize("place", ["/", "", "/wp-json/", "/wp-json/wp/v2/posts"])
def test_a_site_and_its_interface_are_one_place(place: str, blog: WordPress, tmp_path: Path) -> None:
    blog.publish(1)
    assert visit(tmp_path, f"wordpress:{blog.site.url(place)}").counts() == {"new": 1}


def test_a_site_without_pretty_permalinks_is_read(blog: WordPress, tmp_path: Path) -> None:
    blog.publish(1)
    pretty = blog.answer

    def plain(path: str) -> Answer:
        parts = urlsplit(path)
        route = parse_qs(parts.query).get("rest_route", [""])[0]
        return pretty(f"/wp-json{route}?{parts.query}")

    blog.site.otherwise = plain
    assert visit(tmp_path, f"wordpress:{blog.site.root}").counts() == {"new": 1}
    assert visit(tmp_path, f"wordpress:{blog.site.url('/?rest_route=/')}").counts() == {"unchanged": 1}


def test_only_what_was_modified_is_asked_for_again(blog: WordPress, tmp_path: Path) -> None:
    for number in range(250):
        blog.publish(number)
    place = f"wordpress:{blog.site.root}"
    assert visit(tmp_path, place).counts() == {"new": 250}
    assert [query["page"] for query in blog.asked if "page" in query] == ["1", "2", "3"]
    blog.asked.clear()
    assert visit(tmp_path, place).counts() == {"unchanged": 1}
    blog.publish(3, minute=900, title={"rendered": "Corrected"})
    blog.publish(250, minute=901)
    assert visit(tmp_path, place).counts() == {"new": 1, "changed": 1, "unchanged": 1}
    assert {query.get("modified_after") for query in blog.asked if "page" in query} == {"2026-11-02T14:08:59Z"}
    assert not any(query["_fields"] == "id,link" for query in blog.asked)


def test_posts_that_vanished_are_found_when_the_numbers_differ(blog: WordPress, tmp_path: Path) -> None:
    for number in range(120):
        blog.publish(number)
    blog.publish(500, content={"rendered": "", "protected": True})
    place = f"wordpress:{blog.site.root}"
    assert visit(tmp_path, place).counts() == {"new": 120}
    blog.posts = [post for post in blog.posts if post["id"] not in (4, 115)]
    blog.publish(200)
    assert visit(tmp_path, place).counts()["removed"] == 2
    assert "Post “4”" not in articles(tmp_path)
    assert len(articles(tmp_path)) == 119
    blog.asked.clear()
    visit(tmp_path, place)
    assert not any(query["_fields"] == "id,link" for query in blog.asked)


def test_a_post_that_gets_a_password_is_removed(blog: WordPress, tmp_path: Path) -> None:
    blog.publish(1)
    blog.publish(2)
    visit(tmp_path, f"wordpress:{blog.site.root}")
    blog.publish(1, minute=9, content={"rendered": "", "protected": True})
    assert visit(tmp_path, f"wordpress:{blog.site.root}").counts() == {"unchanged": 1, "removed": 1}
    assert list(articles(tmp_path)) == ["Post “2”"]


def test_a_post_that_slipped_through_while_pages_were_read_is_had(blog: WordPress, tmp_path: Path) -> None:
    for number in range(150):
        blog.publish(number)
    # What was on the first page moves to the end, and the first of the second page to the first.
    blog.after_page = lambda number: (number == 1 and len(blog.asked) == 2 and blog.publish(0, minute=999)) and None
    assert visit(tmp_path, f"wordpress:{blog.site.root}").report.new == 150


@pytest.mark.parametrize("ends", [True, False])
def test_a_site_that_hides_how_many_posts_it_has_is_read(ends: bool, blog: WordPress, tmp_path: Path) -> None:
    for number in range(200 if ends else 100):
        blog.publish(number)
    answer = blog.answer

    def without_total(path: str) -> Answer:
        whole = answer(path if ends else path.replace("&page=2", "&page=1"))
        return Answer(whole.body, JSON, whole.statuses)

    blog.site.otherwise = without_total
    assert visit(tmp_path, f"wordpress:{blog.site.root}").counts() == {"new": len(blog.posts)}


def test_a_site_that_lists_nothing_any_more_loses_nothing(blog: WordPress, tmp_path: Path) -> None:
    blog.publish(1)
    visit(tmp_path, f"wordpress:{blog.site.root}")
    blog.posts.clear()
    with pytest.raises(SourceError, match="lists no post any more; none is removed"):
        visit(tmp_path, f"wordpress:{blog.site.root}")
    assert len(articles(tmp_path)) == 1


def test_posts_that_cannot_be_used_are_told_and_odd_ones_are_read(blog: WordPress, tmp_path: Path) -> None:
    blog.publish(1, link="javascript:alert(1)")
    blog.publish(2, title={"rendered": ""})
    forbidden = {
        "author": [{"code": "rest_user_invalid_id"}],
        "wp:featuredmedia": [{"code": "rest_forbidden"}],
        "wp:term": [7],
    }
    blog.publish(3, date_gmt=None, excerpt=None, _embedded=forbidden)
    blog.publish(4, _embedded={"wp:term": [[{"taxonomy": "category", "name": "None", "slug": "uncategorized"}]]})
    done = visit(tmp_path, f"wordpress:{blog.site.root}")
    assert done.counts() == {"new": 2, "failed": 2}
    assert done.rejected[0] == f"{blog.site.root}: post 1 has no link that is a web address"
    assert done.rejected[1].startswith(f"{blog.site.url('/post-2/')}: field title")
    assert {article.section for article in articles(tmp_path).values()} == {None}


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"<html>Maintenance</html>", 200, "does not answer as WordPress"),
        (b'{"code": "rest_disabled"}', 200, "it is JSON, but no list of posts"),
        (b'[{"id": 1', 200, "does not answer as WordPress"),
        (b"[" * 200_000, 200, "does not answer as WordPress"),
        (b'{"code": "rest_login_required"}', 401, "WordPress cannot be asked: answered 401"),
        (b"", 500, "WordPress cannot be asked: answered 500"),
        (b"", 400, "WordPress cannot be asked: answered 400"),
    ],
)
def test_a_site_that_does_not_answer_as_wordpress_is_told(
    body: bytes, status: int, said: str, blog: WordPress, tmp_path: Path
) -> None:
    blog.site.take("/robots.txt")
    blog.site.otherwise = lambda _: Answer(body, JSON, [status])
    with pytest.raises(SourceError, match=said) as told:
        visit(tmp_path, f"wordpress:{blog.site.root}")
    assert str(told.value).startswith(blog.site.root)
