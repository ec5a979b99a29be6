"""Faults of files, of the model, of the clock, and of two at once."""

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from patient import ARTICLES, MORE, Patient, Row, until_true

from index.releases import Releases

Damage = Callable[[Path], None]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flipped(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    for place in range(len(whole) // 3, len(whole), max(1, len(whole) // 3)):
        whole[place] ^= 4
    path.write_bytes(whole)


def renamed_over(path: Path, damage: Damage) -> None:
    """As a copy that went wrong leaves it: another file under the name, so what is mapped stays as it is."""
    beside = path.with_name("beside")
    shutil.copyfile(path, beside)
    damage(beside)
    beside.replace(path)


def damaged(patient: Patient, damage: Damage) -> Iterator[str]:
    """Each file of the current version damaged in turn, and whole again."""
    folder = patient.home / "versions" / str(patient.current())
    for path in sorted(folder.iterdir()):
        kept = path.with_name("kept")
        shutil.copyfile(path, kept)
        renamed_over(path, damage)
        yield path.name
        kept.replace(path)


def used_when_damaged(folder: Path) -> Row:
    row = Row("version damaged", "each file truncated, then each with flipped bits; `use` it")
    patient = Patient(folder / "home").prepared()
    newest = str(patient.current())
    earlier = Releases(patient.home).versions()[0]
    files = 0
    with patient.serving():
        for damage in (cut, flipped):
            for name in damaged(patient, damage):
                files += 1
                told = patient.run("use", newest)
                row.refused(told, *([] if name == "manifest.json" else [name]))
        patient.after_a_look()
        row.serves(patient.answers())
        row.check(patient.run("use", earlier).code == 0 and patient.run("use", newest).code == 0, "no way back")
    row.check("Traceback" not in patient.log, "traceback in the server's log")
    row.happened.append(f"{files} of {files} refused, each file named")
    return row


def started_on_damage(folder: Path) -> Row:
    row = Row("version damaged", "each file truncated, then each with flipped bits; a server started on it")
    patient = Patient(folder / "home").prepared()
    said = dict[str, int]()
    for damage in (cut, flipped):
        for name in damaged(patient, damage):
            with patient.serving() as server:
                outcome = _as_started(patient)
            row.check(server.returncode in (0, -signal.SIGTERM), f"{name} {damage.__name__}: exit {server.returncode}")
            row.check("healthz 503" in outcome, f"{name} {damage.__name__}: {outcome}")
            said[outcome] = said.get(outcome, 0) + 1
    row.happened += [f"{count} × {outcome}" for outcome, count in said.items()]
    with patient.serving():
        row.serves(patient.answers())
    return row


def _as_started(patient: Patient) -> str:
    """What a server says of itself and answers."""
    until_true(lambda: patient.healthz()[0] == 503)
    health = patient.healthz()
    answers = {patient.ask("GET", f"/v1/related?id=base-{number}&k=7")[0] for number in range(ARTICLES)}
    return f"healthz {health[0]} {health[1]}, pages {'/'.join(map(str, sorted(answers)))}"


def cut_in_place(folder: Path) -> Row:
    row = Row("version damaged", "a mapped file truncated in place under a server of one worker; asked on")
    patient = Patient(folder / "home").prepared()
    earlier, newest = Releases(patient.home).versions()
    with patient.serving() as server:
        os.truncate(patient.home / "versions" / newest / "vectors.npy", 256)
        cut_at = time.monotonic()
        row.check(not patient.answers(), "nothing was noticed")
        row.serves(until_true(lambda: patient.answers(["base-1"])))
        row.happened.append(f"SIGBUS ends the worker; {time.monotonic() - cut_at:.1f} s later another one answers")
        row.check(server.poll() is None, f"exit {server.poll()}")
        row.check(patient.ask("GET", "/v1/related?id=base-1")[1]["index"]["version"] == earlier, "not the older one")
        status, said, problem = patient.healthz()
        row.check((status, said) == (503, "degraded") and newest in problem, f"healthz {status} {said} {problem}")
        row.happened.append(f"healthz {status} {said}, “…{problem[problem.index(newest) :]}”")
        row.check(patient.run("use", earlier).code == 0, "`use` fails")
        row.check(until_true(lambda: patient.healthz()[0] == 200), "`use` does not mend it")
        row.happened.append("`use` of another mends it")
    row.check("SIGBUS: a mapped file was cut short" in patient.log, "the log does not say why")
    row.check("Traceback" not in patient.log, "traceback in the server's log")
    return row


def corpus_damaged(folder: Path) -> Row:
    row = Row("corpus damaged", "corpus.sqlite truncated, flipped, with broken rows, under a server; build; PUT")
    for damage in (cut, flipped, rows_broken):
        patient = Patient(folder / f"home-{damage.__name__}").prepared()
        old = patient.current()
        patient.write_source(range(ARTICLES + MORE))
        with patient.serving():
            for path in patient.home.glob("corpus.sqlite-*"):
                path.unlink()
            renamed_over(patient.home / "corpus.sqlite", damage)
            told = patient.run("build", patient.source)
            status = patient.put("pushed")[0]
            if told.code:
                row.refused(told, "restore")
                row.check(patient.current() == old, "another version after a failure")
            row.check(status in (201, 503), f"PUT {status}")
            row.serves(patient.answers())
            row.happened.append(f"{damage.__name__}: build exit {told.code}, PUT {status}")
        row.check("Traceback" not in patient.log, f"{damage.__name__}: traceback in the server's log")
    return row


def rows_broken(path: Path) -> None:
    """Every article has a letter that is no JSON."""
    path.write_bytes(path.read_bytes().replace(b'"title": "', b'"title": ~'))


def no_model(folder: Path) -> Row:
    row = Row("model missing", "the extra is not installed and no hub answers; serve, PUT, build")
    patient = Patient(folder / "home").prepared()
    old = patient.current()
    patient.write_source(range(ARTICLES + MORE))
    with patient.serving(FAULT_NO_MODEL=1):
        row.serves(patient.answers())
        status, detail = patient.put("pushed")
        row.check(status == 503 and "pip install" in detail, f"PUT {status} {detail}")
        text = patient.ask("POST", "/v1/related", {"title": "Harbour strike", "text": "Dockers walk out."})
        row.check(text[0] == 503 and "pip install" in text[1]["detail"], f"POST {text}")
        told = patient.run("build", patient.source, FAULT_NO_MODEL=1)
        row.refused(told, "pip install")
        row.check(patient.current() == old, "another version after a failure")
        row.serves(patient.answers())
    row.check("Traceback" not in patient.log, "traceback in the server's log")
    row.happened += ["build exit 1 and PUT 503, both “… pip install 'related-articles[offline]'”"]
    return row


def clock_back(folder: Path) -> Row:
    row = Row("clock set back", "seven builds 400 days ahead, then seven by the right clock, one 2 hours back")
    patient = Patient(folder / "home").prepared()
    with patient.serving():
        for number, hours in enumerate([9_600] * 7 + [0] * 7 + [-2]):
            patient.write_source(range(ARTICLES), number + 1)
            patient.must("build", patient.source, FAULT_CLOCK_H=hours)
            current, versions = str(patient.current()), Releases(patient.home).versions()
            row.check(current == versions[-1] and len(versions) <= 5, f"{current} is not the last of {versions}")
            title = f"base-1 as of change {number + 2}"
            row.check(_soon_titled(patient, title), f"not served: build {number}")
            report = patient.healthz()
            row.check(report[0] == 200, f"healthz {report}")
        age = patient.metric("recommender_index_age_seconds")
        row.check(age >= 0, f"age {age}")
        patient.must("use", Releases(patient.home).versions()[-2])
        row.serves(patient.answers())
    row.check("Traceback" not in patient.log, "traceback in the server's log")
    row.happened += ["each build is served, sorts last, and stays; the age is never below 0; `use` goes one back"]
    return row


def _soon_titled(patient: Patient, title: str) -> bool:
    return until_true(lambda: patient.ask("GET", "/v1/articles/base-1")[1].get("title") == title)


def two_at_once(folder: Path) -> Row:
    row = Row("two builds at once", "a slow `build`, and another one while it embeds")
    patient = Patient(folder / "home").prepared()
    patient.write_source(range(ARTICLES + MORE))
    with patient.serving():
        first = patient.started("build", patient.source, FAULT_SLOW_S=0.05)
        time.sleep(1.5)
        second = patient.run("build", patient.source)
        row.refused(second, "another build is running")
        row.serves(patient.answers())
        row.check(first.wait(60) == 0, "the first one failed")
        row.check(until_true(lambda: patient.shows(f"base-{ARTICLES + MORE - 1}")), "the first one is not served")
    row.happened.append(f"the second: exit {second.code} “{second.error.partition(': ')[2]}”; the first is served")
    return row


FAULTS = (used_when_damaged, started_on_damage, cut_in_place, corpus_damaged, no_model, clock_back, two_at_once)
