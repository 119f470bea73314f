"""Writes what agreements.csv says as drafts of agreements, one row a line; each goes through its approval like any other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.import_ledger import Ledger
from bot.import_reading import Entry
from bot.import_writing import by_plain_code, money, plain_code, priced
from handlers import agreement_cards
from handlers.agreement_drafts import Head, Row, draft, put_line, put_under, rewrite, same_line
from handlers.agreement_forms import breaks_of
from handlers.approval_plans import staff
from handlers.order_cards import missing
from handlers.order_content import Dossier, opened
from handlers.order_drafts import offer_for
from orders.agreement_terms import PriceBasis
from orders.agreements import AGREEMENT_KINDS
from orders.errors import Refusal
from orders.lifecycle import said
from orders.purchase_orders import OrderKind, OrderState
from orders.units import unit_word
from storage.tables import Agreement, CostCentre, Part, PurchaseOrder, Supplier

Entries = Sequence[Entry]
OF_HEAD = ("kind", "supplier", "under", "valid_from", "valid_to", "limit", "minimum_release", "price_basis", "answers")


@dataclass
class Known:
    """What rows may name, by how it is written."""

    suppliers: dict[str, Any]
    parts: dict[str, Any]
    centres: dict[str, int]
    agreements: dict[str, Any]


def write_agreements(ledger: Ledger, entries: Entries) -> None:
    """Write agreements by what the plant calls them; one that is beyond a draft is left as it is, and a note says so."""
    uow = ledger.uow
    rows = uow.all(Supplier)
    known = Known(
        {row.name.casefold(): row for row in rows} | {row.code.casefold(): row for row in rows},
        by_plain_code(uow, Part),
        {row.code.upper(): row.id for row in uow.all(CostCentre)},
        {row.reference.casefold(): row for row in uow.all(Agreement) if row.reference},
    )
    grouped: dict[str, list[Entry]] = {}
    for entry in entries:
        grouped.setdefault(str(entry.values["agreement"]).casefold(), []).append(entry)
    for number, (reference, group) in enumerate(grouped.items(), 1):
        _write(ledger, known, reference, group)
        ledger.progress("agreements", number, len(grouped))


def _write(ledger: Ledger, known: Known, reference: str, group: Entries) -> None:
    faults = len(ledger.wrong)
    head = _head(ledger, known, group)
    lines = [_line(ledger, known, head, entry) for entry in group if _has_line(entry)] if head is not None else []
    if head is None or len(ledger.wrong) > faults:
        return
    present = known.agreements.get(reference)
    if present is None:
        order_id = _drafted(ledger, head, group[0])
        if order_id is None:
            return
        known.agreements[reference] = ledger.uow.find(Agreement, order_id=order_id)
    else:
        order_id = present.order_id
        if not _rewritten(ledger, head, opened(ledger.uow, order_id), group[0]):
            return
    state = "new" if present is None else "same"
    for row in filter(None, lines):
        state = _put(ledger, order_id, row, state)
    ledger.count("agreements", reference, state)
    agreement_cards.show(ledger.uow, order_id, staff(ledger.uow), gaps=missing(opened(ledger.uow, order_id)))


def _has_line(entry: Entry) -> bool:
    return any(entry.values.get(name) for name in ("part", "description", "price"))


def _put(ledger: Ledger, order_id: int, row: Row, state: str) -> str:
    """Write a line where it says something new; returns what became of the agreement."""
    before = opened(ledger.uow, order_id)
    if _says_the_same(before, row):
        return state
    put_line(ledger.uow, order_id, row)
    return state if state == "new" else "changed"


def _says_the_same(dossier: Dossier, row: Row) -> bool:
    line = same_line(dossier, row)
    if line is None or dossier.terms is None:
        return False
    extra = dossier.terms.of_line(line.line)
    now = (line.quantity, line.unit, line.price, line.cost_centre_id, extra.estimate, extra.breaks)
    return now == (row.quantity, row.unit, row.price, row.cost_centre_id, row.estimate, row.breaks)


def _drafted(ledger: Ledger, head: Head, first: Entry) -> int | None:
    try:
        return draft(ledger.uow, head, staff(ledger.uow))
    except Refusal as refusal:
        ledger.wrong.append(first.wrong("under", f"cannot be: {refusal}".rstrip(".")))
        return None


def _rewritten(ledger: Ledger, head: Head, dossier: Dossier, first: Entry) -> bool:
    """Write other terms into a draft; say whether it was one."""
    if dossier.state is not OrderState.DRAFT:
        ledger.count("agreements", head.reference.casefold(), "same")
        ledger.notes.append(
            f"{first.file}: {head.reference} is {said(dossier.state)} as {dossier.name}; it was left as it is."
        )
        return False
    if dossier.order.kind != head.kind or dossier.order.supplier_id != head.supplier_id:
        ledger.wrong.append(first.wrong("agreement", f"is {dossier.name} already, with another kind or supplier"))
        return False
    row = ledger.uow.find(Agreement, order_id=dossier.order.id)
    if any(getattr(row, name) != value for name, value in head.own().items()):
        rewrite(ledger.uow, dossier.order.id, **head.own())
        ledger.count("agreements", head.reference.casefold(), "changed")
    if dossier.order.parent_id != head.parent_id:
        put_under(ledger.uow, dossier.order.id, head.kind, head.parent_id)
    return True


def _head(ledger: Ledger, known: Known, group: Entries) -> Head | None:
    """Read what the rows of one agreement say of the whole; a row that says something else than the first is reported."""
    first = group[0]
    for entry in group[1:]:
        for name in OF_HEAD:
            if name in entry.values and entry.values[name] != first.values.get(name, entry.values[name]):
                ledger.wrong.append(entry.wrong(name, f"differs from line {first.line} of the same agreement"))
    kind = _chosen(ledger, first, "kind", [each.value for each in OrderKind if each in AGREEMENT_KINDS])
    basis = _chosen(ledger, first, "price_basis", [each.value for each in PriceBasis]) or PriceBasis.PER_RELEASE
    supplier = known.suppliers.get(str(first.values.get("supplier", "")).casefold())
    if supplier is None:
        ledger.wrong.append(first.wrong("supplier", "is no supplier I know; add it to suppliers.csv"))
    if kind is None or supplier is None:
        return None
    currency = first.values.get("currency") or supplier.currency or ledger.uow.plant.currency
    amounts = {
        name: money(ledger, first, name, currency) or 0 for name in ("limit", "minimum_release") if name in first.values
    }
    return Head(
        kind=OrderKind(kind),
        supplier_id=supplier.id,
        currency=currency,
        first=first.values.get("valid_from"),
        last=first.values.get("valid_to"),
        amount_limit=amounts.get("limit", 0),
        minimum_release=amounts.get("minimum_release", 0),
        basis=PriceBasis(basis),
        cost_centre_id=_centre(ledger, known, first, "answers"),
        reference=str(first.values["agreement"]),
        parent_id=_above(ledger, known, first),
    )


def _chosen(ledger: Ledger, entry: Entry, name: str, allowed: list[str]) -> str | None:
    written = str(entry.values.get(name) or "").strip().lower().replace(" ", "_")
    if written and written not in allowed:
        ledger.wrong.append(entry.wrong(name, f"is none of {', '.join(allowed)}"))
    if not written and name == "kind":
        ledger.wrong.append(entry.wrong(name, f"is empty; write one of {', '.join(allowed)}"))
    return written if written in allowed else None


def _centre(ledger: Ledger, known: Known, entry: Entry, name: str) -> int | None:
    written = str(entry.values.get(name) or "")
    if written and written.upper() not in known.centres:
        ledger.wrong.append(entry.wrong(name, "is no cost centre I know; add it to cost_centres.csv"))
    return known.centres.get(written.upper())


def _above(ledger: Ledger, known: Known, entry: Entry) -> int | None:
    written = str(entry.values.get("under") or "")
    if not written:
        return None
    row = known.agreements.get(written.casefold())
    order = ledger.uow.find(PurchaseOrder, number=written.upper()) if row is None else None
    if row is None and order is None:
        ledger.wrong.append(entry.wrong("under", "is no agreement I know; write its name of this file or its number"))
        return None
    return row.order_id if row is not None else (order.id if order is not None else None)


def _line(ledger: Ledger, known: Known, head: Head | None, entry: Entry) -> Row | None:
    written = str(entry.values.get("part") or "")
    part = known.parts.get(plain_code(written)) if written else None
    if head is None or (written and part is None):
        ledger.wrong.append(entry.wrong("part", "is no part I know; add it to parts.csv"))
        return None
    if part is None and not entry.values.get("description"):
        ledger.wrong.append(entry.wrong("part", "is empty; write a part, or what else is bought as description"))
        return None
    if head.kind is OrderKind.CONTRACT:
        ledger.wrong.append(entry.wrong("part", "stands on a contract, which has no lines"))
        return None
    base = _base(ledger, head, entry, part)
    if base is None:
        return None
    price = priced({"price": entry.values.get("price")})
    if not price.get("price"):
        ledger.wrong.append(entry.wrong("price", "is empty or 0; every line of an agreement has a price"))
    if price.get("currency", head.currency) != head.currency:
        ledger.wrong.append(entry.wrong("price", f"is not in {head.currency}, the currency of the agreement"))
    quantity = int(entry.values.get("quantity") or 0)
    planned = head.kind is OrderKind.PLANNED
    return Row(
        **base,
        price=int(price.get("price") or 0),
        quantity=quantity if planned else 0,
        estimate=0 if planned else quantity,
        breaks=_breaks(ledger, entry, base["unit"]),
        cost_centre_id=_centre(ledger, known, entry, "cost_centre"),
    )


def _base(ledger: Ledger, head: Head, entry: Entry, part: Any) -> dict[str, Any] | None:
    """Return what is bought and in which unit: the part's own, or the one in which the supplier sells it."""
    unit = entry.values.get("unit") or ""
    if part is None:
        return {"description": str(entry.values["description"]), "unit": unit or "C62"}
    offer = offer_for(ledger.uow, part, head.supplier_id)
    said_so = {"description": part.name, "part_id": part.id, "supplier_part": offer.supplier_part}
    if unit and unit not in {part.unit, offer.unit}:
        sold = " or ".join(dict.fromkeys(unit_word(code) for code in (part.unit, offer.unit)))
        ledger.wrong.append(entry.wrong("unit", f"is not how it is bought; write {sold}"))
        return None
    if unit == part.unit:
        return said_so | {"unit": unit}
    return said_so | {"unit": offer.unit, "pack_unit": offer.pack_unit, "pack_size": offer.pack_size}


def _breaks(ledger: Ledger, entry: Entry, unit: str) -> Any:
    written = str(entry.values.get("breaks") or "")
    try:
        return breaks_of(written, unit) if written else ()
    except (Refusal, ValueError, ArithmeticError):
        reason = "is no list of rising price breaks such as 50=172.00+100=160.00"
        ledger.wrong.append(entry.wrong("breaks", reason))
        return ()
