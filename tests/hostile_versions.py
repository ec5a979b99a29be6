"""Versions that are made to harm: each is a good one in which one thing is changed, sealed with digests that fit."""

import io
import json
import os
import pickle
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from index.manifest import MANIFEST, WEIGHTS

Harm = Callable[[Path], None]
DEEP = 100_000


def seal(folder: Path, **changes: Any) -> str:
    """Write the manifest over what is in the folder; returns its digest. A change to ... takes the name out."""
    manifest = json.loads((folder / MANIFEST).read_bytes()) | {"version": folder.name}
    files = {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.name != MANIFEST}
    manifest = manifest | {"files": files} | changes
    kept = {name: value for name, value in manifest.items() if value is not ...}
    (folder / MANIFEST).write_text(json.dumps(kept))
    return sha256((folder / MANIFEST).read_bytes()).hexdigest()


def says(**changes: Any) -> Harm:
    """A manifest that says something else."""
    return lambda folder: void(seal(folder, **changes))


def written(name: str, content: bytes) -> Harm:
    """Another file in the place of one."""

    def harm(folder: Path) -> None:
        (folder / name).write_bytes(content)
        if name != MANIFEST:
            seal(folder)

    return harm


def array(name: str, change: Callable[[np.ndarray[Any, Any]], Any]) -> Harm:
    """An array changed in place, or replaced by what the change returns."""

    def harm(folder: Path) -> None:
        path = folder / f"{name}.npy"
        values = np.load(path)
        changed = change(values)
        np.save(path, values if changed is None else changed)
        seal(folder)

    return harm


def put(at: Any, value: float) -> Callable[[np.ndarray[Any, Any]], None]:
    return lambda values: values.__setitem__(at, value)


def header(name: str, shape: tuple[int, ...], kind: str) -> Harm:
    """An array that says it is larger than its file."""
    start = io.BytesIO()
    np.lib.format.write_array_header_1_0(start, {"descr": kind, "fortran_order": False, "shape": shape})
    return written(f"{name}.npy", start.getvalue() + bytes(64))


def patched(name: str, at: int, form: str, *values: object) -> Harm:
    """Numbers in the middle of a file changed."""

    def harm(folder: Path) -> None:
        content = bytearray((folder / name).read_bytes())
        struct.pack_into(f"<{form}", content, at, *values)
        (folder / name).write_bytes(content)
        seal(folder)

    return harm


def sql(*statements: str) -> Harm:
    """The table of articles changed by SQL."""

    def harm(folder: Path) -> None:
        db = sqlite3.connect(folder / "articles.sqlite")
        db.execute("pragma writable_schema = on")
        for statement in statements:
            db.execute(statement)
        db.commit()
        db.close()
        seal(folder)

    return harm


def field(table: str, name: str, value: str) -> Harm:
    """A field of row 7 of a table, as JSON."""
    column = {"article": "card", "rest": "fields"}[table]
    return sql(f"update {table} set {column} = json_set({column}, '$.{name}', json('{value}')) where row = 7")


class _Bomb:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("executed",)


def pickled() -> bytes:
    start = io.BytesIO()
    np.lib.format.write_array_header_1_0(start, {"descr": "|O", "fortran_order": False, "shape": (14,)})
    return start.getvalue() + pickle.dumps(_Bomb())


def zipped() -> bytes:
    with zipfile.ZipFile(whole := io.BytesIO(), "w") as archive:
        archive.writestr("published.npy", pickled())
    return whole.getvalue()


def model(**changes: Any) -> Harm:
    """A manifest with another model stamp."""

    def harm(folder: Path) -> None:
        stamp = json.loads((folder / MANIFEST).read_bytes())["model"] | changes
        seal(folder, model={name: value for name, value in stamp.items() if value is not ...})

    return harm


def linked(folder: Path) -> None:
    """A file that leads out of the version."""
    (folder / WEIGHTS).symlink_to("/etc/passwd")
    seal(folder)


def tailed(folder: Path) -> None:
    """An array with more behind its numbers."""
    with (folder / "duplicates.npy").open("ab") as file:
        file.write(bytes(4))
    seal(folder)


def void(_: object) -> None:
    return None


MANIFESTS: dict[str, Harm] = {
    "no model": says(model=...),
    "a model of brackets": written(MANIFEST, b'{"model": ' + b"[" * DEEP),
    "brackets": written(MANIFEST, b"[" * DEEP),
    "a manifest without end": written(MANIFEST, b" " * (2 << 20)),
    "no built_at": says(built_at=...),
    "built_at of another kind": says(built_at=7),
    "more articles than there are": says(articles=1 << 30),
    "articles in words": says(articles="fourteen"),
    "a sequence in words": says(sequence="last"),
    "languages in a list": says(languages=["en"]),
    "a folder for a model": model(name="/srv/evil"),
    "a model above": model(name="../evil"),
    "a model at home": model(name="~/evil"),
    "a model with a host": model(name="https://evil.example/model"),
    "a model of another width": model(dimension=384),
    "a model of no width": model(dimension=0),
    "a model without weights": model(weights=...),
    "a model with more": model(trust_remote_code=True),
    "no files": says(files={}),
}
FILES: dict[str, Harm] = {
    "a file too many": written("module.py", b"import os"),
    "an extension": written("vec0.so", b"\x7fELF"),
    "a link to elsewhere": linked,
    "a pickle for an array": written("published.npy", pickled()),
    "an archive for an array": written("published.npy", zipped()),
    "another array kind": array("idf", lambda values: values.astype(np.float64)),
    "columns first": array("vectors", np.asfortranarray),
    "eight pebibytes": header("words.starts", (1 << 50,), "<i8"),
    "a shape of minus one": header("published", (-1,), "<f8"),
    "an array with a tail": tailed,
    "weights of brackets": written(WEIGHTS, b'{"coefficients": ' + b"[" * DEEP),
    "weights in words": written(WEIGHTS, b'{"intercept": "high", "coefficients": {}}'),
    "weights of NaN": written(WEIGHTS, b'{"intercept": NaN, "coefficients": {}}'),
    "infinite weights": written(WEIGHTS, b'{"intercept": 0, "coefficients": {"words": 1e999}}'),
    "weights in a list": written(WEIGHTS, b"[1, 2]"),
}
NUMBERS: dict[str, Harm] = {
    "a neighbour that is not there": array("neighbours", put((3, 0), 14)),
    "a neighbour before the first": array("neighbours", put((3, 0), -2)),
    "its own neighbour": array("neighbours", put((3, 0), 3)),
    "starts that ask for all memory": array("words.starts", put(-1, 1 << 50)),
    "starts that go down": array("titles.starts", put(5, 0)),
    "starts below zero": array("tags.starts", put(0, -1)),
    "a bucket that is not there": array("words.buckets", put(0, 1 << 20)),
    "a bucket below zero": array("words.buckets", put(0, -5)),
    "NaN in a vector": array("vectors", put((2, 3), np.nan)),
    "a vector out of all proportion": array("vectors", put((2, 3), 60_000)),
    "vectors of another width": array("vectors", lambda values: values[:, :-1].copy()),
    "infinite signals": array("signals", put((0, 0, 0), np.inf)),
    "NaN in idf": array("idf", put(9, np.nan)),
    "an infinite word": array("words.values", put(0, np.inf)),
    "a date after the end of time": array("published", put(13, np.inf)),
    "dates out of order": array("published", put(13, 5.0)),
    "a copy of what is not there": array("duplicates", put(2, 99)),
    "a copy of what is later": array("duplicates", put(2, 9)),
    "a language that is no code": array("language", put(2, 1 << 40)),
}
INDEXES: dict[str, Harm] = {
    "no index": written("vectors.faiss", b""),
    "another class of index": patched("vectors.faiss", 0, "4s", b"IxF2"),
    "an index that reads another": patched("vectors.faiss", 0, "4s", b"IxMp"),
    "an index of another width": patched("vectors.faiss", 4, "i", 1 << 20),
    "an index of more vectors": patched("vectors.faiss", 8, "q", 1 << 50),
    "another metric": patched("vectors.faiss", 33, "i", 1),
    "another quantizer": patched("vectors.faiss", 37, "i", 0),
    "codes of eight pebibytes": patched("vectors.faiss", 73, "Q", 1 << 53),
    "trained numbers without end": patched("vectors.faiss", 65, "Q", 1 << 60),
    "NaN for a code": patched("vectors.faiss", 81, "H", 0x7E00),
}
TABLES: dict[str, Harm] = {
    "a view": sql("create view more as select * from article"),
    "a view for the table": sql("alter table article rename to hidden", "create view article as select * from hidden"),
    "a trigger": sql("create trigger t after insert on rest begin delete from article; end"),
    "another table": sql("create table more (row)"),
    "an index of an expression": sql("create index slow on article (length(hex(zeroblob(1000000))))"),
    "a column that is computed": sql("alter table rest add column more text as (hex(fields))"),
    "a card too few": sql("delete from article where row = 7"),
    "a row that is not there": sql("update rest set row = 99 where row = 7"),
    "a card that is not JSON": sql("update article set card = '{' where row = 7"),
    "a card of brackets": sql(f"update article set card = '{'[' * DEEP}' where row = 7"),
    "a card that is a number": sql("update article set card = 7 where row = 7"),
    "a card under another id": sql("update article set id = 'other' where row = 7"),
    "a headline that leads nowhere": sql("update headline set row = 1000000 where row = 7"),
    "an index without its table": sql("delete from sqlite_master where name = 'by_id'"),
    "an address that runs": field("article", "url", '"javascript:alert(1)"'),
    "an address of a file": field("article", "url", '"file:///etc/passwd"'),
    "a picture that runs": field("article", "image", '{"src": "javascript:1", "width": 1, "height": 1, "alt": null}'),
    "a picture of data": field("article", "image", '{"src": "data:,", "width": 1, "height": 1, "alt": null}'),
    "a title that is missing": field("article", "title", "null"),
    "a title that is a list": field("article", "title", '["a"]'),
    "half a character": field("article", "title", '"\\ud800"'),
    "a card with more": field("article", "html", '"<script>"'),
    "tags in a string": field("article", "tags", '"a"'),
    "terms of numbers": field("article", "terms", "[1]"),
    "a date in words": field("article", "published", '"yesterday"'),
    "a text that is missing": field("rest", "text", "null"),
    "a pick that runs": field("rest", "picks", '[{"url": "javascript:1"}]'),
}
HARMS: dict[str, Harm] = {**MANIFESTS, **FILES, **NUMBERS, **INDEXES, **TABLES}
