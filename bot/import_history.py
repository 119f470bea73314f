"""Writes what history.csv says: work orders that were done before Chargehand came, so that figures have a past."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from bot.import_ledger import BATCH, Ledger, Wanted, blank, upsert
from bot.import_reading import Entry
from bot.import_writing import by_plain_code, money, plain_code
from handlers import wording
from handlers.order_content import today
from orders.money import QUANTITY_SCALE
from orders.numbering import shortened
from orders.work_orders import Impact, Priority, TaskType, WorkOrderState
from storage.tables import Asset, Person, WorkOrder, WorkOrderCost, WorkOrderTime
from storage.unit_of_work import table

Entries = Sequence[Entry]
BEGINS, ENDS = time(8), time(16)
"""When what was reported on a day is taken to be reported, and what was done on a day to be done, by the plant's clock."""
PREFIX = "H-"
FIRST_YEAR = 1950
EARLIER = "earlier work order"


def write_history(ledger: Ledger, entries: Entries) -> None:
    """Write closed work orders by the number that they had; hours and costs come with those that are new."""
    assets = by_plain_code(ledger.uow, Asset)
    people = {row.email: row.id for row in ledger.uow.all(Person)}
    found = [want for entry in entries if (want := _order(ledger, entry, assets, people)) is not None]
    _tell_of_prefixes(ledger, found)
    existing = {row.number: row for row in ledger.uow.all(WorkOrder, due_reason=EARLIER)}
    upsert(ledger, WorkOrder, found, existing, shape="history")
    fresh = {want.key: want.entry for want in found if want.key not in existing}
    _write_spent(ledger, fresh, people)


def _order(ledger: Ledger, entry: Entry, assets: Mapping[str, Any], people: Mapping[str, int]) -> Wanted | None:
    asset = assets.get(plain_code(entry.values["asset"]))
    faults = [
        ("asset", "is no asset I know; add it to assets.csv", asset is None),
        ("by", "is nobody I know; add the person to people.csv", entry.values.get("by") not in {None, "", *people}),
        ("minutes", "are somebody's: fill the column by", entry.values.get("minutes") and not entry.values.get("by")),
    ]
    wrong = [(column, reason) for column, reason, is_so in faults if is_so]
    days = _days(ledger, entry)
    for column, reason in wrong:
        ledger.wrong.append(entry.wrong(column, reason))
    if wrong or days is None or asset is None:
        return None
    number = numbered(str(entry.values["work_order"]))
    fields = _fields(ledger, entry, days) | {"number": number, "asset_id": asset.id}
    return Wanted(number, number, entry, fields | {"completed_by_id": people.get(entry.values.get("by") or "")})


def numbered(written: str) -> str:
    """Return the number under which an earlier work order is kept: one that could be taken for ours gets ``H-`` before it."""
    return f"{PREFIX}{written}" if shortened(written) is not None else written


def _tell_of_prefixes(ledger: Ledger, found: Sequence[Wanted]) -> None:
    changed = [want for want in found if want.key != str(want.entry.values["work_order"])]
    if changed:
        first = changed[0]
        told = f"numbers such as {first.entry.values['work_order']} look like ours and are kept as {first.key}"
        ledger.notes.append(f"{first.entry.file}: {told}.")


def _days(ledger: Ledger, entry: Entry) -> tuple[date, date] | None:
    """Return when it was reported and done; a day that cannot be is reported."""
    reported, now = entry.values["reported"], today(ledger.uow)
    done = entry.values.get("done") or reported
    faults = (
        ("reported", f"lies outside of {FIRST_YEAR} to today", reported.year < FIRST_YEAR or reported > now),
        ("done", "lies before the day on which it was reported", done < reported),
        ("done", "lies in the future; only what was done is history", done > now),
    )
    for column, reason, is_so in faults:
        if is_so:
            ledger.wrong.append(entry.wrong(column, reason))
            return None
    return reported, done


def _fields(ledger: Ledger, entry: Entry, days: tuple[date, date]) -> dict[str, Any]:
    zone, now, values = ledger.uow.plant.zone, ledger.uow.now, entry.values
    reported = min(datetime.combine(days[0], BEGINS, zone), now)
    worked = timedelta(minutes=values.get("minutes") or 0)
    done = min(max(datetime.combine(days[1], ENDS, zone), reported + worked), now)
    down = timedelta(hours=float(Decimal(values.get("down") or 0) / QUANTITY_SCALE))
    impact = Impact.STANDS if down else Impact.NONE
    return {
        "title": values["title"],
        "task_type": values.get("task") or TaskType.REPAIR.value,
        "impact": impact.value,
        "priority": (Priority.HIGH if down else Priority.NORMAL).value,
        "due_at": done,
        "due_reason": EARLIER,
        "state": WorkOrderState.CLOSED.value,
        "created_at": reported,
        "started_at": max(done - worked, reported),
        "completed_at": done,
        "closed_at": done,
        "down_from": reported if down else None,
        "down_until": min(reported + down, now) if down else None,
        "failure_mode": _code("mode", values.get("mode") or ""),
        "failure_cause": _code("cause", values.get("cause") or ""),
        "remedy": wording.words_of("remedy", values.get("remedy") or ""),
    }


def _code(kind: str, written: str) -> str:
    """Return the code that was written, or the one whose words were; what is neither stays as it is."""
    said = written.strip().casefold()
    known = (each for each in wording.choices(kind) if said in {each.code.casefold(), each.words.casefold()})
    return next((each.code for each in known), written.strip())


def _write_spent(ledger: Ledger, fresh: Mapping[str, Entry], people: Mapping[str, int]) -> None:
    """Write hours and costs of new earlier orders; where a cost is said, it is the whole cost, and hours add nothing to it."""
    orders = {row.number: row for row in ledger.uow.all(WorkOrder, due_reason=EARLIER) if row.number in fresh}
    times, costs = [], []
    for number, entry in fresh.items():
        order, currency = orders[number], ledger.uow.plant.currency
        amount = money(ledger, entry, "cost", currency) if "cost" in entry.values else None
        paid = {"rate": 0, "currency": currency} if amount is not None else {}
        row = {"work_order_id": order.id}
        if entry.values.get("minutes"):
            spent = {"person_id": people[entry.values["by"]], "minutes": entry.values["minutes"]}
            times.append(blank(WorkOrderTime) | row | spent | paid | {"ended_at": order.completed_at})
        if amount:
            cost = {"amount": amount, "currency": currency, "what": "as imported", "at": order.completed_at}
            costs.append(blank(WorkOrderCost) | row | cost)
    for kind, rows in ((WorkOrderTime, times), (WorkOrderCost, costs)):
        for start in range(0, len(rows), BATCH):
            ledger.uow.connection.execute(table(kind).insert(), rows[start : start + BATCH])
