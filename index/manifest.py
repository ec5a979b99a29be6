"""What the manifest of a version must say, and the names of the files that a version has."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from index.documents import as_object
from index.meaning import ModelStamp
from index.shown import shown
from index.space import PLAIN_ARRAYS, SPARSE_ARRAYS

MANIFEST, ARTICLES, WEIGHTS, VECTORS = "manifest.json", "articles.sqlite", "weights.json", "vectors.faiss"
ARRAYS = (
    *PLAIN_ARRAYS,
    *(f"{name}.{part}" for name in SPARSE_ARRAYS for part in ("starts", "buckets", "values")),
    *("neighbours", "signals", "duplicates"),
)
FILES = frozenset({ARTICLES, VECTORS, *(f"{name}.npy" for name in ARRAYS)})
"""Every version has these beside its manifest, and perhaps WEIGHTS."""

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_MODEL_ID = re.compile(r"[A-Za-z0-9_][\w.-]{0,95}(?:/[A-Za-z0-9_][\w.-]{0,95})?", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}")


def is_plain(name: object) -> bool:
    """Whether this can be the name of a version, and so of a folder here."""
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


def is_model_id(name: str) -> bool:
    """Whether a model's name is an id, which means the same on every machine, and not a folder."""
    return _MODEL_ID.fullmatch(name) is not None and ".." not in name


def check_manifest(manifest: Mapping[str, Any]) -> None:
    """Refuse a manifest that lacks something, or in which something is of another kind. Raises ValueError."""
    for name, is_good in _REQUIRED.items():
        if name not in manifest:
            raise ValueError(f"no {name!r}")
        _check(name, manifest[name], is_good)
    for name, is_good in _OPTIONAL.items():
        if manifest.get(name) is not None:
            _check(name, manifest[name], is_good)
    _check_files(manifest["files"])
    _check_model(manifest["model"])


def _check(name: str, value: object, is_good: Callable[[Any], bool]) -> None:
    if not is_good(value):
        raise ValueError(f"{name!r} is {shown(value)}")


def _check_files(files: Mapping[str, Any]) -> None:
    if missing := sorted(FILES - files.keys()):
        raise ValueError(f"no {missing[0]!r} in its files")
    if unknown := sorted(files.keys() - FILES - {WEIGHTS}):
        raise ValueError(f"{shown(unknown[0])} in its files, which no version has")
    for name, digest in files.items():
        _check(name, digest, lambda value: isinstance(value, str) and _DIGEST.fullmatch(value) is not None)


def _check_model(model: object) -> None:
    stamp = as_object(model)
    if missing := [name for name in _STAMP if name not in stamp]:
        raise ValueError(f"no {missing[0]!r} in its model")
    if unknown := sorted(stamp.keys() - _STAMP.keys()):
        raise ValueError(f"{shown(unknown[0])} in its model, which no model has")
    for name, is_good in _STAMP.items():
        _check(f"model.{name}", stamp[name], is_good)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 31


def _is_size(value: object) -> bool:
    return _is_count(value) and value != 0


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 4_096 and value.isprintable()


def _is_moment(value: object) -> bool:
    try:
        return datetime.fromisoformat(str(value)).tzinfo is not None
    except (ValueError, OverflowError):
        return False


def _is_counts(value: object) -> bool:
    return isinstance(value, dict) and all(map(_is_count, value.values()))


_REQUIRED: dict[str, Callable[[Any], bool]] = {
    "format": _is_count,
    "version": is_plain,
    "articles": _is_count,
    "files": lambda value: isinstance(value, dict),
    "model": lambda value: isinstance(value, dict),
    "built_at": _is_moment,
}
_OPTIONAL: dict[str, Callable[[Any], bool]] = {
    "copies": _is_count,
    "recall_at_10": _is_number,
    "sequence": lambda value: isinstance(value, int) and 0 <= value < 1 << 62,
    "languages": _is_counts,
}
_STAMP: dict[str, Callable[[Any], bool]] = {
    "name": _is_text,
    "revision": lambda value: value is None or _is_text(value),
    "weights": _is_text,
    "dimension": lambda value: _is_size(value) and value < 1 << 16,
    "max_tokens": _is_size,
}
assert _STAMP.keys() == set(ModelStamp.__dataclass_fields__)  # noqa: S101 - checked once, when this is imported
