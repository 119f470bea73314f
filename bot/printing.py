"""What the command line prints: tables and sentences for people, one JSON object for programs."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

from bot.import_ledger import Progress
from bot.plant_import import ImportReport

UNSEEN_WIDTH = 140
"""How wide a table is where no terminal says it."""

SHOWN = 50
"""How many wrong rows are printed; all of them go into the files that --wrong-rows writes."""


def as_json(value: Any) -> None:
    """Print one JSON value and nothing else."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def say(sentence: str, *, stream: TextIO | None = None) -> None:
    """Print one line."""
    (stream or sys.stdout).write(sentence + "\n")


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under heads, as wide as the terminal allows; plain and unbroken when nobody watches."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else UNSEEN_WIDTH, highlight=False)
    printed = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for head in heads:
        printed.add_column(head, overflow="fold")
    for row in rows:
        printed.add_row(*(Text(cell) for cell in row))
    console.print(printed)


def import_report(report: ImportReport) -> None:
    """Print what an import did, file by file, then its notes and faults."""
    rows = [[one.file, *(str(count) for count in (one.new, one.changed, one.same, one.wrong))] for one in report.files]
    table(("File", "New", "Changed", "Same", "Wrong"), rows)
    for note in report.notes:
        say(f"Note: {note}")
    for fault in report.wrong[:SHOWN]:
        say(fault.sentence())
    if len(report.wrong) > SHOWN:
        say(f"… and {len(report.wrong) - SHOWN} more.")


def import_as_json(report: ImportReport) -> dict[str, Any]:
    """Return an import's report as plain values."""
    from dataclasses import asdict

    return {
        "written": report.written,
        "files": [asdict(one) for one in report.files],
        "notes": list(report.notes),
        "wrong": [asdict(fault) for fault in report.wrong],
    }


@contextmanager
def progress() -> Iterator[Progress]:
    """Yield a progress callback that draws a bar on a terminal and does nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda file, done, total: None  # noqa: ARG005
        return
    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    with Bars(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def drawn(file: str, done: int, total: int) -> None:
            if file not in tasks:
                tasks[file] = bars.add_task(file, total=total)
            bars.update(tasks[file], completed=done, total=total)

        yield drawn
