"""Starting the service: one process or several, each mapping the same files."""

import os
import socket
from pathlib import Path

from recommender.failures import UsageError


def serve(home: Path, host: str, port: int, workers: int, pages: bool, site: str = "") -> None:
    """Serve a home until interrupted. Raises UsageError where the address is taken."""
    check_free(host, port)
    # Before numpy and FAISS are imported: workers share the cores, so each computes on one thread.
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    os.environ |= {"RECOMMENDER_HOME": str(home), "RECOMMENDER_PAGES": str(int(pages)), "RECOMMENDER_SITE": site}
    import uvicorn

    uvicorn.run(
        "recommender.api.app:app_from_environment",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        server_header=False,
    )


def check_free(host: str, port: int) -> None:
    """Raises UsageError where another program listens there already, or the address is not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UsageError(f"cannot listen on {host}:{port} ({error.strerror}); choose another --port") from error
