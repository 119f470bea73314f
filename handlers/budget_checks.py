"""Holding an order against the budgets that would pay for it: one sentence for each cost centre, and who may go beyond."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select

from handlers import people
from handlers.budget_bookings import Tender, dues, tender
from handlers.order_content import Dossier, opened, today
from orders.agreements import AGREEMENT_KINDS
from orders.budgets import BudgetFigures, Mode, Promise, Span, Weighed, in_brief, sentence
from orders.errors import OverBudget, RateMissing, ReasonForBudget
from orders.people import Role
from orders.purchase_orders import OrderState
from storage import budget
from storage.prepared import Prepared
from storage.tables import BudgetRelease, CostCentre, PurchaseOrder, PurchaseOrderLine
from storage.unit_of_work import UnitOfWork, table

SEES_BUDGETS = (Role.BUYER, Role.APPROVER, Role.FINANCE, Role.ADMIN)
"""Who is shown what a cost centre has; its owner is, too. Everybody else reads only whether it is enough."""
MOST_SAID = 4
"""How many cost centres one prompt speaks of."""
_ORDERS, _LINES = table(PurchaseOrder), table(PurchaseOrderLine)
_WAITING = Prepared(
    select(
        *(_ORDERS.c[name] for name in ("id", "number", "draft_number", "state", "currency", "rate", "rate_on")),
        _ORDERS.c.submitted_at,
        *(_LINES.c[name] for name in ("quantity", "cancelled", "price")),
    )
    .join(_LINES, _LINES.c.order_id == _ORDERS.c.id)
    .where(
        _ORDERS.c.state == OrderState.PENDING_APPROVAL.value,
        _ORDERS.c.id != bindparam("besides"),
        _LINES.c.cost_centre_id == bindparam("centre"),
        _ORDERS.c.charges == "",
        *(_ORDERS.c.kind != kind.value for kind in sorted(AGREEMENT_KINDS)),
    )
)

_WITH_CHARGES = Prepared(
    select(_ORDERS.c.id).where(
        _ORDERS.c.state == OrderState.PENDING_APPROVAL.value,
        _ORDERS.c.id != bindparam("besides"),
        _ORDERS.c.charges != "",
    )
)
"""Orders whose charges may be paid by others than their lines; they are few and are read whole."""


def sees_budget(uow: UnitOfWork, cost_centre_id: int | None = None) -> bool:
    """Say whether the acting person is shown what a cost centre has."""
    if uow.actor.has(*SEES_BUDGETS):
        return True
    centre = uow.find(CostCentre, id=cost_centre_id) if cost_centre_id is not None else None
    return centre is not None and centre.owner_id is not None and centre.owner_id == uow.actor.person_id


def span_now(uow: UnitOfWork) -> Span:
    """Return the period that is watched now."""
    return Span.around(today(uow), uow.plant.budget.period)


def figures_now(uow: UnitOfWork, cost_centre_id: int, besides: int = 0) -> BudgetFigures:
    """Return a cost centre's figures in the present period, with what other orders wait for approval to take."""
    found = budget.figures(uow, cost_centre_id, span_now(uow))
    return replace(found, pending=pending(uow, cost_centre_id, found.currency, besides))


def pending(uow: UnitOfWork, cost_centre_id: int, into: str, besides: int = 0) -> int:
    """Return what orders that wait for approval would take from a cost centre, each by its own frozen rate."""
    tenders: dict[int, Tender | None] = {}
    total = 0
    for row in uow.rows(_WAITING, centre=cost_centre_id, besides=besides):
        if row.id not in tenders:
            tenders[row.id] = _tender(uow, row, into)
        by = tenders[row.id]
        ordered = row.quantity - row.cancelled
        cost = Promise(ordered, row.price, row.currency).cost(ordered)
        total += by.minor(cost, row.currency) if by is not None else 0
    for row in uow.rows(_WITH_CHARGES, besides=besides):
        dossier = opened(uow, row.id)
        taken, own = shares(dossier).get(cost_centre_id, 0), _tender(uow, dossier.order, into)
        total += own.minor(taken, dossier.order.currency) if own is not None else 0
    return total


def _tender(uow: UnitOfWork, order: Any, into: str) -> Tender | None:
    try:
        return tender(uow, order, into)
    except RateMissing:
        return None


def shares(dossier: Dossier) -> dict[int, int]:
    """Return what an order takes from each cost centre, in minor units of its own currency; an agreement takes nothing."""
    found: dict[int, int] = {}
    for due in dues(dossier) if not dossier.is_agreement else ():
        found[due.cost_centre_id] = found.get(due.cost_centre_id, 0) + due.promise.cost(due.promise.ordered)
    return found


def weigh(uow: UnitOfWork, dossier: Dossier) -> list[Weighed]:
    """Hold an order against each cost centre that pays for it, the worst first; raises ``RateMissing``.

    What the ledger has of the order already, before an amendment, does not count twice.
    """
    found, booked = [], budget.booked(uow, dossier.order.id)
    for centre, share in shares(dossier).items():
        figures = figures_now(uow, centre, besides=dossier.order.id)
        amount = tender(uow, dossier.order, figures.currency).minor(share, dossier.order.currency)
        amount -= booked.get(centre, 0)
        found.append(Weighed(centre, figures, amount, uow.plant.budget.asks(figures, amount)))
    return sorted(found, key=lambda one: (-SEVERITY[one.meets], -one.figures.short(one.amount)))


SEVERITY = {Mode.SHOW: 0, Mode.WARN: 1, Mode.BLOCK: 2}


def told(uow: UnitOfWork, dossier: Dossier, *, money: bool | None = None) -> list[str]:
    """Return the sentences for a prompt, one a cost centre; ``money`` None: as far as the acting person is shown it."""
    try:
        return _sentences(uow, weigh(uow, dossier), money)
    except RateMissing as missing:
        return [str(missing)]


def _sentences(uow: UnitOfWork, weighed: Sequence[Weighed], money: bool | None) -> list[str]:  # noqa: FBT001  # one of three
    said = [
        one.sentence(money=sees_budget(uow, one.cost_centre_id) if money is None else money)
        for one in weighed[:MOST_SAID]
    ]
    more = len(weighed) - len(said)
    return said + ([f"{more} more cost centres pay for it."] if more else [])


def for_approver(uow: UnitOfWork, dossier: Dossier) -> tuple[str, list[str]]:
    """Return what the first line of a question says of the only budget behind it, and a sentence for each cost centre."""
    try:
        weighed = weigh(uow, dossier)
    except RateMissing as missing:
        return "", [str(missing)]
    brief = in_brief(weighed[0]) if len(weighed) == 1 else ""
    return brief, _sentences(uow, weighed, money=True)


def said(uow: UnitOfWork, dossier: Dossier) -> str:
    """Return the sentences about an order's budgets for the acting person as one text."""
    return " ".join(told(uow, dossier))


def of_centre(uow: UnitOfWork, cost_centre_id: int) -> str:
    """Return the sentence about a cost centre before an amount is known; nothing for somebody who is shown no figures."""
    return sentence(figures_now(uow, cost_centre_id)) if sees_budget(uow, cost_centre_id) else ""


def hold(uow: UnitOfWork, dossier: Dossier) -> None:
    """Let orders for the same money wait for each other, where a budget can stop one of them.

    Raises ``RateMissing`` where a cost centre is kept in a currency into which no rate is known.
    """
    for centre in shares(dossier):
        tender(uow, dossier.order, budget.currency_of(uow, centre))
    policy = uow.plant.budget
    if Mode.BLOCK in {policy.mode, policy.without}:
        for centre in sorted(shares(dossier)):
            uow.lock(CostCentre, centre)


def blocked(uow: UnitOfWork, dossier: Dossier, *, alone: bool = False) -> list[Weighed]:
    """Return the cost centres whose budget stops an order now and nobody of finance has released.

    ``alone`` is for an order that a rule would approve without anybody: nobody could say why, so a warning stops it.
    """
    if not uow.plant.budget.stops:
        return []
    stops = {Mode.BLOCK, Mode.WARN} if alone else {Mode.BLOCK}
    over = [one for one in weigh(uow, dossier) if one.meets in stops]
    return _unreleased(uow, dossier, over) if over else []


def stopping(uow: UnitOfWork, dossier: Dossier) -> list[Weighed]:
    """Return what finance would have to release of an order, whoever or whatever is to approve it."""
    return blocked(uow, dossier, alone=True)


def _unreleased(uow: UnitOfWork, dossier: Dossier, over: Sequence[Weighed]) -> list[Weighed]:
    released: dict[tuple[int, str], int] = {}
    for row in uow.all(BudgetRelease, order_id=dossier.order.id):
        key = (row.cost_centre_id, row.currency)
        released[key] = max(released.get(key, 0), row.amount)
    return [one for one in over if released.get((one.cost_centre_id, one.figures.currency), -1) < one.amount]


def warned(uow: UnitOfWork, dossier: Dossier) -> list[Weighed]:
    """Return the cost centres beyond whose budget an approver goes, so that a reason is due."""
    policy = uow.plant.budget
    if Mode.WARN not in {policy.mode, policy.without}:
        return []
    return [one for one in weigh(uow, dossier) if one.meets is Mode.WARN]


def check(uow: UnitOfWork, dossier: Dossier, reason: str) -> list[Weighed]:
    """Refuse a yes that a budget stops, or that goes beyond one without a reason; returns what it goes beyond."""
    stopped = blocked(uow, dossier)
    if stopped:
        raise OverBudget(subject=dossier.name, words=stopped[0].sentence(), who=releasers(uow, dossier))
    beyond = warned(uow, dossier)
    if beyond and not reason.strip():
        raise ReasonForBudget(subject=dossier.name, words=beyond[0].sentence())
    return beyond


def releasers(uow: UnitOfWork, dossier: Dossier) -> str:
    """Name who may release an order beyond its budget."""
    free = [person.name for person in people.having(uow, Role.FINANCE) if person.id != dossier.order.requested_by_id]
    return " or ".join(free[:2]) or "somebody with the role finance"
