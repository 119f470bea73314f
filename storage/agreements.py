"""Agreements: what they say, and what is ordered from them as a ledger whose running sums move with it, under one lock."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import bindparam, func, select, update

from orders import numbering
from orders.agreement_terms import LineTerms, PriceBasis, Terms
from orders.agreements import AGREEMENT_KINDS, AGREEMENTS, AgreementEvent, AgreementState, standing
from orders.budgets import Promise
from orders.call_offs import Agreed, AgreedLine, Drawn, Measure, check_left, check_open
from orders.charges import Burden, Carrier
from orders.errors import NotKnown
from orders.money import QUANTITY_SCALE, line_amount
from orders.people import CHARGEHAND
from orders.price_breaks import Break
from orders.purchase_orders import OrderKind, OrderState
from storage.charges import burdens, charges_in
from storage.prepared import Prepared
from storage.stock import in_part_units
from storage.tables import (
    Agreement,
    AgreementBreak,
    AgreementEntry,
    AgreementLine,
    CostCentre,
    PurchaseOrder,
    PurchaseOrderLine,
    Supplier,
)
from storage.unit_of_work import Note, UnitOfWork, table

_LEDGER, _AGREED, _LINES = table(AgreementEntry), table(AgreementLine), table(PurchaseOrderLine)
_HEADS, _BREAKS = table(Agreement), table(AgreementBreak)
_BOOKED = Prepared(
    select(
        _LEDGER.c.line,
        _LEDGER.c.agreement_line_id,
        func.sum(_LEDGER.c.quantity).label("quantity"),
        func.sum(_LEDGER.c.amount).label("amount"),
    )
    .where(_LEDGER.c.agreement_id == bindparam("agreement"), _LEDGER.c.order_id == bindparam("order"))
    .group_by(_LEDGER.c.line, _LEDGER.c.agreement_line_id)
)
_OF_AGREEMENT = Prepared(
    select(
        *_LINES.c["id", "line", "quantity", "unit", "pack_unit", "pack_size"],
        *_AGREED.c["estimate", "released_quantity", "released_amount"],
    )
    .select_from(_LINES)
    .outerjoin(_AGREED, _AGREED.c.line_id == _LINES.c.id)
    .where(_LINES.c.order_id == bindparam("order"))
    .order_by(_LINES.c.line)
)
_BREAKS_OF = Prepared(
    select(_LINES.c.line, _BREAKS.c.from_quantity, _BREAKS.c.price)
    .join(_LINES, _LINES.c.id == _BREAKS.c.line_id)
    .where(_LINES.c.order_id == bindparam("order"))
    .order_by(_BREAKS.c.from_quantity)
)
_RAISE = Prepared(
    update(_HEADS)
    .where(_HEADS.c.order_id == bindparam("of"))
    .values(released_amount=_HEADS.c.released_amount + bindparam("more"))
)
_RAISE_LINE = Prepared(
    update(_AGREED)
    .where(_AGREED.c.line_id == bindparam("of"))
    .values(
        released_quantity=_AGREED.c.released_quantity + bindparam("more_quantity"),
        released_amount=_AGREED.c.released_amount + bindparam("more_amount"),
    )
)
GIVEN_UP = frozenset({OrderState.DRAFT, OrderState.CANCELLED, OrderState.REJECTED_BY_SUPPLIER})
"""States in which an order takes nothing from its agreement beyond what was accepted of it."""


def terms(uow: UnitOfWork, order_id: int) -> Terms:
    """Return what an agreement says beyond its order's lines."""
    head = head_of(uow, order_id)
    centre = uow.find(CostCentre, id=head.cost_centre_id) if head.cost_centre_id is not None else None
    steps: dict[int, tuple[Break, ...]] = {}
    for row in uow.rows(_BREAKS_OF, order=order_id):
        steps[row.line] = (*steps.get(row.line, ()), Break(row.from_quantity, row.price))
    said = (
        LineTerms(row.line, row.estimate or 0, steps.get(row.line, ()))
        for row in uow.rows(_OF_AGREEMENT, order=order_id)
    )
    return Terms(
        first=head.first,
        last=head.last,
        amount_limit=head.amount_limit,
        minimum_release=head.minimum_release,
        basis=PriceBasis(head.price_basis or PriceBasis.PER_RELEASE),
        cost_centre=centre.code if centre is not None else None,
        lines=tuple(each for each in said if each.estimate or each.breaks),
    )


def head_of(uow: UnitOfWork, order_id: int) -> Agreement:
    """Return the agreement behind an order; raises ``NotKnown`` for an order that is none."""
    head = uow.find(Agreement, order_id=order_id)
    if head is None:
        raise NotKnown(kind="agreement", written="with this number", hint="`agreements` lists them.")
    return head


def lock(uow: UnitOfWork, order_id: int) -> Agreement:
    """Return an agreement and keep everybody else from ordering from it or changing it until the commit."""
    return uow.lock(Agreement, head_of(uow, order_id).id)


def agreed(uow: UnitOfWork, order_id: int, head: Agreement | None = None) -> Agreed:
    """Return an agreement as it stands, for the rules to judge by."""
    order, head = uow.get(PurchaseOrder, order_id), head or head_of(uow, order_id)
    supplier = uow.find(Supplier, id=order.supplier_id) if order.supplier_id is not None else None
    return Agreed(
        name=order.number or order.draft_number,
        kind=OrderKind(order.kind),
        state=standing(OrderState(order.state), head.state),
        supplier=supplier.name if supplier is not None else "",
        currency=order.currency,
        first=head.first,
        last=head.last,
        amount_limit=head.amount_limit,
        minimum_release=head.minimum_release,
        released=head.released_amount,
        lines=tuple(_agreed_lines(uow, order_id)),
    )


def _agreed_lines(uow: UnitOfWork, order_id: int) -> Iterator[AgreedLine]:
    tolerance = uow.plant.planned_tolerance_percent or 0
    for row in uow.rows(_OF_AGREEMENT, order=order_id):
        measure = Measure(row.unit, in_part_units(QUANTITY_SCALE, row))
        yield AgreedLine(row.line, measure, in_part_units(row.quantity, row), row.released_quantity or 0, tolerance)


@dataclass(frozen=True, slots=True)
class _Take:
    """What one line of an order takes from its agreement: the agreement's line, part's own unit, minor units."""

    agreement_line_id: int | None
    quantity: int
    amount: int
    allowed: int | None = None
    """What may be ordered of that line in all, as the plant has it now."""


def _above(uow: UnitOfWork, order: PurchaseOrder) -> list[tuple[PurchaseOrder, dict[int, _Take]]]:
    """Return the agreements that an order is ordered under, nearest first, each with what the order takes from it."""
    if order.parent_id is None or OrderKind(order.kind) in AGREEMENT_KINDS:
        return []
    takes, above = _takes(uow, order), uow.get(PurchaseOrder, order.parent_id)
    if above.parent_id is None:
        return [(above, takes)]
    by_money = {line: _Take(None, 0, take.amount) for line, take in takes.items()}
    return [(above, takes), (uow.get(PurchaseOrder, above.parent_id), by_money)]


def balance(uow: UnitOfWork, order_id: int) -> None:
    """Book what an order takes from the agreements above it, or gives back, so that the ledger says what the order says now.

    Call it after anything that changes state, quantities or prices of an order with a parent; twice changes nothing.
    Raises a refusal rather than let an agreement be exceeded.
    """
    order = uow.get(PurchaseOrder, order_id)
    for above, takes in _above(uow, order):
        _balanced(uow, above, order, takes)


flow_back = balance
"""What somebody calls who has cancelled, short-closed or returned something of a release: the same balance."""


def _takes(uow: UnitOfWork, order: PurchaseOrder) -> dict[int, _Take]:
    """Return what each line takes: all that is not cancelled, or only what was accepted where the order was given up."""
    given_up = OrderState(order.state) in GIVEN_UP
    takes = {}
    lines = uow.all(PurchaseOrderLine, order_id=order.id)
    carriers = [
        Carrier(line.line, line.cost_centre_id, line_amount(line.quantity, line.price, order.currency).minor)
        for line in lines
        if not line.dropped_in
    ]
    extra, off = _carried(burdens(carriers, charges_in(order.charges)))
    for line in lines:
        quantity = line.accepted if given_up else max(line.quantity - line.cancelled, 0)
        carried = (extra.get(line.line, 0), off.get(line.line, 0))
        promised = Promise(line.quantity, line.price, order.currency, *carried)
        counted = in_part_units(quantity, line) if line.agreement_line_id is not None else 0
        takes[line.line] = _Take(line.agreement_line_id, counted, promised.cost(quantity))
    return takes


def _carried(found: Iterable[Burden]) -> tuple[dict[int, int], dict[int, int]]:
    """Return what comes on top of each line, and what is taken off it, whoever pays."""
    extra: dict[int, int] = {}
    off: dict[int, int] = {}
    for burden in found:
        extra[burden.line] = extra.get(burden.line, 0) + burden.extra
        off[burden.line] = off.get(burden.line, 0) + burden.off
    return extra, off


def _balanced(uow: UnitOfWork, above: PurchaseOrder, order: PurchaseOrder, takes: dict[int, _Take]) -> None:
    due = _due(uow, above, order, takes)
    if not due:
        # Only the order itself moves what it takes, and whoever changes it holds it, so nobody has to wait here.
        return
    head = lock(uow, above.id)
    before = agreed(uow, above.id, head)
    numbers = {row.id: row.line for row in uow.rows(_OF_AGREEMENT, order=above.id)}
    drawn = [Drawn(numbers.get(take.agreement_line_id or 0), take.quantity, take.amount) for _, take in due]
    # Moving money and quantity inside one order may lower one line for another, so all of it is judged together.
    if sum(each.amount for each in drawn) > 0 or any(each.quantity > 0 for each in drawn):
        check_open(before)
        check_left(before, drawn)
    allowed = {line.line: line.allowed for line in before.lines}
    for line, take in due:
        most = allowed.get(numbers.get(take.agreement_line_id or 0, 0))
        _booked(uow, above, order, line, replace(take, allowed=most))
    _told(uow, above.id, before, order)


def _due(
    uow: UnitOfWork, above: PurchaseOrder, order: PurchaseOrder, takes: dict[int, _Take]
) -> list[tuple[int, _Take]]:
    """Return what is still to be booked for each line of the order and each line of the agreement."""
    left = {(line, take.agreement_line_id): (take.quantity, take.amount) for line, take in takes.items()}
    for row in uow.rows(_BOOKED, agreement=above.id, order=order.id):
        quantity, amount = left.get((row.line, row.agreement_line_id), (0, 0))
        left[row.line, row.agreement_line_id] = (quantity - int(row.quantity), amount - int(row.amount))
    return [
        (line, _Take(of, quantity, amount)) for (line, of), (quantity, amount) in left.items() if quantity or amount
    ]


def _booked(uow: UnitOfWork, above: PurchaseOrder, order: PurchaseOrder, line: int, take: _Take) -> None:
    """Write one row of the ledger and move the running sums with it."""
    uow.add(
        AgreementEntry,
        agreement_id=above.id,
        agreement_line_id=take.agreement_line_id,
        order_id=order.id,
        line=line,
        quantity=take.quantity,
        amount=take.amount,
        allowed=take.allowed,
        at=uow.now,
        happening=uow.key,
    )
    uow.write(_RAISE, of=above.id, more=take.amount)
    if take.agreement_line_id is not None:
        more = {"more_quantity": take.quantity, "more_amount": take.amount}
        if uow.write(_RAISE_LINE, of=take.agreement_line_id, **more) == 0:
            sums = {"released_quantity": take.quantity, "released_amount": take.amount, "estimate": 0}
            uow.add(AgreementLine, order_id=above.id, line_id=take.agreement_line_id, **sums)


def _told(uow: UnitOfWork, above_id: int, before: Agreed, order: PurchaseOrder) -> None:
    """Write down what moved, and that nothing is left or something is again."""
    head = head_of(uow, above_id)
    after = agreed(uow, above_id, head)
    action = "ordered from it" if after.released > before.released else "flowed back"
    said = _said(after, order.number or order.draft_number)
    uow.audit(Note(after.name, action, before={"released": before.released}, after=said))
    event = AgreementEvent.USE_UP if after.is_used_up() else AgreementEvent.FLOW_BACK
    if AGREEMENTS.step(after.state, event) is not None:
        follow(uow, head, after.state, event)


def _said(after: Agreed, order: str) -> dict[str, object]:
    return {"released": after.released, "lines": {line.line: line.released for line in after.lines}, "order": order}


def follow(uow: UnitOfWork, head: Agreement, state: AgreementState, event: AgreementEvent) -> AgreementState:
    """Move an agreement by an event that time or its figures ask for, and write it down."""
    order = uow.get(PurchaseOrder, head.order_id)
    name = order.number or order.draft_number
    target = AgreementState(AGREEMENTS.follow(state, event, CHARGEHAND, subject=name))
    uow.change(Agreement, head.id, state=target.value)
    uow.audit(Note(name, event.value.replace("_", " "), before={"state": state}, after={"state": target}))
    return target


def approved(uow: UnitOfWork, order_id: int) -> None:
    """Give an agreement a state of its own, because the last approval was given."""
    uow.change(Agreement, lock(uow, order_id).id, state=AgreementState.APPROVED.value)


def release_number(uow: UnitOfWork, order: PurchaseOrder) -> str | None:
    """Give a release its number under its agreement (``PO-2026-00118-R03``); None for every other order."""
    if order.kind != OrderKind.RELEASE or order.parent_id is None:
        return None
    head = lock(uow, order.parent_id)
    number = head.releases + 1
    uow.change(Agreement, head.id, releases=number)
    uow.change(PurchaseOrder, order.id, release_no=number)
    return f"{uow.get(PurchaseOrder, order.parent_id).number}{numbering.release_suffix(number)}"


def differences(uow: UnitOfWork) -> list[str]:
    """Name in sentences every agreement whose sums do not equal its ledger, or that was exceeded; empty when all agree."""
    heads = select(_LEDGER.c.agreement_id, func.sum(_LEDGER.c.amount)).group_by(_LEDGER.c.agreement_id)
    amounts = {row[0]: int(row[1]) for row in uow.run(heads)}
    wrong = []
    for head in uow.all(Agreement):
        booked, one = amounts.pop(head.order_id, 0), agreed(uow, head.order_id, head)
        if head.released_amount != booked:
            wrong.append(f"{one.name} says {head.released_amount} ordered from it, its ledger {booked}.")
        if one.amount_limit and one.released > one.amount_limit:
            wrong.append(f"{one.name} has {one.released} ordered from it and a limit of {one.amount_limit}.")
    wrong += [f"Order {number} has agreement entries but is no agreement." for number, left in amounts.items() if left]
    return wrong + _line_differences(uow) + _order_differences(uow)


def _line_differences(uow: UnitOfWork) -> list[str]:
    of, quantity, amount = _LEDGER.c.agreement_line_id, func.sum(_LEDGER.c.quantity), func.sum(_LEDGER.c.amount)
    sums = select(of, quantity, amount).where(of.is_not(None)).group_by(of)
    booked = {row[0]: (int(row[1]), int(row[2])) for row in uow.run(sums)}
    wrong = []
    for row in uow.all(AgreementLine):
        said, ledger = (row.released_quantity, row.released_amount), booked.pop(row.line_id, (0, 0))
        if said != ledger:
            wrong.append(f"Agreement line {row.line_id} says {said} ordered from it, its ledger {ledger}.")
    wrong += [f"Agreement line {number} has entries but no sums." for number, left in booked.items() if any(left)]
    return wrong + _exceeded(uow)


def _exceeded(uow: UnitOfWork) -> list[str]:
    """Name the lines of which more was ordered than might be at that moment; what the plant allows today judges nothing."""
    deeds: dict[tuple[int, str], list[AgreementEntry]] = {}
    for entry in uow.all(AgreementEntry, _LEDGER.c.agreement_line_id.is_not(None)):
        deeds.setdefault((entry.agreement_line_id or 0, entry.happening), []).append(entry)
    running: dict[int, int] = {}
    wrong: dict[int, str] = {}
    for (line, _), entries in deeds.items():
        more, allowed = sum(entry.quantity for entry in entries), entries[-1].allowed
        running[line] = running.get(line, 0) + more
        if more > 0 and allowed is not None and running[line] > allowed:
            wrong[line] = f"Agreement line {line} has more ordered from it than was allowed when it was ordered."
    return list(wrong.values())


def _order_differences(uow: UnitOfWork) -> list[str]:
    """Name every order that takes something else from its agreements than their ledgers say."""
    wrong = []
    for order in uow.all(PurchaseOrder, table(PurchaseOrder).c.parent_id.is_not(None)):
        for above, takes in _above(uow, order):
            if _due(uow, above, order, takes):
                wrong.append(
                    f"{order.number or order.draft_number} takes other than the ledger of {above.number} says."
                )
    return wrong
