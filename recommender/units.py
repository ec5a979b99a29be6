"""The files that start us on a server: whether each can be read, and whether we understand the commands in it.

Known are systemd units, a crontab, a Containerfile and Kubernetes manifests.
"""

import configparser
import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from typer.core import TyperGroup

COMMAND = "recommender"

Accept = Callable[[Sequence[str]], str | None]
"""Given the words after `recommender`, what is wrong with them, or None."""

_SHELL = re.compile(r"[|;&<>]|\d>.*")
_CRON = re.compile(r"(?:@\w+\s+|(?:[\w*/,-]+\s+){5})(\S.*)")
_INSTRUCTION = re.compile(r"^(ENTRYPOINT|CMD)\s+(\[.*\])\s*$", re.MULTILINE)


def unit_problems(folder: Path, accept: Accept) -> tuple[list[str], list[str]]:
    """The names of the files that were looked at, and what is wrong with them."""
    paths = [path for path in sorted(folder.iterdir()) if path.is_file() and _reader(path)]
    return [path.name for path in paths], [problem for path in paths for problem in _problems(path, accept)]


def command_lines(path: Path) -> list[list[str]]:
    """The words after `recommender` of each command in a file. Raises ValueError where it cannot be read."""
    reader = _reader(path)
    found = list(reader(path.read_text(encoding="utf-8"))) if reader else []
    return [words for line in found if (words := _ours(line)) is not None]


def accepting(command: Any) -> Accept:
    """What a command line parser (click's, of our own command) says of words, without running any."""

    def accept(words: Sequence[str]) -> str | None:
        if not words:
            return "no command is named"
        try:
            _parse(command, list(words))
        except Exception as error:  # noqa: BLE001 - of several kinds, by the parser's version; each says what is wrong
            return str(getattr(error, "format_message", error.__str__)())
        return None

    return accept


def _parse(command: Any, words: list[str], parent: Any = None) -> None:
    context = command.make_context(command.name or COMMAND, list(words), parent=parent)
    if isinstance(command, TyperGroup):
        # The group took its own options; what it left for the command it names is the rest of the words.
        _, named, rest = command.resolve_command(context, words[len(words) - len(context.args) - 1 :])
        _parse(named, rest, context)


def _problems(path: Path, accept: Accept) -> Iterator[str]:
    try:
        lines = command_lines(path)
    except (OSError, ValueError, configparser.Error, yaml.YAMLError) as error:
        yield f"{path.name}: cannot be read ({' '.join(str(error).split())})"
        return
    for words in lines:
        if problem := accept(words):
            yield f"{path.name}: `{COMMAND} {shlex.join(words)}`: {problem}"
    if path.suffix == ".service" and not lines:
        yield f"{path.name}: starts no `{COMMAND}`"
    if path.suffix in (".service", ".timer"):
        yield from _verified(path)


def _verified(path: Path) -> Iterator[str]:
    if (tool := shutil.which("systemd-analyze")) is None:
        return
    done = subprocess.run(  # noqa: S603 - systemd's own, on a file of the operator's
        [tool, "verify", "--man=no", str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    if done.returncode:
        yield f"{path.name}: {'; '.join(done.stderr.splitlines())}"


def _reader(path: Path) -> Callable[[str], Iterator[list[str]]] | None:
    if path.name.startswith(("Containerfile", "Dockerfile")):
        return _of_container
    kinds = {".service": _of_unit, ".timer": _of_unit, ".yaml": _of_manifest, ".yml": _of_manifest}
    return _of_crontab if path.name == "crontab" else kinds.get(path.suffix)


def _of_unit(text: str) -> Iterator[list[str]]:
    # systemd lets a key stand more than once; the commands' keys are told apart before they are lost.
    numbered = (re.sub(r"^(Exec\w+)=", rf"\1 {number}=", line) for number, line in enumerate(text.splitlines()))
    parser = configparser.ConfigParser(interpolation=None, strict=False, delimiters="=", allow_no_value=False)
    parser.read_string("\n".join(numbered))
    for key, value in parser["Service"].items() if "Service" in parser else ():
        if key.startswith("exec"):
            yield shlex.split(value.replace("\\\n", " ").lstrip("-@+!:"))


def _of_crontab(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        if line.strip() and line[0] != "#" and not re.match(r"\w+\s*=", line):
            if not (found := _CRON.fullmatch(line)):
                raise ValueError(f"{line!r} is no line of a crontab")
            yield shlex.split(found[1])


def _of_container(text: str) -> Iterator[list[str]]:
    said = {name: json.loads(words) for name, words in _INSTRUCTION.findall(text)}
    if not said:
        raise ValueError("neither ENTRYPOINT nor CMD is given as a JSON list")
    yield said.get("ENTRYPOINT", []) + said.get("CMD", [])


def _of_manifest(text: str) -> Iterator[list[str]]:
    for document in yaml.safe_load_all(text):
        yield from _in_manifest(document)


def _in_manifest(part: Any) -> Iterator[list[str]]:
    if isinstance(part, dict):
        if "image" in part:
            words = [*part.get("command", [COMMAND]), *part.get("args", [])]
            yield shlex.split(words[2]) if words[1:2] == ["-c"] else words
        part = list(part.values())
    for one in part if isinstance(part, list) else ():
        yield from _in_manifest(one)


def _ours(words: Sequence[str]) -> list[str] | None:
    for place, word in enumerate(words):
        if Path(word).name == COMMAND:
            rest = list(words[place + 1 :])
            end = next((at for at, each in enumerate(rest) if _SHELL.match(each)), len(rest))
            return rest[:end]
    return None
