"""What has to hold before goods are taken in: who counts, on which order, how much, and what is written down of it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Self

from sqlalchemy import bindparam, select

from handlers import people
from handlers.order_authors import authors_of
from handlers.order_content import Dossier, Line, today
from handlers.receipt_counts import Counts
from orders.agreements import check_buys
from orders.errors import AlreadyDone, NotYours, Unlawful, WrongOrder
from orders.people import Role
from orders.purchase_orders import OrderKind
from orders.receiving import (
    Count,
    OpenLine,
    ReceiptDocState,
    Tracking,
    check_count,
    check_counter,
    check_lots,
    check_receipt,
    check_receivable,
    check_receiver,
    over,
)
from orders.returns import ReturnState
from storage.prepared import Prepared
from storage.tables import Approval, ApprovalTask, CostCentre, Receipt, ReceiptLot, SupplierReturn, SupplierReturnLine
from storage.unit_of_work import UnitOfWork, table

_RUNS, _TASKS = table(Approval), table(ApprovalTask)
_SAID_YES = Prepared(
    select(_TASKS.c.person_id, _TASKS.c.instead_of_id)
    .join(_RUNS, _RUNS.c.id == _TASKS.c.approval_id)
    .where(_RUNS.c.order_id == bindparam("order"), _RUNS.c.state == "approved", _TASKS.c.state == "approved")
)


class Named(str):
    """The people with a role, looked up only when a refusal really names them."""

    __slots__ = ("_find",)
    _find: Callable[[], str]

    def __new__(cls, uow: UnitOfWork, role: Role) -> Self:
        """Keep where to look; the names themselves are found when they are said."""
        made = super().__new__(cls, f"the {role.value}")
        made._find = lambda: people.names(uow, role)
        return made

    @classmethod
    def found_by(cls, uow: UnitOfWork, role: Role, find: Callable[[], str]) -> Self:
        """Keep another way to look, with the people of a role where it finds nobody."""
        made = cls(uow, role)
        fallback = made._find
        made._find = lambda: find() or fallback()
        return made

    def __format__(self, spec: str) -> str:
        return self._find() or str.__str__(self)


def check_open(uow: UnitOfWork, receipt: Receipt, dossier: Dossier) -> None:
    """Refuse whoever may not take in, a receipt that is posted already, and an order on which nothing may be received."""
    keepers = Named(uow, Role.STOREKEEPER)
    check_takes_in(uow, receipt.work_order_id)
    if receipt.state in {ReceiptDocState.POSTED, ReceiptDocState.REVERSED}:
        when = f"{(receipt.posted_at or uow.now).astimezone(uow.plant.zone):%H:%M}"
        raise AlreadyDone(
            subject=receipt.number, what="Already taken in", who=people.name(uow, receipt.posted_by_id), when=when
        )
    check_buys(dossier.name, OrderKind(dossier.order.kind), what="received")
    check_receivable(dossier.name, dossier.state, buyer=Named(uow, Role.BUYER))
    if receipt.state == ReceiptDocState.ASKED:
        raise Unlawful(why=f"{receipt.number} is counted. Somebody is asked whether all of it stays.")
    if receipt.state != ReceiptDocState.PROPOSED:
        raise Unlawful(why=f"{receipt.number} was replaced by a newer delivery notice. Count on its card.")
    approvers = approvers_of(uow, dossier)
    check_receiver(dossier.name, uow.actor.person_id, approvers, others=keepers)
    authors = authors_of(uow, dossier.order)
    if uow.actor.person_id in authors and receipt.work_order_id is None:
        check_counter(dossier.name, uow.actor.person_id, authors, others=_other_keepers(uow, authors | approvers))


def check_takes_in(uow: UnitOfWork, work_order_id: int | None) -> None:
    """Refuse whoever is no storekeeper; what goes straight to a job is taken in by whoever works there as well."""
    direct = (Role.TECHNICIAN, Role.SUPERVISOR) if work_order_id is not None else ()
    if not uow.actor.has(Role.STOREKEEPER, Role.SYSTEM, *direct):
        raise NotYours(roles="storekeepers", what="do this", who=f"Ask {Named(uow, Role.STOREKEEPER)}.")


def _other_keepers(uow: UnitOfWork, barred: frozenset[int]) -> str:
    """Name two storekeepers who neither asked for an order nor approved it."""
    free = [person.name for person in people.having(uow, Role.STOREKEEPER) if person.id not in barred]
    return " or ".join(free[:2])


def approvers_of(uow: UnitOfWork, dossier: Dossier) -> frozenset[int]:
    """Return who approved the order as it was sent."""
    said_yes = uow.rows(_SAID_YES, order=dossier.order.id)
    return frozenset(person for row in said_yes for person in (row.person_id, row.instead_of_id) if person is not None)


def deciders(uow: UnitOfWork, dossier: Dossier, counter: int | None) -> list[int]:
    """Return who may say whether more than ordered stays: who approved the order, else who owns the money, else finance.

    Whoever asked for the order or counted the goods is never among them.
    """
    barred = authors_of(uow, dossier.order) | ({counter} if counter is not None else set())
    centres = {line.cost_centre_id for line in dossier.lines if line.cost_centre_id is not None}
    owners = [uow.get(CostCentre, number).owner_id for number in sorted(centres)]
    finance = [person.id for role in (Role.FINANCE, Role.APPROVER) for person in people.having(uow, role)]
    for asked in (sorted(approvers_of(uow, dossier)), owners, finance):
        found = [person for person in dict.fromkeys(asked) if person is not None and person not in barred]
        if found:
            return found
    return []


def tolerance(uow: UnitOfWork, dossier: Dossier, line: Line) -> int | None:
    """Return the allowed excess in percent: the part's, else the supplier's, else the plant's; none means zero."""
    supplier = dossier.supplier.tolerance_percent if dossier.supplier is not None else None
    return next((each for each in (line.tolerance_percent, supplier) if each is not None), uow.plant.tolerance_percent)


def under(uow: UnitOfWork, dossier: Dossier, line: Line) -> int | None:
    """Return by how many percent less may come for a line to be complete: the part's, the supplier's, the plant's."""
    supplier = dossier.supplier.under_percent if dossier.supplier is not None else None
    return next((each for each in (line.under_percent, supplier) if each is not None), uow.plant.under_percent)


def seen(dossier: Dossier, line: Line) -> OpenLine:
    """Return an order line as receiving sees it: what was rejected has to come once more."""
    received = line.received - line.rejected
    return OpenLine(line.id, line.line, dossier.name, line.quantity, line.cancelled, received, line.unit)


def excess(uow: UnitOfWork, dossier: Dossier, counts: Counts) -> dict[int, int]:
    """Return by order line how many thousandths of the counts go beyond what may be received."""
    found = {
        line.id: over(seen(dossier, line), _new(counts[line.id]), tolerance(uow, dossier, line))
        for line in dossier.lines
        if line.id in counts
    }
    return {number: quantity for number, quantity in found.items() if quantity}


def _new(count: Count) -> int:
    """Return what of a count fills the order: the rejected does not."""
    return count.here - count.rejected


def check_counts(uow: UnitOfWork, dossier: Dossier, counts: Counts, *, kept: Mapping[int, int] | None = None) -> None:
    """Refuse counts of nothing, on another order's line, beyond what may be received, or that do not add up.

    ``kept`` is what somebody has decided to keep beyond that, by order line.
    """
    if not any(count.here for count in counts.values()):
        raise Unlawful(why="Nothing was counted. If the delivery is not there, choose “Not here yet”.")
    for number, count in counts.items():
        line = dossier.line(number)
        if line is None:
            raise WrongOrder(line=number, order=dossier.name)
        check_count(line.line, count)
        check_lots(line.line, Tracking(line.tracked or "", bool(line.expires)), count, today(uow))
        _check_serials(uow, line, count)
        fills = _new(count) - (kept or {}).get(number, 0)
        who = Named.found_by(uow, Role.BUYER, lambda: _named(uow, dossier))
        percent = tolerance(uow, dossier, line)
        check_receipt(seen(dossier, line), fills, order=dossier.name, tolerance_percent=percent, buyer=who)


def _named(uow: UnitOfWork, dossier: Dossier) -> str:
    return " or ".join(people.name(uow, person) for person in deciders(uow, dossier, uow.actor.person_id)[:2])


def _check_serials(uow: UnitOfWork, line: Line, count: Count) -> None:
    """Refuse a serial number that has come before, was not taken back, and did not go back to its supplier."""
    for lot in count.lots if line.tracked == "serial" else ():
        known = uow.all(ReceiptLot, part_id=line.part_id, serial=lot.serial)
        if sum(row.quantity for row in known if not _went_back(uow, row.receipt_line_id)) > 0:
            raise Unlawful(why=f"Serial number {lot.serial} of {line.description} has come before. Look once more.")


def _went_back(uow: UnitOfWork, receipt_line_id: int) -> bool:
    """Say whether goods of a receipt line have left for their supplier; repaired, they bear their old numbers."""
    returns = (
        uow.get(SupplierReturn, row.return_id) for row in uow.all(SupplierReturnLine, receipt_line_id=receipt_line_id)
    )
    return any(back.state in (ReturnState.SENT, ReturnState.SETTLED) for back in returns)


def inspected(counts: Counts, dossier: Dossier) -> dict[int, Count]:
    """Return the counts with all of that held which has to be inspected: such parts, and whatever came instead."""
    found = {}
    for number, count in counts.items():
        line = dossier.line(number)
        holds = bool(count.instead) or (line is not None and bool(line.inspected))
        found[number] = replace(count, held=count.here - count.rejected) if holds else count
    return found
