"""Writes the budgets that stand beside cost centres in an import: by year, quarter or month, each centre in one currency."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from bot.import_ledger import Ledger, Wanted, upsert
from bot.import_reading import Entry
from bot.import_writing import money
from orders.budgets import YEAR, Span
from storage.tables import Budget, BudgetEntry, CostCentre
from storage.unit_of_work import table

Key = tuple[int, int, int, int]
"""Cost centre, year, first month and how many months."""
ABOUT = frozenset({"budget", "spent", "year", "period"})
WHOLE_YEAR = (1, YEAR)


def write_budgets(ledger: Ledger, entries: Sequence[Entry]) -> None:
    """Write one budget for each year or period that a row names; a cost centre has all of them in one currency."""
    centres = {row.code.upper(): row for row in ledger.uow.all(CostCentre)}
    existing = {(row.cost_centre_id, row.year, row.month, row.months): row for row in ledger.uow.all(Budget)}
    kept_in = _currencies(ledger, existing)
    wanted = []
    for entry in entries:
        if not ABOUT & entry.values.keys():
            continue
        if "year" not in entry.values:
            ledger.wrong.append(entry.wrong("year", "is empty; a budget belongs to a year"))
            continue
        month, months = entry.values.get("period") or WHOLE_YEAR
        key = (centres[entry.values["cost_centre"].upper()].id, entry.values["year"], month, months)
        wanted.append(_budget(ledger, entry, key, kept_in))
    upsert(ledger, Budget, wanted, existing, shape="budgets")


def _currencies(ledger: Ledger, existing: Mapping[Key, Any]) -> dict[int, str]:
    """Return the currency in which each cost centre is kept already: its ledger's, else that of its budgets."""
    entries = table(BudgetEntry)
    rows = ledger.uow.run(select(entries.c.cost_centre_id, entries.c.currency).distinct())
    return {key[0]: row.currency for key, row in existing.items()} | {row[0]: row[1] for row in rows}


def _budget(ledger: Ledger, entry: Entry, key: Key, kept_in: dict[int, str]) -> Wanted:
    currency = entry.values.get("currency") or kept_in.get(key[0]) or ledger.uow.plant.currency
    if kept_in.setdefault(key[0], currency) != currency:
        code = entry.values["cost_centre"]
        ledger.wrong.append(entry.wrong("currency", f"is not {kept_in[key[0]]}, in which cost centre {code} is kept"))
    fields: dict[str, Any] = dict(zip(("cost_centre_id", "year", "month", "months"), key, strict=True))
    fields["currency"] = currency
    for column, into in (("budget", "amount"), ("spent", "spent_before")):
        if column in entry.values:
            fields[into] = money(ledger, entry, column, currency) or 0
    return Wanted(key, f"{entry.values['cost_centre']} {Span(*key[1:])}", entry, fields)
