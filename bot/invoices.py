"""``chargehand invoices``: what waits for finance, and released invoices handed to the ERP, each once; nothing is paid here."""

import os
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.opening import FINE, FOUND, opened, settings
from bot.options import AsJson, ConfigFile, looked_up

if TYPE_CHECKING:
    from handlers.invoice_export import Batch
    from storage.unit_of_work import UnitOfWork

app = typer.Typer(
    no_args_is_help=True,
    help="Look at invoices, or hand released ones to the ERP.\n\nExample: chargehand invoices export --to erp/",
)


class Form(StrEnum):
    """A form that invoices can be written in."""

    CSV = "csv"
    JSON = "json"
    UBL = "ubl"


@app.command("list")
def listed(*, config: ConfigFile = None, json: AsJson = False) -> None:
    """Print the invoices that wait for finance, and the last batches that were exported.

    Example: chargehand invoices list
    """
    from bot import printing
    from handlers import invoice_lists

    rows, batches = looked_up(config, invoice_lists.told)
    if json:
        printing.as_json({"invoices": rows, "batches": batches})
        raise typer.Exit(FINE)
    heads = ("Number", "Supplier", "Total", "State", "Differs in", "Pay by")
    printing.table(heads, [[str(row[name.lower().replace(" ", "_")]) for name in heads] for row in rows])
    for batch in batches:
        printing.say(f"Batch {batch['batch']}: {batch['invoices']} exported.")


@app.command()
def export(
    to: Annotated[Path, typer.Option("--to", help="The folder to write into.")] = Path(),
    form: Annotated[list[Form] | None, typer.Option("--format", help="csv, json or ubl; all three without it.")] = None,
    again: Annotated[str, typer.Option("--again", help="Write a batch once more that was exported before.")] = "",
    *,
    config: ConfigFile = None,
    json: AsJson = False,
) -> None:
    """Write every released invoice once as CSV, JSON and UBL 2.1, and mark it as exported. Nothing is paid here.

    Example: chargehand invoices export --to erp/
    """
    from bot import printing

    batch, files = _exported(config, to, tuple(form or Form), again)
    if json:
        told = {"batch": batch.name if batch else "", "invoices": len(batch.invoices) if batch else 0, "files": files}
        printing.as_json(told)
    elif batch is None:
        printing.say("No invoice is released that was not exported before.")
    else:
        many = f"{len(batch.invoices)} {'invoice' if len(batch.invoices) == 1 else 'invoices'}"
        printing.say(f"Batch {batch.name}: {many} in {', '.join(files)}.")


def _exported(config: Path | None, to: Path, forms: tuple[Form, ...], again: str) -> "tuple[Batch | None, list[str]]":
    """Take, write and mark in one transaction: where a file cannot be written, nothing is marked."""
    from handlers import invoice_export
    from storage.happenings import Deed, perform

    settled, now = settings(config), datetime.now(UTC)
    made: list[Any] = [None, []]

    def work(uow: "UnitOfWork") -> dict[str, Any]:
        batch = invoice_export.exported(uow, again)
        made[:] = [batch, _written(batch, to, forms) if batch is not None else []]
        return {}

    with opened(settled) as database:
        told = perform(
            database, settled.plant(), Deed(f"invoices export {now.isoformat()}", "export", again, now), work
        )
    if "refused" in told:
        sys.stderr.write(f"{told['private']}\n")
        raise typer.Exit(FOUND)
    return made[0], made[1]


def _written(batch: "Batch", to: Path, forms: tuple[Form, ...]) -> list[str]:
    """Write the files of a batch whole or not at all, and return their names."""
    to.mkdir(parents=True, exist_ok=True)
    files: dict[str, bytes] = {}
    if Form.CSV in forms:
        files[f"invoices-{batch.name}.csv"] = batch.as_csv().encode("utf-8-sig")
    if Form.JSON in forms:
        files[f"invoices-{batch.name}.json"] = batch.as_json().encode()
    if Form.UBL in forms:
        files |= {f"invoice-{name}": content for name, content in batch.documents}
    for name, content in files.items():
        _write(to / name, content)
    return list(files)


def _write(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there, so that nobody reads half of one."""
    beside = path.with_name(f".{path.name}.part")
    with beside.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(path)
