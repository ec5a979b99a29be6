"""Places that cannot be copied to or from, names that would lead elsewhere, and secrets; following a folder."""

import json
import os
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from newsroom import NEWS, build_toy, write_jsonl

from index import stores
from index.releases import BusyError, Releases
from index.remote import POINTER, Remote, RemoteError
from index.snapshot import MANIFEST, SnapshotError
from recommender import cli, serving
from recommender.following import Follower
from recommender.loops import Loop

obstore = pytest.importorskip("obstore")
from places import again, publish, stored  # noqa: E402 - needs obstore

SECRET = "a-secret-that-nobody-may-read"  # noqa: S105


@pytest.fixture
def origin(tmp_path: Path) -> Releases:
    build_toy(tmp_path / "origin", write_jsonl(tmp_path / "news.jsonl", NEWS))
    return Releases(tmp_path / "origin")


@pytest.fixture
def place(tmp_path: Path) -> str:
    return f"file://{tmp_path / 'elsewhere'}"


@pytest.fixture
def replica(tmp_path: Path) -> Releases:
    return Releases(tmp_path / "replica")


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"version": "../../etc", "manifest": ""}', b'{"version": 1, "manifest": ""}']
)
def test_a_pointer_that_is_none_is_refused(tmp_path: Path, replica: Releases, content: bytes) -> None:
    url = f"file://{tmp_path / 'elsewhere'}"
    obstore.put(stored(url), POINTER, content)
    with pytest.raises(RemoteError, match=r"no pointer|no name of a version"):
        Remote(url).pull(replica)
    assert not replica.home.exists()


def test_a_manifest_cannot_name_files_outside_its_version(tmp_path: Path, origin: Releases, replica: Releases) -> None:
    url = f"file://{tmp_path / 'elsewhere'}"
    version = publish(url, origin)
    path = tmp_path / "elsewhere" / "versions" / version / MANIFEST
    manifest = json.loads(path.read_bytes())
    path.write_text(json.dumps(manifest | {"files": manifest["files"] | {"../../stolen": "0" * 64}}))
    digest = sha256(path.read_bytes()).hexdigest()
    obstore.put(stored(url), POINTER, json.dumps({"version": version, "manifest": digest}).encode())
    with pytest.raises(SnapshotError, match=r"'\.\./\.\./stolen' in its files, which no version has"):
        Remote(url).pull(replica)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("elsewhere", "elsewhere: no place that can be copied to; write s3://"),
        ("ftp://x.example/y", "ftp://x.example/y: no place that can be copied to"),
        ("s3://", "s3://: no place that can be copied to"),
        ("file://x/y", "file://x/y: Generic URL error"),
    ],
)
def test_an_address_that_cannot_be_copied_to_is_told_of(url: str, said: str) -> None:
    with pytest.raises(RemoteError) as told:
        Remote(url)
    assert str(told.value).startswith(said)


@pytest.mark.parametrize(
    "url",
    [
        f"s3://me:{SECRET}@bucket/x",
        f"s3://me:a/{SECRET}@bucket/x",
        f"s3://{SECRET}@bucket/x",
        f"nowhere://me:{SECRET}@bucket/x",
        f"az://container/x?sig={SECRET}",
        f"s3://b/x#{SECRET}",
    ],
)
def test_credentials_in_an_address_are_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(RemoteError, match="leave them to the environment") as told:
        Remote(url)
    assert SECRET not in str(told.value)


def test_secrets_of_the_environment_are_never_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    assert stores.told(ValueError(f"denied to {SECRET}\nmore")) == "denied to …"


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "obstore", None)
    with pytest.raises(RemoteError, match=r"need an extra: pip install 'related-articles\[remote\]'"):
        Remote(f"file://{tmp_path}")


def test_a_follower_pulls_what_is_new_once_and_tells_a_problem_once(
    place: str, origin: Releases, replica: Releases, caplog: pytest.LogCaptureFixture
) -> None:
    follower = Follower(replica, Remote(place))
    assert follower.look() is False
    first = publish(place, origin)
    assert (follower.look(), follower.look(), replica.current()) == (True, False, first)
    (second,) = again(origin)
    publish(place, origin)
    held = f"versions/{second}/idf.npy"
    content = bytes(obstore.get(stored(place), held).bytes())
    obstore.delete(stored(place), held)
    assert (follower.look(), follower.look(), replica.current()) == (False, False, first)
    assert len([one for one in caplog.records if one.name == "recommender.following"]) == 1
    assert "what is open serves on" in caplog.text
    obstore.put(stored(place), held, content)
    assert (follower.look(), replica.current()) == (True, second)
    # Rolled back by hand, it stays so until something else is published.
    replica.use(first)
    assert (follower.look(), replica.current()) == (False, first)


def test_the_commands_copy_there_and_back(
    place: str,
    origin: Releases,
    replica: Releases,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def run(home: Path, *words: str) -> tuple[int, Any]:
        monkeypatch.setattr(sys, "argv", ["recommender", "--home", str(home), *words, "--json"])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0), json.loads(capsys.readouterr().out)

    version = origin.current_path().name
    code, said = run(replica.home, "pull", "--from", place)
    assert (code, said["error"]["code"]) == (1, 1)
    files = len(list(origin.current_path().iterdir()))
    assert run(origin.home, "publish", "--to", place) == (0, {"version": version, "to": place, "files_sent": files})
    assert run(replica.home, "pull", "--from", place) == (0, {"current": version})
    code, said = run(origin.home, "publish", "--to", place, "nope")
    assert (code, said["error"]["detail"].split(";")[0]) == (1, "nope: no such version")


def test_a_follower_waits_for_a_build_to_end(tmp_path: Path, origin: Releases, replica: Releases) -> None:
    url = f"file://{tmp_path / 'elsewhere'}"
    version = publish(url, origin)
    follower = Follower(replica, Remote(url))
    with replica.locked():
        assert follower.look() is False
        with pytest.raises(BusyError):
            Remote(url).pull(replica)
    assert (follower.look(), replica.current()) == (True, version)


def test_serve_follows_before_it_listens(
    tmp_path: Path, origin: Releases, replica: Releases, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"file://{tmp_path / 'elsewhere'}"
    publish(url, origin)
    done: list[Callable[[], Any]] = []

    def at_once(loop: Loop) -> None:
        done.append(loop.turn)
        loop.turn()

    monkeypatch.setattr(Loop, "start", at_once)
    monkeypatch.setattr("recommender.supervisor.supervise", lambda *_, **__: done.append(lambda: None))
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        monkeypatch.setenv(name, "before")
    monkeypatch.setattr(serving, "check_free", lambda *_: None)
    before = dict(os.environ)
    serving.serve(replica.home, "127.0.0.1", 0, 1, pages=False, origin=url)
    for name in os.environ.keys() - before.keys():
        monkeypatch.delenv(name)
    assert (len(done), replica.current()) == (2, origin.current())
