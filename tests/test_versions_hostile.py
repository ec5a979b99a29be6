"""Hostile versions: none becomes current, each is refused in one sentence, and the version before answers on."""

import json
import shutil
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from hostile_versions import DEEP, HARMS, Harm, seal
from newsroom import NEWS, build_toy, write_jsonl

from index.live import LiveIndex
from index.releases import Releases
from index.remote import POINTER, Remote, RemoteError
from index.snapshot import MANIFEST, WEIGHTS, Snapshot, SnapshotError, open_snapshot
from recommender.links import Rules
from recommender.related import Recommender

pytest.importorskip("obstore")
HOSTILE = "20991231T000000-hostile"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to which a good version is published."""
    folder = tmp_path_factory.mktemp("origin")
    build_toy(folder / "home", write_jsonl(folder / "news.jsonl", NEWS))
    origin = Releases(folder / "home")
    Remote(f"file://{folder / 'place'}").publish(origin, origin.current_path().name)
    return folder / "place"


@pytest.fixture(scope="module")
def replica(place: Path, tmp_path_factory: pytest.TempPathFactory) -> Releases:
    """A home that serves the good version."""
    releases = Releases(tmp_path_factory.mktemp("replica") / "home")
    Remote(f"file://{place}").pull(releases)
    return releases


@pytest.fixture
def home(replica: Releases, tmp_path: Path) -> Path:
    """A copy of the replica's home, to be changed."""
    return shutil.copytree(replica.home, tmp_path / "home", symlinks=True)


def good(folder: Path) -> Path:
    return next((folder / "versions").iterdir())


def planted(place: Path, to: Path, harm: Harm) -> Path:
    """A place that points to a version with this harm in it."""
    folder = shutil.copytree(good(place), to / "versions" / HOSTILE)
    seal(folder)
    harm(folder)
    digest = sha256((folder / MANIFEST).read_bytes()).hexdigest()
    (to / POINTER).write_text(json.dumps({"version": HOSTILE, "manifest": digest}))
    return folder


def links(home: Path) -> list[list[str]]:
    return answers(LiveIndex(home).snapshot)


def answers(snapshot: Snapshot) -> list[list[str]]:
    """The ids of the links of every article."""
    recommender = Recommender(snapshot)
    pages = [recommender.stored(row) for row in range(len(snapshot))]
    return [[link.card["id"] for link in recommender.answer(page, Rules(k=5)).links] for page in pages]


@pytest.mark.parametrize("name", HARMS)
def test_a_hostile_version_is_not_pulled_and_the_old_one_answers(
    place: Path, replica: Releases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    before, first = links(replica.home), replica.current()
    planted(place, tmp_path / "place", HARMS[name])
    with pytest.raises((SnapshotError, RemoteError)) as refused:
        Remote(f"file://{tmp_path / 'place'}").pull(replica)
    said = str(refused.value)
    assert len(said) < 600
    assert "\n" not in said
    assert (replica.current(), replica.versions()) == (first, [first])
    assert [path.name for path in replica.folder.iterdir()] == [first]
    assert links(replica.home) == before != []
    assert not (tmp_path / "executed").exists()


def test_one_that_is_only_sealed_anew_is_pulled(place: Path, home: Path, tmp_path: Path) -> None:
    planted(place, tmp_path / "place", lambda _: None)
    assert Remote(f"file://{tmp_path / 'place'}").pull(Releases(home)) == HOSTILE
    assert Releases(home).current() == HOSTILE


@pytest.mark.parametrize("name", ["no model", "a neighbour that is not there", "a view", "an address that runs"])
def test_a_hostile_version_is_neither_used_nor_published(place: Path, home: Path, tmp_path: Path, name: str) -> None:
    releases, first = Releases(home), Releases(home).current()
    folder = shutil.copytree(good(place), releases.folder / HOSTILE)
    HARMS[name](folder)
    elsewhere = Remote(f"file://{tmp_path / 'elsewhere'}")
    for act in (releases.use, lambda version: elsewhere.publish(releases, version)):
        with pytest.raises(SnapshotError, match=HOSTILE):
            act(HOSTILE)
    assert (releases.current(), elsewhere.pointer()) == (first, None)


def test_a_version_whose_model_is_a_folder_is_used_here_and_not_published(home: Path, tmp_path: Path) -> None:
    releases = Releases(home)
    HARMS["a folder for a model"](releases.current_path())
    releases.use(releases.current_path().name)
    with pytest.raises(SnapshotError, match="is a folder of the machine that built it"):
        Remote(f"file://{tmp_path / 'elsewhere'}").publish(releases, releases.current_path().name)


@pytest.mark.parametrize("content", [b"[" * DEEP, b'{"intercept": "high"}', b"{}x"])
def test_weights_that_cannot_be_read_are_not_published_and_not_carried_on(home: Path, content: bytes) -> None:
    releases, first = Releases(home), Releases(home).current()
    with pytest.raises(SnapshotError, match=r"weights\.json"):
        releases.revise({WEIGHTS: content}, {})
    assert (releases.current(), releases.versions()) == (first, [first])
    # Those of a version that an older release believed: answers fall back on the package's, a build goes on.
    (releases.current_path() / WEIGHTS).write_bytes(content)
    seal(releases.current_path())
    assert all(answers(open_snapshot(releases.current_path())))
    report = build_toy(home, write_jsonl(home / "news.jsonl", [*NEWS, NEWS[0] | {"id": "new"}]))
    assert (report.published, (releases.current_path() / WEIGHTS).exists()) == (True, False)


@pytest.mark.parametrize("missing", [MANIFEST, "vectors.npy", "articles.sqlite"])
def test_what_is_there_and_not_whole_is_fetched_again(place: Path, home: Path, missing: str) -> None:
    releases = Releases(home)
    (releases.current_path() / missing).unlink()
    Remote(f"file://{place}").pull(releases)
    assert all(links(home))
    assert [path.name for path in releases.folder.iterdir()] == releases.versions() == [releases.current()]


@pytest.mark.parametrize("content", [b"[" * DEEP, b'{"version": ' + b"[" * DEEP, b" " * (1 << 20), b'{"version": "v"}'])
def test_a_pointer_of_brackets_is_told_of(tmp_path: Path, replica: Releases, content: bytes) -> None:
    (tmp_path / POINTER).write_bytes(content)
    with pytest.raises(RemoteError, match=r"current\.json: no pointer"):
        Remote(f"file://{tmp_path}").pull(replica)


def flipped(folder: Path, random: Random) -> None:
    """A few bits of one file are others, most of them near its start, where sizes stand."""
    path = random.choice(sorted(path for path in folder.iterdir() if path.name != MANIFEST))
    content = bytearray(path.read_bytes())
    for _ in range(random.randint(1, 3)):
        at = random.randrange(min(len(content), random.choice([16, 256, 4_096, len(content)])))
        content[at] ^= 1 << random.randrange(8)
    path.write_bytes(content)
    seal(folder)


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_let_through_answers_for_every_article(home: Path, seed: int) -> None:
    releases = Releases(home)
    folder = shutil.copytree(releases.current_path(), releases.folder / HOSTILE)
    flipped(folder, Random(seed))  # noqa: S311 - repeatable
    try:
        releases.use(HOSTILE)
    except SnapshotError:
        return
    assert len(links(home)) == 14
