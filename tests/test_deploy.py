"""The files that start us on a server: each can be read, says what it should, and names commands that there are."""

import configparser
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
import yaml
from service import ROOT

from recommender import units
from recommender.cli import app
from recommender.doctor import examine_units
from recommender.units import accepting, command_lines, unit_problems

DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
MANIFESTS = [path for path in FILES if path.suffix == ".yaml"]
HOME = ["--home", "/var/lib/related-articles"]
REBUILD = ["rebuild", "--settings", "/etc/related-articles/recommender.toml"]
PLACE = "s3://YOUR-BUCKET/related-articles"

accept = accepting(typer.main.get_command(app))


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, delimiters="=")
    parser.optionxform = str  # type: ignore[assignment, method-assign] # as its documentation says
    parser.read(DEPLOY / name, "utf-8")
    return parser


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("related-articles.service", [[*HOME, "serve", "--host", "127.0.0.1", "--port", "8000", "--workers", "2"]]),
        ("related-articles-rebuild.service", [[*HOME, *REBUILD]]),
        ("related-articles-rebuild.timer", []),
        ("crontab", [[*HOME, *REBUILD]]),
        ("Containerfile", [["serve", "--host", "0.0.0.0", "--port", "8000"]]),  # noqa: S104 - in a container
        ("kubernetes/rebuild.yaml", [REBUILD, ["publish", "--to", PLACE]]),
        ("kubernetes/serve.yaml", [["serve", "--host", "0.0.0.0", "--port", "8000", "--from", PLACE]]),  # noqa: S104
    ],
)
def test_each_file_names_commands_that_our_parser_accepts(name: str, lines: list[list[str]]) -> None:
    found = command_lines(DEPLOY / name)
    assert found == lines
    assert [accept(words) for words in found] == [None] * len(lines)


def test_no_file_is_left_out_of_these_tests() -> None:
    assert [str(path.relative_to(DEPLOY)) for path in FILES] == [
        "Containerfile",
        "crontab",
        "kubernetes/rebuild.yaml",
        "kubernetes/serve.yaml",
        "related-articles-rebuild.service",
        "related-articles-rebuild.timer",
        "related-articles.service",
    ]


@pytest.mark.parametrize("name", ["related-articles.service", "related-articles-rebuild.service"])
def test_the_services_may_do_little(name: str) -> None:
    service = unit(name)["Service"]
    strict = {"ProtectSystem": "strict", "ProtectHome": "yes", "NoNewPrivileges": "yes", "CapabilityBoundingSet": ""}
    assert {key: service[key] for key in strict} == strict
    assert (service["User"], service["StateDirectory"]) == ("related-articles", "related-articles")


def test_the_rebuild_gives_way_to_readers_and_skipped_rows_are_no_failure() -> None:
    service = unit("related-articles-rebuild.service")["Service"]
    assert (service["Type"], service["SuccessExitStatus"]) == ("oneshot", "4")
    assert (service["Nice"], service["IOSchedulingClass"], service["CPUWeight"]) == ("19", "idle", "20")
    timer = unit("related-articles-rebuild.timer")
    assert (timer["Timer"]["Persistent"], timer["Install"]["WantedBy"]) == ("true", "timers.target")


def test_the_image_runs_without_root_from_pinned_packages_and_knows_its_health() -> None:
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    assert len(re.findall(r"^FROM ", text, re.MULTILINE)) == 2
    assert "pip install --no-cache-dir -c constraints.txt '.[offline,remote]'" in text
    last = text.rsplit("\nFROM ", 1)[1]
    assert re.search(r"^USER 10001$", last, re.MULTILINE)
    check = re.search(r"^HEALTHCHECK .*CMD (\[.*\])$", last, re.MULTILINE)
    assert check
    code = yaml.safe_load(check[1])[2]
    compile(code, "HEALTHCHECK", "exec")
    assert "/readyz" in code


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_manifests_are_of_known_kinds_and_every_container_is_locked(path: Path) -> None:
    documents = list(yaml.safe_load_all(path.read_text("utf-8")))
    kinds = {"rebuild.yaml": ["CronJob"], "serve.yaml": ["Deployment", "Service"]}
    assert [document["kind"] for document in documents] == kinds[path.name]
    spec = documents[0]["spec"]
    pod = (spec["jobTemplate"]["spec"]["template"] if "jobTemplate" in spec else spec["template"])["spec"]
    assert pod["securityContext"]["runAsNonRoot"]
    containers = [*pod.get("initContainers", []), *pod["containers"]]
    assert all(one["securityContext"]["allowPrivilegeEscalation"] is False for one in containers)
    mounted = {mount["name"] for one in containers for mount in one["volumeMounts"]}
    assert mounted == {volume["name"] for volume in pod["volumes"]}


@pytest.fixture
def without_systemd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units.shutil, "which", lambda _: None)


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    def write(**files: str) -> Path:
        for name, text in files.items():
            (tmp_path / name.replace("_", ".")).write_text(text)
        return tmp_path

    return write


@pytest.mark.usefixtures("without_systemd")
def test_the_doctor_finds_nothing_wrong_with_our_own_files() -> None:
    finding = examine_units(DEPLOY, typer.main.get_command(app))
    assert (finding.name, finding.ok) == ("units", True)
    assert finding.detail.startswith("Containerfile, crontab, related-articles-rebuild.service, ")
    assert examine_units(DEPLOY / "kubernetes", typer.main.get_command(app)).ok


@pytest.mark.usefixtures("without_systemd")
@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a_service", "[Service]\nExecStart=/bin/recommender serve --prot 1\n", "No such option: --prot"),
        ("a_service", "[Service]\nExecStart=/bin/recommender srve\n", "No such command 'srve'"),
        ("a_service", "[Service]\nExecStart=/bin/recommender\n", "no command is named"),
        ("a_service", "[Service]\nExecStart=/bin/true\n", "a.service: starts no `recommender`"),
        ("a_service", "ExecStart=/bin/recommender serve\n", "a.service: cannot be read (File contains no section"),
        ("a_service", "[Service]\nExecStart=/bin/recommender 'serve\n", "cannot be read (No closing quotation)"),
        ("a_service", "[Service]\nExecStartPre=-/bin/recommender pull\nExecStart=/bin/recommender serve\n", "--from"),
        ("a_timer", "[Timer\n", "a.timer: cannot be read"),
        ("crontab", "at three recommender rebuild\n", "is no line of a crontab"),
        ("crontab", "MAILTO=x\n@daily /bin/recommender rebuild --sources x 2>&1\n", "No such option: --sources"),
        ("a_yaml", "kind: [", "a.yaml: cannot be read"),
        ("a_yaml", "containers: [{image: x, args: [serve, --workers, none]}]", "serve --workers none"),
        ("Containerfile", "FROM x\nCMD recommender serve\n", "neither ENTRYPOINT nor CMD is given as a JSON list"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(folder: Callable[..., Path], name: str, text: str, said: str) -> None:
    names, (problem,) = unit_problems(folder(**{name: text}), accept)
    assert names == [name.replace("_", ".")]
    assert said in problem


@pytest.mark.usefixtures("without_systemd")
def test_a_folder_without_unit_files_is_told_of(folder: Callable[..., Path]) -> None:
    place = folder(readme_txt="")
    finding = examine_units(place, typer.main.get_command(app))
    assert (finding.ok, finding.detail) == (False, f"{place}: holds no unit file that we know")
    assert not examine_units(place / "missing", typer.main.get_command(app)).ok


def test_systemd_itself_finds_nothing_wrong_but_that_we_are_not_installed() -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd")
    units_ = [str(path) for path in FILES if path.suffix in (".service", ".timer")]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units_], capture_output=True, text=True, timeout=60, check=False
    )
    said = [line for line in done.stderr.splitlines() if "/opt/related-articles/bin/recommender is not" not in line]
    assert said == []
    problems = unit_problems(DEPLOY, accept)[1]
    assert all("is not executable" in problem for problem in problems)
