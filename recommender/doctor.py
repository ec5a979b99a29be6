"""A check-up of an installation: what is installed, whether the index opens and is fresh, what a rebuild needs."""

import platform
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from index import DISTRIBUTION
from index.corpus import Corpus, CorpusError
from index.languages import unspoken
from index.meaning import vector_key
from index.models import ModelError, find_model
from index.releases import Releases
from index.snapshot import SnapshotError, open_snapshot, verify_snapshot
from recommender.failures import sentence
from recommender.reports import age_h, last_report
from recommender.settings import SETTINGS_FILE, ServeSettings, SettingsError, read_settings
from recommender.surroundings import UnwellError, last_rebuild, room_for, settings_of, sources_of
from recommender.units import accepting, unit_problems

PACKAGES = ("sentence-transformers", "torch", "faiss-cpu", "fastapi", "uvicorn", "numpy")


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: its name, whether all is well, and what was found, or what to do."""

    name: str
    ok: bool
    detail: str

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def examine(home: Path, model: str, settings: Path = Path(SETTINGS_FILE), now: datetime | None = None) -> list[Finding]:
    """All findings about this installation, a home and the settings of its rebuild."""
    checks: dict[str, Callable[[], str]] = {
        "python": lambda: f"{platform.python_version()} on {platform.platform()}",
        "packages": lambda: ", ".join(f"{name} {version(name)}" for name in (DISTRIBUTION, *PACKAGES)),
        "model": lambda: _model(model),
        "index": lambda: _index(home),
        "model of the index": lambda: _same_model(home, model),
        "freshness": lambda: _freshness(home, settings, now or datetime.now(UTC)),
        "settings": lambda: settings_of(settings),
        "sources": lambda: sources_of(settings),
        "disk": lambda: room_for(home),
        "last rebuild": lambda: last_rebuild(home),
    }
    return [_finding(name, check) for name, check in checks.items()]


def examine_units(folder: Path, command: Any) -> Finding:
    """What is wrong with the unit files in a folder, by the parser of our own command."""
    return _finding("units", lambda: _units(folder, command))


def _finding(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, check())
    except PackageNotFoundError as error:
        return Finding(name, False, f"{error.name} is not installed")
    except (SnapshotError, ModelError, CorpusError, SettingsError, UnwellError, OSError) as error:
        return Finding(name, False, sentence(error))


def _model(name: str) -> str:
    files = find_model(name)
    return f"{files.name}, weights {files.weights()[:12]}"


def _index(home: Path) -> str:
    path = Releases(home).current_path()
    verify_snapshot(path)
    snapshot = open_snapshot(path)
    return f"{snapshot.version}, {len(snapshot):,} articles, recall@10 {snapshot.manifest['recall_at_10']}"


def _same_model(home: Path, name: str) -> str:
    manifest = Releases(home).manifest(Releases(home).current_path().name)
    stamp = manifest["model"]
    if vector_key(stamp["weights"]) != vector_key(find_model(name).weights()):
        raise ModelError(f"the index was built with {stamp['name']}, not {name}; build again, or ask with --model")
    # A language that the model does not speak is no fault of the installation: words still relate its articles.
    unsaid = unspoken(stamp["name"], manifest.get("languages", {}), manifest["articles"])
    return "; ".join([f"{stamp['name']}, {stamp['dimension']} numbers, {stamp['max_tokens']} tokens", *unsaid])


def _units(folder: Path, command: Any) -> str:
    names, problems = unit_problems(folder, accepting(command))
    if problems or not names:
        raise UnwellError("; ".join(problems) or f"{folder}: holds no unit file that we know")
    return f"{', '.join(names)} can be read, and name commands that there are"


def _freshness(home: Path, settings: Path, now: datetime) -> str:
    releases = Releases(home)
    manifest = releases.manifest(releases.current_path().name)
    hours, most = age_h(manifest, last_report(home) or {}, now), _max_age_h(settings)
    if not (path := home / "corpus.sqlite").is_file():
        raise CorpusError(f"{path}: missing, so the next build starts from nothing; restore it from a backup")
    corpus = Corpus(path)
    behind = corpus.sequence - manifest["sequence"]
    corpus.close()
    if behind > 0 or hours > most:
        told = f"built {hours:.0f} hours ago (at most {most:g}), {behind:,} changes behind the corpus"
        raise SnapshotError(f"{told}; build again")
    return f"built {hours:.1f} hours ago, holds every change of the corpus"


def _max_age_h(settings: Path) -> float:
    # Settings that cannot be read are another check's to find.
    with suppress(SettingsError):
        return read_settings(settings).serve.max_age_h
    return ServeSettings().max_age_h
