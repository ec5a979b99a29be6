"""The fields of a row of a source: what is taken, what is refused, and the sentence that says why."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from index.address import MAX_URL, canonical_url
from index.characters import BIDI_CONTROLS, normalized
from index.shown import shown

MAX_ID, MAX_TITLE, MAX_TEXT, MAX_TAGS, MAX_PICKS = 512, 1_000, 1_000_000, 100, 100
ACCESS = ("free", "registered", "paid")

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BIDI = re.compile(f"[{BIDI_CONTROLS}]")
_SPACE = re.compile(r"\s+")
_SECOND_ZONE = re.compile(r"([+-]\d\d:\d\d)[+-]\d\d:\d\d$")
_NO_LANGUAGE = ("und", "mul", "mis", "zxx")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")


class InvalidFieldError(ValueError):
    """A field that cannot be used: names the field, shows the value, says what to do next."""

    def __init__(self, name: str, value: object, problem: str, remedy: str) -> None:
        self.field, self.value, self.problem, self.remedy = name, value, problem, remedy
        super().__init__(f"field {name}: {shown(value)} {problem}; {remedy}")


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: its address, its size in pixels where known, and its alternative text."""

    src: str
    width: int | None = None
    height: int | None = None
    alt: str | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """A link that an editor put on a page: its headline, its address, or a stored article's id, whichever is known."""

    title: str | None = None
    url: str | None = None
    id: str | None = None


def clean(text: str) -> str:
    """Text without control characters and lone surrogates, in Unicode's composed form (NFC)."""
    if text.isascii() and text.isprintable():
        return text
    return normalized("NFC", _CONTROL.sub(" ", text.replace("\r\n", "\n")))


def parse_moment(text: str) -> datetime:
    """An aware datetime in UTC from ISO 8601 (a date is its midnight; without a zone, UTC). Raises ValueError."""
    # Exporters that append a zone to a time that has one are common enough to read: the first is the true one.
    if text.strip().isdecimal() and len(text.strip()) > 8:  # seconds or milliseconds since 1970 can look like ISO 8601
        raise ValueError(text)
    moment = datetime.fromisoformat(_SECOND_ZONE.sub(r"\1", text.strip()))
    return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).astimezone(UTC)


class _BadValueError(ValueError):
    """(problem, remedy) of a value whose field name the caller knows."""


def parse_field(name: str, value: object) -> object:
    """What a field of a row holds; its empty value where there is none. Raises InvalidFieldError."""
    if value is None or value == "":
        if name == "title":
            raise InvalidFieldError(name, value, "is missing or empty", "every article needs a title")
        return EMPTY.get(name)
    try:
        return PARSERS[name](value)
    except _BadValueError as error:
        raise InvalidFieldError(name, value, *error.args) from None


def _string(limit: int) -> Callable[[object], str | None]:
    def parse(value: object) -> str | None:
        if not isinstance(value, str):
            raise _BadValueError(f"is {_kind(value)}", "give a string")
        # What turns the direction of a line turns whatever is shown after it, too.
        line = clean(_BIDI.sub("", _short(value, limit)))
        return _SPACE.sub(" ", _short(line, limit)).strip() or None

    return parse


def _id(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        if value.bit_length() > 4 * MAX_ID:  # decimal digits cost their square, and Python refuses to write thousands
            raise _BadValueError("is too large", "give a plain identifier")
        value = str(value)
    parsed = _string(MAX_ID)(value)
    if parsed is None or parsed != value:
        raise _BadValueError("is blank or has odd spaces or control characters", "give a plain identifier")
    return parsed


def _title(value: object) -> str:
    parsed = _string(MAX_TITLE)(value)
    if parsed is None:
        raise _BadValueError("is blank", "every article needs a title")
    return parsed


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _BadValueError(f"is {_kind(value)}", "give the body as one string")
    return _short(clean(_short(value, MAX_TEXT)), MAX_TEXT).strip()


def _short(text: str, limit: int) -> str:
    if len(text) > limit:
        raise _BadValueError(f"has {len(text):,} characters", f"at most {limit:,} are taken")
    return text


def _url(value: object) -> str:
    parsed = _string(MAX_URL)(value) or ""
    return parsed if parsed.startswith("urn:article:") else _web_address(parsed)


def _web_address(value: object) -> str:
    try:
        return canonical_url(_string(MAX_URL)(value) or "")
    except ValueError as error:
        if isinstance(error, _BadValueError):
            raise
        raise _BadValueError(f"is no web address ({error})", "give an absolute http or https URL") from None


def _moment(value: object) -> datetime:
    try:
        return parse_moment(str(value))
    except (ValueError, OverflowError):
        raise _BadValueError("is no date", "write ISO 8601, for example 2026-09-14T07:45:00+01:00") from None


def _language(value: object) -> str | None:
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise _BadValueError("is no language tag", "write BCP 47, for example en, ar or pt-BR")
    primary = re.split("[-_]", value)[0].lower()
    return None if primary in _NO_LANGUAGE else primary


def _strings(limit: int) -> Callable[[object], tuple[str, ...]]:
    def parse(value: object) -> tuple[str, ...]:
        parts = [value] if isinstance(value, str) else value
        if not isinstance(parts, list | tuple) or len(parts) > limit:
            raise _BadValueError("is no list of strings", f"give a JSON list of at most {limit} strings")
        return tuple(dict.fromkeys(part for part in map(_string(4_000), parts) if part))

    return parse


def _picks(value: object) -> tuple[Pick, ...]:
    parts = [value] if isinstance(value, str | Mapping) else value
    if not isinstance(parts, list | tuple) or len(parts) > MAX_PICKS:
        raise _BadValueError("is no list of picks", f"give a JSON list of at most {MAX_PICKS} ids, URLs or headlines")
    return tuple(dict.fromkeys(pick for pick in map(_pick, parts) if pick != Pick()))


def _pick(value: object) -> Pick:
    if isinstance(value, Mapping):
        parts = {name: value.get(name) for name in ("title", "url", "id") if value.get(name)}
        url = _web_address(parts.pop("url")) if "url" in parts else None
        return Pick(url=url, **{name: _string(MAX_URL)(part) for name, part in parts.items()})
    text = _string(MAX_URL)(value)
    try:
        return Pick(url=canonical_url(text or ""))
    except ValueError:
        return Pick(id=text)


def _author(value: object) -> str | None:
    return _short(", ".join(_strings(50)(value)), 4_000) or None


def _image(value: object) -> Image:
    if isinstance(value, str):
        return Image(_web_address(value))
    if not isinstance(value, Mapping) or not value.get("src"):
        raise _BadValueError("is no picture with an address", 'give a URL or {"src", "width", "height", "alt"}')
    alt = value.get("alt")
    return Image(
        src=_web_address(value.get("src")),
        width=_pixels(value.get("width")),
        height=_pixels(value.get("height")),
        alt=None if alt is None else _string(1_000)(alt),
    )


def _pixels(value: object) -> int | None:
    return value if isinstance(value, int) and 0 < value < 100_000 else None


def _access(value: object) -> str:
    if value not in ACCESS:
        raise _BadValueError("is no kind of access", "write one of " + ", ".join(ACCESS))
    return str(value)


def _kind(value: object) -> str:
    return {dict: "an object", list: "a list", bool: "true or false", type(None): "null"}.get(type(value), "a number")


PARSERS: dict[str, Callable[[object], object]] = {
    "id": _id,
    "url": _url,
    "title": _title,
    "text": _text,
    "published": _moment,
    "updated": _moment,
    "section": _string(200),
    "language": _language,
    "tags": _strings(MAX_TAGS),
    "author": _author,
    "image": _image,
    "excerpt": _string(2_000),
    "access": _access,
    "picks": _picks,
}
EMPTY: dict[str, object] = {"text": "", "tags": (), "picks": ()}
