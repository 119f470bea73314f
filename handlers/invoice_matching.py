"""Holding a captured invoice against its orders as they stand: it fits, it differs, and what counts as billed moves with that."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import bindparam, func, or_, select, update

from handlers import invoice_bookings
from handlers.invoice_content import ALL_CHARGED, Papers, found_in, held, in_states, of_order, subject_of, written
from handlers.need_raising import TIMES
from handlers.order_content import Dossier, Line, locked
from orders.invoices import COUNTED, INVOICES, Found, InvoiceEvent, InvoiceKind, InvoiceState
from orders.matching import (
    WAYS,
    Bill,
    Charged,
    Credited,
    Order,
    Ordered,
    Way,
    match,
    match_credit,
    required,
)
from orders.money import line_amount
from orders.people import CHARGEHAND, Actor
from orders.purchase_orders import OrderState
from storage.prepared import Prepared
from storage.tables import Invoice, InvoiceLine, Part, PurchaseOrderLine, Requisition
from storage.unit_of_work import Note, UnitOfWork, table

_ORDERED, _LINES, _INVOICES = table(PurchaseOrderLine), table(InvoiceLine), table(Invoice)
_RAISE = Prepared(
    update(_ORDERED).where(_ORDERED.c.id == bindparam("of_line")).values(billed=_ORDERED.c.billed + bindparam("more"))
)
_CREDITED = Prepared(
    select(
        _LINES.c.order_line_id, func.sum(_LINES.c.quantity).label("quantity"), func.sum(_LINES.c.amount).label("amount")
    )
    .join(_INVOICES, _INVOICES.c.id == _LINES.c.invoice_id)
    .where(_INVOICES.c.refers_to_id == bindparam("invoice"), _INVOICES.c.id != bindparam("but"))
    .where(in_states((*COUNTED, InvoiceState.CAPTURED)))
    .group_by(_LINES.c.order_line_id)
)
"""What credit notes of one invoice take off each order line: those that count, and those that wait for it."""
_OTHERS = Prepared(
    ALL_CHARGED.join(_ORDERED, _ORDERED.c.id == _LINES.c.order_line_id)
    .where(_ORDERED.c.order_id == bindparam("order"), _INVOICES.c.exceptions == "")
    .where(_INVOICES.c.id != bindparam("invoice"))
    .where(or_(_INVOICES.c.refers_to_id.is_(None), _INVOICES.c.refers_to_id != bindparam("invoice")))
)
"""What invoices that fit charge of each order line beside one of them and its credit notes."""


def examine(uow: UnitOfWork, papers: Papers) -> list[Found]:
    """Return every difference of an invoice from its orders as they stand now, its own share of what is billed left out."""
    if papers.kind is InvoiceKind.CREDIT_NOTE:
        return _of_credit(uow, papers)
    given = _credits(uow, papers.invoice.id)
    bill = _bill(uow, papers, dict(given))
    orders = [_order(uow, papers, dossier) for dossier in papers.dossiers.values()]
    ordered = [line for dossier in papers.dossiers.values() for line in _ordered(uow, papers, dossier)]
    policy = uow.plant.invoices if not given else replace(uow.plant.invoices, tax_percents=())
    return match(bill, orders, ordered, policy)


def _bill(uow: UnitOfWork, papers: Papers, back: dict[int, tuple[int, int]]) -> Bill:
    """Return what is asked for, less what credit notes take ``back`` of each order line."""
    invoice = papers.invoice
    lines = [_charged(line, back) for line in papers.lines]
    earlier = uow.find(Invoice, id=invoice.duplicate_of_id) if invoice.duplicate_of_id is not None else None
    return Bill(
        currency=invoice.currency,
        lines=[line for line in lines if line.quantity],
        charges=invoice.charges - _charges_back(uow, invoice.id),
        tax=invoice.tax,
        duplicate_of=f"on {earlier.captured_at.astimezone(uow.plant.zone):%d %b %Y}" if earlier is not None else "",
    )


def _charged(line: InvoiceLine, back: dict[int, tuple[int, int]]) -> Charged:
    """Return a line less what credit notes take off it; each credit is used once."""
    quantity, amount = back.pop(line.order_line_id, (0, 0)) if line.order_line_id is not None else (0, 0)
    return Charged(line.line, line.order_line_id, line.quantity - quantity, line.amount - amount, line.tax_rate)


def _credits(uow: UnitOfWork, invoice_id: int, but: int = 0) -> dict[int, tuple[int, int]]:
    rows = uow.rows(_CREDITED, invoice=invoice_id, but=but)
    return {row.order_line_id: (int(row.quantity), int(row.amount)) for row in rows if row.order_line_id is not None}


def _charges_back(uow: UnitOfWork, invoice_id: int) -> int:
    """Return what credit notes take off an invoice's charges."""
    states = {state.value for state in (*COUNTED, InvoiceState.CAPTURED)}
    return sum(row.charges for row in uow.all(Invoice, refers_to_id=invoice_id) if row.state in states)


def _order(uow: UnitOfWork, papers: Papers, dossier: Dossier) -> Order:
    first = dossier.order.id == min(papers.dossiers)
    but = papers.invoice.id
    agreed = invoice_bookings.agreed_freight(dossier)
    left = agreed - invoice_bookings.charged_freight(uow, dossier.order.id, but)
    return Order(
        name=dossier.name,
        currency=dossier.order.currency,
        same_supplier=dossier.order.supplier_id == papers.invoice.supplier_id,
        cancelled=dossier.state is OrderState.CANCELLED,
        closed=dossier.state is OrderState.CLOSED,
        freight_left=0 if not first else max(left, 0) if agreed >= 0 else left,
    )


def _ordered(uow: UnitOfWork, papers: Papers, dossier: Dossier) -> Iterable[Ordered]:
    own: dict[int, int] = {}
    if papers.counts:
        for line in papers.lines:
            own[line.order_line_id or 0] = own.get(line.order_line_id or 0, 0) + line.quantity
    wanted = {line.order_line_id for line in papers.lines}
    credited = _credits(uow, papers.invoice.id) if papers.counts else {}
    others = _dearer(uow, papers.invoice.id, dossier)
    for each in dossier.lines:
        if each.id in wanted:
            way, ordered = way_of(uow, dossier, each), each.quantity - each.cancelled
            billed = each.billed - own.get(each.id, 0) + credited.get(each.id, (0, 0))[0]
            yield Ordered(
                id=each.id,
                order=dossier.name,
                line=each.line,
                unit=each.unit,
                price=each.price,
                ordered=ordered,
                received=each.received,
                accepted=each.accepted,
                rejected=each.rejected,
                billed=billed,
                over=others.get(each.id, 0),
                tolerance_percent=_tolerance(uow, dossier, each),
                way=way,
                # More than ordered is never accepted unless whoever approved the order said so.
                kept=each.accepted if way is not Way.TWO and each.accepted > ordered else 0,
            )


def _dearer(uow: UnitOfWork, invoice_id: int, dossier: Dossier) -> dict[int, int]:
    """Return by order line how many minor units other invoices were dearer than ordered, which nobody had to accept."""
    found = {}
    for row in uow.rows(_OTHERS, order=dossier.order.id, invoice=invoice_id):
        line = dossier.line(row.order_line_id)
        if line is not None:
            expected = line_amount(int(row.quantity), line.price, dossier.order.currency).minor
            found[line.id] = max(int(row.amount) - expected, 0)
    return found


def _tolerance(uow: UnitOfWork, dossier: Dossier, line: Line) -> int:
    """Return by how many percent more than ordered may be received, and so billed: part, else supplier, else plant."""
    supplier = dossier.supplier.tolerance_percent if dossier.supplier is not None else None
    known = (line.tolerance_percent, supplier, uow.plant.tolerance_percent)
    return next((each for each in known if each is not None), 0)


def way_of(uow: UnitOfWork, dossier: Dossier, line: Line) -> Way:
    """Return how many papers a line takes, by what it is."""
    part = uow.find(Part, id=line.part_id) if line.part_id is not None else None
    needs = [uow.get(Requisition, share.requisition_id) for share in dossier.shares(line.id)] if part is None else []
    service = part is None and (line.unit in TIMES or any(need.service for need in needs))
    inspected = part is not None and part.inspected
    return WAYS[required(service=service, inspected=inspected, accept_services=uow.plant.invoices.accept_services)]


# -- credit notes


def credits_beside(uow: UnitOfWork, papers: Papers) -> list[Invoice]:
    """Return the credit notes that count and take something off an invoice, or off what it charges, oldest first."""
    lines = {line.order_line_id for line in papers.lines if line.order_line_id is not None}
    beside = {line.invoice_id for number in lines for line in uow.all(InvoiceLine, order_line_id=number)}
    beside |= {row.id for row in uow.all(Invoice, refers_to_id=papers.invoice.id)}
    found = [uow.get(Invoice, number) for number in sorted(beside)]
    return [one for one in found if one.kind == InvoiceKind.CREDIT_NOTE and one.state in COUNTED]


def _of_credit(uow: UnitOfWork, papers: Papers) -> list[Found]:
    """Hold a credit note against its invoice, and write down how much of the goods it takes back."""
    invoice = uow.find(Invoice, id=papers.invoice.refers_to_id) if papers.invoice.refers_to_id is not None else None
    bill = _bill(uow, papers, {})
    if invoice is None or invoice.state == InvoiceState.VOIDED:
        return match_credit([], bill=bill, invoice="", invoice_currency="")
    charges: dict[int, tuple[int, int]] = {}
    for charge in uow.all(InvoiceLine, invoice_id=invoice.id):
        before = charges.get(charge.order_line_id or 0, (0, 0))
        charges[charge.order_line_id or 0] = (before[0] + charge.quantity, before[1] + charge.amount)
    taken = _credits(uow, invoice.id, papers.invoice.id)
    rows = []
    for line in papers.lines:
        whole, off = charges.get(line.order_line_id or 0, (0, 0)), taken.get(line.order_line_id or 0, (0, 0))
        left = (whole[0] - off[0], whole[1] - off[1])
        rows.append(Credited(Charged(line.line, line.order_line_id, line.quantity, line.amount), *left))
    for line, row in zip(papers.lines, rows, strict=True):
        if not papers.counts and row.quantity != line.quantity:
            uow.change(InvoiceLine, line.id, quantity=row.quantity)
    return match_credit(rows, bill=bill, invoice=f"invoice {invoice.number}", invoice_currency=invoice.currency)


def _credit_settled(uow: UnitOfWork, papers: Papers) -> Papers:
    """Let a credit note count with its invoice: at once where that counts, else as soon as both together fit."""
    papers = held(uow, papers.invoice.id)
    found = examine(uow, papers)
    if found:
        return _moved(uow, papers, InvoiceEvent.DIFFER, found)
    invoice = held(uow, papers.invoice.refers_to_id or 0)
    if not invoice.counts:
        invoice = settled(uow, invoice)
    return _moved(uow, held(uow, papers.invoice.id), InvoiceEvent.FIT, []) if invoice.counts else papers


# -- moving


def settled(uow: UnitOfWork, papers: Papers) -> Papers:
    """Hold an invoice against its orders and move it accordingly; one that is exported stays as it is."""
    if papers.state in (InvoiceState.EXPORTED, InvoiceState.VOIDED):
        return papers
    if papers.kind is InvoiceKind.CREDIT_NOTE and not papers.counts:
        return _credit_settled(uow, papers)
    found = examine(uow, papers)
    if papers.counts:
        return _fell(uow, papers, found) if _no_longer(papers, found) else papers
    return _moved(uow, papers, InvoiceEvent.DIFFER if found else InvoiceEvent.FIT, found)


def _no_longer(papers: Papers, found: list[Found]) -> bool:
    """Say whether an invoice that counts differs beyond what somebody accepted of it: in money alone, and by no more."""
    accepted = sum(one.amount for one in papers.found)
    lawful = all(one.kind.acceptable for one in found)
    return bool(found) and not (papers.found and lawful and sum(one.amount for one in found) <= accepted)


def _fell(uow: UnitOfWork, papers: Papers, found: list[Found]) -> Papers:
    """Let an invoice that no longer fits count no more, and its credit notes wait for it."""
    fallen = _moved(uow, papers, InvoiceEvent.DIFFER, found)
    for row in uow.all(Invoice, refers_to_id=papers.invoice.id):
        if row.state in (InvoiceState.MATCHED, InvoiceState.RELEASED):
            _moved(uow, held(uow, row.id), InvoiceEvent.WAIT, [])
    return fallen


def _moved(uow: UnitOfWork, papers: Papers, event: InvoiceEvent, found: list[Found]) -> Papers:
    return moved(uow, papers, event, CHARGEHAND, exceptions=written(found))


def moved(uow: UnitOfWork, papers: Papers, event: InvoiceEvent, actor: Actor, /, **values: object) -> Papers:
    """Take one step of the table; what counts as billed moves with it. Returns the invoice as it stands then."""
    target = INVOICES.follow(papers.state, event, actor, subject=papers.name)
    state = InvoiceState(target.value)
    before = papers.invoice
    same = state is papers.state and all(getattr(before, name) == value for name, value in values.items())
    if same:
        return papers
    uow.change(Invoice, before.id, state=state.value, version=before.version + 1, **values)
    counts = state in COUNTED
    if counts is not papers.counts:
        _count(uow, papers, 1 if counts else -1)
    after = {"state": state.value, "differs": [one.difference.value for one in _found_after(values, papers)]}
    note = Note(subject_of(before.id), event.value, before={"state": before.state}, after=after)
    uow.audit(replace(note, words=str(values.get("reason", ""))))
    return held(uow, before.id)


def _found_after(values: dict[str, object], papers: Papers) -> list[Found]:
    """Return the differences that stand after a step."""
    return found_in(Invoice(exceptions=str(values["exceptions"]))) if "exceptions" in values else papers.found


def _count(uow: UnitOfWork, papers: Papers, sign: int) -> None:
    """Raise or lower what is billed of each order line; a credit note lowers it by the goods that it takes back."""
    sign = -sign if papers.kind is InvoiceKind.CREDIT_NOTE else sign
    lines = held(uow, papers.invoice.id).lines
    for line in lines:
        if line.order_line_id is not None and line.quantity:
            uow.write(_RAISE, of_line=line.order_line_id, more=sign * line.quantity)


def book(uow: UnitOfWork, order_ids: Iterable[int]) -> None:
    """Bring the budgets of orders to what their invoices charge now; once in a happening."""
    for order_id in sorted(set(order_ids)):
        dossier = locked(uow, order_id)
        two_way = frozenset(line.id for line in dossier.lines if way_of(uow, dossier, line) is Way.TWO)
        invoice_bookings.settle(uow, dossier, two_way)


def rechecked(uow: UnitOfWork, order_id: int) -> list[Papers]:
    """Hold every invoice of an order against it again, because goods came, were inspected or went back; returns those that moved.

    What fits by now is matched; what no longer does is an exception again, unless the ERP has it already.
    """
    return rechecked_all(uow, [order_id])


def rechecked_all(uow: UnitOfWork, order_ids: Iterable[int]) -> list[Papers]:
    """Hold every invoice of several orders against them again, and book once what follows; returns those that moved."""
    wanted = sorted(set(order_ids))
    before = {one.invoice.id: one for number in wanted for one in of_order(uow, locked(uow, number))}
    if not before:
        return []
    for number in sorted(before):
        settled(uow, held(uow, number))
    now = {number: held(uow, number) for number in before}
    book(uow, {*wanted, *(number for papers in now.values() for number in papers.dossiers)})
    return [one for number, one in now.items() if one.invoice.version != before[number].invoice.version]


def differences(uow: UnitOfWork) -> list[str]:
    """Name in sentences every order line whose billed counter is not what its invoices charge; empty when all agree."""
    counted = {row.order_line_id: int(row.quantity) for row in uow.run(ALL_CHARGED)}
    rows = uow.all(PurchaseOrderLine, _ORDERED.c.billed != 0) + [
        uow.get(PurchaseOrderLine, number) for number, quantity in counted.items() if quantity and number is not None
    ]
    return [
        f"Order line {number} says {billed} billed, its invoices {counted.get(number, 0)}."
        for number, billed in sorted({row.id: row.billed for row in rows}.items())
        if billed != counted.get(number, 0)
    ]


__all__ = ["book", "differences", "examine", "moved", "rechecked", "rechecked_all", "settled", "way_of"]
