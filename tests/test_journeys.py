"""From an empty folder to links and back, as an operator goes: real processes, the real model, real HTTP."""

import json
import shutil
import signal
from pathlib import Path

import pytest
from service import NEWSROOM, Server, command, eventually, serving, start

STORY = ("cp-0904-bridge-cracks", "cp-0905-bridge-lorries", "cp-0912-bridge-shut-update", "cp-0930-bridge-ferry")
OTHERS = ("cp-0909-kite-launch", "cp-0913-kite-lunar-orbit", "cp-0911-measles-first-cases", "cp-0915-measles-17-cases")
LATER = "cp-1014-bridge-bill"
UNSEEN = {"title": "Cracked bridge stays closed", "text": "Engineers keep the Calder Bridge shut to lorries."}
ASKED = "/v1/related?id=cp-0930-bridge-ferry"

pytestmark = pytest.mark.real_model


@pytest.fixture(scope="module")
def rows() -> dict[str, str]:
    lines = NEWSROOM.read_text("utf-8").splitlines()
    return {json.loads(line)["id"]: line for line in lines}


def write(path: Path, lines: list[str]) -> str:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def first_home(rows: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("journey")
    source = write(folder / "first.jsonl", [rows[name] for name in STORY + OTHERS] + ['{"id": "untitled"}'])
    done = command(folder / "home", "build", source, "--json", code=4)
    report = json.loads(done.stdout)
    assert [report[name] for name in ("articles", "new", "embedded", "skipped")] == [8, 8, 8, 1]
    assert f"skipped: {source}, line 9, field title: None is missing or empty" in done.stderr
    return folder / "home"


def linked(server: Server, path: str = ASKED) -> list[str]:
    sent = server.get(path)
    assert sent.status == 200, sent.body
    return [item["id"] for item in sent.json["items"]]


def version_of(server: Server) -> str:
    sent = server.get(ASKED)
    assert sent.status == 200, sent.body
    return str(sent.json["index"]["version"])


def test_a_newsroom_is_built_served_rebuilt_and_rolled_back_without_a_failing_request(
    first_home: Path, rows: dict[str, str], tmp_path: Path
) -> None:
    home = Path(shutil.copytree(first_home, tmp_path / "home", symlinks=True))
    first = json.loads(command(home, "versions", "--json").stdout)["current"]
    with serving(home) as server:
        assert version_of(server) == first
        assert set(linked(server)) == set(STORY) - {"cp-0930-bridge-ferry"}
        told = json.loads(command(home, "related", "-", "--json", stdin=json.dumps(UNSEEN)).stdout)
        assert told == server.post("/v1/related", UNSEEN).json
        assert told["source"]["known"] is False
        assert {item["id"] for item in told["items"]} < set(STORY)

        source = write(tmp_path / "second.jsonl", [rows[LATER]])
        seen: list[str] = []

        def rebuilt_while_asking() -> bool:
            seen.append(version_of(server))
            return build.poll() is not None

        build = start(home, "build", source, "--json")
        eventually(rebuilt_while_asking, within=60, every=0.05)
        report = json.loads(build.communicate()[0])
        assert (build.returncode, report["articles"], report["embedded"]) == (0, 9, 1)
        assert set(seen) <= {first, report["version"]}
        eventually(lambda: version_of(server) == report["version"])
        assert LATER in linked(server)

        assert json.loads(command(home, "use", first, "--json").stdout) == {"current": first}
        eventually(lambda: version_of(server) == first)
        assert LATER not in linked(server)
        assert server.get("/healthz").json["articles"] == 8
        code, errors = server.stop(signal.SIGINT)
    assert (code, "Traceback" in errors) == (0, False)


def test_a_question_at_the_command_line_is_answered_as_the_service_answers_it(first_home: Path) -> None:
    rules = ("--k", "2", "--section", "City", "--after", "2026-09-05", "--exclude", "cp-0912-bridge-shut-update")
    told = command(first_home, "related", "--id", "cp-0930-bridge-ferry", *rules, "--json").stdout
    with serving(first_home) as server:
        path = f"{ASKED}&k=2&section=City&after=2026-09-05&exclude=cp-0912-bridge-shut-update"
        assert json.loads(told) == server.get(path).json
        assert linked(server, path) == ["cp-0905-bridge-lorries"]
