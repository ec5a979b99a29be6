"""Starting the service: a supervisor and its workers, one or several, each mapping the same files."""

import os
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from recommender.allowance import Allowance
from recommender.failures import UsageError
from recommender.logs import Form, log_config
from recommender.operation import Operation

FINISH_S = 30
"""So long at most a server that ends waits for the requests that it is answering."""
START_S = 60
"""So long at most a new worker takes to start, on a machine that is busy with a rebuild."""
WORKERS_FILES = "PROMETHEUS_MULTIPROC_DIR"
MOST_CONNECTIONS = 1_000
"""So many at once for each worker; more are answered 503, before the system runs out of files."""


def serve(
    home: Path,
    host: str,
    port: int,
    workers: int,
    pages: bool,
    site: str = "",
    *,
    allowance: Allowance | None = None,
    operation: Operation | None = None,
    log: Form = "text",
    origin: str | None = None,
) -> None:
    """Serve a home until interrupted. Raises UsageError where the address is taken."""
    check_free(host, port)
    # Before numpy and FAISS are imported: workers share the cores, so each computes on one thread.
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    os.environ |= {"RECOMMENDER_HOME": str(home), "RECOMMENDER_PAGES": str(int(pages)), "RECOMMENDER_SITE": site}
    os.environ |= (allowance or Allowance()).environment | (operation or Operation()).environment
    from recommender.supervisor import supervise

    with _counting(workers), _following(home, origin):
        supervise(
            "recommender.api.app:app_from_environment",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            http="recommender.protocol:GuardedProtocol",
            limit_concurrency=MOST_CONNECTIONS,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=FINISH_S,
            timeout_worker_healthcheck=START_S,
            access_log=False,
            log_config=log_config(log),
            server_header=False,
        )


def _following(home: Path, origin: str | None) -> AbstractContextManager[None]:
    if origin is None:
        return nullcontext()
    from recommender.following import followed  # which loads all that a version needs

    return followed(home, origin)


@contextmanager
def _counting(workers: int) -> Iterator[None]:
    # Several workers count in files of one folder, so that whichever is asked can tell of all. One counts in memory:
    # faster, and safe from a full disk. Where it is replaced counts begin again, as after any restart.
    os.environ.pop(WORKERS_FILES, None)
    with TemporaryDirectory(prefix="recommender-metrics-") if workers > 1 else nullcontext() as folder:
        if folder:
            os.environ[WORKERS_FILES] = folder
        try:
            yield
        finally:
            os.environ.pop(WORKERS_FILES, None)


def check_free(host: str, port: int) -> None:
    """Raises UsageError where another program listens there already, or the address is not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UsageError(f"cannot listen on {host}:{port} ({error.strerror}); choose another --port") from error
