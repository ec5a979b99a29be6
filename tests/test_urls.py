"""Lists of addresses."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from website import Site, articles, page, visit, website

from index.sources import SourceError


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with website() as up:
        for name in ("one", "two"):
            up.put(f"/{name}", page(f"The whole story of {name}"))
        yield up


def test_lines_are_addresses_and_what_is_none_is_named_with_its_line(site: Site, tmp_path: Path) -> None:
    lines = f"\ufeff# what we read\n\n{site.url('/one')}\n  {site.url('/two#end')}  \n{site.url('/one?utm_source=x')}\n"
    (place := tmp_path / "pages.txt").write_text(f"{lines}not an address\njavascript:alert(1)\n", "utf-8")
    done = visit(tmp_path, place)
    assert done.counts() == {"new": 2, "failed": 2}
    first, second = done.rejected
    assert first.startswith(
        f"{place}, line 6, 'not an address' is no web address (scheme missing, host missing); write"
    )
    assert second.startswith(
        f"{place}, line 7, 'javascript:alert(1)' is no web address (scheme javascript, host missing)"
    )


def test_an_address_that_is_taken_off_the_list_stays(site: Site, tmp_path: Path) -> None:
    (place := tmp_path / "pages.txt").write_text(f"{site.url('/one')}\r\n{site.url('/two')}\r\n")
    visit(tmp_path, place)
    place.write_text(site.url("/two"))
    site.forget()
    assert visit(tmp_path, place).counts() == {"unchanged": 1}
    assert site.paths() == ["/two"]
    assert len(articles(tmp_path)) == 2


def test_a_list_may_be_on_the_web_and_is_always_read(site: Site, tmp_path: Path) -> None:
    place = "urls:" + site.put("/pages.txt", "{site}/one", "text/plain", etag='"1"')
    assert visit(tmp_path, place).counts() == {"new": 1}
    assert visit(tmp_path, place).counts() == {"unchanged": 1}


def test_a_list_that_is_missing_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        visit(tmp_path, f"urls:{tmp_path / 'none.txt'}")
    (place := tmp_path / "pages.txt").write_bytes(b"\xff\xfe\n#")
    assert visit(tmp_path, place).counts() == {"failed": 1}
