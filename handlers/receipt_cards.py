"""What the store sees of a delivery: the claim against the order, and what was taken in."""

import json
from dataclasses import dataclass
from typing import Any

import templates
from handlers.ids import value
from handlers.order_cards import content_of
from handlers.order_content import Dossier, Line
from orders.units import measured, quantity_text
from storage import cards
from storage.cards import Place
from storage.tables import DeliveryNotice, InboundMail, Person, Receipt, ReceiptLine, WorkOrder
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Delivery:
    """One receipt with its lines, the order they are for, and the supplier's notice with its mail, if there was one."""

    receipt: Receipt
    lines: list[ReceiptLine]
    dossier: Dossier
    notice: DeliveryNotice | None
    mail: InboundMail | None

    def paired(self) -> list[tuple[ReceiptLine, Line]]:
        """Return each line of the receipt with the order line it is for, by the order's line numbers."""
        pairs = [(each, self.dossier.line(each.order_line_id)) for each in self.lines]
        return sorted(((each, line) for each, line in pairs if line is not None), key=lambda pair: pair[1].line)


def delivery(uow: UnitOfWork, receipt: Receipt, dossier: Dossier) -> Delivery:
    """Read everything that a receipt's card says."""
    notice = uow.find(DeliveryNotice, id=receipt.notice_id) if receipt.notice_id is not None else None
    mail = uow.find(InboundMail, id=notice.mail_id) if notice is not None and notice.mail_id is not None else None
    return Delivery(receipt, uow.all(ReceiptLine, receipt_id=receipt.id), dossier, notice, mail)


def show_delivery(uow: UnitOfWork, shown: Delivery, remark: str = "") -> None:
    """Show a delivery that waits to be counted in the stores channel."""
    content = content_of(templates.card("delivery", **_proposed(uow, shown, remark)))
    channel = uow.plant.channels.stores or uow.plant.channels.purchasing
    cards.show(uow, f"gr:{shown.receipt.id}", shown.dossier.name, Place(channel), content)


def _proposed(uow: UnitOfWork, shown: Delivery, remark: str) -> dict[str, Any]:
    pairs, notice, mail = shown.paired(), shown.notice, shown.mail
    listed = {line.id for _, line in pairs}
    missing = [line for line in shown.dossier.lines if line.id not in listed and line.open]
    return {
        "state": "proposed",
        "number": shown.receipt.number,
        "order": shown.dossier.name,
        "supplier": shown.dossier.supplier_name,
        "note": _note(notice),
        "expected_on": notice.expected_on if notice is not None else None,
        "written_at": mail.received_at if mail is not None else None,
        "sender": mail.sender if mail is not None else "",
        "carrier": notice.carrier if notice is not None else "",
        "tracking": notice.tracking if notice is not None else "",
        "work_orders": list(dict.fromkeys(line.work_order for _, line in pairs if line.work_order)),
        "places": list(dict.fromkeys(_place(line) for _, line in pairs if line.store)),
        "lines": [_row(each, line) for each, line in pairs],
        "total_lines": len(shown.dossier.lines),
        "missing": [f"{line.line} {line.description}" for line in missing],
        "typed": [quantity_text(each.claimed or line.open) for each, line in pairs],
        "blind": "none" if shown.receipt.said else uow.plant.blind,
        "tracked": any(line.tracked or line.expires for _, line in pairs),
        "said": shown.receipt.said,
        "said_by": _name(uow, shown.receipt.said_by_id),
        "direct": job_of(uow, shown.receipt),
        "wrong": [_wrong(each, line) for each, line in pairs if each.rejected or each.held or each.instead],
        "has_mail": mail is not None,
        "remark": remark,
        "value": value(shown.receipt.id),
    }


def _name(uow: UnitOfWork, person_id: int | None) -> str:
    return str(uow.get(Person, person_id).name) if person_id is not None else ""


def job_of(uow: UnitOfWork, receipt: Receipt) -> str:
    """Return the number of the job that a delivery goes straight to, empty when it goes into the store."""
    return "" if receipt.work_order_id is None else str(uow.get(WorkOrder, receipt.work_order_id).number)


def _wrong(each: ReceiptLine, line: Line) -> str:
    told = [f"{measured(each.rejected, line.unit)} {each.reason}" if each.rejected else ""]
    told.append(f"{measured(each.held, line.unit)} to inspect" if each.held else "")
    told.append(f"instead came {each.instead}" if each.instead else "")
    return f"line {line.line}: {', '.join(filter(None, told))}"


def _row(each: ReceiptLine, line: Line) -> tuple[str, str, str, str]:
    ordered = measured(line.quantity - line.cancelled, line.unit)
    claimed = quantity_text(each.claimed) if each.claimed is not None else ""
    return str(line.line), line.description, ordered, claimed


def _place(line: Line) -> str:
    return ", ".join(filter(None, [line.store, line.bin and f"bin {line.bin}"]))


UNNUMBERED = "unnumbered:"
"""What stands before the number we give to a notice that bears none."""


def _note(notice: DeliveryNotice | None) -> str:
    return "" if notice is None or notice.number.startswith(UNNUMBERED) else notice.number


def condense(uow: UnitOfWork, shown: Delivery, *, freed: list[str], why: str = "", asked: str = "") -> None:
    """Condense a delivery's card to what was taken in, who is asked whether it stays, or what replaced it."""
    receipt = shown.receipt
    by = receipt.posted_by_id if receipt.posted_by_id is not None else receipt.counted_by_id
    card = templates.card(
        "delivery",
        state=receipt.state,
        number=receipt.number,
        order=shown.dossier.name,
        supplier=shown.dossier.supplier_name,
        note=_note(shown.notice),
        by=_name(uow, by) or "Chargehand",
        undone_by=uow.actor.name,
        asked=asked,
        direct=job_of(uow, receipt),
        flags=list(json.loads(receipt.flags)) if receipt.flags else [],
        held=[f"{quantity_text(each.held)} {line.description}" for each, line in shown.paired() if each.held],
        value=value(receipt.id),
        at=receipt.posted_at or uow.now,
        result=taken_in(shown),
        damaged=[
            f"{quantity_text(each.rejected)} {line.description}{f' ({each.reason})' if each.reason else ''}"
            for each, line in shown.paired()
            if each.rejected
        ],
        work_orders=freed,
        why=why,
        complete=not any(line.open for line in shown.dossier.lines),
    )
    cards.refresh(uow, f"gr:{receipt.id}", content_of(card))


def taken_in(shown: Delivery) -> list[str]:
    """Say what was taken in: ``2 of 2 pieces Mechanical seal 45 mm``."""
    told = []
    for each, line in shown.paired():
        ordered = measured(line.quantity - line.cancelled, line.unit)
        told.append(f"{quantity_text((each.counted or 0) - each.rejected - each.held)} of {ordered} {line.description}")
    return told
