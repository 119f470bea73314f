"""Writes the prices by quantity that supplier_parts.csv names beside a price: ``50=172.00+100=160.00``."""

from collections.abc import Sequence

from sqlalchemy import delete

from bot.import_ledger import Ledger
from bot.import_reading import Entry
from bot.import_writing import by_plain_code, plain_code
from handlers.agreement_forms import breaks_of
from orders.errors import Refusal
from orders.price_breaks import Break
from storage.tables import Part, PriceBreak, Supplier, SupplierPart
from storage.unit_of_work import Note, table

_BREAKS = table(PriceBreak)
Breaks = tuple[Break, ...]


def write_breaks(ledger: Ledger, entries: Sequence[Entry]) -> None:
    """Let each supplier part have exactly the breaks that its row names; a row without the column keeps what is there."""
    told = [entry for entry in entries if "breaks" in entry.values]
    if not told:
        return
    offers = _offers(ledger)
    present = _present(ledger)
    for entry in told:
        offer = offers.get((str(entry.values["supplier"]).casefold(), plain_code(entry.values["part"])))
        breaks = _read(ledger, entry, offer.unit) if offer is not None else None
        if offer is not None and breaks is not None and breaks != present.get(offer.id, ()):
            _replaced(ledger, entry, offer, (present.get(offer.id, ()), breaks))
            present[offer.id] = breaks


def _offers(ledger: Ledger) -> dict[tuple[str, str], SupplierPart]:
    """Return supplier parts by the supplier's code or name and the part's code, as files write them."""
    codes = {part.id: code for code, part in by_plain_code(ledger.uow, Part).items()}
    names = {row.id: (row.name.casefold(), row.code.casefold()) for row in ledger.uow.all(Supplier)}
    return {(name, codes[row.part_id]): row for row in ledger.uow.all(SupplierPart) for name in names[row.supplier_id]}


def _present(ledger: Ledger) -> dict[int, Breaks]:
    found: dict[int, list[Break]] = {}
    for row in ledger.uow.all(PriceBreak):
        found.setdefault(row.supplier_part_id, []).append(Break(row.from_quantity, row.price))
    return {key: tuple(sorted(rows, key=lambda each: each.from_quantity)) for key, rows in found.items()}


def _read(ledger: Ledger, entry: Entry, unit: str) -> Breaks | None:
    """Read the cell; what is no list of rising quantities with prices is reported."""
    written = str(entry.values["breaks"])
    try:
        breaks = tuple(breaks_of(written, unit)) if written else ()
    except (Refusal, ValueError, ArithmeticError):
        breaks = (Break(0, 0),)
    steps = [each.from_quantity for each in breaks]
    if steps != sorted(set(steps)) or any(each.price <= 0 or each.from_quantity <= 0 for each in breaks):
        reason = "is no list of rising price breaks such as 50=172.00+100=160.00"
        ledger.wrong.append(entry.wrong("breaks", reason))
        return None
    return breaks


def _replaced(ledger: Ledger, entry: Entry, offer: SupplierPart, change: tuple[Breaks, Breaks]) -> None:
    before, breaks = change
    ledger.uow.run(delete(_BREAKS).where(_BREAKS.c.supplier_part_id == offer.id))
    for each in breaks:
        ledger.uow.add(PriceBreak, supplier_part_id=offer.id, from_quantity=each.from_quantity, price=each.price)
    ledger.count("supplier_parts", (offer.supplier_id, offer.part_id), "changed")
    said = {"breaks": _plain(before)}, {"breaks": _plain(breaks)}
    subject = f"{entry.values['part']} from {entry.values['supplier']}"
    ledger.uow.audit(Note(subject, "changed by import", before=said[0], after=said[1]))


def _plain(breaks: Breaks) -> list[list[int]]:
    return [[each.from_quantity, each.price] for each in breaks]
