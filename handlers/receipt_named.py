"""Receipts and returns by the numbers that people type."""

from datetime import datetime

from orders import numbering
from orders.errors import NotKnown
from storage.tables import Receipt, SupplierReturn
from storage.unit_of_work import UnitOfWork


def receipt_named(uow: UnitOfWork, written: str) -> Receipt:
    """Find a receipt by its number or a short form of it such as ``GR-44``; raises ``NotKnown``."""
    found = next((row for name in _numbers(uow, written, "receipt") if (row := uow.find(Receipt, number=name))), None)
    if found is None:
        raise NotKnown(kind="receipt", written=written.strip(), hint="Write it as on the card, for instance GR-44.")
    return found


def return_named(uow: UnitOfWork, written: str) -> SupplierReturn:
    """Find a return to a supplier by its number or a short form of it such as ``RT-4``; raises ``NotKnown``."""
    names = _numbers(uow, written, "supplier_return")
    found = next((row for name in names if (row := uow.find(SupplierReturn, number=name))), None)
    if found is None:
        raise NotKnown(kind="return", written=written.strip(), hint="Write it as on the card, for instance RT-4.")
    return found


def _numbers(uow: UnitOfWork, written: str, kind: str) -> list[str]:
    """Return the full numbers that something written may stand for."""
    text = written.strip().upper()
    read = numbering.shortened(text)
    if read is None:
        return [text]
    _, year, number = read
    at = datetime(year, 1, 1, tzinfo=uow.plant.zone) if year else uow.now.astimezone(uow.plant.zone)
    return [text, numbering.number(uow.plant.patterns[kind], number, at)]
