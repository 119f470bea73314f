"""Delivery notices: a supplier's claim, kept once by its business key, replaced by its correction, proposed to the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from handlers import receiving, unattended_receipts
from handlers.mail_readings import Said, Unsure, check_open, day, lines_of, orders_of
from handlers.order_closing import discard
from handlers.receipt_cards import UNNUMBERED
from orders.receiving import NoticeState, ReceiptDocState
from storage.prepared import Prepared
from storage.tables import DeliveryNotice, DeliveryNoticeLine, InboundMail, Receipt, ReceiptLine, Supplier
from storage.unit_of_work import Note, UnitOfWork, fingerprint, table

_RECEIPTS, _COUNTED = table(Receipt), table(ReceiptLine)
_PROPOSED = Prepared(
    select(_COUNTED.c.receipt_id, _COUNTED.c.order_line_id, _COUNTED.c.claimed)
    .join(_RECEIPTS, _RECEIPTS.c.id == _COUNTED.c.receipt_id)
    .where(_RECEIPTS.c.order_id == bindparam("order"), _RECEIPTS.c.state == ReceiptDocState.PROPOSED.value)
)
"""What receipts that wait to be counted claim of one order."""
HANDED_OVER = "delivery"
"""The kind of mail that says goods were handed over, which mostly follows one that said they left."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a mail: its state, the order it is about, and what is noted."""

    state: str
    order_id: int | None = None
    how: str = ""


def taken(uow: UnitOfWork, mail: InboundMail, reading: Mapping[str, Any], supplier: Supplier | None) -> Taken:
    """Write a delivery notice and propose its receipts; a repeat changes nothing, a correction replaces the former one.

    Raises ``Unsure`` where a person has to look; nothing is written then.
    """
    orders = orders_of(uow, reading, supplier)
    said = [each for each in lines_of(reading, orders) if each.quantity]
    if supplier is None or not said:
        raise Unsure("nothing in it says how much was sent")
    number, kind = _number(reading, said), str(reading["kind"])
    handed_over = _announced(uow, said) if kind == HANDED_OVER else None
    if handed_over is not None:
        told = _arrived(uow, handed_over, reading, said)
        unattended_receipts.settle(uow, [handed_over], mail, reading, said)
        return told
    former = _former(uow, supplier.id, number)
    if former is not None and _says_the_same(uow, former, said):
        if number.startswith(UNNUMBERED):
            raise Unsure("it says the same as an earlier mail and bears no note number")
        return Taken("duplicate", said[0].dossier.order.id, f"the same as note {number}")
    if former is not None and not _same_goods(uow, former, said):
        raise Unsure(f"note {number} already stands for other goods")
    if kind == HANDED_OVER and former is None:
        _check_not_taken_in(uow, said)
    remark = _replaced(uow, former) if former is not None else ""
    coming = check_open(said, _claimed(uow, said))
    revision = former.revision + 1 if former is not None else 1
    notice_id = _notice(uow, mail, supplier, reading, {"number": number, "revision": revision})
    _add_lines(uow, notice_id, coming)
    proposed = receiving.propose(uow, notice_id, remark)
    alone = unattended_receipts.settle(uow, proposed, mail, reading, coming)
    return Taken("settled" if alone else "proposed", said[0].dossier.order.id, "taken in by itself" if alone else "")


def claimed_by_person(  # noqa: PLR0917  # what is claimed has as many sides
    uow: UnitOfWork,
    mail: InboundMail,
    reading: Mapping[str, Any],
    supplier: Supplier,
    said: Sequence[Said],
    remark: str = "",
) -> list[int]:
    """Propose receipts from a mail that a person lets count; what was read is only beside what they will count."""
    number = _number(reading, said)
    former = _former(uow, supplier.id, number)
    if former is not None and _same_goods(uow, former, said):
        _replaced(uow, former)
    revision = former.revision + 1 if former is not None else 1
    notice_id = _notice(uow, mail, supplier, reading, {"number": number, "revision": revision})
    _add_lines(uow, notice_id, said)
    return receiving.propose(uow, notice_id, remark or f"{uow.actor.name} let this mail count.")


def withdraw(uow: UnitOfWork, mail: InboundMail, why: str) -> None:
    """Put away what a mail was taken for, because a person says otherwise; raises ``Unsure`` when goods were taken in on it."""
    for notice in uow.all(DeliveryNotice, mail_id=mail.id, state=NoticeState.MATCHED.value):
        _replaced(uow, notice, why)


def _number(reading: Mapping[str, Any], said: Sequence[Said]) -> str:
    written = (reading.get("document") or {}).get("number")
    if written:
        return str(written)
    shipment = reading.get("shipment") or {}
    claims = sorted((each.line.id, each.quantity) for each in said)
    return UNNUMBERED + fingerprint([claims, shipment.get("despatched_on"), shipment.get("tracking")])[:16]


def _former(uow: UnitOfWork, supplier_id: int, number: str) -> DeliveryNotice | None:
    """Return the newest notice with this number: what left and what was handed over on one note are the same goods."""
    found = uow.all(DeliveryNotice, supplier_id=supplier_id, number=number)
    return max(found, key=lambda notice: notice.revision, default=None)


def _says_the_same(uow: UnitOfWork, former: DeliveryNotice, said: Sequence[Said]) -> bool:
    before = {row.order_line_id: row.quantity for row in uow.all(DeliveryNoticeLine, notice_id=former.id)}
    return before == {each.line.id: each.quantity for each in said}


def _same_goods(uow: UnitOfWork, former: DeliveryNotice, said: Sequence[Said]) -> bool:
    """Say whether a notice and what is said now have an order line in common."""
    before = {row.order_line_id for row in uow.all(DeliveryNoticeLine, notice_id=former.id)}
    return not before.isdisjoint(each.line.id for each in said)


def _check_not_taken_in(uow: UnitOfWork, said: Sequence[Said]) -> None:
    """Raise ``Unsure`` when exactly what was handed over was taken in before, from the note that announced it."""
    wanted = {each.line.id: each.quantity for each in said}
    for receipt in uow.all(Receipt, order_id=said[0].dossier.order.id, state=ReceiptDocState.POSTED.value):
        lines = uow.all(ReceiptLine, receipt_id=receipt.id)
        claims = {row.order_line_id: row.claimed for row in lines if row.claimed}
        counts = {row.order_line_id: row.counted for row in lines if row.counted}
        if wanted in (claims, counts):
            raise Unsure(f"{receipt.number} took in exactly this already")


def _replaced(uow: UnitOfWork, former: DeliveryNotice, why: str = "") -> str:
    """Put a former notice and its proposals away; raises ``Unsure`` when goods were already taken in on it."""
    receipts = uow.all(Receipt, notice_id=former.id)
    if any(receipt.state == ReceiptDocState.POSTED for receipt in receipts):
        raise Unsure(f"note {former.number} was already taken in with other figures")
    for receipt in receipts:
        if receipt.state == ReceiptDocState.PROPOSED:
            discard(uow, receipt, why)
    uow.change(DeliveryNotice, former.id, state=NoticeState.SUPERSEDED.value)
    return f"Replaces what note {former.number} said before."


def _announced(uow: UnitOfWork, said: Sequence[Said]) -> int | None:
    """Return the proposal that already claims exactly these quantities, so that its hand-over is no second delivery."""
    wanted = {each.line.id: each.quantity for each in said}
    claims: dict[int, dict[int, int]] = {}
    for row in _waiting(uow, said):
        claims.setdefault(row.receipt_id, {})[row.order_line_id] = row.claimed
    return next((receipt_id for receipt_id, claim in sorted(claims.items()) if claim == wanted), None)


def _arrived(uow: UnitOfWork, receipt_id: int, reading: Mapping[str, Any], said: Sequence[Said]) -> Taken:
    shipment = reading.get("shipment") or {}
    whom = f" to {shipment['received_by']}" if shipment.get("received_by") else ""
    on = day(shipment.get("delivered_on"))
    remark = f"They say it was handed over{f' on {on:%d %b}' if on else ''}{whom}."
    receiving.remark(uow, receipt_id, remark)
    return Taken("settled", said[0].dossier.order.id, remark)


def _claimed(uow: UnitOfWork, said: Sequence[Said]) -> dict[int, int]:
    """Return what other proposals already claim of these order lines."""
    claimed: dict[int, int] = {}
    for row in _waiting(uow, said):
        claimed[row.order_line_id] = claimed.get(row.order_line_id, 0) + (row.claimed or 0)
    return claimed


def _waiting(uow: UnitOfWork, said: Sequence[Said]) -> list[Any]:
    orders = sorted({each.dossier.order.id for each in said})
    return [row for order_id in orders for row in uow.rows(_PROPOSED, order=order_id)]


def _notice(
    uow: UnitOfWork, mail: InboundMail, supplier: Supplier, reading: Mapping[str, Any], named: dict[str, Any]
) -> int:
    shipment = reading.get("shipment") or {}
    after = {"supplier": supplier.code, "kind": reading["kind"], "orders": reading["orders"], **named}
    uow.audit(Note(f"MAIL-{mail.id}", "delivery notice", after=after))
    return uow.add(
        DeliveryNotice,
        supplier_id=supplier.id,
        kind=str(reading["kind"]),
        mail_id=mail.id,
        state=NoticeState.MATCHED.value,
        carrier=str(shipment.get("carrier") or "")[:200],
        tracking=", ".join(str(number) for number in shipment.get("tracking") or ())[:500],
        despatched_on=day(shipment.get("despatched_on")),
        expected_on=day(shipment.get("expected_on")),
        created_at=uow.now,
        **named,
    )


def _add_lines(uow: UnitOfWork, notice_id: int, said: Sequence[Said]) -> None:
    for each in said:
        uow.add(
            DeliveryNoticeLine,
            notice_id=notice_id,
            order_line_id=each.line.id,
            quantity=each.quantity,
            outstanding=each.outstanding,
            expected_on=each.expected_on,
            evidence=each.evidence,
        )
