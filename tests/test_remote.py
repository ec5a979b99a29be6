"""Versions copied elsewhere: to a folder and to a real S3 server on loopback, and what can go wrong between."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from newsroom import NEWS, build_toy, write_jsonl

from index.live import LiveIndex
from index.releases import Releases
from index.remote import POINTER, Remote, RemoteError
from index.snapshot import MANIFEST, SnapshotError, verify_snapshot

obstore = pytest.importorskip("obstore")
from places import again, names, publish, stored  # noqa: E402 - needs obstore

BUCKET = "articles"
CHILD = """
import os, signal, sys
from pathlib import Path
import obstore
from index.releases import Releases
from index.remote import Remote

home, url, last = sys.argv[1:]
put = obstore.put

def die(store, path, *rest, **options):
    if path.endswith(last):
        os.kill(os.getpid(), signal.SIGKILL)
    return put(store, path, *rest, **options)

obstore.put = die
releases = Releases(Path(home))
Remote(url).publish(releases, releases.current())
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    moto = pytest.importorskip("moto.server")
    running = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture(params=["file", "s3"])
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty place of each kind."""
    if request.param == "file":
        return f"file://{tmp_path / 'elsewhere'}"
    boto = pytest.importorskip("boto3")
    environment = {
        "AWS_ENDPOINT": request.getfixturevalue("server"),
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "an-access-key-id",
        "AWS_SECRET_ACCESS_KEY": "a-secret",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    client = boto.client("s3", endpoint_url=environment["AWS_ENDPOINT"], region_name="us-east-1")
    client.create_bucket(Bucket=BUCKET)
    return f"s3://{BUCKET}/{tmp_path.name}"


@pytest.fixture
def origin(tmp_path: Path) -> Releases:
    build_toy(tmp_path / "origin", write_jsonl(tmp_path / "news.jsonl", NEWS))
    return Releases(tmp_path / "origin")


@pytest.fixture
def replica(tmp_path: Path) -> Releases:
    return Releases(tmp_path / "replica")


def test_a_version_is_published_and_pulled_as_it_is(url: str, origin: Releases, replica: Releases) -> None:
    version = publish(url, origin)
    files = sorted(path.name for path in origin.current_path().iterdir())
    assert names(url) == [POINTER, *(f"versions/{version}/{name}" for name in files)]
    digest = sha256((origin.current_path() / MANIFEST).read_bytes()).hexdigest()
    assert json.loads(bytes(obstore.get(stored(url), POINTER).bytes())) == {"version": version, "manifest": digest}

    assert Remote(url).pull(replica) == version
    assert (replica.current(), replica.versions()) == (version, [version])
    verify_snapshot(replica.current_path())
    for name in files:
        assert (replica.current_path() / name).read_bytes() == (origin.current_path() / name).read_bytes()
    assert len(LiveIndex(replica.home).snapshot) == 14


def test_what_is_there_is_not_sent_again(url: str, origin: Releases) -> None:
    version = origin.current_path().name
    files = len(list(origin.current_path().iterdir()))
    assert Remote(url).publish(origin, version) == files
    pointer = Remote(url).pointer()
    assert Remote(url).publish(origin, version) == 0
    assert Remote(url).pointer() == pointer
    obstore.delete(stored(url), f"versions/{version}/idf.npy")
    obstore.put(stored(url), f"versions/{version}/articles.sqlite", b"half")
    assert Remote(url).publish(origin, version) == 2


def test_a_newer_version_replaces_it_and_an_older_one_can_be_pointed_to_again(
    url: str, origin: Releases, replica: Releases
) -> None:
    first = publish(url, origin)
    Remote(url).pull(replica)
    (second,) = again(origin)
    publish(url, origin)
    assert Remote(url).pull(replica) == second
    assert replica.versions() == [first, second]
    origin.use(first)
    publish(url, origin)
    assert (Remote(url).pull(replica), replica.current()) == (first, first)


def test_who_loses_the_race_for_the_pointer_is_told_and_the_winner_stays(
    url: str, origin: Releases, replica: Releases, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(url, origin)
    loser, winner = again(origin, 2)
    prune = Remote._sizes

    def overtaken(self: Remote, prefix: str) -> dict[str, int]:
        monkeypatch.setattr(Remote, "_sizes", prune)
        publish(url, origin)
        return prune(self, prefix)

    monkeypatch.setattr(Remote, "_sizes", overtaken)
    with pytest.raises(RemoteError, match="another version was published meanwhile, and stays"):
        Remote(url).publish(origin, loser)
    assert Remote(url).pull(replica) == winner


def test_of_two_first_ones_one_is_told(url: str, origin: Releases, monkeypatch: pytest.MonkeyPatch) -> None:
    version, (other,), remote = origin.current_path().name, again(origin), Remote(url)
    sizes = Remote._sizes

    def overtaken(self: Remote, prefix: str) -> dict[str, int]:
        monkeypatch.setattr(Remote, "_sizes", sizes)
        remote.publish(origin, version)
        return sizes(self, prefix)

    monkeypatch.setattr(Remote, "_sizes", overtaken)
    with pytest.raises(RemoteError, match="published meanwhile"):
        Remote(url).publish(origin, other)
    assert remote.pointer().version == version  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["vectors.faiss", MANIFEST])
def test_a_damaged_file_is_refused_and_the_old_version_serves_on(
    url: str, origin: Releases, replica: Releases, name: str
) -> None:
    first = publish(url, origin)
    Remote(url).pull(replica)
    live = LiveIndex(replica.home)
    (second,) = again(origin)
    publish(url, origin)
    content = bytes(obstore.get(stored(url), f"versions/{second}/{name}").bytes())
    obstore.put(stored(url), f"versions/{second}/{name}", content[:-1] + b"?")
    with pytest.raises((SnapshotError, RemoteError), match="damaged"):
        Remote(url).pull(replica)
    assert (replica.current(), replica.versions()) == (first, [first])
    assert [path.name for path in replica.folder.iterdir()] == [first]
    assert (live.refresh(), live.snapshot.version) == (False, first)


def test_a_missing_file_is_told_of(url: str, origin: Releases, replica: Releases) -> None:
    version = publish(url, origin)
    obstore.delete(stored(url), f"versions/{version}/idf.npy")
    with pytest.raises(RemoteError, match=r"idf\.npy"):
        Remote(url).pull(replica)
    assert replica.current() is None


@pytest.mark.parametrize("last", ["vectors.faiss", MANIFEST, POINTER])
def test_a_killed_upload_leaves_the_old_pointer_and_the_next_one_goes_on(
    url: str, origin: Releases, replica: Releases, last: str
) -> None:
    first = publish(url, origin)
    (second,) = again(origin)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    ended = subprocess.run(
        [sys.executable, "-c", CHILD, str(origin.home), url, last],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert Remote(url).pull(replica) == first
    sent = Remote(url).publish(origin, second)
    assert sent < len(list(origin.current_path().iterdir()))
    assert Remote(url).pull(replica) == second


def test_the_newest_five_are_kept_and_the_one_that_is_pointed_to(url: str, origin: Releases) -> None:
    first = publish(url, origin)
    versions = []
    for _ in range(5):
        versions += again(origin)
        publish(url, origin)
    assert {name.split("/")[1] for name in names(url) if "/" in name} == set(versions)
    origin.use(versions[0])
    publish(url, origin)
    newer = again(origin)
    Remote(url).publish(origin, newer[0])
    assert first not in {name.split("/")[1] for name in names(url) if "/" in name}
    assert Remote(url).pointer().version == newer[0]  # type: ignore[union-attr]


def test_an_old_version_that_is_published_again_stays(url: str, origin: Releases) -> None:
    versions = [origin.current_path().name, *again(origin, 5)]
    for version in [*versions[1:], versions[0]]:
        Remote(url).publish(origin, version)
    assert {name.split("/")[1] for name in names(url) if "/" in name} == set(versions)
    assert Remote(url).pointer().version == versions[0]  # type: ignore[union-attr]


def test_where_nothing_is_published_the_command_that_does_is_named(url: str, replica: Releases) -> None:
    assert Remote(url).pointer() is None
    with pytest.raises(RemoteError, match=r"nothing is published there; `recommender publish --to` does"):
        Remote(url).pull(replica)
