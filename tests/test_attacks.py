"""What attackers ask a real server for: refused cleanly, never with a 5xx, and others are served on."""

import json

import pytest
from target import Target, refused

HTML = '<script>alert("x")</script>'


pytestmark = pytest.mark.usefixtures("serves_on")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/articles/../../etc/passwd",
        "/v1/articles/%2e%2e/%2e%2e/etc/passwd",
        "/v1/articles/..%2f..%2fetc%2fpasswd",
        "/v1/articles/%2e%2e%5c%2e%2e%5cwindows",
        "/v1/articles//etc/passwd",
        "/v1/articles/a%00.json",
        "/v1/articles/%ff%fe",
        "/v1/articles/%",
        "/v1/articles/%zz",
        "/v1/articles/%0a",
        "/v1/articles/%c0%ae%c0%ae/",
        "/v1/articles/",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/static/../../corpus.sqlite",
        "/keys.json",
        "/corpus.sqlite",
        "/articles/..%2f..%2fkeys.json",
        "/pages/..%2f..%2fkeys.json",
    ],
)
def test_a_path_leads_to_no_file(target: Target, path: str) -> None:
    answer = target.ask("GET", path)
    assert answer.status in {404, 405}, answer
    assert b"root:" not in answer.body
    assert b"sha256" not in answer.body


@pytest.mark.parametrize("path", ["/v1/articles/a%00b", "/v1/articles/%0d%0aset-cookie:%20a=b", "/v1/articles/%20"])
def test_an_id_with_control_characters_is_never_stored(target: Target, path: str) -> None:
    for answer in (target.put(path, {"title": "T"}), target.ask("DELETE", path, key=True)):
        refused(answer, 404, 422)


@pytest.mark.parametrize(
    "value", ["a%0d%0aset-cookie:%20evil=1", "a%0d%0a%0d%0a<html>", "%0d%0aLocation:%20https://evil.example"]
)
def test_nothing_that_is_asked_for_becomes_a_header(target: Target, value: str) -> None:
    for path in (f"/v1/related?id={value}", f"/v1/related?url={value}", f"/v1/articles/{value}", f"/{value}"):
        answer = target.ask("GET", path, b"", f"x-request-id: {value}")
        assert answer.status in {404, 422}
        assert not {"set-cookie", "location"} & {name for name, _ in answer.headers}
    refused(target.ask("GET", f"/v1/related?id=flood-town&k={value}"), 422)


@pytest.mark.parametrize("name", ["'; drop table article; --", '" or 1=1 --', "a' union select body from article --"])
def test_sql_in_an_id_is_an_id(target: Target, name: str) -> None:
    path = "/v1/articles/" + name.replace("%", "%25").replace(" ", "%20").replace('"', "%22")
    assert target.ask("GET", path).status == 404
    assert target.put(path, {"title": "T"}).json == {"id": name, "new": True}
    assert target.ask("GET", path).json["id"] == name
    assert target.ask("DELETE", path, key=True).json == {"removed": 1}
    assert target.ask("GET", f"/v1/related?id={path[13:]}&exclude={path[13:]}").status == 404


def test_ids_that_look_alike_are_different_and_only_composed_ones_are_taken(target: Target) -> None:
    latin, cyrillic, composed, apart = "paypal", "p%D0%B0ypal", "caf%C3%A9", "cafe%CC%81"
    for name in (latin, cyrillic, composed):
        assert target.put(f"/v1/articles/{name}", {"title": name}).status == 201
    refused(target.put(f"/v1/articles/{apart}", {"title": "T"}), 422)
    refused(target.ask("DELETE", f"/v1/articles/{apart}", key=True), 422)
    assert target.ask("GET", f"/v1/articles/{latin}").json["title"] == latin
    assert target.ask("GET", f"/v1/articles/{cyrillic}").json["title"] == cyrillic
    for name in (latin, cyrillic, composed):
        assert target.ask("DELETE", f"/v1/articles/{name}", key=True).json == {"removed": 1}


def test_markup_in_an_article_stays_text_wherever_it_is_shown(target: Target) -> None:
    evil = {
        "title": f"Flood {HTML} & 'quoted'",
        "text": f"A flood in the lower town. </p>{HTML}",
        "section": HTML,
        "author": HTML,
        "tags": [HTML, "Flood"],
        "excerpt": HTML,
        "language": "en",
        "url": f"https://news.example/{HTML}",
        "image": {"src": "https://news.example/a.jpg", "alt": f'" onerror="alert(1)" {HTML}'},
        "published": "2026-09-05T06:00:00Z",
    }
    assert target.put("/v1/articles/evil", evil).status == 201
    for path in ("/v1/articles/evil", "/v1/related?id=flood-town&k=14", "/v1/related?id=evil"):
        answer = target.ask("GET", path)
        assert ("content-type", "application/json") in answer.headers
        assert HTML in json.dumps(answer.json).replace('\\"', '"')
    for path in ("/v1/related.html?id=flood-town&k=14", "/v1/related.rss?id=flood-town&k=14", "/", "/evil", "/embed"):
        answer = target.ask("GET", path)
        assert answer.status in {200, 404}
        assert b"<script>alert" not in answer.body
        assert b'onerror="alert' not in answer.body
    heading = "%3Cscript%3Ealert(1)%3C/script%3E"
    assert b"<script>" not in target.ask("GET", f"/v1/related.html?id=flood-town&heading={heading}").body
    assert target.ask("DELETE", "/v1/articles/evil", key=True).json == {"removed": 1}


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "file:///etc/passwd", "//x"]
)
def test_only_web_addresses_are_taken(target: Target, url: str) -> None:
    for article in ({"title": "T", "url": url}, {"title": "T", "image": url}, {"title": "T", "image": {"src": url}}):
        assert "give an absolute http or https URL" in refused(target.put("/v1/articles/x", article), 422)
    refused(target.post(json.dumps({"title": "T", "url": url}).encode()), 422)
    refused(target.ask("GET", f"/v1/related?title=T&url={url}"), 422)


NESTED = b"[" * 200_000 + b"]" * 200_000


@pytest.mark.parametrize(
    "body",
    [
        NESTED,
        b'{"title": ' + NESTED + b"}",
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"title": "T", "k": ' + b"9" * 100_000 + b"}",
        b'{"title": "\\ud800", "section": "\\udfff", "exclude": ["\\ud800"]}',
        b'{"id": "\\ud800"}',
        b'{"requests": ' + b"[" + b'{"id": "a"},' * 40 + b'{"id": "a"}]}',
        b"\xff\xfe{",
        b"\x00",
        b"",
        b"null",
        b'"x"',
    ],
    ids=lambda body: repr(body[:24]),
)
def test_what_is_hardly_json_is_refused(target: Target, body: bytes) -> None:
    refused(target.post(body), 400, 404, 422)
    refused(target.ask("PUT", "/v1/articles/x", body, "content-type: application/json", key=True), 422)
    refused(target.ask("POST", "/v1/articles", body, "content-type: application/x-ndjson", key=True), 422)


@pytest.mark.parametrize(
    "more", [b'"k": 1e999', b'"min_score": NaN', b'"__proto__": {}', b'"k": -1', b'"k": {"$gt": 0}']
)
def test_what_is_no_question_is_refused(target: Target, more: bytes) -> None:
    refused(target.post(b'{"title": "T", ' + more + b"}"), 422)


def test_nobody_writes_or_reads_keys_without_one(target: Target) -> None:
    for given in ("Bearer", "Bearer ", "Bearer null", "Bearer " + "x" * 10_000, "bearer rk_" + "A" * 43, "Basic eDp5"):
        answer = target.ask("DELETE", "/v1/articles/flood-town", b"", f"authorization: {given}")
        refused(answer, 401)
        assert any(name == "www-authenticate" for name, _ in answer.headers)
    doubled = ("authorization: Bearer x", f"authorization: Bearer {target.key}")
    refused(target.ask("DELETE", "/v1/articles/flood-town", b"", *doubled), 401)
    assert target.ask("DELETE", f"/v1/articles/flood-town?key={target.key}").status == 401


def test_no_page_of_another_site_may_write(target: Target) -> None:
    asked = ("origin: https://evil.example", "access-control-request-method: PUT")
    answer = target.ask("OPTIONS", "/v1/articles/x", b"", *asked, "access-control-request-headers: authorization")
    assert answer.status == 400
    assert "PUT" not in dict(answer.headers).get("access-control-allow-methods", "")
