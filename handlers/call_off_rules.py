"""What an order has to hold before it is requested under an agreement: the kind fits, the price is the agreed one, enough is left."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from handlers.agreed_prices import agreed_prices, price_within
from handlers.order_content import Dossier, opened, today
from handlers.order_drafts import recounted
from orders.agreement_terms import Terms
from orders.agreements import check_child
from orders.call_offs import (
    Agreed,
    CallOff,
    Drawn,
    check_call_off,
    check_left,
    check_open,
)
from orders.errors import NotAsAgreed, OverTheLimit
from orders.money import Money, line_amount, price_text
from orders.purchase_orders import OrderKind
from orders.units import unit_word
from storage import agreement_moves, agreements
from storage.stock import in_part_units
from storage.tables import PurchaseOrder, PurchaseOrderLine
from storage.unit_of_work import Note, UnitOfWork


def ready(uow: UnitOfWork, dossier: Dossier) -> Dossier:
    """Return an order as it may be requested: at the agreed prices, and covered by every agreement above it.

    An order under no agreement comes back as it is; raises a refusal that says what is not covered.
    """
    if dossier.is_agreement and dossier.order.requested_by_id is None:
        # Whoever requests what an import wrote is its requester, and so does not approve it.
        uow.change(PurchaseOrder, dossier.order.id, requested_by_id=uow.actor.person_id)
        dossier = dossier.reread(uow)
    if dossier.order.parent_id is None:
        return dossier
    above = uow.get(PurchaseOrder, dossier.order.parent_id)
    check_child(dossier.parent, OrderKind(above.kind), OrderKind(dossier.order.kind))
    agreement_moves.settle(uow, above.id)
    dossier = priced(uow, dossier)
    _check_covered(uow, dossier, above)
    return dossier


def _check_covered(uow: UnitOfWork, dossier: Dossier, above: PurchaseOrder) -> None:
    one = agreements.agreed(uow, above.id, agreements.lock(uow, above.id))
    if dossier.terms is not None:
        _check_within(dossier, dossier.terms, one)
        return
    wanted = _call_off(uow, dossier, above)
    check_call_off(one, wanted)
    if above.parent_id is not None:
        agreement_moves.settle(uow, above.parent_id)
        framework = agreements.agreed(uow, above.parent_id, agreements.lock(uow, above.parent_id))
        by_money = tuple(Drawn(None, 0, each.amount) for each in wanted.drawn)
        check_call_off(replace(framework, minimum_release=0), replace(wanted, drawn=by_money))


def _call_off(uow: UnitOfWork, dossier: Dossier, above: PurchaseOrder) -> CallOff:
    """Return what an order would take: its lines in the parts' own units, its freight and charges with them."""
    numbers = {line.id: line.line for line in opened(uow, above.id).lines}
    drawn, carried = [], _carried(dossier)
    for line in dossier.lines:
        amount = dossier.amount(line).minor + carried.get(line.line, 0)
        drawn.append(Drawn(numbers.get(line.agreement_line_id or 0), in_part_units(line.quantity, line), amount))
    goods = sum(dossier.amount(line).minor for line in dossier.lines)
    supplier = dossier.supplier.name if dossier.supplier is not None else ""
    return CallOff(supplier, dossier.order.currency, today(uow), goods, tuple(drawn))


def _carried(dossier: Dossier) -> Mapping[int, int]:
    """Return by line what it carries of freight and charges, whoever pays, less what a discount takes off it."""
    found: dict[int, int] = {}
    for burden in dossier.burdens:
        found[burden.line] = found.get(burden.line, 0) + burden.extra - burden.off
    return found


def check_amended(uow: UnitOfWork, before: Dossier, after: Dossier) -> None:
    """Refuse a change of an order for which the agreements above it have not enough left, or that is dearer than agreed.

    The same is held under lock when the change comes into force; here it is said to whoever asks for it.
    """
    if before.order.parent_id is None:
        return
    above = opened(uow, before.order.parent_id)
    one = agreements.agreed(uow, above.order.id)
    if OrderKind(before.order.kind) is OrderKind.RELEASE:
        _check_prices(before, after, above, one)
    numbers = {line.id: line.line for line in above.lines}
    more = _taken(after, numbers) + [Drawn(each.line, -each.quantity, -each.amount) for each in _taken(before, numbers)]
    if sum(each.amount for each in more) > 0 or sum(each.quantity for each in more) > 0:
        check_open(one)
        check_left(one, more)


def _taken(dossier: Dossier, numbers: Mapping[int, int]) -> list[Drawn]:
    """Return what the lines of an order take that are not given up."""
    left, carried = [(line, line.quantity - line.cancelled) for line in dossier.lines], _carried(dossier)
    return [
        Drawn(
            numbers.get(line.agreement_line_id or 0),
            in_part_units(quantity, line),
            line_amount(quantity, line.price, dossier.order.currency).minor + carried.get(line.line, 0),
        )
        for line, quantity in left
        if quantity > 0
    ]


def _check_prices(before: Dossier, after: Dossier, above: Dossier, one: Agreed) -> None:
    """Refuse a line that is dearer than it was and than the agreement has it."""
    former = {line.line: line.price for line in before.lines}
    wanted = [line for line in after.lines if not line.dropped_in]
    for line in wanted:
        agreed = max(former.get(line.line, 0), price_within(above, one, line, wanted))
        if line.price > agreed:
            currency = after.order.currency
            said = [
                f"{currency} {price_text(price, currency)} a {unit_word(line.unit)}" for price in (agreed, line.price)
            ]
            raise NotAsAgreed(subject=above.name, agreed=said[0], wanted=said[1])


def _check_within(dossier: Dossier, terms: Terms, framework: Agreed) -> None:
    """Refuse a blanket order that goes beyond its contract: another supplier, other days, or more money than is left."""
    supplier = dossier.supplier.name if dossier.supplier is not None else ""
    check_call_off(replace(framework, minimum_release=0), CallOff(supplier, dossier.order.currency, _first(terms), 0))
    if framework.last is not None and terms.last is not None and terms.last > framework.last:
        days = [f"a last day of {day:%-d %b %Y}" for day in (framework.last, terms.last)]
        raise NotAsAgreed(subject=framework.name, agreed=days[0], wanted=days[1])
    if framework.left is not None and terms.amount_limit > framework.left:
        money = [
            Money(each, framework.currency) for each in (framework.left, framework.amount_limit, terms.amount_limit)
        ]
        raise OverTheLimit(subject=framework.name, left=money[0], limit=money[1], wanted=money[2])


def _first(terms: Terms) -> date:
    assert terms.first is not None
    return terms.first


def priced(uow: UnitOfWork, dossier: Dossier) -> Dossier:
    """Write the agreed price into every line of a release, as it is at this moment; returns the release as it then stands."""
    if OrderKind(dossier.order.kind) is not OrderKind.RELEASE or dossier.order.parent_id is None:
        return dossier
    moved = agreed_prices(uow, dossier)
    for line in dossier.lines:
        if line.id in moved:
            uow.change(PurchaseOrderLine, line.id, price=moved[line.id])
            after = {"price": moved[line.id]}
            uow.audit(Note(dossier.name, "agreed price", before={"price": line.price}, after=after))
    return recounted(uow, dossier.order.id) if moved else dossier
