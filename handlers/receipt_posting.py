"""Posting a receipt: checked against the order under lock, then stock, order, budget, needs and work orders move once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Self

from sqlalchemy import bindparam, select, update

from handlers import need_cards, order_needs, parts, people
from handlers.approval_plans import staff
from handlers.budget_bookings import spend
from handlers.order_authors import authors_of
from handlers.order_cards import refresh_shortages, show_line
from handlers.order_closing import close_when_complete
from handlers.order_content import Dossier, Line, change, opened
from handlers.receipt_cards import Delivery, condense, delivery
from orders.agreements import check_buys
from orders.errors import AlreadyDone, NotYours, Unlawful, WrongOrder
from orders.money import QUANTITY_SCALE
from orders.people import Role
from orders.purchase_orders import OrderKind, receipt_state
from orders.receiving import OpenLine, ReceiptDocState, check_counter, check_receipt, check_receivable, check_receiver
from orders.requisitions import arrivals
from orders.stock import MovementKind
from storage import stock
from storage.prepared import Prepared
from storage.stock import Movement, in_part_units
from storage.tables import Approval, ApprovalTask, PurchaseOrderLine, Receipt, ReceiptLine, Requisition
from storage.unit_of_work import Note, UnitOfWork, table

_RUNS, _TASKS = table(Approval), table(ApprovalTask)
_LINES, _COUNTED = table(PurchaseOrderLine), table(ReceiptLine)
_SAID_YES = Prepared(
    select(_TASKS.c.person_id, _TASKS.c.instead_of_id)
    .join(_RUNS, _RUNS.c.id == _TASKS.c.approval_id)
    .where(_RUNS.c.order_id == bindparam("order"), _RUNS.c.state == "approved", _TASKS.c.state == "approved")
)
_RAISE = Prepared(
    update(_LINES)
    .where(_LINES.c.id == bindparam("of_line"))
    .values(
        received=_LINES.c.received + bindparam("more_received"),
        accepted=_LINES.c.accepted + bindparam("more_accepted"),
        rejected=_LINES.c.rejected + bindparam("more_rejected"),
    )
)
_COUNT = Prepared(
    update(_COUNTED)
    .where(_COUNTED.c.id == bindparam("of_line"))
    .values(counted=bindparam("now_counted"), rejected=bindparam("now_rejected"))
)


@dataclass(frozen=True, slots=True)
class Count:
    """What was found of one order line: how much is here, and how much of that is damaged or wrong (thousandths)."""

    here: int
    rejected: int = 0

    @property
    def accepted(self) -> int:
        """What may go into stock."""
        return self.here - self.rejected


Counts = Mapping[int, Count]
"""Counts by the order line's id."""


def post(uow: UnitOfWork, receipt: Receipt, dossier: Dossier, counts: Counts) -> Delivery:
    """Post a locked receipt on its locked order, once; returns the delivery as it then stands."""
    check_open(uow, receipt, dossier)
    _check_counts(uow, dossier, counts)
    rows = _counted(uow, receipt, counts)
    _RAISE.write_all(uow.connection, [_raised(number, count) for number, count in counts.items()])
    posted = {"posted_at": uow.now, "posted_by_id": uow.actor.person_id, "version": receipt.version + 1}
    uow.change(Receipt, receipt.id, state=ReceiptDocState.POSTED.value, **posted)
    spend(uow, dossier, {number: count.accepted for number, count in counts.items()})
    _into_stock(uow, dossier, counts, rows)
    counted = {line.line: counts[line.id].here for line in dossier.lines if line.id in counts}
    uow.audit(Note(receipt.number, "post", after={"order": dossier.name, "counted": counted}))
    uow.audit(Note(dossier.name, "receive", after={"receipt": receipt.number, "counted": counted}))
    now = opened(uow, dossier.order.id)
    fulfilled = order_needs.fulfil(uow, now, [line for line in now.lines if line.id in counts])
    now = _moved(uow, now)
    shown = delivery(uow, uow.get(Receipt, receipt.id), now)
    _tell(uow, shown, counts, fulfilled)
    return shown


def check_open(uow: UnitOfWork, receipt: Receipt, dossier: Dossier) -> None:
    """Refuse whoever may not take in, a receipt that is posted already, and an order on which nothing may be received."""
    keepers = Named(uow, Role.STOREKEEPER)
    if not uow.actor.has(Role.STOREKEEPER):
        raise NotYours(roles="storekeepers", what="do this", who=f"Ask {keepers}.")
    if receipt.state == ReceiptDocState.POSTED:
        when = f"{(receipt.posted_at or uow.now).astimezone(uow.plant.zone):%H:%M}"
        raise AlreadyDone(
            subject=receipt.number, what="Already taken in", who=people.name(uow, receipt.posted_by_id), when=when
        )
    check_buys(dossier.name, OrderKind(dossier.order.kind), what="received")
    check_receivable(dossier.name, dossier.state, buyer=Named(uow, Role.BUYER))
    if receipt.state != ReceiptDocState.PROPOSED:
        raise Unlawful(why=f"{receipt.number} was replaced by a newer delivery notice. Count on its card.")
    approvers = _approvers(uow, dossier)
    check_receiver(dossier.name, uow.actor.person_id, approvers, others=keepers)
    authors = authors_of(uow, dossier.order)
    if uow.actor.person_id in authors:
        check_counter(dossier.name, uow.actor.person_id, authors, others=_other_keepers(uow, authors | approvers))


def _other_keepers(uow: UnitOfWork, barred: frozenset[int]) -> str:
    """Name two storekeepers who neither asked for an order nor approved it."""
    free = [person.name for person in people.having(uow, Role.STOREKEEPER) if person.id not in barred]
    return " or ".join(free[:2])


class Named(str):
    """The people with a role, looked up only when a refusal really names them."""

    __slots__ = ("_find",)
    _find: Callable[[], str]

    def __new__(cls, uow: UnitOfWork, role: Role) -> Self:
        """Keep where to look; the names themselves are found when they are said."""
        made = super().__new__(cls, f"the {role.value}")
        made._find = lambda: people.names(uow, role)
        return made

    def __format__(self, spec: str) -> str:
        return self._find() or str.__str__(self)


def _approvers(uow: UnitOfWork, dossier: Dossier) -> frozenset[int]:
    """Return who approved the order as it was sent."""
    said_yes = uow.rows(_SAID_YES, order=dossier.order.id)
    return frozenset(person for row in said_yes for person in (row.person_id, row.instead_of_id) if person is not None)


def _check_counts(uow: UnitOfWork, dossier: Dossier, counts: Counts) -> None:
    """Refuse counts of nothing, on another order's line, beyond what may be received, or with more damaged than came."""
    if not any(count.here for count in counts.values()):
        raise Unlawful(why="Nothing was counted. If the delivery is not there, choose “Not here yet”.")
    buyer = Named(uow, Role.BUYER)
    for number, count in counts.items():
        line = dossier.line(number)
        if line is None:
            raise WrongOrder(line=number, order=dossier.name)
        if count.here < 0 or not 0 <= count.rejected <= count.here:
            raise Unlawful(why=f"Of line {line.line} no more can be damaged than is here.")
        seen = OpenLine(line.id, line.line, dossier.name, line.quantity, line.cancelled, line.accepted, line.unit)
        tolerance = _tolerance(uow, dossier, line)
        check_receipt(seen, count.here, order=dossier.name, tolerance_percent=tolerance, buyer=buyer)


def _tolerance(uow: UnitOfWork, dossier: Dossier, line: Line) -> int | None:
    """Return the allowed excess in percent: the part's, else the supplier's, else the plant's; none means zero."""
    supplier = dossier.supplier.tolerance_percent if dossier.supplier is not None else None
    return next((each for each in (line.tolerance_percent, supplier) if each is not None), uow.plant.tolerance_percent)


def _counted(uow: UnitOfWork, receipt: Receipt, counts: Counts) -> dict[int, int]:
    """Write the counts beside the claims; returns the receipt lines' ids by order line."""
    rows = {row.order_line_id: row.id for row in uow.all(ReceiptLine, receipt_id=receipt.id)}
    for number in counts.keys() - rows.keys():
        rows[number] = uow.add(ReceiptLine, receipt_id=receipt.id, order_line_id=number, rejected=0)
    written = [
        {"of_line": rows[number], "now_counted": count.here, "now_rejected": count.rejected}
        for number, count in counts.items()
    ]
    _COUNT.write_all(uow.connection, written)
    return rows


def _raised(number: int, count: Count) -> dict[str, int]:
    more = {"more_received": count.here, "more_accepted": count.accepted, "more_rejected": count.rejected}
    return {"of_line": number, **more}


def _into_stock(uow: UnitOfWork, dossier: Dossier, counts: Counts, rows: Mapping[int, int]) -> None:
    """Move what is accepted into stock, in the part's own unit; what is damaged stays out."""
    for line in dossier.lines:
        quantity = in_part_units(counts[line.id].accepted, line) if line.id in counts else 0
        if quantity and line.part_id is not None:
            size = in_part_units(QUANTITY_SCALE, line)
            movement = Movement(
                part_id=line.part_id,
                store=line.store or "",
                kind=MovementKind.RECEIPT,
                quantity=quantity,
                unit_cost=line.price * QUANTITY_SCALE // size,
                currency=dossier.order.currency,
                receipt_line_id=rows[line.id],
            )
            stock.move(uow, movement)


def _moved(uow: UnitOfWork, dossier: Dossier) -> Dossier:
    """Derive how much of the order has arrived, and close it when nothing is expected any more."""
    derived = receipt_state([(line.quantity - line.cancelled, line.accepted) for line in dossier.lines])
    change(uow, dossier, receipt_state=derived.value)
    return close_when_complete(uow, dossier.reread(uow))


def _tell(uow: UnitOfWork, shown: Delivery, counts: Counts, fulfilled: list[int]) -> None:
    """Wake the work orders that waited, and bring every card about the order up to date."""
    freed = []
    for line in shown.dossier.lines:
        for work_order_id, number, quantity in _waiting(shown.dossier, line, counts):
            if parts.arrived(uow, work_order_id, line.part_id or 0, quantity):
                freed.append(number)
    condense(uow, shown, freed=list(dict.fromkeys(freed)))
    needs = [uow.get(Requisition, number) for number in fulfilled]
    need_cards.tell(uow, needs, "arrived", order=shown.dossier.order)
    known = staff(uow)
    show_line(uow, shown.dossier, known)
    arrived_now = tuple(line for line in shown.dossier.lines if line.id in counts and not line.open)
    refresh_shortages(uow, replace(shown.dossier, lines=arrived_now), known)


def _waiting(dossier: Dossier, line: Line, counts: Counts) -> list[tuple[int, str, int]]:
    """Return which work orders get how much of what came in on a line, in the part's unit: the most urgent first.

    Where a line is for one work order, that gets whatever it is still short of.
    """
    if line.part_id is None or line.id not in counts:
        return []
    came = in_part_units(counts[line.id].accepted, line)
    if line.work_order_id is not None:
        return [(line.work_order_id, line.work_order or "", came)] if came else []
    now, shares = in_part_units(line.accepted, line), dossier.shares(line.id)
    got = arrivals([share.claim for share in shares], now - came, now)
    return [
        (share.work_order_id, share.work_order or "", got[share.requisition_id])
        for share in sorted(shares, key=lambda each: each.claim.urgency)
        if share.work_order_id is not None and share.requisition_id in got
    ]
