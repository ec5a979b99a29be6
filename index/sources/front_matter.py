"""Front matter: what stands above the text of a Markdown file, in YAML, TOML or JSON."""

import json
import re
import tomllib
from typing import Any

import yaml

MAX_LENGTH = 100_000
"""Characters of front matter or of a configuration."""
MAX_DEPTH = 32
MAX_DIGITS = 100
"""A longer number is read as text."""

_YAML = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)

_BRACKET = re.compile(r"[\[\]{}]")
_PART = r"(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')"
_DEEP_KEY = re.compile(rf"(?<![\w-])(?:{_PART}[ \t]*+\.[ \t]*+){{{MAX_DEPTH}}}{_PART}", re.ASCII)


def front_matter(text: str) -> tuple[dict[str, Any], str]:
    """(front matter, text) of a Markdown file, both of which may be empty. Raises ValueError."""
    try:
        return _parted(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:
        first = " ".join(str(error).split())[:200]
        raise ValueError(f"its front matter cannot be read ({first})") from None


def read_yaml(text: str) -> object:
    """What a YAML document holds; one with aliases is refused. Raises ValueError."""
    _check_length(text)
    _check_depth(text)
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - it is a safe one
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(str(error)) from None
    except (AttributeError, LookupError, OverflowError, TypeError):  # of values that are not what their tags say
        raise ValueError("it has a value that is not of its kind") from None


def read_toml(text: str) -> dict[str, Any]:
    """What a TOML document holds. Raises ValueError."""
    _check_length(text)
    if deep := _DEEP_KEY.search(text):
        raise ValueError(f"the key {deep[0][:40]!r}... has more than {MAX_DEPTH} parts")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _check_length(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise ValueError(f"it has {len(text):,} characters; at most {MAX_LENGTH:,} are read")


def _check_depth(text: str) -> None:
    # The parser looks at all open brackets for each word.
    depth = 0
    for bracket in _BRACKET.findall(text):
        depth = depth + 1 if bracket in "[{" else max(0, depth - 1)
        if depth > MAX_DEPTH:
            raise ValueError(f"its brackets are nested more than {MAX_DEPTH} levels deep")


class _Loader(yaml.SafeLoader):  # type: ignore[misc] # it has no types
    """YAML without aliases, of which a few are enough to be a list of billions, and without numbers in base 60."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise ValueError("aliases are not taken")
        return super().compose_node(parent, index)

    def construct_yaml_int(self, node: Any) -> object:
        return node.value if _is_word(node.value) else super().construct_yaml_int(node)

    def construct_yaml_float(self, node: Any) -> object:
        return node.value if _is_word(node.value) else super().construct_yaml_float(node)


_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_yaml_int)
_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.construct_yaml_float)


def _is_word(number: str) -> bool:
    return ":" in number or len(number) > MAX_DIGITS


def _parted(text: str) -> tuple[dict[str, Any], str]:
    if found := _YAML.match(text):
        return _mapping(read_yaml(found[1])), text[found.end() :]
    if found := _TOML.match(text):
        return read_toml(found[1]), text[found.end() :]
    if re.match(r"\{\s*[\"}]", text):
        matter, end = json.JSONDecoder().raw_decode(text)
        return _mapping(matter), text[end:]
    return {}, text


def _mapping(value: object) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError("it is no list of names and values")  # noqa: TRY004 - the file's mistake
    return {str(name): part for name, part in value.items()}
