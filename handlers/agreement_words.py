"""How much of an agreement is used and left, and how long it lasts, in words: the meter of every prompt about it."""

from collections.abc import Iterator
from typing import Any

from handlers.order_content import Dossier, opened, today
from orders.agreement_terms import PriceBasis
from orders.agreements import SAID, AgreementState, state_words
from orders.call_offs import Agreed
from orders.money import Money, price_text
from orders.people import Role
from orders.purchase_orders import OrderKind
from orders.units import quantity_text, unit_word
from storage import agreements
from storage.unit_of_work import UnitOfWork

SEES_MONEY = (Role.BUYER, Role.SUPERVISOR, Role.APPROVER, Role.FINANCE, Role.ADMIN)
"""Who is shown what an agreement comes to; everybody else sees quantities and days."""
MOST_LINES = 6
BASIS = {
    PriceBasis.PER_RELEASE: "by the quantity of each release",
    PriceBasis.CUMULATIVE: "by everything ordered so far, the new release included",
}


def sees_money(uow: UnitOfWork) -> bool:
    """Say whether the acting person is shown money."""
    return uow.actor.has(*SEES_MONEY)


def meter(uow: UnitOfWork, order_id: int, *, money: bool = True) -> str:
    """Return the sentence that stands in every prompt about an agreement: used, left, and the days to its end."""
    one, above = agreements.agreed(uow, order_id), opened(uow, order_id)
    parts = [*_by_line(one, above), *([_by_money(one)] if money and one.left is not None else [])]
    left = "; ".join(parts) or "no limit was agreed"
    return f"{one.name}, {SAID[one.kind]}: {left}. {_until(uow, one)}"


def _by_line(one: Agreed, above: Dossier) -> Iterator[str]:
    names = {line.line: line.description for line in above.lines}
    limited = [line for line in one.lines if line.left is not None]
    for line in limited[:MOST_LINES]:
        unit = unit_word(line.measure.unit, 0)
        used, planned, left = line.said(line.released), line.said(line.planned), line.said(line.left or 0)
        of = f" of {names[line.line]}" if len(limited) > 1 else ""
        yield f"{used} of {planned} {unit}{of} used, {left} left"
    if len(limited) > MOST_LINES:
        yield f"and {len(limited) - MOST_LINES} more lines"


def _by_money(one: Agreed) -> str:
    used, limit, left = (Money(each, one.currency) for each in (one.released, one.amount_limit, one.left or 0))
    return f"{used} of {limit} used, {left} left"


def _until(uow: UnitOfWork, one: Agreed) -> str:
    if one.state is AgreementState.EXPIRED:
        return "It has ended."
    if one.state not in {AgreementState.ACTIVE, AgreementState.APPROVED}:
        return f"It is {state_words(one.state)}."
    days = one.days_left(today(uow))
    if days is None or one.last is None:
        return "It has no last day."
    return f"{days} {'day' if days == 1 else 'days'} left, to {one.last:%-d %b %Y}."


def above_sentence(uow: UnitOfWork, dossier: Dossier) -> str:
    """Return the meter of the agreement that an order is ordered under, or what an agreement itself comes to."""
    if dossier.order.parent_id is not None:
        return f"{SAID[OrderKind(dossier.order.kind)].capitalize()} from " + meter(uow, dossier.order.parent_id)
    return terms_sentence(dossier) if dossier.terms is not None else ""


def terms_sentence(dossier: Dossier) -> str:
    """Say what kind of agreement this is, what it commits to and for how long."""
    terms, kind = dossier.terms, OrderKind(dossier.order.kind)
    if terms is None:
        return ""
    days = f"Valid {terms.first:%-d %b %Y} to {terms.last:%-d %b %Y}." if terms.first and terms.last else ""
    minimum = Money(terms.minimum_release, dossier.order.currency)
    least = f"A release comes to at least {minimum}." if terms.minimum_release else ""
    breaks = f"Prices fall {BASIS[terms.basis]}." if any(each.breaks for each in terms.lines) else ""
    return " ".join(filter(None, [BINDS[kind], days, least, breaks]))


BINDS = {
    OrderKind.PLANNED: "A planned order: prices and quantities are agreed, each release orders a part of them.",
    OrderKind.BLANKET: "A blanket order: it buys nothing by itself, each release does. The amount is the most that may be released.",
    OrderKind.CONTRACT: "A contract: it buys nothing by itself. Standard and blanket orders under it do, up to the amount.",
}
"""What an approver has to know about each kind of agreement."""


def rows(dossier: Dossier) -> list[tuple[Any, ...]]:
    """Return the lines of an agreement as its cards list them: number, item, quantity, price."""
    found = []
    for line in dossier.lines:
        more = dossier.terms.of_line(line.line) if dossier.terms is not None else None
        estimate = more.estimate if more is not None else 0
        about = f"about {quantity_text(estimate)}" if estimate else "as released"
        quantity = quantity_text(line.quantity) if line.quantity else about
        steps = [
            f"from {quantity_text(each.from_quantity)}: {price_text(each.price, dossier.order.currency)}"
            for each in (more.breaks if more is not None else ())
        ]
        price = price_text(line.price, dossier.order.currency)
        found.append((line.line, line.description, f"{quantity} {unit_word(line.unit, 0)}", "; ".join([price, *steps])))
    return found
