"""WordPress sites through their REST interface: what was modified since the last reading, and what is there no more."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlencode

from index.address import canonical_url, urlsplit
from index.article import Article
from index.fetching import Fetched, Fetcher, FetchError
from index.marks import Mark
from index.sources.bodies import article_of_body
from index.sources.items import Found, Gone, Item, Listing, Rejected, SourceError
from index.sources.listings import MAX_LISTING
from index.sources.markup import one_line
from index.sources.parsing import Step, Unparsed, contained, parsed
from index.sources.reading import Reading
from index.workers import Call

PAGE = 100
"""The most posts that WordPress gives at once."""
EMBEDDED = "author,wp:featuredmedia,wp:term"
FIELDS = "id,link,date_gmt,modified_gmt,title,content,excerpt,_links,_embedded"
_NO_SUCH_PAGE = 400
_NO_SECTION = "uncategorized"

Post = dict[str, Any]


def read(place: str, reading: Reading) -> Iterator[Item]:
    """The posts of a WordPress site, by its address or by that of its interface. Raises SourceError."""
    api = _Api.of(place, reading.fetcher)
    yield from _Posts(api, reading).changes()


@dataclass(frozen=True, slots=True)
class _Api:
    """The way to a site's posts."""

    place: str
    posts: str
    fetcher: Fetcher

    @classmethod
    def of(cls, place: str, fetcher: Fetcher) -> "_Api":
        """The interface of a site, where it has one. Raises SourceError."""
        first, *others = [cls(place, posts, fetcher) for posts in _addresses(place)]
        try:
            first.ask({"per_page": 1, "_fields": "id"})
        except SourceError:
            for other in others:  # a site without pretty permalinks has it elsewhere
                with suppress(SourceError):
                    other.ask({"per_page": 1, "_fields": "id"})
                    return other
            raise
        return first

    def ask(self, parameters: Mapping[str, object], page: int = 1) -> tuple[list[Post], int | None]:
        """(posts, how many there are in all where it tells) that WordPress answers. Raises SourceError."""
        joint = "&" if "?" in self.posts else "?"
        try:
            return _posts_in(self.fetcher.get(self.posts + joint + urlencode(parameters), limit=MAX_LISTING))
        except FetchError as error:
            if error.status == _NO_SUCH_PAGE and page > 1:
                return [], 0
            raise SourceError(f"{self.place}: WordPress cannot be asked: {error}; check the address") from error
        except (ValueError, RecursionError) as error:
            reason = f"does not answer as WordPress ({error}); check that its REST interface is public"
            raise SourceError(f"{self.place}: {reason}") from error

    def all(self, parameters: Mapping[str, object]) -> Iterator[list[Post]]:
        """Page after page of posts, until there are no more. Raises SourceError."""
        before = None
        for page in count(1):
            posts, total = self.ask({"per_page": PAGE, "page": page, **parameters}, page)
            if not posts or posts == before:  # what hides how many there are may ignore the page, too
                return
            yield posts
            if total is not None and page * PAGE >= total:
                return
            before = posts


class _Posts:
    """One reading of a site's posts."""

    def __init__(self, api: _Api, reading: Reading) -> None:
        self._api = api
        self._known = set(reading.known(api.posts))
        mark = reading.mark(api.posts)
        # How many of its posts were not taken (those behind a password, say) is remembered with the newest time.
        self._newest, _, untaken = ((mark.listed if mark else None) or "").partition(" ")
        self._untaken = untaken or "0"
        self._met: set[str] = set()
        self._workers = reading.workers

    def changes(self) -> Iterator[Item]:
        """What was modified, then what vanished."""
        for posts in self._api.all(_query(_since(self._newest))):
            yield from self._taken(posts)
            # They come in the order of their times: a reading that is killed goes on from here.
            yield self._done()
        _, total = self._api.ask({"per_page": 1, "_fields": "id"})
        if total is not None:
            if str(total - len(self._known)) != self._untaken:
                yield from self._compared(total)
            self._untaken = str(total - len(self._known))
            yield self._done()

    def _done(self) -> Listing:
        return Listing(Mark(self._api.posts, listed=f"{self._newest} {self._untaken}"))

    def _taken(self, posts: list[Post]) -> Iterator[Item]:
        for item in parsed(contained(self._step, posts, self._api.place), self._workers):
            if isinstance(item, Found):
                self._known.add(item.mark.key)
            elif isinstance(item, Gone):
                self._known.discard(item.key)
            yield item

    def _step(self, post: Post) -> Step:
        self._met.add(str(post.get("id")))
        self._newest = max(self._newest, str(post.get("modified_gmt") or ""))
        return _step(post, self._api)

    def _compared(self, total: int) -> Iterator[Item]:
        """What came or went unseen: posts move from page to page while they are listed, and leave no trace."""
        listed = [post for posts in self._api.all({"_fields": "id,link"}) for post in posts]
        if self._known and not listed:
            raise SourceError(f"{self._api.place}: WordPress lists no post any more; none is removed until it does")
        links = {_link(post): str(post.get("id")) for post in listed}
        unseen = [one for link, one in links.items() if link not in self._known and one not in self._met]
        for start in range(0, len(unseen), PAGE):
            for posts in self._api.all(_query({"include": ",".join(unseen[start : start + PAGE])})):
                yield from self._taken(posts)
        if len(listed) >= total:
            for link in self._known - links.keys():
                self._known.discard(link)
                yield Gone(link, "WordPress lists it no more")


def _addresses(place: str) -> list[str]:
    """Where a site's posts may be: the likeliest first."""
    parts = urlsplit(place)
    if (route := parse_qs(parts.query).get("rest_route")) is not None:
        return [f"{parts.scheme}://{parts.netloc}{parts.path}?rest_route=/wp/v2/posts"] if route else []
    site = f"{parts.scheme}://{parts.netloc}{parts.path.partition('/wp-json')[0].rstrip('/')}"
    return [f"{site}/wp-json/wp/v2/posts", f"{site}/?rest_route=/wp/v2/posts"]


def _since(newest: str) -> dict[str, str]:
    try:
        # A second before: another post may have been modified within the same one.
        return {"modified_after": f"{(datetime.fromisoformat(newest) - timedelta(seconds=1)).isoformat()}Z"}
    except ValueError:
        return {}


def _query(parameters: Mapping[str, str]) -> dict[str, str]:
    return {"orderby": "modified", "order": "asc", "_embed": EMBEDDED, "_fields": FIELDS, **parameters}


def _posts_in(fetched: Fetched) -> tuple[list[Post], int | None]:
    posts = json.loads(fetched.content)
    if not isinstance(posts, list):
        raise ValueError("it is JSON, but no list of posts")  # noqa: TRY004 - the answer is wrong, not the program
    total = fetched.headers.get("x-wp-total", "")[:9]
    return [post for post in posts if isinstance(post, dict)], int(total) if total.isdecimal() else None


def _link(post: Post) -> str:
    try:
        return canonical_url(str(post.get("link") or ""))
    except ValueError:
        return ""


def _step(post: Post, api: _Api) -> Step:
    if not (link := _link(post)):
        return Rejected(api.place, None, f"post {post.get('id')} has no link that is a web address")
    if _of(post, "content").get("protected"):  # nothing to remove, where it never was without a password
        return Gone(link, "is behind a password")
    mark = Mark(link, listed=_moment(post, "modified_gmt"))
    return Unparsed(
        Call(_article, (post, link)),
        lambda article: Found(article, mark, api.posts),
        lambda reason: Rejected(link, None, reason),
    )


def _article(post: Post, link: str) -> Article:
    body, title = _of(post, "content").get("rendered"), _line(_of(post, "title").get("rendered"))
    return article_of_body(body if isinstance(body, str) else "", _fields(post) | {"title": title, "url": link})


def _fields(post: Post) -> dict[str, object]:
    names = list(_terms(post, "category"))
    return {
        "published": _moment(post, "date_gmt"),
        "updated": _moment(post, "modified_gmt"),
        "author": [name for author in _embedded(post, "author") if (name := _line(author.get("name")))],
        "section": names[0] if names else None,
        "tags": list(_terms(post, "post_tag"))[:100],
        "image": _picture(post),
        "excerpt": _line(_of(post, "excerpt").get("rendered"))[:2_000],
    }


def _moment(post: Post, name: str) -> str | None:
    # Written without a zone, and in UTC.
    return f"{post[name]}+00:00" if isinstance(post.get(name), str) and post[name] else None


def _terms(post: Post, taxonomy: str) -> Iterator[str]:
    embedded = _of(post, "_embedded").get("wp:term")
    for terms in embedded if isinstance(embedded, list) else []:
        for term in terms if isinstance(terms, list) else []:
            if isinstance(term, dict) and term.get("taxonomy") == taxonomy and term.get("slug") != _NO_SECTION:
                yield _line(term.get("name"))


def _picture(post: Post) -> dict[str, object] | None:
    for media in _embedded(post, "wp:featuredmedia"):
        if src := media.get("source_url"):
            sizes = _of(media, "media_details")
            return {
                "src": src,
                "width": sizes.get("width"),
                "height": sizes.get("height"),
                "alt": media.get("alt_text"),
            }
    return None


def _embedded(post: Post, name: str) -> list[Post]:
    values = _of(post, "_embedded").get(name)
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def _of(value: Mapping[str, Any], name: str) -> Post:
    part = value.get(name)
    return part if isinstance(part, dict) else {}


def _line(value: object) -> str:
    return one_line(value) if isinstance(value, str) else ""
