"""Parquet: one article a row, read a batch at a time."""

import glob
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from index.sources.columns import articles, recognised
from index.sources.items import Rejected, SourceError
from index.sources.parsing import Unparsed
from index.sources.reading import Reading

AT_ONCE = 500


def read(place: str, reading: Reading) -> Iterator[Unparsed | Rejected]:
    """Articles and rejected rows of a Parquet file, a batch at a time. Raises SourceError."""
    try:
        import duckdb
    except ImportError:
        raise SourceError(f"{place}: parquet needs an extra: pip install 'related-articles[parquet]'") from None
    if not Path(place).is_file():
        raise SourceError(f"{place}: no such file; check the path")
    done = 0
    # Nothing is downloaded, whatever the file asks for.
    offline = {"autoinstall_known_extensions": False, "autoload_known_extensions": False, "threads": 1}
    with duckdb.connect(config=offline) as database:
        try:
            for number, item in enumerate(articles(place, *_parquet(database, place, reading)), 1):
                done = number
                yield item
        except (duckdb.Error, ValueError, OverflowError) as error:
            after = f" after row {done:,}" if done else ""
            raise SourceError(
                f"{place}: cannot be read{after} ({_sentence(error)}); check that the file is whole"
            ) from error


def _parquet(
    database: Any, place: str, reading: Reading
) -> tuple[dict[str, int], Iterator[tuple[int, Sequence[object]]]]:
    file = glob.escape(place)
    columns = database.execute("describe select * from read_parquet(?)", [file]).fetchall()
    held = recognised(place, [column[0] for column in columns], reading.source.columns)
    chosen = list(dict.fromkeys(held.values()))
    selected = ", ".join(_selected(*columns[number][:2]) for number in chosen)
    cursor = database.execute(f"select {selected} from read_parquet(?)", [file])
    batches = iter(lambda: cursor.fetchmany(AT_ONCE), [])
    return {field: chosen.index(number) for field, number in held.items()}, enumerate(chain.from_iterable(batches), 1)


def _selected(name: str, kind: str) -> str:
    column = '"' + name.replace('"', '""') + '"'
    # Moments with a zone would need another library to become Python's.
    return f"make_timestamp(epoch_us({column}))" if kind == "TIMESTAMP WITH TIME ZONE" else column


def _sentence(error: Exception) -> str:
    return str(error).partition("\n")[0][:300]
