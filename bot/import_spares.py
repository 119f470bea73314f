"""Writes what parts.csv says beside a part itself: which parts may stand in for it, and into which assets it is built."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.import_ledger import Ledger
from bot.import_reading import Entry
from bot.import_writing import by_plain_code, plain_code
from storage.tables import Asset, AssetPart, Part, PartAlternate
from storage.unit_of_work import Note, table


def write_spares(ledger: Ledger, entries: Sequence[Entry]) -> None:
    """Write stand-ins and the assets of parts; a column that is there names all of them, a missing one changes nothing."""
    said = [entry for entry in entries if {"alternates", "used_on"} & entry.values.keys()]
    if not said:
        return
    parts, assets = by_plain_code(ledger.uow, Part), by_plain_code(ledger.uow, Asset)
    for entry in said:
        part = parts.get(plain_code(entry.values["part"]))
        if part is None:
            continue
        if "alternates" in entry.values:
            _write(
                ledger, entry, part, ("alternates", PartAlternate, "other_id"), _stand_ins(ledger, entry, part, parts)
            )
        if "used_on" in entry.values:
            _write(ledger, entry, part, ("used_on", AssetPart, "asset_id"), _found(ledger, entry, "used_on", assets))


def _found(ledger: Ledger, entry: Entry, column: str, known: Mapping[str, Any]) -> list[Any] | None:
    """Read codes with + between them; None where one of them is unknown, which is reported."""
    found = []
    for written in filter(None, (one.strip() for one in re.split(r"[+|;]", entry.values[column]))):
        row = known.get(plain_code(written))
        if row is None:
            kind, file = ("part", "parts.csv") if column == "alternates" else ("asset", "assets.csv")
            ledger.wrong.append(
                entry.wrong(column, f"names “{written[:40]}”, which is no {kind} I know; add it to {file}")
            )
            return None
        found.append(row)
    return found


def _stand_ins(ledger: Ledger, entry: Entry, part: Any, parts: Mapping[str, Any]) -> list[Any] | None:
    found = _found(ledger, entry, "alternates", parts)
    for other in found or ():
        if other.id == part.id or other.unit != part.unit:
            why = "names the part itself" if other.id == part.id else f"names {other.code}, which has another unit"
            ledger.wrong.append(entry.wrong("alternates", why))
            return None
    return found


def _write(ledger: Ledger, entry: Entry, part: Any, into: tuple[str, Any, str], wanted: list[Any] | None) -> None:
    """Add what is new and forget what is gone."""
    column, kind, name = into
    if wanted is None:
        return
    known = {getattr(row, name): row.id for row in ledger.uow.all(kind, part_id=part.id)}
    named = {row.id for row in wanted}
    for number in sorted(named - known.keys()):
        ledger.uow.add(kind, part_id=part.id, **{name: number})
    for number in known.keys() - named:
        ledger.uow.run(table(kind).delete().where(table(kind).c.id == known[number]))
    if named != known.keys():
        ledger.count("parts", part.plain_code, "changed")
        ledger.uow.audit(Note(part.code, "imported", after={column: entry.values[column]}))
