"""Making an agreement: a buyer drafts it by forms, adds lines and terms, requests its approval, takes it back or drops it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import templates
from handlers import agreement_cards, approval_runs, approvals, people
from handlers.agreement_drafts import Head, draft, drop_line, put_line, rewrite, same_line
from handlers.agreement_forms import line_row, money_in, read, terms_read
from handlers.approval_plans import staff
from handlers.happenings import Answer, Click, Submission
from handlers.ids import Action, Callback, numbers, value
from handlers.order_authors import written_by
from handlers.order_cards import missing
from handlers.order_content import Dossier, change, locked, opened, today
from handlers.order_notices import settle
from orders.agreement_terms import PriceBasis
from orders.agreements import AGREEMENT_KINDS
from orders.errors import NotKnown, NotYours, Unlawful
from orders.lifecycle import said
from orders.money import Money
from orders.people import Role
from orders.purchase_orders import PURCHASE_ORDERS, OrderEvent, OrderKind, OrderState
from storage import agreements
from storage.tables import CostCentre, Supplier
from storage.unit_of_work import Note, UnitOfWork, table

MOST_CHOICES = 100
KINDS = {
    OrderKind.BLANKET: "Blanket: prices for a time",
    OrderKind.PLANNED: "Planned: prices and quantities",
    OrderKind.CONTRACT: "Contract: terms and an amount",
}
"""What may be chosen, the commonest first."""
BASES = {PriceBasis.PER_RELEASE: "Each order's own quantity", PriceBasis.CUMULATIVE: "All ordered so far"}
_SUPPLIERS = table(Supplier)


def check_buyer(uow: UnitOfWork) -> None:
    """Refuse everybody who does not buy."""
    if not uow.actor.has(Role.BUYER):
        raise NotYours(roles="buyers", what="do this", who=f"Ask {people.names(uow, Role.BUYER) or 'a buyer'}.")


def agreement(uow: UnitOfWork, order_id: int) -> Dossier:
    """Return an agreement under its lock; raises ``NotKnown`` for an order that is none."""
    dossier = locked(uow, order_id)
    if not dossier.is_agreement:
        raise NotKnown(kind="agreement", written=dossier.name, hint="`agreements` lists them.")
    return dossier


def new(uow: UnitOfWork, click: Click) -> Answer:  # noqa: ARG001  # every handler is called alike
    """Open the form for a new agreement."""
    return Answer(modal=new_form(uow))


def new_form(uow: UnitOfWork) -> dict[str, Any]:
    """Return the form for a new agreement, for a year from today; for buyers."""
    check_buyer(uow)
    found = uow.all(Supplier, _SUPPLIERS.c.blocked.is_(False))
    if not found:
        raise Unlawful(why="No supplier is known yet, so there is nobody to agree with. Import suppliers first.")
    return templates.view(
        "agreement_form",
        private=value(0),
        kinds=[(kind.value, words) for kind, words in KINDS.items()],
        suppliers=[(str(row.id), row.name) for row in sorted(found, key=lambda row: row.name)[:MOST_CHOICES]],
        first=today(uow),
        last=today(uow) + timedelta(days=364),
        currency=uow.plant.currency,
    )


def made(uow: UnitOfWork, what: Submission) -> Answer:
    """Write the draft that the form describes, and show its card with what it still lacks."""
    check_buyer(uow)
    wrong: dict[str, str] = {}
    supplier = uow.find(Supplier, id=read(what, "supplier", wrong, int))
    if supplier is None or supplier.blocked:
        wrong["supplier"] = "Choose a supplier from the list"
    kind = read(what, "kind", wrong, OrderKind)
    currency = (supplier.currency if supplier is not None else "") or uow.plant.currency
    days = {name: read(what, name, wrong, date.fromisoformat) for name in ("first", "last")}
    limit = read(what, "limit", wrong, money_in(currency))
    _check_days(uow, days["first"], days["last"], wrong)
    if kind not in AGREEMENT_KINDS:
        wrong["kind"] = "Choose what is agreed"
    if limit and kind is OrderKind.PLANNED:
        wrong["limit"] = "A planned order comes to its quantities; leave this empty"
    if wrong or supplier is None or kind is None:
        return Answer(errors=wrong)
    known = staff(uow)
    head = Head(kind, supplier.id, currency, days["first"], days["last"], limit or 0)
    order_id = draft(uow, head, known)
    return _shown(uow, order_id, "made")


def _check_days(uow: UnitOfWork, first: date | None, last: date | None, wrong: dict[str, str]) -> None:
    if first is not None and last is not None and last < max(first, today(uow)):
        wrong["last"] = "The last day is before the first, or past already"


def _shown(uow: UnitOfWork, order_id: int, what: str, **values: object) -> Answer:
    dossier = opened(uow, order_id)
    agreement_cards.show(uow, order_id, staff(uow), gaps=missing(dossier))
    told = {"number": dossier.name, "supplier": dossier.supplier_name, **values}
    return Answer(private=templates.words("agreement_said", what=what, **told))


def _changeable(uow: UnitOfWork, click: Click | Submission) -> Dossier:
    """Return a draft that the acting buyer may change; raises ``Unlawful`` for one that is requested or further."""
    check_buyer(uow)
    carried = click.value if isinstance(click, Click) else click.private
    dossier = agreement(uow, *numbers(carried, 1))
    if dossier.state is not OrderState.DRAFT:
        raise Unlawful(why=f"{dossier.name} is {said(dossier.state)}. Take it back first; then it can be changed.")
    return dossier


def add_line(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form for one line of an agreement."""
    dossier = _changeable(uow, click)
    if dossier.order.kind == OrderKind.CONTRACT:
        raise Unlawful(why=f"{dossier.name} is a contract and has no lines; the orders under it have them.")
    shared = {"kind": dossier.order.kind, "currency": dossier.order.currency}
    return Answer(
        modal=templates.view("agreement_line_form", private=click.value, cost_centres=_cost_centres(uow), **shared)
    )


def _cost_centres(uow: UnitOfWork) -> list[tuple[str, str]]:
    return [(str(row.id), f"{row.code} {row.name}") for row in uow.all(CostCentre)[:MOST_CHOICES]]


def line_added(uow: UnitOfWork, what: Submission) -> Answer:
    """Write the line of the form; quantity 0 takes the line for the same thing off."""
    dossier = _changeable(uow, what)
    wrong, row = line_row(uow, what, dossier)
    if wrong or row is None:
        return Answer(errors=wrong)
    written_by(uow, dossier.order, uow.actor.person_id)
    present = same_line(dossier, row)
    if what.field("quantity") == "0" and present is not None:
        drop_line(uow, dossier.order.id, present)
        return _shown(uow, dossier.order.id, "line_gone", item=row.description)
    put_line(uow, dossier.order.id, row)
    return _shown(uow, dossier.order.id, "line", item=row.description)


def terms(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form for limit, minimum, price basis, the answering cost centre and the last day."""
    dossier = _changeable(uow, click)
    head, currency = agreements.head_of(uow, dossier.order.id), dossier.order.currency
    view = templates.view(
        "agreement_terms_form",
        private=click.value,
        title=f"{dossier.name} with {dossier.supplier_name}",
        kind=dossier.order.kind,
        currency=currency,
        limit=Money(head.amount_limit, currency).plain() if head.amount_limit else "",
        minimum=Money(head.minimum_release, currency).plain() if head.minimum_release else "",
        bases=[(basis.value, words) for basis, words in BASES.items()],
        basis=head.price_basis or PriceBasis.PER_RELEASE.value,
        cost_centres=_cost_centres(uow),
        cost_centre=str(head.cost_centre_id or ""),
        last=head.last,
    )
    return Answer(modal=view)


def terms_changed(uow: UnitOfWork, what: Submission) -> Answer:
    """Write other terms into a draft."""
    dossier = _changeable(uow, what)
    wrong, values = terms_read(uow, what, dossier)
    last = values.get("last")
    _check_days(uow, today(uow), last if isinstance(last, date) else None, wrong)
    if wrong:
        return Answer(errors=wrong)
    written_by(uow, dossier.order, uow.actor.person_id)
    rewrite(uow, dossier.order.id, **values)
    return _shown(uow, dossier.order.id, "terms")


def request(uow: UnitOfWork, click: Click) -> Answer:
    """Put an agreement before its approvers, as any order; what is missing is said instead."""
    check_buyer(uow)
    dossier = agreement(uow, *numbers(click.value, 1))
    told = approvals.submit(uow, dossier.order.id)
    agreement_cards.show(uow, dossier.order.id, staff(uow), gaps=missing(opened(uow, dossier.order.id)))
    return told


def take_back(uow: UnitOfWork, click: Click) -> Answer:
    """Withdraw an agreement that waits for approval, so that it can be changed."""
    check_buyer(uow)
    dossier = agreement(uow, *numbers(click.value, 1))
    if dossier.state is not OrderState.PENDING_APPROVAL:
        PURCHASE_ORDERS.follow(dossier.state, OrderEvent.WITHDRAW, uow.actor, subject=dossier.name)
    state = approval_runs.withdrawn(uow, dossier)
    change(uow, dossier, state=state.value, content_hash="")
    return _shown(uow, dossier.order.id, "taken_back")


def drop(uow: UnitOfWork, click: Click) -> Answer:
    """Cancel an agreement that is still a draft."""
    dossier = _changeable(uow, click)
    target = PURCHASE_ORDERS.follow(dossier.state, OrderEvent.CANCEL, uow.actor, subject=dossier.name)
    change(uow, dossier, state=target.value)
    settle(uow, dossier, "it was dropped")
    uow.audit(Note(dossier.name, "cancel", before={"state": dossier.state}, after={"state": target}))
    return _shown(uow, dossier.order.id, "dropped")


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {
    Action.AGREEMENT_NEW: new,
    Action.AGREEMENT_LINE: add_line,
    Action.AGREEMENT_TERMS: terms,
    Action.AGREEMENT_REQUEST: request,
    Action.AGREEMENT_TAKE_BACK: take_back,
    Action.AGREEMENT_DROP: drop,
}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {
    Callback.NEW_AGREEMENT: made,
    Callback.AGREEMENT_LINE: line_added,
    Callback.AGREEMENT_TERMS: terms_changed,
}
