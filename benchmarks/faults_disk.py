"""Faults of the disk: full, read-only, gone."""

import errno
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nothing_lost import article
from patient import ARTICLES, MORE, Patient, Row, until_true

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
    with ballast.open("ab", buffering=0) as file:
        try:
            while file.write(bytes(4_096)):
                pass
        except OSError as error:
            assert error.errno == errno.ENOSPC
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
                    row.happened.append(f"from {left} KB on it is published")
                    break
                print(left, told.error[:300])
                row.refused(told, "No space left", "disk is full")
                row.check(patient.current() == old, f"another version after a failure at {left} KB")
                row.serves(patient.answers())
                patient.run("versions")
                ballast.unlink()
            row.happened.append("exit 1 at every stage, “free some room”")
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
            print(left, status, detail)
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
        earlier = sorted(path.name for path in (patient.home / "versions").iterdir())[0]
        with patient.serving():
            filled(disk)
            revised = _revised(patient)
            row.refused(revised, "No space left")
            row.check(patient.current() == current, "another version after a failure")
            used = patient.run("use", earlier)
            print(used, revised)
            if used.code:
                row.refused(used, "No space left")
            row.serves(until_true(lambda: patient.answers([f"base-{number}" for number in range(ARTICLES - 1)])))
        row.happened += [f"tune: “{revised.error[:90]}”", "use: " + ("done" if not used.code else used.error)]
    return row


def _revised(patient: Patient):
    # Too few picks here for `tune` itself; this is how it publishes.
    import sys

    from patient import Told
    from toys import HERE

    code = (
        "import sys\nfrom recommender import cli, measuring\nfrom index.releases import Releases\n"
        "from pathlib import Path\n"
        f"cli.app = lambda: Releases(Path({str(patient.home)!r})).revise({{'weights.json': b' ' * 100000}}, {{}})\n"
        "cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=HERE.parent)
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
    print(patient.log[-1500:])
    row.check("Traceback" not in patient.log, f"{patient.log.count('Traceback')} tracebacks in the server's log")


def _looked_at_read_only(patient: Patient, row: Row) -> None:
    patient.after_a_look()
    row.serves(patient.answers(f"base-{number}" for number in range(ARTICLES) if number != 7))
    row.check(patient.shows("pushed"), "a pushed article is not shown")
    row.check(not patient.shows("base-7"), "a removed article is shown")
    status, detail = patient.put("refused")
    print(status, detail, patient.healthz())
    row.check(status == 503 and "read" in detail, f"PUT: {status} {detail}")
    row.happened.append(f"PUT {status} “{detail[-110:]}”")
    earlier = sorted(path.name for path in (patient.home / "versions").iterdir())[0]
    for words in (("build", patient.home.parent.parent / "none.jsonl"), ("use", earlier)):
        told = patient.run(*words)
        print(words[0], told)
        row.refused(told, "Read-only file system")
        row.happened.append(f"{words[0]}: “{told.error[-90:]}”")
    doctor = patient.run("doctor")
    row.check("Traceback" not in doctor.said, f"doctor: {doctor.said[-100:]}")


def corpus_gone(folder: Path) -> Row:
    row = Row("corpus deleted", "corpus.sqlite removed under a server; PUT; build")
    patient = Patient(folder / "home").prepared()
    with patient.serving():
        row.check(patient.put("before")[0] == 201, "no PUT before")
        for path in patient.home.glob("corpus.sqlite*"):
            path.unlink()
        patient.after_a_look()
        row.serves(patient.answers())
        status, detail = patient.put("after")
        row.happened.append(f"PUT {status} {detail}")
        shown = until_true(lambda: patient.shows("after"))
        row.check(status != 201 or shown, "acknowledged and not served")
        doctor = patient.run("doctor")
        print(doctor.said[-600:], patient.healthz())
        told = patient.run("build", patient.source)
        print(told)
        row.happened.append(f"build: exit {told.code} {told.error[-100:]}")
        row.serves(patient.answers())
        row.check(status != 201 or patient.held("after"), "acknowledged and lost")
    row.check("Traceback" not in patient.log, "traceback in the server's log")
    print(patient.log[-1000:])
    return row


def home_gone(folder: Path) -> Row:
    row = Row("home deleted", "the whole folder removed under a server, restored from a backup")
    patient = Patient(folder / "home").prepared()
    with patient.serving():
        patient.answers()
        shutil.copytree(patient.home, folder / "backup", symlinks=True)
        shutil.rmtree(patient.home)
        patient.after_a_look()
        row.serves(patient.answers())
        health, (status, detail) = patient.healthz(), patient.put("after")
        print(health, status, detail)
        row.check(health[1] == "degraded", f"healthz says {health}")
        row.check(status >= 400 and detail, f"PUT {status}")
        row.happened += [f"healthz {health[0]} {health[1]} “{health[2][-60:]}”", f"PUT {status} “{detail[-80:]}”"]
        if patient.home.exists():
            print(list(patient.home.rglob("*")))
            shutil.rmtree(patient.home)
        shutil.move(folder / "backup", patient.home)
        row.check(until_true(lambda: patient.healthz()[0] == 200), "not well after the backup is back")
        row.check(patient.put("later")[0] == 201 and until_true(lambda: patient.shows("later")), "PUT is not served")
        row.happened.append("well again with the backup")
    row.check("Traceback" not in patient.log, "traceback in the server's log")
    print(patient.log[-2500:])
    return row


def dangling(folder: Path) -> Row:
    row = Row("`current` dangling", "points to no version, under a server and before a start; then its folder removed")
    patient = Patient(folder / "home").prepared()
    link = patient.home / "current"
    good = link.readlink()
    with patient.serving():
        link.unlink()
        link.symlink_to("versions/none")
        patient.after_a_look()
        row.serves(patient.answers())
        health = patient.healthz()
        row.check(health[1] == "degraded", f"healthz says {health}")
        row.happened.append(f"running: {health[1]} “{health[2][:70]}…”")
    with patient.serving():
        health, related = patient.healthz(), patient.ask("GET", "/v1/related?id=base-1")
        row.check(health[0] == 503 and related[0] == 503, f"started: {health} {related}")
        row.happened.append(f"started: 503 “{related[1]['detail'][:60]}…”")
        told = patient.run("use", good.name)
        row.check(told.code == 0, f"use: {told}")
        row.check(until_true(patient.answers), "`use` does not mend it")
        row.happened.append("`use` mends it")
    link.unlink()
    link.symlink_to("versions/none")
    patient.write_source(range(ARTICLES), 3)
    row.check(patient.run("build", patient.source).code == 0, "`build` does not mend it")
    return row


def article_of(name: str) -> dict[str, object]:
    return article(name, 1)


FAULTS = (
    full_while_building,
    full_while_pushing,
    full_while_revising,
    read_only,
    corpus_gone,
    home_gone,
    dangling,
)
