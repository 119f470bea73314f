"""How what is ordered is taxed: what a line says, else its supplier part, its supplier, its part and the plant; frozen when it is requested."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import bindparam, select, update

from handlers.order_content import Dossier, opened
from orders.charges import Carrier, Taxed, taxed
from orders.money import Money
from orders.taxes import Tax, TaxRow, tax_named, tax_rows
from storage.prepared import Prepared
from storage.tables import Part, PurchaseOrderLine, SupplierPart
from storage.unit_of_work import UnitOfWork, table

_LINES, _PARTS, _OFFERS = table(PurchaseOrderLine), table(Part), table(SupplierPart)
_OF_OFFERS = Prepared(
    select(_OFFERS.c.part_id, _OFFERS.c.tax).where(_OFFERS.c.supplier_id == bindparam("supplier"), _OFFERS.c.tax != "")
)
_OF_PARTS = Prepared(select(_PARTS.c.id, _PARTS.c.tax).where(_PARTS.c.tax != ""))
AT_ONCE = 500
"""How many lines one statement freezes."""


def usual(uow: UnitOfWork, supplier_id: int | None, supplier_tax: str) -> Callable[[int | None], Tax]:
    """Return what tells how a part (None: what only words describe) is taxed from a supplier; the nearest word counts."""
    offers = {row.part_id: row.tax for row in uow.rows(_OF_OFFERS, supplier=supplier_id or 0)}
    parts = {row.id: row.tax for row in uow.rows(_OF_PARTS)}
    plant = uow.plant.terms.tax_percent or "0"

    def of_part(part_id: int | None) -> Tax:
        return tax_named(offers.get(part_id) or supplier_tax or parts.get(part_id) or plant)

    return of_part


def usual_of(uow: UnitOfWork, dossier: Dossier) -> Callable[[int | None], Tax]:
    """Return what tells how a part is taxed on this order where nobody has said it."""
    supplier = dossier.supplier
    return usual(uow, dossier.order.supplier_id, supplier.tax if supplier is not None else "")


def taxes_of(uow: UnitOfWork, dossier: Dossier) -> dict[int, Tax]:
    """Return the tax of every line by its number."""
    usually = usual_of(uow, dossier)
    return {line.line: tax_named(line.tax) if line.tax else usually(line.part_id) for line in dossier.lines}


def settled(uow: UnitOfWork, dossier: Dossier) -> Dossier:
    """Write the usual tax into every line that says none, so that what is approved is what the paper says."""
    taxes, open_lines = taxes_of(uow, dossier), [line for line in dossier.lines if not line.tax]
    by_words: dict[str, list[int]] = {}
    for line in open_lines:
        by_words.setdefault(taxes[line.line].written(), []).append(line.id)
    for words, ids in by_words.items():
        for at in range(0, len(ids), AT_ONCE):
            uow.run(update(_LINES).where(_LINES.c.id.in_(ids[at : at + AT_ONCE])).values(tax=words))
    return opened(uow, dossier.order.id) if open_lines else dossier


def parts(uow: UnitOfWork, dossier: Dossier, amounts: Sequence[int] | None = None) -> tuple[Taxed, ...]:
    """Return every part of an order with its tax; ``amounts`` are the lines' in minor units where they are not their own."""
    kept = [line for line in dossier.lines if not line.dropped_in]
    taxes = taxes_of(uow, dossier)
    own = amounts if amounts is not None else [dossier.amount(line).minor for line in kept]
    lines = [
        (Carrier(line.line, line.cost_centre_id, amount), taxes[line.line])
        for line, amount in zip(kept, own, strict=True)
    ]
    charges = [(each.levy, each.kind, tax_named(each.tax) if each.tax else None) for each in dossier.charges]
    return taxed(lines, charges)


def rows(uow: UnitOfWork, dossier: Dossier) -> tuple[TaxRow, ...]:
    """Return what an order's tax comes to by rate."""
    return tax_rows((part.tax, part.amount) for part in parts(uow, dossier))


def lacking(uow: UnitOfWork, dossier: Dossier) -> list[str]:
    """Name the tax ids without which the order's tax does not hold."""
    charged = [tax_named(each.tax) for each in dossier.charges if each.tax]
    if dossier.is_agreement or not any(tax.both_ids for tax in (*taxes_of(uow, dossier).values(), *charged)):
        return []
    theirs = dossier.supplier.tax_id if dossier.supplier is not None else ""
    wanted = ((uow.plant.tax_id, "our tax id"), (theirs, "the supplier's tax id"))
    return [words for held, words in wanted if not held]


def said(uow: UnitOfWork, dossier: Dossier) -> str:
    """Say in one sentence which tax comes on top; empty where there is none, and for an agreement."""
    currency = dossier.order.currency
    found = () if dossier.is_agreement else rows(uow, dossier)
    told = [f"{row.tax.written()} on {Money(row.base, currency)}: {Money(row.amount, currency)}" for row in found]
    return f"Tax comes on top: {'; '.join(told)}." if any(row.amount or row.tax.reason for row in found) else ""


def written(uow: UnitOfWork, dossier: Dossier, says: Mapping[int, str]) -> None:
    """Write the tax that somebody gave lines, by their numbers; the usual one is left to follow supplier and part."""
    usually = usual_of(uow, dossier)
    for line in dossier.lines:
        if line.line in says:
            said = says[line.line]
            own = "" if said == usually(line.part_id).written() else said
            if own != line.tax:
                uow.change(PurchaseOrderLine, line.id, tax=own)


def charges_said(dossier: Dossier) -> list[str]:
    """Say each charge with what it costs and, where that is not as for the first line, who pays and its tax."""
    currency = dossier.order.currency
    return [
        f"{charge.content.label} {'-' if charge.content.takes_off else ''}{Money(charge.amount, currency)}"
        + (f", cost centre {charge.cost_centre}" if charge.cost_centre else "")
        + (f", tax {charge.tax}" if charge.tax else "")
        for charge in dossier.charges
    ]
