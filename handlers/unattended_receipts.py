"""Deliveries of suppliers that the plant trusts are taken in by themselves, under every gate; all others wait for a count."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from handlers import receiving
from handlers.mail_readings import Said
from handlers.order_content import Dossier, Line, locked
from handlers.order_rates import worth
from handlers.order_revisions import held
from handlers.receipt_cards import UNNUMBERED
from handlers.receipt_posting import post
from orders.money import line_amount
from orders.receiving import Count
from orders.unattended import Arrival, barred
from storage.tables import DeliveryNotice, InboundMail, Receipt, ReceiptLine, Supplier
from storage.unit_of_work import Note, UnitOfWork

RULE = "automatic receipt"
"""Under which name the record says why nobody counted."""


def settle(
    uow: UnitOfWork, receipts: Sequence[int], mail: InboundMail, reading: Mapping[str, Any], said: Sequence[Said]
) -> bool:
    """Take in what these receipts propose where the supplier may and every gate holds; say whether it was."""
    waiting = [uow.get(Receipt, number) for number in receipts]
    notice = uow.find(DeliveryNotice, id=waiting[0].notice_id) if waiting and waiting[0].notice_id is not None else None
    supplier = uow.get(Supplier, notice.supplier_id) if notice is not None else None
    if notice is None or supplier is None or not supplier.unattended:
        return False
    gate = barred(_arrival(uow, notice, mail, reading, said))
    for receipt in waiting:
        if gate is not None:
            uow.audit(Note(receipt.number, "waits for a count", after={"gate": gate.name}, rule=RULE))
            receiving.remark(uow, receipt.id, f"Not taken in by itself: {gate.otherwise}.")
            continue
        counts = {row.order_line_id: Count(row.claimed or 0) for row in uow.all(ReceiptLine, receipt_id=receipt.id)}
        uow.audit(Note(receipt.number, "take in by itself", after={"supplier": supplier.code}, rule=RULE))
        post(uow, receipt, locked(uow, receipt.order_id), counts)
    return gate is None


def _arrival(
    uow: UnitOfWork, notice: DeliveryNotice, mail: InboundMail, reading: Mapping[str, Any], said: Sequence[Said]
) -> Arrival:
    lines = [(each.line, _of(reading, each)) for each in said]
    return Arrival(
        allowed=uow.get(Supplier, notice.supplier_id).unattended,
        kind=str(reading["kind"]),
        trust=mail.trust,
        decided=str(reading["decision"].get("rule") or ""),
        problems=len(reading["problems"]),
        numbered=not notice.number.startswith(UNNUMBERED),
        revision=notice.revision,
        by_number=all(_names(line, read) for line, read in lines),
        same_units=all(read.get("unit") == line.unit for line, read in lines),
        within=all(0 < each.quantity <= each.line.to_come for each in said),
        looked_at=any(line.inspected or line.tracked or line.expires for line, _ in lines),
        blind=uow.plant.blind,
        undisturbed=all(_undisturbed(uow, each.dossier) for each in said),
        value=_value(uow, said),
        limit=uow.plant.unattended_limit,
    )


def _of(reading: Mapping[str, Any], each: Said) -> Mapping[str, Any]:
    """Return the line of the reading that says so."""
    found = (one for one in reading["lines"] if one["order"] == each.dossier.name and one["line"] == each.line.line)
    return next(found, {})


def _names(line: Line, read: Mapping[str, Any]) -> bool:
    own = {_plain(number) for number in (line.supplier_part, line.part, line.gtin) if number}
    return _plain(str(read.get("sku") or "")) in own


def _plain(number: str) -> str:
    return re.sub(r"[^0-9a-z]", "", number.lower())


def _undisturbed(uow: UnitOfWork, dossier: Dossier) -> bool:
    return dossier.order.cancel_asked_at is None and held(uow, dossier.order.id) is None


def _value(uow: UnitOfWork, said: Sequence[Said]) -> int | None:
    """Return what the goods are worth in minor units of the plant's currency; None where a rate is missing."""
    amounts = [
        (each.dossier.order, line_amount(each.quantity, each.line.price, each.dossier.order.currency)) for each in said
    ]
    known = [worth(uow, order, amount.minor) for order, amount in amounts]
    return None if None in known else sum(one.minor for one in known if one is not None)
