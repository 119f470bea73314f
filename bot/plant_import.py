"""``chargehand import``: reads a folder of CSV and Excel files and writes the plant from it, all or nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.import_agreements import write_agreements
from bot.import_breaks import write_breaks
from bot.import_budgets import write_budgets
from bot.import_columns import FILES
from bot.import_contacts import write_contacts
from bot.import_crew import write_shifts, write_skills
from bot.import_history import write_history
from bot.import_ledger import Ledger, Progress
from bot.import_meters import write_meters, write_readings
from bot.import_plans import write_plans
from bot.import_reading import Content, Entry, Wrong, understood, wrong_rows
from bot.import_spares import write_spares
from bot.import_supply import write_counts, write_supplier_parts
from bot.import_tables import NoTable, read_folder
from bot.import_writing import write_assets, write_cost_centres, write_parts, write_people, write_suppliers
from orders.plant import Plant
from storage.database import Database
from storage.happenings import Deed, perform
from storage.unit_of_work import UnitOfWork, fingerprint

__all__ = ["FileReport", "ImportReport", "NoTable", "Wrong", "import_plant"]

Step = Callable[[Ledger, Sequence[Entry]], None]
STEPS: dict[str, Step] = {
    "shifts": write_shifts,
    "people": write_people,
    "cost_centres": write_cost_centres,
    "suppliers": write_suppliers,
    "assets": write_assets,
    "parts": write_parts,
}
"""What is written for each file before supplies and counts, in the order in which they depend on each other."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """What a file would change: rows that are new, changed, the same, and wrong."""

    file: str
    new: int
    changed: int
    same: int
    wrong: int


@dataclass(frozen=True)
class ImportReport:
    """What an import did or would do; ``written`` says whether the database has changed.

    ``bad_rows`` holds for each file with faults its rows as CSV of the same shape with a column ``problem`` more.
    """

    files: tuple[FileReport, ...]
    notes: tuple[str, ...]
    wrong: tuple[Wrong, ...]
    bad_rows: dict[str, str]
    written: bool


class _Back(Exception):  # noqa: N818
    """Ends the transaction so that nothing of it stays."""


def _quiet(file: str, done: int, total: int) -> None:
    """Show no progress."""


def import_plant(
    database: Database, plant: Plant, folder: Path, *, dry_run: bool = False, progress: Progress = _quiet
) -> ImportReport:
    """Write the plant from a folder in one transaction; nothing is written when a row is wrong or in a dry run.

    Raises ``NoTable`` for a folder or file that cannot be read at all, or that holds none of our files.
    """
    found = read_folder(folder)
    if not found.tables:
        names = ", ".join(f"{shape.name}.csv" for shape in FILES)
        raise NoTable(f"{folder} holds none of the files that can be imported: {names}.")
    contents = [understood(table) for table in found.tables]
    notes = [f"{name} is none of our files and was not read." for name in found.others]
    at = datetime.now(UTC)
    ledgers: list[Ledger] = []

    def work(uow: UnitOfWork) -> dict[str, Any]:
        ledger = Ledger(uow, progress)
        ledgers.append(ledger)
        _write(ledger, contents)
        if dry_run or ledger.wrong or any(content.wrong for content in contents):
            raise _Back
        return {"files": [content.table.file for content in contents]}

    try:
        perform(database, plant, Deed(f"import:{at.isoformat()}", "import", _content(contents), at), work)
    except _Back:
        return _report(contents, ledgers[-1], notes, written=False)
    return _report(contents, ledgers[-1], notes, written=True)


def _content(contents: Sequence[Content]) -> dict[str, str]:
    return {content.table.file: fingerprint([row.cells for row in content.table.rows]) for content in contents}


def _write(ledger: Ledger, contents: Sequence[Content]) -> None:
    by_shape: dict[str, list[Entry]] = {shape.name: [] for shape in FILES}
    for content in contents:
        by_shape[content.shape.name] += content.entries
    for name, step in STEPS.items():
        if by_shape[name]:
            step(ledger, by_shape[name])
    write_skills(ledger, by_shape["people"])
    write_spares(ledger, by_shape["parts"])
    write_contacts(ledger, by_shape["suppliers"], by_shape["contacts"])
    write_budgets(ledger, by_shape["cost_centres"])
    write_supplier_parts(ledger, by_shape["parts"], by_shape["supplier_parts"])
    write_breaks(ledger, by_shape["supplier_parts"])
    write_counts(ledger, by_shape["parts"], by_shape["stock"])
    if by_shape["agreements"]:
        write_agreements(ledger, by_shape["agreements"])
    for name, step in (("meters", write_meters), ("plans", write_plans), ("readings", write_readings)):
        if by_shape[name]:
            step(ledger, by_shape[name])
    if by_shape["history"]:
        write_history(ledger, by_shape["history"])


ORDER = (
    "shifts", "people", "cost_centres", "budgets", "suppliers", "contacts", "assets", "parts", "supplier_parts", "stock", "agreements",
    "meters", "plans", "readings", "history",
)  # fmt: skip
"""The order in which a report names what it is about; budgets stand in cost_centres.csv."""


def _report(contents: Sequence[Content], ledger: Ledger, notes: list[str], *, written: bool) -> ImportReport:
    wrong = sorted(
        dict.fromkeys([*(fault for content in contents for fault in content.wrong), *ledger.wrong]),
        key=lambda fault: (fault.file, fault.line),
    )
    files = tuple(
        FileReport(
            name,
            new=ledger.counted(name, "new"),
            changed=ledger.counted(name, "changed"),
            same=ledger.counted(name, "same"),
            wrong=len({(fault.file, fault.line) for fault in wrong if fault.file in _files(contents, name)}),
        )
        for name in sorted({content.shape.name for content in contents} | set(ledger.states), key=ORDER.index)
    )
    said = [note for content in contents for note in content.notes]
    bad_rows = {
        content.table.file: wrong_rows(content.table, faults)
        for content in contents
        if (faults := [fault for fault in wrong if fault.file == content.table.file])
    }
    return ImportReport(files, (*notes, *said, *ledger.notes), tuple(wrong), bad_rows, written)


def _files(contents: Sequence[Content], shape: str) -> set[str]:
    return {content.table.file for content in contents if content.shape.name == shape}
