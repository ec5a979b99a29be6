"""Fixtures that all tests share; the articles and the embedder themselves are in newsroom.py.

`built` and `snapshot` are made once and shared: a test that changes files copies them or builds in `home`.
"""

import signal
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from commands import Run, runner
from fastapi.testclient import TestClient
from hypothesis import settings
from newsroom import NEWS, ToyEmbedder, ToyModel, build_toy, write_jsonl
from readings import LOOPBACK
from service import toy_texts
from target import Target, attacked
from website import Site, website

from index.fetching import Fetcher
from index.politeness import Policy
from index.releases import Releases
from index.snapshot import Snapshot, open_snapshot
from recommender.api import create_app
from recommender.keys import Keys

# Repeatable, and without deadlines: a busy machine is no failure.
settings.register_profile("tests", deadline=None, database=None, derandomize=True, max_examples=60)
settings.register_profile("thorough", parent=settings.get_profile("tests"), derandomize=False, max_examples=3000)
settings.load_profile("tests")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "real_model: loads the bundled sentence encoder, which takes seconds")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty folder to build in."""
    return tmp_path / "home"


@pytest.fixture
def source(tmp_path: Path) -> Callable[[Iterable[object]], Path]:
    """Writes rows to a JSON Lines file, always the same one, and returns its path."""
    return lambda rows: write_jsonl(tmp_path / "news.jsonl", rows)


@pytest.fixture
def toy_model() -> ToyModel:
    """What `build` takes as its model; `toy_model.load()` makes the embedder."""
    return ToyModel()


@pytest.fixture
def toy_embedder() -> ToyEmbedder:
    """An embedder with one axis a topic."""
    return ToyEmbedder()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which NEWS is built; not to be changed."""
    folder = tmp_path_factory.mktemp("built")
    build_toy(folder / "home", write_jsonl(folder / "news.jsonl", NEWS))
    return folder / "home"


@pytest.fixture(scope="session")
def snapshot(built: Path) -> Snapshot:
    """The current snapshot of `built`; row i is `newsroom.articles()[i]`."""
    return open_snapshot(Releases(built).current_path())


@pytest.fixture
def key(home: Path) -> str:
    """A key that may write to `home`."""
    return Keys(home).add("cms")


@pytest.fixture
def client(
    home: Path, source: Callable[[Iterable[object]], Path], key: str, monkeypatch: pytest.MonkeyPatch
) -> TestClient:
    """Asks a service over NEWS, built in `home`, and may write there."""
    build_toy(home, source(NEWS))
    app = create_app(home, texts=toy_texts(monkeypatch))
    return TestClient(app, headers={"authorization": f"Bearer {key}"}, raise_server_exceptions=False)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path) -> Run:
    """Runs the command with the given words on `home`, and checks its exit code."""
    return runner(monkeypatch, capsys, home)


@pytest.fixture(scope="module")
def shared() -> Iterator[Site]:
    """A website that the tests of a module share."""
    with website() as up:
        yield up


@pytest.fixture
def site(shared: Site) -> Site:
    """That website, with nothing on it yet."""
    shared.pages.clear()
    shared.forget()
    shared.busiest = 0
    return shared


@pytest.fixture
def fetchers() -> Iterator[Callable[..., Fetcher]]:
    """Makes fetchers, of loopback by default, and closes them."""
    made: list[Fetcher] = []

    def make(policy: Policy = LOOPBACK, sleep: Callable[[float], None] = lambda _: None) -> Fetcher:
        made.append(Fetcher(policy, sleep))
        return made[-1]

    yield make
    for fetcher in made:
        fetcher.close()


@pytest.fixture
def fetcher(fetchers: Callable[..., Fetcher]) -> Fetcher:
    """A fetcher of loopback."""
    return fetchers()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long a fetcher would have waited before each other try; it waits no more."""
    waited: list[float] = []
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=waited.append))
    return waited


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A real server to attack."""
    with attacked(tmp_path_factory.mktemp("attacked")) as target:
        yield target


@pytest.fixture
def serves_on(target: Target) -> Iterator[None]:
    """After the attack, others are answered."""
    yield
    assert target.answers()


@pytest.fixture(scope="session", autouse=True)
def _interruptible() -> None:
    """What the tests start can be interrupted, even where they themselves run in the background of a shell."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
