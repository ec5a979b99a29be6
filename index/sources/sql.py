"""Databases: the rows that one SELECT gives, read as they come and never written to."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from index.sources.columns import articles, recognised
from index.sources.items import Rejected, SourceError
from index.sources.parsing import Unparsed
from index.sources.reading import Reading

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.engine import URL, Connection

AT_ONCE = 500
PACKAGES = {"MySQLdb": "mysqlclient", "psycopg": "psycopg[binary]", "psycopg2": "psycopg2-binary", "pymysql": "PyMySQL"}
"""What is installed to have a driver, where it is called otherwise."""

_PLACE = re.compile(r"(?P<url>\S.*?)\s+(?P<query>(?:select|with)\b.*)", re.IGNORECASE | re.DOTALL)
_ASIDE = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|--[^\n]*|/\*.*?\*/", re.DOTALL)
_ASKS = re.compile(r"[\s(]*(?:select|with)\b", re.IGNORECASE)
_WRITES = re.compile(
    r"\b(?:insert|update|delete|merge|drop|alter|create|truncate|grant|revoke|call|into)\b(?!\s*\()", re.IGNORECASE
)


def read(place: str, reading: Reading) -> Iterator[Unparsed | Rejected]:
    """Articles and rejected rows of `URL` and the source's query, or of `URL SELECT ...`. Raises SourceError."""
    address, query = _parted(place, reading.source.query)
    try:
        import sqlalchemy
    except ImportError:
        raise SourceError(
            "sql needs an extra: pip install 'related-articles[sql]' and your database's driver"
        ) from None
    url = _url(address)
    name = _shown(url)
    query = _checked(name, query)
    engine = _engine(name, url)
    try:
        with engine.connect() as connection:
            yield from _rows(name, connection, query, reading)
    except (sqlalchemy.exc.SQLAlchemyError, OSError, ValueError, OverflowError) as error:
        raise SourceError(f"{name}: {_sentence(error, url)}; check the address and the query") from error
    finally:
        engine.dispose()


def _parted(place: str, query: str | None) -> tuple[str, str | None]:
    if query:
        return place.strip(), query
    if found := _PLACE.fullmatch(place.strip()):
        return found["url"], found["query"]
    address, _, rest = place.strip().partition(" ")
    return address, rest.strip() or None


def _url(address: str) -> "URL":
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        # What providers and other tools write.
        return make_url(re.sub("^postgres:", "postgresql:", address))
    except (ArgumentError, ValueError):
        # Its words are not shown: a password may be among them.
        raise SourceError("this is no database URL; write one such as postgresql://user:password@host/name") from None


def _shown(url: "URL") -> str:
    settings = {key: "hidden" if "pass" in key.lower() else value for key, value in url.query.items()}
    return url.set(query=settings).render_as_string(hide_password=True)


def _checked(name: str, query: str | None) -> str:
    if not query or not query.strip():
        raise SourceError(f"{name}: no query; write one SELECT after the URL, whose columns are an article's fields")
    bare = _ASIDE.sub(" ", query).strip().rstrip(";")
    if ";" in bare or not _ASKS.match(bare) or _WRITES.search(bare):
        raise SourceError(f"{name}: databases are only read; give one statement that begins with SELECT or WITH")
    return query.strip().rstrip(";")


def _engine(name: str, url: "URL") -> "Engine":
    from sqlalchemy import create_engine
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    try:
        engine = create_engine(url)
    except ImportError as error:
        package = PACKAGES.get(str(error.name), error.name or url.drivername)
        raise SourceError(f"{name}: its driver is not installed: pip install '{package}'") from None
    except (NoSuchModuleError, ArgumentError, ValueError, TypeError):
        raise SourceError(f"{name}: unknown kind of database, or a setting it does not know; check the URL") from None
    if engine.dialect.name == "sqlite" and not Path(url.database or "").is_file():
        raise SourceError(f"{name}: no such file; check the path")  # it would be made
    return engine


def _rows(name: str, connection: "Connection", query: str, reading: Reading) -> Iterator[Unparsed | Rejected]:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("pragma query_only = on")
    connection = connection.execution_options(postgresql_readonly=True)  # and nothing is committed anywhere
    # Without parameters, so that a percent sign is only that.
    options = {"stream_results": True, "yield_per": AT_ONCE, "no_parameters": True}
    found = connection.exec_driver_sql(query, execution_options=options)
    held = recognised(name, list(found.keys()), reading.source.columns)
    rows = chain.from_iterable(found.partitions())
    yield from articles(name, held, ((number, tuple(row)) for number, row in enumerate(rows, 1)))


def _sentence(error: Exception, url: "URL") -> str:
    told = str(getattr(error, "orig", None) or error).strip().partition("\n")[0][:300]
    return told.replace(str(url.password), "***") if url.password else told
