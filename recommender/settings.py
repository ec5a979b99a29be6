"""The settings file: which sources, which model, where the home is, how gently the web is read, what gates let pass."""

import os
import re
from pathlib import Path
from typing import Annotated, Any, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.gates import Limits
from index.politeness import Policy
from index.sources import Source
from index.sources.front_matter import read_toml
from recommender.allowance import Allowance

SETTINGS_FILE = "recommender.toml"
MAX_CHARACTERS = 1_000_000
DEFAULT_MODEL = "all-MiniLM-L6-v2"

MAX_AGE_H = 36.0
"""A nightly rebuild that did not come, and half a night more."""

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_POLICY, _LIMITS, _ALLOWANCE = Policy(), Limits(), Allowance()

Share = Annotated[float, Field(ge=0, le=1)]


class SettingsError(Exception):
    """A settings file that cannot be used: says which line or field, why, and what to do next."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceSettings(_Table):
    """`[[source]]`: a place as `build` takes it; columns and a query where it is a table or a database."""

    place: Annotated[str, Field(min_length=1)]
    columns: dict[str, str] = {}
    query: str | None = None


class FetchSettings(_Table):
    """`[fetch]`: who asks, and how gently."""

    user_agent: Annotated[str, Field(pattern=r"^[\x21-\x7e][\x20-\x7e]{0,199}$")] = _POLICY.user_agent
    concurrency: Annotated[int, Field(ge=1, le=32)] = _POLICY.concurrency
    delay_s: Annotated[float, Field(ge=0, le=60)] = _POLICY.delay_s
    timeout_s: Annotated[float, Field(gt=0, le=600)] = _POLICY.timeout_s
    total_s: Annotated[float, Field(gt=0, le=3600)] = _POLICY.total_s
    allow_private: bool = _POLICY.allow_private
    proxy: Annotated[str, Field(repr=False)] = _POLICY.proxy


class LimitSettings(_Table):
    """`[limits]`: how much each client may ask of each worker in a minute; 0 is no limit."""

    texts_per_minute: Annotated[int, Field(ge=0)] = _ALLOWANCE.texts_per_minute
    writes_per_minute: Annotated[int, Field(ge=0)] = _ALLOWANCE.writes_per_minute


class ServeSettings(_Table):
    """`[serve]`: after how many hours without a rebuild the service says that it is not well."""

    max_age_h: Annotated[float, Field(gt=0)] = MAX_AGE_H


class GateSettings(_Table):
    """`[gates]`: what a new version must be like to be served; see `index.gates.Limits`."""

    shrink: Share = _LIMITS.shrink
    recall: Share = _LIMITS.recall
    broken: Share = _LIMITS.broken
    worse: Share = _LIMITS.worse


class Settings(_Table):
    """All that `recommender.toml` may say. Paths in it start at its own folder."""

    site: str | None = None
    home: Path = Path("var")
    model: str = DEFAULT_MODEL
    source: list[SourceSettings] = []
    fetch: FetchSettings = FetchSettings()
    gates: GateSettings = GateSettings()
    serve: ServeSettings = ServeSettings()
    limits: LimitSettings = LimitSettings()

    @property
    def policy(self) -> Policy:
        """How the web is read, with `${NAME}` replaced by the environment. Raises SettingsError."""
        try:
            return Policy(**self.fetch.model_dump() | {"proxy": _filled(self.fetch.proxy)})
        except ValueError as error:
            raise SettingsError(f"fetch.{error}") from None

    @property
    def gate_limits(self) -> Limits:
        """What the gates let pass."""
        return Limits(**self.gates.model_dump())

    def sources(self, folder: Path) -> list[Source]:
        """The sources, with `${NAME}` replaced by the environment and files looked for in `folder`.

        Raises SettingsError.
        """
        return [
            Source(_located(_filled(one.place), folder), one.columns, one.query and _filled(one.query))
            for one in self.source
        ]


def read_settings(path: Path) -> Settings:
    """The settings in a file. Raises SettingsError."""
    try:
        settings = Settings.model_validate(read_toml(_text(path)))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read ({error}); `recommender init URL` writes one") from error
    except ValidationError as error:
        raise SettingsError("\n".join(_sentence(path, fault) for fault in error.errors())) from None
    except ValueError as error:
        raise SettingsError(f"{path}: not TOML ({error}); correct it there") from error
    return settings.model_copy(update={"home": path.parent / settings.home.expanduser()})


def _text(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        text = file.read(MAX_CHARACTERS + 1)
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"over {MAX_CHARACTERS:,} characters")
    return text


def _sentence(path: Path, fault: Any) -> str:
    field = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"{path}, {field}: no such setting; there are {', '.join(_table(fault['loc'][:-1]).model_fields)}"
    if field.startswith("fetch.proxy"):  # what stands there may hold a password
        return f"{path}, {field}: {fault['msg']}"
    return f"{path}, {field}: {fault['msg']}, not {fault['input']!r:.80}"


def _table(place: tuple[str | int, ...]) -> type[BaseModel]:
    table: Any = Settings
    for name in place:
        kind = table.model_fields[name].annotation if isinstance(name, str) else table
        table = get_args(kind)[0] if get_origin(kind) is list else kind
    return cast("type[BaseModel]", table)


def _filled(text: str) -> str:
    def value(found: re.Match[str]) -> str:
        if found[1] not in os.environ:
            raise SettingsError(f"${{{found[1]}}}: no such environment variable; set it before the command runs")
        return os.environ[found[1]]

    return _VARIABLE.sub(value, text)


def _located(place: str, folder: Path) -> str:
    # `kind:` may stand before a path; an address or a database stays as it is.
    kind, path = re.fullmatch(r"((?:[a-z]+:(?!//))?)(.*)", place, re.DOTALL).groups()  # type: ignore[union-attr] # matches any text
    if "://" in path or path == "-" or Path(path).is_absolute():
        return place
    return f"{kind}{folder / path}"
