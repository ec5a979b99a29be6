"""Faults of the disk: full, and read-only."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from patient import ARTICLES, MORE, Patient, Row, Told, until_true
from toys import HERE

from index.releases import Releases

SIZE_KB = 65_536
STEPS_KB = (0, 8, 32, 64, 128, 256, 1_024, 3_072, 4_352, 5_120, 6_144, 8_192, 12_288)


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_KB}k", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def filled(disk: Path, left_kb: int = 0) -> Path:
    """A file that leaves so much room."""
    ballast = disk / "ballast"
    with ballast.open("ab", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4_096)):
            pass
    with ballast.open("r+b") as file:
        file.truncate(max(0, ballast.stat().st_size - left_kb * 1_024))
    return ballast


def full_while_building(folder: Path) -> Row:
    row = Row("disk full", f"`build` with {STEPS_KB[0]} to {STEPS_KB[-1]} KB left")
    with small_disk(folder / "disk") as disk:
        patient = Patient(disk / "home").prepared()
        old = patient.current()
        with patient.serving():
            for step, left in enumerate(STEPS_KB):
                patient.write_source(range(ARTICLES + MORE), step * 1000)
                ballast = filled(disk, left)
                told = patient.run("build", patient.source)
                if told.code == 0:
                    row.happened.append(f"exit 1, “… make room on the disk”; from {left:,} KB on it is published")
                    break
                row.refused(told, "make room")
                row.check(patient.current() == old, f"another version after a failure at {left} KB")
                row.serves(patient.answers())
                ballast.unlink()
            ballast.unlink(missing_ok=True)
            patient.write_source(range(ARTICLES + MORE), 77)
            patient.must("build", patient.source)
            row.check(until_true(lambda: patient.shows(f"base-{ARTICLES + MORE - 1}")), "not served afterwards")
        row.check("Traceback" not in patient.log, "traceback in the server's log")
    return row


def full_while_pushing(folder: Path) -> Row:
    row = Row("disk full", "PUT with 0, 4, 8 … KB left; a server started on the full disk")
    with small_disk(folder / "disk") as disk:
        patient = Patient(disk / "home").prepared()
        (patient.home / "corpus.epoch").unlink()
        ballast = filled(disk)
        with patient.serving():
            sure, answers = _pushed(patient, disk, row)
            ballast.unlink()
            row.check(patient.put("again")[0] == 201, "no PUT after room was made")
            row.check(patient.shows(*sure, "again"), "acknowledged and not served")
        row.check("Traceback" not in patient.log, "traceback in the server's log")
        row.check(all(patient.held(name) for name in [*sure, "again"]), "acknowledged and lost")
        row.happened += [f"{len(answers)} × 503 “{answers[0][:90]}…”" if answers else "never refused"]
        row.happened += [f"{len(sure)} acknowledged, all held", "works again with room"]
    return row


def _pushed(patient: Patient, disk: Path, row: Row) -> tuple[list[str], list[str]]:
    sure, answers = list[str](), list[str]()
    for step, left in enumerate((0, 0, 4, 8, 16, 32, 64, 128)):
        filled(disk, left)
        name = f"full-{step}"
        status, detail = patient.put(name, step)
        if status == 201:
            sure.append(name)
        else:
            answers.append(detail)
            row.check(status == 503 and "room" in detail, f"{status} {detail}")
            row.check(patient.ask("GET", f"/v1/articles/{name}")[0] == 404, "served and not acknowledged")
        row.serves(patient.answers())
    return sure, answers


def full_while_revising(folder: Path) -> Row:
    row = Row("disk full", "`tune` and `use` with nothing left")
    with small_disk(folder / "disk") as disk:
        patient = Patient(disk / "home").prepared()
        current = patient.current()
        earlier = Releases(patient.home).versions()[0]
        with patient.serving():
            filled(disk)
            revised = _revised(patient)
            row.refused(revised, "make room")
            row.check(patient.current() == current, "another version after a failure")
            used = patient.run("use", earlier)
            if used.code:
                row.refused(used, "make room")
            row.serves(until_true(lambda: patient.answers([f"base-{number}" for number in range(ARTICLES - 1)])))
        row.happened += [f"tune: “{revised.error[:90]}”", "use: " + ("done" if not used.code else used.error)]
    return row


def _revised(patient: Patient) -> Told:
    # There are too few picks here for `tune` itself; this is how it publishes.
    code = (
        "import pathlib, sys\nfrom index.releases import Releases\nfrom recommender import cli\n"
        "cli.app = lambda: Releases(pathlib.Path(sys.argv[1])).revise({'weights.json': bytes(100_000)}, {})\n"
        "cli.main()"
    )
    command = [sys.executable, "-c", code, str(patient.home)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=HERE.parent, check=False)
    return Told(done.returncode, " ".join(done.stderr.split()))


def read_only(folder: Path) -> Row:
    row = Row("home read-only", "a page pushed and one removed, then remounted, then a server started")
    with small_disk(folder / "disk") as disk:
        patient = Patient(disk / "home").prepared()
        with patient.serving():
            row.check(patient.put("pushed")[0] == 201, "no PUT before")
            row.check(patient.ask("DELETE", "/v1/articles/base-7")[0] == 200, "no DELETE before")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with patient.serving():
            _looked_at_read_only(patient, row)
        _no_noise(patient, row)
    return row


def _no_noise(patient: Patient, row: Row) -> None:
    row.check("Traceback" not in patient.log, f"{patient.log.count('Traceback')} tracebacks in the server's log")


def _looked_at_read_only(patient: Patient, row: Row) -> None:
    patient.after_a_look()
    row.serves(patient.answers(f"base-{number}" for number in range(ARTICLES) if number != 7))
    row.check(patient.shows("pushed"), "a pushed article is not shown")
    row.check(not patient.shows("base-7"), "a removed article is shown")
    status, detail = patient.put("refused")
    row.check(status == 503 and "read" in detail, f"PUT: {status} {detail}")
    row.happened.append(f"PUT {status} “{detail[-110:]}”")
    earlier = Releases(patient.home).versions()[0]
    for words in (("build", patient.home.parent.parent / "none.jsonl"), ("use", earlier)):
        told = patient.run(*words)
        row.refused(told, "Read-only file system")
        row.happened.append(f"{words[0]}: “{told.error[-90:]}”")
    doctor = patient.run("doctor")
    row.check("Traceback" not in doctor.said, f"doctor: {doctor.said[-100:]}")


FAULTS = (full_while_building, full_while_pushing, full_while_revising, read_only)
