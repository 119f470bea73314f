"""Writes what import files say about who supplies a part at which price, and how many of it are in stock."""

from collections.abc import Sequence
from typing import Any

from bot.import_columns import SHAPES
from bot.import_ledger import Ledger, Wanted, upsert
from bot.import_reading import Entry
from bot.import_writing import by_plain_code, fields_of, plain_code, priced
from handlers import shelves
from orders.stock import MovementKind
from orders.units import quantity_text
from storage import stock
from storage.stock import Movement
from storage.tables import Part, Stock, Supplier, SupplierPart
from storage.unit_of_work import Note

Entries = Sequence[Entry]
OF_SUPPLY = ("supplier_part", "lead_days")


def write_supplier_parts(ledger: Ledger, of_parts: Entries, entries: Entries) -> None:
    """Write supplier parts: first those that parts.csv names beside the part, then those of their own file."""
    parts, suppliers = by_plain_code(ledger.uow, Part), _suppliers(ledger)
    wanted = []
    for entry, own in [*((entry, False) for entry in of_parts), *((entry, True) for entry in entries)]:
        want = _supplier_part(ledger, entry, parts, suppliers, own=own)
        wanted += [want] if want else []
    existing = {(row.supplier_id, row.part_id): row for row in ledger.uow.all(SupplierPart)}
    wanted = _with_preferred(ledger, wanted, existing)
    kept = len(ledger.notes)
    upsert(ledger, SupplierPart, wanted, existing, shape="supplier_parts")
    del ledger.notes[kept:]
    _note_lost(ledger, of_parts)


def _suppliers(ledger: Ledger) -> dict[str, Any]:
    """Return the suppliers by code and by name, both without case."""
    rows = ledger.uow.all(Supplier)
    return {row.name.casefold(): row for row in rows} | {row.code.casefold(): row for row in rows}


def _note_lost(ledger: Ledger, of_parts: Entries) -> None:
    lost = [entry for entry in of_parts if not entry.values.get("supplier") and set(OF_SUPPLY) & entry.values.keys()]
    if lost:
        said = "name a supplier part or a lead time but no supplier; these two were not kept"
        ledger.notes.append(f"{lost[0].file}: {len(lost)} rows {said}.")


def _supplier_part(
    ledger: Ledger, entry: Entry, parts: dict[str, Any], suppliers: dict[str, Any], *, own: bool
) -> Wanted | None:
    written = entry.values.get("supplier")
    if not written:
        return None
    part, supplier = parts.get(plain_code(entry.values["part"])), suppliers.get(written.casefold())
    if part is None:
        ledger.wrong.append(entry.wrong("part", "is no part I know; add it to parts.csv"))
    if supplier is None:
        ledger.wrong.append(entry.wrong("supplier", "is no supplier I know; add it to suppliers.csv"))
    if part is None or supplier is None:
        return None
    fields = fields_of(SHAPES["supplier_parts"], entry) if own else _beside_part(entry)
    fields |= {"supplier_id": supplier.id, "part_id": part.id} | priced(fields)
    return Wanted((supplier.id, part.id), f"{part.code} from {supplier.code}", entry, fields)


def _beside_part(entry: Entry) -> dict[str, Any]:
    names = (*OF_SUPPLY, "price", "currency", "unit")
    return {name: entry.values[name] for name in names if name in entry.values} | {"preferred": True}


def _with_preferred(ledger: Ledger, wanted: list[Wanted], existing: dict[Any, Any]) -> list[Wanted]:
    """Complete new rows from their part, and see that each part has one preferred supplier and not two."""
    parts = {row.id: row for row in ledger.uow.all(Part)} if wanted else {}
    usual = _usual(ledger, wanted, existing)
    completed = []
    for want in wanted:
        supplier, part = want.key
        fields = dict(want.fields)
        if want.key not in existing:
            fields = _from_part(parts[part]) | fields
        fields["preferred"] = usual.get(part) == supplier
        completed.append(Wanted(want.key, want.subject, want.entry, fields))
    return completed + _no_longer(parts, usual, wanted, existing)


def _usual(ledger: Ledger, wanted: Sequence[Wanted], existing: dict[Any, Any]) -> dict[int, int]:
    """Return the preferred supplier of each part: the one a file names, else the one there is, else the first."""
    usual: dict[int, int] = {row.part_id: row.supplier_id for row in existing.values() if row.preferred}
    named: dict[int, Wanted] = {}
    for want in wanted:
        supplier, part = want.key
        if want.fields.get("preferred"):
            other = named.get(part)
            if other and other.key != want.key and other.entry.file == want.entry.file:
                reason = f"is preferred for a part that has another preferred supplier in line {other.entry.line}"
                ledger.wrong.append(want.entry.wrong("supplier", reason))
            named[part], usual[part] = want, supplier
        elif want.fields.get("preferred") is False and usual.get(part) == supplier:
            del usual[part]
    for want in wanted:
        if want.fields.get("preferred") is not False:
            usual.setdefault(want.key[1], want.key[0])
    return usual


def _from_part(part: Any) -> dict[str, Any]:
    return {"price": part.price, "currency": part.currency, "unit": part.unit, "lead_days": None}


def _no_longer(
    parts: dict[int, Any], usual: dict[int, int], wanted: Sequence[Wanted], existing: dict[Any, Any]
) -> list[Wanted]:
    """Take the mark off suppliers that were preferred so far and are not named by any row."""
    named = {want.key: want for want in wanted}
    return [
        Wanted(key, parts[row.part_id].code, _because(wanted, row.part_id), {"preferred": False})
        for key, row in existing.items()
        if row.preferred and key not in named and usual.get(row.part_id) != row.supplier_id
    ]


def _because(wanted: Sequence[Wanted], part: int) -> Entry:
    return next(want.entry for want in wanted if want.key[1] == part)


def write_counts(ledger: Ledger, of_parts: Entries, entries: Entries) -> None:
    """Bring stock to what was counted: one movement of the difference for each part and store."""
    parts = by_plain_code(ledger.uow, Part)
    on_hand = {(row.part_id, row.store): row.on_hand for row in ledger.uow.all(Stock)}
    counts: dict[tuple[int, str], tuple[Any, int]] = {}
    for entry, column in [*((entry, "stock") for entry in of_parts), *((entry, "count") for entry in entries)]:
        if column not in entry.values:
            continue
        part = parts.get(plain_code(entry.values["part"]))
        if part is None:
            ledger.wrong.append(entry.wrong("part", "is no part I know; add it to parts.csv"))
            continue
        store = entry.values.get("store") or part.store
        counts[part.id, store] = (part, entry.values[column])
        if column == "count":
            _bin(ledger, part, store, entry.values.get("bin"))
    for number, ((_, store), (part, count)) in enumerate(counts.items(), 1):
        _count(ledger, part, store, (on_hand.get((part.id, store)), count))
        if number % 500 == 0 or number == len(counts):
            ledger.progress("stock", number, len(counts))


def _bin(ledger: Ledger, part: Any, store: str, name: str | None) -> None:
    """Write down where a part lies in a store; a file without the column changes nothing."""
    if name is not None and name != shelves.bin_of(ledger.uow, part, store):
        shelves.put_in(ledger.uow, part, store, name)
        ledger.count("stock", (part.id, store), "changed")


def _count(ledger: Ledger, part: Any, store: str, change: tuple[int | None, int]) -> None:
    known, count = change
    before = known or 0
    ledger.count("stock", (part.id, store), "same" if before == count else "new" if known is None else "changed")
    if before == count:
        return
    stock.move(ledger.uow, Movement(part.id, store, MovementKind.COUNT, count - before, part.price, part.currency))
    said = {"store": store, "on_hand": quantity_text(before)}, {"store": store, "on_hand": quantity_text(count)}
    ledger.uow.audit(Note(part.code, "counted by import", before=said[0], after=said[1]))
