"""Counting a supplier's figures: facts written once with what they come from, and their sums by month in the same transaction."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.exc import IntegrityError

from handlers.order_content import Dossier, Line, today
from orders.money import line_amount
from orders.supplier_figures import BY_NAME, Came, FigureKind, Tally, counted, months_back
from storage.prepared import Prepared
from storage.tables import Receipt, ReceiptLine, SupplierFact, SupplierMonth, SupplierPart
from storage.unit_of_work import UnitOfWork, table

_FACTS, _MONTHS = table(SupplierFact), table(SupplierMonth)
_RAISE = Prepared(
    update(_MONTHS)
    .where(
        _MONTHS.c.supplier_id == bindparam("of_supplier"),
        _MONTHS.c.month == bindparam("of_month"),
        _MONTHS.c.figure == bindparam("of_figure"),
        _MONTHS.c.currency == bindparam("of_currency"),
    )
    .values(good=_MONTHS.c.good + bindparam("more_good"), total=_MONTHS.c.total + bindparam("more_total"))
)
POSTED, REVERSED, ANSWERED, MATCHED = "posted", "reversed", "answered", "matched"


def note(  # noqa: PLR0917  # a fact has as many sides
    uow: UnitOfWork, supplier_id: int, figure: str, tally: Tally, source: str, cause: str, currency: str = ""
) -> None:
    """Write down one fact and add it to its month; the same figure of the same source and cause is refused by the database."""
    month = f"{today(uow):%Y-%m}"
    place = {"supplier_id": supplier_id, "month": month, "figure": figure, "currency": currency}
    sums = {"good": tally.good, "total": tally.total}
    uow.add(SupplierFact, **place, **sums, source=source, cause=cause, at=uow.now)
    _add(uow, place, sums)


def _add(uow: UnitOfWork, place: Mapping[str, object], sums: Mapping[str, int]) -> None:
    """Add to the sum of a month, which two receipts may begin at once."""
    given = {f"of_{name.removesuffix('_id')}": held for name, held in place.items()}
    given |= {f"more_{name}": held for name, held in sums.items()}
    if uow.write(_RAISE, **given):
        return
    savepoint = uow.connection.begin_nested()
    try:
        uow.add(SupplierMonth, **place, **sums)
    except IntegrityError:
        savepoint.rollback()
        uow.write(_RAISE, **given)
    else:
        savepoint.commit()


def posted(uow: UnitOfWork, receipt_id: int, before: Dossier) -> None:
    """Count a receipt that has just been posted; ``before`` is its order before the counters rose."""
    receipt, supplier = uow.get(Receipt, receipt_id), before.supplier
    if supplier is None:
        return
    for row in uow.all(ReceiptLine, receipt_id=receipt_id):
        line = before.line(row.order_line_id)
        if line is None or not row.counted:
            continue
        source = f"{receipt.number}/{line.line}"
        for figure, tally in counted(_came(uow, before, line, row)).items():
            currency = before.order.currency if BY_NAME[figure].kind is FigureKind.VARIANCE else ""
            note(uow, supplier.id, figure, tally, source, POSTED, currency)


def _came(uow: UnitOfWork, before: Dossier, line: Line, row: ReceiptLine) -> Came:
    order, here = before.order, row.counted or 0
    accepted, listed = max(here - row.rejected, 0), _list_price(uow, before, line)
    return Came(
        expected=line.quantity - line.cancelled,
        is_first=not line.received,
        here=here,
        rejected=row.rejected,
        on=today(uow),
        due_on=line.deliver_by or order.deliver_by,
        promised_on=line.promised_on or order.promised_on,
        paid=line_amount(accepted, line.price, order.currency).minor,
        listed=line_amount(accepted, listed, order.currency).minor if listed else 0,
    )


def _list_price(uow: UnitOfWork, before: Dossier, line: Line) -> int:
    """Return the supplier's price on record for a line, 0 where there is none in the same unit and currency."""
    if line.part_id is None:
        return 0
    offer = uow.find(SupplierPart, supplier_id=before.order.supplier_id, part_id=line.part_id)
    same = offer is not None and (offer.unit or line.unit, offer.currency) == (line.unit, before.order.currency)
    return int(offer.price) if offer is not None and same else 0


def reversed_(uow: UnitOfWork, receipt_number: str) -> None:
    """Take back what a receipt counted, with facts of the opposite sign: a receipt that was none says nothing of a supplier."""
    facts = uow.all(SupplierFact, _FACTS.c.source.startswith(f"{receipt_number}/", autoescape=True), cause=POSTED)
    for fact in facts:
        uow.add(
            SupplierFact, supplier_id=fact.supplier_id, month=fact.month, figure=fact.figure, currency=fact.currency,
            good=-fact.good, total=-fact.total, source=fact.source, cause=REVERSED, at=uow.now,
        )  # fmt: skip
        place = {name: getattr(fact, name) for name in ("supplier_id", "month", "figure", "currency")}
        _add(uow, place, {"good": -fact.good, "total": -fact.total})


def invoiced(uow: UnitOfWork, supplier_id: int, source: str, *, right: bool) -> None:
    """Count an invoice that was held against its orders for the first time."""
    note(uow, supplier_id, "invoice", Tally(int(right), 1), source, MATCHED)


def answered(uow: UnitOfWork, dossier: Dossier) -> None:
    """Count how long a supplier took for its first answer to an order, in working minutes."""
    order = dossier.order
    if order.sent_at is None or order.supplier_id is None:
        return
    waited = uow.plant.working.between(order.sent_at, uow.now, uow.plant.zone)
    note(uow, order.supplier_id, "answer", Tally(int(waited.total_seconds() // 60), 1), dossier.name, ANSWERED)


def sums(uow: UnitOfWork, supplier_id: int, months: Sequence[str]) -> dict[tuple[str, str, str], Tally]:
    """Return a supplier's sums by figure, month and currency; a few rows, however much was ever received."""
    rows = uow.all(SupplierMonth, _MONTHS.c.month.in_(list(months)), supplier_id=supplier_id)
    return {(row.figure, row.month, row.currency): Tally(row.good, row.total) for row in rows}


def over(uow: UnitOfWork, supplier_id: int, months: int, day: date) -> dict[str, Tally]:
    """Return a supplier's figures of the last months together; of figures in money, the currency with the most of it."""
    found: dict[tuple[str, str], Tally] = {}
    for (figure, _, currency), tally in sums(uow, supplier_id, months_back(day, months)).items():
        found[figure, currency] = found.get((figure, currency), Tally()) + tally
    told: dict[str, Tally] = {}
    for (figure, _), tally in sorted(found.items(), key=lambda each: each[1].total):
        told[figure] = tally
    return told


def recount(uow: UnitOfWork) -> dict[tuple[int, str, str, str], Tally]:
    """Count all facts anew, for whoever checks that the sums are what they say."""
    names = (_FACTS.c.supplier_id, _FACTS.c.month, _FACTS.c.figure, _FACTS.c.currency)
    query = select(*names, func.sum(_FACTS.c.good), func.sum(_FACTS.c.total)).group_by(*names)
    return {(row[0], row[1], row[2], row[3]): Tally(int(row[4]), int(row[5])) for row in uow.run(query)}


def differences(uow: UnitOfWork) -> Iterator[str]:
    """Say in sentences where a sum is not what its facts come to."""
    facts = recount(uow)
    for row in uow.all(SupplierMonth):
        place = (row.supplier_id, row.month, row.figure, row.currency)
        counted_, kept = facts.pop(place, Tally()), Tally(row.good, row.total)
        if counted_ != kept:
            said = f"{kept.good} of {kept.total}, its facts {counted_.good} of {counted_.total}"
            yield f"Supplier {row.supplier_id} has {said} of {row.figure} in {row.month}."
    for (supplier, month, figure, _), left in facts.items():
        if left != Tally():
            yield f"Supplier {supplier} has facts of {figure} in {month}, and no sum of them."
