"""Front matter: what stands above the text of a Markdown file, in YAML, TOML or JSON."""

import json
import re
import tomllib
from typing import Any

import yaml

_YAML = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


def front_matter(text: str) -> tuple[dict[str, Any], str]:
    """(front matter, text) of a Markdown file, both of which may be empty. Raises ValueError."""
    try:
        return _parted(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        first = " ".join(str(error).split())[:200]
        raise ValueError(f"its front matter cannot be read ({first})") from None


def read_yaml(text: str) -> object:
    """What a YAML document holds; one with aliases is refused. Raises ValueError, YAMLError, RecursionError."""
    # A few aliases of aliases are enough to be a list of billions.
    if "*" in text and any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.SafeLoader)):
        raise ValueError("aliases are not taken")
    return yaml.safe_load(text)


def _parted(text: str) -> tuple[dict[str, Any], str]:
    if found := _YAML.match(text):
        return _mapping(read_yaml(found[1])), text[found.end() :]
    if found := _TOML.match(text):
        return tomllib.loads(found[1]), text[found.end() :]
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
