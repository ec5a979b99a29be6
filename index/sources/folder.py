"""Files of a folder: read where they are new or changed, and gone where they are no more."""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from index.article import Article, InvalidFieldError
from index.inflate import gunzip, is_gzip
from index.marks import Mark
from index.page import PageError
from index.sources.items import Found, Gone, Item, Rejected, SourceError, Unchanged
from index.sources.reading import Reading

MAX_FILE = 10_000_000
NOT_READ = ("node_modules",)

Convert = Callable[[PurePosixPath, bytes], Article | None]
"""The article of a file, by its path inside the folder; None where it is none (yet). Raises as `_item` catches."""


@dataclass
class Files:
    """The files of a folder with these endings, or one file, and which of its folders could not be looked into."""

    place: Path
    endings: tuple[str, ...]
    problems: list[OSError] = field(default_factory=list)

    def __iter__(self) -> Iterator[Path]:
        if not self.place.is_dir():
            yield self.place
            return
        for folder, folders, names in os.walk(self.place, onerror=self.problems.append):
            folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in NOT_READ)
            for name in sorted(names):
                if name.lower().endswith(self.endings) and not name.startswith("."):
                    yield Path(folder, name)

    def cannot_tell(self, key: str) -> bool:
        """Whether a file was in a folder that cannot be looked into now."""
        return any(Path(key).is_relative_to(str(problem.filename)) for problem in self.problems)


def read_files(place: str, endings: tuple[str, ...], said: str, convert: Convert, reading: Reading) -> Iterator[Item]:
    """What became of each file since it was last read, with the same `said` of all of them. Raises SourceError."""
    root = root_of(place)
    files, seen, known = Files(root, endings), set[str](), reading.known(str(root))
    for path in files:
        if _leads_out(root, path):
            continue
        seen.add(str(path))
        if item := _item(root, path, said, convert, reading):
            yield item
    for problem in files.problems:
        yield Rejected(_printable(str(problem.filename)), None, f"cannot be looked into ({problem.strerror})")
    if known and not seen:  # as where a disk is not mounted
        raise SourceError(f"{place}: none of the {len(known):,} files that were here is left; check the path")
    yield from (Gone(key, "the file is no more") for key in known if key not in seen and not files.cannot_tell(key))


def root_of(place: str) -> Path:
    """The folder or file itself. Raises SourceError where there is none."""
    try:
        return Path(place).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        raise SourceError(f"{place}: no such file or folder; check the path") from None


def _item(root: Path, path: Path, said: str, convert: Convert, reading: Reading) -> Item | None:
    name = _printable(str(path))
    if name != str(path):
        return Rejected(name, None, "its name is not UTF-8; rename the file")
    try:
        status = path.stat()
        mark = Mark(name, f"{status.st_size}-{status.st_mtime_ns}", listed=said)
        known = reading.mark(name)
        if known and (known.etag, known.listed) == (mark.etag, said):
            return Unchanged(name, said, str(root))
        article = convert(PurePosixPath(path.relative_to(root) if path != root else path.name), _content(path, status))
        if article is None:
            return Gone(name, "it is no article now") if known else None
        return Found(article, mark, str(root))
    except (PageError, InvalidFieldError, ValueError) as error:
        return Rejected(name, None, str(error))
    except OSError as error:
        return Rejected(name, None, f"cannot be read ({error.strerror}); check its permissions")


def _content(path: Path, status: os.stat_result) -> bytes:
    if not stat.S_ISREG(status.st_mode):
        raise ValueError("is no file that could be read")
    if status.st_size > MAX_FILE:
        raise ValueError(f"has {status.st_size:,} bytes; at most {MAX_FILE:,} are read")
    content = path.read_bytes()
    return gunzip(content, MAX_FILE) if is_gzip(content) else content


def _leads_out(root: Path, path: Path) -> bool:
    return path.is_symlink() and path != root and not path.resolve().is_relative_to(root)


def _printable(path: str) -> str:
    return os.fsencode(path).decode(errors="replace")
