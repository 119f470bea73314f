"""Ordering from an agreement by a button or a typed sentence: a release, or a standard order under a contract, requested at once."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import templates
from handlers import agreement_cards, approvals, budget_checks, finding
from handlers.agreement_drafts import put_under
from handlers.agreement_forms import coming, existing, price, read
from handlers.agreement_words import meter, sees_money
from handlers.agreements import agreement
from handlers.approval_plans import Staff, staff
from handlers.call_off_rules import priced
from handlers.happenings import Answer, Click, Submission
from handlers.ids import Action, Callback, numbers, value
from handlers.order_cards import missing
from handlers.order_content import Dossier, Line, opened, order_named, today
from handlers.order_drafts import arrival, conditions, cost_centre_of, new_draft, offer_for, recounted
from handlers.typed_days import day_named
from orders.call_offs import check_open
from orders.errors import NotOnAgreement, Refusal, Unlawful
from orders.purchase_orders import OrderKind
from orders.units import quantity_of, unit_named, unit_word
from storage import agreement_moves, agreements
from storage.tables import CostCentre, Part, PurchaseOrder, PurchaseOrderLine, Supplier, WorkOrder
from storage.unit_of_work import Note, UnitOfWork

MOST_CHOICES = 100
_TYPED = re.compile(
    r"(?P<quantity>\d+(?:[.,]\d+)?)\s*(?:x\s+|x(?=\d)|\s)?\s*(?P<item>.*?)(?:\s+(?:by|bis)\s+(?P<day>[^,]+))?",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants from an agreement: thousandths of a unit of one of its lines, or of a part under a contract."""

    quantity: int
    unit: str
    deliver_by: date | None
    cost_centre_id: int | None
    part_id: int | None = None
    price: int = 0
    work_order_id: int | None = None


def order(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form that orders from an agreement, with what is used and left of it."""
    dossier = _open(uow, *numbers(click.value, 1))
    return Answer(modal=form(uow, dossier))


def _open(uow: UnitOfWork, order_id: int) -> Dossier:
    """Return an agreement that can be ordered from now; raises ``AgreementNotOpen``."""
    dossier = agreement(uow, order_id)
    agreement_moves.settle(uow, order_id)
    check_open(agreements.agreed(uow, order_id))
    return dossier


def form(uow: UnitOfWork, dossier: Dossier) -> dict[str, Any]:
    """Return the form, filled as far as one can guess."""
    head = agreements.head_of(uow, dossier.order.id)
    centre = head.cost_centre_id or next((line.cost_centre_id for line in dossier.lines), None)
    return templates.view(
        "call_off_form",
        private=value(dossier.order.id),
        budget=budget_checks.of_centre(uow, centre) if centre is not None else "",
        meter=meter(uow, dossier.order.id, money=sees_money(uow)),
        lines=[(str(line.id), f"{line.description}, in {unit_word(line.unit, 0)}") for line in dossier.lines],
        currency=dossier.order.currency,
        deliver_by=arrival(uow, None),
        cost_centres=[(str(row.id), f"{row.code} {row.name}") for row in uow.all(CostCentre)[:MOST_CHOICES]],
        cost_centre=str(centre or ""),
    )


def ordered(uow: UnitOfWork, what: Submission) -> Answer:
    """Order what the form says: drafted at the agreed price and requested at once."""
    dossier = _open(uow, *numbers(what.private, 1))
    wrong: dict[str, str] = {}
    line = _chosen(what, dossier, wrong)
    part_id = read(what, "part", wrong, existing(uow, Part)) if line is None and not dossier.lines else None
    unit = line.unit if line is not None else _unit_of(uow, part_id, dossier)
    quantity = _quantity(what.field("quantity"), unit, wrong)
    deliver_by = read(what, "deliver_by", wrong, coming(uow))
    centre = read(what, "cost_centre", wrong, existing(uow, CostCentre))
    agreed = read(what, "price", wrong, price) or 0
    if not dossier.lines and part_id is None:
        wrong.setdefault("part", "Choose a part from the list")
    if wrong:
        return Answer(errors=wrong)
    return take(uow, dossier, line, Wish(quantity, unit, deliver_by, centre, part_id, agreed))


def _chosen(what: Submission, dossier: Dossier, wrong: dict[str, str]) -> Line | None:
    if not dossier.lines:
        return None
    line = next((line for line in dossier.lines if str(line.id) == what.field("line")), None)
    if line is None:
        wrong["line"] = "Choose a line from the list"
    return line


def _unit_of(uow: UnitOfWork, part_id: int | None, dossier: Dossier) -> str:
    return offer_for(uow, uow.get(Part, part_id), dossier.order.supplier_id).unit if part_id is not None else "C62"


def _quantity(written: str, unit: str, wrong: dict[str, str]) -> int:
    try:
        return quantity_of(written, unit)
    except Refusal as unreadable:
        wrong["quantity"] = str(unreadable)
        return 0


def take(uow: UnitOfWork, dossier: Dossier, line: Line | None, wish: Wish) -> Answer:
    """Draft an order under an agreement and request it; what it does not cover is refused before anything is kept."""
    known = staff(uow)
    below = _drafted(uow, dossier, line, wish, known)
    told = approvals.submit(uow, below.order.id)
    now = opened(uow, below.order.id)
    agreement_cards.show(uow, dossier.order.id, known)
    left = meter(uow, dossier.order.id, money=sees_money(uow))
    if lacking := missing(now):
        words = {"number": now.name, "above": dossier.name, "gaps": ", ".join(lacking)}
        return Answer(private=templates.words("agreement_said", what="drafted", **words))
    return Answer(private=templates.words("agreement_said", what="ordered", words=told.private, meter=left))


def _drafted(uow: UnitOfWork, dossier: Dossier, line: Line | None, wish: Wish, known: Staff) -> Dossier:
    """Write the order that is to be requested: its terms are those of the agreement, its price the agreed one."""
    kind = OrderKind.STANDARD if line is None else OrderKind.RELEASE
    above = dossier.order
    order_id = new_draft(uow, above.supplier_id, above.currency, reason="", known=known)
    uow.change(PurchaseOrder, order_id, kind=kind.value, buyer_id=above.buyer_id, **_terms(uow, dossier))
    put_under(uow, order_id, kind, above.id)
    uow.add(PurchaseOrderLine, order_id=order_id, line=1, **_line(uow, dossier, line, wish))
    uow.audit(Note(dossier.name, "drafted from it", after={"order": opened(uow, order_id).name}))
    return priced(uow, recounted(uow, order_id))


def _terms(uow: UnitOfWork, dossier: Dossier) -> dict[str, object]:
    """Return the conditions of the agreement, which hold for everything under it."""
    supplier = uow.find(Supplier, id=dossier.order.supplier_id) if dossier.order.supplier_id is not None else None
    return {name: getattr(dossier.order, name) for name in conditions(uow.plant, supplier)}


def _line(uow: UnitOfWork, dossier: Dossier, line: Line | None, wish: Wish) -> Mapping[str, object]:
    counters = dict.fromkeys(("received", "accepted", "rejected", "cancelled"), 0)
    own = {"quantity": wish.quantity, "price": wish.price, "deliver_by": wish.deliver_by} | counters
    if line is None:
        part = uow.get(Part, wish.part_id)
        offer = offer_for(uow, part, dossier.order.supplier_id)
        bought = {"part_id": part.id, "description": part.name, "supplier_part": offer.supplier_part}
        packs = {"unit": offer.unit, "pack_unit": offer.pack_unit, "pack_size": offer.pack_size, "gtin": offer.gtin}
        return own | bought | packs | {"cost_centre_id": wish.cost_centre_id}
    kept = ("part_id", "description", "supplier_part", "gtin", "pack_unit", "pack_size")
    from_line = {name: getattr(line, name) for name in kept} | {"agreement_line_id": line.id, "unit": wish.unit}
    if wish.unit != line.unit:
        from_line |= {"pack_unit": "", "pack_size": 0}
    return (
        own
        | from_line
        | {"cost_centre_id": wish.cost_centre_id or line.cost_centre_id, "work_order_id": wish.work_order_id}
    )


def typed(uow: UnitOfWork, number: str, rest: str, job: WorkOrder | None = None) -> Answer:
    """Take ``release PO-118 20 seal 45 by fri``, in a job's thread for that job; nothing behind the number opens the form."""
    dossier = _open(uow, order_named(uow, number).id)
    if not rest.strip():
        return Answer(modal=form(uow, dossier))
    found = _TYPED.fullmatch(rest.strip())
    if found is None or not dossier.lines:
        raise Unlawful(why=f"Write what and how much, for instance `release {dossier.name} 20 seal 45 by fri`.")
    line, unit = _line_named(uow, dossier, found["item"].strip())
    day = day_named(found["day"], today(uow)) if found["day"] else arrival(uow, None)
    head = agreements.head_of(uow, dossier.order.id)
    centre = cost_centre_of(uow, job) or line.cost_centre_id or head.cost_centre_id
    wish = Wish(quantity_of(found["quantity"], unit), unit, day, centre, work_order_id=job.id if job else None)
    return take(uow, dossier, line, wish)


def _line_named(uow: UnitOfWork, dossier: Dossier, written: str) -> tuple[Line, str]:
    """Find the line that is meant, and the unit: by a part, by words of its description, or the only one there is."""
    first, _, rest = written.partition(" ")
    unit = _unit(first)
    item = rest.strip() if unit else written
    if not item and len(dossier.lines) == 1:
        return dossier.lines[0], unit or dossier.lines[0].unit
    for candidate, of in ((written, ""), (item, unit)):
        line = _matching(uow, dossier, candidate)
        if line is not None:
            return line, of or line.unit
    named = ", ".join(line.description for line in dossier.lines[:4])
    raise NotOnAgreement(subject=dossier.name, item=f"“{written[:40]}”", lines=named)


def _matching(uow: UnitOfWork, dossier: Dossier, written: str) -> Line | None:
    if not written:
        return None
    words = written.casefold().split()
    found = [line for line in dossier.lines if all(word in line.description.casefold() for word in words)]
    if len(found) == 1:
        return found[0]
    try:
        part = finding.part(uow, written)
    except Refusal:
        return None
    return next((line for line in dossier.lines if line.part_id == part.id), None)


def _unit(word: str) -> str:
    try:
        return unit_named(word).code if word else ""
    except Refusal:
        return ""


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Action.CALL_OFF: order}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Callback.CALL_OFF: ordered}
