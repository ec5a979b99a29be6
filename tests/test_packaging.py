"""What is shipped: the wheel's files, the version and its change log, and what its documentation shows."""

import re
import subprocess
import sys
import tomllib
from email.parser import Parser
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import pytest
from service import COMMAND, ROOT
from typer.testing import CliRunner

from recommender.cli import app

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    if find_spec("hatchling") is None:
        pytest.skip("hatchling is not installed, and building must not need a network")
    folder = tmp_path_factory.mktemp("wheel")
    made = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    return ZipFile(next(folder.glob("*.whl")))


def shipped(*packages: str) -> set[str]:
    kept = (path for package in packages for path in (ROOT / package).rglob("*"))
    return {str(path.relative_to(ROOT)) for path in kept if path.is_file() and "__pycache__" not in path.parts}


def test_the_wheel_holds_every_file_of_both_packages_and_nothing_else(wheel: ZipFile) -> None:
    files = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert files == shipped("index", "recommender")


@pytest.mark.parametrize(
    "name",
    [
        "index/py.typed",
        "recommender/py.typed",
        "recommender/weights.json",
        "recommender/newsroom/articles.jsonl",
        "recommender/pages/style.css",
        "recommender/pages/templates/article.html",
        "recommender/widget/read-more.js",
        "recommender/widget/templates/fragment.html",
    ],
)
def test_the_wheel_holds_what_is_not_python_but_needed(wheel: ZipFile, name: str) -> None:
    assert wheel.read(name) == (ROOT / name).read_bytes()


def test_the_wheel_names_its_command_licence_and_version(wheel: ZipFile) -> None:
    folder = next(name.split("/")[0] for name in wheel.namelist() if ".dist-info/" in name)
    about = Parser().parsestr(wheel.read(f"{folder}/METADATA").decode())
    assert (about["Name"], about["Version"]) == (PROJECT["name"], PROJECT["version"])
    assert about["License-Expression"] == "Apache-2.0"
    assert wheel.read(f"{folder}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()
    assert b"recommender = recommender.cli:main" in wheel.read(f"{folder}/entry_points.txt")


def test_the_installed_version_is_the_one_in_the_project_file() -> None:
    assert version(PROJECT["name"]) == PROJECT["version"]


def test_the_newest_heading_of_the_change_log_is_this_version() -> None:
    log = ROOT / "CHANGELOG.md"
    if not log.exists():
        pytest.skip("there is no change log yet")
    headings = re.findall(r"^## \[?v?(\d+\.\d+\.\d+)", log.read_text("utf-8"), re.MULTILINE)
    assert headings[0] == PROJECT["version"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_everything_that_the_documentation_tells_to_type_exists(page: Path) -> None:
    words = re.compile(r"(?<![\w./-])recommender ((?:--[\w-]+(?:[ =]\S+)? )*)([a-z]+)([^\n`|#]*)")
    told = [found.groups() for found in words.finditer(in_code(page.read_text("utf-8")))]
    for _, name, rest in told:
        shown = help_of(name)
        for option in re.findall(r"(?<!\S)--[a-z-]+", rest):
            assert option in shown, f"recommender {name} has no {option}"


def test_every_command_and_option_that_the_readme_lists_exists() -> None:
    rows = re.findall(
        r"^\| (`[a-z].*?) \|", section("The command", (ROOT / "README.md").read_text("utf-8")), re.MULTILINE
    )
    for row in rows:
        names = re.findall(r"`([a-z]+)[^`]*`", row)
        for option in re.findall(r"--[a-z]+", row):
            assert option in help_of(names[0]), f"recommender {names[0]} has no {option}"
        assert all(help_of(name) for name in names)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_that_the_documentation_leads_to_is_there(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def section(title: str, text: str) -> str:
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def in_code(text: str) -> str:
    fenced = re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)
    return "\n".join([*fenced, *re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))])


def help_of(name: str) -> str:
    run = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"})
    assert run.exit_code == 0, f"the documentation tells of recommender {name}: {run.output}"
    return run.output


NAMES = [command.callback.__name__ for command in app.registered_commands if command.callback]


def test_the_commands_that_others_rely_on_are_there() -> None:
    assert set(NAMES) >= {"build", "related", "serve", "versions", "use", "demo", "doctor"}


@pytest.mark.parametrize("name", NAMES)
def test_every_command_is_listed_with_one_line_that_says_what_it_does(name: str) -> None:
    shown = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}).output
    assert re.search(rf"^\W*{name}\s+[A-Z]\w+.*[.,]", shown, re.MULTILINE)


def test_the_command_is_installed_beside_the_interpreter_and_lists_its_exit_codes() -> None:
    shown = subprocess.run([str(COMMAND), "--help"], capture_output=True, text=True, check=True).stdout
    flat = re.sub(r"[\s│]+", " ", shown)
    assert "0 done, 1 failed, 2 wrong use, 3 refused, 4 built but rows were skipped, 5 not found" in flat


@pytest.mark.parametrize("module", sorted(path.stem for path in Path(ROOT, "recommender").glob("*.py")))
def test_every_module_says_what_it_is_for(module: str) -> None:
    first = (ROOT / "recommender" / f"{module}.py").read_text("utf-8").splitlines()[0]
    assert first.startswith('"""')
