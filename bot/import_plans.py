"""Writes what plans.csv says: maintenance plans by their code, when each comes due next, and the parts that it takes."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from bot.import_columns import SHAPES
from bot.import_ledger import Ledger, Wanted, upsert
from bot.import_reading import Entry
from bot.import_writing import by_plain_code, fields_of, plain_code
from handlers import plan_calendar
from handlers.order_content import today
from orders.errors import Refusal
from orders.maintenance import Basis, Pause
from orders.meters import MeterKind
from orders.units import quantity_of
from orders.work_orders import TaskType
from storage.tables import Asset, MaintenancePlan, Meter, Part, PlanPart, PlanPause
from storage.unit_of_work import table

Entries = Sequence[Entry]
FIRST_YEAR, LAST_YEAR = 2000, 2200
NEEDED = ("title", "asset")
"""What a plan has to say the first time."""
_PART = re.compile(r"(?P<part>\S.*?)\s*(?:x|\*)\s*(?P<quantity>\d+(?:[.,]\d+)?)")


def write_plans(ledger: Ledger, entries: Entries) -> None:
    """Write maintenance plans; a new one begins with its first day, or with today where that is past."""
    assets, existing = by_plain_code(ledger.uow, Asset), by_plain_code(ledger.uow, MaintenancePlan)
    found = [_plan(ledger, entry, assets, existing.get(plain_code(entry.values["plan"]))) for entry in entries]
    upsert(ledger, MaintenancePlan, [want for want in found if want is not None], existing, shape="plans")
    _write_parts(ledger, [entry for entry in entries if "parts" in entry.values])


def _plan(ledger: Ledger, entry: Entry, assets: Mapping[str, Any], row: Any) -> Wanted | None:
    fields = {**fields_of(SHAPES["plans"], entry), "plain_code": plain_code(entry.values["plan"])}
    fields["code"] = row.code if row else fields["code"]
    lacking = [name for name in NEEDED if row is None and not entry.values.get(name)]
    if row is None and not entry.values.get("every") and not entry.values.get("every_use"):
        lacking.append("every")
    asset = assets.get(plain_code(entry.values.get("asset") or ""))
    if lacking:
        ledger.wrong.append(entry.wrong(lacking[0], "is empty, but a new plan needs it"))
        return None
    if entry.values.get("asset") and asset is None:
        ledger.wrong.append(entry.wrong("asset", "is no asset I know; add it to assets.csv"))
        return None
    fields |= {"asset_id": asset.id} if asset is not None else {}
    if isinstance(fields.get("first_day"), timedelta):
        # A day that is counted from the import is that of a new plan; the same file again moves nothing.
        fields["first_day"] = today(ledger.uow) + fields["first_day"] if row is None else row.first_day
    if "lead_days" in fields:
        fields["lead_days"] = fields["lead_days"] or 0
    if row is None:
        fields = _usual(ledger, fields)
    if not _metered(ledger, entry, fields, row):
        return None
    return Wanted(fields["plain_code"], fields["code"], entry, fields) if _dated(ledger, entry, fields, row) else None


def _usual(ledger: Ledger, fields: dict[str, Any]) -> dict[str, Any]:
    """Complete a new plan: floating service from today on, where the file does not say otherwise."""
    usual = {
        "task_type": TaskType.SERVICE.value,
        "basis": Basis.FLOATING.value,
        "first_day": today(ledger.uow),
        "lead_days": 0,
        "every": "",
    }
    return usual | {name: value for name, value in fields.items() if value is not None}


def _metered(ledger: Ledger, entry: Entry, fields: dict[str, Any], row: Any) -> bool:
    """Find the meter that a plan goes by, and from where it counts; say whether that can be."""
    written, known = entry.values.get("meter"), row.meter_id if row is not None else None
    meter = ledger.uow.find(Meter, plain_code=plain_code(written)) if written else None
    every_use = fields.get("every_use", row.every_use if row is not None else 0)
    if written and (meter is None or meter.kind != MeterKind.COUNTER):
        reason = (
            "is no meter I know; add it to meters.csv" if meter is None else "is a gauge, and only a counter counts use"
        )
        ledger.wrong.append(entry.wrong("meter", reason))
        return False
    meter_id = meter.id if meter is not None else None if written == "" else known
    if (meter_id is None) != (not every_use):
        ledger.wrong.append(entry.wrong("every_use", "and the meter belong together: name both or neither"))
        return False
    if row is None or (meter_id, every_use) != (row.meter_id, row.every_use):
        used = ledger.uow.get(Meter, meter_id).used if meter_id is not None else 0
        fields |= {"meter_id": meter_id, "next_use": used + every_use}
    return True


def _dated(ledger: Ledger, entry: Entry, fields: dict[str, Any], row: Any) -> bool:
    """Work out when the plan comes due where its days are new or have changed; say whether it ever does."""
    said: dict[str, Any] = {name: fields.get(name, getattr(row, name, None)) for name in plan_calendar.SCHEDULED}
    if row is not None and all(said[name] == getattr(row, name) for name in plan_calendar.SCHEDULED):
        return True
    if said["first_day"] is None or not _believable(said["first_day"]):
        ledger.wrong.append(entry.wrong("first_day", f"lies outside of {FIRST_YEAR} to {LAST_YEAR}"))
        return False
    if said["basis"] == Basis.FLOATING and "COUNT=" in said["every"]:
        ledger.wrong.append(entry.wrong("every", "counts (COUNT), which only a fixed plan can; give it a last day"))
        return False
    pauses = ledger.uow.all(PlanPause, plan_id=row.id) if row is not None else []
    fields |= plan_calendar.begun(ledger.uow, said, tuple(Pause(one.first, one.last) for one in pauses))
    if fields["next_due"] is None and said["every"] and row is None:
        ledger.wrong.append(entry.wrong("every", "never comes due from its first day to its last one"))
    elif said["every"] and said["first_day"] < today(ledger.uow) and row is None:
        ledger.notes.append(
            f"{entry.file}: {fields['code']} began before today; it comes due next on {fields['next_due']}."
        )
    return True


def _believable(day: date) -> bool:
    return FIRST_YEAR <= day.year <= LAST_YEAR


def _write_parts(ledger: Ledger, entries: Entries) -> None:
    plans, parts = by_plain_code(ledger.uow, MaintenancePlan), by_plain_code(ledger.uow, Part)
    for entry in entries:
        plan = plans.get(plain_code(entry.values["plan"]))
        wanted = _parts(ledger, entry, parts)
        if plan is None or wanted is None:
            continue
        known = {row.part_id: row for row in ledger.uow.all(PlanPart, plan_id=plan.id)}
        for part_id, quantity in wanted.items():
            if part_id not in known:
                ledger.uow.add(PlanPart, plan_id=plan.id, part_id=part_id, quantity=quantity)
            elif known[part_id].quantity != quantity:
                ledger.uow.change(PlanPart, known[part_id].id, quantity=quantity)
        gone = [row.id for part_id, row in known.items() if part_id not in wanted]
        _forget(ledger, gone)


def _parts(ledger: Ledger, entry: Entry, parts: Mapping[str, Any]) -> dict[int, int] | None:
    """Read ``P-10231 x 2 + P-10302 x 0.5`` as parts and thousandths; None where something is wrong."""
    wanted: dict[int, int] = {}
    for written in filter(None, (one.strip() for one in re.split(r"[+|;]", entry.values["parts"]))):
        found = _PART.fullmatch(written)
        part = parts.get(plain_code(found["part"] if found else written))
        if part is None:
            ledger.wrong.append(
                entry.wrong("parts", f"names “{written[:40]}”, which is no part I know; write P-10231 x 2")
            )
            return None
        try:
            wanted[part.id] = wanted.get(part.id, 0) + quantity_of(found["quantity"] if found else "1", part.unit)
        except Refusal as unclear:
            ledger.wrong.append(entry.wrong("parts", f"has a quantity that cannot be taken: {unclear}".rstrip(".")))
            return None
    return wanted


def _forget(ledger: Ledger, gone: Sequence[int]) -> None:
    rows = table(PlanPart)
    for number in gone:
        ledger.uow.run(rows.delete().where(rows.c.id == number))
