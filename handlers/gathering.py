"""Gathering: everything that is usually bought from one supplier becomes one draft order, each need traced to its line."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select

import templates
from handlers import gathering_agreed, joint_prices, last_prices, need_cards, order_taxes, people, purchase_orders
from handlers.approval_plans import Staff, staff
from handlers.happenings import Answer, Click, Submission
from handlers.ids import Action, Callback, numbers, value
from handlers.order_authors import authors_of, written_by
from handlers.order_cards import missing, refresh_shortages
from handlers.order_changes import suppliers_for
from handlers.order_content import Dossier, Line, Share, change, locked, opened
from handlers.order_drafts import Offer, Want, add_lines, arrival, fitted, joints, new_draft, offer_for, recounted
from handlers.order_needs import drop_line, order_of, put_on
from handlers.order_notices import settle
from orders.errors import NotYours, Unlawful
from orders.money import price_text
from orders.people import Role
from orders.purchase_orders import PURCHASE_ORDERS, OrderEvent, OrderKind, OrderState
from orders.requisitions import NeedState
from orders.units import measured
from storage.prepared import Prepared
from storage.tables import Part, PurchaseOrder, PurchaseOrderLine, Requisition, Supplier, SupplierPart
from storage.unit_of_work import Note, UnitOfWork, table

_NEEDS, _OFFERS, _SUPPLIERS, _ORDERS = table(Requisition), table(SupplierPart), table(Supplier), table(PurchaseOrder)
_OFFERED_HERE = select(_OFFERS.c.part_id).where(_OFFERS.c.supplier_id == bindparam("supplier"))
_OPEN_HERE = Prepared(
    select(_NEEDS)
    .where(_NEEDS.c.state == NeedState.OPEN.value, _NEEDS.c.part_id.in_(_OFFERED_HERE))
    .order_by(_NEEDS.c.id)
    .with_for_update()
)
_DRAFTS = Prepared(
    select(_ORDERS.c.id, _ORDERS.c.requested_by_id)
    .where(_ORDERS.c.supplier_id == bindparam("supplier"), _ORDERS.c.state == OrderState.DRAFT.value)
    .where(_ORDERS.c.rejection == "", _ORDERS.c.kind == OrderKind.STANDARD.value)
    .where(_ORDERS.c.currency == bindparam("currency"), _ORDERS.c.parent_id.is_(None))
    .order_by(_ORDERS.c.id)
)
SHOWN_LINES, CHOICES = 8, 30
"""How many lines the card of a draft shows, and how many may be chosen from to be changed."""


def gather(uow: UnitOfWork, click: Click) -> Answer:
    """Make one draft of everything open that is usually bought from a supplier, and of the drafts to the same."""
    (supplier_id,) = numbers(click.value, 1)
    supplier = _held(uow, supplier_id)
    loose = [need for need in uow.rows(_OPEN_HERE, supplier=supplier_id) if _comes_from(uow, need, supplier_id)]
    loose, releases, told = gathering_agreed.on_releases(uow, loose)
    drafts = uow.rows(_DRAFTS, supplier=supplier_id, currency=_currency(uow, supplier, loose))
    if not loose and releases and not drafts:
        return shown(uow, releases[0], told)
    if not loose and len(drafts) <= 1:
        return _nothing_left(uow, supplier, drafts, told)
    dossier = _gathered(uow, supplier, loose, [row.id for row in drafts])
    return shown(uow, dossier, told)


def _held(uow: UnitOfWork, supplier_id: int) -> Supplier:
    """Return the supplier, locked, so that two buyers who press at once make one order; refuses whoever may not buy there."""
    if not uow.actor.has(Role.BUYER):
        who = people.names(uow, Role.BUYER)
        raise NotYours(roles="buyers", what="gather needs into an order", who=f"Ask {who}." if who else "")
    supplier = uow.lock(Supplier, supplier_id)
    if supplier.blocked:
        raise Unlawful(why=f"{supplier.name} is blocked, so nothing is ordered there. Choose another supplier.")
    return supplier


def _comes_from(uow: UnitOfWork, need: Requisition, supplier_id: int) -> bool:
    """Say whether a need is on no order yet and is usually bought from this supplier."""
    if order_of(uow, need.id) is not None:
        return False
    return offer_for(uow, uow.get(Part, need.part_id)).supplier_id == supplier_id


def _currency(uow: UnitOfWork, supplier: Supplier, loose: Sequence[Requisition]) -> str:
    if loose and loose[0].part_id is not None:
        return offer_for(uow, uow.get(Part, loose[0].part_id), supplier.id).currency
    return supplier.currency or uow.plant.currency


def _nothing_left(uow: UnitOfWork, supplier: Supplier, drafts: Sequence[Any], told: Sequence[str]) -> Answer:
    """Answer the second press: what there was is on a draft by now."""
    if not drafts:
        return Answer(private=f"Nothing is left to order from {templates.Mrkdwn.escape(supplier.name)}.")
    return shown(uow, opened(uow, drafts[0].id), told)


def _gathered(uow: UnitOfWork, supplier: Supplier, loose: Sequence[Requisition], drafts: Sequence[int]) -> Dossier:
    known = staff(uow)
    currency = _currency(uow, supplier, loose)
    target = _target(uow, drafts, known)
    if target is None:
        target = new_draft(uow, supplier.id, currency, reason="", known=known)
    dossier = locked(uow, target)
    for draft in drafts:
        if draft != target:
            dossier = _absorbed(uow, dossier, locked(uow, draft))
    dossier = _with_needs(uow, dossier, loose)
    written_by(uow, dossier.order, uow.actor.person_id, *(need.requested_by_id for need in loose))
    uow.audit(
        Note(dossier.name, "gather", after={"needs": [need.number for need in loose], "total": dossier.order.total})
    )
    refresh_shortages(uow, dossier, known)
    return dossier


def _target(uow: UnitOfWork, drafts: Sequence[int], known: Staff) -> int | None:
    """Return the oldest draft that a buyer made; a work order's own draft stays its people's until it is absorbed."""
    buyers = {person.id for person in known.having(Role.BUYER)}
    return next((draft for draft in drafts if uow.get(PurchaseOrder, draft).requested_by_id in buyers), None)


def _absorbed(uow: UnitOfWork, dossier: Dossier, other: Dossier) -> Dossier:
    """Take the lines of another draft to the same supplier over, and cancel what is then empty."""
    for line in other.lines:
        _taken_over(uow, dossier, line, other.shares(line.id))
        dossier = opened(uow, dossier.order.id)
    written_by(uow, dossier.order, *authors_of(uow, other.order))
    target = PURCHASE_ORDERS.follow(other.state, OrderEvent.CANCEL, uow.actor, subject=other.name)
    change(uow, other, state=target.value)
    settle(uow, other, f"it is part of {dossier.name} now")
    uow.audit(Note(other.name, "cancel", before={"state": other.state}, after={"state": target, "into": dossier.name}))
    return recounted(uow, dossier.order.id)


def _taken_over(uow: UnitOfWork, dossier: Dossier, line: Line, shares: list[Share]) -> None:
    """Add a line of another draft to the one for the same part, or move it as it is."""
    same = next((each for each in dossier.lines if _alike(each, line)), None)
    if same is None or not shares or not dossier.shares(same.id):
        first = max((each.line for each in dossier.lines), default=0) + 1
        uow.change(PurchaseOrderLine, line.id, order_id=dossier.order.id, line=first)
        return
    drop_line(uow, line.id)
    _raised(uow, dossier, same, [(share.requisition_id, share.quantity, share.work_order_id) for share in shares])


def _alike(one: Line, other: Line) -> bool:
    names = ("part_id", "unit", "cost_centre_id", "agreement_line_id", "listed")
    same = one.listed or one.price == other.price
    return one.part_id is not None and same and all(getattr(one, name) == getattr(other, name) for name in names)


def _raised(uow: UnitOfWork, dossier: Dossier, line: Line, more: Sequence[tuple[int, int, int | None]]) -> None:
    """Let a line stand for more needs, given as (need, quantity, work order), and grow by what they ask for."""
    shares = dossier.shares(line.id)
    for need, quantity, _ in more:
        put_on(uow, line.id, need, quantity)
    needed = sum(share.quantity for share in shares) + sum(quantity for _, quantity, _ in more)
    jobs = {share.work_order_id for share in shares} | {job for _, _, job in more}
    only = next(iter(jobs)) if len(jobs) == 1 else None
    uow.change(PurchaseOrderLine, line.id, work_order_id=only, **fitted(uow, dossier, line, needed))


def _with_needs(uow: UnitOfWork, dossier: Dossier, loose: Sequence[Requisition]) -> Dossier:
    """Put needs on a draft: one line for each part and cost centre, one for everything that only words describe."""
    there = {(line.part_id, line.cost_centre_id): line for line in dossier.lines if line.agreement_line_id is None}
    alike: dict[tuple[int, int | None], list[Requisition]] = {}
    for need in loose:
        if need.part_id is not None:
            alike.setdefault((need.part_id, need.cost_centre_id), []).append(need)
    for key in alike.keys() & there.keys():
        needs = alike.pop(key)
        _raised(uow, dossier, there[key], [(need.id, need.quantity, need.work_order_id) for need in needs])
    for number, need in enumerate((need for need in loose if need.part_id is None), 1):
        _line_in_words(uow, dossier, need, number)
    dossier = recounted(uow, dossier.order.id)
    return _new_lines(uow, dossier, list(alike.values())) if alike else dossier


def _new_lines(uow: UnitOfWork, dossier: Dossier, alike: Sequence[Sequence[Requisition]]) -> Dossier:
    """Add one line for each part and cost centre, standing for all the needs of it."""
    wanted = [(_want(needs), part := uow.get(Part, needs[0].part_id), _offer(uow, dossier, part)) for needs in alike]
    dossier = add_lines(uow, dossier, wanted)
    for line, needs in zip(dossier.lines[-len(alike) :], alike, strict=True):
        for need in needs:
            put_on(uow, line.id, need.id, need.quantity)
        days = [need.needed_by for need in needs if need.needed_by is not None]
        if line.deliver_by is not None and len(days) == len(needs) and min(days) > line.deliver_by:
            uow.change(PurchaseOrderLine, line.id, deliver_by=min(days))
    return recounted(uow, dossier.order.id)


def _want(needs: Sequence[Requisition]) -> Want:
    jobs = {need.work_order_id for need in needs}
    only = next(iter(jobs)) if len(jobs) == 1 else None
    return Want(needs[0].part_id or 0, sum(need.quantity for need in needs), only, None, needs[0].cost_centre_id)


def _offer(uow: UnitOfWork, dossier: Dossier, part: Part) -> Offer:
    offer = offer_for(uow, part, dossier.order.supplier_id)
    if offer.currency == dossier.order.currency:
        return offer
    # A price in another currency is no price on this order; the completeness gate asks for it.
    return replace(offer, currency=dossier.order.currency, price=0, breaks=())


def _line_in_words(uow: UnitOfWork, dossier: Dossier, need: Requisition, number: int) -> None:
    """Write a line for something that the register does not know; its price is still to be filled in."""
    line_id = uow.add(
        PurchaseOrderLine,
        order_id=dossier.order.id,
        line=max((line.line for line in dossier.lines), default=0) + number,
        description=need.description,
        quantity=need.quantity,
        unit=need.unit,
        price=0,
        cost_centre_id=need.cost_centre_id,
        work_order_id=need.work_order_id,
        deliver_by=max(need.needed_by or arrival(uow, None), arrival(uow, 0)),
    )
    put_on(uow, line_id, need.id, need.quantity)


def place(uow: UnitOfWork, click: Click) -> Answer:
    """Put one need on the draft to its usual supplier; where there is none, ask for the supplier."""
    (requisition_id,) = numbers(click.value, 1)
    need = _loose(uow, requisition_id)
    usual = need_cards.preferred(uow, need.part_id)
    if usual is not None:
        return _placed(uow, need, usual.id)
    choices = suppliers_for(uow, need.part_id)
    form = {"carried": value(need.id), "number": need.number, "what": need_cards.what(uow, need), "suppliers": choices}
    return Answer(modal=templates.view("place_need_form", **form))


def placed(uow: UnitOfWork, what: Submission) -> Answer:
    """Put the need on a draft to the supplier who was chosen."""
    need = _loose(uow, *numbers(what.private, 1))
    chosen = what.field("supplier")
    supplier = uow.find(Supplier, id=int(chosen)) if chosen.isdigit() else None
    if supplier is None:
        return Answer(errors={"supplier": "Choose a supplier from the list."})
    return _placed(uow, need, supplier.id)


def _loose(uow: UnitOfWork, requisition_id: int) -> Requisition:
    """Return a need, locked, that may be put on an order; raises a refusal that says where it stands."""
    if not uow.actor.has(Role.BUYER):
        raise NotYours(roles="buyers", what="put a need on an order", who="")
    need = uow.lock(Requisition, requisition_id)
    if need.state != NeedState.OPEN:
        raise Unlawful(why=f"{need.number} is {need.state.replace('_', ' ')}, so it is not ordered again.")
    order_id = order_of(uow, need.id)
    if order_id is not None:
        raise Unlawful(why=f"{need.number} is on {opened(uow, order_id).name} already.")
    return need


def _placed(uow: UnitOfWork, need: Requisition, supplier_id: int) -> Answer:
    supplier = _held(uow, supplier_id)
    known = staff(uow)
    drafts = uow.rows(_DRAFTS, supplier=supplier_id, currency=_currency(uow, supplier, [need]))
    mine = _target(uow, [row.id for row in drafts], known)
    left, releases, told = gathering_agreed.on_releases(uow, [need], supplier_id)
    if not left:
        return shown(uow, releases[0], told)
    return shown(uow, _gathered(uow, supplier, [need], [mine] if mine is not None else []), told)


def draft(uow: UnitOfWork, click: Click) -> Answer:
    """Show a draft with its lines and what they stand for, to those who buy."""
    (order_id,) = numbers(click.value, 1)
    if not uow.actor.has(Role.BUYER):
        raise NotYours(roles="buyers", what="see the draft", who="")
    return shown(uow, opened(uow, order_id))


def change_line(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form for the line that was chosen from a draft's card."""
    return purchase_orders.edit(uow, Click(click.key, click.by, click.action, click.chosen, click.channel))


def shown(uow: UnitOfWork, dossier: Dossier, told: Sequence[str] = ()) -> Answer:
    """Return the card of a draft: lines, what each stands for, what is missing, and the press that requests it.

    ``told`` are sentences about how the draft came about.
    """
    needs = {line.id: dossier.shares(line.id) for line in dossier.lines}
    first = next((shares[0].requisition_id for shares in needs.values() if shares), None)
    order = dossier.order
    card = templates.card(
        "order_draft",
        number=dossier.name,
        state=order.state,
        supplier=dossier.supplier_name,
        total=order.total,
        currency=order.currency,
        needs=len({share.requisition_id for share in dossier.needs}),
        lines=[_line_words(dossier, line) for line in dossier.lines[:SHOWN_LINES]],
        left=max(len(dossier.lines) - SHOWN_LINES, 0),
        hints=list(joint_prices.said(dossier, joints(uow, dossier))),
        told=list(told),
        prices=last_prices.beside(uow, dossier),
        charges=order_taxes.charges_said(dossier),
        carried=value(order.id),
        gaps=", ".join((missing(dossier) + order_taxes.lacking(uow, dossier))[:6]),
        value=value(first) if first is not None else "",
        choices=[
            (value(shares[0].requisition_id), f"{line.line} {line.description}"[:30])
            for line in dossier.lines[:CHOICES]
            if (shares := needs[line.id])
        ],
    )
    return Answer(private=card.text, blocks=card.blocks)


def _line_words(dossier: Dossier, line: Line) -> dict[str, Any]:
    shares = dossier.shares(line.id)
    return {
        "line": line.line,
        "what": f"{measured(line.quantity, line.unit)} {line.description}",
        "price": price_text(line.price, dossier.order.currency) if line.price else "",
        "amount": dossier.amount(line).minor if line.price else None,
        "needs": ", ".join(share.number for share in shares[:4])
        + (f" and {len(shares) - 4} more" if len(shares) > 4 else ""),  # noqa: PLR2004  # four fit
        "cost_centre": line.cost_centre or "",
    }


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {
    Action.GATHER: gather,
    Action.PLACE_NEED: place,
    Action.SHOW_DRAFT: draft,
    Action.CHANGE_LINE: change_line,
}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Callback.PLACE_NEED: placed}
