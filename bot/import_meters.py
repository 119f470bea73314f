"""Writes what meters.csv and readings.csv say: meters by their code, and their readings in the order in which they were taken."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bot.import_columns import SHAPES
from bot.import_ledger import Ledger, Wanted, upsert
from bot.import_reading import Entry
from bot.import_writing import by_plain_code, fields_of, plain_code
from handlers import readings
from handlers.readings import Told
from orders.errors import Refusal
from orders.meters import MeterKind
from storage.tables import Asset, Meter, MeterReading

Entries = Sequence[Entry]


def write_meters(ledger: Ledger, entries: Entries) -> None:
    """Write meters by their code; where one stands comes from its readings alone."""
    assets, existing = by_plain_code(ledger.uow, Asset), by_plain_code(ledger.uow, Meter)
    found = [_meter(ledger, entry, assets, existing.get(plain_code(entry.values["meter"]))) for entry in entries]
    upsert(ledger, Meter, [want for want in found if want is not None], existing, shape="meters")


def _meter(ledger: Ledger, entry: Entry, assets: dict[str, Any], row: Any) -> Wanted | None:
    plain = plain_code(entry.values["meter"])
    fields = {**fields_of(SHAPES["meters"], entry), "plain_code": plain}
    fields["code"] = row.code if row else fields["code"]
    asset = assets.get(plain_code(entry.values.get("asset") or ""))
    if asset is None and (row is None or entry.values.get("asset")):
        ledger.wrong.append(entry.wrong("asset", "is no asset I know; add it to assets.csv"))
        return None
    fields |= {"asset_id": asset.id} if asset is not None else {}
    if row is None:
        fields = {"name": fields["code"], "kind": MeterKind.COUNTER.value} | fields
    high, low = (fields.get(name, getattr(row, name, None)) for name in ("high", "low"))
    if high is not None and low is not None and low >= high:
        ledger.wrong.append(entry.wrong("low", "is not below the upper limit"))
        return None
    return Wanted(plain, fields["code"], entry, fields)


def write_readings(ledger: Ledger, entries: Entries) -> None:
    """Keep readings, the earliest first; one that is kept already is the same, any other has to be lawful."""
    meters = by_plain_code(ledger.uow, Meter)
    zone = ledger.uow.plant.zone
    dated = [(_aware(entry.values["at"], zone), entry) for entry in entries]
    for at, entry in sorted(dated, key=lambda each: (each[0], each[1].line)):
        meter = meters.get(plain_code(entry.values["meter"]))
        if meter is None:
            ledger.wrong.append(entry.wrong("meter", "is no meter I know; add it to meters.csv"))
            continue
        _read(
            ledger, entry, meter.id, Told(entry.values["value"], at, "import", reset=entry.values.get("reset", False))
        )


def _aware(at: datetime, zone: Any) -> datetime:
    return (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC)


def _read(ledger: Ledger, entry: Entry, meter_id: int, told: Told) -> None:
    known = ledger.uow.find(MeterReading, meter_id=meter_id, at=told.at)
    if known is not None and known.value == told.value:
        ledger.count("readings", (meter_id, told.at), "same")
        return
    try:
        readings.taken(ledger.uow, ledger.uow.get(Meter, meter_id), told)
    except Refusal as refused:
        ledger.wrong.append(entry.wrong("value", f"cannot be taken: {refused}".rstrip(".")))
    else:
        ledger.count("readings", (meter_id, told.at), "new")
