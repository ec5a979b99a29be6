"""Faults of a home: its corpus, all of it, or what its link points to is gone."""

import shutil
from pathlib import Path

from patient import ARTICLES, Patient, Row, until_true


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
        told = patient.run("build", patient.source)
        row.happened.append(f"build: exit {told.code} {told.error[-100:]}")
        row.serves(patient.answers())
        row.check(status != 201 or patient.held("after"), "acknowledged and lost")
    row.check("Traceback" not in patient.log, "traceback in the server's log")
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
        row.check(health[1] == "degraded", f"healthz says {health}")
        row.check(status >= 400 and detail, f"PUT {status}")
        row.happened += [f"healthz {health[0]} {health[1]} “{health[2][-60:]}”", f"PUT {status} “{detail[-80:]}”"]
        if patient.home.exists():
            shutil.rmtree(patient.home)
        shutil.move(folder / "backup", patient.home)
        row.check(until_true(lambda: patient.healthz()[0] == 200), "not well after the backup is back")
        row.check(patient.put("later")[0] == 201 and until_true(lambda: patient.shows("later")), "PUT is not served")
        row.happened.append("well again with the backup")
    row.check("Traceback" not in patient.log, "traceback in the server's log")
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
        row.check(health[:2] == (503, "degraded") and related[0] == 200, f"started: {health} {related}")
        row.happened.append(f"started: the newest good version serves, healthz 503 {health[1]}")
        told = patient.run("use", good.name)
        row.check(told.code == 0, f"use: {told}")
        row.check(until_true(patient.answers), "`use` does not mend it")
        row.happened.append("`use` mends it")
    link.unlink()
    link.symlink_to("versions/none")
    patient.write_source(range(ARTICLES), 3)
    row.check(patient.run("build", patient.source).code == 0, "`build` does not mend it")
    return row


FAULTS = (corpus_gone, home_gone, dangling)
