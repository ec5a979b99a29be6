"""Files of a folder: read where they are new or changed, and gone where they are no more."""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from index.article import Article
from index.inflate import gunzip, is_gzip
from index.marks import Mark
from index.sources.items import Found, Gone, Rejected, SourceError, Unchanged
from index.sources.kinds import walk
from index.sources.parsing import Step, Unparsed, contained
from index.sources.reading import Reading
from index.workers import Call

MAX_FILE = 10_000_000

Convert = Callable[[PurePosixPath, bytes], Call]
"""The call that makes a file's article, by its path inside the folder; it returns None where it is none (yet)."""


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
        for path in walk(self.place, self.problems.append):
            if path.name.lower().endswith(self.endings):
                yield path

    def cannot_tell(self, key: str) -> bool:
        """Whether a file was in a folder that cannot be looked into now."""
        return any(Path(key).is_relative_to(str(problem.filename)) for problem in self.problems)


def read_files(place: str, endings: tuple[str, ...], said: str, convert: Convert, reading: Reading) -> Iterator[Step]:
    """What became of each file since it was last read, with the same `said` of all of them. Raises SourceError."""
    root = root_of(place)
    files, seen, known = Files(root, endings), set[str](), reading.known(str(root))

    def steps() -> Iterator[Path]:
        for path in files:
            if not _leads_out(root, path):
                seen.add(str(path))
                yield path

    yield from contained(lambda path: _step(root, path, said, convert, reading), steps(), place)
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


def _step(root: Path, path: Path, said: str, convert: Convert, reading: Reading) -> Step:
    name = _printable(str(path))
    if name != str(path):
        return Rejected(name, None, "its name is not UTF-8; rename the file")
    try:
        status = path.stat()
        mark = Mark(name, f"{status.st_size}-{status.st_mtime_ns}", listed=said)
        known = reading.mark(name)
        if known and (known.etag, known.listed) == (mark.etag, said):
            return Unchanged(name, said, str(root))
        inside = PurePosixPath(path.relative_to(root) if path != root else path.name)
        call = convert(inside, _content(path, status))
    except ValueError as error:
        return Rejected(name, None, str(error))
    except OSError as error:
        return Rejected(name, None, f"cannot be read ({error.strerror}); check its permissions")

    def made(article: Article | None) -> Found | Gone | None:
        if article is None:
            return Gone(name, "it is no article now") if known else None
        return Found(article, mark, str(root))

    return Unparsed(call, made, lambda reason: Rejected(name, None, reason))


def _content(path: Path, status: os.stat_result) -> bytes:
    if not stat.S_ISREG(status.st_mode):
        raise ValueError("is no file that could be read")
    if status.st_size > MAX_FILE:
        raise ValueError(f"has {status.st_size:,} bytes; at most {MAX_FILE:,} are read")
    content = path.read_bytes()
    return gunzip(content, MAX_FILE) if is_gzip(content) else content


def _leads_out(root: Path, path: Path) -> bool:
    try:
        return path.is_symlink() and path != root and not path.resolve().is_relative_to(root)
    except RuntimeError:  # it leads to itself, which is told where it is opened
        return False


def _printable(path: str) -> str:
    return os.fsencode(path).decode(errors="replace")
