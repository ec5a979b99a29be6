"""The pages over HTTP. Whatever they show comes from this server: the policy below lets a browser load nothing else."""

from collections.abc import Callable, Mapping
from functools import partial
from importlib.resources import files

from fastapi import APIRouter, Response

from index.live import LiveIndex
from index.snapshot import Snapshot, SnapshotError
from recommender.pages.pictures import picture
from recommender.pages.views import ArticlePage, FrontPage, article_page, front_page
from recommender.pages.wording import wording
from recommender.related import Recommender
from recommender.templating import templates_in

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SAFE = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
Page = FrontPage | ArticlePage
KEPT = {"Cache-Control": "public, max-age=3600"}
FRESH = {"Cache-Control": "no-cache"}
RETRY = {"Retry-After": "10"}

_templates = templates_in("recommender.pages")


def pages_router(live: LiveIndex, site: str | None = None) -> APIRouter:
    """The routes of the demo pages, about whatever `live` holds when a page is asked for.

    `site` is the name on the masthead; without it, the host of the newest article.
    """
    router = APIRouter(include_in_schema=False)
    show = partial(_page, live, site)
    methods = ["GET", "HEAD"]

    @router.api_route("/", methods=methods)
    def front(language: str | None = None, section: str | None = None) -> Response:
        return show("front.html", lambda snapshot: front_page(snapshot, language, section), language)

    @router.api_route("/read/{article_id:path}", methods=methods)
    def read(article_id: str) -> Response:
        return show("article.html", lambda snapshot: article_page(Recommender(snapshot), article_id), None, article_id)

    @router.api_route("/pages/picture/{article_id:path}.svg", methods=methods)
    def svg(article_id: str) -> Response:
        return _picture(live, article_id)

    @router.api_route("/pages/style.css", methods=methods)
    def style() -> Response:
        return _file("style.css", "text/css")

    @router.api_route("/pages/icon.svg", methods=methods)
    def icon() -> Response:
        return _file("icon.svg", "image/svg+xml")

    return router


def _page(
    live: LiveIndex,
    site: str | None,
    template: str,
    view: Callable[[Snapshot], Page | None],
    language: str | None = None,
    article_id: str | None = None,
) -> Response:
    words = wording(language)
    try:
        page = view(live.settled or live.settle((article_id, None)))
    except SnapshotError:
        return _html("notice.html", 503, RETRY, words=words, title=words.unbuilt_title, text=words.unbuilt_text)
    if page is None:
        return _html("notice.html", 404, words=words, title=words.unknown_title, text=words.unknown_text)
    return _html(template, words=page.words, page=page, site=site)


def _html(template: str, status: int = 200, headers: Mapping[str, str] = FRESH, **values: object) -> Response:
    text = _templates.get_template(template).render(values)
    return Response(text, status, headers={**SAFE, **headers}, media_type="text/html")


def _picture(live: LiveIndex, article_id: str) -> Response:
    try:
        articles = live.snapshot.articles
    except SnapshotError:
        return Response(status_code=503, headers=SAFE | RETRY)
    if (row := articles.row_of_id(article_id)) is None:
        return Response(status_code=404, headers=SAFE)
    drawn = picture(article_id, articles.cards([row])[0]["section"])
    return Response(drawn, headers=SAFE | KEPT, media_type="image/svg+xml")


def _file(name: str, media_type: str) -> Response:
    return Response(files("recommender.pages").joinpath(name).read_bytes(), headers=SAFE | KEPT, media_type=media_type)
