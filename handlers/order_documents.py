"""The order as the supplier reads it, frozen as values at the moment of its last approval."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from handlers import order_taxes
from handlers.approval_plans import Staff
from handlers.order_cards import buyer_of
from handlers.order_content import Dossier, Line, today
from orders.charges import RULES, Taxed
from orders.money import Money, line_amount, price_text
from orders.plant import Address, Plant
from orders.purchase_orders import short_code
from orders.taxes import Tax, tax_rows
from orders.units import quantity_text, unit_word
from storage import attachments
from storage.tables import Supplier
from storage.unit_of_work import UnitOfWork
from templates.looks import Look

Document = dict[str, Any]
TERMS = ("incoterm", "incoterm_place", "payment_terms", "return_conditions", "warranty", "terms_edition")
"""What of an order's terms stands in the document as it stands on the order."""


def frozen(uow: UnitOfWork, dossier: Dossier, known: Staff, approved_by: list[dict[str, str]]) -> Document:
    """Return everything that the mail, the PDF and the UBL order say, as decimal strings and ISO dates."""
    order, plant = dossier.order, uow.plant
    taxes = order_taxes.taxes_of(uow, dossier)
    language = (dossier.supplier.language if dossier.supplier is not None else "") or plant.language
    return {
        "number": order.number,
        "revision": order.revision,
        "ordered_on": today(uow).isoformat(),
        "currency": order.currency,
        "language": language,
        "plant": _plant(plant),
        "supplier": _supplier(dossier.supplier),
        "deliver_to": _place(plant, order.delivery_place),
        "deliver_by": _day(order.deliver_by),
        "quotation": "",
        "buyer": _buyer(uow, dossier, known),
        "our_reference": ", ".join(dossier.work_orders()),
        "work_orders": dossier.work_orders(),
        "lines": [
            _line(dossier, line, taxes[line.line]) for line in dossier.lines if line.dropped_in in {0, order.revision}
        ],
        **_totals(uow, dossier),
        "notes": "",
        "kind": order.kind,
        "parent": dossier.parent,
        "agreement": _agreement(dossier),
        **{term: getattr(order, term) for term in TERMS},
        "look": _look(uow, language),
        "approved_by": approved_by,
        "code": short_code(order.content_hash),
        "content_hash": order.content_hash,
        "issued_at": uow.now.isoformat(),
    }


def _look(uow: UnitOfWork, language: str) -> Document:
    """Keep the paper of this moment once by its content, so that the order looks the same whenever it is printed again."""
    paper = uow.plant.stationery
    kept = {"logo": (paper.logo, "image/svg+xml"), "annex": (paper.terms_in(language), "text/plain")}
    digests = {name: attachments.keep_once(uow, text.encode(), kind) for name, (text, kind) in kept.items() if text}
    return {"colour": paper.colour, **dict.fromkeys(kept, ""), **digests}


def look_of(uow: UnitOfWork, document: Document) -> Look:
    """Return the look that a frozen document was given; documents older than looks have the plain one."""
    given = document.get("look")
    if not given:
        return Look()
    said = {name: attachments.by_digest(uow, given[name]).decode() if given[name] else "" for name in ("logo", "annex")}
    return Look(colour=given["colour"], **said)


def _plant(plant: Plant) -> Document:
    return {
        **asdict(plant.address),
        "name": plant.address.name or plant.name,
        "tax_id": plant.tax_id,
        "email": plant.mail.address,
        "phone": plant.phone,
        "registered": plant.registered,
        "time_zone": str(plant.zone),
    }


def _place(plant: Plant, written: str) -> Document:
    """Return where to deliver: the plant's own address, or what a buyer wrote instead of it."""
    if written not in {"", plant.deliver_to.line(), plant.address.line()}:
        return {**asdict(Address()), "name": written}
    place = plant.deliver_to if plant.deliver_to != Address() else plant.address
    return {**asdict(place), "name": place.name or plant.name}


SUPPLIER_PRINTS = ("name", "street", "post_code", "city", "country", "contact", "phone", "tax_id")


def _supplier(supplier: Supplier | None) -> Document:
    if supplier is None:
        return {}
    return {key: getattr(supplier, key) for key in SUPPLIER_PRINTS} | {"email": supplier.email_orders, "number": ""}


def _buyer(uow: UnitOfWork, dossier: Dossier, known: Staff) -> Document:
    number = buyer_of(dossier, known)
    person = known.people.get(number or 0)
    if person is None:
        return {"name": "", "email": uow.plant.mail.address, "phone": uow.plant.phone}
    return {"name": person.name, "email": person.email, "phone": uow.plant.phone}


def _line(dossier: Dossier, line: Line, tax: Tax) -> Document:
    return {
        "line": line.line,
        "part": line.part or "",
        "supplier_part": line.supplier_part,
        "description": line.description,
        "quantity": quantity_text(line.quantity),
        "unit": line.unit,
        "unit_word": unit_word(line.unit, line.quantity),
        "unit_price": price_text(line.price, dossier.order.currency),
        "amount": dossier.amount(line).plain(),
        "deliver_by": _day(line.deliver_by),
        "tax_rate": tax.percent,
        "tax_category": tax.category.value,
        "tax_reason": tax.reason,
        **_agreed_line(dossier, line),
    }


def _agreement(dossier: Dossier) -> Document | None:
    """Return the days and limits of an agreement; None for an order."""
    terms = dossier.terms
    if terms is None:
        return None
    amounts = {"at_most": terms.amount_limit, "minimum": terms.minimum_release}
    said = {name: Money(minor, dossier.order.currency).plain() if minor else "" for name, minor in amounts.items()}
    return {"first": _day(terms.first), "last": _day(terms.last), "basis": terms.basis.value, **said}


def _agreed_line(dossier: Dossier, line: Line) -> Document:
    """Return what an agreement says of one line: how much is expected where nothing is ordered, and its price breaks."""
    if dossier.terms is None:
        return {}
    said, currency = dossier.terms.of_line(line.line), dossier.order.currency
    steps = [
        {"from": quantity_text(step.from_quantity), "price": price_text(step.price, currency)} for step in said.breaks
    ]
    expected = {"quantity": quantity_text(said.estimate), "estimate": True} if not line.quantity else {}
    worth = {"amount": line_amount(said.estimate, line.price, currency).plain()} if expected else {}
    return {"breaks": steps, **expected, **worth}


def _totals(uow: UnitOfWork, dossier: Dossier) -> Document:
    """Return net, charges, the tax of each rate, and what all of it comes to."""
    currency = dossier.order.currency
    amounts = _amounts(dossier)
    parts = order_taxes.parts(uow, dossier, amounts)
    found = tax_rows((part.tax, part.amount) for part in parts)
    tax, whole = sum(row.amount for row in found), sum(part.amount for part in parts)
    return {
        "net": Money(sum(amounts), currency).plain(),
        "charges": _charges(dossier, parts),
        "without_tax": Money(whole, currency).plain(),
        "taxes": [
            {**_tax(row.tax), "base": Money(row.base, currency).plain(), "amount": Money(row.amount, currency).plain()}
            for row in found
        ],
        "tax": Money(tax, currency).plain(),
        "tax_note": "",
        "total": Money(whole + tax, currency).plain(),
    }


def _tax(tax: Tax) -> Document:
    return {"category": tax.category.value, "rate": tax.percent, "reason": tax.reason}


def _charges(dossier: Dossier, parts: Sequence[Taxed]) -> list[Document]:
    """Return each kind of charge with its code and what of it is taxed how; amounts are above zero."""
    told = []
    for kind in dict.fromkeys(charge.kind for charge in dossier.charges):
        mine, rule = [part for part in parts if part.kind == kind], RULES[kind]
        amounts = [
            {**_tax(part.tax), "amount": Money(abs(part.amount), dossier.order.currency).plain()} for part in mine
        ]
        whole = Money(abs(sum(part.amount for part in mine)), dossier.order.currency)
        head = {"kind": kind.value, "label": rule.label, "code": rule.code, "allowance": rule.takes_off}
        told.append({**head, "amount": whole.plain(), "taxes": amounts})
    return told


def _amounts(dossier: Dossier) -> list[int]:
    """Return what the lines come to; for an agreement without quantities what is expected of them."""
    kept = [line for line in dossier.lines if not line.dropped_in]
    if dossier.terms is None:
        return [dossier.amount(line).minor for line in kept]
    estimates = [dossier.terms.of_line(line.line).estimate for line in kept]
    return [
        line_amount(line.quantity or estimate, line.price, dossier.order.currency).minor
        for line, estimate in zip(kept, estimates, strict=True)
    ]


def _day(day: Any) -> str:
    return day.isoformat() if day is not None else ""
