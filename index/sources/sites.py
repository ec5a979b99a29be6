"""Where Hugo and Jekyll put the pages that they make of Markdown files, as their configuration says."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from index.address import urljoin
from index.sources.front_matter import read_toml, read_yaml
from index.sources.items import SourceError
from index.sources.pages import address

CONFIGURATIONS = {
    "hugo": tuple(
        f"{folder}{name}.{ending}"
        for folder in ("", "config/_default/")
        for name in ("hugo", "config")
        for ending in ("toml", "yaml", "yml")
    ),
    "jekyll": ("_config.yml", "_config.yaml"),
}
STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
"""Jekyll's names for addresses; the first is what it does where nothing is said."""
LEVELS = 2
"""So many folders above the one that is read may hold the site's configuration."""

_POST = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)-(.+)")
_TOKEN = re.compile(r":([a-z_]+)")


@dataclass(frozen=True, slots=True)
class File:
    """A Markdown file: its path below the folder of contents, without ending, and what its front matter says."""

    path: PurePosixPath
    matter: Mapping[str, Any]

    @property
    def is_post(self) -> bool:
        """Whether Jekyll makes a post of it."""
        return "_posts" in self.path.parts

    @property
    def day(self) -> date | None:
        """The day in its front matter, else the one in its name."""
        stated, named = self.matter.get("date"), _POST.fullmatch(self.path.name)
        if isinstance(stated, date):
            return stated
        try:
            return (
                date.fromisoformat(str(stated)[:10])
                if stated
                else date(*map(int, named.groups()[:3]))
                if named
                else None
            )
        except ValueError:
            return None

    @property
    def slug(self) -> str:
        """What it is called in its address."""
        named = _POST.fullmatch(self.path.name)
        return urlized(str(self.matter.get("slug") or (named[4] if named and self.is_post else self.path.name)))


@dataclass(frozen=True, slots=True)
class Site:
    """A site: where it is, how its addresses are formed, and its folder, or one around it where nothing tells."""

    kind: str = ""
    base: str = ""
    pattern: str = ""
    permalinks: Mapping[str, str] = field(default_factory=dict)
    top: Path = Path("/")

    def inside(self, place: Path, path: PurePosixPath) -> PurePosixPath | None:
        """The path of a file below the site's folder of contents, without its ending; None where it is not in it."""
        whole = (place / path if place.is_dir() else place).relative_to(self.top).parts
        if self.kind == "hugo" and (self.top / "content").is_dir():
            whole = whole[1:] if whole[0] == "content" else ()
        elif not self.kind and "content" in whole[:-1]:
            whole = whole[whole.index("content") + 1 :]
        elif not self.kind:
            whole = whole[whole.index("_posts") :] if "_posts" in whole[:-1] else path.parts
        return PurePosixPath(*whole).with_suffix("") if whole else None

    def address(self, file: File) -> str | None:
        """Where the page of a file is; None where nothing says which site it is of."""
        stated = file.matter.get("url") or file.matter.get("permalink")
        local = _filled(str(stated), file) if stated else self._local(file)
        if self.pattern and not stated:
            return address(self.pattern, _folded(file.path))
        if re.match("https?://", local):
            return local
        return self.base.rstrip("/") + "/" + local.lstrip("/") if self.base else None

    def _local(self, file: File) -> str:
        if self.kind == "jekyll" or file.is_post:
            pattern = self.permalinks.get("*", "date")
            return _filled(STYLES.get(pattern, pattern), file)
        section = file.path.parts[0] if len(file.path.parts) > 1 else ""
        if section in self.permalinks:
            return _filled(self.permalinks[section], file)
        folded = _folded(file.path)
        return urlized(f"/{folded.parent / file.slug if folded == file.path else folded}/".replace("/./", "/"))


def site_of(place: Path, said: str) -> Site:
    """The site of a folder: what its configuration says, and the operator above it. Raises SourceError."""
    folder = place if place.is_dir() else place.parent
    above = [folder, *folder.parents][: LEVELS + 1]
    found = next(((one, kind, file) for one in above for kind, file in _configurations(one)), None)
    top, kind, settings = (found[0], found[1], _settings(found[2])) if found else (above[-1], "", {})
    url, below = (settings.get("baseurl"), "") if kind == "hugo" else (settings.get("url"), settings.get("baseurl"))
    base = f"{str(url or '').rstrip('/')}/{str(below or '').strip('/')}"
    pattern = said if "{" in said else ""
    base = urljoin(said, "/") if pattern else said or base
    return Site(kind, base if base.startswith("http") else "", pattern, _permalinks(kind, settings), top)


def urlized(text: str) -> str:
    """A path as Hugo writes it: lower case, hyphens for spaces, no punctuation."""
    return re.sub(r"[^\w./-]", "", re.sub(r"\s+", "-", text.strip().lower()))


def _configurations(folder: Path) -> Iterator[tuple[str, Path]]:
    for kind, names in CONFIGURATIONS.items():
        yield from ((kind, folder / name) for name in names if (folder / name).is_file())


def _settings(file: Path) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8")
        settings = read_toml(text) if file.suffix == ".toml" else read_yaml(text)
        return {str(name).lower(): value for name, value in settings.items()} if isinstance(settings, dict) else {}
    except (OSError, ValueError) as error:
        raise SourceError(f"{file}: this configuration cannot be read ({' '.join(str(error).split())[:200]})") from None


def _permalinks(kind: str, settings: Mapping[str, Any]) -> dict[str, str]:
    said = settings.get("permalink" if kind == "jekyll" else "permalinks")
    if isinstance(said, str):
        return {"*": said}
    said = said.get("page", said) if isinstance(said, dict) else {}
    return {str(section): pattern for section, pattern in said.items() if isinstance(pattern, str)}


def _folded(path: PurePosixPath) -> PurePosixPath:
    return path.parent if path.name == "index" else path


def _filled(pattern: str, file: File) -> str:
    day, folders = file.day, [part for part in file.path.parent.parts if part != "_posts"]
    stated = file.matter.get("categories") or file.matter.get("category")
    categories = [*folders, *map(str, stated if isinstance(stated, list) else str(stated or "").split())]
    dates = {
        name: day.strftime(form) if day else ""
        for name, form in {
            "year": "%Y", "month": "%m", "day": "%d", "y_day": "%j", "short_year": "%y", "yearday": "%j",
            "monthname": "%B", "weekdayname": "%A",
        }.items()
    }  # fmt: skip
    title = file.slug if file.is_post else urlized(str(file.matter.get("title") or file.slug))
    names = dates | {
        "title": title,
        "categories": "/".join(dict.fromkeys(category.lower() for category in categories)),
        "section": next(iter(folders), ""),
        "sections": "/".join(folders),
        "output_ext": ".html",
        "path": str(file.path),
    }
    filled = _TOKEN.sub(lambda token: names.get(token[1], file.slug), pattern)
    scheme, separator, rest = filled.rpartition("://")
    return scheme + separator + re.sub("/+", "/", rest)
