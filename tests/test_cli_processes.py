"""The installed command as others run it: in processes of its own, with real streams, signals and ports."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from newsroom import NEWS, write_jsonl
from service import COMMAND, command, environment, serving, start

from index.releases import Releases

RULES = ("--id", "flood-town", "--k", "1")


def test_a_question_about_a_stored_article_prints_one_object_and_nothing_else(built: Path) -> None:
    done = command(built, "related", *RULES, "--json")
    assert [item["id"] for item in json.loads(done.stdout)["items"]] == ["flood-barrier"]
    assert (done.stdout.count("\n"), done.stderr) == (1, "")


def test_a_question_about_a_stored_article_needs_no_model_no_torch_and_no_server(built: Path) -> None:
    script = (
        "import sys\n"
        "from recommender.cli import main\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as ended:\n"
        "    assert not ended.code\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'fastapi', 'uvicorn', 'huggingface_hub'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    words = ["--home", str(built), "related", *RULES, "--json"]
    done = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, text=True, check=True, env=environment()
    )
    assert json.loads(done.stdout)["returned"] == 1
    assert done.stderr.splitlines()[-1] == "[]"


def test_in_any_locale_what_it_lacks_is_escaped(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("LC_ALL", "C"), ("PYTHONCOERCECLOCALE", "0"), ("PYTHONUTF8", "0")):
        monkeypatch.setenv(name, value)
    shown = command(built, "related", *RULES)
    assert shown.stdout.startswith(r"Read more  for \u201c")
    assert shown.stderr == ""
    (item,) = json.loads(command(built, "related", *RULES, "--json").stdout)["items"]
    assert item["id"] == "flood-barrier"


def test_a_command_is_there_before_what_computes_is_loaded() -> None:
    script = "import sys, recommender.cli; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_errors_are_one_object_on_standard_output_and_a_sentence_on_standard_error(built: Path) -> None:
    done = command(built, "related", "--id", "nope", "--json", code=5)
    told = "no article with id 'nope' in this index; build with it, or POST its text"
    assert json.loads(done.stdout) == {"error": {"code": 5, "detail": told}}
    assert done.stderr == f"error: {told}\n"


def test_wrong_use_is_told_on_standard_error_with_what_there_is(built: Path) -> None:
    done = command(built, "related", "--nope", "--json", code=2)
    assert json.loads(done.stdout)["error"]["code"] == 2
    assert "No such option: --nope" in done.stderr
    assert command(built, "related", "--k", "99", code=2).stdout == ""


def test_a_strict_build_refuses_bad_rows_before_any_model_is_loaded(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "news.jsonl", [*NEWS, {"id": "bad"}])
    done = command(tmp_path / "home", "build", str(source), "--strict", "--json", code=3)
    assert json.loads(done.stdout)["error"]["code"] == 3
    assert f"first: {source}, line 15, field title: None is missing or empty" in done.stderr
    assert not (tmp_path / "home" / "current").exists()


def test_articles_come_in_through_standard_input_too(tmp_path: Path) -> None:
    done = command(tmp_path / "home", "build", "-", "--strict", "--json", stdin="[1]\n", code=3)
    assert "first: standard input, line 1, not a JSON object" in json.loads(done.stdout)["error"]["detail"]


def test_the_home_may_be_named_by_the_environment(built: Path) -> None:
    named = environment() | {"RECOMMENDER_HOME": str(built)}
    done = subprocess.run([str(COMMAND), "versions", "--json"], capture_output=True, text=True, check=True, env=named)
    assert json.loads(done.stdout)["current"] == Releases(built).current()


def test_a_reader_that_leaves_early_is_no_error_worth_a_traceback(built: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    words = [str(COMMAND), "--home", str(built), "related", *RULES, "--json"]
    process = subprocess.Popen(words, stdout=writing, stderr=subprocess.PIPE, text=True, env=environment())
    os.close(writing)
    assert process.communicate(timeout=60)[1] == ""
    assert process.returncode == 1


def test_an_interrupted_build_leaves_as_the_shell_expects_and_changes_nothing(tmp_path: Path) -> None:
    process = start(tmp_path / "home", "build", "-")
    assert process.stderr is not None
    assert process.stderr.readline() == "read\n"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, "")
    assert not (tmp_path / "home" / "current").exists()


@pytest.mark.parametrize(("how", "codes"), [(signal.SIGINT, {0}), (signal.SIGTERM, {0, -signal.SIGTERM})])
def test_a_server_ends_cleanly_when_it_is_told_to(built: Path, how: signal.Signals, codes: set[int]) -> None:
    with serving(built) as server:
        assert server.get("/v1/related?id=flood-town&k=1").json["items"][0]["id"] == "flood-barrier"
        code, errors = server.stop(how)
    assert code in codes
    assert "Traceback" not in errors
    assert "Application shutdown complete" in errors


def test_several_workers_answer_alike_and_leave_together(built: Path) -> None:
    with serving(built, "--workers", "2", "--pages") as server:
        bodies = {server.get("/v1/related?id=flood-town").body for _ in range(8)}
        assert len(bodies) == 1
        assert b"<html" in server.get("/").body
        code, errors = server.stop()
    assert code in {0, -signal.SIGTERM}
    assert "Traceback" not in errors


@pytest.mark.parametrize("name", ["serve", "demo"])
def test_a_port_that_is_taken_is_wrong_use_and_says_so(built: Path, name: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = command(built, name, "--port", str(port), code=2)
    assert done.stderr == f"error: cannot listen on 127.0.0.1:{port} (Address already in use); choose another --port\n"
    assert not (built / "demo").exists()
